"""Questions that a number, a time of day or a date answers; their words are data."""

import re
from functools import cache
from typing import Final

from store.text.languages import words_of_all

_LONGEST: Final = 300


def asks_for_number(query: str) -> bool:
    """Whether a question asks how much, how many, or when."""
    return _pattern().search(query.casefold()[:_LONGEST]) is not None


@cache
def _pattern() -> re.Pattern[str]:
    phrases = words_of_all("questions", "number")
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
