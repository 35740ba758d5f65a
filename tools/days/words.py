"""A language's words for days and what each of them means: `mar` is 3, `weeks` is a week."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from store.text.languages import words

_UNITS: Final = ("week", "weekend", "month", "year")
_COUNTED: Final = ("day", "week", "month", "year")
# How many days from today; the month in which a season begins; the day of December of a feast.
_NEAR: Final = (
    ("day_before_yesterday", -2), ("yesterday", -1), ("today", 0), ("tomorrow", 1),
    ("day_after_tomorrow", 2),
)  # fmt: skip
_SEASONS: Final = (("winter", 12), ("spring", 3), ("summer", 6), ("autumn", 9))
_FEASTS: Final = (("christmas", 25), ("new_year", 31))
_ORDINAL: Final = r"(?:st|nd|rd|th|\.|º)?"
_DIGITS: Final = {
    "day": rf"(?P<day>\d{{1,2}}){_ORDINAL}",
    "day_behind": rf"(?P<day_behind>\d{{1,2}}){_ORDINAL}",
    "day_number": r"(?P<day_number>\d{1,2})",
    "month_number": r"(?P<month_number>\d{1,2})",
    "year": r"(?P<year>(?:1[89]|2[01])\d\d)",
}
# `(?P<day>…)` is a group already.
_GROUP: Final = re.compile(r"(?<!\?P)<(\w+)>")


class Parts(NamedTuple):
    """What a match names; nothing where it does not. near: how many days from today. season: the
    month in which it begins; feast: its day in December."""

    year: int = 0
    month: int = 0
    day: int = 0
    weekday: int = 0
    near: int = 0
    number: int = 0
    unit: str = ""
    season: int = 0
    feast: int = 0


class DateWords:
    """The words of one language, or of several as if they were one.

    talk: as they are said in a chat, where `mar`, `mai` and `jul` may be a sea, the German May and
    Christmas, and `the next weeks` are no week. Else as somebody writes them who names a day.
    """

    def __init__(self, lists: Mapping[str, Any], *, talk: bool) -> None:
        self.lists = lists
        # `Nov. 3`; at the end of what is said the full stop is the sentence's.
        self._behind_month = r"(?!\w)(?:\.(?! *$))?" if talk else r"(?!\w)\.?"
        # Where several languages are read at once, their lists follow each other.
        months = [(at % 12 + 1, name) for at, name in enumerate(lists["month_names"])]
        weekdays = {name: at % 7 for at, name in enumerate(lists["weekdays"])}
        shortest = 5 if talk else 4
        short = _counted(lists.get("weekdays_short", ()), 0)
        if not talk:
            short = {name[:3]: number for name, number in weekdays.items()}
        one, several = ("",), ("", "s")
        # By the name of the group; what stands behind `_` tells groups of one part apart.
        self._meanings: dict[str, Mapping[str, int | str]] = {
            "month": {
                form: number
                for number, name in months
                for form in {name, name[:3] if len(name) >= shortest else name}
            },
            "weekday": weekdays,
            "weekday_any": short | weekdays,
            "near": _named(lists, _NEAR) | dict.fromkeys(lists.get("also_today", ()), 0),
            "near_gone": _named(lists, _NEAR[:2]),
            "near_coming": _named(lists, _NEAR[2:]),
            "number": _counted(lists["numbers"], 1),
            "unit": _units(lists, _UNITS, one if talk else several),
            "unit_counted": _units(lists, _COUNTED, several),
            "season": _named(lists, _SEASONS),
            "feast": _named(lists, _FEASTS),
        }

    def forms(self, group: str) -> Iterable[str]:
        """The words that a group of `tools.days.table` stands for."""
        return self._meanings[group] if group in self._meanings else self.lists.get(group, ())

    def pattern(self, template: str) -> re.Pattern[str]:
        """A template of `tools.days.table` for this language's words, from word to word."""
        return re.compile(rf"(?<!\w)(?:{_GROUP.sub(self._filled, template)})(?!\w)")

    def parts(self, match: re.Match[str]) -> Parts:
        """What the groups of a match mean; of two for one part, the first. Raises: ValueError."""
        found: dict[str, Any] = {}
        for group, text in match.groupdict().items():
            if text is not None:
                meant = int(text) if text.isdecimal() else self._meanings[group][text]
                found.setdefault(group.partition("_")[0], meant)
        if found.get("day") == 0:
            raise ValueError("no month has a day 0")
        return Parts(**found)

    def _filled(self, group: re.Match[str]) -> str:
        name = group[1]
        if name in _DIGITS:
            return _DIGITS[name]
        if name == "not_last":
            return "".join(rf"(?<!{re.escape(form)} )" for form in self.lists["last"])
        if name == "not_last_behind":
            return "".join(rf"(?! {re.escape(form)}(?!\w))" for form in self.lists["last_follows"])
        forms = self.forms(name)
        if name in self._meanings:
            digits = r"\d{1,3}|" if name == "number" else ""
            behind = self._behind_month if name == "month" else ""
            return rf"(?P<{name}>{digits}{any_of(forms)}){behind}"
        return f"(?:{forms})" if isinstance(forms, str) else f"(?:{any_of(forms)})"


@cache
def date_words(*, talk: bool = False) -> dict[str, DateWords]:
    """The words for days of every language, by its name."""
    months = words("months")
    return {
        language: DateWords(
            {**lists, **lists.get("promises", {}), "month_names": months[language]["names"]},
            talk=talk,
        )
        for language, lists in words("days").items()
    }


@cache
def all_date_words() -> DateWords:
    """The words of all languages as one, for dates of the calendar: `in märz`."""
    lists: dict[str, list[str]] = defaultdict(list)
    for language in date_words().values():
        for name, forms in language.lists.items():
            if isinstance(forms, list):
                lists[name] += forms
    return DateWords(lists, talk=False)


def any_of(forms: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first; for no word one that finds nothing."""
    longest_first = sorted(set(forms), key=lambda form: (-len(form), form))
    return "|".join(map(re.escape, longest_first)) or "(?!)"


def _named(lists: Mapping[str, Any], meanings: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {form: meant for name, meant in meanings for form in lists[name]}


def _units(
    lists: Mapping[str, Any], units: Iterable[str], endings: Iterable[str]
) -> dict[str, str]:
    return {form: unit for unit in units for ending in endings for form in lists[unit + ending]}


def _counted(forms: Sequence[str], first: int) -> dict[str, int]:
    """What is told by its place in a list, each place with all its forms: `a|an|one`."""
    return {form: at for at, each in enumerate(forms, first) for form in each.split("|")}
