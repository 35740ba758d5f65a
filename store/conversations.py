"""Messages, as they are read: around a reference, of a person, since a time."""

import json
from dataclasses import dataclass
from typing import Final

from store.database import Reader, Row
from store.errors import StoreError
from store.identities import LARGEST_CIRCLE


class ReferenceNotFound(StoreError):
    """No message bears that reference."""

    def __init__(self, ref: str) -> None:
        super().__init__(
            f"There is no message “{ref[:40]}”. References look like m_4k2v9qx and come from "
            "search_context and brief_me."
        )


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message with who, where and when.

    sent_at: UTC seconds, or None. sender: the contact's name, else the account's own.
    sender_contact: contact row id or None; from_owner: the owner wrote it.
    conversation: its title for people. people: how many take part.
    """

    id: int
    ref: str
    text: str
    subject: str
    sent_at: int | None
    sender: str
    sender_contact: int | None
    from_owner: bool
    conversation_id: int
    conversation_ref: str
    conversation: str
    conversation_kind: str
    source: str
    attachments: tuple[str, ...]
    people: int

    @property
    def shown_text(self) -> str:
        """What stands in the message; for a bare file, what kind of file it was."""
        files = ", ".join(self.attachments)
        return self.text or (f"[{files}]" if files else self.subject)


_SELECT: Final = """
SELECT message.id, message.ref, message.text, message.subject, message.sent_at,
  message.conversation_id, message.attachments,
  coalesce(sender_contact.display_name, nullif(sender.name, ''), sender.key, 'deleted account')
    AS sender,
  sender.contact_id AS sender_contact,
  coalesce(sender_contact.is_owner, 0) AS from_owner,
  conversation.ref AS conversation_ref, conversation.kind AS conversation_kind,
  conversation.title AS conversation, source.title AS source,
  (SELECT count(*) FROM participant WHERE participant.conversation_id = conversation.id) AS people
FROM message
JOIN conversation ON conversation.id = message.conversation_id
JOIN source ON source.id = message.source_id
LEFT JOIN identity AS sender ON sender.id = message.sender_id
LEFT JOIN contact AS sender_contact ON sender_contact.id = sender.contact_id
"""

# Conversations that a person took part in; in a large group only their own words count as theirs.
OF_PERSON: Final = f"""(
  message.conversation_id IN (
    SELECT participant.conversation_id FROM participant
    JOIN identity ON identity.id = participant.identity_id
    WHERE identity.contact_id = :person AND (SELECT count(*) FROM participant AS other
      WHERE other.conversation_id = participant.conversation_id) <= {LARGEST_CIRCLE})
  OR message.sender_id IN (SELECT id FROM identity WHERE contact_id = :person)
)"""


def _message(row: Row) -> StoredMessage:
    values = {key: row[key] for key in row.keys()}  # noqa: SIM118 a Row iterates over values
    values["attachments"] = tuple(json.loads(row["attachments"] or "[]"))
    values["from_owner"] = bool(row["from_owner"])
    return StoredMessage(**values)


async def messages_by_id(reader: Reader, ids: list[int]) -> dict[int, StoredMessage]:
    """These messages, by row id."""
    rows = await reader.all(
        f"{_SELECT} WHERE message.id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    )
    return {row["id"]: _message(row) for row in rows}


async def message_by_ref(reader: Reader, ref: str) -> StoredMessage:
    """The message with this public id. Raises ReferenceNotFound."""
    row = await reader.one(f"{_SELECT} WHERE message.ref = ?", (ref.strip(),))
    if row is None:
        raise ReferenceNotFound(ref)
    return _message(row)


async def messages_around(
    reader: Reader, message: StoredMessage, before: int, after: int
) -> list[StoredMessage]:
    """The message itself with the turns before and after it in its conversation, in order."""
    point = "(SELECT ordered_at, seq FROM message WHERE id = :id)"
    parameters = {
        "id": message.id,
        "conversation": message.conversation_id,
        "before": before,
        "after": after + 1,
    }
    earlier = await reader.all(
        f"{_SELECT} WHERE message.conversation_id = :conversation"
        f" AND (message.ordered_at, message.seq) < {point}"
        " ORDER BY message.ordered_at DESC, message.seq DESC LIMIT :before",
        parameters,
    )
    later = await reader.all(
        f"{_SELECT} WHERE message.conversation_id = :conversation"
        f" AND (message.ordered_at, message.seq) >= {point}"
        " ORDER BY message.ordered_at, message.seq LIMIT :after",
        parameters,
    )
    return [_message(row) for row in [*reversed(earlier), *later]]


async def latest_messages_with(
    reader: Reader, contact_id: int, limit: int, until: int
) -> list[StoredMessage]:
    """The latest messages of a person's conversations, in order of time.

    Chats of two and mail as a whole, groups with their own words only. until: UTC seconds.
    """
    rows = await reader.all(
        f"SELECT * FROM ({_SELECT} WHERE message.ordered_at <= :until AND NOT message.bulk AND ("
        " message.conversation_id IN (SELECT participant.conversation_id FROM participant"
        "  JOIN identity ON identity.id = participant.identity_id"
        "  JOIN conversation ON conversation.id = participant.conversation_id"
        "  WHERE identity.contact_id = :person AND (conversation.kind = 'direct' OR"
        "   (conversation.kind = 'mail' AND (SELECT count(*) FROM participant AS other"
        "    WHERE other.conversation_id = conversation.id) <= 3)))"
        " OR message.sender_id IN (SELECT id FROM identity WHERE contact_id = :person))"
        " ORDER BY message.ordered_at DESC, message.seq DESC LIMIT :limit)"
        " ORDER BY sent_at, id",
        {"person": contact_id, "limit": limit, "until": until},
    )
    return [_message(row) for row in rows]


async def mentions_by_others(
    reader: Reader, contact_id: int, names: list[str], since: int, until: int, limit: int
) -> list[StoredMessage]:
    """What others, neither the person nor the owner, wrote with one of these names in it."""
    if not names:
        return []
    phrases = " OR ".join('"' + name.replace('"', " ") + '"' for name in names)
    rows = await reader.all(
        f"{_SELECT} WHERE message.id IN (SELECT rowid FROM message_fts WHERE message_fts MATCH"
        " :match) AND message.sent_at > :since AND message.sent_at <= :until AND NOT message.bulk"
        " AND sender.contact_id IS NOT NULL AND sender.contact_id <> :person"
        " AND NOT coalesce(sender_contact.is_owner, 0)"
        " ORDER BY message.sent_at DESC LIMIT :limit",
        {
            "match": f"text : ({phrases})",
            "person": contact_id,
            "since": since,
            "until": until,
            "limit": limit,
        },
    )
    return [_message(row) for row in rows]
