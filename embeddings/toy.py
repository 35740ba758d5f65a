"""An encoder for tests: no model, no download, the same vector everywhere and always.

Texts that share words or parts of words come out close to each other, which is enough to test
a whole search path; it knows nothing of meaning.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from embeddings.encoder import EncoderIdentity, TokenStates

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSION = 64
MAX_TOKENS = 256
# A shared word says more than a shared trigram.
WORD_WEIGHT = 2.0


class ToyEncoder:
    """Counts hashed words and character trigrams into 64 signed buckets."""

    identity = EncoderIdentity(
        name="toy",
        revision="1",
        sha256="",
        runtime="toy",
        dimension=DIMENSION,
        max_tokens=MAX_TOKENS,
    )

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), 64), float32, each of length 1."""
        return _vectors(texts)

    def encode_with_tokens(
        self, texts: Sequence[str]
    ) -> tuple[NDArray[np.float32], list[TokenStates]]:
        """The vectors, and each word as a token that knows nothing of the words beside it."""
        tokens = []
        for text in texts:
            words = list(re.finditer(r"\w+", text))[:MAX_TOKENS]
            states = _vectors([word[0] for word in words])
            tokens.append(TokenStates(states, [word.span() for word in words]))
        return self.encode(texts), tokens


def _vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    import numpy as np

    rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for feature, weight in _features(text):
            code = zlib.crc32(feature.encode("utf-8", "surrogatepass"))
            row[code % DIMENSION] += weight if code & 0x8000_0000 else -weight
        norm = float(np.linalg.norm(row))
        if norm:
            row /= norm
        else:
            # No features, or features that cancel out: any fixed unit vector.
            row[0] = 1.0
    return rows


def _features(text: str) -> Iterator[tuple[str, float]]:
    for word in re.findall(r"\w+", text.casefold())[:MAX_TOKENS]:
        yield word, WORD_WEIGHT
        padded = f" {word} "
        for start in range(len(padded) - 2):
            yield padded[start : start + 3], 1.0
