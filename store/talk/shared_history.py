"""What several people share: chats with all of them, and the last time that all took part."""

import json
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Reader
from store.people.circles import LARGEST_CIRCLE

_MOST_CHATS: Final = 5


@dataclass(frozen=True, slots=True)
class Shared:
    """A chat or an occasion with all of them. at: UTC seconds of its last message, or its start."""

    ref: str
    at: int
    kind: str
    title: str


_TOGETHER: Final = """
SELECT interaction.ref, interaction.started_at AS at, interaction.kind,
  coalesce(nullif(interaction.title, ''), conversation.title, '') AS title
FROM identity
JOIN interaction_participant AS part ON part.identity_id = identity.id
JOIN interaction ON interaction.id = part.interaction_id
LEFT JOIN conversation ON conversation.id = interaction.conversation_id
WHERE identity.contact_id IN (SELECT value FROM json_each(:people))
  AND interaction.started_at <= :until
  AND (part.messages > 0 OR interaction.kind IN ('call', 'meeting', 'logged'))
GROUP BY interaction.id
HAVING count(DISTINCT identity.contact_id) = json_array_length(:people)
ORDER BY interaction.started_at DESC, interaction.id DESC LIMIT 1
"""
_CHATS: Final = f"""
SELECT conversation.ref, conversation.kind, conversation.title,
  (SELECT max(message.ordered_at) FROM message
    WHERE message.conversation_id = conversation.id AND message.ordered_at <= :until) AS at
FROM identity
JOIN participant ON participant.identity_id = identity.id
JOIN conversation ON conversation.id = participant.conversation_id
WHERE identity.contact_id IN (SELECT value FROM json_each(:people)) AND conversation.kind = 'group'
GROUP BY conversation.id
HAVING count(DISTINCT identity.contact_id) = json_array_length(:people) AND at IS NOT NULL
ORDER BY at DESC, conversation.id DESC LIMIT {_MOST_CHATS}
"""
_IN_CHAT: Final = """
SELECT DISTINCT contact.id FROM conversation
JOIN participant ON participant.conversation_id = conversation.id
JOIN identity ON identity.id = participant.identity_id
JOIN contact ON contact.id = identity.contact_id
WHERE conversation.kind = 'group' AND conversation.title = ? COLLATE NOCASE
  AND NOT contact.is_owner AND contact.merged_into_id IS NULL
ORDER BY contact.display_name COLLATE NOCASE, contact.id LIMIT ?
"""


async def last_together(reader: Reader, contact_ids: list[int], until: int) -> Shared | None:
    """The last day or occasion on which all of them wrote or were there. until: UTC seconds."""
    row = await reader.one(_TOGETHER, {"people": json.dumps(contact_ids), "until": until})
    return None if row is None else Shared(row["ref"], row["at"], row["kind"], row["title"])


async def chats_with_all(reader: Reader, contact_ids: list[int], until: int) -> list[Shared]:
    """Group chats in which all of them take part, the latest first. until: UTC seconds."""
    rows = await reader.all(_CHATS, {"people": json.dumps(contact_ids), "until": until})
    return [Shared(row["ref"], row["at"], row["kind"], row["title"]) for row in rows]


async def people_in_chat(reader: Reader, title: str) -> list[int]:
    """Contacts in the group chat with that title, by name, without the owner."""
    return [int(row[0]) for row in await reader.all(_IN_CHAT, (title, LARGEST_CIRCLE))]
