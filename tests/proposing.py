"""Proposals for the tests: put into a memory as an assistant's server would, and read back."""

from typing import Any

from server.cli.session import lazy_encoder
from server.settings import Settings
from store.engine.connections import Writer
from store.memory import open_reader, open_writer
from store.people.owner_settings import read_owner_settings
from store.proposals.proposals import Draft, Kind
from store.proposals.proposing import propose_ourselves
from tools.memory import Memory

ALEX = "Alex Moreira"


def switch_on_dialogs(settings: Settings) -> None:
    """What the owner does who wants their client's dialog to count."""
    with open_writer(settings.memory_path) as writer:
        writer.run("INSERT OR REPLACE INTO setting(name, value) VALUES ('confirm_in_client', 'on')")


def draft_on(writer: Writer, text: str, kind: Kind = "note", **more: Any) -> Draft:
    """A draft on Alex Moreira."""
    row = writer.one("SELECT id, ref FROM contact WHERE display_name = ?", (ALEX,))
    assert row is not None
    return Draft(row["id"], row["ref"], kind, text, **more)


def propose(settings: Settings, text: str, kind: Kind = "note", **more: Any) -> str:
    """Make a pending proposal on Alex Moreira and return its ref."""
    with open_writer(settings.memory_path) as writer:
        ref = propose_ourselves(writer, draft_on(writer, text, kind, **more), settings.now())
        assert ref is not None
        return ref


def change(settings: Settings, *statements: str) -> None:
    """What somebody does who writes into the file itself."""
    with open_writer(settings.memory_path) as writer:
        for statement in statements:
            writer.run(statement)


def rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    """What the file holds."""
    with open_writer(settings.memory_path) as writer:
        return [tuple(row) for row in writer.all(sql)]


def remembered(settings: Settings) -> list[tuple[Any, ...]]:
    """Everything that was decided or confirmed: nothing, as long as nobody said yes."""
    return rows(
        settings,
        "SELECT 'decision', text_sha256 FROM decision"
        " UNION ALL SELECT 'fact', reference FROM provenance WHERE confirmed_how LIKE 'confirmed%'"
        " UNION ALL SELECT 'corrected', text FROM superseded_fact",
    )


async def memory_of(settings: Settings) -> Memory:
    """The memory as its owner reads it; its reader is to be closed."""
    reader = await open_reader(settings.memory_path)
    owner = await read_owner_settings(reader)
    assert owner is not None
    return Memory(reader, settings.clock, owner.time_zone, lazy_encoder(settings))
