"""Each kind of fact is treated as its kind is, from the word index to the day it is taken back."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pytest

from embeddings.lazy import LazyEncoder
from store.engine.connections import Reader, Writer
from store.engine.fact_kinds import FINDABLE, FOLLOW_UP, GIFT, LIFE_EVENT, NOTE, FactKind
from store.facts.fact_origins import Origin, origins_of
from store.importers.records import CardDate, DatedNote, FollowUp, Gift, SourceInfo
from store.imports.undo_run import undo_import
from store.memory import open_reader, open_reader_for_assistant
from store.owner.typed_facts import NotYours, add_gift, add_life_event, add_note, delete_typed
from store.owner.typed_follow_ups import add_follow_up, change_follow_up
from store.owner.typed_interactions import log_interaction
from store.proposals.decisions import accept, confirm_in_dialog, take_back
from store.proposals.proposals import Draft, Kind
from store.proposals.proposing import propose_ourselves
from store.search.old_notes import notes_with
from store.search.search_facts import fact_by_ref, search_facts
from store.sharing.access import set_access
from store.sharing.opened import NothingToOpen, open_item, opened_items
from tests.made_exports import BOOK, NOW, OWNER, card, contact_named, made_memory, take_in
from tools.memory import Memory
from tools.read_context import read_context
from tools.withholding import Withholding

ALEX: Final = "Alex Moreira"
CARD: Final = card("1", ALEX, ("phone", "+351922700103"))
WRITTEN: Final = replace(
    CARD,
    notes=("sings in the choir",),
    dated_notes=(DatedNote("at the harbour", "2019-05-01", "how we met"),),
    dates=(CardDate("birthday", "1990-04-02"),),
    gifts=(Gift("idea", "a teapot"),),
    interests=("kites",),
    follow_ups=(FollowUp("bring the ladder"), FollowUp("lend the tent")),
)


def _alex(writer: Writer) -> int:
    ref = contact_named(writer, ALEX)
    return int(writer.value("SELECT id FROM contact WHERE ref = ?", (ref,)))


def _note(writer: Writer) -> str:
    return add_note(writer, _alex(writer), "keeps otters", NOW)


def _follow_up(writer: Writer) -> str:
    return add_follow_up(writer, _alex(writer), "lend the canoe", NOW, due_on="2026-02-01")


def _life_event(writer: Writer) -> str:
    return add_life_event(
        writer, _alex(writer), "housewarming", "2026-01-10", NOW, label="by the weir"
    )


def _interaction(writer: Writer) -> str:
    day = date(2025, 11, 18)
    who = [_alex(writer)]
    return log_interaction(writer, who, "talked of quinces", "", day, OWNER.time_zone, NOW).ref


def _gift(writer: Writer) -> str:
    return add_gift(writer, _alex(writer), "idea", "a blue kettle", "", NOW)


@dataclass(frozen=True)
class Said:
    """A fact that is found. say: stores it, gives its ref; word: one of its words."""

    say: Callable[[Writer], str]
    word: str
    kind: str
    letter: str
    text: str
    on: str


FOUND: Final = [
    Said(_note, "otters", "note", "n", "keeps otters", ""),
    Said(_follow_up, "canoe", "follow-up", "f", "lend the canoe", "2026-02-01"),
    Said(_life_event, "weir", "life event", "e", "housewarming by the weir", "2026-01-10"),
    Said(_interaction, "quinces", "interaction", "i", "talked of quinces", "2025-11-18"),
]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, CARD])
        yield writer


@pytest.fixture
def said(writer: Writer) -> dict[str, str]:
    """A fact of every kind that is found: word to ref. Row ids alone do not tell them apart."""
    return {each.word: each.say(writer) for each in FOUND}


@asynccontextmanager
async def reading(writer: Writer, *, assistant: bool = False) -> AsyncIterator[Reader]:
    reader = (
        await open_reader_for_assistant(writer.path, Withholding().functions())
        if assistant
        else await open_reader(writer.path)
    )
    try:
        yield reader
    finally:
        await reader.close()


def _indexed(writer: Writer, word: str) -> int:
    return int(writer.value("SELECT count(*) FROM fact_fts WHERE fact_fts MATCH ?", (word,)))


@pytest.mark.parametrize("fact", FOUND, ids=lambda fact: fact.kind)
async def test_it_is_found_by_its_words_and_by_its_ref(
    writer: Writer, said: dict[str, str], fact: Said
) -> None:
    ref = said[fact.word]
    assert ref.startswith(f"{fact.letter}_")
    async with reading(writer) as reader:
        [found] = await search_facts(reader, [fact.word], None)
        assert found == await fact_by_ref(reader, f" {ref} ")
        encoder = LazyEncoder("toy", writer.path.parent)
        memory = Memory(reader, lambda: datetime.fromtimestamp(NOW, UTC), OWNER.time_zone, encoder)
        assert (await read_context(memory, ref)).messages[0].quote == fact.text
    shown = (found.ref, found.kind, found.text, found.on, found.contact_name)
    assert shown == (ref, fact.kind, fact.text, fact.on, ALEX)
    async with reading(writer, assistant=True) as reader:
        assert await search_facts(reader, [fact.word], None) == [found]


@pytest.mark.parametrize("fact", FOUND, ids=lambda fact: fact.kind)
async def test_of_somebody_hidden_the_owner_alone_finds_it(
    writer: Writer, said: dict[str, str], fact: Said
) -> None:
    set_access(writer, contact_named(writer, ALEX), "none")
    assert _indexed(writer, fact.word) == 0
    async with reading(writer, assistant=True) as reader:
        assert await search_facts(reader, [fact.word], None) == []
        assert await fact_by_ref(reader, said[fact.word]) is None
    async with reading(writer) as reader:
        [found] = await search_facts(reader, [fact.word], None)
        assert (found.ref, found.text) == (said[fact.word], fact.text)
    set_access(writer, contact_named(writer, ALEX), "full")
    assert _indexed(writer, fact.word) == 1


async def test_gifts_and_interests_are_found_by_no_word(writer: Writer) -> None:
    _gift(writer)
    take_in(writer, [BOOK, WRITTEN])
    async with reading(writer) as reader:
        for word in ("kettle", "teapot", "kites"):
            assert await search_facts(reader, [word], None) == []
        [found] = await search_facts(reader, ["choir"], None)
        assert found.kind == "note"


async def test_among_old_things_only_notes_are_found(writer: Writer) -> None:
    ref = _note(writer)
    for say in ("otters", "hidden otters"):
        add_follow_up(writer, _alex(writer), say, NOW)
        add_life_event(writer, _alex(writer), say, "2020-01-10", NOW)
    for tier in ("full", "none"):
        set_access(writer, contact_named(writer, ALEX), tier)
        async with reading(writer) as reader:
            assert [n.ref for n in await notes_with(reader, ["otters"], "2026-01-01", 9)] == [ref]


@pytest.mark.parametrize("say", [_note, _follow_up, _life_event, _gift])
async def test_what_it_stands_on_is_told_by_its_ref(
    writer: Writer, say: Callable[[Writer], str]
) -> None:
    ref = say(writer)
    async with reading(writer) as reader:
        assert await origins_of(reader, [ref]) == {ref: Origin("You", "", NOW, "typed")}


@pytest.mark.parametrize("say", [_note, _follow_up, _interaction, _gift])
async def test_one_that_is_withheld_can_be_opened(
    writer: Writer, say: Callable[[Writer], str]
) -> None:
    ref = say(writer)
    with pytest.raises(NothingToOpen):
        open_item(writer, f"{ref[:2]}0000000", NOW + 60)
    open_item(writer, ref, NOW + 60)
    async with reading(writer) as reader:
        assert await opened_items(reader, NOW) == {ref: NOW + 60}


@pytest.mark.parametrize(
    ("say", "kind", "letter", "told"),
    [
        (_note, NOTE, "n", ("note", "keeps otters")),
        (_follow_up, FOLLOW_UP, "f", ("follow-up", "lend the canoe")),
        (_life_event, LIFE_EVENT, "e", ("life event", "housewarming by the weir 2026-01-10")),
        (_gift, GIFT, "g", ("gift", "a blue kettle")),
    ],
)
def test_one_that_was_typed_is_deleted_and_no_other(
    writer: Writer, say: Callable[[Writer], str], kind: FactKind, letter: str, told: tuple[str, str]
) -> None:
    others = _gift(writer) if kind is NOTE else _note(writer)
    ref = say(writer)
    with pytest.raises(NotYours, match=f"no {told[0]} "):
        delete_typed(writer, others, kind)
    assert ref.startswith(f"{letter}_")
    gone = delete_typed(writer, ref, kind)
    assert (gone.ref, gone.text, gone.name) == (ref, told[1], ALEX)
    assert writer.value("SELECT count(*) FROM provenance WHERE confirmed_how = 'typed'") == 1
    for word in ("canoe", "weir", "kettle"):
        assert _indexed(writer, word) == 0


@pytest.mark.parametrize("in_a_dialog", [False, True])
@pytest.mark.parametrize(
    ("kind", "letter", "word"),
    [("note", "n", "otters"), ("follow_up", "f", "canoe"), ("life_event", "e", "weir")],
)
async def test_what_a_proposal_became_is_taken_back_by_its_ref(
    writer: Writer, kind: Kind, letter: str, word: str, in_a_dialog: bool
) -> None:
    writer.run("INSERT INTO setting(name, value) VALUES ('confirm_in_client', 'on')")
    due = "" if kind == "note" else "2026-01-10"
    draft = Draft(_alex(writer), contact_named(writer, ALEX), kind, f"a {word} for Alex", due)
    proposed = propose_ourselves(writer, draft, NOW)
    assert proposed is not None
    ref = (
        confirm_in_dialog(writer.path, proposed, draft.sha256(), "owner", NOW)
        if in_a_dialog
        else accept(writer, proposed, draft.sha256(), "terminal", NOW)
    )
    assert ref.startswith(f"{letter}_")
    async with reading(writer) as reader:
        assert [fact.ref for fact in await search_facts(reader, [word], None)] == [ref]
    assert take_back(writer, ref, NOW).ref == proposed
    async with reading(writer) as reader:
        assert await fact_by_ref(reader, ref) is None
    assert _indexed(writer, word) == 0


def _on_cards(writer: Writer) -> set[str]:
    """What cards say, in all the places where it may stand."""
    rows = writer.all(
        "SELECT text FROM note UNION SELECT text FROM gift UNION SELECT text FROM interest"
        " UNION SELECT text FROM follow_up UNION SELECT kind FROM life_event"
    )
    return {str(row[0]) for row in rows}


def test_a_card_that_says_no_more_takes_all_along_but_what_the_owner_dealt_with(
    writer: Writer,
) -> None:
    _note(writer)
    take_in(writer, [BOOK, WRITTEN])
    assert _on_cards(writer) == {
        "keeps otters",
        "sings in the choir",
        "at the harbour",
        "birthday",
        "a teapot",
        "kites",
        "bring the ladder",
        "lend the tent",
    }
    ladder = writer.value("SELECT ref FROM follow_up WHERE text = 'bring the ladder'")
    change_follow_up(writer, ladder, "done", NOW)
    take_in(writer, [BOOK, CARD])
    assert _on_cards(writer) == {"keeps otters", "bring the ladder"}
    assert _indexed(writer, "choir OR harbour OR birthday OR tent") == 0


def test_an_import_that_is_taken_back_takes_facts_of_every_kind_along(writer: Writer) -> None:
    _note(writer)
    take_in(writer, [SourceInfo("vcard", "other", "Another book"), WRITTEN])
    number = int(writer.value("SELECT max(id) FROM import_run"))
    undo_import(writer, number, OWNER.time_zone, NOW)
    assert _on_cards(writer) == {"keeps otters"}
    assert _indexed(writer, "choir OR harbour OR birthday OR ladder OR tent") == 0


def test_triggers_number_the_kinds_as_the_table_does(writer: Writer) -> None:
    numbers: dict[str, list[str]] = {}
    for table, sql in writer.all("SELECT tbl_name, sql FROM sqlite_schema WHERE type = 'trigger'"):
        if found := re.findall(r"\b(?:NEW|OLD)\.id (\* \d+ \+ \d+)", sql):
            numbers.setdefault(table, []).extend(found)
    # Once after INSERT, once after UPDATE, twice after DELETE.
    assert numbers == {
        kind.table: [kind.entry_sql("id").removeprefix("id ")] * 4 for kind in FINDABLE
    }
