"""Making one chat of two that proved to be the same: what stands in both is kept once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from store.engine.connections import Row, Writer
from store.index.message_words import unindex_message

_SAID: Final = """
SELECT message.id, ordered_at, text, attachments <> '' AS has_files, sender_id,
  coalesce(contact.is_owner, 0) AS is_own
FROM message LEFT JOIN identity ON identity.id = sender_id
LEFT JOIN contact ON contact.id = contact_id
WHERE conversation_id = ? ORDER BY ordered_at, seq
"""
_Likeness = tuple[int, str, bool, bool]


@dataclass(slots=True)
class Joined:
    """moved: the messages that are in another chat now. writers: accounts with one line each."""

    moved: list[int] = field(default_factory=list)
    writers: list[tuple[int, int]] = field(default_factory=list)


def join_chats(writer: Writer, into: int, others: Sequence[int]) -> Joined:
    """Move all that was said in other conversations into one; in the caller's transaction."""
    joined = Joined()
    for other in others:
        _keep_once(writer, into, other, joined)
        moved = [int(row["id"]) for row in writer.all(_SAID, (other,))]
        highest = writer.value("SELECT max(seq) FROM message WHERE conversation_id = ?", (into,))
        writer.run_many(
            "UPDATE message SET conversation_id = ?, seq = ? WHERE id = ?",
            [(into, int(highest or 0) + 1 + at, id_) for at, id_ in enumerate(moved)],
        )
        for sql in _JOIN:
            writer.run(sql, {"into": into, "other": other})
        joined.moved += moved
    return joined


def _keep_once(writer: Writer, into: int, other: int, joined: Joined) -> None:
    """Remove from a chat what the other one holds, at the same minute and from the same side."""
    there: dict[_Likeness, list[Row]] = defaultdict(list)
    for row in writer.all(_SAID, (into,)):
        there[_likeness(row)].append(row)
    for row in writer.all(_SAID, (other,)):
        alike = there.get(_likeness(row))
        if not alike:
            continue
        kept = alike.pop(0)
        writers = row["sender_id"], kept["sender_id"]
        if None not in writers and writers[0] != writers[1] and not row["is_own"]:
            joined.writers.append((int(writers[0]), int(writers[1])))
        writer.run(
            "INSERT OR IGNORE INTO run_span(import_run_id, kind, first_id, last_id)"
            " SELECT import_run_id, kind, :kept, :kept FROM run_span"
            " WHERE kind = 'message' AND :gone BETWEEN first_id AND last_id",
            {"kept": kept["id"], "gone": row["id"]},
        )
        unindex_message(writer, int(row["id"]))
        writer.run("DELETE FROM message WHERE id = ?", (row["id"],))


def _likeness(row: Row) -> _Likeness:
    return row["ordered_at"] // 60, row["text"], bool(row["has_files"]), bool(row["is_own"])


_JOIN: Final = (
    "INSERT OR IGNORE INTO participant(conversation_id, identity_id)"
    " SELECT :into, identity_id FROM participant WHERE conversation_id = :other",
    "INSERT OR IGNORE INTO run_link(import_run_id, kind, whole_id, identity_id)"
    " SELECT import_run_id, kind, :into, identity_id FROM run_link"
    " WHERE kind = 'participant' AND whole_id = :other",
    "INSERT OR IGNORE INTO run_span(import_run_id, kind, first_id, last_id)"
    " SELECT import_run_id, kind, :into, :into FROM run_span"
    " WHERE kind = 'conversation' AND :other BETWEEN first_id AND last_id",
    "INSERT INTO conversation_reach(conversation_id, import_run_id, newest_at, title, key)"
    " SELECT :into, import_run_id, newest_at, title, key FROM conversation_reach"
    " WHERE conversation_id = :other"
    " ON CONFLICT DO UPDATE SET newest_at = max(newest_at, excluded.newest_at)",
    "UPDATE OR IGNORE taken_back SET key = 'gone:' || :into || substr(key,"
    " length('gone:' || :other) + 1) WHERE key BETWEEN 'gone:' || :other || ':' AND"
    " 'gone:' || :other || ':~'",
    "UPDATE interaction SET conversation_id = :into"
    " WHERE conversation_id = :other AND kind NOT IN ('chat', 'mail')",
    # What is narrower holds.
    "UPDATE conversation SET access = (SELECT access FROM conversation WHERE id = :other)"
    " WHERE id = :into AND access <> 'none' AND"
    "  (SELECT access FROM conversation WHERE id = :other) <> 'full'",
    "UPDATE conversation SET (title, titled_at) ="
    " (SELECT title, titled_at FROM conversation WHERE id = :other) WHERE id = :into"
    " AND titled_at < (SELECT titled_at FROM conversation WHERE id = :other)",
    # Until who is known and hidden is worked out anew.
    "DELETE FROM known_title WHERE id IN (:into, :other)",
    "UPDATE OR REPLACE unseen_title SET id = :into WHERE id = :other",
    "UPDATE OR REPLACE unseen_conversation SET id = :into WHERE id = :other",
    "DELETE FROM conversation WHERE id = :other",
)
