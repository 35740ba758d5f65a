"""Whether a chat of an export is one that is stored already, where its key is only a name.

The names of chats change, two groups have one name, and a number is saved under a name: what lasts
is what was said. Lines that two exports show at the same minutes, from the same side and in the
same words, make two chats one; one such line alone does not, because a greeting goes to many.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Writer
from store.importers.records import Conversation, Line, line_hash

_FEWEST_LINES: Final = 2
_SHARE: Final = 0.8
_SECOND: Final = "\x1f"

_OWN_LINES: Final = """
SELECT DISTINCT conversation_id FROM json_each(?) AS minute
CROSS JOIN identity ON identity.contact_id = (SELECT id FROM contact WHERE is_owner)
CROSS JOIN message ON message.sender_id = identity.id
  AND ordered_at BETWEEN minute.value AND minute.value + 59
JOIN conversation ON conversation.id = conversation_id AND conversation.source_id = ?
"""
_AT_MINUTES: Final = """
SELECT ordered_at / 60 AS minute, text, coalesce(contact.is_owner, 0) AS is_own
FROM json_each(?) AS wanted
CROSS JOIN message ON conversation_id = ?
  AND ordered_at BETWEEN wanted.value AND wanted.value + 59
LEFT JOIN identity ON identity.id = sender_id LEFT JOIN contact ON contact.id = contact_id
"""
_OTHERS: Final = """
SELECT identity.kind, identity.key FROM participant
JOIN identity ON identity.id = identity_id LEFT JOIN contact ON contact.id = contact_id
WHERE conversation_id = ? AND NOT coalesce(contact.is_owner, 0)
"""


@dataclass(frozen=True, slots=True)
class FoundChat:
    """ids: the stored conversations that this one is, the one to go on with first; key: its key."""

    key: str
    ids: tuple[int, ...]


def find_chat(writer: Writer, source_id: int, chat: Conversation) -> FoundChat:
    """Find a chat of an export among those of its source."""
    named = _named(writer, source_id, chat)
    if not chat.lines:
        return FoundChat(chat.key, tuple(id_ for id_, key in named.items() if key == chat.key))
    same = {
        id_ for id_ in _met_at_own_lines(writer, source_id, chat) if _is_same(writer, id_, chat)
    }
    for id_, key in named.items():
        if id_ not in same and _goes_by_the_name(writer, id_, chat, is_first=key == chat.key):
            same.add(id_)
    if same:
        ids = tuple(sorted(same))
        key = str(writer.value("SELECT key FROM conversation WHERE id = ?", (ids[0],)))
        return FoundChat(key, ids)
    if named:
        first = chat.lines[0]
        return FoundChat(f"{chat.key}{_SECOND}{first.at:%Y%m%d%H%M}{first.words}", ())
    return FoundChat(chat.key, ())


def is_stored(writer: Writer, source_kind: str, chat: Conversation) -> bool:
    """Whether lines of a chat prove that it is one that is stored."""
    return any(
        _is_same(writer, id_, chat)
        for row in writer.all("SELECT id FROM source WHERE kind = ?", (source_kind,))
        for id_ in (
            *_met_at_own_lines(writer, int(row["id"]), chat),
            *_named(writer, int(row["id"]), chat),
        )
    )


def who_key(label: str) -> str:
    """What two spellings of one label have in common: a number's digits, else the label."""
    digits = "".join(character for character in label if character.isdecimal())
    return digits if label[:1] in "+0123456789" and len(digits) > 5 else label


def join_chats(writer: Writer, into: int, others: Sequence[int]) -> list[int]:
    """Move all that was said in other conversations into one; return the messages that moved."""
    moved: list[int] = []
    for other in others:
        ids = [
            int(row["id"])
            for row in writer.all(
                "SELECT id FROM message WHERE conversation_id = ? ORDER BY ordered_at, seq",
                (other,),
            )
        ]
        parameters = {"into": into, "other": other}
        highest = writer.value("SELECT max(seq) FROM message WHERE conversation_id = ?", (into,))
        writer.run_many(
            "UPDATE message SET conversation_id = ?, seq = ? WHERE id = ?",
            [(into, int(highest or 0) + 1 + at, id_) for at, id_ in enumerate(ids)],
        )
        for sql in _JOIN:
            writer.run(sql, parameters)
        moved += ids
    return moved


_JOIN: Final = (
    "INSERT OR IGNORE INTO participant(conversation_id, identity_id)"
    " SELECT :into, identity_id FROM participant WHERE conversation_id = :other",
    "INSERT OR IGNORE INTO run_link(import_run_id, kind, whole_id, identity_id)"
    " SELECT import_run_id, kind, :into, identity_id FROM run_link"
    " WHERE kind = 'participant' AND whole_id = :other",
    "INSERT OR IGNORE INTO run_span(import_run_id, kind, first_id, last_id)"
    " SELECT import_run_id, kind, :into, :into FROM run_span"
    " WHERE kind = 'conversation' AND :other BETWEEN first_id AND last_id",
    "INSERT INTO conversation_reach(conversation_id, import_run_id, newest_at)"
    " SELECT :into, import_run_id, newest_at FROM conversation_reach"
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
    "DELETE FROM conversation WHERE id = :other",
)


def _named(writer: Writer, source_id: int, chat: Conversation) -> dict[int, str]:
    """The stored conversations of this name: ids with their keys."""
    return {
        int(row["id"]): str(row["key"])
        for row in writer.all(
            "SELECT id, key FROM conversation WHERE source_id = ? AND (key = ? OR"
            " key BETWEEN ? AND ?)",
            (source_id, chat.key, f"{chat.key}{_SECOND}", f"{chat.key}{_SECOND}~"),
        )
    }


def _met_at_own_lines(writer: Writer, source_id: int, chat: Conversation) -> set[int]:
    """Stored conversations where the owner wrote at the same minutes, or whose name is unknown."""
    minutes = sorted({_minute(line) for line in chat.lines if not line.who})
    found = {
        int(row["conversation_id"])
        for row in writer.all(_OWN_LINES, (json.dumps(minutes), source_id))
    }
    if chat.key.startswith("first:") or not minutes:
        found.update(
            int(row["id"])
            for row in writer.all(
                "SELECT id FROM conversation WHERE source_id = ? AND key LIKE 'first:%'",
                (source_id,),
            )
        )
    return found


def _is_same(writer: Writer, conversation_id: int, chat: Conversation) -> bool:
    """Whether nearly all lines of the time that both exports hold are in both."""
    row = writer.one(
        "SELECT min(ordered_at) AS first, max(ordered_at) AS last FROM message"
        " WHERE conversation_id = ?",
        (conversation_id,),
    )
    if row is None or row["first"] is None:
        return False
    first, last = int(row["first"]), int(row["last"])
    shared = [line for line in chat.lines if first // 60 * 60 <= _minute(line) <= last]
    stored: dict[int, set[tuple[bool, str]]] = defaultdict(set)
    minutes = json.dumps(sorted({_minute(line) for line in shared}))
    for row in writer.all(_AT_MINUTES, (minutes, conversation_id)):
        stored[row["minute"]].add((bool(row["is_own"]), line_hash(row["text"])))
    met = [line for line in shared if (not line.who, line.words) in stored[_minute(line) // 60]]
    return len(met) >= max(_FEWEST_LINES, _SHARE * len(shared))


def _goes_by_the_name(
    writer: Writer, conversation_id: int, chat: Conversation, *, is_first: bool
) -> bool:
    """Whether a stored chat of this name may be this one: a group only if somebody is in both."""
    if chat.kind == "direct":
        return is_first
    here = {who_key(line.who) for line in chat.lines if line.who}
    there = {who_key(row["key"]) for row in writer.all(_OTHERS, (conversation_id,))}
    return _share_somebody(here, there, is_first=is_first)


def _share_somebody(here: Collection[str], there: Collection[str], *, is_first: bool) -> bool:
    if not here or not there:
        return is_first
    return not set(here).isdisjoint(there)


def _minute(line: Line) -> int:
    return int(line.at.timestamp()) // 60 * 60
