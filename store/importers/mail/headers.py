"""The header of a mail: its fields, the words encoded in them, ids and dates.

Every step is bounded and linear, because whoever sent the mail wrote the header; the standard
library's own header parser takes gigabytes for a few thousand encoded words.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from store.importers.reading.storable import decoded, storable

HEADER_BYTES = 256 * 1024
FIELDS = 1_000
FIELD_CHARACTERS = 8 * 1024
IDS = 100

_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:(.*)", re.DOTALL)
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([BbQq])\?([^?]*)\?=")
_ID = re.compile(r"<\s*([^<>\s]{1,500})\s*>")
_ZONE = re.compile(r":\d\d ?(?:\+|-(?!0000))\d{4}|\b(?:UTC?|GMT|[ECMP][SD]T)\b")
_FIRST_YEAR = 1970
_LAST_YEAR = 2200
_MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of one header, by lower-case name, in their order, not yet decoded.

    is_cut: it was larger than the limits, and its end is missing.
    """

    fields: dict[str, list[bytes]]
    is_cut: bool = False

    def all(self, name: str) -> list[str]:
        """Return every value of a field as one line each; encoded words stay as they are."""
        return [
            " ".join(decoded(value[:HEADER_BYTES]).split()) for value in self.fields.get(name, ())
        ]

    def raw(self, name: str) -> str:
        """Return the first value that is not empty, cut at `FIELD_CHARACTERS`."""
        return next((value for value in self.all(name) if value), "")[:FIELD_CHARACTERS]

    def text(self, name: str) -> str:
        """Return the first value with its encoded words decoded."""
        return decoded_words(self.raw(name))

    def ids(self, name: str) -> list[str]:
        """Return message ids without brackets: the first one, and the last ones if many."""
        found = [match[1] for value in self.all(name) for match in _ID.finditer(value)]
        found = list(dict.fromkeys(found))
        return found if len(found) <= IDS else [found[0], *found[1 - IDS :]]

    def __contains__(self, name: str) -> bool:
        return name in self.fields


def split_header(raw: bytes) -> tuple[Header, bytes]:
    """Cut a message or a MIME part into its header and its body."""
    if raw.startswith((b"\n", b"\r\n")):
        return Header({}), raw.lstrip(b"\r\n")
    end = _HEADER_END.search(raw)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    lines: list[list[bytes]] = []
    for line in head[:HEADER_BYTES].split(b"\n"):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1].append(line)
        elif len(lines) < FIELDS:
            lines.append([line])
        else:
            break
    fields: dict[str, list[bytes]] = {}
    for parts in lines:
        if match := _FIELD.fullmatch(b"".join(parts)):
            fields.setdefault(match[1].decode("ascii").lower(), []).append(match[2].strip())
    return Header(fields, is_cut=len(head) > HEADER_BYTES or len(lines) >= FIELDS), body


def decoded_words(text: str) -> str:
    """Decode `=?charset?Q?…?=` words. Neighbours of one charset are joined before decoding."""
    if "=?" not in text:
        return " ".join(text.split())
    parts: list[str] = []
    pending = b""
    pending_charset = ""
    end = 0
    for match in _ENCODED_WORD.finditer(text):
        between = text[end : match.start()]
        charset = match[1].partition("*")[0].lower()
        data = _word_bytes(match[2].upper(), match[3])
        if data is None:
            continue
        if between.strip() or charset != pending_charset:
            parts.append(decoded(pending, pending_charset))
            parts.append(between if between.strip() or not end else "")
            pending = b""
        pending += data
        pending_charset = charset
        end = match.end()
    parts += [decoded(pending, pending_charset), text[end:]]
    return " ".join(storable("".join(parts)).split())


def sent_at(text: str) -> tuple[datetime, int | None] | None:
    """Read a date field as (UTC, offset of the writer's zone in minutes).

    The offset is None when the date states none, or `-0000`. None when there is no usable date.
    """
    try:
        parts = parsedate_tz(text[:200])
        if parts is None or not _FIRST_YEAR <= parts[0] <= _LAST_YEAR:
            return None
        minutes = (parts[9] or 0) // 60
        is_stated = _ZONE.search(text) is not None and abs(minutes) < _MINUTES_PER_DAY
        zone = timezone(timedelta(minutes=minutes if is_stated else 0))
        # A leap second is written as 60.
        second = min(parts[5], 59)
        local = datetime(*parts[:5], second, tzinfo=zone)
        return local.astimezone(UTC), minutes if is_stated else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _word_bytes(encoding: str, text: str) -> bytes | None:
    data = text.encode("utf-8", "replace")
    if encoding == "Q":
        return binascii.a2b_qp(data, header=True)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4)) or None
    except binascii.Error:
        return None
