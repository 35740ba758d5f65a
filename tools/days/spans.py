"""Days, weeks, months and years around a day."""

from datetime import date, timedelta
from typing import Final

Span = tuple[date, date]
_DAYS: Final = {"day": 1, "week": 7}
_MONTHS: Final = {"month": 1, "year": 12}


def one_day(day: date, later: int = 0) -> Span:
    """That day as a span, or the one so many days later."""
    day += timedelta(days=later)
    return day, day


def weekday_after(today: date, weekday: int) -> date:
    """The next such weekday, a week away if it is today's."""
    return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)


def weekday_before(today: date, weekday: int) -> date:
    """The last such weekday, a week ago if it is today's."""
    return today - timedelta(days=(today.weekday() - weekday) % 7 or 7)


def days_of_month(year: int, month: int) -> Span:
    """From the first to the last. Raises: ValueError."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def counted(today: date, count: int, unit: str) -> date:
    """The day that is so many days, weeks, months or years away, back if the number is negative.

    A month after 31 January is the end of February.
    """
    if unit in _DAYS:
        return today + timedelta(days=count * _DAYS[unit])
    year, month = divmod(today.year * 12 + today.month - 1 + count * _MONTHS[unit], 12)
    first, last = days_of_month(year, month + 1)
    return min(first + timedelta(days=today.day - 1), last)


def unit_beside(today: date, unit: str, away: int) -> Span:
    """This week, weekend, month or year, or the one that is so many further on."""
    if unit == "month":
        first = counted(today.replace(day=1), away, "month")
        return days_of_month(first.year, first.month)
    if unit == "year":
        return date(today.year + away, 1, 1), date(today.year + away, 12, 31)
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * away)
    return monday + timedelta(days=5 if unit == "weekend" else 0), monday + timedelta(days=6)
