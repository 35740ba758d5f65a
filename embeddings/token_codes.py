"""Token states as the memory keeps them: one bit for each of their first 256 numbers.

In longer texts the tokens of small words, and of signs except the first, are left out: two in five,
and nothing is found worse without them.
Against the full numbers that costs 0.3 points of recall and saves 98 % of the bytes
(docs/search.md). A question keeps its full numbers; only what is stored is reduced.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from math import sqrt
from typing import TYPE_CHECKING, Final

from embeddings.encoder import TokenStates
from store.text.index_words import STOP_WORDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDTH: Final = 256
# A long mail is found by its beginning; a chat message hardly ever has more.
MOST_TOKENS: Final = 96
_FEW: Final = 10
# So many stored tokens stay near the processor while they are compared.
_AT_ONCE: Final = 256
# Letters and digits, and the vowel signs that many scripts write beside them.
_OF_WORDS: Final = re.compile(r"[\w\u0300-\u1aff]")


def bytes_a_token(dimension: int) -> int:
    """The length of one token's code for a model of this dimension."""
    return (min(dimension, WIDTH) + 7) // 8


def to_codes(tokens: TokenStates, text: str) -> bytes:
    """The codes of a text's first tokens that tell something, one after the other.

    text: what was encoded. All tokens of a short one are kept, or of one of small words alone.
    """
    import numpy as np

    telling: list[int] | slice = slice(MOST_TOKENS)
    if len(tokens.spans) > _FEW:
        telling = _telling(text, tokens.spans)[:MOST_TOKENS] or telling
    return np.packbits(tokens.states[telling, :WIDTH] > 0, axis=1).tobytes()


def _telling(text: str, spans: list[tuple[int, int]]) -> list[int]:
    small = [word.span() for word in re.finditer(r"\w+", text) if word[0].casefold() in STOP_WORDS]
    starts = [start for start, _ in small]
    kept = []
    signs = 0
    for token, (start, end) in enumerate(spans):
        if not _OF_WORDS.search(text, start, end):
            signs += 1
            # The model gathers at the first, behind the speaker, what the text is about.
            if signs == 1:
                kept.append(token)
            continue
        at = bisect_right(starts, start) - 1
        if at < 0 or small[at][1] < end:
            kept.append(token)
    return kept if len(kept) > min(signs, 1) else []


def for_comparing(tokens: TokenStates) -> NDArray[np.float32]:
    """The tokens of a question, so that `similarities` gives cosines of the reduced space."""
    import numpy as np

    part = tokens.states[:, :WIDTH]
    length = np.linalg.norm(part, axis=1, keepdims=True) * sqrt(part.shape[1])
    reduced: NDArray[np.float32] = part / np.maximum(length, np.finfo(np.float32).tiny)
    return reduced


def similarities(asked: NDArray[np.float32], codes: bytes) -> NDArray[np.float32]:
    """How alike each token of a question and each stored token are: shape (stored, asked)."""
    import numpy as np

    width = asked.shape[1]
    stored = np.frombuffer(codes, dtype=np.uint8).reshape(-1, bytes_a_token(width))
    found = np.empty((len(stored), len(asked)), dtype=np.float32)
    each_byte = np.arange(256, dtype=np.uint8)[:, np.newaxis]
    bits_of = np.unpackbits(each_byte, axis=1).astype(np.float32)
    bits = np.empty((_AT_ONCE, stored.shape[1], 8), dtype=np.float32)
    lines = bits.reshape(_AT_ONCE, -1)[:, :width]
    # +1 for a set bit and -1 for another: twice the sum over the set ones less that over all.
    twice = np.ascontiguousarray(2 * asked.T)
    for start in range(0, len(stored), _AT_ONCE):
        part = stored[start : start + _AT_ONCE]
        # A table of 256 rows is read faster than bits are unpacked; `clip` saves a check.
        np.take(bits_of, part, axis=0, out=bits[: len(part)], mode="clip")
        np.matmul(lines[: len(part)], twice, out=found[start : start + len(part)])
    found -= asked.sum(axis=1)
    return found
