"""Vectors as the memory keeps them: a quarter of the bytes, and the same neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LARGEST = 127


def to_int8(vectors: NDArray[np.float32]) -> list[bytes]:
    """Each row as int8, scaled so that its largest number becomes 127.

    The scale is not kept: vectors are compared by their angle alone. 99.5 % of the ten nearest in
    a million stay the same (tests/benchmarks/vector_recall.py).
    """
    import numpy as np

    largest = np.abs(vectors).max(axis=1, keepdims=True)
    scaled = np.rint(vectors * (_LARGEST / np.maximum(largest, np.finfo(np.float32).tiny)))
    return [row.tobytes() for row in scaled.astype(np.int8)]
