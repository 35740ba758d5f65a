"""Reading the disclosure log for the owner: what was shown to which assistant, when, about whom."""

import json
from dataclasses import dataclass

from store.engine.connections import Reader

# The accounts of a person, and what they were called before merges.
_THEM = """
WITH RECURSIVE them(id) AS (
  SELECT :person UNION SELECT contact.id FROM contact JOIN them ON merged_into_id = them.id
), accounts(id) AS (
  SELECT identity.id FROM identity JOIN them ON identity.contact_id = them.id
)
"""
# Named in the answer; or it held a message that is theirs as people are known today: written by
# them, or in a chat of two with them.
_ABOUT_THEM = """
(EXISTS (SELECT 1 FROM json_each(disclosure.about) AS told JOIN contact ON
    contact.ref = told.value WHERE contact.id IN (SELECT id FROM them))
  OR EXISTS (SELECT 1 FROM json_each(disclosure.refs) AS told JOIN message ON
    message.ref = told.value JOIN conversation ON conversation.id = message.conversation_id
    WHERE message.sender_id IN (SELECT id FROM accounts) OR conversation.kind = 'direct'
      AND EXISTS (SELECT 1 FROM participant WHERE participant.conversation_id = conversation.id
        AND participant.identity_id IN (SELECT id FROM accounts))))
"""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One answer that was given.

    shown_at: UTC seconds. asked_by: an assistant, or a script. about: contact refs with names.
    """

    shown_at: int
    asked_by: str
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

    contact_id: only what was about them: their name or their words, or their chats of two.
    """
    rows = await reader.all(
        f"{_THEM if contact_id is not None else ''}"
        "SELECT shown_at, asked_by, client, tool, refs, messages, characters,"
        " (SELECT json_group_array(json_array(told.value, coalesce(contact.display_name, '')))"
        "  FROM json_each(disclosure.about) AS told LEFT JOIN contact ON contact.ref = told.value)"
        " AS about FROM disclosure WHERE shown_at >= :since"
        f"{f' AND {_ABOUT_THEM}' if contact_id is not None else ''} ORDER BY id DESC LIMIT :limit",
        {"since": since, "person": contact_id, "limit": limit},
    )
    return [
        Disclosure(
            shown_at=row["shown_at"],
            asked_by=row["asked_by"],
            client=row["client"],
            tool=row["tool"],
            about=tuple((ref, name) for ref, name in json.loads(row["about"])),
            refs=tuple(json.loads(row["refs"])),
            messages=row["messages"],
            characters=row["characters"],
        )
        for row in rows
    ]
