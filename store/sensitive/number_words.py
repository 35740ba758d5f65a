"""Numbers in words: "four seven one one", "achtundvierzig zwölf", "quarante-huit douze"."""

import re
from functools import cache
from typing import Final

from store.sensitive.words import words_of

_ONES: Final = frozenset(words_of("digits", "ones"))
_MORE: Final = frozenset(words_of("digits", "more"))
_TENS: Final = words_of("digits", "tens")
# "double seven" says two.
_TWICE: Final = frozenset(words_of("digits", "twice"))


# "um 16" and "en 5": an article is a one.
_FEWEST_IN_WORDS: Final = 2


@cache
def _joined() -> re.Pattern[str]:
    ones, tens = (
        "|".join(map(re.escape, sorted(each, key=len, reverse=True))) for each in (_ONES, _TENS)
    )
    # einundzwanzig, eenentwintig and tjugoett; ventuno drops a vowel before uno and otto.
    cut = "|".join(re.escape(each[:-1]) for each in _TENS)
    return re.compile(
        rf"(?:{ones})(?:und|en|ën)(?:{tens})|(?:{tens})(?:{ones})|(?:{cut})(?:uno|otto)"
    )


def is_number_word(word: str) -> bool:
    """Whether a word, folded, is one of a number that is read out."""
    if word.isdigit():
        return len(word) <= 2
    return word in _ONES or word in _MORE or word in _TENS or word in _TWICE or _is_joined(word)


def _is_joined(word: str) -> bool:
    return len(word) > 6 and _joined().fullmatch(word) is not None


def says_digits(words: list[str]) -> int:
    """How many digits the words say, or nothing where they are digits alone."""
    if sum(word.isalpha() for word in words) < _FEWEST_IN_WORDS or any(
        word.isdigit() and len(word) > 1 for word in words
    ):
        return 0
    total = 0
    for word in words:
        total += len(word) if word.isdigit() else 1 if word in _ONES or word in _TWICE else 2
    return total
