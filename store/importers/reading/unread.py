"""Naming files that no importer reads, with their program and the way that leads on."""

import codecs
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).with_suffix(".toml")
_LOOKED_AT: Final = 4_096
_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True, slots=True)
class _Format:
    """One entry of the table."""

    told: str
    last: bool
    name: re.Pattern[str] | None
    begins: re.Pattern[str] | None
    first_bytes: bytes

    def fits(self, file: str, head: bytes, text: str) -> bool:
        return (
            head.startswith(self.first_bytes)
            and (self.name is None or bool(self.name.search(file)))
            and (self.begins is None or bool(self.begins.search(text)))
        )


@cache
def _formats() -> tuple[_Format, ...]:
    entries = tomllib.loads(_TABLE.read_text("utf-8"))["format"]
    return tuple(
        _Format(
            told=f"{entry['is']}; {entry['instead']}",
            last=entry.get("last", False),
            name=_pattern(entry.get("name")),
            begins=_pattern(entry.get("begins")),
            first_bytes=bytes.fromhex(entry.get("bytes", "")),
        )
        for entry in entries
    )


def _pattern(given: str | None) -> re.Pattern[str] | None:
    return re.compile(given, re.IGNORECASE | re.MULTILINE) if given else None


def not_read(file: str, head: bytes, *, last: bool = False) -> str:
    """What a file of another program is and what to do instead, or nothing.

    file: its path below what the owner named, with `/`. head: its first bytes. last: ask the
    entries that count only when no importer takes the file.
    """
    text = _text(head[:_LOOKED_AT])
    for each in _formats():
        if each.last == last and each.fits(file, head, text):
            return each.told
    return ""


def _text(head: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return head.decode(encoding, "replace")
    return head.decode("utf-8", "replace")
