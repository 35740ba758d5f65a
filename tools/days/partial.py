"""Partial dates as the days that they cover."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from tools.days.shown import month_name, near


@dataclass(frozen=True, slots=True)
class Days:
    """From first to last, both included; one day where the date is whole."""

    first: date
    last: date

    @property
    def is_one_day(self) -> bool:
        """Whether the day itself is known."""
        return self.first == self.last

    def words(self, today: date) -> str:
        """`on 24 Nov`, `in May 2027`, `in 2027`."""
        if self.is_one_day:
            return f"on {self.name(today)}"
        return f"in {self.name(today)}"

    def name(self, today: date) -> str:
        """`24 Nov`, `May 2027`, `2027`."""
        if self.is_one_day:
            return near(self.first, today)
        whole_year = self.first.month != self.last.month
        return str(self.first.year) if whole_year else month_name(self.first, today)


def days_of(text: str) -> Days | None:
    """What `2027-05-03`, `2027-05` or `2027` covers; None for anything else."""
    if not text:
        return None
    try:
        numbers = [int(part) for part in text.split("-")]
        match numbers:
            case [year, month, day]:
                whole = date(year, month, day)
                return Days(whole, whole)
            case [year, month]:
                return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
            case [year]:
                return Days(date(year, 1, 1), date(year, 12, 31))
    except (ValueError, OverflowError):
        pass
    return None


def yearly_days(text: str, on_or_after: date) -> Days | None:
    """When a yearly date (`1990-04-12`, `--04-12`, `1990-04`, `--04`) comes, or is, next.

    29 February is kept on 28 February in other years: nobody likes to be greeted a day late. None
    where the month is unknown.
    """
    try:
        numbers = [int(part) for part in text.removeprefix("--").split("-")]
        month_and_day = numbers if text.startswith("--") else numbers[1:]
        for year in (on_or_after.year, on_or_after.year + 1):
            days = _in_year(year, month_and_day)
            if days is None or days.last >= on_or_after:
                return days
    except (ValueError, OverflowError):
        pass
    return None


def next_day(text: str, on_or_after: date) -> date | None:
    """As `yearly_days`, where the day itself is known."""
    days = yearly_days(text, on_or_after)
    return days.first if days is not None and days.is_one_day else None


def _in_year(year: int, month_and_day: list[int]) -> Days | None:
    match month_and_day:
        case [2, 29]:
            day = date(year, 2, monthrange(year, 2)[1])
            return Days(day, day)
        case [month, day_of_month]:
            day = date(year, month, day_of_month)
            return Days(day, day)
        case [month]:
            return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    return None
