"""Which turns are beside a message: the bursts around it, by row id."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from store.engine.connections import Reader
from store.search.search_words import Filter

# Turns further away are about something else; in a large group several bursts fit in here.
MOST_TURNS: Final = 3
BURST_GAP_SECONDS: Final = 1_800
_BURSTS_BEFORE: Final = 2


@dataclass(slots=True)
class Nearby:
    """A message with the turns beside it, nearest first.

    earlier, later: the turns of its conversation, up to `MOST_TURNS`. Of these, own: the rest of
    its burst (what one person sends in a row); before: those of the two bursts before it.
    sender_id:
    an account's row id or None; sent_at: UTC seconds or None. characters: the length of its text;
    asks: that it ends with a question mark.
    """

    sender_id: int | None
    conversation_id: int
    sent_at: int | None
    characters: int
    asks: bool
    holds_number: bool
    earlier: list[int] = field(default_factory=list)
    later: list[int] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    before: list[int] = field(default_factory=list)


_BESIDE: Final = """
(SELECT json_group_array(json_array(id, sender_id, ordered_at)) FROM (
  SELECT other.id, other.sender_id, other.ordered_at FROM message AS other
  WHERE other.conversation_id = message.conversation_id
    AND (other.ordered_at, other.seq) {direction} (message.ordered_at, message.seq)
  ORDER BY other.ordered_at {order}, other.seq {order} LIMIT {most}))
"""
# One JSON for all of them: reading hundreds of small ones takes longer than finding the turns.
_NEAR: Final = f"""
SELECT json_group_array(json_array(
  message.id, message.sender_id, message.conversation_id, message.sent_at, message.ordered_at,
  message.characters, message.asks, message.holds_number,
  {_BESIDE.format(direction="<", order="DESC", most=MOST_TURNS)},
  {_BESIDE.format(direction=">", order="ASC", most=MOST_TURNS)}
)) FROM message WHERE message.id IN (SELECT value FROM json_each(:ids)) AND {{condition}}
"""


async def nearby_turns(
    reader: Reader, message_ids: Collection[int], condition: Filter
) -> dict[int, Nearby]:
    """The turns beside each of these messages that meets the condition and may be seen."""
    rows = await reader.value(
        _NEAR.format(condition=condition.sql()),
        {"ids": json.dumps(sorted(message_ids)), **condition.parameters()},
    )
    found: dict[int, Nearby] = {}
    for row in json.loads(rows):
        message_id, sender, conversation, sent_at, at, characters, asks, number = row[:8]
        earlier, later = row[8:]
        message = Nearby(
            sender,
            conversation,
            sent_at,
            characters,
            bool(asks),
            bool(number),
            [turn[0] for turn in earlier],
            [turn[0] for turn in later],
        )
        message.before = _bursts(earlier, sender, at, message.own, _BURSTS_BEFORE)
        # Among the later turns only its own burst counts.
        _bursts(later, sender, at, message.own, 0)
        found[message_id] = message
    return found


def _bursts(
    turns: list[tuple[int, int | None, int]], sender: int | None, at: int, own: list[int], most: int
) -> list[int]:
    """The turns of up to `most` bursts, nearest first; the rest of a message's burst goes to `own`.

    sender, at: those of that message.
    """
    found: list[int] = []
    passed = 0
    for turn, turn_sender, turn_at in turns:
        if turn_sender != sender or not -BURST_GAP_SECONDS <= turn_at - at <= BURST_GAP_SECONDS:
            passed += 1
            if passed > most:
                break
        (found if passed else own).append(turn)
        sender, at = turn_sender, turn_at
    return found
