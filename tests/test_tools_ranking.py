"""What makes one message a better answer than another."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from embeddings.indexer import index_pending
from embeddings.lazy import LazyEncoder
from embeddings.toy import ToyEncoder
from store.engine.connections import Writer
from store.engine.file_errors import QueryTooSlow
from store.engine.view_functions import FUNCTIONS
from store.importers.records import Account, Record
from store.memory import open_reader, open_reader_for_assistant
from store.search.nearby_turns import MOST_TURNS, nearby_turns
from store.search.search_words import Filter
from store.sharing.visibility import refresh_visibility
from tests.made_exports import CHATS, NORA, chat_of, made_memory, said, take_in
from tools.memory import Memory
from tools.ranking import candidates
from tools.ranking.duplicates import folded
from tools.ranking.people_named import is_meant, one_slip_apart
from tools.read_context import read_context
from tools.search_context import search_context
from tools.views import SearchAnswer

MAYA = Account("telegram", "user2", "Maya Okafor")
JON = Account("telegram", "user3", "Jonathan Weber")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
BASE: list[Record] = [CHATS, chat_of("a", MAYA), chat_of("b", JON)]


class Asked:
    """A memory of made-up talk, asked as the owner or as an assistant."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    @asynccontextmanager
    async def memory(self, *, assistant: bool = False) -> AsyncIterator[Memory]:
        """The memory with the toy model, with all that is stored by now."""
        index_pending(self.writer, ToyEncoder(), lambda _done, _all: None)
        path = self.writer.path
        reader = await (
            open_reader_for_assistant(path, dict.fromkeys(FUNCTIONS, lambda first, *_: first))
            if assistant
            else open_reader(path)
        )
        try:
            yield Memory(reader, lambda: NOW, ZoneInfo("UTC"), LazyEncoder("toy", path))
        finally:
            await reader.close()

    async def search(self, query: str, *, assistant: bool = False) -> SearchAnswer:
        """One search over everything."""
        async with self.memory(assistant=assistant) as memory:
            return await search_context(memory, query)


def talk(
    *lines: tuple[Account, str], chat: str = "a", start: str = "2025-03-01T10:00"
) -> list[Record]:
    """Messages a minute apart."""
    at = datetime.fromisoformat(start)
    return [
        said(str(n), text, at=(at + timedelta(minutes=n)).isoformat(), by=by, chat=chat)
        for n, (by, text) in enumerate(lines)
    ]


@pytest_asyncio.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    with made_memory(tmp_path) as writer:
        take_in(writer, BASE)
        yield Asked(writer)


def texts(answer: SearchAnswer) -> list[str]:
    return [hit.text for hit in answer.hits]


async def test_an_answer_of_two_words_is_found_by_the_question_before_its_burst(
    asked: Asked,
) -> None:
    lines = [
        (NORA, "which breed is your greyhound puppy"),
        (MAYA, "haha"),
        (MAYA, "so"),
        (MAYA, "she is a whippet"),
    ]
    filler = [(by, f"filler {n} {n * 7}") for n in range(30) for by in (MAYA, NORA)]
    take_in(asked.writer, [*BASE, *talk(*filler, *lines, *filler)])
    found = texts(await asked.search("which breed is the puppy?"))
    assert "she is a whippet" in found[:4]


async def test_bursts_are_told_by_the_writer_and_by_a_gap(asked: Asked) -> None:
    take_in(
        asked.writer,
        [
            *BASE,
            *talk(
                (MAYA, "far"),
                (NORA, "two before"),
                (MAYA, "one before"),
                (NORA, "own"),
                (NORA, "asked"),
            ),
            said("9", "after", at="2025-03-01T10:05", by=MAYA),
            said("10", "own again, later", at="2025-03-01T12:05", by=MAYA),
        ],
    )
    rows = asked.writer.all("SELECT id, text FROM message")
    text_of = {row["id"]: row["text"] for row in rows}
    reader = await open_reader(asked.writer.path)
    by_text = {
        text_of[id_]: near for id_, near in (await nearby_turns(reader, text_of, Filter())).items()
    }
    await reader.close()
    near = by_text["asked"]
    assert [text_of[id_] for id_ in near.own] == ["own"]
    assert [text_of[id_] for id_ in near.before] == ["one before", "two before"]
    assert [text_of[id_] for id_ in near.later] == ["after", "own again, later"]
    assert len(near.own) + len(near.before) <= MOST_TURNS


async def test_the_one_named_counts_more_even_misspelt(asked: Asked) -> None:
    take_in(
        asked.writer,
        [
            *BASE,
            *talk((MAYA, "the train to Braga was late"), chat="a"),
            *talk((JON, "the train to Braga was late"), chat="b"),
        ],
    )
    for name, sender in (
        ("Maya", "Maya Okafor"),
        ("Jonatan", "Jonathan Weber"),
        ("Jon", "Jonathan Weber"),
    ):
        first = (await asked.search(f"what did {name} say of the train?")).hits[0]
        assert first.sender == sender, name


async def test_the_day_that_is_asked_about_counts_and_excludes_nothing(asked: Asked) -> None:
    take_in(
        asked.writer,
        [
            *BASE,
            said("1", "lunch at the harbour", at="2025-03-01T10:00", by=MAYA),
            said("2", "lunch at the harbour", at="2025-09-01T10:00", by=MAYA),
        ],
    )
    for month, first in (("March", "2025-03-01"), ("September", "2025-09-01")):
        hits = (await asked.search(f"lunch at the harbour in {month} 2025")).hits
        assert hits[0].when[:10] == first
        assert len(hits) == 2


async def test_what_was_not_read_by_the_model_yet_is_found_by_its_words(asked: Asked) -> None:
    lines = ["the zebra boat is sold", *(f"talk about boat number {n}" for n in range(8))]
    take_in(asked.writer, [*BASE, *talk(*[(MAYA, line) for line in lines])])
    index_pending(asked.writer, ToyEncoder(), lambda _done, _all: None)
    asked.writer.run("DELETE FROM message_vec WHERE message_id IN (SELECT id FROM message LIMIT 1)")
    assert asked.writer.value("SELECT count(*) FROM message_tokens") == 8
    assert texts(await asked.search("who sold the zebra boat?"))[0] == lines[0]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("東京", "来週東京で会いましょう"),
        ("joao", "o João já chegou"),
        ("🎻", "she plays the 🎻 now"),
        ("встреча", "Встреча в пять"),
        ("пять", "Встреча в пять"),
    ],
)
async def test_every_script_is_found_by_words(asked: Asked, query: str, text: str) -> None:
    lines = ["来週東京で会いましょう", "o João já chegou", "she plays the 🎻 now", "Встреча в пять"]
    take_in(asked.writer, [*BASE, *talk(*[(MAYA, line) for line in lines])])
    assert texts(await asked.search(query))[0] == text


async def test_the_same_text_in_two_chats_is_one_hit(asked: Asked) -> None:
    news = "The association meets on Thursday at eight in the old library, bring your keys"
    take_in(
        asked.writer,
        [
            *BASE,
            *talk((MAYA, news), chat="a"),
            *talk((JON, f"Forwarded from Maya Okafor:\n{news}"), chat="b"),
        ],
    )
    hits = (await asked.search("when does the association meet?")).hits
    assert len(hits) == 1
    assert len(hits[0].also) == 1
    assert hits[0].also[0].startswith("m_")


def test_short_texts_are_never_folded() -> None:
    assert folded([(1, "Happy birthday!"), (2, "Happy birthday!")]) == [[1], [2]]


async def test_what_is_noted_is_found_and_not_by_an_assistant_when_hidden(asked: Asked) -> None:
    writer = asked.writer
    take_in(writer, [*BASE, *talk((MAYA, "hello there"))])
    writer.run(
        "INSERT INTO provenance(id, source_id, recorded_at, confirmed_how)"
        " SELECT 99, min(id), 1750000000, 'typed' FROM source"
    )
    maya = "SELECT id FROM identity WHERE key = 'user2'"
    note = f"INSERT INTO note(ref, identity_id, text, provenance_id) SELECT 'n_1', ({maya}), ?, 99"
    writer.run(note, ("allergic to shellfish",))
    for as_assistant in (False, True):
        hit = (await asked.search("shellfish allergic?", assistant=as_assistant)).hits[0]
        assert (hit.ref, hit.conversation) == ("n_1", "about Maya Okafor")
        assert re.fullmatch(r"note; \S.*, typed, 2025-06-15", hit.source)
        async with asked.memory(assistant=as_assistant) as memory:
            [opened] = (await read_context(memory, "n_1")).messages
        assert opened.quote == "allergic to shellfish"
    with writer.transaction():
        writer.run("UPDATE contact SET access = 'none' WHERE display_name = 'Maya Okafor'")
        refresh_visibility(writer)
    assert "n_1" not in {h.ref for h in (await asked.search("shellfish", assistant=True)).hits}
    assert "n_1" in {h.ref for h in (await asked.search("shellfish")).hits}
    writer.run("UPDATE note SET text = 'fond of mussels'")
    assert "n_1" not in {h.ref for h in (await asked.search("shellfish")).hits}
    assert "n_1" in {h.ref for h in (await asked.search("mussels")).hits}


@pytest.mark.parametrize(
    ("asked_for", "name", "meant"),
    [
        ("maya", "maya", True),
        ("tobi", "tobias", True),
        ("renkse", "renske", True),
        ("kate", "katherine", True),
        ("mara", "maya", False),
        ("jan", "jon", False),
    ],
)
def test_short_forms_and_slips_mean_a_name(asked_for: str, name: str, meant: bool) -> None:
    assert is_meant(asked_for, name, is_name=True) is meant


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_slip_is_one_edit(first: str, second: str) -> None:
    def edits(word: str) -> set[str]:
        cuts: Sequence[int] = range(len(word) + 1)
        return (
            {word}
            | {word[:i] + word[i + 1 :] for i in cuts}
            | {word[:i] + letter + word[i:] for i in cuts for letter in "abc"}
            | {word[:i] + letter + word[i + 1 :] for i in cuts[:-1] for letter in "abc"}
            | {word[:i] + word[i + 1 : i + 2] + word[i : i + 1] + word[i + 2 :] for i in cuts}
        )

    expected = second in edits(first) and abs(len(first) - len(second)) <= 1
    assert one_slip_apart(first, second) is expected


@pytest.mark.parametrize(
    ("slow", "mode"),
    [("search_words", "hybrid"), ("prepare_scan", "lexical"), ("measure_near", "lexical")],
)
async def test_a_search_that_takes_too_long_is_left_out_and_the_other_answers(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, slow: str, mode: str
) -> None:
    async def too_slow(*_: object) -> dict[int, float]:
        raise QueryTooSlow

    take_in(asked.writer, [*BASE, *talk((MAYA, "the violin is at the luthier"))])
    monkeypatch.setattr(candidates, slow, too_slow)
    answer = await asked.search("where is the violin?")
    assert texts(answer) == ["the violin is at the luthier"]
    assert answer.mode == mode
    assert "took too long" in (answer.reason or "")
