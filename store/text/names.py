"""Names as people write them, and as keys for comparing."""

import re
import unicodedata
from typing import Final

_INVISIBLE: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f]")

_SEPARATING: Final = re.compile(r"[^a-z0-9]+")


def visible(text: str) -> str:
    """The text without invisible and bidirectional marks, its white space folded."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    plain = _INVISIBLE.sub("", text).encode("utf-8", "replace").decode()
    return " ".join(plain.replace("\xa0", " ").split())


def short_name(given_name: str, name: str) -> str:
    """What to call somebody in a line of text; a name that is withheld stays whole."""
    return given_name or (name if name.startswith("[") else name.split()[0])


def name_key(name: str) -> str:
    """A name for comparing: no case, no accents, no emoji, no punctuation, single spaces."""
    if name.isascii() and name.isprintable():
        return _SEPARATING.sub(" ", name.lower()).strip()
    # Taken apart before and after: letters in fancy styles have no case until they are plain.
    plain = unicodedata.normalize("NFKD", visible(name)).casefold()
    decomposed = unicodedata.normalize("NFKD", plain)
    letters = (c for c in decomposed if unicodedata.category(c) != "Mn")
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())
