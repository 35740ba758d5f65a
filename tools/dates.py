"""Dates as people read them; partial dates included."""

from datetime import date
from typing import Final

_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def readable(day: date | str) -> str:
    """`12 Oct 2026`; of a partial date what is known: `12 Apr`, `Apr 1990`, `1990`."""
    if isinstance(day, date):
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    parts = day.removeprefix("--").split("-")
    try:
        numbers = [int(part) for part in parts]
        if day.startswith("--"):
            return f"{numbers[1]} {_MONTHS[numbers[0] - 1]}"
        names = [str(numbers[0])]
        names += [_MONTHS[numbers[1] - 1]] if len(numbers) > 1 else []
        names += [str(numbers[2])] if len(numbers) > 2 else []
    except (ValueError, IndexError):
        return day
    return " ".join(reversed(names))


def span(days: int) -> str:
    """A number of days in words: `today`, `9 days ago`, `5 weeks ago`, `7 months ago`."""
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    return f"{length(days)} ago"


def length(days: int) -> str:
    """A number of days as people count them: `9 days`, `5 weeks`, `7 months`, `over 2 years`."""
    if days < 21:
        return f"{days} day{'s' if days != 1 else ''}"
    if days < 70:
        return f"{round(days / 7)} weeks"
    if days < 731:
        return f"{round(days / 30.44)} months"
    return f"over {int(days / 365.25)} years"


def next_occurrence(event: str, today: date) -> date | None:
    """When a yearly day comes next, today included; None when its month or day is unknown.

    29 February is kept on 28 February in other years.
    """
    parts = event.removeprefix("--").split("-")
    month_and_day = parts if event.startswith("--") else parts[1:]
    if len(month_and_day) != 2:
        return None
    try:
        month, day = int(month_and_day[0]), int(month_and_day[1])
        for year in (today.year, today.year + 1):
            try:
                candidate = date(year, month, day)
            except ValueError:
                candidate = date(year, 2, 28) if (month, day) == (2, 29) else date.max
            if today <= candidate < date.max:
                return candidate
    except ValueError:
        return None
    return None
