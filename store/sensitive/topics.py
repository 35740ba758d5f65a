"""What a text is about, by words that leave little doubt: health, money, family conflict.

A list names stems with a `*`, whole words, and phrases. Money takes two things: a word of the
household's money, and an amount; a few phrases tell it alone.
"""

import re
from collections import defaultdict
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


class _Phrases:
    """Phrases of words, found by their first one; a `*` stands for the rest of a word."""

    def __init__(self, entries: list[str]) -> None:
        self._by_beginning: defaultdict[str, list[list[str]]] = defaultdict(list)
        self.beginnings: set[str] = set()
        for entry in entries:
            words = re.findall(r"\w+\*?", entry)
            self._by_beginning[words[0].rstrip("*")[:_STEM]].append(words)
        self.beginnings = set(self._by_beginning)

    def stand_in(self, words: list[str]) -> bool:
        """Whether any of the phrases stands in this row of words."""
        for at, word in enumerate(words):
            for phrase in self._by_beginning.get(word[:_STEM], ()):
                if len(phrase) <= len(words) - at and all(
                    _is(words[at + i], part) for i, part in enumerate(phrase)
                ):
                    return True
        return False


def _is(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


_HEALTH: Final = _Phrases(words_of("health", "words"))
_FAMILY: Final = _Phrases(words_of("family", "words"))
_MONEY: Final = _Phrases(words_of("money", "words"))
_WITH_AMOUNT: Final = _Phrases(words_of("money", "with_amount"))
_BEGINNINGS: Final = frozenset(
    _HEALTH.beginnings | _FAMILY.beginnings | _MONEY.beginnings | _WITH_AMOUNT.beginnings
)


def find_topic(seen: Canonical) -> str:
    """What the text is about, or nothing."""
    if _BEGINNINGS.isdisjoint({word[:_STEM] for word in seen.vocabulary}):
        return ""
    words = seen.words
    if _HEALTH.stand_in(words):
        return HEALTH
    if _MONEY.stand_in(words) or (_AMOUNT.search(seen.lower) and _WITH_AMOUNT.stand_in(words)):
        return MONEY
    return FAMILY if _FAMILY.stand_in(words) else ""
