"""Dates in numbers as the owner types them: `2026-05-12`, `--05-12`, `12.4.`, `24/12`, `1990`."""

import re
from datetime import date
from typing import Final, Literal

from store.errors import StoreError
from tools.days.shown import readable

# What a day without a year, or a bare weekday, means: the last one, the next one, every year's.
Looking = Literal["back", "ahead", "every year"]
_FIRST_YEAR: Final = 1800
_ISO: Final = re.compile(
    r"(\d{4})(?:(?P<by>[-./])(\d{1,2})(?:(?P=by)(\d{1,2}))?)?|--(\d{1,2})-(\d{1,2})"
)
_NUMBERS: Final = re.compile(r"(\d{1,2})(?P<by>[./-])(\d{1,2})(?:(?P=by)(\d{4}|\d{2})?)?")


class UnclearDate(StoreError):
    """A text that is no date, or that can be read as two."""


def from_numbers(asked: str, today: date, looking: Looking) -> str | None:
    """The date that numbers alone name, or None. Raises: UnclearDate, ValueError."""
    if match := _ISO.fullmatch(asked):
        year, _, month, day, every_month, every_day = match.groups()
        if every_month:
            return without_year(int(every_month), int(every_day), today, looking)
        return partial_date(int(year), int(month or 0), int(day or 0))
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
        return partial_date(int(year), month, day)
    return without_year(month, day, today, looking)


def _say(month: int, day: int, year: str) -> str:
    return f"{year}-{month:02}-{day:02}" if year else f"--{month:02}-{day:02}"


def partial_date(year: int, month: int = 0, day: int = 0) -> str:
    """`1990-04-12`, or what of it is known. Raises: ValueError."""
    if year < _FIRST_YEAR:
        raise ValueError
    date(year, month or 1, day or 1)
    return "-".join(
        [f"{year:04}", *([f"{month:02}"] if month else []), *([f"{day:02}"] if day else [])]
    )


def without_year(month: int, day: int, today: date, looking: Looking) -> str:
    """That day in the year that is meant, or every year's. Raises: ValueError."""
    if looking == "every year":
        date(2000, month, day)
        return f"--{month:02}-{day:02}"
    step = 1 if looking == "ahead" else -1
    years = range(today.year, today.year + 5 * step, step)
    date(2000, month, day)
    for year in years:
        try:
            found = date(year, month, day)
        except ValueError:
            continue  # 29 February
        if found >= today if looking == "ahead" else found <= today:
            return found.isoformat()
    raise ValueError
