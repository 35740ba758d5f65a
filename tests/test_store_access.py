"""What an access tier takes with it: accounts that move, and what is written down about people."""

from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from store.engine.connections import Writer
from store.importers.records import Account, OwnerAccount, Record
from store.memory import open_reader, open_reader_for_assistant
from store.owner.merge_and_split import accounts_of, merge_contacts, split_contact, undo_ruling
from store.owner.typed_facts import add_note
from store.search.search_facts import search_facts
from store.sharing.access import set_access
from tests.made_exports import (
    BOOK,
    CHATS,
    MAIL,
    NORA,
    NOW,
    card,
    chat_of,
    contact_named,
    made_memory,
    said,
    take_in,
)
from tools.withholding import Withholding

NUMBER: Final = "+47 40 00 00 09"
HILDE: Final = Account("telegram", "user9", "Hilde Strand", phones=(NUMBER,))
SECRET: Final = "the lighthouse key is under the stone"  # noqa: S105 made up
CHAT: Final[list[Record]] = [
    CHATS,
    OwnerAccount(NORA),
    HILDE,
    chat_of("a", HILDE),
    said("1", SECRET, by=HILDE),
    said("2", "noted, Hilde", by=NORA),
]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("9", "Hilde Strand", ("phone", NUMBER))])
        take_in(writer, CHAT)
        yield writer


def id_of(writer: Writer, name: str) -> int:
    ref = contact_named(writer, name)
    return int(writer.value("SELECT id FROM contact WHERE ref = ?", (ref,)))


@asynccontextmanager
async def as_assistant(writer: Writer) -> Any:
    reader = await open_reader_for_assistant(writer.path, Withholding().functions())
    try:
        yield reader
    finally:
        await reader.close()


async def seen(writer: Writer) -> str:
    """Every word of messages, names and titles that an assistant can read, or find."""
    async with as_assistant(writer) as reader:
        rows = [
            tuple(row)
            for table in ("message", "conversation", "identity", "contact", "contact_name", "note")
            for row in await reader.all(f"SELECT * FROM {table}")
        ]
        found = await reader.all(
            "SELECT rowid FROM message_fts WHERE message_fts MATCH 'lighthouse OR noted'"
        )
    return f"{rows} {[tuple(row) for row in found] or ''}"


def share_the_number(writer: Writer) -> None:
    """Somebody else turns up with the same number, so that a rule takes the account from both."""
    take_in(
        writer,
        [
            BOOK,
            card("9", "Hilde Strand", ("phone", NUMBER)),
            card("8", "Knut Aasen", ("phone", NUMBER)),
        ],
    )


def split_off(writer: Writer) -> None:
    hilde = id_of(writer, "Hilde Strand")
    [account] = [each for each in accounts_of(writer, hilde) if each.account[0] == "telegram"]
    split_contact(writer, hilde, [account.id], NOW)


def merge_into_somebody(writer: Writer) -> None:
    take_in(writer, [MAIL, card("7", "Kari Nordmann", ("email", "kari@nord.example"))])
    merge_contacts(writer, id_of(writer, "Kari Nordmann"), id_of(writer, "Hilde Strand"), NOW)


def merge_and_undo(writer: Writer) -> None:
    merge_into_somebody(writer)
    undo_ruling(writer, None, NOW)


def split_and_undo(writer: Writer) -> None:
    split_off(writer)
    undo_ruling(writer, None, NOW)


MOVES: Final = [share_the_number, split_off, merge_into_somebody, merge_and_undo, split_and_undo]


@pytest.mark.parametrize("move", MOVES)
async def test_what_was_hidden_stays_hidden_wherever_its_account_goes(
    writer: Writer, move: Callable[[Writer], None]
) -> None:
    assert "lighthouse" in await seen(writer)
    set_access(writer, contact_named(writer, "Hilde Strand"), "none")
    for happens in (lambda _writer: None, move, lambda writer: take_in(writer, CHAT)):
        happens(writer)
        told = await seen(writer)
        assert not [word for word in ("lighthouse", "noted", "Hilde") if word in told], told


async def test_an_account_that_a_rule_took_away_comes_back_with_its_person(writer: Writer) -> None:
    hilde = contact_named(writer, "Hilde Strand")
    set_access(writer, hilde, "none")
    share_the_number(writer)
    assert "noted" not in await seen(writer)
    set_access(writer, hilde, "full")
    assert "noted" in await seen(writer)


async def test_facts_of_the_hidden_are_in_no_index_and_found_by_the_owner(writer: Writer) -> None:
    hilde = contact_named(writer, "Hilde Strand")
    add_note(writer, id_of(writer, "Hilde Strand"), "keeps otters", NOW)
    for tier, indexed in (("full", 1), ("none", 0), ("summary", 1), ("none", 0)):
        set_access(writer, hilde, tier)  # type: ignore[arg-type]  # a tier, from the list above
        count = writer.value("SELECT count(*) FROM fact_fts WHERE fact_fts MATCH 'otters'")
        assert count == indexed
        reader = await open_reader(writer.path)
        assert [fact.text for fact in await search_facts(reader, ["otters"], None)] == [
            "keeps otters"
        ]
        await reader.close()
        async with as_assistant(writer) as reader:
            assert len(await search_facts(reader, ["otters"], None)) == indexed
    add_note(writer, id_of(writer, "Hilde Strand"), "feeds otters", NOW)
    assert not writer.value("SELECT count(*) FROM fact_fts WHERE fact_fts MATCH 'otters'")


def test_what_never_leaves_is_not_in_the_index_of_facts(writer: Writer) -> None:
    hilde = id_of(writer, "Hilde Strand")
    add_note(writer, hilde, "card 4111 1111 1111 1111, likes quince", NOW)
    words = "SELECT count(*) FROM fact_fts WHERE fact_fts MATCH ?"
    assert writer.value(words, ("quince",)) == 1
    assert writer.value(words, ("4111 OR 1111",)) == 0


@pytest.mark.parametrize("index", ["fact_fts", "message_fts"])
def test_what_was_hidden_weighs_on_no_score(writer: Writer, index: str) -> None:
    """The index's own counts are those of a memory in which it never was."""
    averages = f"SELECT block FROM {index}_data WHERE id = 1"
    take_in(writer, [MAIL, card("7", "Kari Nordmann", ("email", "kari@nord.example"))])
    kari = id_of(writer, "Kari Nordmann")
    add_note(writer, kari, "rows a boat", NOW)
    set_access(writer, contact_named(writer, "Hilde Strand"), "none")
    before = writer.value(averages)
    set_access(writer, contact_named(writer, "Hilde Strand"), "full")
    add_note(writer, id_of(writer, "Hilde Strand"), "keeps many otters by the lighthouse", NOW)
    set_access(writer, contact_named(writer, "Hilde Strand"), "none")
    assert writer.value(averages) == before


def test_an_account_that_comes_to_somebody_hidden_is_hidden_at_once(writer: Writer) -> None:
    set_access(writer, contact_named(writer, "Hilde Strand"), "none")
    hilde = writer.value("SELECT id FROM unseen_contact")
    with writer.transaction():
        new = writer.run(
            "INSERT INTO identity(kind, key, source_id) SELECT 'other', 'new', min(id) FROM source"
        )
        writer.run("UPDATE identity SET contact_id = ? WHERE id = ?", (hilde, new))
    assert writer.value("SELECT 1 FROM unseen_identity WHERE id = ?", (new,))
