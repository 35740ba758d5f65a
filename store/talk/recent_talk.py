"""When somebody was last heard from, and what was said last in some conversations."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Reader
from store.talk.conversations import StoredMessage, messages_by_id

_LAST_TOUCH: Final = """
SELECT identity.contact_id,
  (SELECT json_array(mine.contact_at, interaction.on_day, interaction.conversation_id)
    FROM interaction_participant AS mine
    CROSS JOIN interaction ON interaction.id = mine.interaction_id
    WHERE mine.identity_id = identity.id AND mine.contact_at IS NOT NULL
      AND mine.contact_at <= :until ORDER BY mine.contact_at DESC LIMIT 1) AS latest
FROM json_each(:contacts) AS asked CROSS JOIN identity ON identity.contact_id = asked.value
"""
_WROTE_ANYWHERE: Final = """
SELECT DISTINCT identity.contact_id
FROM json_each(:contacts) AS asked CROSS JOIN identity ON identity.contact_id = asked.value
CROSS JOIN interaction_participant AS mine ON mine.identity_id = identity.id AND mine.messages > 0
CROSS JOIN interaction ON interaction.id = mine.interaction_id AND interaction.on_day >= :since
"""
_LATEST_TURNS: Final = """
SELECT message.id FROM json_each(:conversations) AS asked
CROSS JOIN message ON message.id IN (SELECT turn.id FROM message AS turn
  WHERE turn.conversation_id = asked.value AND turn.ordered_at <= :until AND NOT turn.bulk
    AND NOT turn.unverified
  ORDER BY turn.ordered_at DESC, turn.seq DESC LIMIT {each})
"""


@dataclass(frozen=True, slots=True)
class LastTouch:
    """The last time that one wrote to the other, or they met. at: UTC seconds; on: the owner's day.

    conversation_id: where it was written, or None for a meeting or call.
    """

    at: int
    on: str
    conversation_id: int | None


async def last_touches(
    reader: Reader, contact_ids: Iterable[int], until: int
) -> dict[int, LastTouch]:
    """By contact, whoever wrote, without groups; those never heard from are left out.

    until: UTC seconds.
    """
    asked = {"contacts": json.dumps(list(contact_ids)), "until": until}
    latest: dict[int, LastTouch] = {}
    for row in await reader.all(_LAST_TOUCH, asked):
        if row["latest"] is not None:
            touch = LastTouch(*json.loads(row["latest"]))
            known = latest.get(row[0])
            if known is None or (touch.at, touch.on) > (known.at, known.on):
                latest[row[0]] = touch
    return latest


async def wrote_anywhere_since(reader: Reader, contact_ids: Iterable[int], since: str) -> set[int]:
    """The contacts who wrote something, in a group too, on this day (ISO) or later."""
    asked = {"contacts": json.dumps(list(contact_ids)), "since": since}
    return {int(row[0]) for row in await reader.all(_WROTE_ANYWHERE, asked)}


async def latest_turns(
    reader: Reader, conversation_ids: Iterable[int], each: int, until: int
) -> list[StoredMessage]:
    """The latest messages of each of these conversations, all of them in order of time.

    until: UTC seconds.
    """
    rows = await reader.all(
        _LATEST_TURNS.format(each=each),
        {"conversations": json.dumps(list(conversation_ids)), "until": until},
    )
    messages = await messages_by_id(reader, [row[0] for row in rows])
    return sorted(messages.values(), key=lambda message: (message.sent_at or 0, message.id))
