"""Reading one big JSON file piece by piece, and going on after a damaged piece.

The caller walks down with `members` and `items` and takes a whole value with `value`. The standard
library decodes values, so the speed is that of `json.loads`, while memory holds little more than
one value.
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

CHUNK_BYTES = 256 * 1024
VALUE_CHARACTERS = 16 * 1024 * 1024

# Kept before a search position, so that a pattern is not cut in two.
_KEPT_CHARACTERS = 4_000
# An error this close to the end may only mean that more has to be read.
_NEAR_THE_END = 16
_SPACE = re.compile(r"[ \t\n\r]*")
# Telegram writes control characters as \x1F, which JSON does not know.
_BAD_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9a-fA-F]{2})")


class JsonDamageError(Exception):
    """The file does not continue as JSON must. The message is a fragment for people."""


class JsonStream:
    """A position in a JSON file that is read from beginning to end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._text_decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._json_decoder = json.JSONDecoder(strict=False)
        self._text = ""
        self._position = 0
        self._dropped = 0
        self._has_ended = False

    @property
    def character(self) -> int:
        """The position of the reading: how many characters of the file come before it."""
        return self._dropped + self._position

    def peek(self) -> str:
        """Return the next character that is not space, or an empty string at the end."""
        while True:
            match = _SPACE.match(self._text, self._position)
            self._position = match.end() if match else self._position
            if self._position < len(self._text):
                return self._text[self._position]
            if not self._fill():
                return ""

    def members(self) -> Iterator[str]:
        """Walk through the object that comes next and yield its keys.

        A value that the caller does not take before the next step is passed over.
        Raises JsonDamageError.
        """
        self._expect("{")
        if self.peek() == "}":
            self._position += 1
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise JsonDamageError("a name was expected")
            self._expect(":")
            start = self.character
            yield key
            if self.character == start:
                self.value()
            if self._separator("}"):
                return

    def items(self, *, is_inside: bool = False) -> Iterator[None]:
        """Walk through the array that comes next; the caller takes the value at every step.

        is_inside: the position is already between two items, after `resume`.
        Raises JsonDamageError.
        """
        if not is_inside:
            self._expect("[")
            if self.peek() == "]":
                self._position += 1
                return
        elif self._separator("]"):
            return
        while True:
            yield
            if self._separator("]"):
                return

    def value(self) -> Any:
        """Take the whole value that comes next.

        Raises JsonDamageError when it is damaged, nested too deeply or larger than
        `VALUE_CHARACTERS`; the position then stays in front of it.
        """
        self.peek()
        while True:
            try:
                value, end = self._json_decoder.raw_decode(self._text, self._position)
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or (
                    error.pos >= len(self._text) - _NEAR_THE_END
                )
                is_small = len(self._text) - self._position <= VALUE_CHARACTERS
                if self._repair(error) or (is_cut and is_small and self._fill()):
                    continue
                raise JsonDamageError(self._reason(is_cut=is_cut)) from error
            except RecursionError as error:
                raise JsonDamageError("it is nested too deeply") from error
            except ValueError as error:
                raise JsonDamageError("it holds a number that is too long") from error
            if end == len(self._text) and isinstance(value, int | float) and self._fill():
                # The number may go on in the next chunk.
                continue
            self._position = end
            return value

    def resume(self, pattern: re.Pattern[str], stop: re.Pattern[str] | None = None) -> bool:
        """Go forward to the end of the next match of `pattern`, to read on after damage.

        Return False when there is none, or when `stop` matches before it.
        """
        start = self._position + 1
        while True:
            found = pattern.search(self._text, start)
            barrier = stop.search(self._text, start) if stop else None
            if barrier and (found is None or barrier.start() < found.start()):
                return False
            if found:
                self._position = found.end()
                return True
            self._position = max(self._position, len(self._text) - _KEPT_CHARACTERS)
            if not self._fill():
                return False
            start = self._position

    def _repair(self, error: json.JSONDecodeError) -> bool:
        """Repair the escapes at hand if one of them was the error; say whether that helped."""
        if not error.msg.startswith("Invalid \\escape"):
            return False
        rest = self._text[self._position :]
        repaired = _BAD_ESCAPE.sub(r"\1\\u00\2", rest)
        self._text = self._text[: self._position] + repaired
        return repaired != rest

    def _reason(self, *, is_cut: bool) -> str:
        return "the file ends too early" if is_cut and self._has_ended else "it is damaged"

    def _expect(self, character: str) -> None:
        found = self.peek()
        if found != character:
            raise JsonDamageError(self._reason(is_cut=not found))
        self._position += 1

    def _separator(self, closing: str) -> bool:
        """Step over a comma, or over the closing bracket; return whether it was the bracket."""
        found = self.peek()
        if found not in (",", closing):
            raise JsonDamageError(self._reason(is_cut=not found))
        self._position += 1
        return found == closing

    def _fill(self) -> bool:
        """Read at least as much again as is at hand; return False at the end of the file."""
        if self._has_ended:
            return False
        rest = self._text[self._position :]
        self._dropped += self._position
        self._position = 0
        data = self._stream.read(max(CHUNK_BYTES, len(rest)))
        self._has_ended = not data
        self._text = rest + self._text_decoder.decode(data, final=not data)
        return True
