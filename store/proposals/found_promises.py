"""What the search for promises reads, and what has been proposed or promised already."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Reader, Writer
from store.proposals.proposing import OURSELVES

_READ_TO: Final = "promises_read_to"


@dataclass(frozen=True, slots=True)
class Person:
    """A contact in a conversation. id: its row."""

    id: int
    ref: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation. others: the contacts in it except the owner; strangers: who else is in it."""

    id: int
    others: tuple[Person, ...]
    strangers: int


@dataclass(frozen=True, slots=True)
class Said:
    """A message. sent_at: UTC seconds. contact_id: its writer's; None for the owner and strangers.

    known: from the owner, or from somebody in their address book or in an exchange both ways.
    """

    id: int
    ref: str
    text: str
    sent_at: int
    by_owner: bool
    contact_id: int | None
    known: bool


async def talks_since(reader: Reader, since: int, until: int, after_id: int) -> list[Talk]:
    """Conversations with a message in that time that was stored after `after_id`; no channels.

    since, until: UTC seconds.
    """
    rows = await reader.all(
        "SELECT conversation.id, contact.id AS contact_id, contact.ref, contact.display_name,"
        " (SELECT count(*) FROM participant AS other JOIN identity AS who"
        "  ON who.id = other.identity_id WHERE other.conversation_id = conversation.id"
        "  AND who.contact_id IS NULL) AS strangers"
        " FROM conversation"
        " JOIN participant ON participant.conversation_id = conversation.id"
        " JOIN identity ON identity.id = participant.identity_id"
        " JOIN contact ON contact.id = identity.contact_id AND NOT contact.is_owner"
        " WHERE conversation.kind <> 'channel' AND EXISTS (SELECT 1 FROM message"
        "  WHERE message.conversation_id = conversation.id AND message.id > :after"
        "  AND message.ordered_at BETWEEN :since AND :until AND NOT message.bulk"
        "  AND NOT message.unverified)"
        " ORDER BY conversation.id, contact.id",
        {"since": since, "until": until, "after": after_id},
    )
    others: dict[tuple[int, int], dict[int, Person]] = defaultdict(dict)
    for row in rows:
        person = Person(row["contact_id"], row["ref"], row["display_name"])
        others[row["id"], row["strangers"]][person.id] = person
    return [
        Talk(id_, tuple(found.values()), strangers) for (id_, strangers), found in others.items()
    ]


async def said_in(
    reader: Reader, conversation_id: int, since: int, until: int, limit: int
) -> list[Said]:
    """The latest messages of a conversation in that time, in their order. since: UTC seconds."""
    rows = await reader.all(
        "SELECT message.id, message.ref, message.text, message.ordered_at AS sent_at,"
        " coalesce(contact.is_owner, 0) AS by_owner, contact.id AS contact_id,"
        " coalesce(contact.is_owner, 0) OR EXISTS (SELECT 1 FROM known_sender"
        "  WHERE known_sender.identity_id = message.sender_id) AS known"
        " FROM message LEFT JOIN identity ON identity.id = message.sender_id"
        " LEFT JOIN contact ON contact.id = identity.contact_id"
        " WHERE message.conversation_id = :conversation AND NOT message.bulk"
        " AND NOT message.unverified"
        " AND message.ordered_at BETWEEN :since AND :until"
        " ORDER BY message.ordered_at DESC, message.seq DESC LIMIT :limit",
        {"conversation": conversation_id, "since": since, "until": until, "limit": limit},
    )
    return [
        Said(
            id=row["id"],
            ref=row["ref"],
            text=row["text"],
            sent_at=row["sent_at"],
            by_owner=bool(row["by_owner"]),
            contact_id=None if row["by_owner"] else row["contact_id"],
            known=bool(row["known"]),
        )
        for row in reversed(rows)
    ]


async def messages_used(reader: Reader) -> set[str]:
    """The refs of messages on which a proposal of any state, or a follow-up, already rests."""
    rows = await reader.all("SELECT DISTINCT evidence FROM proposal")
    used = {ref for row in rows for ref in json.loads(row[0])}
    linked = await reader.all(
        "SELECT message.ref FROM follow_up JOIN message ON message.id = follow_up.message_id"
    )
    return used | {row[0] for row in linked}


async def pending_of_ours(reader: Reader, now: int) -> int:
    """How many proposals of Kinkeeper's own are waiting for the owner. now: UTC seconds."""
    return int(
        await reader.value(
            "SELECT count(*) FROM proposal WHERE proposed_by = ? AND expires_at > ?"
            " AND id NOT IN (SELECT proposal_id FROM decision)",
            (OURSELVES, now),
        )
    )


async def waiting_texts(reader: Reader, now: int) -> dict[int, list[str]]:
    """By contact, the texts of follow-ups that are pending as proposals. now: UTC seconds."""
    rows = await reader.all(
        "SELECT contact_id, text FROM proposal WHERE kind = 'follow_up' AND expires_at > ?"
        " AND id NOT IN (SELECT proposal_id FROM decision)",
        (now,),
    )
    texts: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        texts[row["contact_id"]].append(row["text"])
    return texts


async def read_to(reader: Reader) -> int:
    """The row id of the last message that the search after an import has read."""
    value = await reader.value("SELECT value FROM setting WHERE name = ?", (_READ_TO,))
    return int(value or 0)


def remember_read(writer: Writer) -> None:
    """Let an import's search read only what is stored from here on."""
    writer.run(
        "INSERT INTO setting(name, value) SELECT ?, coalesce(max(id), 0) FROM message WHERE true"
        " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (_READ_TO,),
    )
