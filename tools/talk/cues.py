"""What a line of talk is about, by words that are data (`cues`).

Precision comes from what the briefing does with a hit (it quotes the line), so the lists may be
generous.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from store.text.languages import words

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
OWN_LIFE: Final = "own life"
TIME: Final = "time"
ANSWER: Final = "answer"
_WORDS: Final = re.compile(r"[^\W\d_]+")
_LOOKBEHINDS: Final = re.compile(r"^(?:\(\?<[!=][^()]*\))+")
# The last letter is no beginning when it may be left out or another one may stand for it.
_LONGEST_BEGINNING: Final = 8
_LETTERS: Final = re.compile(rf"[^\W\d_]{{1,{_LONGEST_BEGINNING}}}(?![?*{{])")


def languages() -> Mapping[str, Mapping[str, Any]]:
    """The word lists by language."""
    return words("cues")


@dataclass(frozen=True, slots=True)
class _Language:
    """What is looked for in a language: patterns by cue, and cues by how their words begin."""

    patterns: dict[str, re.Pattern[str]]
    beginnings: dict[str, frozenset[str]]
    first_person: frozenset[str]
    time_words: frozenset[str]
    answers: frozenset[str]


def cue_patterns(language: str) -> dict[str, re.Pattern[str]]:
    """What shows each cue in a language: to be searched for in lower case, after a space."""
    return _language(language).patterns


@cache
def _language(language: str) -> _Language:
    lists = languages()[language]
    named = {name: lists[name]["patterns"] for name in (*SUBJECTS, *_ACTS)}
    named["work change"] = lists["work"]["change"]
    named |= {name: lists[table][key] for name, (table, key) in _TENDER.items()}
    beginnings: dict[str, set[str]] = {}
    for name, parts in named.items():
        for beginning in _beginnings("|".join(parts)):
            beginnings.setdefault(beginning, set()).add(name)
    return _Language(
        # A character that must be there lets the search skip to where words begin.
        {name: re.compile(rf"\W(?:{'|'.join(parts)})(?!\w)") for name, parts in named.items()},
        {beginning: frozenset(names) for beginning, names in beginnings.items()},
        *(frozenset(lists[name]) for name in ("first_person", "time_words", "answers")),
    )


def _beginnings(pattern: str) -> set[str]:
    """The letters, a few at most, that what a pattern matches begins with; `""` for any.

    Searching a text for a cue that no word of it can begin is most of the work otherwise.
    """
    found: set[str] = set()
    for part in _alternatives(pattern):
        part = _LOOKBEHINDS.sub("", part)
        if part.startswith("(?:"):
            end = _end_of_group(part)
            found |= _beginnings(part[3:end])
            if part[end + 1 : end + 2] in {"?", "*"}:
                found |= _beginnings(part[end + 2 :])
            continue
        letters = _LETTERS.match(part)
        found.add(letters[0] if letters else "")
    return found


def _alternatives(pattern: str) -> Iterator[str]:
    """The alternatives of a pattern, those inside its groups left together."""
    depth = begin = 0
    for at, character in enumerate(pattern):
        depth += (character == "(") - (character == ")")
        if character == "|" and not depth:
            yield pattern[begin:at]
            begin = at + 1
    yield pattern[begin:]


def _end_of_group(pattern: str) -> int:
    """Where the group ends that a pattern begins with."""
    depth = 0
    for at, character in enumerate(pattern):
        depth += (character == "(") - (character == ")")
        if not depth:
            return at
    return len(pattern)


@cache
def _languages_by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, lists in languages().items():
        for word in lists["function_words"]:
            found[word] = (*found.get(word, ()), name)
    return found


def languages_of(text: str) -> list[str]:
    """The languages that a text may be in, by its small words; all of them when none tells.

    One word means different things in two languages: Swedish `gift` is married, `dog` is died.
    """
    return _languages_of(_WORDS.findall(text.lower()))


def _languages_of(words: list[str]) -> list[str]:
    known = _languages_by_word()
    counts = dict.fromkeys(languages(), 0)
    for word in words:
        for name in known.get(word, ()):
            counts[name] += 1
    most = max(counts.values())
    return [name for name, count in counts.items() if count == most]


@lru_cache(maxsize=16_384)
def _begun_by(language: str, word: str) -> frozenset[str]:
    """The cues that a word may begin; an empty word: that anything may begin."""
    beginnings = _language(language).beginnings
    starts = [word[:length] for length in range(len(word) + 1)]
    return frozenset().union(*[beginnings.get(start, frozenset()) for start in starts])


@lru_cache(maxsize=16_384)
def cues_in(text: str) -> frozenset[str]:
    """The subjects and acts that a text shows, and what kind of statement it is: a question, the
    writer's own life, with a time, a mere answer.
    """
    lowered = text.lower()
    words = _WORDS.findall(lowered)
    begins = {word[:_LONGEST_BEGINNING] for word in words}
    found: set[str] = set()
    for name in _languages_of(words):
        language, patterns = _language(name), cue_patterns(name)
        possible = set(_begun_by(name, ""))
        for word in begins:
            possible |= _begun_by(name, word)
        found |= {cue for cue in possible if patterns[cue].search(f" {lowered}")}
        if not language.first_person.isdisjoint(words):
            found.add(OWN_LIFE)
        if not language.time_words.isdisjoint(words):
            found.add(TIME)
        if words and words[0] in language.answers:
            found.add(ANSWER)
    if "?" in text:
        found.add("question")
    return frozenset(found)


def speaks_of_others(text: str) -> bool:
    """Whether a text speaks of somebody who is neither the writer nor the reader."""
    words = set(re.findall(r"[^\W\d_]+(?:'[a-z]+)?", text.casefold().replace("’", "'")))
    return any(
        words & set(languages()[language]["third_person"]) for language in languages_of(text)
    )
