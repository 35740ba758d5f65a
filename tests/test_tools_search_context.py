"""Searching the demo's conversations, by words and by meaning."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from embeddings.lazy import LazyEncoder
from server.cli.session import lazy_encoder
from store.memory import open_reader
from store.people.owner_settings import read_owner_settings
from tests.running import fixed_settings
from tools.cursors import UnusableCursor
from tools.days.bounds import UnusableDate
from tools.memory import Memory
from tools.read_context import read_context
from tools.search_context import search_context


@pytest_asyncio.fixture
async def memory(demo_home: Path, tmp_path: Path) -> AsyncIterator[Memory]:
    settings = fixed_settings(demo_home, tmp_path)
    reader = await open_reader(settings.memory_path)
    owner = await read_owner_settings(reader)
    assert owner is not None
    yield Memory(reader, settings.clock, owner.time_zone, lazy_encoder(settings))
    await reader.close()


async def test_the_answer_is_found_by_the_question_before_it(memory: Memory) -> None:
    words_only = replace(memory, encoder=LazyEncoder("/nowhere", Path("/nowhere")))
    answer = await search_context(words_only, "How many weeks was Jonas in plaster?")
    assert any(hit.text == "They said 6" for hit in answer.hits[:3])


async def test_a_hit_opens_with_the_turns_around_it(memory: Memory) -> None:
    answer = await search_context(memory, "bilingual school", limit=1)
    [hit] = answer.hits
    assert hit.sender == "Maya Okafor"
    opened = await read_context(memory, hit.ref, around=1)
    assert [turn.ref for turn in opened.messages][1] == hit.ref
    assert opened.messages[1].quote == hit.text


async def test_a_person_filter_keeps_to_their_conversations(memory: Memory) -> None:
    answer = await search_context(memory, "flat", person="Alex Lindqvist", limit=20)
    assert answer.hits
    for hit in answer.hits:
        assert "Alex Lindqvist" in hit.conversation + hit.sender or hit.source == "Mailbox"


async def test_dates_are_days_of_the_owner_and_both_ends_count(memory: Memory) -> None:
    answer = await search_context(memory, "Alex", since="2026-10-11", until="2026-10-11", limit=20)
    assert answer.hits
    assert {hit.when[:10] for hit in answer.hits} == {"2026-10-11"}
    month = await search_context(memory, "Alex", since="2026-10", until="2026-10", limit=20)
    assert {hit.when[:7] for hit in month.hits} == {"2026-10"}


async def test_a_wrong_date_is_refused_with_the_right_form(memory: Memory) -> None:
    with pytest.raises(UnusableDate, match="2026-11-20"):
        await search_context(memory, "x", since="last spring")


async def test_pages_follow_each_other_without_loss_or_repeat(memory: Memory) -> None:
    whole = await search_context(memory, "Lisbon school flat", limit=12)
    paged: list[str] = []
    cursor = None
    while len(paged) < 12:
        page = await search_context(memory, "Lisbon school flat", limit=4, cursor=cursor)
        paged += [hit.ref for hit in page.hits]
        cursor = page.next_cursor
    assert paged == [hit.ref for hit in whole.hits]


async def test_a_cursor_belongs_to_its_question(memory: Memory) -> None:
    page = await search_context(memory, "Lisbon", limit=1)
    with pytest.raises(UnusableCursor):
        await search_context(memory, "Porto", limit=1, cursor=page.next_cursor)


async def test_nothing_found_says_what_was_searched(memory: Memory) -> None:
    words_only = replace(memory, encoder=LazyEncoder("/nowhere", Path("/nowhere")))
    answer = await search_context(words_only, "zyzzyva", person="Maya Okafor")
    assert answer.hits == []
    assert answer.searched is not None
    assert "Maya Okafor" in answer.searched
    assert "zyzzyva" in answer.searched


async def test_without_a_model_words_are_searched_and_the_reason_told(memory: Memory) -> None:
    words_only = replace(memory, encoder=LazyEncoder("/nowhere", Path("/nowhere")))
    answer = await search_context(words_only, "bilingual school")
    assert answer.mode == "lexical"
    assert answer.reason
    assert answer.hits[0].sender == "Maya Okafor"


@pytest.mark.parametrize(
    "query",
    ["O'Brien", "c++", '"unbalanced', "-w1", "w*", "NEAR(a b)", "text : x", "🎻", "?", "a " * 500],
)
async def test_no_query_is_a_syntax_error(memory: Memory, query: str) -> None:
    await search_context(memory, query)
