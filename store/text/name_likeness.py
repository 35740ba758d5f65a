"""Whether two written names may be one person's: equal, shortened, nicknamed, or clearly not.

Names never make two people one; they are compared when a strong key has linked them. All functions
take names as `store.text.names.name_key` returns them.
"""

import re
from functools import lru_cache
from typing import Final, Literal

from store.text.generations import generation_and_rest
from store.text.latin import latin_key
from store.text.nicknames import FULL_FORMS

_TITLES: Final = frozenset(
    "dr prof mr mrs ms miss herr frau sra dona senhor phd md dipl ing".split()
)
_DEGREES: Final = _TITLES | frozenset("esq esquire ret emeritus hon med mag ing".split())
# What owners write in place of a name; the same words are in everybody's address book.
_GENERIC: Final = frozenset(
    "mum mom mama mamma mami mae dad papa papai pai vater mutter mother father grandma grandpa oma"
    " opa avo doctor dentist plumber electrician taxi landlord neighbour neighbor home work office"
    " boss nanny babysitter school garage bank hairdresser vet gym hotel brother sister sis bro"
    " wife husband honey love aunt uncle user unknown deleted facebook instagram".split()
)
# Between two first names short words make a couple; further on they are part of one family name.
_COUPLE: Final = re.compile(
    r"\w ?[&+] ?\w|\w (?:and|und|et|och|og) \w|^\w{1,40} (?:e|y|i|en) \w{1,40} \w"
)
# Latin, Greek and Cyrillic letters.
_SOUNDS: Final = re.compile(r"[\s0-9a-z\u00df-\u024f\u0370-\u052f]*")
_ALIKE_IN_LATIN: Final = 0.8
Likeness = Literal["equal", "compatible", "different"]


@lru_cache(maxsize=200_000)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a name without titles and generation marks."""
    words = generation_and_rest(name)[1]
    kept = tuple(word for word in words if word not in _TITLES)
    return kept or words


@lru_cache(maxsize=200_000)
def is_name(name: str) -> bool:
    """Whether it names anybody: not empty, no number, no address."""
    return any(c.isalpha() for c in name) and sum(c.isdigit() for c in name) < 4


def is_generic(name: str) -> bool:
    """Whether it is a word like “Mum” or “Plumber”, which names nobody in particular."""
    words = name.split()
    return all(word in _GENERIC for word in words) if words else True


@lru_cache(maxsize=200_000)
def is_full_name(name: str) -> bool:
    """Whether it has two words or more that name somebody."""
    words = name_words(name)
    return is_name(name) and len(words) >= 2 and not any(word in _GENERIC for word in words)


def generation(name: str) -> str:
    """The mark that tells a father from his son, such as `jr`, or ''."""
    return generation_and_rest(name)[0]


def is_nickname(one: str, other: str) -> bool:
    """Whether one first name is a short form of the other, or both are of a third."""
    mine, theirs = FULL_FORMS.get(one, frozenset()), FULL_FORMS.get(other, frozenset())
    return one in theirs or other in mine or bool(mine & theirs)


@lru_cache(maxsize=200_000)
def may_be_one(one: str, other: str) -> Likeness:
    """How like each other two names are that share a strong key.

    Compatible: one is no name at all, or every word of the shorter is in the longer (the first name
    among them): as it is, as an initial beside a whole word, or as a short form.
    """
    if not is_name(one) or not is_name(other):
        return "compatible"
    if generation(one) != generation(other):
        return "different"
    if one == other or sorted(name_words(one)) == sorted(name_words(other)):
        return "equal"
    words = sorted((name_words(one), name_words(other)), key=lambda each: (len(each), each))
    return "compatible" if _stands_in(*words) else "different"


def _stands_in(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    free = list(long)
    whole = False
    # Whole words are matched before initials.
    for word in sorted(short, key=len, reverse=True):
        found = _partner(word, free)
        if found is None:
            return False
        free.remove(found)
        whole = whole or (len(word) > 1 and len(found) > 1)
    # A surname alone belongs to the whole family.
    return whole and any(_alike(word, long[0]) for word in short)


def _partner(word: str, free: list[str]) -> str | None:
    return next((w for w in free if w == word), None) or next(
        (w for w in free if _alike(word, w)), None
    )


def _alike(one: str, other: str) -> bool:
    """Whether one word may stand for the other: as it is, as an initial, or as its short form.

    Two short forms of one name (Liz, Beth) may be two sisters: the owner is asked.
    """
    if one == other:
        return True
    if 1 in (len(one), len(other)):
        return one[0] == other[0]
    return one in FULL_FORMS.get(other, frozenset()) or other in FULL_FORMS.get(one, frozenset())


def are_short_forms(one: str, other: str) -> bool:
    """Whether two full names differ only in two short forms of one first name (Liz, Beth Hill)."""
    mine, theirs = name_words(one), name_words(other)
    return (
        len(mine) > 1
        and mine[1:] == theirs[1:]
        and mine[0] != theirs[0]
        and is_nickname(mine[0], theirs[0])
    )


@lru_cache(maxsize=200_000)
def is_somebody_else(one: str, other: str) -> bool:
    """Whether two full names are two people's: neither has the other's first name.

    This tells that a number went to a stranger, or that a family shares a mailbox. A name changed
    by marriage keeps the first name; a reversed one has it elsewhere. In two scripts no word of one
    may be like a word of the other.
    """
    if not is_full_name(one) or not is_full_name(other):
        return False
    if one.isascii() != other.isascii():
        return _have_nothing_alike(one, other)
    generations = {generation(one), generation(other)}
    if len(generations) == 2 and "" not in generations:
        return True
    mine, theirs = name_words(one), name_words(other)
    return not (_holds_first(mine[0], theirs) or _holds_first(theirs[0], mine))


def _have_nothing_alike(one: str, other: str) -> bool:
    """Whether two names, one of which is not in plain Latin letters, can be told apart for sure.

    Only in scripts whose letters say how a name sounds, vowels included.
    """
    if not (_SOUNDS.fullmatch(one) and _SOUNDS.fullmatch(other)):
        return False
    # Most names need no comparing.
    from rapidfuzz.distance import JaroWinkler

    mine, theirs = (name_words(latin_key(name)) for name in (one, other))
    return not any(
        JaroWinkler.similarity(a, b) >= _ALIKE_IN_LATIN or is_nickname(a, b)
        for a in mine
        for b in theirs
    )


def _holds_first(first: str, words: tuple[str, ...]) -> bool:
    """Whether a first name is among the words; an initial counts only at the front."""
    return _alike(first, words[0]) or any(
        first == word or is_nickname(first, word) or first[:4] == word[:4] for word in words
    )


def looks_like_degree(word: str) -> bool:
    """Whether a word behind a name as written is a degree or an order: `PMP`, `Ph.D.`, `Dipl.-Ing.`

    They have two capitals, a hyphen, or are among the common ones.
    """
    capitals = sum(character.isupper() for character in word)
    return capitals > 1 or "-" in word or word.strip(".").lower() in _DEGREES


def names_two(name: str) -> bool:
    """Whether a name as written is that of a couple, such as “Rui & Bia Moreira”."""
    return _COUPLE.search(name) is not None
