"""Passwords and codes that nothing calls so, by the row of words in which they stand.

Somebody's name and then the password, a network and what gets one on it, a word that is "all one
word", a card that works with four digits, a number and a letter for a door. The words are those of
`words/rows.toml`.
"""

import re
from collections.abc import Iterator
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.code_values import (
    CODE,
    NUMBERED,
    goes_on_as_a_sentence,
    is_of_a_house,
    is_year,
)
from store.sensitive.named_numbers import IDENTITY
from store.sensitive.passwords import PASSWORD, is_plain_password, length_of_a_password
from store.sensitive.spans import Span
from store.sensitive.words import OTHER_NUMBERS, words_of


def _any_of(*names: str) -> str:
    entries = [entry for name in names for entry in words_of("row", name)]
    return "|".join(re.escape(entry) for entry in sorted(entries, key=lambda e: (-len(e), e)))


def _single(section: str, *names: str) -> frozenset[str]:
    return frozenset(
        entry for name in names for entry in words_of(section, name) if entry.isalpha()
    )


_FIRST_WORDS: Final = frozenset(
    re.findall(r"\w+", entry)[0]
    for name in ("users", "logs_in", "networks", "cards")
    for entry in words_of("row", name)
)
_NETWORKS: Final = _single("row", "networks")
_NOUNS: Final = "|".join(
    re.escape(noun) for noun in sorted(words_of("password", "nouns"), key=lambda n: (-len(n), n))
)
_PASSWORD_NOUNS: Final = _single("password", "nouns")
_DOORS: Final = _single("code", "places") | _single("row", "keypads")
_DOCUMENTS: Final = _single("row", "documents")
_CARDS: Final = _single("row", "cards")
_VALUE: Final = r"[\"'“„«`(*]*(?P<value>\S{5,64})"
_THEN: Final = (
    rf"(?:,|;|[ ]/|[ ]\+|[ ]&)?[ ]+(?:(?:{_any_of('then')})(?!\w),?[ ]+){{1,2}}"
    rf"(?:(?:{_NOUNS})[ ]*[:=]?[ ]*)?"
)
_OF_A_USER: Final = re.compile(
    rf"(?<!\w)(?:{_any_of('users', 'logs_in')})(?!\w)[ ]*[:=]?[ ]*\S{{2,40}}?{_THEN}{_VALUE}"
)
_LOGGED_IN: Final = re.compile(
    rf"(?<!\w)(?:{_any_of('logs_in')})(?!\w)[ ]*[:=]?[ ]*\S{{2,40}}?{_THEN}{_VALUE}"
)
_WRITTEN: Final = re.compile(rf"(?<!\w)(?:{_any_of('writes')})[ ]+\S{{2,40}}?{_THEN}{_VALUE}")
_WITH: Final = re.compile(rf"(?<!\w)(?:{_any_of('with')})[ ]+{_VALUE}")
_IS: Final = "|".join(
    re.escape(each) for each in sorted(words_of("password", "is"), key=lambda i: (-len(i), i))
)
_SAID: Final = rf"(?<!\S){_VALUE}?,?[ ]+[(-]?[ ]?"
_ONE_WORD: Final = re.compile(rf"{_SAID}(?:{_any_of('one_word')})(?!\w)")
_TOGETHER: Final = re.compile(rf"{_SAID}(?:{_any_of('together')})(?=[ ]*(?:[.,;)!\n]|$))")
# What leads to a value, and what joins two things that are told of together.
_LED: Final = re.compile(rf"(?:[:=]|(?<!\w)(?:{_IS}|{_any_of('networks')}|{_NOUNS}))[ ]*$")
_JOINED: Final = re.compile(r"(?<!\w)(?:and|und|et|y|en|i|och|oraz)[ ]$")
_NAMED_NET: Final = re.compile(
    rf"(?<!\w)(?:{_any_of('networks')})[ ]*[:=]?[ ]*(?P<net>\S{{3,40}}?)(?:,|;|[ ]/|[ ]-)?[ ]+"
    rf"(?:{_NOUNS})[ ]+(?P<value>[^\W\d_]{{6,40}})(?=[ ]*(?:[.,;)!\n]|$))"
)
# Two words that a digit or a sign joins: barnacle4tea.
_TWO_WORDS: Final = re.compile(
    r"[^\W\d_]{3,}(?:\d{1,4}|[&+!$#_*=])[^\W\d_]{3,}(?:[\d&+!$#_*=-]+[^\W\d_]*)*"
)
_OF_A_CARD: Final = re.compile(
    rf"(?<!\w)(?:{_any_of('pays')})[ ]+(?P<value>\d{{4,6}})(?![\w€$£%]|[.,]\d)"
)
_REACH_OF_A_CARD: Final = 48
_LETTERED: Final = re.compile(r"(?<![\w€$£+.,:/-])\d{4,6}[A-Z](?![\w-])")
_MEASURED: Final = re.compile(r"\d+0[AGHKLMPVWX]")
_REACH_OF_A_DOOR: Final = 100
_FORM: Final = re.compile(r"(?<![\w-])[A-Z]{2}[ ]?\d{5}[ ]?[A-Z]{2}(?![\w-])")
_SHORTEST_OF_ONE_WORD: Final = 8
_LONG_FOR_ONE_WORD: Final = 12


def begins_a_row(word: str) -> bool:
    """Whether a word, folded, may begin a row in which a password or a code stands."""
    return word in _FIRST_WORDS


def find_in_rows(seen: Canonical) -> Iterator[Span]:
    """Passwords, PINs and codes by the row of words they stand in; places in the canonical text."""
    words = seen.vocabulary
    if not words.isdisjoint(_FIRST_WORDS):
        yield from _of_a_user(seen)
    if not words.isdisjoint(_NETWORKS | _PASSWORD_NOUNS):
        yield from _of_a_network(seen)
    if not any(map(str.isdigit, seen.text)):
        return
    if not words.isdisjoint(_CARDS):
        yield from _of_a_card(seen)
    if not words.isdisjoint(_DOORS) and is_of_a_house(seen):
        yield from _of_a_door(seen)
    if not words.isdisjoint(_DOCUMENTS):
        yield from (Span(*found.span(), IDENTITY) for found in _FORM.finditer(seen.text))


def _of_a_user(seen: Canonical) -> Iterator[Span]:
    for form, may_end in ((_OF_A_USER, False), (_LOGGED_IN, True)):
        for found in form.finditer(seen.plain):
            yield from _password(seen, *found.span("value"), may_end=may_end)


def _of_a_network(seen: Canonical) -> Iterator[Span]:
    text = seen.plain
    yield from _one_word(text)
    if _NETWORKS.isdisjoint(seen.vocabulary):
        return
    for found in _WRITTEN.finditer(text):
        yield from _password(seen, *found.span("value"), may_end=False)
    for found in _WITH.finditer(text):
        start, end = found.span("value")
        value = seen.text[start:end].rstrip(".,;:?)\"'”»")
        if _TWO_WORDS.fullmatch(value) and len(value) >= _SHORTEST_OF_ONE_WORD:
            yield Span(start, start + len(value), PASSWORD)
    for found in _NAMED_NET.finditer(text):
        net = seen.text[slice(*found.span("net"))]
        if (not net.islower() or not net.isalpha()) and is_plain_password(found["value"]):
            yield Span(*found.span("value"), PASSWORD)


def _one_word(text: str) -> Iterator[Span]:
    for form, is_weak in ((_ONE_WORD, False), (_TOGETHER, True)):
        for found in form.finditer(text):
            start = found.start("value")
            value = found["value"].rstrip(",;:-)\"'”»")
            fewest = _SHORTEST_OF_ONE_WORD
            if is_weak and not _LED.search(text, max(0, start - 24), start):
                fewest = _LONG_FOR_ONE_WORD
            if len(value) < fewest or _JOINED.search(text, max(0, start - 8), start):
                continue
            if len(value) >= _LONG_FOR_ONE_WORD or is_plain_password(value):
                yield Span(start, start + len(value), PASSWORD)


def _password(seen: Canonical, start: int, end: int, *, may_end: bool) -> Iterator[Span]:
    """may_end: whether a sign at its end is its own where the sentence goes on."""
    goes_on = may_end and re.match(r"\s+[a-z]", seen.plain[end:]) is not None
    if seen.text.startswith("@", start):
        return
    length = length_of_a_password(seen.text[start:end], goes_on=goes_on)
    if length:
        yield Span(start, start + length, PASSWORD)


def _of_a_card(seen: Canonical) -> Iterator[Span]:
    for found in _OF_A_CARD.finditer(seen.plain):
        before = seen.plain[max(0, found.start() - _REACH_OF_A_CARD) : found.start()]
        number = found["value"]
        if _CARDS.isdisjoint(re.findall(r"\w+", before)) or is_year(number):
            continue
        if goes_on_as_a_sentence(seen.plain, found.end()):
            yield Span(*found.span("value"), CODE)


def _of_a_door(seen: Canonical) -> Iterator[Span]:
    for found in _LETTERED.finditer(seen.text):
        low = max(0, found.start() - _REACH_OF_A_DOOR)
        before = re.findall(r"[^\W\d_]+", seen.plain[low : found.start()])
        after = re.findall(r"[^\W\d_]+", seen.plain[found.end() : found.end() + _REACH_OF_A_DOOR])
        if before and (before[-1] in NUMBERED or before[-1] in OTHER_NUMBERS):
            continue
        if not _DOORS.isdisjoint([*before, *after]) and not _MEASURED.fullmatch(found[0]):
            yield Span(*found.span(), CODE)
