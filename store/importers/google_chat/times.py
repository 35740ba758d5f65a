"""Times that Google Chat writes in the words of the owner's language, always with `UTC`.

Such as `Friday, May 29, 2026 at 3:00:29 AM UTC` and `2026年5月29日星期五 UTC 03:00:29`. A message
whose time is not understood keeps its place among the others.
"""

import re
import tomllib
import unicodedata
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Final

from store.importers.reading.month_names import month_number

_CLOCK: Final = re.compile(
    r"(\d{1,2})\s?(?:[:.]|[時时點点시]\s?)(\d{2})(?:\s?(?:[:.]|[分분]\s?)(\d{2})\s?[秒초]?|\s?[分분])?"
)
_NUMBER: Final = re.compile(r"\d{1,4}")
_EAST_ASIAN: Final = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_AFTERNOON: Final = re.compile(
    r"\b[pP]\.?\s?[mM]\b|下午|午後|오후|\bem\b|μ\.?\s?μ|(?<!\w)م(?!\w)|หลังเที่ยง|\bCH\b|\bpetang\b"
)
_MORNING: Final = re.compile(
    r"\b[aA]\.?\s?[mM]\b|上午|午前|오전|\bfm\b|π\.?\s?μ|(?<!\w)ص(?!\w)|ก่อนเที่ยง|\bSA\b|\bpagi\b"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
# Before the hour; the months of no other language are mixed up with theirs.
_CROATIAN: Final = re.compile(r"\bu\s+\d{1,2}[:.]\d{2}")
_BUDDHIST_AHEAD: Final = 543
_LONGEST: Final = 200


def spoken_time(text: str) -> datetime | None:
    """Read a time of an export, in UTC; None when its form is unknown."""
    text = _plain(text[:_LONGEST])
    clock = _CLOCK.search(text)
    if clock is None or ("UTC" not in text and "GMT" not in text):
        return None
    day = _day(text[: clock.start()] + " " + text[clock.end() :], text)
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


def _plain(text: str) -> str:
    """The text with plain spaces, our digits, and no marks of direction."""
    kept = (
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in unicodedata.normalize("NFC", text)
        if unicodedata.category(character) != "Cf"
    )
    return " ".join("".join(kept).split())


def _day(text: str, whole: str) -> tuple[int, int, int] | None:
    if found := _EAST_ASIAN.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    month, rest = _month(text, whole)
    numbers = [int(number) for number in _NUMBER.findall(rest)]
    years = [number for number in numbers if number > 1970]
    days = [number for number in numbers if 1 <= number <= 31]
    if month is None or len(years) != 1 or not days:
        return None
    return years[0] - (_BUDDHIST_AHEAD if years[0] > 2400 else 0), month, days[0]


def _month(text: str, whole: str) -> tuple[int | None, str]:
    """The month that is named, and the rest of the text."""
    folded = text.casefold()
    kind = "croatian" if _CROATIAN.search(whole) else "names"
    for pattern, number in _months(kind):
        if found := pattern.search(folded):
            return number, folded[: found.start()] + " " + folded[found.end() :]
    word = next((month for word in _WORD.findall(text) if (month := month_number(word))), None)
    return word, text


@cache
def _months(kind: str) -> tuple[tuple[re.Pattern[str], int], ...]:
    """A pattern for each month; the later ones first, because “tháng 1” begins “tháng 12”."""
    data = tomllib.loads(files(__package__).joinpath("months.toml").read_text("utf-8"))
    lists = [data[kind], data["hungarian"]]
    found = []
    for number in range(12, 0, -1):
        words = "|".join(
            re.escape(word.casefold()) for each in lists for word in each[number - 1].split("|")
        )
        # In Hebrew, “in” is part of the word.
        found.append((re.compile(rf"(?<!\w)ב?(?:{words})(?!\w)"), number))
    return tuple(found)
