"""Public ids: short, typed, and the same whenever the same thing is imported.

A ref is made from the key that the thing has in its source, so it depends neither on the order of
imports nor on what else the memory holds, and its gaps count nobody.
"""

import hashlib
from collections.abc import Callable
from typing import Final

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_LENGTH: Final = 7


def make_ref(prefix: str, *key: str, taken: Callable[[str], bool] | None = None) -> str:
    """The ref for a thing, such as `m_4k2v9qx`.

    prefix: one letter that says what it is. key: what identifies the thing in its source.
    taken: asked whether another thing has the ref already; the next candidate is tried then.
    """
    attempt = 0
    while True:
        digest = hashlib.sha256("\x1f".join((prefix, *key, str(attempt))).encode()).digest()
        number = int.from_bytes(digest[:8])
        letters = []
        for _ in range(_LENGTH):
            number, rest = divmod(number, 32)
            letters.append(_ALPHABET[rest])
        ref = f"{prefix}_{''.join(letters)}"
        if taken is None or not taken(ref):
            return ref
        attempt += 1
