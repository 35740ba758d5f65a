"""Whether time grows with a text or with its square: ratios of one run, never seconds."""

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Final, TypeVar

Result = TypeVar("Result")

STEP: Final = 4
MOST: Final = 9  # times as long for four times as much: in proportion it is 4, a square takes 16
# CPU seconds: 20 MB that the system hands out anew take more than half of it on a busy machine.
NEXT_TO_NOTHING: Final = 0.06
_ROUNDS: Final = 12


def check_growth(work: Callable[[int], Result], size: int) -> Result:
    """See that work takes time in proportion to its size, in every step from 1 to the size given.

    Four times as much may take nine times the CPU time. What looks like more is measured again,
    both sizes by turns, and the least of each counts: a busy machine slows some rounds, a square
    is there in all of them. Stops at the first step that is too big, before a bomb goes off.
    Return what the work of the full size returned.

    Raises:
        AssertionError: a step that takes longer.
    """
    sizes = [size]
    while sizes[0] >= STEP:
        sizes.insert(0, sizes[0] // STEP)
    work(sizes[0])  # what is loaded at the first use is not of the size
    least, result = _measured(work, sizes[0])
    for smaller, larger in pairwise(sizes):
        before = least
        least, result = _measured(work, larger)
        for _ in range(_ROUNDS):
            before = min(before, _measured(work, smaller)[0])
            if least <= MOST * before + NEXT_TO_NOTHING:
                break
            least = min(least, _measured(work, larger)[0])
        else:
            raise AssertionError(f"{smaller:,}: {before:.3f} s, yet {larger:,}: {least:.3f} s")
    return result


def _measured(work: Callable[[int], Result], size: int) -> tuple[float, Result]:
    began = time.process_time()
    result = work(size)
    return time.process_time() - began, result
