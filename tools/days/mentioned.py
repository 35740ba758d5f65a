"""The day that a line of talk points to: `on Friday`, `tomorrow`, `in January`, `14 Nov`."""

from datetime import date, timedelta
from functools import cache
from typing import Final

from tools.days.table import Way, dated, ways
from tools.days.words import Parts, date_words

_BY_WORDS: Final = ("coming", "next week", "next month", "weekday to come")


def mentioned_day(text: str, said_on: date) -> date | None:
    """The first day after `said_on` that a text names, or None.

    A weekday is the next one, unless it is said to be over; a month without a day is its last day,
    so that what was said to happen in it is surely over when that day has passed.
    """
    lowered = text.casefold()
    # "Sunday 22 November" is that day, whichever Sunday comes first.
    found = _found(lowered, said_on, "month or its day") or _found(lowered, said_on, *_BY_WORDS)
    return min((day for day in found if day >= said_on), default=None)


def _found(lowered: str, said_on: date, *names: str) -> list[date]:
    days = []
    for way in _ways(names):
        for match in way.pattern.finditer(lowered):
            try:
                days.append(_day(way, way.parts(match), said_on))
            except ValueError:  # no such day
                continue
    return days


def _day(way: Way, named: Parts, said_on: date) -> date:
    if named.month:
        return dated(named, said_on.year + (named.month < said_on.month))[1]
    if way.name == "next month":
        return said_on + timedelta(days=30)
    return way.means(named, said_on)[0]


@cache
def _ways(names: tuple[str, ...]) -> list[Way]:
    return [way for words in date_words(talk=True).values() for way in ways(words, names)]
