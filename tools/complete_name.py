"""Completing a name while it is typed: a few people whose name goes on like that."""

from typing import Final

from store.people.contacts import get_contact, match_names
from store.text.quoting import own_field
from tools.memory import Memory
from tools.views import Names, PersonHint

MOST_NAMES: Final = 10
_BEGINS_LIKE: Final = 0.9


async def complete_name(memory: Memory, begun: str) -> Names:
    """The people whose name holds a word that begins like each one typed; nobody for nothing."""
    matches = await match_names(memory.reader, begun, resembling=False)
    meant = [match for match in matches if match.score >= _BEGINS_LIKE][:MOST_NAMES]
    contacts = [await get_contact(memory.reader, match.contact_id) for match in meant]
    return Names(
        people=[PersonHint(id=contact.ref, name=own_field(contact.name)) for contact in contacts]
    )
