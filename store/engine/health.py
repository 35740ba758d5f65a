"""Is the memory sound? The checks that SQLite's own integrity check does not make."""

from dataclasses import dataclass
from typing import Final

from store.engine.connections import Writer

_SEARCHED: Final = "FROM message WHERE NOT bulk AND NOT hidden"


@dataclass(frozen=True, slots=True)
class Check:
    """One check. fine: whether it passed; finding: what it found, in plain words."""

    name: str
    fine: bool
    finding: str


def check_memory(writer: Writer) -> list[Check]:
    """Check the file, the indexes against what they index, and the references between tables."""
    pages = [str(row[0]) for row in writer.all("PRAGMA integrity_check(10)")]
    foreign = writer.all("PRAGMA foreign_key_check")
    messages = int(writer.value(f"SELECT count(*) {_SEARCHED}"))
    indexed = int(writer.value("SELECT count(*) FROM message_fts"))
    people = int(
        writer.value("SELECT count(*) FROM contact WHERE merged_into_id IS NULL AND NOT is_owner")
    )
    stopped = [
        str(row[0])
        for row in writer.all(
            "SELECT DISTINCT file_name FROM import_run WHERE state IN ('running', 'interrupted')"
            " AND NOT EXISTS (SELECT 1 FROM import_run AS later WHERE later.id > import_run.id"
            "  AND later.file_name = import_run.file_name AND later.state = 'finished')"
        )
    ]
    return [
        Check("file", pages == ["ok"], "sound" if pages == ["ok"] else "; ".join(pages)),
        Check(
            "references",
            not foreign,
            "whole" if not foreign else f"{len(foreign)} rows point to nothing",
        ),
        Check("people", True, f"{people:,}"),
        Check(
            "imports",
            True,
            f"under way or stopped half-way, import again: {', '.join(stopped)}"
            if stopped
            else "all went through",
        ),
        Check(
            "index by words",
            messages == indexed,
            f"{indexed:,} of {messages:,} messages",
        ),
        _meaning(writer),
    ]


def _meaning(writer: Writer) -> Check:
    model = writer.value("SELECT id FROM embedding_model WHERE state = 'active'")
    messages = int(writer.value(f"SELECT count(*) {_SEARCHED}"))
    lost = waiting = 0
    if model is None:
        waiting = messages
    else:
        waiting = int(writer.value("SELECT count(*) FROM embed_queue WHERE model_id = ?", (model,)))
        lost = int(
            writer.value(
                f"SELECT count(*) {_SEARCHED}"
                " AND id NOT IN (SELECT message_id FROM message_vec WHERE model_id = :model)"
                " AND id NOT IN (SELECT message_id FROM embed_queue WHERE model_id = :model)",
                {"model": model},
            )
        )
    return Check(
        "index by meaning",
        lost == 0,
        f"{messages - waiting - lost:,} of {messages:,} messages"
        + (f", {waiting:,} waiting for: kinkeeper index" if waiting else "")
        + (f", {lost:,} lost" if lost else ""),
    )
