"""Dates as address books write them, made into the partial dates of `store.importers.records`."""

import re
from datetime import date

# What Apple writes for an unknown year; a leap year, so that 29 February fits.
NO_YEAR = 1604

_DAY_OF_YEAR = re.compile(r"--(\d{1,2})-?(\d{2})(?!\d)")
_FULL = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|(\d{2})(\d{2}))(?!\d)")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")


def partial_date(text: str, omit_year: str = "") -> str:
    """Return `YYYY-MM-DD`, `YYYY-MM`, `YYYY` or `--MM-DD`; empty when the text is not a date.

    omit_year: the year that means "no year", from `X-APPLE-OMIT-YEAR`. The years 0 and 1604 always
    mean it. A time of day after the date is dropped.
    """
    text = text.strip()
    if match := _DAY_OF_YEAR.match(text):
        return _dated(NO_YEAR, int(match[1]), int(match[2]), "")
    if match := _FULL.match(text):
        year, month, day = (int(part) for part in match.groups() if part is not None)
        return _dated(year, month, day, omit_year)
    if match := _DOTTED.fullmatch(text):
        return _dated(int(match[3]), int(match[2]), int(match[1]), omit_year)
    if (match := _MONTH.fullmatch(text)) and 1 <= int(match[2]) <= 12:
        return text
    if re.fullmatch(r"[12]\d{3}", text) and int(text) != NO_YEAR:
        return text
    return ""


def _dated(year: int, month: int, day: int, omit_year: str) -> str:
    without_year = year in (0, NO_YEAR) or str(year) == omit_year.strip()
    try:
        found = date(NO_YEAR if without_year else year, month, day)
    except ValueError:
        return ""
    return found.strftime("--%m-%d") if without_year else found.isoformat()
