"""Identity numbers that their name tells, of whatever country: `personas kods 120585-11234`.

The forms of most countries have no check that tells them from other numbers; their names do. A name
in `words/identity.toml` and what follows it close by is enough.
"""

import re
from collections.abc import Iterator
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.kinds import IDENTITY
from store.sensitive.spans import Span
from store.sensitive.words import OTHER_NUMBERS, words_of

_NAMES: Final = words_of("identity", "names")
# Scripts that are written without spaces, or that join small words to the next one.
_UNSPACED: Final = re.compile("[\u0590-\u06ff\u0900-\u0eff\u10a0-\u10ff\u3040-\u30ff\u4e00-\ud7af]")
_SPACED_NAMES: Final = [name for name in _NAMES if not _UNSPACED.search(name)]
_BEGINNING: Final = 3
_BEGINNINGS: Final = frozenset(re.findall(r"\w+", name)[0][:_BEGINNING] for name in _SPACED_NAMES)


def _any_of(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda n: (-len(n), n)))


# A long one may bear an ending: adóazonosítóm, fødselsnummeret, körkortsnumret, passports.
_LONG_NAME: Final = 7
_ENDED: Final = [name for name in _SPACED_NAMES if len(name) >= _LONG_NAME]
_SPACED: Final = re.compile(
    rf"(?<!\w)(?:(?:{_any_of(_ENDED)})\w{{0,8}}|(?:{_any_of(_SPACED_NAMES)}))(?!\w)"
)
_OTHERS: Final = re.compile(_any_of([name for name in _NAMES if _UNSPACED.search(name)]))
_LEAD: Final = r"(?:[A-Za-z]{1,4}[ .-])?"
_PART: Final = r"[A-Za-z]{0,8}\d[A-Za-z0-9]{0,20}"
_NUMBER: Final = re.compile(
    rf"(?<![A-Za-z0-9_])(?:[A-Z]{{1,4}}[ .-])?{_PART}(?:[ ./-]{{1,2}}{_PART}){{0,7}}"
    r"(?:-[A-Za-z]|[ ][A-Z])?(?!\w)"
)
# "C01X00T47 is my passport": what stands before the name is a number of that kind by itself.
_BEFORE: Final = re.compile(
    r"(?<![\w.-])(?=[A-Z0-9. -]{0,24}\d)([A-Z]{0,5}\d[A-Z0-9]{3,18}(?:[ .-][A-Z0-9]{2,6}){0,4})"
    r"(?![\w-])[^\n\d.!?]{1,32}$"
)
_DATE: Final = re.compile(
    r"(?:19|20)\d\d[ ./-]{1,2}\d{1,2}[ ./-]{1,2}\d{1,2}"
    r"|\d{1,2}[ ./-]{1,2}\d{1,2}[ ./-]{1,2}(?:19|20)\d\d"
)
_FEWEST: Final = 6
_LONG_IN_CAPITALS: Final = 8
_REACH: Final = 90
_REACH_BACK: Final = 64
_WORDS_OF_ANOTHER: Final = 2
_IS: Final = frozenset(word for each in words_of("password", "is") for word in each.split())
_MOST: Final = 20


def may_begin_a_name(word: str) -> bool:
    """Whether the name of an identity number may begin with a word, in lower case."""
    return word[:_BEGINNING] in _BEGINNINGS


def find_named(seen: Canonical) -> Iterator[Span]:
    """Numbers after the name of an identity number; places in the canonical text."""
    if any(map(may_begin_a_name, seen.vocabulary)):
        yield from _after(_SPACED, seen)
    if not seen.text.isascii():
        yield from _after(_OTHERS, seen)


def _after(names: re.Pattern[str], seen: Canonical) -> Iterator[Span]:
    for name in names.finditer(seen.plain):
        yield from _number_before(seen, name.start())
        window = _window(seen.text, name.end())
        for number in _NUMBER.finditer(seen.text, name.end(), window):
            said = re.findall(r"[^\W\d_]+", seen.plain[name.end() : number.start()])
            if not {*said[-_WORDS_OF_ANOTHER:]}.isdisjoint(
                OTHER_NUMBERS - {"id", "nr", "no", "numer"}
            ):
                break
            if _is_number(number[0]):  # and on to those of the rest of the family
                yield Span(*number.span(), IDENTITY)


def _window(text: str, start: int) -> int:
    """Up to where the number may begin: not behind an empty line."""
    end = min(len(text), start + _REACH)
    blank = text.find("\n\n", start, end)
    return end if blank < 0 else blank


def _is_number(number: str) -> bool:
    digits = sum(map(str.isdigit, number))
    count = sum(map(str.isalnum, number))
    is_mixed = digits >= 1 and count >= _LONG_IN_CAPITALS and number.isupper()
    return _FEWEST <= count <= _MOST and (digits >= 3 or is_mixed) and not _DATE.fullmatch(number)


def _number_before(seen: Canonical, at: int) -> Iterator[Span]:
    low = max(0, at - _REACH_BACK)
    found = _BEFORE.search(seen.text[low:at])
    if found is None or _DATE.fullmatch(found[1]):
        return
    said = set(re.findall(r"[^\W\d_]+", seen.plain[low + found.end(1) : at]))
    if _FEWEST <= sum(map(str.isalnum, found[1])) <= _MOST and not said.isdisjoint(_IS):
        yield Span(low + found.start(1), low + found.end(1), IDENTITY)
