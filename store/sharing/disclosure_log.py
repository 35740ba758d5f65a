"""Reading the disclosure log for the owner: what was shown to which assistant, when, about whom."""

import json
from dataclasses import dataclass

from store.engine.connections import Reader
from store.talk.conversations import OF_PERSON


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One answer that was given. shown_at: UTC seconds. about: contact refs with their names."""

    shown_at: int
    client: str
    tool: str
    about: tuple[tuple[str, str], ...]
    refs: tuple[str, ...]
    messages: int
    characters: int


async def read_disclosures(
    reader: Reader, since: int, contact_id: int | None, limit: int
) -> list[Disclosure]:
    """What was shown to assistants, newest first. since: UTC seconds.

    contact_id: only what was about them, or held words from them or from their chats of two.
    """
    of_person = (
        " AND (EXISTS (SELECT 1 FROM json_each(disclosure.about) AS told JOIN contact ON"
        " contact.ref = told.value WHERE contact.id = :person OR contact.merged_into_id = :person)"
        " OR EXISTS (SELECT 1 FROM json_each(disclosure.refs) AS told JOIN message ON message.ref"
        f" = told.value WHERE {OF_PERSON}))"
    )
    rows = await reader.all(
        "SELECT shown_at, client, tool, refs, messages, characters,"
        " (SELECT json_group_array(json_array(told.value, coalesce(contact.display_name, '')))"
        "  FROM json_each(disclosure.about) AS told LEFT JOIN contact ON contact.ref = told.value)"
        " AS about FROM disclosure WHERE shown_at >= :since"
        f"{of_person if contact_id is not None else ''} ORDER BY id DESC LIMIT :limit",
        {"since": since, "person": contact_id, "limit": limit},
    )
    return [
        Disclosure(
            shown_at=row["shown_at"],
            client=row["client"],
            tool=row["tool"],
            about=tuple((ref, name) for ref, name in json.loads(row["about"])),
            refs=tuple(json.loads(row["refs"])),
            messages=row["messages"],
            characters=row["characters"],
        )
        for row in rows
    ]
