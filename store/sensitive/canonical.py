"""A text as its reader sees it: no hidden characters, plain digits, plain dashes and spaces.

A number is a number in whatever digits it is written, and with whatever is hidden between them.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

_PLAIN: Final = re.compile(r"[\t\n\r\x20-\x7e]*")
_WORD: Final = re.compile(r"\w+")
# For ASCII: what is no part of a word becomes a space, several times as fast as the pattern.
_APART: Final = bytes(n if chr(n).isalnum() or n == ord("_") else ord(" ") for n in range(256))
_DASHES: Final = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d")


class _Table(dict[int, str | None]):
    """For str.translate: what one character is seen as; None where it is not seen."""

    def __missing__(self, code: int) -> str | None:
        self[code] = seen = _seen(chr(code))
        return seen


def _seen(character: str) -> str | None:
    category = unicodedata.category(character)
    if character in "\t\n\r":
        return character
    if character in _DASHES:
        return "-"
    if category in {"Zs", "Zl", "Zp"}:
        return " "
    # Controls, formats (zero-width, bidi, tags) and marks that only vary or enclose.
    if category in {"Cc", "Cf", "Cs", "Me"} or "\ufe00" <= character <= "\ufe0f":
        return None
    if character in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0":
        return None
    # An accent that stands by itself: "o" and "´" are "ó", which is looked for as "o".
    if "\u0300" <= character <= "\u036f":
        return None
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    if "\uff01" <= character <= "\uff5e":  # full-width forms of ASCII
        return chr(ord(character) - 0xFEE0)
    return character


class _Folds(dict[int, str]):
    """For str.translate: a letter without its accent; people leave accents out."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _folded(chr(code))
        return plain


def _folded(character: str) -> str:
    if character in _WITHOUT_STROKE:
        return _WITHOUT_STROKE[character]
    if "\u00c0" <= character <= "\u024f" or "\u1e00" <= character <= "\u1eff":
        base = unicodedata.normalize("NFD", character)[0].lower()
        return base if base.isascii() else character
    if character in "‘’`´":
        return "'"
    # Pictures stand between words, and are none.
    return " " if unicodedata.category(character) == "So" else character


_WITHOUT_STROKE: Final = {"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ı": "i"}
_TABLE: Final = _Table()
_FOLDS: Final = _Folds()
# A letter O among digits is a nought to whoever reads it aloud, an I or l is a one.
_AS_DIGITS: Final = str.maketrans("oOlI|", "00111")
_MOSTLY_DIGITS: Final = re.compile(r"(?<![^\W_])[0-9oOlI|]{3,}(?![^\W_])")
_FEWEST_DIGITS_OF_TEN: Final = 6


@dataclass(frozen=True)
class Canonical:
    """A text as it is seen."""

    text: str
    _offsets: list[int] | None = field(repr=False)

    def place(self, at: int) -> int:
        """Where in the text as it stands the character `at` is."""
        return at if self._offsets is None else self._offsets[at]

    @cached_property
    def lower(self) -> str:
        """The text in lower case, of the same length."""
        return _low(self.text)

    @cached_property
    def plain(self) -> str:
        """In lower case and without accents, of the same length: the lists are folded alike."""
        return self.lower if self.lower.isascii() else self.lower.translate(_FOLDS)

    @cached_property
    def digits(self) -> str:
        """The text with the letters that stand for digits in a number as digits."""
        return _MOSTLY_DIGITS.sub(_read_as_digits, self.text)

    @cached_property
    def told(self) -> str:
        """As `plain`, with the letters that stand for digits in a number as digits."""
        return self.plain if self.digits is self.text else _low(self.digits).translate(_FOLDS)

    @cached_property
    def words(self) -> list[str]:
        """Its words in lower case and without accents, in order."""
        low = self.plain
        return words_of_ascii(low) if low.isascii() else _WORD.findall(low)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Its words, each once."""
        return frozenset(self.words)


def _low(text: str) -> str:
    low = text.lower()
    # A few letters become two in lower case.
    return low if len(low) == len(text) else "".join(c.lower()[:1] for c in text)


def folded(text: str) -> str:
    """A text in lower case and without the accents of Latin letters."""
    return text.lower().translate(_FOLDS)


def _read_as_digits(found: re.Match[str]) -> str:
    number = found[0]
    if 10 * sum(map(str.isdigit, number)) < _FEWEST_DIGITS_OF_TEN * len(number):
        return number
    return number.translate(_AS_DIGITS)


def words_of_ascii(text: str) -> list[str]:
    """The words of an ASCII text, in order."""
    return text.encode().translate(_APART).decode().split()


def canonical(text: str) -> Canonical:
    """The text as its reader sees it."""
    if _PLAIN.fullmatch(text):
        return Canonical(text, None)
    seen = text.translate(_TABLE)
    if len(seen) == len(text):
        return Canonical(seen, None)
    offsets = [at for at, character in enumerate(text) if _TABLE[ord(character)] is not None]
    return Canonical(seen, offsets)
