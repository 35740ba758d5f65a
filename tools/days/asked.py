"""The days that a question is about: `last spring`, `two weeks ago`, `on 3 May 2024`, `in March`.

Words are data (`days`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from tools.days.words import day_words

# People tell of a day on the next one, and are a day out.
_EITHER_SIDE: Final = timedelta(days=1)
_SEASON_STARTS: Final = {"winter": 12, "spring": 3, "summer": 6, "autumn": 9}
_LONGEST: Final = 300
# One of these stands in every way to name a day by words.
_STRETCHES: Final = (
    *("yesterday", "day_before_yesterday", "day", "days", "week", "weeks"),
    *("weekend", "weekends", "month", "months", "year", "years"),
    *(*_SEASON_STARTS, "christmas", "new_year"),
)


class EveryYear(NamedTuple):
    """A date without a year. day: 0 for the whole month."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class AskedDays:
    """spans: first and last day, both included."""

    spans: tuple[tuple[date, date], ...] = ()
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
    # Most questions name no day, and there are a hundred patterns.
    if not re.search(r"\d", text) and _first_words().isdisjoint(re.findall(r"\w+", text)):
        return AskedDays()
    spans: list[tuple[date, date]] = []
    yearless: list[EveryYear] = []
    for pattern, read in (*_calendar_patterns(), *_spoken_patterns()):
        for match in pattern.finditer(text):
            try:
                span = read(match, today)
            except (ValueError, OverflowError):  # no such day: 31 June, a million years ago
                continue
            if isinstance(span, EveryYear):
                yearless.append(span)
            else:
                spans.append(span)
        # A full date is not also its month and its year.
        text = pattern.sub(" ", text)
    return AskedDays(
        tuple((first, last) for first, last in spans if first <= today), tuple(yearless)
    )


@cache
def _first_words() -> frozenset[str]:
    """With what every day named without a digit begins: a month, a weekday, a stretch of time."""
    named = {
        form
        for language in day_words().values()
        for word in (*language["month_names"], *language["weekdays"])
        for form in (word, word[:3])
    }
    for words in day_words().values():
        for name in _STRETCHES:
            named.update(words[name])
    return frozenset(re.findall(r"\w+", form)[0] for form in named)


_Found = tuple[date, date] | EveryYear
_Reader = Callable[[re.Match[str], date], _Found]


@cache
def _calendar_patterns() -> list[tuple[re.Pattern[str], _Reader]]:
    months = {
        name: number
        for language in day_words().values()
        for number, month in enumerate(language["month_names"], start=1)
        for name in {month, month[:3] if len(month) > 3 else month}
    }
    month = _either(months)
    leads = _either(lead for language in day_words().values() for lead in language["before_month"])
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.|º)?"
    year = r"(?P<year>(?:19|20)\d{2})"
    named = rf"(?P<month>{month})\.?"

    def numbers(match: re.Match[str]) -> tuple[int, int, int]:
        given = match.groupdict()
        number = given.get("number")
        month_number = int(number) if number else months[given["month"] or ""]
        return int(given.get("year") or 0), month_number, int(given.get("day") or 0)

    def read(match: re.Match[str], _today: date) -> _Found:
        year_number, month_number, day_number = numbers(match)
        if not year_number:
            date(2000, month_number, day_number or 1)
            return EveryYear(month_number, day_number)
        return _whole(year_number, month_number, day_number)

    def read_year(match: re.Match[str], _today: date) -> _Found:
        return date(int(match["year"]), 1, 1), date(int(match["year"]), 12, 31)

    return [
        (re.compile(pattern), reader)
        for pattern, reader in (
            (rf"\b{year}-(?P<number>\d{{1,2}})(?:-(?P<day>\d{{1,2}}))?\b", read),
            (rf"\b(?P<day>\d{{1,2}})\.(?P<number>\d{{1,2}})\.{year}\b", read),
            (rf"\b{day}(?: of| de)? {named}(?: de)?,? {year}\b", read),
            (rf"\b{named} {day},? {year}\b", read),
            (rf"\b{named}(?: of| de)? {year}\b", read),
            (rf"\b{day}(?: of| de)? {named}(?!\w)", read),
            (rf"\b{named} {day}(?!\w)", read),
            (rf"\b(?:{leads}) {named}(?!\w)", read),
            (rf"\b{year}\b", read_year),
        )
    ]


@cache
def _spoken_patterns() -> list[tuple[re.Pattern[str], _Reader]]:
    return [
        (re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), reader)
        for words in day_words().values()
        for pattern, reader in _patterns_of(words)
    ]


def _patterns_of(words: Mapping[str, Any]) -> Iterator[tuple[str, _Reader]]:
    units = {
        name: _either([*words[name], *words[f"{name}s"]])
        for name in ("day", "week", "weekend", "month", "year")
    }
    last, this = _either(words["last"]), _either(words["this"])
    counts = {
        form: number
        for number, forms in enumerate(words["numbers"], start=1)
        for form in forms.split("|")
    }
    count = rf"(?P<count>\d{{1,3}}|{_either(counts)})"
    before, after = _either(words["before_ago"]), _either(words["after_ago"])

    def ago(unit: str) -> _Reader:
        def read(match: re.Match[str], today: date) -> _Found:
            given = match["count"]
            return _ago(unit, counts.get(given) or int(given), today)

        return read

    def season(name: str, years: int) -> _Reader:
        return lambda _match, today: _season(name, years, today)

    def unit_span(name: str, back: int) -> _Reader:
        return lambda _match, today: _unit(name, back, today)

    def weekday(number: int) -> _Reader:
        return lambda _match, today: _day(today, (today.weekday() - number) % 7 or 7)

    yield _either(words["day_before_yesterday"]), lambda _match, today: _day(today, 2)
    yield _either(words["yesterday"]), lambda _match, today: _day(today, 1)
    for unit in ("day", "week", "month", "year"):
        if words["before_ago"]:
            yield rf"(?:{before}) {count} (?:{units[unit]})", ago(unit)
        if words["after_ago"]:
            yield rf"{count} (?:{units[unit]}) (?:{after})", ago(unit)
    for name in _SEASON_STARTS:
        forms = _either(words[name])
        yield rf"(?:{last}) (?:{forms})|(?:{forms}) (?:{last})", season(name, 1)
        yield rf"(?:{this}) (?:{forms})", season(name, 0)
    for unit in ("weekend", "week", "month", "year"):
        forms = units[unit]
        yield rf"(?:{last}) (?:{forms})|(?:{forms}) (?:{last})", unit_span(unit, 1)
        yield rf"(?:{this}) (?:{forms})", unit_span(unit, 0)
    for number, name in enumerate(words["weekdays"]):
        yield rf"(?:(?:{last}|on) )?{re.escape(name)}", weekday(number)
    yield _either(words["christmas"]), lambda _match, _today: EveryYear(12, 25)
    yield _either(words["new_year"]), lambda _match, _today: EveryYear(12, 31)


def _day(today: date, back: int) -> tuple[date, date]:
    day = today - timedelta(days=back)
    return day, day


def _ago(unit: str, count: int, today: date) -> tuple[date, date]:
    """Around that day, the wider the longer ago it was."""
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[unit] * count
    slack = {"day": 0, "week": 3, "month": 15, "year": 180}[unit]
    middle = today - timedelta(days=days)
    return middle - timedelta(days=slack), middle + timedelta(days=slack)


def _unit(unit: str, back: int, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday() + 7 * back)
    if unit == "week":
        return monday, monday + timedelta(days=6)
    if unit == "weekend":
        return monday + timedelta(days=5), monday + timedelta(days=6)
    if unit == "month":
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        return _whole(year, month + 1, 0)
    return date(today.year - back, 1, 1), date(today.year - back, 12, 31)


def _season(name: str, back: int, today: date) -> tuple[date, date]:
    """The season that began last, or the one before it when `last` is said within it."""
    start = date(today.year, _SEASON_STARTS[name], 1)
    while start > today:
        start = start.replace(year=start.year - 1)
    end = start + timedelta(days=91)
    if back and today <= end:
        start = start.replace(year=start.year - 1)
        end = start + timedelta(days=91)
    return start, end


def _whole(year: int, month: int, day: int) -> tuple[date, date]:
    """That day, or all of the month."""
    if day:
        return date(year, month, day), date(year, month, day)
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def _either(words: "Iterator[str] | list[str] | dict[str, int]") -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w)))
