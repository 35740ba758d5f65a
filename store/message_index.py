"""The full-text index of messages: each with its speaker and the turns around it.

The turns around a message are what finds it when its own words do not ("They said 6"); they were
the largest gain of all that was measured (docs/decisions.md).
"""

from typing import Final

from store.database import Writer

TURNS_AROUND: Final = 2
# A long mail would drown the words of the short turns beside it.
_NEIGHBOUR_CHARACTERS: Final = 600

_WINDOW = """
SELECT message.id, message.text, message.subject, message.sender_id,
  coalesce(identity.name, '') || ' ' || coalesce(contact.display_name, '') AS speaker
FROM message
LEFT JOIN identity ON identity.id = message.sender_id
LEFT JOIN contact ON contact.id = identity.contact_id
WHERE message.conversation_id = :conversation
  AND (message.ordered_at, message.seq) >= (:from_time, :from_seq)
  AND (message.ordered_at, message.seq) <= (:to_time, :to_seq)
ORDER BY message.ordered_at, message.seq
"""
_POSITIONS = """
SELECT ordered_at, seq FROM message
WHERE conversation_id = :conversation AND (ordered_at, seq) {direction} (:time, :seq)
ORDER BY ordered_at {order}, seq {order} LIMIT 1 OFFSET :offset
"""


def index_messages(writer: Writer, conversation_id: int, message_ids: list[int]) -> None:
    """Index these messages and, since their surroundings changed, the turns beside them."""
    marks = ",".join("?" * len(message_ids))
    ends = writer.one(
        "SELECT min(ordered_at) AS first_time, max(ordered_at) AS last_time"
        f" FROM message WHERE id IN ({marks})",
        message_ids,
    )
    if ends is None or ends["first_time"] is None:
        return
    first = (int(ends["first_time"]), -1)
    last = (int(ends["last_time"]), 2**53)
    # Twice the reach: the neighbours that are indexed anew need their own neighbours too.
    reach = 2 * TURNS_AROUND
    from_time, from_seq = _step(writer, conversation_id, first, reach, "<", "DESC", (-1, -1))
    to_time, to_seq = _step(writer, conversation_id, last, reach, ">", "ASC", (2**53, 2**53))
    rows = writer.all(
        _WINDOW,
        {
            "conversation": conversation_id,
            "from_time": from_time,
            "from_seq": from_seq,
            "to_time": to_time,
            "to_seq": to_seq,
        },
    )
    changed = set(message_ids)
    for at, row in enumerate(rows):
        low, high = max(0, at - TURNS_AROUND), at + TURNS_AROUND + 1
        beside = rows[low:at] + rows[at + 1 : high]
        if row["id"] not in changed and not any(other["id"] in changed for other in beside):
            continue
        unindex_message(writer, row["id"])
        writer.run(
            "INSERT INTO message_fts(rowid, text, around, speaker, tag) VALUES (?, ?, ?, ?, ?)",
            (
                row["id"],
                f"{row['subject']} {row['text']}".strip(),
                " ".join(other["text"][:_NEIGHBOUR_CHARACTERS] for other in beside),
                row["speaker"],
                f"zv{conversation_id} zs{row['sender_id'] or 0}",
            ),
        )


def unindex_message(writer: Writer, message_id: int) -> None:
    """Take a message out of the word index."""
    writer.run("DELETE FROM message_fts WHERE rowid = ?", (message_id,))


def _step(
    writer: Writer,
    conversation_id: int,
    point: tuple[int, int],
    n: int,
    direction: str,
    order: str,
    beyond: tuple[int, int],
) -> tuple[int, int]:
    """The place of the n-th message before or after a point, or `beyond` where there are fewer."""
    row = writer.one(
        _POSITIONS.format(direction=direction, order=order),
        {"conversation": conversation_id, "time": point[0], "seq": point[1], "offset": n - 1},
    )
    return beyond if row is None else (int(row["ordered_at"]), int(row["seq"]))
