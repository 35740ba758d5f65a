"""A quick look that clears most messages: nothing in them could be what never leaves.

Most messages have Latin letters, few digits and none of the words that lead to a secret. To see
that takes a fraction of the time of looking for each kind. What is not cleared is looked at whole.
"""

import re
from typing import Final

from store.sensitive.canonical import folded, words_of_ascii
from store.sensitive.key_forms import KEY_IN_LINES, LINK_SIGN, SHORTEST_KEY
from store.sensitive.named_numbers import may_begin_a_name
from store.sensitive.number_words import is_number_word
from store.sensitive.numbers import ALIAS_WORDS, FEWEST_DIGITS, FEWEST_SPOKEN
from store.sensitive.passwords import SIGNS_IN_PASSWORDS
from store.sensitive.seed_words import may_hold_a_seed
from store.sensitive.told import leads_on
from store.sensitive.unnamed import may_be_made_up

_PLAIN: Final = re.compile(r"[\t\n\r\x20-\x7eßæœ]*")
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
    if text.isascii():
        if _TIME.fullmatch(text):
            return True
        low = text.lower()
    else:
        low = folded(text.translate(_QUOTES))
    if not _PLAIN.fullmatch(low) or LINK_SIGN in text or KEY_IN_LINES in text:
        return False
    digits = len(_DIGIT.findall(low))
    if digits >= FEWEST_DIGITS or (digits and not SIGNS_IN_PASSWORDS.isdisjoint(low)):
        return False
    if digits and may_be_made_up(text):
        return False
    if max(map(len, text.split()), default=0) >= SHORTEST_KEY:
        return False
    words = words_of_ascii(low) if low.isascii() else re.findall(r"\w+", low)
    unknown = set(words) - _cleared
    if not all(map(_is_clear, unknown)):
        return False
    if len(_cleared) < _MOST_WORDS:
        _cleared.update(unknown)
    return not may_hold_a_seed(words) and (
        len(words) < FEWEST_SPOKEN or sum(map(is_number_word, words)) < FEWEST_SPOKEN
    )


def _is_clear(word: str) -> bool:
    return word not in ALIAS_WORDS and not leads_on(word) and not may_begin_a_name(word)
