"""`find_contacts`: people by name, tag, group, organization or status."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from store.people.contact_lists import list_contacts
from store.people.contacts import NameMatch, contacts_at, get_contact, match_names
from store.text.quoting import quote
from tools.cursors import make_cursor, read_cursor
from tools.memory import Memory
from tools.people import describe
from tools.relations_asked import asked_relation
from tools.views import FoundContacts

MOST_CONTACTS = 50
# A name with this score is the one that was asked for, or begins like it.
_MEANT: Final = 0.9
_MOST_ALIKE: Final = 5
_AT: Final = re.compile(
    r"(?:who (?:do i know|works?|worked)|anyone|anybody|somebody|people) (?:at|for|from)"
    r" (?P<organization>[^?]{1,80})\??",
    re.IGNORECASE,
)
_NOBODY_FITS: Final = "Nobody fits. Leave a condition out, or try another spelling."

# The contacts that fit every other condition, for a status: row id to the reason.
_OfStatus = Callable[[str | None], Awaitable[dict[int, str]]]


@dataclass(frozen=True, slots=True)
class _Found:
    """people: contact row ids with the reason each matched, in order."""

    people: Sequence[tuple[int, str]]
    note: str | None = None


async def find_contacts(
    memory: Memory,
    query: str | None = None,
    tag: str | None = None,
    group: str | None = None,
    organization: str | None = None,
    status: str | None = None,
    limit: int = 20,
    cursor: str | None = None,
) -> FoundContacts:
    """People that fit every condition given, with the reason each matched.

    status: `any` for the archived as well; by their name or relation they are found without it.
    Ordered by how well the name fits, else by name: people are never ranked.
    Raises: UnusableCursor.
    """
    question = (query, tag, group, organization, status)
    offset = read_cursor(cursor, *question)
    end = offset + max(1, min(limit, MOST_CONTACTS))
    if query and not organization and (at := _AT.fullmatch(" ".join(query[:200].split()))):
        query, organization = None, at["organization"]
    of_status = partial(list_contacts, memory.reader, tag, group, organization)
    found = await _found(memory, query, of_status, status)
    more = end < len(found.people)
    return FoundContacts(
        contacts=[
            await describe(memory, await get_contact(memory.reader, contact_id), why)
            for contact_id, why in found.people[offset:end]
        ],
        total=len(found.people),
        truncated=more,
        next_cursor=make_cursor(end, *question) if more else None,
        note=found.note or (None if found.people else _NOBODY_FITS),
    )


async def _found(
    memory: Memory, query: str | None, of_status: _OfStatus, status: str | None
) -> _Found:
    """By an address or a number, by a name, by a relation; without a query, all that fit."""
    if not query:
        return _Found(list((await of_status(status)).items()))
    if has_it := await contacts_at(memory.reader, query):
        fitting = await of_status(status)
        return _Found([(id_, f"has {quote(query)}") for id_ in has_it if id_ in fitting])
    matches = await match_names(memory.reader, query)
    is_a_name = bool(matches) and matches[0].score >= 1
    if not is_a_name and (asked := await asked_relation(memory, query)):
        anybody = await of_status(status or "any")
        return _Found([(id_, why) for id_, why in asked.people if id_ in anybody], asked.note)
    return await _by_name(query, matches, of_status, status)


async def _by_name(
    query: str, matches: Sequence[NameMatch], of_status: _OfStatus, status: str | None
) -> _Found:
    """Those who are called so, the archived last; or where nobody is, a few of a like name."""
    fitting = await of_status(status)
    meant = [match for match in matches if match.score >= _MEANT]
    if matches and not meant:
        alike = [m for m in matches[:_MOST_ALIKE] if m.contact_id in fitting]
        note = f"Nobody is called {quote(query[:80])}; these names are the nearest."
        return _Found([(match.contact_id, match.reason) for match in alike], note)
    archived = {} if status or not meant else await of_status("archived")
    return _Found(
        [
            *((m.contact_id, m.reason) for m in meant if m.contact_id in fitting),
            *((m.contact_id, f"archived, {m.reason}") for m in meant if m.contact_id in archived),
        ]
    )
