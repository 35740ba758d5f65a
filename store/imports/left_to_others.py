"""What stays of a chat when one of the exports that told of it is taken back: what the others told.

Its title, its key where that is made of a name, and the account under which somebody wrote in it.
"""

from collections import defaultdict
from typing import Final
from zoneinfo import ZoneInfo

from store.engine.connections import Writer
from store.imports.store_interactions import derive_interactions
from store.index.message_words import index_messages

_SECOND: Final = "\x1f"
# Accounts that only this run has shown, with one that others have shown and that wrote their lines.
_OTHER_WRITERS: Final = """
SELECT mine.id AS gone, min(other.id) AS stays
FROM (SELECT DISTINCT identity_id AS id FROM run_account WHERE import_run_id = :run) AS mine
JOIN identity ON identity.id = mine.id AND identity.linked_how <> 'said by the owner'
JOIN same_writer ON mine.id IN (one_id, other_id) AND same_writer.import_run_id <> :run
JOIN identity AS other ON other.id = iif(one_id = mine.id, other_id, one_id)
WHERE NOT EXISTS (SELECT 1 FROM run_account
  WHERE identity_id = mine.id AND import_run_id <> :run)
AND EXISTS (SELECT 1 FROM run_account WHERE identity_id = other.id AND import_run_id <> :run)
GROUP BY mine.id
"""
_HELD_BY: Final = ("participant", "message_recipient", "interaction_participant")


def leave_lines_to_other_writers(writer: Writer, number: int, zone: ZoneInfo) -> None:
    """Let lines that other exports hold be those of the accounts under which these show them.

    zone: the owner's. In the caller's transaction, before the marks of the run are removed.
    """
    lines: dict[int, set[int]] = defaultdict(set)
    moments: dict[int, set[int]] = defaultdict(set)
    for pair in writer.all(_OTHER_WRITERS, {"run": number}):
        told = {"gone": pair["gone"], "stays": pair["stays"]}
        for row in writer.all(
            "SELECT id, conversation_id, sent_at FROM message WHERE sender_id = :gone", told
        ):
            lines[int(row["conversation_id"])].add(int(row["id"]))
            if row["sent_at"] is not None:
                moments[int(row["conversation_id"])].add(int(row["sent_at"]))
        writer.run("UPDATE message SET sender_id = :stays WHERE sender_id = :gone", told)
        for table in _HELD_BY:
            writer.run(
                f"UPDATE OR IGNORE {table} SET identity_id = :stays WHERE identity_id = :gone", told
            )
            writer.run(f"DELETE FROM {table} WHERE identity_id = :gone", told)
    index_messages(writer, lines)
    derive_interactions(writer, moments, zone)


def leave_chats_to_others(writer: Writer, number: int) -> None:
    """Give the chats of a run the titles and keys that others told; in the caller's transaction."""
    mine = writer.all(
        "SELECT conversation_id, key FROM conversation_reach WHERE import_run_id = ?", (number,)
    )
    writer.run("DELETE FROM conversation_reach WHERE import_run_id = ?", (number,))
    for row in mine:
        chat = int(row["conversation_id"])
        left = writer.all(
            "SELECT newest_at, title, key FROM conversation_reach WHERE conversation_id = ?"
            " ORDER BY newest_at DESC, import_run_id DESC",
            (chat,),
        )
        if left:
            title = next((str(each["title"]) for each in left if each["title"]), "")
            writer.run(
                "UPDATE conversation SET title = ?, titled_at = ? WHERE id = ?",
                (title, left[0]["newest_at"], chat),
            )
            _rename_key(writer, chat, str(row["key"]), [str(each["key"]) for each in left])


def _rename_key(writer: Writer, chat: int, told: str, left: list[str]) -> None:
    """Let nothing of a chat be known by a key that nobody tells any more."""
    row = writer.one("SELECT source_id, ref, key FROM conversation WHERE id = ?", (chat,))
    if row is None:
        return
    key = str(row["key"])
    gone = [each for each in dict.fromkeys((key, told)) if each.partition(_SECOND)[0] not in left]
    if key in gone:
        is_taken = writer.value(
            "SELECT EXISTS (SELECT 1 FROM conversation WHERE source_id = ? AND key = ?)",
            (row["source_id"], left[-1]),
        )
        key = f"{left[-1]}{_SECOND}{row['ref']}" if is_taken else left[-1]
        writer.run("UPDATE conversation SET key = ? WHERE id = ?", (key, chat))
    for prefix in gone:
        writer.run(
            "UPDATE OR IGNORE message SET key = :key || substr(key, length(:prefix) + 1)"
            " WHERE conversation_id = :chat"
            " AND substr(key, 1, length(:prefix) + 1) = :prefix || ':'",
            {"key": key, "prefix": prefix, "chat": chat},
        )
