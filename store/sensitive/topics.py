"""What a text is about, by words that leave little doubt: health, money, family conflict.

A list names stems with a `*`, whole words, and phrases. Money takes two things: a word of the
household's money, and an amount; a few phrases tell it alone.

A short label may hold such a word and tell nothing: Anna Krebs, Nurse at Cancer Research UK. A few
words say that it is a name, a job or an organization, and others that it is none.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.words import words_of

HEALTH: Final = "health"
MONEY: Final = "money"
FAMILY: Final = "family conflict"

_STEM: Final = 4
_AMOUNT: Final = re.compile(
    r"[€$£¥₹]\s?\d|\d\s?[€$£¥₹]|\d\s?k\b|(?<!\w)(?:eur|usd|gbp|sek|nok|dkk|chf|brl|inr|pln|r\$)\s?\d"
    r"|\d\s?(?:eur|euros?|usd|dollars?|gbp|pounds?|quid|sek|kr|kronor|nok|dkk|chf|franken|francs?"
    r"|brl|reais|inr|rupees|pln|złotych|dólares|libras|pesos|pfund|mil\b|tausend|thousand|mille)"
    r"(?!\w)|\d[.,\s]\d{3}(?!\d)"
)
_ANY_AMOUNT: Final = "money, where an amount stands beside it"


def _by_beginning(lists: dict[str, list[str]]) -> dict[str, list[tuple[str, list[str]]]]:
    """What each phrase tells, by how its first word begins; a `*` stands for the rest of a word."""
    found: defaultdict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for topic, entries in lists.items():
        for entry in entries:
            words = re.findall(r"\w+\*?", entry)
            found[words[0].rstrip("*")[:_STEM]].append((topic, words))
    return dict(found)


_PHRASES: Final = _by_beginning(
    {
        HEALTH: words_of("health", "words"),
        FAMILY: words_of("family", "words"),
        MONEY: words_of("money", "words"),
        _ANY_AMOUNT: words_of("money", "with_amount"),
    }
)


class _List:
    """Entries of a list, to be asked whether one of them is meant; a `*` stands for the rest."""

    def __init__(self, name: str) -> None:
        entries = words_of("label", name)
        self._whole = frozenset(entry for entry in entries if not entry.endswith("*"))
        self._stems = tuple(entry[:-1] for entry in entries if entry.endswith("*"))

    def __contains__(self, said: str) -> bool:
        return said in self._whole or said.startswith(self._stems)


_BORNE: Final = _List("borne")
_WORK: Final = _List("work")
_TELLS: Final = _List("tells")


def find_topic(seen: Canonical) -> str:
    """What the text is about, or nothing."""
    return _main_topic(seen, {topic for topic, _ in _told(seen.words)})


def find_topic_of_label(seen: Canonical, borne: bool) -> str:
    """The same of a label; nothing of one that is a job, an organization or, if `borne`, a name.

    borne: people and organizations are called so. What is given to somebody, such as a tag, tells
    of them: `Krebs` is a family, or an illness.
    """
    words = seen.words
    told = list(_told(words))
    if told and not any(word in _TELLS for word in words):
        if any(word in _WORK for word in words):
            return ""
        told = [(topic, said) for topic, said in told if not borne or said not in _BORNE]
    return _main_topic(seen, {topic for topic, _ in told})


def _told(words: list[str]) -> Iterator[tuple[str, str]]:
    """What the words tell, each with those that tell it."""
    for at, word in enumerate(words):
        for topic, phrase in _PHRASES.get(word[:_STEM], ()):
            if _stands_at(at, phrase, words):
                yield topic, " ".join(words[at : at + len(phrase)])


def _main_topic(seen: Canonical, told: set[str]) -> str:
    if HEALTH in told:
        return HEALTH
    if MONEY in told or (_ANY_AMOUNT in told and _AMOUNT.search(seen.lower)):
        return MONEY
    return FAMILY if FAMILY in told else ""


def _stands_at(at: int, phrase: list[str], words: list[str]) -> bool:
    return len(phrase) <= len(words) - at and all(
        _is(words[at + i], part) for i, part in enumerate(phrase)
    )


def _is(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part
