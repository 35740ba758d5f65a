"""What follows from imports as a whole: who is who, whose names are found, what assistants see.

It is worked out from all that is stored, so once for a command that brings many files. From its
first batch on, a run is marked as waiting for this; the next command settles what a killed one
left.
"""

from store.engine.connections import Writer
from store.index.message_words import purge_old_words
from store.sharing.settle_people import settle_people


def settle_imports(writer: Writer, now: int) -> None:
    """Link people after imports, if any run still waits for it. now: UTC seconds."""
    waiting = writer.one(
        "SELECT max(id) AS last, max(updated_count) AS updated FROM import_run WHERE NOT settled"
    )
    if waiting is None or waiting["last"] is None:
        return
    with settle_people(writer, now):
        # The imports have already stored what changes who is who.
        pass
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
