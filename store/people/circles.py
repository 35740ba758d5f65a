"""Who shares a circle with whom, and which contacts bear a given name."""

import json
from collections import defaultdict
from functools import lru_cache
from typing import Final

from store.engine.connections import Reader
from store.text.names import name_key


async def given_names(reader: Reader) -> dict[str, set[int]]:
    """Every first word of a contact's names, and every nickname, with the contacts that bear it."""
    bearers: dict[str, set[int]] = defaultdict(set)
    for row in await reader.all(
        "SELECT name, contact_id FROM (SELECT name, contact_id FROM person_fts UNION ALL"
        " SELECT name, contact_id FROM unseen_name) JOIN contact ON contact.id = contact_id"
        " WHERE contact.kind = 'person' AND NOT contact.is_owner"
    ):
        if first := _first_word(row["name"]):
            bearers[first].add(int(row["contact_id"]))
    return bearers


@lru_cache(maxsize=16_384)
def _first_word(name: str) -> str:
    return name_key(name).partition(" ")[0]


async def circles_of(reader: Reader, contact_id: int) -> set[int]:
    """The contacts in a group with this one that is small enough for people to know each other."""
    rows = await reader.all(
        "SELECT DISTINCT identity.contact_id FROM participant"
        " JOIN identity ON identity.id = participant.identity_id"
        " WHERE identity.contact_id IS NOT NULL AND identity.contact_id <> :contact"
        " AND participant.conversation_id IN (SELECT mine.conversation_id FROM participant AS mine"
        "  JOIN identity ON identity.id = mine.identity_id WHERE identity.contact_id = :contact)"
        " AND (SELECT count(*) FROM participant AS other"
        f"  WHERE other.conversation_id = participant.conversation_id) <= {LARGEST_CIRCLE}",
        {"contact": contact_id},
    )
    return {int(row[0]) for row in rows}


async def contacts_by_id(reader: Reader, contact_ids: list[int]) -> dict[int, tuple[str, str]]:
    """(ref, name) of these contacts, by row id."""
    rows = await reader.all(
        "SELECT id, ref, display_name FROM contact WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(contact_ids),),
    )
    return {int(row["id"]): (row["ref"], row["display_name"]) for row in rows}


# A larger chat links nobody: sharing a room of 200 is no relationship.
LARGEST_CIRCLE: Final = 25
