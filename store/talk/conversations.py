"""Messages as they are read: around a reference, with a person, since a time."""

import json
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Reader, Row
from store.errors import StoreError
from store.people.circles import LARGEST_CIRCLE
from store.text.marks import disarmed
from store.text.quoting import quote


class ReferenceNotFound(StoreError):
    """No message has that reference."""

    def __init__(self, ref: str) -> None:
        super().__init__(
            f"There is no message {quote(ref[:40])}. References look like m_4k2v9qx and come from "
            "search_context and brief_me."
        )


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message with who, where and when.

    sent_at: UTC seconds, or None. sender: the contact's name, else the account's own.
    sender_contact: contact row id or None; from_owner: the owner wrote it. unverified: a mail that
    is not from the address it names; then it is nobody's.
    conversation: its title for people.
    """

    id: int
    ref: str
    text: str
    subject: str
    sent_at: int | None
    sender: str
    sender_contact: int | None
    conversation_id: int
    conversation_ref: str
    conversation: str
    conversation_kind: str
    source: str
    from_owner: bool
    attachments: tuple[str, ...]
    unverified: bool = False

    @property
    def shown_text(self) -> str:
        """The text of the message; for a bare file, what kind of file it was."""
        files = ", ".join(self.attachments)
        return self.text or (disarmed(f"[{files}]") if files else self.subject)


# In the order of `StoredMessage`. To an assistant a stranger may have neither a name nor a key.
_SELECT: Final = """
SELECT message.id, message.ref, message.text, message.subject, message.sent_at,
  coalesce(sender_contact.display_name, nullif(sender.name, ''), nullif(sender.key, ''),
    iif(sender.id IS NULL, 'deleted account', 'unknown sender'))
    || iif(message.unverified, ' (unverified)', ''),
  iif(message.unverified, NULL, sender.contact_id), message.conversation_id, conversation.ref,
  conversation.title, conversation.kind, source.title,
  coalesce(sender_contact.is_owner, 0) AND NOT message.unverified, message.attachments,
  message.unverified
FROM message
JOIN conversation ON conversation.id = message.conversation_id
JOIN source ON source.id = message.source_id
LEFT JOIN identity AS sender ON sender.id = message.sender_id
LEFT JOIN contact AS sender_contact ON sender_contact.id = sender.contact_id
"""

# Where there is a LIMIT, ids are chosen before `_SELECT` reads their texts, because what an
# assistant
# may see of a text is worked out for each one that is read.

# Conversations in which a person took part; in a large group only their own words count as theirs.
_CIRCLES: Final = f"""
  SELECT participant.conversation_id FROM participant
  JOIN identity ON identity.id = participant.identity_id
  WHERE identity.contact_id = :person AND (SELECT count(*) FROM participant AS other
    WHERE other.conversation_id = participant.conversation_id) <= {LARGEST_CIRCLE}
"""
_ACCOUNTS: Final = "SELECT id FROM identity WHERE contact_id = :person"
OF_PERSON: Final = (
    f"(message.conversation_id IN ({_CIRCLES}) OR message.sender_id IN ({_ACCOUNTS}))"
)


_CIRCLES_OF: Final = f"""
SELECT (SELECT json_group_array(conversation_id) FROM ({_CIRCLES})),
  (SELECT json_group_array(id) FROM ({_ACCOUNTS}))
"""


async def circles_of(reader: Reader, contact_id: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The conversations and the accounts that `OF_PERSON` names, as row ids."""
    conversations, accounts = await reader.one(_CIRCLES_OF, {"person": contact_id}) or ("", "")
    return tuple(set(json.loads(conversations or "[]"))), tuple(json.loads(accounts or "[]"))


def _message(row: Row) -> StoredMessage:
    *plain, from_owner, attachments, unverified = row
    files = tuple(json.loads(attachments)) if attachments else ()
    return StoredMessage(*(*plain, bool(from_owner), files, bool(unverified)))


async def messages_by_id(reader: Reader, ids: list[int]) -> dict[int, StoredMessage]:
    """These messages, by row id."""
    rows = await reader.all(
        f"{_SELECT} WHERE message.id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    )
    return {row[0]: _message(row) for row in rows}


async def texts_by_id(reader: Reader, ids: list[int]) -> dict[int, str]:
    """The texts of these messages, by row id."""
    rows = await reader.all(
        "SELECT id, text FROM message WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
    return {row["id"]: row["text"] for row in rows}


async def message_by_ref(reader: Reader, ref: str) -> StoredMessage:
    """The message with this public id, or the last one of a conversation (v_…).

    Raises ReferenceNotFound.
    """
    ref = ref.strip()
    latest = "conversation.ref = ? ORDER BY message.ordered_at DESC, message.seq DESC LIMIT 1"
    which = latest if ref.startswith("v_") else "message.ref = ?"
    row = await reader.one(f"{_SELECT} WHERE {which}", (ref,))
    if row is None:
        raise ReferenceNotFound(ref)
    return _message(row)


async def messages_around(
    reader: Reader, message: StoredMessage, before: int, after: int
) -> list[StoredMessage]:
    """The message itself with the turns before and after it in its conversation, in order."""
    point = "(SELECT ordered_at, seq FROM message WHERE id = :id)"
    parameters = {"id": message.id, "conversation": message.conversation_id}
    earlier = await reader.all(
        f"{_SELECT} WHERE message.conversation_id = :conversation"
        f" AND (message.ordered_at, message.seq) < {point}"
        f" ORDER BY message.ordered_at DESC, message.seq DESC LIMIT {before}",
        parameters,
    )
    later = await reader.all(
        f"{_SELECT} WHERE message.conversation_id = :conversation"
        f" AND (message.ordered_at, message.seq) >= {point}"
        f" ORDER BY message.ordered_at, message.seq LIMIT {after + 1}",
        parameters,
    )
    return [_message(row) for row in [*reversed(earlier), *later]]


# The latest of each talk and account by its index, then the latest of these: sorting everything
# that
# a person ever wrote takes longer.
_LATEST_WITH: Final = """
WITH accounts AS MATERIALIZED (SELECT id FROM identity WHERE contact_id = :person),
talks AS MATERIALIZED (
  SELECT DISTINCT conversation.id FROM participant
  JOIN conversation ON conversation.id = participant.conversation_id
  WHERE participant.identity_id IN accounts AND (conversation.kind = 'direct'
    OR (conversation.kind = 'mail' AND (SELECT count(*) FROM participant AS other
      WHERE other.conversation_id = conversation.id) <= 3))
),
candidates AS MATERIALIZED (
  SELECT found.value AS id FROM talks CROSS JOIN json_each((SELECT json_group_array(id) FROM (
    SELECT message.id FROM message
    WHERE message.conversation_id = talks.id AND message.ordered_at <= :until AND NOT message.bulk
      AND NOT message.unverified
    ORDER BY message.ordered_at DESC, message.seq DESC LIMIT {limit}))) AS found
  UNION
  SELECT found.value FROM accounts CROSS JOIN json_each((SELECT json_group_array(id) FROM (
    SELECT message.id FROM message
    WHERE message.sender_id = accounts.id AND message.ordered_at <= :until AND NOT message.bulk
      AND NOT message.unverified
    ORDER BY message.ordered_at DESC, message.seq DESC LIMIT {limit}))) AS found
),
latest AS MATERIALIZED (
  SELECT message.id FROM candidates CROSS JOIN message ON message.id = candidates.id
  ORDER BY message.ordered_at DESC, message.seq DESC LIMIT {limit})
SELECT message.id, message.ref, message.text, message.subject, message.sent_at,
  message.conversation_id, message.attachments, message.sender_id
FROM latest CROSS JOIN message ON message.id = latest.id
ORDER BY message.sent_at, message.id
"""
_TALKS: Final = """
SELECT conversation.id, conversation.ref, conversation.kind, conversation.title,
  source.title AS source
FROM conversation LEFT JOIN source ON source.id = conversation.source_id
WHERE conversation.id IN (SELECT value FROM json_each(?))
"""
_SENDERS: Final = """
SELECT identity.id, coalesce(contact.display_name, nullif(identity.name, ''),
    nullif(identity.key, ''), 'unknown sender') AS name,
  identity.contact_id, coalesce(contact.is_owner, 0) AS is_owner
FROM identity LEFT JOIN contact ON contact.id = identity.contact_id
WHERE identity.id IN (SELECT value FROM json_each(?))
"""


async def latest_messages_with(
    reader: Reader, contact_id: int, limit: int, until: int
) -> list[StoredMessage]:
    """The latest messages of a person's conversations, in order of time.

    Chats of two and mail as a whole, groups with their own words only. until: UTC seconds. What is
    the same for all messages of a conversation, or of a sender, is read once.
    """
    rows = await reader.all(
        _LATEST_WITH.format(limit=limit), {"person": contact_id, "until": until}
    )
    talks = {row["id"]: row for row in await reader.all(_TALKS, (_ids(rows, "conversation_id"),))}
    senders = {row["id"]: row for row in await reader.all(_SENDERS, (_ids(rows, "sender_id"),))}
    return [
        _told(row, talks[row["conversation_id"]], senders.get(row["sender_id"]))
        for row in rows
        if row["conversation_id"] in talks
    ]


def _ids(rows: list[Row], column: str) -> str:
    return json.dumps(sorted({row[column] for row in rows if row[column] is not None}))


def _told(row: Row, talk: Row, sender: Row | None) -> StoredMessage:
    return StoredMessage(
        id=row["id"],
        ref=row["ref"],
        text=row["text"],
        subject=row["subject"],
        sent_at=row["sent_at"],
        sender=sender["name"] if sender else "deleted account",
        sender_contact=sender["contact_id"] if sender else None,
        from_owner=bool(sender and sender["is_owner"]),
        conversation_id=row["conversation_id"],
        conversation_ref=talk["ref"],
        conversation=talk["title"],
        conversation_kind=talk["kind"],
        source=talk["source"] or "",
        attachments=tuple(json.loads(row["attachments"] or "[]")),
    )


async def mentions_by_others(
    reader: Reader, contact_id: int, names: list[str], since: int, until: int, limit: int
) -> list[StoredMessage]:
    """What others, neither the person nor the owner, wrote with one of these names in it."""
    if not names:
        return []
    phrases = " OR ".join('"' + name.replace('"', " ") + '"' for name in names)
    rows = await reader.all(
        f"{_SELECT} WHERE message.id IN (SELECT message.id FROM message"
        " JOIN identity AS author ON author.id = message.sender_id"
        " JOIN contact AS writer ON writer.id = author.contact_id"
        " WHERE message.id IN (SELECT rowid FROM message_fts WHERE message_fts MATCH :match)"
        " AND message.sent_at > :since AND message.sent_at <= :until AND NOT message.bulk"
        " AND NOT message.unverified"
        " AND writer.id <> :person AND NOT writer.is_owner"
        f" ORDER BY message.sent_at DESC LIMIT {limit}) ORDER BY message.sent_at DESC",
        {
            "match": f"text : ({phrases})",
            "person": contact_id,
            "since": since,
            "until": until,
        },
    )
    return [_message(row) for row in rows]
