"""Searching by meaning: as an exact search would, narrowed exactly, and up to date."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from embeddings.quantise import to_int8
from store.engine.connections import Reader, Writer
from store.importers.records import Account, Record
from store.index.vector_blocks import pack_blocks
from store.index.vectors import (
    BLOCK_IDS,
    ModelRecord,
    active_model,
    ensure_model,
    pending_messages,
    store_vectors,
)
from store.memory import open_reader
from store.search import vector_codes
from store.search.search_words import Filter
from store.search.vector_codes import VectorCodes
from tests.made_exports import CHATS, NORA, chat_of, made_memory, said, take_in
from tests.meaning import search_meaning

DIMENSION = 100  # no multiple of 64: the last word of a code is not full
FRIENDS = [Account("telegram", f"user{n}", f"Friend {n}", saved_by_owner=True) for n in range(2, 6)]
CROWD = [Account("telegram", f"user{n}", f"Stranger {n}") for n in range(100, 130)]
DAY = 86_400
ANYTHING = Filter()
FIRST = 1_735_689_600  # 2025-01-01


def _records(count: int) -> list[Record]:
    chance = random.Random(3)  # noqa: S311 made-up talk is no secret
    chats: dict[str, list[Account]] = {f"chat{n}": [one] for n, one in enumerate(FRIENDS)}
    chats["crowd"] = [*FRIENDS[:1], *CROWD]
    found: list[Record] = [CHATS, *(chat_of(key, *others) for key, others in chats.items())]
    for number in range(count):
        key = chance.choice(list(chats))
        day = chance.randrange(1, 29)
        by = chance.choice([NORA, *chats[key]])
        found.append(said(str(number), f"word{number}", f"2025-01-{day:02}T10:00", by, key))
    return found


@dataclass(frozen=True, slots=True)
class Filled:
    """A memory with made-up vectors, spread over two blocks."""

    writer: Writer
    reader: Reader
    model: ModelRecord
    vectors: dict[int, NDArray[np.int8]]

    async def exactly(self, query: bytes, condition: Filter) -> dict[int, float]:
        """What an exact search finds."""
        rows = await self.reader.all(
            f"SELECT id FROM message WHERE {condition.sql()}", condition.parameters()
        )
        asked = np.frombuffer(query, np.int8).astype(float)
        found = {}
        for row in rows:
            vector = self.vectors[row["id"]].astype(float)
            found[row["id"]] = float(
                asked @ vector / np.linalg.norm(asked) / np.linalg.norm(vector)
            )
        return found

    async def found(
        self, codes: VectorCodes, query: bytes, condition: Filter = ANYTHING
    ) -> dict[int, float]:
        """What our search finds."""
        return await search_meaning(self.reader, codes, self.model, query, condition)


def _fill(writer: Writer, count: int) -> dict[int, NDArray[np.int8]]:
    take_in(writer, _records(count))
    # Every second message to the next block, as if much had been imported in between.
    move = f"UPDATE message SET id = id + {BLOCK_IDS} WHERE id % 2 = 0"
    writer.run(move)
    model = ensure_model(
        writer,
        name="made-up",
        revision="1",
        sha256="",
        runtime="toy",
        dimension=DIMENSION,
        max_tokens=9,
        text_form="1",
    )
    chance = np.random.default_rng(1)
    vectors: dict[int, NDArray[np.int8]] = {}
    while pending := pending_messages(writer, model.id, count):
        made = to_int8(chance.standard_normal((len(pending), DIMENSION), dtype=np.float32))
        store_vectors(writer, model.id, list(zip(pending, made, strict=True)), {})
        vectors |= {
            message.id: np.frombuffer(vector, np.int8)
            for message, vector in zip(pending, made, strict=True)
        }
    return vectors


@pytest_asyncio.fixture(params=[2, 1], ids=["held whole", "measured in the file"])
async def filled(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Filled]:
    monkeypatch.setattr(vector_codes, "_MOST_WHOLE", request.param)
    with made_memory(tmp_path) as writer:
        vectors = _fill(writer, 900)
        reader = await open_reader(writer.path)
        model = await active_model(reader)
        assert model is not None
        yield Filled(writer, reader, model, vectors)
        await reader.close()


def _query(seed: int) -> bytes:
    return to_int8(np.random.default_rng(seed).standard_normal((1, DIMENSION), np.float32))[0]


def _nearest(cosines: dict[int, float], count: int = 10) -> list[int]:
    return sorted(cosines, key=lambda id_: (-cosines[id_], id_))[:count]


@pytest.mark.parametrize("packed", [True, False])
async def test_the_nearest_of_many_are_found_with_their_cosines(
    filled: Filled, packed: bool
) -> None:
    if packed:
        pack_blocks(filled.writer, filled.model.id)
    codes = VectorCodes()
    same = 0
    for seed in range(10):
        exact = await filled.exactly(_query(seed), Filter())
        found = await filled.found(codes, _query(seed))
        assert list(found.values()) == sorted(found.values(), reverse=True)
        assert all(abs(found[id_] - exact[id_]) < 1e-5 for id_ in found)
        same += len(set(found) & set(_nearest(exact)))
    assert len(exact) > 2 * 400  # more than are measured
    assert same >= 98


async def test_a_packed_block_is_what_is_packed_on_the_fly(filled: Filled) -> None:
    on_the_fly = await filled.found(VectorCodes(), _query(1))
    pack_blocks(filled.writer, filled.model.id)
    assert filled.writer.value("SELECT count(*) FROM vector_block WHERE packed IS NOT NULL") == 2
    assert await filled.found(VectorCodes(), _query(1)) == on_the_fly


async def test_every_condition_narrows_exactly(filled: Filled) -> None:
    codes = VectorCodes()
    people = {
        row["display_name"]: row["id"]
        for row in await filled.reader.all("SELECT id, display_name FROM contact")
    }
    conditions = [
        Filter(person=people["Friend 2"]),  # in a crowd, where only their own words count
        Filter(person=people["Friend 3"]),
        Filter(person=people["Friend 3"], since=FIRST + 9 * DAY, until=FIRST + 19 * DAY),
        Filter(since=FIRST + 20 * DAY),
        Filter(until=FIRST + 3 * DAY),
        Filter(source="telegram"),
        Filter(source="mail"),
        Filter(person=people["Friend 4"], source="mail"),
    ]
    for condition in conditions:
        exact = await filled.exactly(_query(5), condition)
        found = await filled.found(codes, _query(5), condition)
        assert list(found) == _nearest(exact), condition


async def test_what_another_process_changes_is_met_at_the_next_search(filled: Filled) -> None:
    codes = VectorCodes()
    query = filled.vectors[1].tobytes()
    assert next(iter(await filled.found(codes, query))) == 1
    filled.writer.run("UPDATE message SET hidden = 1 WHERE id = 1")
    assert 1 not in await filled.found(codes, query)
    filled.writer.run("UPDATE message SET hidden = 0 WHERE id = 1")
    [message] = pending_messages(filled.writer, filled.model.id, 5)
    store_vectors(filled.writer, filled.model.id, [(message, query)], {})
    assert next(iter(await filled.found(codes, query))) == 1
    pack_blocks(filled.writer, filled.model.id)
    assert next(iter(await filled.found(codes, query))) == 1
    filled.writer.run("DELETE FROM message")
    assert await filled.found(codes, query) == {}
    pack_blocks(filled.writer, filled.model.id)
    assert await filled.found(VectorCodes(), query) == {}


async def test_a_memory_that_outgrows_what_is_held_answers_alike(
    filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = VectorCodes()
    before = await filled.found(codes, _query(1))
    monkeypatch.setattr(vector_codes, "_MOST_WHOLE", 1)
    other = next(message_id for message_id in filled.vectors if message_id not in before)
    filled.writer.run("UPDATE message SET hidden = 1 WHERE id = ?", (other,))
    assert await filled.found(codes, _query(1)) == pytest.approx(before)


async def test_a_message_without_a_time_is_outside_every_range_of_dates(filled: Filled) -> None:
    filled.writer.run("UPDATE message SET sent_at = NULL WHERE id = 1")
    query = filled.vectors[1].tobytes()
    codes = VectorCodes()
    assert 1 in await filled.found(codes, query)
    assert 1 not in await filled.found(codes, query, Filter(until=FIRST + 90 * DAY))
    assert 1 not in await filled.found(codes, query, Filter(since=FIRST - DAY))
