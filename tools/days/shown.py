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


def near(day: date, today: date) -> str:
    """`12 Oct`, with the year only where it is another than today's."""
    return readable(day) if day.year != today.year else f"{day.day} {_MONTHS[day.month - 1]}"


def month_name(day: date, today: date) -> str:
    """`May`, with the year only where it is another than today's."""
    return readable(f"{day:%Y-%m}") if day.year != today.year else _MONTHS[day.month - 1]


def ahead_or_ago(days: int) -> str:
    """A number of days from today in words: `today`, `tomorrow`, `in 4 days`, `3 weeks ago`."""
    if days <= 0:
        return span(-days)
    return "tomorrow" if days == 1 else f"in {length(days)}"


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
