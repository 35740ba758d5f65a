"""Whom a question names: by first name, short form, or a name that is one letter off."""

import re
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Reader
from store.people.contact_lists import accounts_and_conversations, contacts_with_names_like
from store.text.index_words import STOP_WORDS
from store.text.names import name_key
from store.text.nicknames import FULL_FORMS

_SHORTEST: Final = 3
_SHORTEST_MISSPELT: Final = 5
_MOST_WORDS: Final = 12


@dataclass(frozen=True, slots=True)
class PeopleNamed:
    """words: of the question, without case, that name somebody. accounts: row ids of the accounts
    of those named; conversations: where they take part."""

    words: frozenset[str]
    accounts: frozenset[int]
    conversations: frozenset[int]


async def people_named(reader: Reader, query: str) -> PeopleNamed:
    """Everybody whom the question may mean; a name that several bear means all of them."""
    words = [word for word in re.findall(r"\w+", query) if len(word) >= _SHORTEST]
    words = [word for word in words if word.casefold() not in STOP_WORDS][:_MOST_WORDS]
    keys = {word: name_key(word) for word in words}
    starts = {
        form[:_SHORTEST]
        for key in keys.values()
        for form in (key, *FULL_FORMS.get(key, ()))
        if len(form) >= _SHORTEST
    }
    contacts: set[int] = set()
    naming: set[str] = set()
    for contact_id, name in await contacts_with_names_like(reader, starts):
        parts = name_key(name).split()
        for word, key in keys.items():
            if any(is_meant(key, part, is_name=word[:1].isupper()) for part in parts):
                contacts.add(contact_id)
                naming.add(word.casefold())
    if not contacts:
        return PeopleNamed(frozenset(), frozenset(), frozenset())
    accounts, conversations = await accounts_and_conversations(reader, contacts)
    return PeopleNamed(frozenset(naming), frozenset(accounts), frozenset(conversations))


def is_meant(asked: str, name: str, *, is_name: bool) -> bool:
    """Whether a word of a question means this part of a name; both as `name_key` gives them.

    is_name: it is written like a name, so that short forms and slips count too.
    """
    if asked == name:
        return True
    if not is_name or min(len(asked), len(name)) < _SHORTEST:
        return False
    if asked.startswith(name) or name.startswith(asked):
        return True
    if name in FULL_FORMS.get(asked, ()) or asked in FULL_FORMS.get(name, ()):
        return True
    return min(len(asked), len(name)) >= _SHORTEST_MISSPELT and one_slip_apart(asked, name)


def one_slip_apart(first: str, second: str) -> bool:
    """Whether one letter too many, too few, wrong, or two in the wrong order tell them apart."""
    if len(first) > len(second):
        first, second = second, first
    start = next(
        (at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]),
        len(first),
    )
    if len(first) < len(second):
        return first[start:] == second[start + 1 :]
    swapped = first[start + 1 : start + 2] + first[start : start + 1]
    return first[start + 1 :] == second[start + 1 :] or (
        swapped == second[start : start + 2] and first[start + 2 :] == second[start + 2 :]
    )
