"""The days that a promise or a piece of news names, from the day on which it was said.

A span: `next week` is seven days.
"""

from datetime import date, timedelta
from functools import cache
from typing import Final, NamedTuple

from tools.days.spans import Span, one_day, unit_beside, weekday_before
from tools.days.table import Way, dated, ways
from tools.days.words import Parts, date_words

_FURTHEST: Final = timedelta(days=800)
_FRIDAY: Final = 4
_NAMES: Final = (
    *("iso", "dotted", "day month", "month day", "nth", "in month", "ahead", "near"),
    *("next weekday", "last weekday", "coming weekday", "this weekday", "weekday"),
    *("on any weekday", "end of unit", "next unit", "last unit", "on weekend", "this unit"),
    "coming unit",
)


class Named(NamedTuple):
    """first to last: the days, both included. start, end: where in the text they stand."""

    first: date
    last: date
    start: int
    end: int


def named_days(text: str, said_on: date, language: str, *, past: bool = False) -> Named | None:
    """The days that a text names, or None. past: it tells of what was, so that Friday is the last.

    A day of the month is the next one, or for what was the last one.
    """
    # Letter by letter: the places are those of the text. This one letter becomes two otherwise.
    lowered = text.replace("İ", "I").lower()
    over: list[Named] = []
    for way in _ways(language):
        for match in way.pattern.finditer(lowered):
            start, end = match.span()
            # The Friday of `last Friday`, the March of `3 March 2020`.
            if any(start < other.end and other.start < end for other in over):
                continue
            try:
                span = _span(way, way.parts(match), said_on, past)
            except (ValueError, OverflowError):  # no such day
                continue
            if span is None:
                continue
            named = Named(*span, start, end)
            if abs(named.first - said_on) <= _FURTHEST and (named.last >= said_on or past):
                return named
            over.append(named)
    return None


def event_date(named: Named) -> str:
    """A partial date: a day, of a weekend its end, else the month or the year that holds it."""
    if named.last - named.first <= timedelta(days=1):
        return named.last.isoformat()
    if (named.first.year, named.first.month) == (named.last.year, named.last.month):
        return f"{named.first:%Y-%m}"
    return f"{named.last:%Y-%m}" if named.first.year == named.last.year else str(named.last.year)


def _span(way: Way, named: Parts, said_on: date, past: bool) -> Span | None:
    """What a way to name a day means in talk; None where it means none."""
    if named.month:
        return _date(named, said_on, past) if named.day or way.name != "iso" else None
    match way.name:
        case "nth":
            months = (not past and named.day < said_on.day) - (past and named.day > said_on.day)
            return way.means(named, unit_beside(said_on, "month", months)[0])
        case "next weekday":  # that of the next week, not the first that comes
            return one_day(unit_beside(said_on, "week", 1)[0], named.weekday)
        case "coming weekday" | "this weekday" | "weekday" | "on any weekday" if past:
            return one_day(weekday_before(said_on, named.weekday))
        case "on weekend" if past:
            return unit_beside(said_on, "weekend", -1)
        case "end of unit" if named.unit == "week":
            return one_day(unit_beside(said_on, "week", 0)[0], _FRIDAY)
        case "end of unit":
            return one_day(way.means(named, said_on)[1]) if named.unit == "month" else None
        case "ahead" if named.unit == "year":  # no day is meant
            return None
        case "this unit" | "coming unit":
            is_near = named.unit in {"week", "month"}
            return unit_beside(said_on, named.unit, 0) if is_near else None
    return way.means(named, said_on)


def _date(named: Parts, said_on: date, past: bool) -> Span:
    """That day or month in the year that is meant: the next one, or for what was the last one."""
    year = named.year
    if not year:
        then, now = (named.month, named.day), (said_on.month, said_on.day if named.day else 0)
        year = said_on.year + (not past and then < now) - (past and then > now)
    return dated(named, year)


@cache
def _ways(language: str) -> list[Way]:
    return ways(date_words(talk=True)[language], _NAMES)
