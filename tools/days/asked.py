"""The days that a question is about: `last spring`, `two weeks ago`, `3 May 2024`, `in March`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final, NamedTuple

from tools.days.spans import Span, one_day, weekday_before
from tools.days.table import Way, ways
from tools.days.words import Parts, all_date_words, date_words

# People tell of a day on the next one, and are a day out.
_EITHER_SIDE: Final = timedelta(days=1)
_LONGEST: Final = 300
# What is so long ago was about then.
_SLACK: Final = {"day": 0, "week": 3, "month": 15, "year": 180}
_BY_DATE: Final = ("iso", "dotted", "day month", "month day", "month year", "in month", "year")
_BY_WORDS: Final = (
    *("gone", "ago", "ago behind", "last season", "season last", "this season"),
    *("last unit", "unit last", "this unit", "weekday", "feast"),
)
# One of these words stands in every way to name a day without a digit.
_TELLING: Final = ("month", "weekday", "near_gone", "unit", "unit_counted", "season", "feast")


class EveryYear(NamedTuple):
    """A date without a year. day: 0 for the whole month."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class AskedDays:
    """spans: first and last day, both included."""

    spans: tuple[Span, ...] = ()
    every_year: tuple[EveryYear, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.spans or self.every_year)

    def hold(self, day: date) -> bool:
        """Whether a day is among those asked about."""
        if any(first - _EITHER_SIDE <= day <= last + _EITHER_SIDE for first, last in self.spans):
            return True
        near = (day - _EITHER_SIDE, day, day + _EITHER_SIDE)
        return any(
            any(d.month == month and number in (0, d.day) for d in (near if number else near[1:2]))
            for month, number in self.every_year
        )


def asked_days(query: str, today: date) -> AskedDays:
    """Every day or span that a question names; none that lies ahead.

    today: the owner's calendar day. A winter is the one that had begun by then.
    """
    text = query.casefold()[:_LONGEST]
    # Most questions name no day.
    if not re.search(r"\d", text) and _telling_words().isdisjoint(re.findall(r"\w+", text)):
        return AskedDays()
    spans: list[Span] = []
    yearless: list[EveryYear] = []
    for way in _ways():
        named = False
        for match in way.pattern.finditer(text):
            named = True
            try:
                found = _meant(way, way.parts(match), today)
            except (ValueError, OverflowError):  # no such day: 31 June, a million years ago
                continue
            if isinstance(found, EveryYear):
                yearless.append(found)
            elif found:
                spans.append(found)
        # A full date is not also its month and its year.
        if named:
            text = way.pattern.sub(" ", text)
    return AskedDays(
        tuple((first, last) for first, last in spans if first <= today), tuple(yearless)
    )


def _meant(way: Way, named: Parts, today: date) -> Span | EveryYear | None:
    match way.name:
        case "ago" | "ago behind":
            middle, slack = way.means(named, today)[0], timedelta(days=_SLACK[named.unit])
            return middle - slack, middle + slack
        case "last season" | "season last":
            start, end = way.means(named, today)
            # Said within a season, it is the one before.
            return way.means(named, start - timedelta(days=1)) if today <= end else (start, end)
        case "weekday":
            return one_day(weekday_before(today, named.weekday))
        case "feast":
            return EveryYear(12, named.feast)
        case "dotted" if not named.year:  # 1.2. may be a version or a chapter
            return None
    if named.month and not named.year:
        date(2000, named.month, named.day or 1)  # raises ValueError for 31 June
        return EveryYear(named.month, named.day)
    return way.means(named, today)


@cache
def _ways() -> list[Way]:
    by_words = [way for words in date_words().values() for way in ways(words, _BY_WORDS)]
    return [*ways(all_date_words(), _BY_DATE), *by_words]


@cache
def _telling_words() -> frozenset[str]:
    words = all_date_words()
    forms = [form for group in _TELLING for form in words.forms(group)]
    return frozenset(re.findall(r"\w+", form)[0] for form in forms)
