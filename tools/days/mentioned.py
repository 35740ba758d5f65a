"""The day that a line of talk points to: `on Friday`, `tomorrow`, `in January`, `14 Nov`."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from tools.days.words import day_words


def mentioned_day(text: str, said_on: date) -> date | None:
    """The first day after `said_on` that a text names, or None.

    A weekday is the next one, unless it is said to be over; a month without a day is its last day,
    so that what was said to happen in it is surely over when that day has passed.
    """
    lowered = text.casefold()
    in_months = [
        day
        for pattern, month in _months()
        for match in pattern.finditer(lowered)
        if (day := _day_in_month(match, month, said_on)) is not None
    ]
    # "Sunday 22 November" is that day, whichever Sunday comes first.
    found = in_months or [
        *(
            said_on + timedelta(days=days)
            for pattern, days in _relative()
            if pattern.search(lowered)
        ),
        *(
            said_on + timedelta(days=(weekday - said_on.weekday()) % 7 or 7)
            for pattern, weekday in _weekdays()
            if pattern.search(lowered)
        ),
    ]
    return min((day for day in found if day >= said_on), default=None)


def _day_in_month(match: re.Match[str], month: int, said_on: date) -> date | None:
    day_text = match["before"] or match["after"]
    year = said_on.year + (month < said_on.month)
    try:
        if day_text:
            return date(year, month, int(day_text))
    except ValueError:
        return None
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


@cache
def _relative() -> list[tuple[re.Pattern[str], int]]:
    return [
        (_any_of(words), days)
        for language in day_words().values()
        for words, days in (
            (language["today"], 0),
            (language["tomorrow"], 1),
            (language["next_week"], 7),
            (language["next_month"], 30),
        )
    ]


@cache
def _weekdays() -> list[tuple[re.Pattern[str], int]]:
    return [
        (_to_come(word, language), number)
        for language in day_words().values()
        for number, word in enumerate(language["weekdays"])
    ]


def _to_come(weekday: str, language: Mapping[str, Any]) -> re.Pattern[str]:
    """A weekday that is not said to be over: `last Friday`, `sexta passada`."""
    before = "".join(rf"(?<!{re.escape(word)} )" for word in language["last"])
    after = "".join(rf"(?! {re.escape(word)})" for word in language["last_follows"])
    return re.compile(rf"(?<!\w){before}{re.escape(weekday)}(?!\w){after}")


@cache
def _months() -> list[tuple[re.Pattern[str], int]]:
    """A month counts with a day beside it or a preposition before it: `may` is mostly no month."""
    patterns = []
    for language in day_words().values():
        leads = "|".join(re.escape(word) for word in language["before_month"])
        for number, word in enumerate(language["month_names"], start=1):
            short = f"{re.escape(word)}|{re.escape(word[:3])}" if len(word) > 4 else re.escape(word)
            patterns.append(
                (
                    re.compile(
                        rf"(?<!\w)(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th|\.)?(?: of| de)? "
                        rf"|(?:{leads}) )(?:{short})(?!\w)\.?(?: (?P<after>\d{{1,2}})(?!\d))?"
                    ),
                    number,
                )
            )
    return patterns


def _any_of(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in words)})(?!\w)")
