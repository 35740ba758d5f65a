"""Questions that a number, a time of day or a date answers; their words are data (TOML)."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

_LONGEST: Final = 300


def asks_for_number(query: str) -> bool:
    """Whether a question asks how much, how many, or when."""
    return _pattern().search(query.casefold()[:_LONGEST]) is not None


@cache
def _pattern() -> re.Pattern[str]:
    text = files(__package__).joinpath("number_questions.toml").read_text("utf-8")
    phrases = [phrase for language in tomllib.loads(text).values() for phrase in language]
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
