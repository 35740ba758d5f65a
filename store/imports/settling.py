"""What follows from imports as a whole: who is who, whose names are found, what assistants see.

It is worked out from all that is stored, so once for a command that brings many files. From its
first batch on, a run is marked as waiting for this; the next command settles what a killed one
left.
"""

from store.engine.connections import Writer
from store.imports.import_answers import remembered_me
from store.imports.owner_claims import settle_claims
from store.index.message_words import purge_old_words
from store.sharing.settle_people import settle_people


def last_import(writer: Writer) -> int:
    """The number of the last import, 0 before the first."""
    return int(writer.value("SELECT max(id) FROM import_run") or 0)


def settle_imports(writer: Writer, now: int, *, anew: bool = False) -> None:
    """Link people after imports, if any run still waits for it. now: UTC seconds.

    anew: link them in any case, because the owner has said more.
    """
    waiting = writer.one(
        "SELECT max(id) AS last, max(updated_count) AS updated FROM import_run WHERE NOT settled"
    )
    if (waiting is None or waiting["last"] is None) and not anew:
        return
    with settle_people(writer, now):
        # The imports have already stored what else changes who is who.
        settle_claims(writer, remembered_me(writer))
    if waiting is None or waiting["last"] is None:
        return
    if waiting["updated"]:
        purge_old_words(writer)
    # Last of all, so that anything that stops this leaves it to be done again. A run that is under
    # way
    # in another process waits for its own command.
    writer.run(
        "UPDATE import_run SET settled = 1 WHERE id <= ? AND state <> 'running'",
        (waiting["last"],),
    )


def unsettled_imports(writer: Writer) -> list[int]:
    """The numbers of the imports whose people are not linked yet: under way, or killed."""
    return [
        int(row["id"])
        for row in writer.all(
            "SELECT id FROM import_run WHERE NOT settled AND state <> 'undone' ORDER BY id"
        )
    ]


def count_people(writer: Writer) -> int:
    """How many contacts are in use, without the owner."""
    return int(
        writer.value("SELECT count(*) FROM contact WHERE merged_into_id IS NULL AND NOT is_owner")
    )
