"""The words by which a secret is asked for, announced and given: `asked.toml` of each language.

Compared without case and accents, because people leave both out. Words of one language mean
something else in another ("wie" is how and who), so that most lists are asked by language: that of
the words that stand together.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from store.text.languages import words

_WORD: Final = re.compile(r"[a-z0-9_]+")
_MARKS: Final = re.compile("[\u0300-\u036f]+")
_LETTERS: Final = str.maketrans(
    {"ł": "l", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "’": "'", "‘": "'", "º": " "}
)


def fold(text: str) -> str:
    """Small letters without accents; what is neither letter, digit nor ASCII is a `?`."""
    text = text.lower()
    if text.isascii():
        return text
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text.translate(_LETTERS)))
    return text.encode("ascii", "replace").decode()


def folded_words(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return _WORD.findall(fold(text))


@cache
def _entry(entry: str) -> tuple[str, ...]:
    # Most entries stand in several lists: their language's, and that of all of them.
    return tuple(folded_words(entry))


class Phrases:
    """Words and phrases, to be found in a row of folded words."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._phrases = set(map(_entry, entries))
        self._longest = max(map(len, self._phrases), default=0)
        self.first_words = frozenset(phrase[0] for phrase in self._phrases)

    def places(self, row: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Where one of them stands, from which word to before which, the longest at each."""
        for at, word in enumerate(row):
            if word in self.first_words:
                for length in range(min(self._longest, len(row) - at), 0, -1):
                    if tuple(row[at : at + length]) in self._phrases:
                        yield at, at + length
                        break

    def stand_in(self, row: Sequence[str]) -> bool:
        """Whether one of them stands there."""
        return next(self.places(row), None) is not None

    def __contains__(self, word: str) -> bool:
        return (word,) in self._phrases


class Language:
    """The lists of one language that mean something else in another."""

    def __init__(self, name: str) -> None:
        lists = words("asked")[name]
        entries = [each for section in lists.values() for each in section.items()]
        self._lists = {name: Phrases(words) for name, words in entries}
        # Every word of its lists: by those a text is seen to be in this language.
        self.vocabulary = frozenset(
            word for _, words in entries for entry in words for word in _entry(entry)
        )

    def __getitem__(self, name: str) -> Phrases:
        """The list of that name."""
        return self._lists[name]


LANGUAGES: Final = tuple(Language(name) for name in words("asked"))


def languages_of(row: Sequence[str]) -> tuple[Language, ...]:
    """The language that most of these words belong to; several if they do so alike."""
    return _languages_of(tuple(row))


@lru_cache(maxsize=1_024)
def _languages_of(row: tuple[str, ...]) -> tuple[Language, ...]:
    known = [sum(word in language.vocabulary for word in row) for language in LANGUAGES]
    most = max(known)
    return tuple(each for each, count in zip(LANGUAGES, known, strict=True) if count == most)


def of_all(section: str, name: str) -> list[str]:
    """The entries of one list in all languages."""
    return [entry for lists in words("asked").values() for entry in lists[section][name]]
