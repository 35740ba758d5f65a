"""Contacts by the beginning of a name, and where they write."""

import json
from collections.abc import Collection
from typing import Final

from store.database import Reader

_MOST_ALIKE: Final = 1_000


async def contacts_with_names_like(reader: Reader, parts: Collection[str]) -> list[tuple[int, str]]:
    """Contacts with one of these parts in a name, three or more letters: row id and that name."""
    if not parts:
        return []
    rows = await reader.all(
        "SELECT contact_id, name FROM person_fts JOIN contact ON contact.id = contact_id"
        f" WHERE person_fts MATCH ? AND contact.display_name <> '' LIMIT {_MOST_ALIKE}",
        (" OR ".join(f'"{part}"' for part in sorted(parts)),),
    )
    return [(row["contact_id"], row["name"]) for row in rows]


async def accounts_and_conversations(
    reader: Reader, contact_ids: Collection[int]
) -> tuple[set[int], set[int]]:
    """The accounts of these contacts, and the conversations that they take part in, as row ids."""
    ids = json.dumps(sorted(contact_ids))
    accounts = await reader.all(
        "SELECT id FROM identity WHERE contact_id IN (SELECT value FROM json_each(?))", (ids,)
    )
    conversations = await reader.all(
        "SELECT DISTINCT conversation_id FROM participant JOIN identity ON identity.id ="
        " identity_id WHERE contact_id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    return {row[0] for row in accounts}, {row[0] for row in conversations}
