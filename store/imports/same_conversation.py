"""Whether a chat of an export is one that is stored already, where its key is only a name.

The names of chats change, two groups have one name, and a number is saved under a name: what lasts
is what was said. Lines that two exports show at the same minutes, from the same side and in the
same words, make two chats one; one such line alone does not, because a greeting goes to many.
"""

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Writer
from store.importers.records import Conversation, Line, line_hash

_FEWEST_LINES: Final = 2
_SHARE: Final = 0.6
_SHARE_OF_FEW: Final = 0.8
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
    """Whether most lines of the time that both exports hold are in both."""
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
    # What goes to many is the owner's, and nobody else's. Some lines were edited since.
    is_answered = any(line.who for line in met)
    share = _SHARE if len(met) > _FEWEST_LINES else _SHARE_OF_FEW
    return is_answered and len(met) >= max(_FEWEST_LINES, share * len(shared))


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
