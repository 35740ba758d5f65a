"""Phrases of word lists, found among the words of a text in one look at each word."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_STEM: Final = 4
_PART: Final = re.compile(r"\w+\*?")


class Phrase(NamedTuple):
    """Words in a row, of which a `*` stands for the rest; what they tell; in which languages."""

    words: tuple[str, ...]
    tells: str
    languages: int


class Told(NamedTuple):
    """A phrase that stands in a text, from the word `start` to before the word `end`."""

    start: int
    end: int
    phrase: Phrase


class Phrases:
    """Phrases by how their first word begins."""

    def __init__(self, entries: Iterable[tuple[str, str, int]]) -> None:
        """entries: a phrase, what it tells, and the languages that it is of, as bits."""
        merged: defaultdict[tuple[tuple[str, ...], str], int] = defaultdict(int)
        for entry, tells, languages in entries:
            merged[tuple(_PART.findall(entry)), tells] |= languages
        self._whole: defaultdict[str, list[Phrase]] = defaultdict(list)
        self._stems: defaultdict[str, list[Phrase]] = defaultdict(list)
        for (words, tells), languages in merged.items():
            where = self._stems if words[0].endswith("*") else self._whole
            where[words[0].rstrip("*")[: _STEM if where is self._stems else None]].append(
                Phrase(words, tells, languages)
            )

    def find(self, words: list[str]) -> Iterator[Told]:
        """Every phrase among the words, in order of where it begins."""
        for at, word in enumerate(words):
            for phrase in self._whole.get(word, ()):
                if len(phrase.words) == 1 or _stands_at(at, phrase.words, words):
                    yield Told(at, at + len(phrase.words), phrase)
            for length in (3, _STEM):
                for phrase in self._stems.get(word[:length], ()):
                    if _stands_at(at, phrase.words, words):
                        yield Told(at, at + len(phrase.words), phrase)
                if len(word) <= length:
                    break


def _stands_at(at: int, phrase: tuple[str, ...], words: list[str]) -> bool:
    return len(phrase) <= len(words) - at and all(
        words[at + i].startswith(part[:-1]) if part.endswith("*") else words[at + i] == part
        for i, part in enumerate(phrase)
    )
