"""Scoring by words as a large memory does it, against FTS5's own scores."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from store.engine.connections import Reader
from store.importers.records import Account
from store.memory import open_reader
from store.search.search_words import Filter, message_counts, search_words
from tests.made_exports import CHATS, chat_of, made_memory, said, take_in

BO = Account("telegram", "user2", "Bo Lantern", saved_by_owner=True)
# More than 127 words take two bytes in the index's table of lengths.
LONG = "violin " + "filler " * 200
TEXTS = {
    1: "violin lantern",
    6: "the violin again",
    12: LONG,
    18: "lantern",
    24: "violin violin violin",
}
COUNT = 60


@pytest_asyncio.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    with made_memory(tmp_path) as writer:
        lines = [
            said(
                str(n),
                TEXTS.get(n, f"plain {n}"),
                f"2025-03-{1 + n // 24:02}T{n % 24:02}:00",
                BO,
                "chat",
            )
            for n in range(COUNT)
        ]
        take_in(writer, [CHATS, chat_of("chat", BO), *lines])
    opened = await open_reader(tmp_path / "memory.db")
    yield opened
    await opened.close()


async def _found(reader: Reader, condition: Filter, *terms: str) -> dict[int, float]:
    counts, total = await message_counts(reader, list(terms))
    found = await search_words(reader, counts, total, condition, COUNT)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    keys = {row["id"]: row["key"] for row in await reader.all("SELECT id, key FROM message")}
    return {int(keys[id_].partition("/")[2]): score for id_, score in found.items()}


@pytest.mark.parametrize("terms", [("violin",), ("violin", "lantern"), ("filler",), ("plain",)])
@pytest.mark.parametrize("since", [None, 1_740_850_000])
async def test_the_same_messages_are_found(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, terms: tuple[str, ...], since: int | None
) -> None:
    condition = Filter(since=since)
    as_fts5 = await _found(reader, condition, *terms)
    monkeypatch.setattr("store.search.search_words._FEW", -1)
    assert (await _found(reader, condition, *terms)).keys() == as_fts5.keys()


async def test_what_holds_more_and_says_less_beside_it_stands_first(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.search.search_words._FEW", -1)
    scores = await _found(reader, Filter(), "violin", "lantern")
    assert next(iter(scores)) == 1
    assert scores[6] > scores[12]  # of a long message a word tells less
    assert scores[6] > scores[5]  # and in the turn beside, less too


async def test_what_is_read_in_one_go_may_wait_for_nothing_else(reader: Reader) -> None:
    async def reads(at_once: Reader) -> list[int]:
        return [await at_once.value(f"SELECT {n}") for n in (1, 2)]

    async def waits(_at_once: Reader) -> None:
        await asyncio.sleep(0)

    assert await reader.in_one_go(reads) == [1, 2]
    with pytest.raises(AssertionError, match="may not wait"):
        await reader.in_one_go(waits)
    assert await reader.value("SELECT 3") == 3
