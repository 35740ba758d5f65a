"""Undoing one import run: what no other run has brought goes, and nothing else.

What the run changed stays as it is now: the words before an edit are not kept anywhere, because
an edit has to remove them. Messages go in short transactions, any of which may be the last; the
same command then goes on where it stopped.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from store.engine.connections import Row, Writer
from store.errors import StoreError
from store.identity.evidence import PERHAPS_YOU
from store.identity.gone import forget_the_gone
from store.imports.forget_run import (
    forget_the_run,
    labels_of_somebody,
    remove_labels_of_nobody,
)
from store.imports.left_to_others import leave_chats_to_others, leave_lines_to_other_writers
from store.imports.past_runs import import_run
from store.imports.run_marks import Kind, Span, only_in
from store.imports.store_interactions import derive_interactions
from store.index.fact_words import purge_old_fact_words
from store.index.message_words import (
    index_messages,
    purge_old_words,
    turns_beside,
    unindex_message,
)
from store.sharing.settle_people import settle_people

_BATCH: Final = 500
# What a run told of messages and accounts that another one brought.
_WHAT_LASTS: Final = ("taken_back", "same_writer")


class AlreadyUndone(StoreError):
    """The run was taken back before."""

    def __init__(self, number: int) -> None:
        super().__init__(f"Import {number} was taken back already.")


@dataclass(frozen=True, slots=True)
class Undone:
    """What went. contacts: how many fewer there are; changed: records that stay as they are now."""

    messages: int
    events: int
    cards: int
    contacts: int
    changed: int


def undo_import(writer: Writer, number: int, zone: ZoneInfo, now: int) -> Undone:
    """Take back exactly what import `number` has brought.

    zone: the owner's. now: UTC seconds. Raises: NoSuchRun, AlreadyUndone.
    """
    run = import_run(writer, number)
    if run.state == "undone":
        raise AlreadyUndone(number)
    before = _contacts(writer)
    conversations = _only_here(writer, number, "conversation")
    messages = _remove_messages(writer, number, conversations, zone)
    with settle_people(writer, now):
        events = _delete(writer, "interaction", _only_here(writer, number, "interaction"))
        _delete(writer, "conversation", conversations)
        labels = labels_of_somebody(writer)
        cards = _delete(writer, "identity", _only_here(writer, number, "card"))
        leave_lines_to_other_writers(writer, number, zone)
        leave_chats_to_others(writer, number)
        _unlink_participants(writer, number)
        _unlink_members(writer, number)
        _unlink_owner(writer, number)
        _take_back_accounts(writer, number)
        remove_labels_of_nobody(writer, labels)
        for table in ("run_span", "run_link", *_WHAT_LASTS):
            writer.run(f"DELETE FROM {table} WHERE import_run_id = ?", (number,))
    with writer.transaction():
        forget_the_gone(writer)
        forget_the_run(writer, number)
    purge_old_words(writer)
    purge_old_fact_words(writer)
    return Undone(messages, events, cards, before - _contacts(writer), run.updated)


def _contacts(writer: Writer) -> int:
    return int(writer.value("SELECT count(*) FROM contact WHERE merged_into_id IS NULL"))


def _only_here(writer: Writer, number: int, kind: Kind) -> list[Span]:
    """The rows of a kind that only this run has met."""
    mine, others = (
        [
            (int(row["first_id"]), int(row["last_id"]))
            for row in writer.all(
                f"SELECT first_id, last_id FROM run_span WHERE kind = ? AND import_run_id {is_} ?",
                (kind, number),
            )
        ]
        for is_ in ("=", "<>")
    )
    return only_in(mine, others)


def _delete(writer: Writer, table: str, spans: list[Span]) -> int:
    sql = f"DELETE FROM {table} WHERE id BETWEEN ? AND ?"
    return sum(writer.changed(sql, span) for span in spans)


def _remove_messages(
    writer: Writer, number: int, whole_conversations: list[Span], zone: ZoneInfo
) -> int:
    """Remove the messages that only this run has brought, and return how many.

    For conversations that go as a whole nothing is worked out anew.
    """
    count = 0
    for batch in _batches(writer, _only_here(writer, number, "message")):
        with writer.transaction():
            _remove_batch(writer, batch, whole_conversations, zone)
        count += len(batch)
    return count


def _batches(writer: Writer, spans: list[Span]) -> Iterator[list[Row]]:
    for first, last in spans:
        while True:
            rows = writer.all(
                "SELECT id, conversation_id, sent_at FROM message WHERE id BETWEEN ? AND ?"
                " ORDER BY id LIMIT ?",
                (first, last, _BATCH),
            )
            if not rows:
                break
            yield rows


def _remove_batch(
    writer: Writer, rows: list[Row], whole_conversations: list[Span], zone: ZoneInfo
) -> None:
    beside: dict[int, set[int]] = defaultdict(set)
    moments: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        conversation_id = int(row["conversation_id"])
        if not any(first <= conversation_id <= last for first, last in whole_conversations):
            beside[conversation_id] |= turns_beside(writer, int(row["id"]))
            if row["sent_at"] is not None:
                moments[conversation_id].add(int(row["sent_at"]))
        unindex_message(writer, int(row["id"]))
    ids = {int(row["id"]) for row in rows}
    writer.run(
        "DELETE FROM message WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(ids)),),
    )
    for conversation_id, near in beside.items():
        index_messages(writer, {conversation_id: near - ids})
    derive_interactions(writer, moments, zone)


def _unlink_participants(writer: Writer, number: int) -> None:
    """Remove the participants of conversations whom only this run has put there."""
    touched = {
        int(row[0])
        for row in writer.all(
            "SELECT conversation.id FROM run_span JOIN conversation"
            " ON conversation.id BETWEEN first_id AND last_id"
            " WHERE run_span.kind = 'conversation' AND import_run_id = ?",
            (number,),
        )
    }
    for conversation_id in sorted(touched):
        gone = [
            int(row[0])
            for row in writer.all(
                "SELECT identity_id FROM participant WHERE conversation_id = :conversation"
                " AND NOT EXISTS (SELECT 1 FROM run_link WHERE kind = 'participant'"
                "  AND whole_id = :conversation AND run_link.identity_id = participant.identity_id"
                "  AND import_run_id <> :run)"
                " AND identity_id NOT IN (SELECT sender_id FROM message"
                "  WHERE conversation_id = :conversation AND sender_id IS NOT NULL)"
                " AND identity_id NOT IN (SELECT recipient.identity_id"
                "  FROM message JOIN message_recipient AS recipient ON message_id = message.id"
                "  WHERE conversation_id = :conversation)",
                {"conversation": conversation_id, "run": number},
            )
        ]
        writer.run_many(
            "DELETE FROM participant WHERE conversation_id = ? AND identity_id = ?",
            [(conversation_id, identity_id) for identity_id in gone],
        )
        writer.run_many(
            "DELETE FROM interaction_participant WHERE identity_id = ? AND messages = 0"
            " AND interaction_id IN (SELECT id FROM interaction WHERE conversation_id = ?"
            "  AND kind IN ('chat', 'mail'))",
            [(identity_id, conversation_id) for identity_id in gone],
        )


_LINKED_HERE_ALONE: Final = """
SELECT whole_id, identity_id FROM run_link AS mine WHERE kind = ? AND import_run_id = ?
AND NOT EXISTS (SELECT 1 FROM run_link AS other WHERE other.kind = mine.kind
  AND other.whole_id = mine.whole_id AND other.identity_id = mine.identity_id
  AND other.import_run_id <> mine.import_run_id)
"""


def _unlink_members(writer: Writer, number: int) -> None:
    writer.run(
        f"DELETE FROM identity_group WHERE (group_id, identity_id) IN ({_LINKED_HERE_ALONE})",
        ("group", number),
    )


def _unlink_owner(writer: Writer, number: int) -> None:
    """Unlink accounts that only this run called the owner's, until the rules look again."""
    writer.run(
        "UPDATE identity SET contact_id = NULL, linked_how = ''"
        f" WHERE linked_how IN ('marked as yours in the export', '{PERHAPS_YOU}')"
        f" AND id IN (SELECT identity_id FROM ({_LINKED_HERE_ALONE}))",
        ("owner", number),
    )


def _take_back_accounts(writer: Writer, number: int) -> None:
    """Leave the accounts of this run as the other runs have shown them; remove the rest."""
    shown = [
        int(row[0])
        for row in writer.all(
            "SELECT DISTINCT identity_id FROM run_account WHERE import_run_id = ?", (number,)
        )
    ]
    writer.run("DELETE FROM run_account WHERE import_run_id = ?", (number,))
    for identity_id in shown:
        rows = writer.all(
            "SELECT name, saved_as, methods FROM run_account WHERE identity_id = ?"
            " ORDER BY import_run_id",
            (identity_id,),
        )
        if rows:
            _show_as(writer, identity_id, rows)
        elif writer.value(_UNUSED, {"id": identity_id}):
            writer.run("DELETE FROM identity WHERE id = ?", (identity_id,))


# An account that nothing refers to any more and that was not stated by the owner.
_UNUSED: Final = """
SELECT 1 FROM identity WHERE id = :id AND linked_how <> 'said by the owner'
AND NOT EXISTS (SELECT 1 FROM message WHERE sender_id = :id)
AND NOT EXISTS (SELECT 1 FROM message_recipient WHERE identity_id = :id)
AND NOT EXISTS (SELECT 1 FROM participant WHERE identity_id = :id)
AND NOT EXISTS (SELECT 1 FROM interaction_participant WHERE identity_id = :id)
AND NOT EXISTS (SELECT 1 FROM interaction WHERE organizer_id = :id)
"""


def _show_as(writer: Writer, identity_id: int, rows: Collection[Row]) -> None:
    names = [row["name"] for row in rows if row["name"]]
    writer.run(
        "UPDATE identity SET name = ? WHERE id = ? AND linked_how <> 'said by the owner'",
        (names[0] if names else "", identity_id),
    )
    saved = json.dumps([row["saved_as"] for row in rows if row["saved_as"]])
    writer.run(
        "DELETE FROM contact_name WHERE identity_id = ? AND kind = 'saved as'"
        " AND name NOT IN (SELECT value FROM json_each(?))",
        (identity_id, saved),
    )
    methods = [tuple(method) for row in rows for method in json.loads(row["methods"])]
    for row in writer.all(
        "SELECT id, kind, value FROM contact_method WHERE identity_id = ?", (identity_id,)
    ):
        if (row["kind"], row["value"]) not in methods:
            writer.run("DELETE FROM contact_method WHERE id = ?", (row["id"],))
