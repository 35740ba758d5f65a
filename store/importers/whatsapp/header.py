"""How a WhatsApp export begins a message: date, time and sign, in the forms of all languages.

The forms were gathered from exports in public test data and bug reports. Before the numbers at the
beginning of a line are read, invisible marks are removed, spaces made plain, and the digits of
other scripts turned into ours.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final, Literal

from store.importers.whatsapp.words import HALVES_OF_DAY

DateOrder = Literal["day first", "month first", "year first"]
_HEAD_CHARACTERS: Final = 64
_MARKS: Final = frozenset(
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
_NO_MARKS: Final = dict.fromkeys(map(ord, _MARKS))
_MAY_BEGIN: Final = re.compile(r"\W{0,6}\d")
_HALF: Final = "|".join(
    r"\.?\s?".join(re.escape(letter) for letter in word) + r"\.?"
    for word in sorted(HALVES_OF_DAY, key=len, reverse=True)
)
_HEADER: Final = re.compile(
    r"(?P<open>\[?)\s?"
    r"(?P<a>\d{1,4})\s?(?P<sep>[./年년-])\s?(?P<b>\d{1,2})\s?[./月월-]\s?(?P<c>\d{1,4})(?P<dot>[.日일]?)"
    rf"\s?[,،、]?\s?(?:(?P<before>{_HALF})\s?|(?:[^\W\d_]{{1,6}}\.?\s){{1,2}})?"
    r"(?P<hour>\d{1,2})\s?[:.h٫]\s?(?P<minute>\d{2})"
    r"(?:\s?(?:[:.٫]|min)\s?(?P<second>\d{2})(?:\s?s\b)?)?"
    rf"(?:\s?(?P<after>{_HALF}))?"
    r"(?P<end>\]\s?|\s?[-–—]\s|\s?:\s|,\s|\s)",
    re.IGNORECASE,
)


class _Plain(dict[int, str | None]):
    """What to write for a character: nothing for a mark, a plain space, a digit of ours."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        digit = unicodedata.decimal(character, None)
        plain = " " if character.isspace() else character
        self[code] = None if character in _MARKS else plain if digit is None else str(digit)
        return self[code]


_PLAIN: Final = _Plain()

# The lengths of the months of a Persian year; the last one has 29 or 30 days.
_PERSIAN_MONTHS: Final = (31, 31, 31, 31, 31, 31, 30, 30, 30, 30, 30, 30)
_BUDDHIST_AHEAD: Final = 543


@dataclass(frozen=True, slots=True)
class Form:
    """How one phone writes the beginning of a message: all lines of a file share one form.

    Forms are compared as a whole. has_half: the hour has its half of the day, before or after it.
    has_short_year: the year has two digits, so that it may stand first or last.
    """

    opening: str
    separator: str
    is_year_first: bool
    has_short_year: bool
    has_seconds: bool
    has_half: bool
    ending: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """The beginning of a message. first, second, third: the numbers of its date as written.

    hour: of 24. length: how many characters of the line belong to it.
    """

    form: Form
    first: int
    second: int
    third: int
    hour: int
    minute: int
    seconds: int
    length: int

    def moment(self, order: DateOrder) -> datetime | None:
        """The local time that is meant, without its zone, or None when there is no such date."""
        if order == "year first":
            year, month, day = self.first, self.second, self.third
        elif order == "day first":
            year, month, day = self.third, self.second, self.first
        else:
            year, month, day = self.third, self.first, self.second
        on = _day(year, month, day)
        if on is None:
            return None
        return datetime.combine(on, time(self.hour, self.minute, self.seconds))


def stamp_of(line: str) -> Stamp | None:
    """Read the beginning of a line, or return None when no message begins there."""
    if not _MAY_BEGIN.match(line):
        return None
    head = line[:_HEAD_CHARACTERS]
    found = _HEADER.match(head if head.isascii() else head.translate(_PLAIN))
    if found is None:
        return None
    ending = found["end"].strip()
    is_year_first = len(found["a"]) > 2
    year = found["a"] if is_year_first else found["c"]
    if (
        (found["open"] == "[") is not (ending == "]")
        or len(year) == 3
        or (len(year) == 1 and len(found["a"]) == 1)
        or (is_year_first and len(found["c"]) > 2)
        or (not ending and found["dot"] != ".")
    ):
        return None
    hour = _hour(int(found["hour"]), found["before"] or found["after"] or "")
    minute, seconds = int(found["minute"]), int(found["second"] or 0)
    if hour > 23 or minute > 59 or seconds > 59:
        return None
    return Stamp(
        form=Form(
            opening=found["open"],
            separator=found["sep"],
            is_year_first=is_year_first,
            has_short_year=not is_year_first and len(year) < 3,
            has_seconds=found["second"] is not None,
            has_half=bool(found["before"] or found["after"]),
            ending=ending,
        ),
        first=int(found["a"]),
        second=int(found["b"]),
        third=int(found["c"]),
        hour=hour,
        minute=minute,
        seconds=seconds,
        length=_length_as_written(head, found.end()),
    )


def without_marks(text: str) -> str:
    """The text without the direction marks that WhatsApp puts around names and files."""
    return text if text.isascii() else text.translate(_NO_MARKS)


def _length_as_written(head: str, length: int) -> int:
    """How long the first `length` plain characters are, counting the marks between them."""
    if head.isascii():
        return length
    for offset, character in enumerate(head):
        length -= character not in _MARKS
        if length == 0:
            return offset + 1
    return len(head)


def _hour(hour: int, half: str) -> int:
    if not half or hour > 12:
        return hour
    kind = HALVES_OF_DAY["".join(c for c in half.casefold() if c not in ". ")]
    if kind == "noon":
        return hour if hour >= 10 else hour + 12
    return hour % 12 + (12 if kind == "pm" else 0)


@lru_cache(maxsize=4096)
def _day(year: int, month: int, day: int) -> date | None:
    """The day in our calendar; Thai years and Persian dates are converted."""
    if year < 100:
        # WhatsApp began in 2009, in the Thai year 2552.
        year += 2000 if year < 52 else 2500 - _BUDDHIST_AHEAD
    elif year > 2400:
        year -= _BUDDHIST_AHEAD
    elif 1380 <= year < 1430:
        return _persian_day(year, month, day)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _persian_day(year: int, month: int, day: int) -> date | None:
    """A day of the Persian calendar by its cycle of 33 years, right from 1343 to 1472."""
    if not 1 <= month <= 12 or not 1 <= day <= _PERSIAN_MONTHS[month - 1]:
        return None
    # The cycle began on 20 March 1996, with a leap year.
    years = year - 1375
    leap_days = sum((each - 1375) % 33 in _PERSIAN_LEAPS for each in range(1375, year))
    new_year = date(1996, 3, 20).toordinal() + 365 * years + leap_days
    return date.fromordinal(new_year + sum(_PERSIAN_MONTHS[: month - 1]) + day - 1)


_PERSIAN_LEAPS: Final = frozenset({0, 4, 8, 12, 16, 20, 24, 28})
