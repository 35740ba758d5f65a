"""Dates as people and spreadsheets write them in tables, made into partial dates.

Whether 4/5/1990 is in April or in May is decided for a whole file: by a number above 12, by dots
(which nobody writes with the month first), or by the language of the headings.
"""

import re
from collections.abc import Iterable
from typing import Final, Literal

from store.importers.reading.month_names import month_number
from store.importers.reading.partial_dates import NO_YEAR, partial_date
from store.text.names import name_key

DateOrder = Literal["", "day first", "month first", "year first"]

# A two-digit year is read as spreadsheets do: up to 29 it is after 2000.
_LAST_OF_THIS_CENTURY: Final = 29
_NO_DATE: Final = frozenset({"0/0/00", "00/00/00", "0/0/0000", "00/00/0000", "1/1/4501", "-", "0"})

_TIME: Final = re.compile(
    r"[T ,]+\d{1,2}:\d{2}(:\d{2})?(\.\d{1,9})?( ?[AaPp]\.?[Mm]\.?)?( ?(Z|UTC|[+-]\d\d:?\d\d))?$"
)
_NUMBERS: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?\.?")
_NAMED: Final = re.compile(
    r"(?:(\d{1,2}) )?(?:(?:de|of) )?([^\W\d_]{3,12})(?: (\d{1,2}))?(?: de| of)?(?: (\d{4}|\d{2}))?"
)


def table_date(text: str, order: DateOrder = "") -> str:
    """Return `YYYY-MM-DD`, `YYYY-MM`, `YYYY` or `--MM-DD`; empty when the text is not a date.

    order: how to read `3/4/1990`; without it that is not a date. A time of day is dropped.
    """
    text = _TIME.sub("", text.strip()[:60]).strip()
    if not text or text in _NO_DATE:
        return ""
    if match := _NUMBERS.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        month_first = second > 12 or (order == "month first" and first <= 12)
        if "." in text:
            month_first = False
        elif first <= 12 and second <= 12 and first != second and not order:
            return ""
        month, day = (first, second) if month_first else (second, first)
        return _made(match[3], month, day)
    if found := partial_date(text):
        return found
    return _with_month_name(name_key(text))


def _with_month_name(text: str) -> str:
    """`12 mar 2024`, `mar 12 2024`, `7 feb 22`, `12 de marzo de 2024`, `march 12`, `march 2024`."""
    match = _NAMED.fullmatch(text)
    if match is None or not (number := month_number(match[2])):
        return ""
    before, after, year = match[1], match[3], match[4]
    if before and after and not year:
        after, year = None, after
    if before or after:
        return _made(year, number, int(before or after or 0))
    return f"{year}-{number:02}" if year and len(year) == 4 else ""


def _made(year: str | None, month: int, day: int) -> str:
    full = int(year) if year else NO_YEAR
    if year and len(year) == 2:
        full += 2000 if full <= _LAST_OF_THIS_CENTURY else 1900
    return partial_date(f"{full:04}-{month:02}-{day:02}")


def order_in(texts: Iterable[str]) -> tuple[DateOrder, str]:
    """Tell the order of day and month from all dates of a file.

    Return the order, empty when nothing tells, and the first date that can be read both ways,
    empty when there is none.
    """
    day_first = month_first = 0
    open_date = ""
    for text in texts:
        text = _TIME.sub("", text.strip()[:60]).strip()
        match = None if "." in text or text in _NO_DATE else _NUMBERS.fullmatch(text)
        if match is None:
            continue
        first, second = int(match[1]), int(match[2])
        day_first += first > 12 >= second
        month_first += second > 12 >= first
        if first <= 12 and second <= 12 and first != second:
            open_date = open_date or text
    if day_first == month_first:
        return "", open_date
    return ("day first" if day_first > month_first else "month first"), open_date
