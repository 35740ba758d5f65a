"""The days that a promise or a piece of news names, from the day on which it was said.

A span: `next week` is seven days. Words are data (`days`).
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Final, NamedTuple

from tools.days.words import day_words

_FURTHEST: Final = timedelta(days=800)
_FRIDAY: Final = 4
_SATURDAY: Final = 5
_SUNDAY: Final = 6


class Named(NamedTuple):
    """first to last: the days, both included. start, end: where in the text they stand."""

    first: date
    last: date
    start: int
    end: int


_Read = Callable[[re.Match[str], date, bool], tuple[date, date] | None]


def named_days(text: str, said_on: date, language: str, *, past: bool = False) -> Named | None:
    """The days that a text names, or None. past: it tells of what was, so that Friday is the last.

    A day of the month is the next one, or for what was the last one.
    """
    for pattern, read in _patterns(language):
        for match in pattern.finditer(text):
            try:
                span = read(match, said_on, past)
            except (ValueError, OverflowError):  # no such day
                continue
            if span is None or abs(span[0] - said_on) > _FURTHEST:
                continue
            if span[1] < said_on and not past:
                continue
            return Named(span[0], span[1], match.start(), match.end())
    return None


def event_date(named: Named) -> str:
    """A partial date: a day, of a weekend its end, else the month or the year that holds it."""
    if named.last - named.first <= timedelta(days=1):
        return named.last.isoformat()
    if (named.first.year, named.first.month) == (named.last.year, named.last.month):
        return f"{named.first:%Y-%m}"
    return f"{named.last:%Y-%m}" if named.first.year == named.last.year else str(named.last.year)


@cache
def _patterns(name: str) -> list[tuple[re.Pattern[str], _Read]]:
    return [
        (re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), read)
        for pattern, read in (*_calendar(name), *_counted(name), *_spoken(name))
    ]


def _either(words: list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True)) or "(?!)"


def _months(name: str) -> dict[str, int]:
    names = day_words()[name]["month_names"]
    return {
        form.casefold(): number
        for number, month in enumerate(names, 1)
        for form in {month, month[:3] if len(month) > 4 else month}
    }


def _calendar(name: str) -> Iterator[tuple[str, _Read]]:
    """Days by their number: `2026-12-05`, `5.12.2026`, `5 December`, `December 5th`, `the 5th`."""
    months = _months(name)
    month = _either(sorted(map(re.escape, months), key=len, reverse=True))
    leads = _either(list(map(re.escape, day_words()[name]["before_month"])))
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.|º)?"
    year = r"(?:,? (?P<year>20\d\d))?"

    def dated(match: re.Match[str], said_on: date, past: bool) -> tuple[date, date]:
        given = match.groupdict()
        number = given.get("number")
        month_number = int(number) if number else months[given["month"].casefold()]
        on = _near(said_on, given.get("year"), month_number, int(given["day"]), past)
        return on, on

    def whole_month(match: re.Match[str], said_on: date, past: bool) -> tuple[date, date]:
        number = months[match["month"].casefold()]
        given_year = match["year"]
        this_year = said_on.year + (0 if past else number < said_on.month)
        this_year -= past and number > said_on.month
        return _month(int(given_year or this_year), number)

    def nth(match: re.Match[str], said_on: date, past: bool) -> tuple[date, date]:
        number = int(match["day"])
        first, _ = _month(said_on.year, said_on.month)
        if not past and number < said_on.day:
            first = _month(said_on.year, said_on.month)[1] + timedelta(days=1)
        elif past and number > said_on.day:
            first = (first - timedelta(days=1)).replace(day=1)
        return first.replace(day=number), first.replace(day=number)

    yield r"(?P<year>20\d\d)-(?P<number>\d\d)-(?P<day>\d\d)", dated
    yield r"(?P<day>\d{1,2})\.(?P<number>\d{1,2})\.(?P<year>20\d\d)?", dated
    yield rf"{day}(?: of| de)? (?P<month>{month})\.?{year}", dated
    yield rf"(?P<month>{month})\.? {day}{year}", dated
    yield day_words()[name]["promises"]["on_the_nth"], nth
    yield rf"(?:{leads}) (?P<month>{month}){year}", whole_month


def _near(said_on: date, year: str | None, month: int, day: int, past: bool) -> date:
    """That day in the year that is meant: the next one, or for what was the last one."""
    if year:
        return date(int(year), month, day)
    on = date(said_on.year, month, day)
    if past and on > said_on:
        return date(said_on.year - 1, month, day)
    if not past and on < said_on:
        return date(said_on.year + 1, month, day)
    return on


def _month(year: int, month: int) -> tuple[date, date]:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def _counted(name: str) -> Iterator[tuple[str, _Read]]:
    """`in two weeks`: that many days from the day on which it was said."""
    words = day_words()[name]
    counts = {
        form: number
        for number, forms in enumerate(words["numbers"], 1)
        for form in forms.split("|")
    }
    count = rf"(?P<count>\d{{1,3}}|{_either(sorted(counts, key=len, reverse=True))})"
    for unit, length in (("day", 1), ("week", 7), ("month", 30)):

        def read(
            match: re.Match[str], said_on: date, _past: bool, length: int = length
        ) -> tuple[date, date]:
            given = match["count"].casefold()
            on = said_on + timedelta(days=length * (counts.get(given) or int(given)))
            return on, on

        units = _either([*words[unit], *words[f"{unit}s"]])
        yield rf"(?:{_either(words['before_ahead'])}) {count} (?:{units})", read


def _spoken(name: str) -> Iterator[tuple[str, _Read]]:
    """`tomorrow`, `next Friday`, `this weekend`, `the end of the month`."""
    words = day_words()[name]
    following, last = _either(words["next"]), _either(words["last"])
    this = _either([*words["this"], *words["coming"]])
    promised = words["promises"]
    week, weekend, month = (_either(words[key]) for key in ("week", "weekend", "month"))

    def in_days(days: int) -> _Read:
        return lambda _match, said_on, _past: (
            said_on + timedelta(days=days),
            said_on + timedelta(days=days),
        )

    def weekday(number: int, weeks: int) -> _Read:
        def read(_match: re.Match[str], said_on: date, past: bool) -> tuple[date, date]:
            if weeks:
                monday = said_on - timedelta(days=said_on.weekday())
                on = monday + timedelta(days=7 * weeks + number)
            elif past:
                on = said_on - timedelta(days=(said_on.weekday() - number) % 7 or 7)
            else:
                on = said_on + timedelta(days=(number - said_on.weekday()) % 7 or 7)
            return on, on

        return read

    def week_days(first: int, last_day: int, weeks: int) -> _Read:
        def read(_match: re.Match[str], said_on: date, past: bool) -> tuple[date, date]:
            monday = said_on - timedelta(days=said_on.weekday())
            # Of a weekend that was: the last one, on a Sunday still this one's.
            back = 7 if past and not weeks and first == _SATURDAY else 0
            start = monday + timedelta(days=7 * weeks - back)
            return start + timedelta(days=first), start + timedelta(days=last_day)

        return read

    def month_days(months: int) -> _Read:
        def read(_match: re.Match[str], said_on: date, _past: bool) -> tuple[date, date]:
            number = said_on.year * 12 + said_on.month - 1 + months
            return _month(number // 12, number % 12 + 1)

        return read

    def month_end(match: re.Match[str], said_on: date, past: bool) -> tuple[date, date]:
        _, end = month_days(0)(match, said_on, past) or (said_on, said_on)
        return end, end

    def year_days(years: int) -> _Read:
        return lambda _match, said_on, _past: (
            date(said_on.year + years, 1, 1),
            date(said_on.year + years, 12, 31),
        )

    yield _either(words["day_after_tomorrow"]), in_days(2)
    part = rf"(?: (?:{_either(promised['parts'])}))?"
    yield rf"(?:{_either(words['tomorrow'])}){part}", in_days(1)
    yield rf"(?:{_either([*words['today'], *promised['today']])}){part}", in_days(0)
    yield _either(words["yesterday"]), in_days(-1)
    names = [re.escape(day) for day in day_words()[name]["weekdays"]]
    for number, (long, short) in enumerate(zip(names, promised["weekdays_short"], strict=True)):
        leads = _either(promised["before_weekday_short"])
        yield rf"(?:{following}) (?:{long}|{short}){part}", weekday(number, 1)
        yield rf"(?:{last}) (?:{long}|{short}){part}", weekday(number, 0)
        yield rf"(?:(?:{this}) )?{long}{part}", weekday(number, 0)
        yield rf"(?:{leads}) {short}{part}", weekday(number, 0)
    yield rf"(?:{_either(promised['end_of'])}) (?:{month})", month_end
    yield rf"(?:{_either(promised['end_of'])}) (?:{week})", week_days(_FRIDAY, _FRIDAY, 0)
    for pattern, weeks in ((following, 1), (last, -1)):
        yield rf"(?:{pattern}) (?:{weekend})", week_days(_SATURDAY, _SUNDAY, weeks)
        yield rf"(?:{pattern}) (?:{week})", week_days(0, _SUNDAY, weeks)
        yield rf"(?:{pattern}) (?:{month})", month_days(weeks)
        yield rf"(?:{pattern}) (?:{_either(words['year'])})", year_days(weeks)
    yield (
        rf"(?:{_either(promised['before_weekend'])}) (?:{weekend})",
        week_days(_SATURDAY, _SUNDAY, 0),
    )
    yield rf"(?:{this}) (?:{week})", week_days(0, _SUNDAY, 0)
    yield rf"(?:{this}) (?:{month})", month_days(0)
