"""What an encoder is: texts in, unit vectors out, and a name for the space they live in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from store.errors import StoreError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Progress = Callable[[str, int, int], None]
"""Called with the stage in plain words, the steps done and the steps in all."""


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """Everything that must match before two vectors may be compared.

    name, revision: the model as people know it.
    sha256: over the hashes of the weights, tokenizer and configuration files.
    runtime: `onnx-int8`, `sentence-transformers` or `toy`; precision changes vectors, so a query
        in one runtime is never compared with an index made in another.
    dimension: numbers in a vector. max_tokens: a text is cut after this many.
    """

    name: str
    revision: str
    sha256: str
    runtime: str
    dimension: int
    max_tokens: int


@dataclass(frozen=True, slots=True)
class TokenStates:
    """What the model made of each piece of a text, in its context.

    states: shape (tokens, dimension), float32, each of length 1, around a centre so that two
        unrelated tokens have a cosine near 0. spans: which characters each token stands for.
    """

    states: NDArray[np.float32]
    spans: list[tuple[int, int]]


class Encoder(Protocol):
    """Turns texts into vectors. Its methods may be called from several threads at once."""

    @property
    def identity(self) -> EncoderIdentity:
        """The space that the vectors live in."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension): one row a text, in order, of length 1."""

    def encode_with_tokens(
        self, texts: Sequence[str]
    ) -> tuple[NDArray[np.float32], list[TokenStates]]:
        """The same vectors, and the tokens of each text without the model's special ones."""


class EncoderUnavailable(StoreError):
    """No vectors can be made now; search goes on by words alone."""

    def __init__(self, reason: str, next_step: str) -> None:
        """reason: what is wrong, in plain words. next_step: what the owner can do about it."""
        super().__init__(f"{reason}; {next_step}.")
