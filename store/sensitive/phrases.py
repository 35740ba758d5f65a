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
        # What begins with a whole word is looked up by its first two; with a stem, by the letters
        # that the stem begins with.
        self._single: defaultdict[str, list[Phrase]] = defaultdict(list)
        self._pairs: defaultdict[tuple[str, str], list[Phrase]] = defaultdict(list)
        self._first: defaultdict[str, list[Phrase]] = defaultdict(list)
        self._stems: defaultdict[str, list[tuple[str, Phrase]]] = defaultdict(list)
        for (words, tells), languages in merged.items():
            phrase, first = Phrase(words, tells, languages), words[0]
            if first.endswith("*"):
                self._stems[first[:-1][:_STEM]].append((first[:-1], phrase))
            elif len(words) == 1:
                self._single[first].append(phrase)
            elif words[1].endswith("*"):
                self._first[first].append(phrase)
            else:
                self._pairs[first, words[1]].append(phrase)

    def find(self, words: list[str]) -> Iterator[Told]:
        """Every phrase among the words, in order of where it begins."""
        for at, word in enumerate(words):
            for phrase in self._single.get(word, ()):
                yield Told(at, at + 1, phrase)
            if at + 1 < len(words):
                longer = (self._pairs.get((word, words[at + 1]), ()), self._first.get(word, ()))
                for phrase in (each for phrases in longer for each in phrases):
                    if _stands_at(at, phrase.words, words):
                        yield Told(at, at + len(phrase.words), phrase)
            for length in (3, _STEM):
                for stem, phrase in self._stems.get(word[:length], ()):
                    if word.startswith(stem) and (
                        len(phrase.words) == 1 or _stands_at(at, phrase.words, words)
                    ):
                        yield Told(at, at + len(phrase.words), phrase)
                if len(word) <= length:
                    break


def _stands_at(at: int, phrase: tuple[str, ...], words: list[str]) -> bool:
    return len(phrase) <= len(words) - at and all(
        words[at + i].startswith(part[:-1]) if part.endswith("*") else words[at + i] == part
        for i, part in enumerate(phrase)
    )
