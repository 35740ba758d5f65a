"""The words of an Apple message, from the archived string that newer systems keep instead of text.

The archive is NeXT's `typedstream`. Only its first string is read, which is the message: the class
name `NSString` is followed by a type `+`, a length of one, two or four bytes, and UTF-8.
"""

import plistlib
from typing import Any, Final
from xml.parsers.expat import ExpatError

from store.importers.reading.storable import storable

_CLASS: Final = b"NSString"
_STRING: Final = b"\x84\x01+"
# Only a few bytes lie between the class name and the string.
_NEAR: Final = 32
_LENGTHS: Final = {0x81: 2, 0x82: 4}
_LARGEST_SUMMARY: Final = 4 * 1024 * 1024
# Marks the place of a file or a picture.
_OBJECT: Final = "\ufffc"


def archived_text(archive: Any) -> str:
    """The first string in an archive, or '' when none is found. archive: bytes, or anything."""
    if not isinstance(archive, bytes):
        return ""
    name = archive.find(_CLASS)
    mark = archive.find(_STRING, name, name + _NEAR) if name >= 0 else -1
    if mark < 0:
        return ""
    start = mark + len(_STRING)
    length = archive[start] if start < len(archive) else 0
    start += 1
    if size := _LENGTHS.get(length):
        length = int.from_bytes(archive[start : start + size], "little")
        start += size
    elif length > 0x7F:
        return ""
    return archive[start : start + length].decode("utf-8", "replace")


def plain(text: str) -> str:
    """The text without the marks of files, fit for a database."""
    return storable(text).replace(_OBJECT, "").replace("\ufffd", "").strip()


def summary_of(blob: Any) -> dict[str, Any]:
    """The `message_summary_info` of an edited or unsent message; empty when there is none."""
    if not isinstance(blob, bytes) or not blob.startswith(b"bplist00"):
        return {}
    if len(blob) > _LARGEST_SUMMARY:
        return {}
    try:
        value = plistlib.loads(blob, fmt=plistlib.FMT_BINARY)
    except (ValueError, RecursionError, LookupError, TypeError, MemoryError, ExpatError):
        return {}
    return value if isinstance(value, dict) else {}


def last_edit(summary: dict[str, Any]) -> str:
    """The newest words of an edited message, its parts one after the other."""
    edits = summary.get("ec")
    if not isinstance(edits, dict):
        return ""
    parts: list[str] = []
    for _, history in sorted(edits.items(), key=lambda part: str(part[0])):
        last = history[-1] if isinstance(history, list) and history else None
        parts.append(archived_text(last.get("t")) if isinstance(last, dict) else "")
    return "\n".join(filter(None, parts))
