"""Searching by words in a memory that is too large for scoring everything."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from store.engine.connections import Reader
from store.importers.records import Account
from store.memory import open_reader
from store.search.search_words import Filter, message_counts, search_words
from tests.made_exports import CHATS, chat_of, made_memory, said, take_in

FRIENDS = [Account("telegram", f"user{n}", f"Friend {n}", saved_by_owner=True) for n in (2, 3)]
COUNT = 60


@pytest_asyncio.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    """Two chats: every message says “dinner”, every tenth “violin”, one “lantern”."""
    with made_memory(tmp_path) as writer:
        take_in(
            writer,
            [
                CHATS,
                *(chat_of(f"chat{n}", one) for n, one in enumerate(FRIENDS)),
                *(
                    said(
                        str(n),
                        f"dinner {'violin' if n % 10 == 0 else ''} {'lantern' if n == 31 else ''}",
                        f"2025-03-{1 + n // 24:02}T{n % 24:02}:00",
                        FRIENDS[n % 2],
                        f"chat{n % 2}",
                    )
                    for n in range(COUNT)
                ),
            ],
        )
    opened = await open_reader(tmp_path / "memory.db")
    yield opened
    await opened.close()


async def _found(reader: Reader, *terms: str, condition: Filter | None = None) -> set[int]:
    counts, total = await message_counts(reader, list(terms))
    found = await search_words(reader, counts, total, condition or Filter(), COUNT)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    keys = await reader.all("SELECT id, key FROM message")
    numbers = {row["id"]: int(row["key"].partition("/")[2]) for row in keys}
    return {numbers[message_id] for message_id in found}


def _allow(monkeypatch: pytest.MonkeyPatch, found: int) -> None:
    """So many messages may be found, and a word in ten of them is common."""
    monkeypatch.setattr("store.search.search_words._FOUND", found)
    monkeypatch.setattr("store.search.search_words._LEAST_COMMON", 10)


async def test_a_small_memory_is_scored_in_full(reader: Reader) -> None:
    assert await _found(reader, "dinner", "violin") == set(range(COUNT))
    around = {27, 29, 31, 33, 35}  # its chat has every second message
    assert await _found(reader, "lantern") == around


async def test_in_a_large_memory_the_rare_words_are_looked_for(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    _allow(monkeypatch, 12)
    # One lantern with the turns around it fits, six violins fit by themselves, dinners do not.
    found = await _found(reader, "dinner", "violin", "lantern")
    assert found == {27, 29, 31, 33, 35} | set(range(0, COUNT, 10))


async def test_where_every_word_is_common_the_messages_that_came_in_last_are_scored(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    _allow(monkeypatch, 8)
    assert await _found(reader, "dinner") == set(range(COUNT - 8, COUNT))


@pytest.mark.parametrize("most_tags", [100, 0])
async def test_a_person_is_found_by_the_index_or_else_by_the_tables(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, most_tags: int
) -> None:
    monkeypatch.setattr("store.search.search_words._MOST_TAGS", most_tags)
    person = await reader.value("SELECT id FROM contact WHERE display_name = 'Friend 3'")
    found = await _found(reader, "dinner", condition=Filter(person=person))
    assert found == set(range(1, COUNT, 2))
