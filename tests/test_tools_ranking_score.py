"""What kind of message answers, and what stands around it."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.lazy import LazyEncoder
from store.importers.records import Account
from store.memory import open_reader
from store.search.nearby_turns import Nearby, nearby_turns
from store.search.search_words import Filter, score_of_all
from tests.made_exports import CHATS, NORA, chat_of, made_memory, said, take_in
from tools.memory import Memory
from tools.ranking.number_questions import asks_for_number
from tools.ranking.rank import rank_messages
from tools.ranking.score import joined, with_talk_around
from tools.ranking.weights import BESIDE_A_HIT, SAME_TALK_SECONDS, WORDS

MAYA = Account("telegram", "user2", "Maya Okafor")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


async def _order(tmp_path: Path, query: str, *texts: str) -> list[str]:
    """The texts, said days apart, best first; found by words alone."""
    with made_memory(tmp_path) as writer:
        days = [f"2025-03-{day:02}T10:00" for day in range(1, len(texts) + 1)]
        messages = [
            said(str(n), text, at, MAYA)
            for n, (text, at) in enumerate(zip(texts, days, strict=True))
        ]
        take_in(writer, [CHATS, chat_of("a", NORA, MAYA), *messages])
    reader = await open_reader(tmp_path / "memory.db")
    try:
        memory = Memory(reader, lambda: NOW, ZoneInfo("UTC"), LazyEncoder("toy", tmp_path))
        scores = (await rank_messages(memory, query, Filter())).scores
        rows = await reader.all("SELECT id, text FROM message")
        text_of = {row["id"]: row["text"] for row in rows}
        return [text_of[message_id] for message_id in scores]
    finally:
        await reader.close()


async def test_what_asks_the_same_stands_behind_the_answer(tmp_path: Path) -> None:
    asking, answering = "does the piano need a tuner?", "the piano needs a tuner again"
    assert await _order(tmp_path, "who needs a piano tuner", asking, answering) == [
        answering,
        asking,
    ]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("how much was the piano", "the piano was 340 in the end"),
        ("wann kam piano", "the piano was 340 in the end"),
        ("what about the piano", "the piano was lovely in the end"),
    ],
)
async def test_a_number_counts_where_one_is_asked_for(
    tmp_path: Path, query: str, first: str
) -> None:
    lovely, number = "the piano was lovely in the end", "the piano was 340 in the end"
    order = await _order(tmp_path, query, lovely, number)
    assert order[0] == first


async def test_a_few_words_say_less_than_a_sentence(tmp_path: Path) -> None:
    short, long = "piano", "the piano is going to my aunt in Leeds next month"
    assert (await _order(tmp_path, "piano", short, long))[0] == long


@pytest.mark.parametrize(
    ("text", "asks", "holds_number"),
    [
        ("are you there?  ", True, False),
        ("are you there? yes", False, False),
        ("本当？", True, False),
        ("هل أنت هنا؟", True, False),
        ("at 6", False, True),
        ("x" * 5_000 + " 7", False, True),
        ("[]", False, False),
    ],
)
async def test_a_text_is_told_apart_without_being_read(
    tmp_path: Path, text: str, asks: bool, holds_number: bool
) -> None:
    with made_memory(tmp_path) as writer:
        take_in(
            writer, [CHATS, chat_of("a", NORA, MAYA), said("1", text, "2025-03-01T10:00", MAYA)]
        )
    reader = await open_reader(tmp_path / "memory.db")
    [found] = (await nearby_turns(reader, [1], Filter())).values()
    await reader.close()
    assert (found.asks, found.holds_number) == (asks, holds_number)


@pytest.mark.parametrize(
    ("query", "asks"),
    [
        ("How much was it?", True),
        ("When is the wedding?", True),
        ("Wie lange bleibt sie?", True),
        ("Quantos anos faz a avó?", True),
        ("När kommer de?", True),
        ("Whenever she sang", False),
        ("What did Maya cook?", False),
    ],
)
def test_questions_for_a_number_are_told(query: str, asks: bool) -> None:
    assert asks_for_number(query) is asks


def _at(sent_at: int | None, conversation: int = 1) -> Nearby:
    return Nearby(None, conversation, sent_at, 10, asks=False, holds_number=False)


def test_a_hit_lifts_what_is_said_in_the_same_talk_and_nothing_else() -> None:
    scores = {1: 1.0, 2: 0.2, 3: 0.2, 4: 0.2, 5: 0.2, 6: 0.2}
    nearby = {
        1: _at(0),
        2: _at(SAME_TALK_SECONDS),
        3: _at(SAME_TALK_SECONDS + 1),
        4: _at(60, conversation=2),
        5: _at(None),
        6: _at(None),
    }
    lifted = with_talk_around(scores, nearby)
    assert lifted == pytest.approx({**scores, 2: 0.2 + BESIDE_A_HIT * 0.8})


@given(
    st.lists(
        st.tuples(st.floats(-1, 1), st.none() | st.integers(0, 20_000), st.integers(1, 3)),
        max_size=40,
    )
)
def test_the_talk_around_takes_nothing_away(found: list[tuple[float, int | None, int]]) -> None:
    scores = {n: score for n, (score, _, _) in enumerate(found)}
    nearby = {n: _at(sent_at, talk) for n, (_, sent_at, talk) in enumerate(found)}
    lifted = with_talk_around(scores, nearby)
    assert lifted.keys() == scores.keys()
    highest = max(scores.values(), default=0)
    for n, score in lifted.items():
        assert scores[n] <= score <= scores[n] + BESIDE_A_HIT * 2
    if scores:
        assert max(lifted.values()) <= highest + BESIDE_A_HIT * 2


def test_words_tell_little_where_hardly_one_is_found() -> None:
    most = score_of_all({"piano": 3, "lisbon": 2, "school": 4}, 10_000)
    nearby = {1: _at(0)}
    faint = joined({1: most / 10}, most, {1: 0.5}, nearby, ())[1]
    strong = joined({1: most}, most, {1: 0.5}, nearby, ())[1]
    assert strong == pytest.approx(0.5 + WORDS)
    assert faint == pytest.approx(0.5 + WORDS / 10)
    # In a handful of messages every word stands beside most others: then the best hit measures.
    assert score_of_all({"piano": 1}, 3) < 1e-3
