"""Physical lines of a text, in any of its encodings, with a limit on each."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

CHUNK_BYTES = 64 * 1024
# Longer lines are cut: only pictures are longer.
LINE_BYTES = 256 * 1024


def utf16_name(head: bytes) -> str:
    """Name the UTF-16 form that a file starts with, or return an empty string."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head[1:2] == b"\0" and head[:1] != b"\0":
        return "utf-16-le"
    if head[:1] == b"\0" and head[1:2] != b"\0":
        return "utf-16-be"
    return ""


def physical_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a text in any encoding, as UTF-8 or one-byte text without line ends."""
    rest = b""
    for chunk in _chunks(stream):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
        rest = rest[:LINE_BYTES]
    if rest:
        yield rest


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the file in pieces, as UTF-8 or one-byte text, with every line end as one newline."""
    chunk = stream.read(CHUNK_BYTES)
    name = utf16_name(chunk)
    decoder = codecs.getincrementaldecoder(name)("replace") if name else None
    chunk = chunk.removeprefix(codecs.BOM_UTF8)
    pending = b""
    while chunk:
        if decoder:
            chunk = decoder.decode(chunk).encode("utf-8", "replace")
        chunk = pending + chunk
        whole = chunk.rstrip(b"\r")
        # This may be half of a line end.
        pending = chunk[len(whole) :][-2:]
        chunk = chunk[: len(chunk) - len(pending)]
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield chunk
        chunk = stream.read(CHUNK_BYTES)
    if pending:
        yield b"\n"
