"""What each token of a question weighs: the rarer its word in the memory, the more."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection
from math import log

from store.text.index_words import STOP_WORDS, words_of
from tools.ranking.weights import NAME, PUNCTUATION_SHARE, STOP_WORD_SHARE


def token_weights(
    query: str,
    spans: list[tuple[int, int]],
    counts: dict[str, int],
    total: int,
    names: Collection[str],
) -> list[float]:
    """A weight a token; the pieces of one word share its weight.

    spans: the characters of each token. counts: messages that hold each word, of `total`. names:
    words, without case, that name somebody known.
    """
    words = list(re.finditer(r"\w+", query))
    starts = [word.start() for word in words]
    places = [bisect_right(starts, start) - 1 for start, _ in spans]
    places = [
        at if at >= 0 and words[at].end() >= end else -1
        for at, (_, end) in zip(places, spans, strict=True)
    ]
    pieces = Counter(places)
    by_word = [
        _weight(_count(word[0], counts, total), total)
        * (NAME if word[0].casefold() in names else 1)
        for word in words
    ]
    punctuation = _weight(total * PUNCTUATION_SHARE, total)
    return [punctuation if at < 0 else by_word[at] / pieces[at] for at in places]


def _count(word: str, counts: dict[str, int], total: int) -> float:
    """How many messages hold a word; small words are not counted."""
    found = [counts[part] for part in words_of(word) if part in counts]
    if found:
        return min(found)
    return total * STOP_WORD_SHARE if word.casefold() in STOP_WORDS else 0


def _weight(count: float, total: int) -> float:
    return log(1 + (max(total - count, 0) + 0.5) / (count + 0.5))
