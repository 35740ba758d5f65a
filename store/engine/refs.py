"""Public ids: short, typed, and the same whenever the same thing is imported.

A ref is made from the key that the thing has in its source. So it depends neither on the order of
imports nor on the rest of the memory, and gaps between refs tell nobody how many things there are.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from store.engine.connections import Writer
from store.engine.fact_kinds import FACT_KINDS

# What the refs of a table begin with.
LETTERS: Final[Mapping[str, str]] = {
    "source": "s",
    "contact": "c",
    "organization": "o",
    "conversation": "v",
    "message": "m",
    "proposal": "p",
    **{kind.table: kind.letter for kind in FACT_KINDS if kind.letter},
}
# Crockford's base 32: no i, l, o, u.
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
# Two letters of five bits each, the lower one first.
_PAIRS: Final = [_ALPHABET[number & 31] + _ALPHABET[number >> 5] for number in range(1024)]


def make_ref(prefix: str, *key: str, taken: Callable[[str], bool] | None = None) -> str:
    """The ref for a thing, such as `m_4k2v9qx`.

    prefix: one letter that says what it is. key: what identifies the thing in its source.
    taken: says whether another thing has the ref already; then the next candidate is tried.
    """
    attempt = 0
    while True:
        digest = hashlib.sha256("\x1f".join((prefix, *key, str(attempt))).encode()).digest()
        number = int.from_bytes(digest[:8])
        ref = (
            f"{prefix}_{_PAIRS[number & 1023]}{_PAIRS[number >> 10 & 1023]}"
            f"{_PAIRS[number >> 20 & 1023]}{_ALPHABET[number >> 30 & 31]}"
        )
        if taken is None or not taken(ref):
            return ref
        attempt += 1


def new_ref(writer: Writer, table: str, *key: str) -> str:
    """The ref for a new row of a table, one that no other row has; see `make_ref`."""

    def taken(ref: str) -> bool:
        return writer.value(f"SELECT 1 FROM {table} WHERE ref = ?", (ref,)) is not None

    return make_ref(LETTERS[table], *key, taken=taken)
