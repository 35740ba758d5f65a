"""What the headings of a table mean, in several languages; words are data (`headings`).

A field is written `field` or `field/label`, such as `phone/mobile`.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from store.text.languages import words
from store.text.names import name_key

SKIP: Final = "skip"
EXTRA: Final = "extra"

_TELLING_LETTERS: Final = 4
_NUMBER: Final = re.compile(r"\d+")


@cache
def languages() -> dict[str, dict[str, str]]:
    """For each language, its headings as `heading_key` makes them, with the field they mean."""
    return {
        language: {
            heading_key(heading): field
            for field, headings in fields.items()
            for heading in headings.split("|")
        }
        for language, fields in words("headings").items()
    }


@cache
def fields() -> frozenset[str]:
    """The fields that a column may be assigned, without labels."""
    found = {field.partition("/")[0] for words in languages().values() for field in words.values()}
    return frozenset(found | {EXTRA})


@cache
def known_headings() -> frozenset[str]:
    """Every heading with a meaning, as `name_key` makes it."""
    return frozenset(heading for words in languages().values() for heading in words)


def heading_key(heading: str) -> str:
    """A heading for comparison: without case, accents, marks and numbers."""
    return " ".join(_NUMBER.sub(" ", name_key(heading)).split())


def number_in(heading: str) -> int:
    """The number that tells columns of one kind apart (`E-mail 2 Address`), 1 without one."""
    found = _NUMBER.search(name_key(heading)[:200])
    return int(found[0][:6]) if found else 1


def language_of(headings: Iterable[str]) -> str:
    """The language that knows most of the headings; English when several know as many."""
    keys = {heading_key(heading) for heading in headings}
    known = {language: len(keys & words.keys()) for language, words in languages().items()}
    return max(known, key=lambda language: (known[language], language == "en"))


def fields_of(headings: Sequence[str]) -> list[str]:
    """The field of each heading, empty if its meaning is unknown.

    They are read in the table's own language first, then in English, then in the others, where
    two or three plain letters may be anything.
    """
    own = language_of(headings)
    order = [own, "en", *sorted(languages().keys() - {own, "en"})]
    found = []
    for heading in headings:
        key = heading_key(heading)
        may_be = order[:2] if key.isascii() and len(key) < _TELLING_LETTERS else order
        found.append(next((f for each in may_be if (f := languages()[each].get(key))), ""))
    return found
