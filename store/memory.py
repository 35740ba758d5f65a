"""The front door: whoever reads or writes the memory opens it here.

It hands the connections what every transaction does before it commits. So they need not know the
index, and no writer can bypass it.
"""

from collections.abc import Mapping
from pathlib import Path

import anyio.to_thread

from store.engine.authorizers import confirming_only, proposing_only, reading_only
from store.engine.connections import Proposer, Reader, Writer
from store.engine.handed_out import Notebook
from store.engine.opening import (
    create_memory,
    is_empty,
    open_for_assistant,
    open_memory,
    open_or_upgrade,
)
from store.engine.view_functions import Functions
from store.index.fact_words import index_facts


async def open_reader(path: Path) -> Reader:
    """Open an existing memory for the owner to read. Raises as `opening.open_memory` does."""
    opened = await anyio.to_thread.run_sync(open_memory, path, "ro", reading_only)
    return await Reader.over(path, opened)


async def open_reader_for_assistant(path: Path, functions: Functions) -> Reader:
    """Open an existing memory as an assistant may see it: through views, and nothing past them.

    functions: what withholds text, by the names in `store.engine.view_functions.FUNCTIONS`.
    Raises as `opening.open_memory` does.
    """
    notebook = Notebook()
    opened = await anyio.to_thread.run_sync(open_for_assistant, path, notebook.noting(functions))
    return await Reader.over(path, opened, notebook)


async def open_proposer(path: Path) -> Proposer:
    """Open an existing memory for proposals. Raises as `opening.open_memory` does."""
    opened = await anyio.to_thread.run_sync(open_memory, path, "rw", proposing_only)
    return await Proposer.over(path, opened)


def open_writer(path: Path, migrations: Mapping[int, str] | None = None) -> Writer:
    """Open an existing memory for writing; bring one of an older Kinkeeper up to date.

    That makes a backup beside it first. Indexes that were made by other rules of what never leaves
    are made anew. migrations: as `store.engine.schema.shipped` returns them.
    Raises as `opening.open_memory` does, except OlderSchema.
    """
    writer = Writer(path, open_or_upgrade(path, migrations), index_facts)
    try:
        _work_out(writer)
    except BaseException:
        writer.close()
        raise
    return writer


def _work_out(writer: Writer) -> None:
    """What a migration or new rules have left to be worked out anew from what is stored."""
    # A server that starts has no use for this, nor for the time that it takes to load.
    from store.index.index_anew import index_by_these_rules
    from store.sharing.visibility import refresh_visibility

    if writer.value("SELECT 1 FROM to_work_out WHERE what = 'visibility'"):
        with writer.transaction():
            refresh_visibility(writer)
    index_by_these_rules(writer)


def open_or_create(path: Path) -> Writer:
    """Open a memory for writing; make it first if there is none. Its folder must exist.

    Raises: UnsafeLocation, DiskFull, and as `open_writer` does.
    """
    if not path.exists() or is_empty(path):
        create_memory(path)
    return open_writer(path)


def open_for_one_yes(path: Path) -> Writer:
    """Open an existing memory to write down one yes from a client's dialog.

    SQLite itself refuses everything but the decision and the fact that it makes.
    Raises as `opening.open_memory` does.
    """
    return Writer(path, open_memory(path, "rw", confirming_only), index_facts)
