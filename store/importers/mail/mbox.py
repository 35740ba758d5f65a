"""mbox files, as Gmail Takeout, Thunderbird and Apple Mail write them.

The rules that cut the file also hold for body lines that begin with "From " and were not marked by
the writer. It is read message by message, so that a mailbox of any size fits.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from store.importers import ReadingContext, UnreadableExport
from store.importers.mail.headers import sent_at
from store.importers.mail.message import MailReader
from store.importers.records import Problem, Record, SourceInfo

MESSAGE_BYTES = 25 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
ENVELOPE_BYTES = 1_000
# More than a "From " line and the beginning of the line below it.
LOOK_AHEAD_BYTES = 4 * 1024

_BOM = b"\xef\xbb\xbf"
_HEADER_LINE = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,1000}[ \t]*:|>From ")
_WEEKDAY = re.compile(rb"\b(?:mon|tue|wed|thu|fri|sat|sun)\b", re.IGNORECASE)
_START = re.compile(rb"(?<=\n\n)From |(?<=\n\r\n)From ")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
# What `git format-patch` writes: the body of a mail may hold such a line.
_PATCH = re.compile(rb"From [0-9a-f]{40} Mon Sep 17 00:00:00 2001")
# An empty line.
_LOOK_BEHIND = 3


@dataclass(frozen=True, slots=True)
class RawMail:
    """One message of the mailbox as it is there, without its "From " line.

    number: from 1. start: its first byte in the file. date: from its "From " line.
    is_cut: it was larger than `MESSAGE_BYTES`, and `data` holds its beginning.
    is_behind_text: the file did not begin with its first message.
    """

    number: int
    start: int
    date: datetime | None
    data: bytes
    is_cut: bool
    is_behind_text: bool


class MboxImporter:
    """Mailboxes in one file."""

    format = "mbox"
    title = "mbox mailbox (Gmail Takeout, Thunderbird, Apple Mail)"

    def recognises(self, path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        if path.suffix.lower() == ".eml":
            return False
        first, _, rest = head.removeprefix(_BOM).lstrip(b"\r\n").partition(b"\n")
        return envelope_date(first) is not None and _HEADER_LINE.match(rest) is not None

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        yield SourceInfo("mail", "", "Mailbox")
        reader = MailReader(context.me)
        count = 0
        for mail in split_mbox(stream):
            count += 1
            place = f"message {mail.number}, byte {mail.start}"
            if mail.number == 1 and mail.is_behind_text:
                yield Problem("text before the first message was left out", "byte 0")
            if mail.is_cut:
                yield Problem("the message is larger than 25 MB; its beginning was kept", place)
            yield from reader.records(mail.data, place, mail.date)
        if not count:
            raise UnreadableExport(
                f'{context.name} holds no mail: no line begins with "From " and ends with a date. '
                "Single mails are .eml files."
            )


def split_mbox(stream: BinaryIO) -> Iterator[RawMail]:
    """Cut a mailbox into its messages, with `>From ` lines restored.

    A message begins at a "From " line that ends with a date, follows an empty line or the start of
    the file, and comes before a line that looks like a header.
    """
    number = start = 0
    date: datetime | None = None
    data = bytearray()
    is_behind_text = False
    for piece in _pieces(stream):
        if isinstance(piece, bytes):
            data += piece[: MESSAGE_BYTES + 1 - len(data)]
            continue
        if number:
            yield _raw_mail(number, start, date, data, is_behind_text=is_behind_text)
        else:
            is_behind_text = bool(data.strip())
        number, (start, date) = number + 1, piece
        data.clear()
    if number:
        yield _raw_mail(number, start, date, data, is_behind_text=is_behind_text)


def _raw_mail(
    number: int, start: int, date: datetime | None, data: bytearray, *, is_behind_text: bool
) -> RawMail:
    kept = _QUOTED_FROM.sub(rb"\1", bytes(data[:MESSAGE_BYTES]))
    return RawMail(number, start, date, kept, len(data) > MESSAGE_BYTES, is_behind_text)


def _pieces(stream: BinaryIO) -> Iterator[bytes | tuple[int, datetime]]:
    """Yield the file in pieces, and in between where each message starts, with its date."""
    # This makes a "From " line at the start of the file like all others.
    text = b"\n\n"
    # The position of `text` in the file.
    offset = -len(text)
    taken = len(text)
    is_end = False
    while not is_end:
        chunk = stream.read(CHUNK_BYTES)
        if offset < 0:
            chunk = chunk.removeprefix(_BOM)
        text += chunk
        is_end = not chunk
        limit = len(text) if is_end else max(taken, len(text) - LOOK_AHEAD_BYTES)
        for match in _START.finditer(text, taken, limit + len("From ")):
            line_end = text.find(b"\n", match.start(), match.start() + ENVELOPE_BYTES)
            line_end = len(text) if line_end < 0 else line_end
            date = envelope_date(text[match.start() : line_end])
            following = text[line_end + 1 : line_end + ENVELOPE_BYTES]
            if date and (not following or _HEADER_LINE.match(following)):
                yield text[taken : match.start()]
                yield offset + match.start(), date
                taken = min(line_end + 1, len(text))
        if taken < limit:
            yield text[taken:limit]
            taken = limit
        kept = max(0, taken - _LOOK_BEHIND)
        text, offset, taken = text[kept:], offset + kept, taken - kept


def envelope_date(line: bytes) -> datetime | None:
    """Read the date at the end of a "From " line, in UTC; None when it is not such a line."""
    if not line.startswith(b"From ") or len(line) > ENVELOPE_BYTES or _PATCH.match(line):
        return None
    match = _WEEKDAY.search(line)
    if match is None:
        return None
    words = line[match.start() :].decode("ascii", "replace").split()
    # Gmail writes "Sat Jan 01 10:00:00 +0000 2022".
    if len(words) >= 6 and words[-2][0] in "+-":
        words[-2:] = [words[-1], words[-2]]
    found = sent_at(" ".join(words))
    return found[0] if found else None


IMPORTER = MboxImporter()
