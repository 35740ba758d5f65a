"""The blocks of an iCalendar file: one for each entry, so that a broken one costs only itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

# Longer lines are cut: only pictures are longer.
LINE_BYTES: Final = 64 * 1024
BLOCK_BYTES: Final = 1024 * 1024
MOST_DEPTH: Final = 20
# Parts that an entry does not need: reminders, and pictures inside the file.
_INNER_IGNORED: Final = frozenset({b"VALARM"})
_BLOCKS: Final = frozenset({b"VEVENT", b"VTODO", b"VJOURNAL", b"VTIMEZONE"})


@dataclass(frozen=True, slots=True)
class Block:
    """One component as it is in the file, or one property of the calendar itself.

    kind: `VEVENT`, `VTIMEZONE`, …, or `PROPERTY`. line: where it begins, from 1.
    is_cut: it is larger than `BLOCK_BYTES` or the file ends inside it.
    """

    kind: str
    data: bytes
    line: int
    is_cut: bool = False


def split_blocks(stream: BinaryIO) -> Iterator[Block]:
    """Cut a calendar into its entries, time zones and own properties, in the order of the file."""
    kind = b""
    data = bytearray()
    start = 0
    depth = 0
    ignored = 0
    is_cut = False
    is_first = True
    number = 0
    for number, line in enumerate(_lines(stream), 1):
        raw = line.removeprefix(b"\xef\xbb\xbf") if is_first else line
        is_first = False
        word, name = _begin_or_end(raw)
        if not kind:
            if word == b"BEGIN" and name in _BLOCKS:
                kind, start, depth, ignored, is_cut = name, number, 1, 0, False
                data[:] = raw
            elif raw.strip() and not word:
                yield Block("PROPERTY", raw, number)
            continue
        if word == b"BEGIN":
            if name == kind == b"VEVENT":
                # This entry never ends, and another begins.
                yield Block(kind.decode(), bytes(data), start, is_cut=True)
                start, depth, ignored, is_cut = number, 1, 0, False
                data[:] = raw
                continue
            depth += 1
            if ignored or name in _INNER_IGNORED or depth > MOST_DEPTH:
                ignored += 1
                continue
        if word == b"END":
            depth -= 1
            if ignored:
                ignored -= 1
                continue
            if depth <= 0 or name == kind:
                data += b"END:" + kind + b"\r\n"
                yield Block(kind.decode(), bytes(data), start, is_cut)
                kind = b""
                continue
        if not ignored:
            if len(data) + len(raw) > BLOCK_BYTES:
                is_cut = True
            else:
                data += raw
    if kind:
        yield Block(kind.decode(), bytes(data), start, is_cut=True)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines with their ends; only the beginning of a line that is too long."""
    while line := stream.readline(LINE_BYTES):
        if not line.endswith(b"\n"):
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = stream.readline(LINE_BYTES)
            line += b"\n"
        yield line.replace(b"\x00", b"")


def _begin_or_end(line: bytes) -> tuple[bytes, bytes]:
    if line[:1] not in (b"B", b"b", b"E", b"e"):
        return b"", b""
    word, _, name = line.partition(b":")
    word = word.strip().upper()
    return (word, name.strip().upper()) if word in (b"BEGIN", b"END") else (b"", b"")
