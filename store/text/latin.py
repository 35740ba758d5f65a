"""Names in plain Latin letters: to find and to suggest people, never to tell who is who."""

from functools import lru_cache
from typing import Final

from store.text.names import name_key

# Signs of softness and breathing, which nobody types.
_SIGNS: Final = str.maketrans("", "", "'`\"")


@lru_cache(maxsize=100_000)
def in_latin(name: str) -> str:
    """The name in plain Latin letters, as far as its letters tell.

    A name whose letters differ by accents alone from plain ones stays as it is.
    """
    if name.isascii() or name_key(name).isascii():
        return name
    # Only who has such a name waits for it.
    from anyascii import anyascii

    return " ".join(anyascii(name).translate(_SIGNS).split())


def latin_key(key: str) -> str:
    """A name as `name_key` returns it, in Latin letters."""
    return key if key.isascii() else name_key(in_latin(key))
