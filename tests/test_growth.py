"""The measure that other tests rely on: it must see a square, and nothing else, at any load."""

import time
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import growth
from tests.growth import check_growth

FULL = 1_000_000


def by_a_clock(
    monkeypatch: pytest.MonkeyPatch, seconds: Callable[[int], float], seed: int
) -> Callable[[int], None]:
    """Work by a clock of its own, which up to three times as slow a machine makes go faster."""
    now = 0.0
    random = Random(seed)  # noqa: S311 no secret

    def work(size: int) -> None:
        nonlocal now
        now += seconds(size) * random.choice((1.0, 1.3, 2.0, 3.0))

    monkeypatch.setattr(time, "process_time", lambda: now)
    return work


@given(st.integers(0, 10_000))
@pytest.mark.parametrize(
    "seconds",
    [
        lambda size: size / FULL,
        lambda size: 0.3 + size / FULL,  # the same whatever the size
        lambda _: 3.0,
        lambda size: min(size, FULL / 10) / FULL,  # cut at a limit
        lambda size: size * size.bit_length() / FULL,
        lambda size: (size / FULL) ** 2 * 0.02,  # next to nothing, even as a square
    ],
    ids=["proportion", "fixed cost", "fixed", "limit", "sorting", "nothing"],
)
def test_what_grows_in_proportion_passes(seconds: Callable[[int], float], seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        check_growth(by_a_clock(patch, seconds, seed), FULL)


@given(st.integers(0, 10_000))
@pytest.mark.parametrize(
    "seconds",
    [
        lambda size: 20 * (size / FULL) ** 2,
        lambda size: 100 * (size / FULL) ** 2 + size / FULL,
        lambda size: 20 * (size / FULL) ** 3,
        lambda size: 50 * (min(size, FULL / 4) / FULL) ** 2,  # a square, up to a limit
    ],
    ids=["square", "beside proportion", "cube", "limit"],
)
def test_a_square_fails(seconds: Callable[[int], float], seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        work = by_a_clock(patch, seconds, seed)
        with pytest.raises(AssertionError, match=r"\d s, yet "):
            check_growth(work, FULL)


def test_a_real_square_fails_before_its_full_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "_ROUNDS", 2)  # to end soon
    longest = 0

    def read(size: int) -> None:
        nonlocal longest
        longest = max(longest, size)
        for at in range(size):
            sum(range(at))

    with pytest.raises(AssertionError, match=r"\d s, yet "):
        check_growth(read, 1_000_000)
    assert longest < 1_000_000
