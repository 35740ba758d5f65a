"""A day as the owner types it: `yesterday`, `last friday`, `in May`, `3 weeks`, `12.4.`, `1990-04`.

The whole text has to be a date, unlike in `tools.days.asked`, which looks for days in a
question. Words are data (`days`), of every language at once.
"""

from datetime import date
from functools import cache
from typing import Final, Literal

from tools.days.shown import readable
from tools.days.spans import Span, counted, one_day, unit_beside, weekday_before
from tools.days.table import Way, ways
from tools.days.typed_numbers import Looking, UnclearDate, from_numbers, partial_date, without_year
from tools.days.words import Parts, date_words

LONGEST: Final = 60
_A_YEAR: Final = 366
# What a small word may stand before: `by next friday`, `in May`.
_BY_NAME: Final = (
    *("near", "next week", "next month", "last unit", "unit last", "next unit", "unit next"),
    *("coming unit", "unit coming", "last weekday", "weekday last", "next weekday"),
    *("weekday next", "coming weekday", "weekday coming", "any weekday"),
    *("day month", "month day", "month year", "month"),
)
_BY_COUNT: Final = ("ago", "ago behind", "ahead", "ahead behind", "counted")
_EXAMPLES: Final = "Write it like 2026-05-12, “12 May”, “last friday”, “in May” or “3 weeks”."


def read_date(text: str, today: date, looking: Looking) -> str:
    """The date that a text names, maybe partial: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `--MM-DD`.

    today: the owner's calendar day. Raises: UnclearDate.
    """
    asked = " ".join(text.casefold().split())
    if not asked or len(asked) > LONGEST:
        raise UnclearDate(f"“{text.strip()[:LONGEST]}” is no date. {_EXAMPLES}")
    try:
        found = from_numbers(asked, today, looking) or _from_words(asked, today, looking)
    except (ValueError, OverflowError):
        raise UnclearDate(f"There is no day “{text.strip()}”. {_EXAMPLES}") from None
    if found is None:
        raise UnclearDate(f"“{text.strip()}” is no date that I understand. {_EXAMPLES}")
    return found


def read_day(text: str, today: date, looking: Literal["back", "ahead"]) -> date:
    """A whole day. Of a month or a year that lies ahead, its first day.

    today: the owner's calendar day. Raises: UnclearDate, also for a day on the wrong side of today.
    """
    found = read_date(text, today, looking)
    parts = [int(part) for part in found.split("-")]
    if looking == "back" and len(parts) < 3:
        raise UnclearDate(f"Which day was that? “{text.strip()}” is longer than one.")
    year, month, number = (*parts, 1, 1)[:3]
    day = date(year, month, number)
    if looking == "back" and day > today:
        raise UnclearDate(
            f"{readable(day)} lies ahead; only what has happened can be logged. For what is to"
            " come: kinkeeper followup, kinkeeper event"
        )
    if looking == "ahead" and day < today:
        raise UnclearDate(f"{readable(day)} is over already. Name a day that lies ahead.")
    return day


def _from_words(asked: str, today: date, looking: Looking) -> str | None:
    for way in _ways():
        if match := way.pattern.fullmatch(asked):
            named = way.parts(match)
            if found := _date(way, named, today, looking):
                is_yearless = looking == "every year" and not named.year
                return _every_years(found, today) if is_yearless else found
    return None


def _every_years(found: str, today: date) -> str:
    """What comes every year, without a year that nobody named. Raises: UnclearDate.

    `tomorrow` is a day of every year; `20 years ago` tells the year as well.
    """
    if found.startswith("--") or len(found) == len("2026"):
        return found
    if len(found) == len("2026-05"):
        raise UnclearDate(
            f"{readable(found)}? Of what comes every year, say the day as well, or the year that it"
            " was: “12 May”, “May 1990”."
        )
    is_of_this_year = abs((date.fromisoformat(found) - today).days) <= _A_YEAR
    return f"-{found[len('2026') :]}" if is_of_this_year else found


def _date(way: Way, named: Parts, today: date, looking: Looking) -> str | None:
    if not named.month:
        return _spelt(_span(way, named, today, looking))
    if named.year:
        return partial_date(named.year, named.month, named.day)
    if named.day:
        return without_year(named.month, named.day, today, looking)
    if looking == "back":
        return partial_date(today.year - (named.month > today.month), named.month)
    return partial_date(today.year + (named.month < today.month), named.month)


def _span(way: Way, named: Parts, today: date, looking: Looking) -> Span:
    if looking == "back" and way.name == "any weekday":
        return one_day(weekday_before(today, named.weekday))
    if looking == "back" and way.name == "counted":
        return one_day(counted(today, -named.number, named.unit))
    return way.means(named, today)


def _spelt(span: Span) -> str | None:
    """A day, a month or a year; a week or a weekend is no date."""
    first, last = span
    if first == last:
        return first.isoformat()
    if span == unit_beside(first, "month", 0):
        return partial_date(first.year, first.month)
    return partial_date(first.year) if span == unit_beside(first, "year", 0) else None


@cache
def _ways() -> list[Way]:
    return [
        way
        for words in date_words().values()
        for way in (
            *ways(words, _BY_NAME, before="(?:(?:<before_day>|<before_month>) )?"),
            *ways(words, _BY_COUNT),
        )
    ]
