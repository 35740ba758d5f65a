"""Making the indexes anew when the rules of what never leaves have changed.

A memory of an older Kinkeeper holds words in its indexes that the rules of this one withhold: a
search would confirm them. Whoever opens it for writing first makes them anew; until that is done,
no assistant is served (store/engine/opening.py).
"""

from typing import Final

from store.engine.connections import Writer
from store.engine.fact_kinds import FINDABLE
from store.engine.opening import RULES_SETTING
from store.index.contact_names import index_names
from store.index.fact_words import purge_old_fact_words
from store.index.message_words import count_words_anew, index_messages, purge_old_words
from store.index.watch import watched_by
from store.sensitive.judged import never_leaves
from store.sensitive.rules_mark import rules_mark

_BATCH: Final = 500
_SET: Final = (
    "INSERT INTO setting(name, value) VALUES (?, ?)"
    " ON CONFLICT(name) DO UPDATE SET value = excluded.value"
)


def index_by_these_rules(writer: Writer) -> None:
    """Make the indexes anew if they were made by other rules.

    In short transactions; one that was stopped is done again by the next command.
    """
    mark = rules_mark()
    made_by = writer.value("SELECT value FROM setting WHERE name = ?", (RULES_SETTING,))
    if made_by == mark:
        return
    if writer.value("SELECT EXISTS (SELECT 1 FROM message) OR EXISTS (SELECT 1 FROM identity)"):
        with writer.transaction():
            writer.run(_SET, (RULES_SETTING, ""))
        _index_messages(writer)
        _index_facts_and_names(writer)
        purge_old_words(writer)
        purge_old_fact_words(writer)
    with writer.transaction():
        writer.run(_SET, (RULES_SETTING, mark))


def _index_messages(writer: Writer) -> None:
    ids = writer.all(
        "SELECT id, conversation_id FROM message ORDER BY conversation_id, ordered_at, seq"
    )
    with writer.transaction():
        # All at once: to replace them one by one takes longer, and leaves old words behind.
        writer.run("INSERT INTO message_fts(message_fts) VALUES ('delete-all')")
    with watched_by.get()() as advance:
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            touched: dict[int, list[int]] = {}
            for row in batch:
                touched.setdefault(row["conversation_id"], []).append(row["id"])
            with writer.transaction():
                index_messages(writer, touched)
                _drop_vectors(writer, [row["id"] for row in batch])
            advance(start + len(batch), len(ids))
    with writer.transaction():
        count_words_anew(writer, "message_fts")


def _drop_vectors(writer: Writer, message_ids: list[int]) -> None:
    """Let messages with something that never leaves wait for new vectors."""
    # What is given away by the talk around them does so by itself, through a trigger.
    rows = writer.all(
        "SELECT id, text, subject FROM message"
        " WHERE id BETWEEN ? AND ? AND NOT bulk AND NOT hidden",
        (min(message_ids), max(message_ids)),
    )
    asked = set(message_ids)
    held = [
        (row["id"],)
        for row in rows
        if row["id"] in asked and never_leaves(f"{row['subject']} {row['text']}".strip())
    ]
    writer.run_many("DELETE FROM message_vec WHERE message_id = ?", held)
    writer.run_many(
        "INSERT OR IGNORE INTO embed_queue(model_id, message_id)"
        " SELECT id, ? FROM embedding_model WHERE state <> 'retired'",
        held,
    )


def _index_facts_and_names(writer: Writer) -> None:
    with writer.transaction():
        writer.run("INSERT INTO fact_fts(fact_fts) VALUES ('delete-all')")
        for kind in FINDABLE:
            writer.run(
                "INSERT OR IGNORE INTO fact_to_index(entry)"
                f" SELECT {kind.entry_sql('fact.id')} FROM {kind.table} AS fact"
            )
        writer.run("DELETE FROM harmless_name")
        index_names(writer)
