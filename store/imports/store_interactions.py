"""Interactions derived from messages: a day's exchange in a conversation is one contact event."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from store.engine.connections import Row, Writer
from store.engine.rows import new_refs, next_id
from store.people.circles import LARGEST_CIRCLE

_SAID: Final = """
SELECT day.key AS number, sender_id, sent_at FROM json_each(?) AS day
CROSS JOIN message ON message.conversation_id = day.value ->> 0
  AND ordered_at >= day.value ->> 2 AND ordered_at < day.value ->> 3
WHERE NOT bulk AND NOT unverified AND sent_at IS NOT NULL
"""
# In a chat of two, and in mail among few, somebody who only listens takes part as well.
_LISTENERS: Final = """
SELECT conversation_id, identity_id FROM participant
WHERE conversation_id IN (SELECT participant.conversation_id FROM json_each(?)
  JOIN conversation ON conversation.id = json_each.value AND kind IN ('direct', 'mail')
  JOIN participant ON participant.conversation_id = conversation.id
  GROUP BY 1 HAVING count(*) <= ?)
"""


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of one conversation, from midnight to midnight, in UTC seconds."""

    conversation_id: int
    on_day: str
    start: int
    end: int


def derive_interactions(
    writer: Writer, moments: Mapping[int, Collection[int]], zone: ZoneInfo
) -> None:
    """Work out anew the interactions of the days on which these moments fall.

    moments: UTC seconds, by conversation. zone: the owner's; a day is theirs. Mail sent by a
    machine, a list or somebody else than it says, and messages without a known time, are not
    contact.
    """
    conversations = {
        int(row["id"]): row
        for row in writer.all(
            "SELECT id, ref, kind FROM conversation"
            " WHERE id IN (SELECT value FROM json_each(?)) AND kind <> 'channel'",
            (json.dumps(sorted(moments)),),
        )
    }
    days = [day for id_ in conversations for day in _days(id_, moments[id_], zone)]
    if not days:
        return
    listed = json.dumps([(day.conversation_id, day.on_day, day.start, day.end) for day in days])
    writer.run(
        "DELETE FROM interaction WHERE kind IN ('chat', 'mail') AND (conversation_id, on_day) IN"
        " (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
        (listed,),
    )
    said: dict[int, list[Row]] = defaultdict(list)
    for row in writer.all(_SAID, (listed,)):
        said[row["number"]].append(row)
    listeners: dict[int, list[int]] = defaultdict(list)
    circles = (json.dumps(sorted(conversations)), LARGEST_CIRCLE)
    for row in writer.all(_LISTENERS, circles):
        listeners[row["conversation_id"]].append(row["identity_id"])
    talked = [(days[number], rows) for number, rows in said.items()]
    _store(writer, talked, conversations, listeners)


def add_listeners(writer: Writer, conversation_ids: Collection[int]) -> None:
    """Let those who listen take part in the days worked out before they were known to be there."""
    if not conversation_ids:
        return
    writer.run(
        "INSERT OR IGNORE INTO interaction_participant"
        "(interaction_id, identity_id, messages, contact_at, both_at)"
        " SELECT interaction.id, listener.identity_id, 0, interaction.started_at, NULL"
        f" FROM ({_LISTENERS}) AS listener"
        " JOIN interaction ON interaction.conversation_id = listener.conversation_id"
        " WHERE interaction.kind IN ('chat', 'mail')",
        (json.dumps(sorted(conversation_ids)), LARGEST_CIRCLE),
    )


def _days(conversation_id: int, moments: Collection[int], zone: ZoneInfo) -> Iterator[_Day]:
    end = None
    for moment in sorted(moments):
        if end is not None and moment < end:
            # Still the same day.
            continue
        day = datetime.fromtimestamp(moment, zone).date()
        start = int(datetime.combine(day, time.min, zone).timestamp())
        end = int(datetime.combine(day + timedelta(days=1), time.min, zone).timestamp())
        yield _Day(conversation_id, day.isoformat(), start, end)


def _store(
    writer: Writer,
    days: list[tuple[_Day, list[Row]]],
    conversations: dict[int, Row],
    listeners: dict[int, list[int]],
) -> None:
    refs = new_refs(
        writer,
        "interaction",
        [(conversations[day.conversation_id]["ref"], day.on_day) for day, _ in days],
    )
    rows, participants = [], []
    for id_, (ref, (day, said)) in enumerate(
        zip(refs, days, strict=True), next_id(writer, "interaction")
    ):
        conversation_id = day.conversation_id
        kind = conversations[conversation_id]["kind"]
        first, last = min(row["sent_at"] for row in said), max(row["sent_at"] for row in said)
        rows.append(
            (
                id_,
                ref,
                "mail" if kind == "mail" else "chat",
                conversation_id,
                day.on_day,
                first,
                last,
            )
        )
        sent = Counter(row["sender_id"] for row in said if row["sender_id"] is not None)
        contact_at = None if kind == "group" else first
        both_at = contact_at if len(sent) > 1 else None
        participants += [
            (id_, identity_id, count, contact_at, both_at if count else None)
            for identity_id, count in sorted(
                {**dict.fromkeys(listeners[conversation_id], 0), **sent}.items()
            )
        ]
    writer.run_many(
        "INSERT INTO interaction(id, ref, kind, conversation_id, on_day, started_at, ended_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    writer.run_many(
        "INSERT INTO interaction_participant(interaction_id, identity_id, messages, contact_at,"
        " both_at) VALUES (?, ?, ?, ?, ?)",
        participants,
    )
