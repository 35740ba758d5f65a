"""Codes and passwords that no word names, told by what they open.

"The alarm beeps, you have thirty seconds for 4955": nobody says "code". A thing that opens with
numbers, and a number that nothing else explains, are enough; so are turns to the left and the right
beside a safe, and a word that somebody made up beside what one logs in to.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.code_values import NUMBERED, is_a_time, is_counted, is_of_a_house, is_year
from store.sensitive.kinds import CODE
from store.sensitive.passwords import SHORTEST_MADE_UP, is_of_a_user, made_up_tokens
from store.sensitive.spans import Span
from store.sensitive.words import OTHER_NUMBERS, words_of


def _single(section: str, *names: str) -> frozenset[str]:
    return frozenset(
        entry for name in names for entry in words_of(section, name) if entry.isalpha()
    )


_OPENED: Final = _single("code", "places", "opens")
_ENDINGS: Final = tuple(words_of("code", "ends_of_places"))
_SAFES: Final = tuple(words_of("code", "safes"))
_TURNS: Final = _single("code", "turns")
_CONTEXTS: Final = _single("password", "nouns", "loose_nouns", "devices", "contexts") | _single(
    "code", "opens"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_REACH: Final = 120
_LONE: Final = re.compile(
    r"(?<![\w€$£+@])(?<!\d[ .,:/-])(?<![.,:/&=-])"
    r"(?:[#*]\d{3,8}|\d{3,8}[#*]|\d{4,8})(?![\w€$£%°])(?![ .,:/-]{1,2}\d)"
)
# A flight, a train or a car: two letters before the number.
_OF_A_FLIGHT: Final = re.compile(r"(?<!\w)[A-Z]{1,3}[ -]?$")
_WORDS_OF_ANOTHER: Final = 2
_STEP: Final = re.compile(r"(?<![\w.,:/€$£+])\d{1,2}(?![\w€%]|[.:/]\d)")
_BARE_GAP: Final = re.compile(r"[ ]?[,;/>→–-][ ]?")
_LONGEST_GAP: Final = 32
_FEWEST_STEPS: Final = 3
_LONGEST_TURN: Final = 20
_LETTER_AND_DIGIT: Final = re.compile(r"[^\W\d_][._#!-]?\d|\d[^\W\d_]")


def may_be_made_up(text: str) -> bool:
    """Whether a text has a long word with letters and digits."""
    return any(
        len(token) >= SHORTEST_MADE_UP and _LETTER_AND_DIGIT.search(token) for token in text.split()
    )


def find_unnamed(seen: Canonical) -> Iterator[Span]:
    """Codes and passwords beside what they open; places in the canonical text."""
    words = seen.vocabulary
    yield from made_up_tokens(
        seen, in_context=not words.isdisjoint(_CONTEXTS), of_a_user=is_of_a_user(seen)
    )
    if not any(map(str.isdigit, seen.text)):
        return
    opens = not words.isdisjoint(_OPENED) or any(word.endswith(_ENDINGS) for word in words)
    if opens and is_of_a_house(seen):
        yield from _lone_numbers(seen)
    if any(word.startswith(_SAFES) for word in words):
        yield from _turns(seen)


def _lone_numbers(seen: Canonical) -> Iterator[Span]:
    text = seen.plain
    things = [
        (found.start(), found.end())
        for found in _WORD.finditer(text)
        if found[0] in _OPENED or found[0].endswith(_ENDINGS)
    ]
    for found in _LONE.finditer(text):
        number = found[0]
        has_sign = not number.isdigit()
        if not any(
            found.start() - _REACH < end and start < found.end() + _REACH for start, end in things
        ):
            continue
        before = _WORD.findall(text, max(0, found.start() - 40), found.start())
        if is_counted(text, found.end(), number) or _OF_A_FLIGHT.search(
            seen.text, max(0, found.start() - 5), found.start()
        ):
            continue
        if before[-1:] and before[-1] in NUMBERED:
            continue
        if not OTHER_NUMBERS.isdisjoint(before[-_WORDS_OF_ANOTHER if not has_sign else -1 :]):
            continue
        if has_sign or not (is_year(number) or is_a_time(before, number)):
            yield Span(*found.span(), CODE)


def _turns(seen: Canonical) -> Iterator[Span]:
    steps: list[tuple[int, int]] = []
    for found in [*_STEP.finditer(seen.told), None]:
        if found is not None and (
            not steps
            or (
                found.start() - steps[-1][1] <= _LONGEST_GAP
                and not re.search(r"[.!?]\s", seen.told[steps[-1][1] : found.start()])
            )
        ):
            steps.append(found.span())
            continue
        yield from _chain(seen, steps)
        steps = [found.span()] if found is not None else []


def _chain(seen: Canonical, steps: list[tuple[int, int]]) -> Iterator[Span]:
    if len(steps) < _FEWEST_STEPS:
        return
    low, high = steps[0][0], steps[-1][1]
    said = _WORD.findall(seen.plain, max(0, low - 24), high + 16)
    gaps = [seen.told[a[1] : b[0]] for a, b in pairwise(steps)]
    if sum(word in _TURNS for word in said) > 1 or all(map(_BARE_GAP.fullmatch, gaps)):
        yield Span(*_with_turns(seen.plain, low, high), CODE)


def _with_turns(text: str, low: int, high: int) -> tuple[int, int]:
    """The turns before and behind belong to it."""
    before = [*_WORD.finditer(text, max(0, low - _LONGEST_TURN), low)]
    after = _WORD.search(text, high, high + _LONGEST_TURN)
    if before and before[-1][0] in _TURNS:
        low = before[-1].start()
    return low, after.end() if after and after[0] in _TURNS else high
