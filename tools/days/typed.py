"""A day as the owner types it: `yesterday`, `last friday`, `in May`, `3 weeks`, `12.4.`, `1990-04`.

The whole text has to be a date, unlike in `tools.days.asked`, which looks for days in a
question. Words are data (`days`), of every language at once.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, Literal

from store.errors import StoreError
from tools.days.shown import readable
from tools.days.words import day_words

# What a day without a year, or a bare weekday, means: the last one, the next one, every year's.
Looking = Literal["back", "ahead", "every year"]
LONGEST: Final = 60
_FIRST_YEAR: Final = 1800
_A_YEAR: Final = 366
_ISO: Final = re.compile(
    r"(\d{4})(?:(?P<by>[-./])(\d{1,2})(?:(?P=by)(\d{1,2}))?)?|--(\d{1,2})-(\d{1,2})"
)
_NUMBERS: Final = re.compile(r"(\d{1,2})(?P<by>[./-])(\d{1,2})(?:(?P=by)(\d{4}|\d{2})?)?")
_EXAMPLES: Final = "Write it like 2026-05-12, “12 May”, “last friday”, “in May” or “3 weeks”."


class UnclearDate(StoreError):
    """A text that is no date, or that can be read as two."""


def read_date(text: str, today: date, looking: Looking) -> str:
    """The date that a text names, maybe partial: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `--MM-DD`.

    today: the owner's calendar day. Raises: UnclearDate.
    """
    asked = " ".join(text.casefold().split())
    if not asked or len(asked) > LONGEST:
        raise UnclearDate(f"“{text.strip()[:LONGEST]}” is no date. {_EXAMPLES}")
    try:
        found = _from_numbers(asked, today, looking)
        for pattern, read in _patterns() if found is None else ():
            if match := pattern.fullmatch(asked):
                found = read(match, today, looking)
                if looking == "every year" and not match.groupdict().get("year"):
                    found = _every_years(found, today)
                break
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


def _from_numbers(asked: str, today: date, looking: Looking) -> str | None:
    if match := _ISO.fullmatch(asked):
        year, _, month, day, every_month, every_day = match.groups()
        if every_month:
            return _without_year(int(every_month), int(every_day), today, looking)
        return _partial(int(year), int(month or 0), int(day or 0))
    match = _NUMBERS.fullmatch(asked)
    if match is None:
        return None
    one, by, other, year = match[1], match["by"], match[3], match[4] or ""
    if len(year) == 2:
        raise UnclearDate(f"Write the year of “{asked}” with four digits.")
    first, second = int(one), int(other)
    if by != "." and first <= 12 and second <= 12 and first != second:
        raise UnclearDate(
            f"“{asked}” can be read as {readable(_say(first, second, year))} and as"
            f" {readable(_say(second, first, year))}. Write"
            f" “{readable(_say(first, second, year))}” or “{readable(_say(second, first, year))}”."
        )
    day, month = (second, first) if by != "." and second > 12 else (first, second)
    if year:
        return _partial(int(year), month, day)
    return _without_year(month, day, today, looking)


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


def _say(month: int, day: int, year: str) -> str:
    return f"{year}-{month:02}-{day:02}" if year else f"--{month:02}-{day:02}"


def _partial(year: int, month: int = 0, day: int = 0) -> str:
    if year < _FIRST_YEAR:
        raise ValueError
    date(year, month or 1, day or 1)
    return "-".join(
        [f"{year:04}", *([f"{month:02}"] if month else []), *([f"{day:02}"] if day else [])]
    )


def _without_year(month: int, day: int, today: date, looking: Looking) -> str:
    if looking == "every year":
        date(2000, month, day)
        return f"--{month:02}-{day:02}"
    years = range(today.year, today.year + 5 * (1 if looking == "ahead" else -1), _step(looking))
    date(2000, month, day)
    for year in years:
        try:
            found = date(year, month, day)
        except ValueError:
            continue  # 29 February
        if found >= today if looking == "ahead" else found <= today:
            return found.isoformat()
    raise ValueError


def _step(looking: Looking) -> int:
    return 1 if looking == "ahead" else -1


_Read = Callable[[re.Match[str], date, Looking], str]


@cache
def _patterns() -> list[tuple[re.Pattern[str], _Read]]:
    return [
        (re.compile(pattern), read)
        for words in day_words().values()
        for pattern, read in _of_language(words)
    ]


def _of_language(words: Mapping[str, Any]) -> Iterator[tuple[str, _Read]]:
    for forms, distance in (
        (words["day_before_yesterday"], -2),
        (words["yesterday"], -1),
        (words["today"], 0),
        (words["tomorrow"], 1),
        (words["day_after_tomorrow"], 2),
        (words["next_week"], 7),
    ):
        yield _either(forms), _in_days(distance)
    yield _either(words["next_month"]), _next_month
    following = [*words["next"], *words["coming"]]
    yield _one_beside(words["last"], [*words["month"], *words["months"]]), _month_before
    yield _one_beside(words["last"], [*words["year"], *words["years"]]), _year_beside(-1)
    yield _one_beside(following, [*words["year"], *words["years"]]), _year_beside(1)
    before = _either((*words["before_day"], *words["before_month"]))
    yield from _weekdays(words, _either(words["last"]), _either(following), before)
    yield from _counted(words)
    yield from _months(words, before)


def _in_days(distance: int) -> _Read:
    return lambda _match, today, _looking: (today + timedelta(days=distance)).isoformat()


def _next_month(_match: re.Match[str], today: date, _looking: Looking) -> str:
    return _partial(today.year + today.month // 12, today.month % 12 + 1)


def _month_before(_match: re.Match[str], today: date, _looking: Looking) -> str:
    return _partial(today.year - (today.month == 1), (today.month - 2) % 12 + 1)


def _year_beside(distance: int) -> _Read:
    return lambda _match, today, _looking: _partial(today.year + distance)


def _one_beside(which: Any, unit: Any) -> str:
    """`last year`, `ano passado`."""
    return rf"(?:{_either(which)}) (?:{_either(unit)})|(?:{_either(unit)}) (?:{_either(which)})"


def _weekdays(
    words: Mapping[str, Any], last: str, following: str, before: str
) -> Iterator[tuple[str, _Read]]:
    for number, name in enumerate(words["weekdays"]):
        weekday = f"(?:{_either((name, name[:3]))})"

        def previous(_match: re.Match[str], today: date, _looking: Looking, n: int = number) -> str:
            return (today - timedelta(days=(today.weekday() - n) % 7 or 7)).isoformat()

        def coming(_match: re.Match[str], today: date, _looking: Looking, n: int = number) -> str:
            return (today + timedelta(days=(n - today.weekday()) % 7 or 7)).isoformat()

        def bare(match: re.Match[str], today: date, looking: Looking, n: int = number) -> str:
            return (previous if looking == "back" else coming)(match, today, looking, n)

        yield rf"(?:{last}) {weekday}|{weekday} (?:{last})", previous
        yield rf"(?:{following}) {weekday}|{weekday} (?:{following})", coming
        yield rf"(?:(?:{before}) )?{weekday}", bare


def _counted(words: Mapping[str, Any]) -> Iterator[tuple[str, _Read]]:
    counts = {
        form: number
        for number, forms in enumerate(words["numbers"], start=1)
        for form in forms.split("|")
    }
    count = rf"(?P<count>\d{{1,3}}|{_either(counts)})"
    for unit in ("day", "week", "month", "year"):

        def away(match: re.Match[str], today: date, sign: int, unit: str = unit) -> str:
            number = counts.get(match["count"]) or int(match["count"])
            return _away(unit, sign * number, today).isoformat()

        def ago(match: re.Match[str], today: date, _looking: Looking, away: Any = away) -> str:
            return str(away(match, today, -1))

        def ahead(match: re.Match[str], today: date, _looking: Looking, away: Any = away) -> str:
            return str(away(match, today, 1))

        def bare(match: re.Match[str], today: date, looking: Looking, away: Any = away) -> str:
            return str(away(match, today, -1 if looking == "back" else 1))

        units = _either([*words[unit], *words[f"{unit}s"]])
        if words["before_ago"]:
            yield rf"(?:{_either(words['before_ago'])}) {count} (?:{units})", ago
        if words["after_ago"]:
            yield rf"{count} (?:{units}) (?:{_either(words['after_ago'])})", ago
        if words["after_ahead"]:
            yield rf"{count} (?:{units}) (?:{_either(words['after_ahead'])})", ahead
        yield rf"(?:{_either(words['before_ahead'])}) {count} (?:{units})", ahead
        yield rf"{count} (?:{units})", bare


def _away(unit: str, number: int, today: date) -> date:
    """The day that is so far from today; a month after 31 January is the end of February."""
    if unit in {"day", "week"}:
        return today + timedelta(days=number * (7 if unit == "week" else 1))
    year, month = divmod(
        today.year * 12 + today.month - 1 + number * (12 if unit == "year" else 1), 12
    )
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(
        date(year, month + 1, 1) + timedelta(days=today.day - 1), following - timedelta(days=1)
    )


def _months(words: Mapping[str, Any], before: str) -> Iterator[tuple[str, _Read]]:
    numbers = {
        name: number
        for number, month in enumerate(words["month_names"], start=1)
        for name in {month, month[:3]}
    }
    named = rf"(?P<month>{_either(numbers)})\.?"
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.|º)?"
    year = r"(?:,? (?:de |of )?(?P<year>\d{4}))?"
    lead = rf"(?:(?:{before}) )?"

    def read(match: re.Match[str], today: date, looking: Looking) -> str:
        given = match.groupdict()
        month, number = numbers[match["month"]], int(given.get("day") or 0)
        if given["year"]:
            return _partial(int(given["year"]), month, number)
        if number:
            return _without_year(month, number, today, looking)
        later = month >= today.month if looking != "back" else month > today.month
        return _partial(today.year + (not later if looking != "back" else -later), month)

    yield rf"{lead}{day}(?: of| de)? {named}{year}", read
    yield rf"{lead}{named} {day}{year}", read
    yield rf"{lead}{named}{year}", read


def _either(words: Any) -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w)))
