"""The lines of a text export: bounded, and if they are read twice, kept compressed."""

import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from store.importers import UnreadableExport
from store.importers.reading.storable import storable

LONGEST_LINE_BYTES: Final = 1024 * 1024
_PIECE_BYTES: Final = 1024 * 1024
_MOST_BYTES: Final = 1024 * 1024 * 1024


def lines(
    stream: BinaryIO, longest: int = LONGEST_LINE_BYTES, *, keep_returns: bool = False
) -> Iterator[tuple[str, bool]]:
    """Yield each line of a UTF-8 text without its end, and whether it is whole.

    A line of more than `longest` bytes is cut there, and the rest of it is passed over.
    keep_returns: leave the carriage return of `\\r\\n`, which tells ends of messages apart.
    """
    is_first = True
    while data := stream.readline(longest):
        is_whole = data.endswith(b"\n") or len(data) < longest
        rest = data
        while not is_whole and rest and not rest.endswith(b"\n"):
            rest = stream.readline(longest)
        if is_first:
            data = data.removeprefix(b"\xef\xbb\xbf")
            is_first = False
        text = data.decode("utf-8", "replace")
        text = text.removesuffix("\n") if keep_returns else text.rstrip("\r\n")
        yield storable(text), is_whole


class PackedText:
    """A text that is read from its stream once, kept compressed, and walked through repeatedly.

    Memory holds about a quarter of the file, and nothing is written to disk.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        """Read all of `stream`. Raises UnreadableExport past 1 GB, naming the file by `name`."""
        self._pieces: list[bytes] = []
        size = 0
        while piece := stream.read(_PIECE_BYTES):
            size += len(piece)
            if size > _MOST_BYTES:
                raise UnreadableExport(f"{name} is larger than 1 GB, too large for one chat.")
            self._pieces.append(zlib.compress(piece, 1))

    def lines(self, *, keep_returns: bool = False) -> Iterator[tuple[str, bool]]:
        """Walk through the lines from the beginning; see `lines`."""
        stream = io.BufferedReader(_Unpacked(self._pieces), _PIECE_BYTES)
        return lines(stream, keep_returns=keep_returns)


class _Unpacked(io.RawIOBase):
    """The pieces as one stream."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = memoryview(zlib.decompress(next(self._pieces, zlib.compress(b""))))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
