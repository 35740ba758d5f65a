"""`find_contacts`: people by name, tag, group, organization or status."""

import re
from typing import Final

from store.people.contact_lists import list_contacts
from store.people.contacts import contacts_at, get_contact, match_names
from tools.cursors import make_cursor, read_cursor
from tools.memory import Memory
from tools.people import describe
from tools.relations_asked import asked_relation
from tools.views import FoundContacts

MOST_CONTACTS = 50
_AT: Final = re.compile(
    r"(?:who (?:do i know|works?|worked)|anyone|anybody|somebody|people) (?:at|for|from)"
    r" (?P<organization>[^?]{1,80})\??",
    re.IGNORECASE,
)


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
    limit = max(1, min(limit, MOST_CONTACTS))
    if query and not organization and (at := _AT.fullmatch(" ".join(query[:200].split()))):
        query, organization = None, at["organization"]
    fitting = await list_contacts(memory.reader, tag, group, organization, status)
    note = None
    if query and (has_it := await contacts_at(memory.reader, query)):
        people = [(contact_id, f"has {query}") for contact_id in has_it if contact_id in fitting]
    elif query:
        matches = await match_names(memory.reader, query)
        meant = [m for m in matches if m.score >= 0.9] or matches[:5]
        if meant and meant[0].score < 0.9:
            note = f"Nobody is called “{query[:80]}”; these names are the nearest."
        people = [(m.contact_id, m.reason) for m in meant if m.contact_id in fitting]
        if not status and meant and meant[0].score >= 0.9:
            put_away = await list_contacts(memory.reader, tag, group, organization, "archived")
            people += [
                (m.contact_id, f"archived, {m.reason}") for m in meant if m.contact_id in put_away
            ]
        if (not meant or meant[0].score < 1) and (asked := await asked_relation(memory, query)):
            note = asked.note
            anybody = await list_contacts(memory.reader, tag, group, organization, status or "any")
            people = [(id_, why) for id_, why in asked.people if id_ in anybody]
    else:
        people = list(fitting.items())
    shown = [
        await describe(memory, await get_contact(memory.reader, contact_id), why)
        for contact_id, why in people[offset : offset + limit]
    ]
    more = offset + limit < len(people)
    if not people and not note:
        note = "Nobody fits. Leave a condition out, or try another spelling."
    return FoundContacts(
        contacts=shown,
        total=len(people),
        truncated=more,
        next_cursor=make_cursor(offset + limit, *question) if more else None,
        note=note,
    )
