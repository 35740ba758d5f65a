"""Which 8-bit encoding a text is in, told by what its letters would be in each.

Files of address books say it seldom, and hold little else than names: too little for statistics.
So each encoding is tried, and the one counts in which every word could be a word: letters of one
language, no signs within, no capital behind a small letter, characters that names are written with.
Domains and country codes decide where the words leave it open.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from store.importers.reading.charset_letters import (
    ALPHABETS,
    COMMON_CHARACTERS,
    FREQUENT,
    HINTS,
    NOWHERE_IN_THAI,
    NOWHERE_IN_THE_WEST,
    SCRIPTS,
    TITLES,
    WORTH,
)

# Enough to tell by.
_SAMPLE_BYTES: Final = 64 * 1024
_MOST_WORDS: Final = 2_000
_WORD_CHARACTERS: Final = 60
# Of the words, in the encoding that is taken.
_SURE: Final = 0.75
# Between it and the next one that reads differently.
_MARGIN: Final = 0.04
_HINT: Final = 0.15
_HEADING: Final = 0.1
_WORD: Final = re.compile(r"[^\s\x00-&(-,./:-@\[-`{-\x7f]+")
_RARE_THAI: Final = re.compile("[\u0e03\u0e05\u0e0c\u0e2c\u0e2e]|^[\u0e01-\u0e2e]{4,}$")
_NOT_WESTERN: Final = re.compile(NOWHERE_IN_THE_WEST)
_NOT_THAI: Final = re.compile(NOWHERE_IN_THAI)
_WESTERN: Final = ("cp1252", "mac_roman", "cp850")
_WITHIN_WORDS: Final = frozenset("’‘'-–·")
_AROUND_WORDS: Final = "’‘“”„‚«»‹›–—…·¿¡ªº°§©®™€£"


@dataclass(frozen=True, slots=True)
class Charset:
    """What an encoding was found to be. name: for Python; title: for people."""

    name: str
    is_sure: bool

    @property
    def title(self) -> str:
        """The name that people know it by."""
        return TITLES[self.name]


def charset_of(sample: bytes, count_known: Callable[[str], int] | None = None) -> Charset | None:
    """The encoding of a text that is no UTF-8; None if it is, or plain ASCII.

    sample: whole lines. count_known: how many words of a text are known otherwise, such as
    headings of tables.
    """
    sample = _telling_lines(sample)
    if not sample or _is_mostly_utf8(sample):
        return None
    found = [
        (score, -rank, name, text)
        for rank, name in enumerate(TITLES)
        if (read := _read(sample, name)) is not None
        for score, text in [_score(name, read, sample, count_known)]
    ]
    if not found:
        return Charset("cp1252", is_sure=False)
    found.sort(reverse=True)
    best = found[0]
    others = [score for score, _, _, text in found[1:] if text != best[3]]
    # The commonest encoding needs no margin: most words of one language can be one of another.
    margin = 0.0 if best[2] == "cp1252" else _MARGIN
    is_sure = best[0] >= _SURE and (not others or best[0] - max(others) >= margin)
    return Charset(best[2], is_sure)


def _telling_lines(sample: bytes) -> bytes:
    if sample.isascii():
        return b""
    kept, size = [], 0
    for line in sample.split(b"\n"):
        kept.append(line[:2_000])
        size += len(kept[-1])
        if size > _SAMPLE_BYTES:
            break
    return b"\n".join(kept)


def _is_mostly_utf8(sample: bytes) -> bool:
    try:
        sample.decode()
    except UnicodeDecodeError:
        pass
    else:
        return True
    text = sample.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) - damaged > damaged


def _read(sample: bytes, name: str) -> str | None:
    """The text in an encoding; None if too much of it is none."""
    text = sample.decode(name, "replace")
    high = sum(character > "\x7f" for character in text)
    # A line may have been cut within a character.
    return text if text.count("\ufffd") <= high // 20 else None


def _score(
    name: str, text: str, sample: bytes, count_known: Callable[[str], int] | None
) -> tuple[float, str]:
    words = [word for word in _WORD.findall(text) if not word.isascii()][:_MOST_WORDS]
    words = [word[:_WORD_CHARACTERS].strip(_AROUND_WORDS) for word in words]
    words = [word for word in words if word and not word.isascii()]
    if not words:
        return 0.5, text
    score = _share(name, words)
    if count_known is not None:
        score += min(3, count_known(text)) * _HEADING
    ascii_text = sample.lower()
    if any(hint in ascii_text for hint in _hints(name)):
        score += _HINT
    return score, text


@cache
def _hints(name: str) -> tuple[bytes, ...]:
    """Ends of domains and country codes of where the encoding is used."""
    return tuple(hint.encode() for hint in HINTS.get(name, "").split())


def _share(name: str, words: list[str]) -> float:
    """The share of the words that may be words in this encoding."""
    if name in FREQUENT:
        return sum(_is_of_characters(name, word) for word in words) / len(words)
    if name in SCRIPTS:
        return sum(_is_of_script(name, word) for word in words) / len(words)
    alphabets = _alphabets(name)
    if name in _WESTERN:
        words = ["\ufffd" if _NOT_WESTERN.search(word.lower()) else word for word in words]
    covered = [[_is_of(alphabet, word) for word in words] for alphabet in alphabets]
    anyhow = sum(any(column) for column in zip(*covered, strict=True)) / len(words)
    # A book in one language is likelier than one in many.
    alone = max(sum(row) for row in covered) / len(words)
    return 0.9 * anyhow + 0.1 * alone


@cache
def _alphabets(name: str) -> tuple[frozenset[str], ...]:
    return tuple(
        frozenset(letters + letters.upper().replace("SS", "")) for letters in ALPHABETS[name]
    )


def _is_of(alphabet: frozenset[str], word: str) -> bool:
    """Whether a word is of one language's letters, with capitals where capitals stand."""
    letters = [c for c in word if c not in _WITHIN_WORDS]
    if not all(c in alphabet if c > "\x7f" else c.isalnum() for c in letters):
        return False
    return _has_capitals_in_place(word)


def _has_capitals_in_place(word: str) -> bool:
    parts = re.split(r"[’‘'\-–·]", word)
    return all(
        part.islower() or part.isupper() or part[1:].islower() or not part[1:]
        or not any(c > "\x7f" and c.isupper() for c in part[1:])
        for part in parts
    )  # fmt: skip


def _is_of_script(name: str, word: str) -> float:
    """Whether a word is of one script alone, with capitals where capitals stand."""
    if not all(c in SCRIPTS[name] for c in word if c not in _WITHIN_WORDS):
        return 0.0
    if name == "cp874":
        return 0.0 if _NOT_THAI.search(word) else 0.8 if _RARE_THAI.search(word) else 1.0
    if word.lower() == word.upper() or word[1:].islower():
        return 1.0 if not word.islower() else 0.7
    # Names begin with a capital where there are any, and seldom are in capitals.
    return 0.85 * _has_capitals_in_place(word)


def _is_of_characters(name: str, word: str) -> float:
    """How much a word is of the characters that are in daily use; most, of those in names."""
    first, last, native = FREQUENT[name]
    common = COMMON_CHARACTERS[name]
    total = 0.0
    characters = [c for c in word if c > "\x7f"]
    for character in characters:
        if character in common:
            total += 1.0
            continue
        try:
            lead = character.encode(native)[0]
        except UnicodeEncodeError:
            continue
        # Half-width kana are one byte.
        total += WORTH[name] if first <= lead <= last else 0.2
    return total / len(characters)


class Guess:
    """The encoding of a file of lines, found when a line comes that is no UTF-8, and then kept."""

    def __init__(self, count_known: Callable[[str], int] | None = None) -> None:
        self.charset: Charset | None = None
        self._count_known = count_known

    @property
    def name(self) -> str:
        """For Python; empty for UTF-8."""
        return self.charset.name if self.charset else ""

    @property
    def doubt(self) -> str:
        """What to tell the owner if the encoding is not certain, or an empty string."""
        if self.charset is None or self.charset.is_sure:
            return ""
        return (
            "the file does not say its encoding, and its letters do not tell: it was read as"
            f" {self.charset.title}. If names look wrong, export it as UTF-8 and import that"
        )

    def look_at(self, sample: bytes) -> None:
        """Find the encoding from these lines, unless it is known already."""
        if self.charset is None:
            self.charset = charset_of(sample, self._count_known)


def guessed_lines(
    lines: Iterator[bytes], guess: Guess, joined: Callable[[list[bytes]], bytes] = b"\n".join
) -> Iterator[bytes]:
    """Yield the lines, letting the guess see some way ahead.

    joined: makes of lines what tells their encoding.
    """
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size > _AHEAD_BYTES or len(waiting) > _AHEAD_LINES:
            guess.look_at(joined(waiting))
            yield from waiting
            waiting, size = [], 0
    guess.look_at(joined(waiting))
    yield from waiting


_AHEAD_BYTES: Final = 256 * 1024
_AHEAD_LINES: Final = 2_000
