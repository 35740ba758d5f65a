"""What a line of talk is about, by words that are data: one TOML file a language in `cues/`.

Precision comes from what the briefing does with a hit (it quotes the line), so the lists may be
generous.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

SUBJECTS: Final = (
    "work",
    "home",
    "family",
    "health",
    "loss",
    "trip",
    "preference",
)
_ACTS: Final = ("promise", "delivered", "request", "careful")
# Narrower than `careful` and `family`: what the briefing says not to bring up stands on these.
_TENDER: Final = {"ask not": ("careful", "ask_not"), "break-up": ("family", "break_up")}


@dataclass(frozen=True, slots=True)
class DateWords:
    """A language's words for days."""

    today: tuple[str, ...]
    tomorrow: tuple[str, ...]
    next_week: tuple[str, ...]
    next_month: tuple[str, ...]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    before_month: tuple[str, ...]


@cache
def languages() -> dict[str, dict[str, Any]]:
    """The word lists by language."""
    found = {}
    for file in sorted((files(__package__) / "cues").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            found[file.name.removesuffix(".toml")] = tomllib.loads(file.read_text("utf-8"))
    return found


@cache
def _patterns(language: str) -> dict[str, re.Pattern[str]]:
    lists = languages()[language]
    named = {name: lists[name]["patterns"] for name in (*SUBJECTS, *_ACTS)}
    named["work change"] = lists["work"]["change"]
    named |= {name: lists[table][key] for name, (table, key) in _TENDER.items()}
    return {
        name: re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)
        for name, parts in named.items()
    }


@cache
def _function_words() -> dict[str, frozenset[str]]:
    return {name: frozenset(lists["function_words"]) for name, lists in languages().items()}


def languages_of(text: str) -> list[str]:
    """The languages that a text may be in, by its small words; all of them when none tells.

    One word means different things in two languages: Swedish `gift` is married, `dog` is died.
    """
    words = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {
        name: sum(word in known for word in words) for name, known in _function_words().items()
    }
    most = max(counts.values())
    return [name for name, count in counts.items() if count == most]


@lru_cache(maxsize=16_384)
def cues_in(text: str) -> frozenset[str]:
    """The subjects and acts that a text shows, `question` among them."""
    found = {
        name
        for language in languages_of(text)
        for name, pattern in _patterns(language).items()
        if pattern.search(text)
    }
    if "?" in text:
        found.add("question")
    return frozenset(found)


def speaks_of_others(text: str) -> bool:
    """Whether a text speaks of somebody who is neither the writer nor the reader."""
    words = set(re.findall(r"[^\W\d_]+(?:'[a-z]+)?", text.casefold().replace("’", "'")))
    return any(
        words & set(languages()[language]["third_person"]) for language in languages_of(text)
    )


@cache
def date_words() -> tuple[DateWords, ...]:
    """The words for days, of every language."""
    return tuple(_date_words())


def _date_words() -> Iterator[DateWords]:
    for language in languages().values():
        yield DateWords(**{key: tuple(words) for key, words in language["dates"].items()})
