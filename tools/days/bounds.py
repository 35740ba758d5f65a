"""The first and the last instant of what a day, a month or a year names."""

import re
from datetime import date, datetime, time, timedelta

from store.errors import StoreError
from store.text.quoting import quote
from tools.memory import Memory, utc


class UnusableDate(StoreError):
    """A date that is not one."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(
            f"{quote(value[:40])} is not a date for {name}. Write it as 2026-11-20, 2026-11"
            " or 2026."
        )


def bound(memory: Memory, name: str, value: str, *, last: bool) -> int:
    """The UTC second at which a day, month or year (ISO) begins for the owner; `last`: ends.

    name: of the argument, for the message. Raises: UnusableDate.
    """
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?(?:T.*)?", value.strip())
    try:
        if found is None:
            raise ValueError(value)
        year, month, day = (int(part) if part else None for part in found.groups())
        first = date(year or 0, month or 1, day or 1)
        if last:
            if month is None:
                first = date(first.year + 1, 1, 1)
            elif day is None:
                first = (first + timedelta(days=31)).replace(day=1)
            else:
                first += timedelta(days=1)
        return utc(datetime.combine(first, time.min, memory.zone))
    except (ValueError, OverflowError):
        raise UnusableDate(name, value) from None
