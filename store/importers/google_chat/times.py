"""Times that Google Chat writes in the words of the owner's language, always with `UTC`.

Such as `Friday, May 29, 2026 at 3:00:29 AM UTC` and `2026年5月29日星期五 UTC 03:00:29`. A message
whose time is not understood keeps its place among the others.
"""

import re
from datetime import UTC, datetime
from typing import Final

from store.importers.reading.month_names import month_number

_CLOCK: Final = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?")
_NUMBER: Final = re.compile(r"\d{1,4}")
_EAST_ASIAN: Final = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_AFTERNOON: Final = re.compile(r"\b[pP]\.?\s?[mM]\b|下午|午後|오후|\bem\b")
_MORNING: Final = re.compile(r"\b[aA]\.?\s?[mM]\b|上午|午前|오전|\bfm\b")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LONGEST: Final = 200


def spoken_time(text: str) -> datetime | None:
    """Read a time of an export, in UTC; None when its form is unknown."""
    text = " ".join(text[:_LONGEST].replace("\u202f", " ").replace("\u200e", "").split())
    clock = _CLOCK.search(text)
    if clock is None or ("UTC" not in text and "GMT" not in text):
        return None
    day = _day(text[: clock.start()] + " " + text[clock.end() :])
    if day is None:
        return None
    hour = int(clock[1])
    if _AFTERNOON.search(text):
        hour = hour % 12 + 12
    elif _MORNING.search(text):
        hour %= 12
    try:
        return datetime(*day, hour, int(clock[2]), int(clock[3] or 0), tzinfo=UTC)
    except ValueError:
        return None


def _day(text: str) -> tuple[int, int, int] | None:
    if found := _EAST_ASIAN.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    numbers = [int(number) for number in _NUMBER.findall(text)]
    years = [number for number in numbers if number > 1970]
    days = [number for number in numbers if 1 <= number <= 31]
    month = next((month for word in _WORD.findall(text) if (month := month_number(word))), None)
    if month is None or len(years) != 1 or not days:
        return None
    return years[0], month, days[0]
