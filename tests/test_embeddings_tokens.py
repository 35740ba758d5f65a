"""The codes of tokens: short, and nearly as good as the numbers that they stand for."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.encoder import TokenStates
from embeddings.token_codes import (
    MOST_TOKENS,
    WIDTH,
    bytes_a_token,
    for_comparing,
    similarities,
    to_codes,
)
from embeddings.toy import ToyEncoder


def _tokens(count: int, dimension: int, seed: int) -> TokenStates:
    states = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    states /= np.linalg.norm(states, axis=1, keepdims=True)
    return TokenStates(states, [(at, at + 1) for at in range(count)])


@given(
    st.integers(1, 12),
    st.integers(1, 12),
    st.sampled_from([8, 32, 60, 64, 256, 384]),
    st.integers(0, 9),
)
def test_similarities_are_those_of_the_signs(
    asked: int, stored: int, dimension: int, seed: int
) -> None:
    question, text = _tokens(asked, dimension, seed), _tokens(stored, dimension, seed + 1)
    width = min(dimension, WIDTH)
    signs = np.where(text.states[:, :width] > 0, 1, -1)
    exact = signs @ for_comparing(question).T
    found = similarities(for_comparing(question), to_codes(text, "x" * stored))
    assert found.shape == (stored, asked)
    np.testing.assert_allclose(found, exact, atol=0.25 / np.sqrt(width) + 0.01)


def test_a_token_is_most_like_itself() -> None:
    text = _tokens(20, 384, 1)
    codes = to_codes(text, "x" * 20)
    assert similarities(for_comparing(text), codes).argmax(axis=0).tolist() == [*range(20)]


@pytest.mark.parametrize(("dimension", "size"), [(64, 8), (384, 32), (1024, 32)])
def test_codes_are_short_and_of_a_text_s_beginning(dimension: int, size: int) -> None:
    codes = to_codes(_tokens(MOST_TOKENS + 50, dimension, 2), "x" * (MOST_TOKENS + 50))
    assert bytes_a_token(dimension) == size
    assert len(codes) == MOST_TOKENS * size


def test_a_text_without_words_has_no_codes() -> None:
    _, [tokens] = ToyEncoder().encode_with_tokens(["🎻 …"])
    assert to_codes(tokens, "🎻 …") == b""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Ana: is it the cello, or the piano?", [0, 1, 5, 9]),
        ("Ana: who is it?", [*range(6)]),
        ("who is it who is it who is it?", [*range(10)]),
        ("cello 🎻 !!!!!!!!!", [0, 1]),
        ("हिन्दी, और, की, की, की, की", [0, 1, 2, 4, 6, 8, 10]),
    ],
)
def test_small_words_and_punctuation_of_a_longer_text_are_left_out(
    text: str, kept: list[int]
) -> None:
    spans = [piece.span() for piece in re.finditer(r"[^\s:?,!]+|[:?,!]", text)]
    states = _tokens(len(spans), 64, 3).states
    expected = TokenStates(states[kept], [(at, at + 1) for at in range(len(kept))])
    assert to_codes(TokenStates(states, spans), text) == to_codes(expected, "x" * len(kept))
