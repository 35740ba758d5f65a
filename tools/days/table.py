"""The ways to name a day: one table, filled with the words of each language.

`<last>` stands for any word of that list in `days.toml`; `<month>`, `<unit>` and the like for words
whose meaning `tools.days.words` knows. Beside it stands what is meant, seen from a day. Each reader
takes the ways that count for it, in its order, and says itself what it understands otherwise.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final, NamedTuple

from tools.days.spans import (
    Span,
    counted,
    days_of_month,
    one_day,
    unit_beside,
    weekday_after,
    weekday_before,
)  # fmt: skip
from tools.days.words import DateWords, Parts

Means = Callable[[Parts, date], Span]


def dated(named: Parts, year: int) -> Span:
    """That day, or all of the month, in a year. Raises: ValueError."""
    if named.day:
        return one_day(date(year, named.month, named.day))
    return days_of_month(year, named.month)


def _unit(away: int) -> Means:
    return lambda named, today: unit_beside(today, named.unit, away)


def _count(sign: int) -> Means:
    return lambda named, today: one_day(counted(today, sign * named.number, named.unit))


def _in_its_year(named: Parts, _today: date) -> Span:
    return dated(named, named.year)


def _near(named: Parts, today: date) -> Span:
    return one_day(today, named.near)


def _last_weekday(named: Parts, today: date) -> Span:
    return one_day(weekday_before(today, named.weekday))


def _coming_weekday(named: Parts, today: date) -> Span:
    return one_day(weekday_after(today, named.weekday))


def _season(named: Parts, today: date) -> Span:
    """The one that began last."""
    start = date(today.year - (named.season > today.month), named.season, 1)
    return start, one_day(start, 91)[1]


_YEAR: Final = "(?:,?(?: de| of)? <year>)"
_PART: Final = "(?: <parts>)?"
_WAYS: Final[dict[str, tuple[str, Means]]] = {
    # By the calendar. In talk a month counts with a day or a small word: `may` is mostly none.
    "iso": ("<year>-<month_number>(?:-<day_number>)?", _in_its_year),
    "dotted": (r"<day_number>\.<month_number>\.<year>?", _in_its_year),
    "day month": (f"<day>(?: of| de)? <month>{_YEAR}?", _in_its_year),
    "month day": (f"<month> <day>{_YEAR}?", _in_its_year),
    "month year": (f"<month>{_YEAR}", _in_its_year),
    "in month": (f"<before_month> <month>{_YEAR}?", _in_its_year),
    "month": ("<month>", _in_its_year),
    "month or its day": (
        "(?:<day>(?: of| de)? |<before_month> )<month>(?: <day_behind>)?",
        _in_its_year,
    ),
    "year": (
        r"(?P<year>(?:19|20)\d\d)",
        lambda named, _: (date(named.year, 1, 1), date(named.year, 12, 31)),
    ),
    "nth": ("<on_the_nth>", lambda named, today: one_day(today.replace(day=named.day))),
    # Some days away.
    "near": (f"<near>{_PART}", _near),
    "gone": ("<near_gone>", _near),
    "coming": ("<near_coming>", _near),
    "next week": ("<next_week>", lambda _, today: one_day(today, 7)),
    "next month": ("<next_month>", lambda _, today: unit_beside(today, "month", 1)),
    "ago": ("<before_ago> <number> <unit_counted>", _count(-1)),
    "ago behind": ("<number> <unit_counted> <after_ago>", _count(-1)),
    "ahead": ("<before_ahead> <number> <unit_counted>", _count(1)),
    "ahead behind": ("<number> <unit_counted> <after_ahead>", _count(1)),
    "counted": ("<number> <unit_counted>", _count(1)),
    # A weekday.
    "last weekday": (f"<last> <weekday_any>{_PART}", _last_weekday),
    "weekday last": ("<weekday_any> <last>", _last_weekday),
    "next weekday": (f"<next> <weekday_any>{_PART}", _coming_weekday),
    "weekday next": ("<weekday_any> <next>", _coming_weekday),
    "coming weekday": (f"<coming> <weekday_any>{_PART}", _coming_weekday),
    "weekday coming": ("<weekday_any> <coming>", _coming_weekday),
    "this weekday": (f"<this> <weekday>{_PART}", _coming_weekday),
    "weekday": (f"<weekday>{_PART}", _coming_weekday),
    "any weekday": (f"<weekday_any>{_PART}", _coming_weekday),
    "on any weekday": (f"<before_weekday_short> <weekday_any>{_PART}", _coming_weekday),
    "weekday to come": ("<not_last><weekday>(?!\\w)<not_last_behind>", _coming_weekday),
    # A week, a weekend, a month, a year; a season.
    "last unit": ("<last> <unit>", _unit(-1)),
    "unit last": ("<unit> <last>", _unit(-1)),
    "this unit": ("<this> <unit>", _unit(0)),
    "coming unit": ("<coming> <unit>", _unit(1)),
    "unit coming": ("<unit> <coming>", _unit(1)),
    "next unit": ("<next> <unit>", _unit(1)),
    "unit next": ("<unit> <next>", _unit(1)),
    "end of unit": ("<end_of> <unit>", _unit(0)),
    "on weekend": ("<before_weekend> <weekend>", lambda _, today: unit_beside(today, "weekend", 0)),
    "last season": ("<last> <season>", _season),
    "season last": ("<season> <last>", _season),
    "this season": ("<this> <season>", _season),
    # Every year.
    "feast": ("<feast>", lambda named, today: one_day(date(today.year, 12, named.feast))),
}


class Way(NamedTuple):
    """One way to name a day in one language, and what it means."""

    name: str
    pattern: re.Pattern[str]
    words: DateWords
    means: Means

    def parts(self, match: re.Match[str]) -> Parts:
        """What a match names."""
        return self.words.parts(match)


def ways(words: DateWords, names: Iterable[str], before: str = "") -> list[Way]:
    """These ways in a language, in the order of their names. before: what may stand before each."""
    return [
        Way(name, words.pattern(before + template), words, means)
        for name in names
        for template, means in [_WAYS[name]]
    ]
