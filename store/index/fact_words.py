"""The word index of facts about people: it holds what assistants may see, no more.

Triggers note what has changed in `fact_to_index`, so code that writes a fact need not know the
index; `store/memory.py` makes every transaction bring it up to date before it commits. The kinds
of facts, and which row belongs to which: `store/engine/fact_kinds.py`.
"""

from typing import Final

from store.engine.connections import Row, Writer
from store.engine.fact_kinds import FINDABLE, FindableKind
from store.sensitive.given_away import quoted
from store.sensitive.judged import never_leaves_under, searchable
from store.text.index_words import indexable

_STANDING: Final = """
SELECT {entry} AS entry, {words} AS text, {beside} AS beside, {messages} AS messages
FROM {table} AS fact
WHERE fact.identity_id NOT IN (SELECT id FROM unseen_identity) AND NOT EXISTS
  (SELECT 1 FROM provenance JOIN source ON source.id = provenance.source_id
   WHERE provenance.id = fact.provenance_id AND source.access = 'none')
"""
_INTERACTIONS: Final = """
SELECT {entry} AS entry, {words} AS text, {beside} AS beside, {messages} AS messages
FROM {table} AS fact
WHERE {words} <> ''
  AND (fact.conversation_id IS NULL
    OR fact.conversation_id NOT IN (SELECT id FROM unseen_conversation))
  AND fact.id NOT IN (SELECT id FROM unseen_interaction WHERE started_at IS NULL)
  AND (fact.source_id IS NULL
    OR fact.source_id NOT IN (SELECT id FROM source WHERE access = 'none'))
"""


def _seen(kind: FindableKind) -> str:
    """The facts of a kind that an assistant may see."""
    facts = _STANDING if kind.on_identity else _INTERACTIONS
    return facts.format(
        entry=kind.entry_sql("fact.id"),
        words=kind.words,
        beside=kind.beside,
        messages=kind.messages,
        table=kind.table,
    )


def index_facts(writer: Writer) -> None:
    """Index the facts that have changed; in the caller's transaction.

    Facts that assistants may not see are left out, and words that never leave are left out of the
    others: no search may confirm either.
    """
    waiting = [int(row[0]) for row in writer.all("SELECT entry FROM fact_to_index")]
    if not waiting:
        return
    seen: dict[int, str] = {}
    for kind in FINDABLE:
        of_kind = (
            f"{_seen(kind)} AND fact.id IN (SELECT {kind.row_id_sql('entry')} FROM fact_to_index"
            f" WHERE {kind.is_entry_sql('entry')})"
        )
        seen.update((int(row["entry"]), _words(row)) for row in writer.all(of_kind))
    writer.run_many(
        "DELETE FROM fact_fts WHERE rowid = ?",
        [(entry,) for entry in waiting if entry not in seen],
    )
    writer.run_many(
        "INSERT OR REPLACE INTO fact_fts(rowid, text) VALUES (?, ?)",
        [(entry, indexable(text)) for entry, text in sorted(seen.items())],
    )
    writer.run("DELETE FROM fact_to_index")


def _words(row: Row) -> str:
    """The words of a fact that the index may hold."""
    text = row["text"]
    told = [*never_leaves_under(row["beside"], text), *quoted(text, row["messages"])]
    return searchable(text, told)


def index_facts_seen_now(writer: Writer) -> bool:
    """Bring the index in line with what assistants may see; in the caller's transaction.

    Return whether anything came or went.
    """
    index_facts(writer)
    seen = {
        int(row[0]) for kind in FINDABLE for row in writer.all(f"SELECT entry FROM ({_seen(kind)})")
    }
    indexed = {int(row[0]) for row in writer.all("SELECT id FROM fact_fts_docsize")}
    changed = seen ^ indexed
    writer.run_many("INSERT INTO fact_to_index(entry) VALUES (?)", [(e,) for e in sorted(changed)])
    index_facts(writer)
    return bool(changed)


def purge_old_fact_words(writer: Writer) -> None:
    """Make the index drop the words of deleted facts; until then it only marks them as gone.

    The write-ahead log, which may hold the facts themselves, is emptied too.
    """
    writer.run("INSERT INTO fact_fts(fact_fts) VALUES ('optimize')")
    writer.empty_log()
