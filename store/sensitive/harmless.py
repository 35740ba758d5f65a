"""A quick look that clears most messages: nothing in them could be what never leaves.

Most messages are ASCII, with few digits and none of the words that lead to a secret. To see that
takes half the time of looking for each kind. What is not cleared here is looked at whole.
"""

import re
from typing import Final

from store.sensitive.canonical import words_of_ascii
from store.sensitive.named_numbers import may_begin_a_name
from store.sensitive.numbers import FEWEST_DIGITS
from store.sensitive.secrets import KEY_IN_LINES, LEADING_WORDS, LINK_SIGN, SHORTEST_KEY

_PLAIN: Final = re.compile(r"[\t\n\r\x20-\x7e]*")
# What phones write for ASCII signs; no detector looks for them.
_QUOTES: Final = {ord(sign): " " for sign in "…‘’“”„"}
_DIGIT: Final = re.compile(r"[0-9]")
# As an answer says when something was: on every line of it.
_TIME: Final = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?: \d\d:\d\d)?")
_MOST_WORDS: Final = 100_000
# Words that were looked at before and lead to nothing; what people write is mostly the same words.
_cleared: set[str] = set()


def is_plainly_harmless(text: str) -> bool:
    """Whether no detector of what never leaves can find anything; False where one has to look."""
    if not text.isascii():
        text = text.translate(_QUOTES)
    elif _TIME.fullmatch(text):
        return True
    if not _PLAIN.fullmatch(text) or LINK_SIGN in text or KEY_IN_LINES in text:
        return False
    digits = len(_DIGIT.findall(text))
    if digits >= FEWEST_DIGITS:
        return False
    if max(map(len, text.split()), default=0) >= SHORTEST_KEY:
        return False
    words = set(words_of_ascii(text.lower()))
    if not digits:  # a name leads to nothing then
        return LEADING_WORDS.isdisjoint(words)
    unknown = words - _cleared
    if not all(map(_is_clear, unknown)):
        return False
    if len(_cleared) < _MOST_WORDS:
        _cleared.update(unknown)
    return True


def _is_clear(word: str) -> bool:
    return word not in LEADING_WORDS and not may_begin_a_name(word)
