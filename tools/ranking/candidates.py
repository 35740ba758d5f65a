"""The messages that may answer a question: the best by words and the best by meaning."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

import anyio.to_thread

from store.database import Reader
from store.database_errors import QueryTooSlow
from store.nearby_turns import Nearby, nearby_turns
from store.search import Filter, message_counts, search_words
from store.token_codes import token_codes
from store.vector_search import Scan, measure_near, prepare_scan
from store.vectors import ModelRecord, active_model
from store.words import content_terms
from tools.memory import Memory
from tools.query_vector import QueryVector, query_vector
from tools.ranking.people_named import PeopleNamed, people_named
from tools.ranking.weights import CANDIDATES, MOST_WORD_HITS

_MEANING_TOO_SLOW = "searching by meaning took too long"
_WORDS_TOO_SLOW = "searching by words took too long: rarer words, a person or dates make it shorter"


@dataclass(frozen=True, slots=True)
class ByWords:
    """named: whom the question names. counts, total: of its words (`message_counts`). found: row
    id to BM25 score. reason: why words were not searched, or empty."""

    named: PeopleNamed
    counts: dict[str, int]
    total: int
    found: dict[int, float]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Candidates:
    """by_words: the search by words, with more hits than are candidates. vector: of the question.
    nearby: the candidates, with what stands beside each. codes: of the tokens of all of these
    messages. reason: why meaning was not searched, or empty."""

    by_words: ByWords
    vector: QueryVector
    nearby: dict[int, Nearby]
    codes: dict[int, bytes]
    reason: str


async def find_candidates(memory: Memory, query: str, condition: Filter) -> Candidates:
    """What two searches find, side by side; one that takes too long is left out."""
    reader = memory.reader
    model = await active_model(reader)
    # The model reads the question, and vectors are scanned, while the file is searched by words.
    encoding = asyncio.create_task(query_vector(memory, model, query))
    scanning: asyncio.Task[list[int]] | None = None
    try:
        scan = await reader.in_one_go(lambda at_once: _scan(at_once, memory, model, condition))
        if scan is not None:
            scanning = asyncio.create_task(_scanned(encoding, scan))
        by_words = await reader.in_one_go(lambda at_once: _by_words(at_once, query, condition))
        vector = await encoding
        near = await scanning if scanning else None
    finally:
        encoding.cancel()
        if scanning:
            scanning.cancel()
    return await reader.in_one_go(
        lambda at_once: _chosen(at_once, by_words, vector, near, condition)
    )


async def _scan(
    reader: Reader, memory: Memory, model: ModelRecord | None, condition: Filter
) -> Scan | None:
    if model is None:
        return None
    try:
        return await prepare_scan(reader, memory.codes, model, condition)
    except QueryTooSlow:
        return None


async def _scanned(encoding: "asyncio.Task[QueryVector]", scan: Scan) -> list[int]:
    """Ids of messages that are likely near to the question; none where it has no vector."""
    vector = await encoding
    if vector.model is None:
        return []
    return await anyio.to_thread.run_sync(scan.nearest, vector.vector)


async def _by_words(reader: Reader, query: str, condition: Filter) -> ByWords:
    named = await people_named(reader, query)
    counts, total = await message_counts(reader, content_terms(query))
    try:
        found = await search_words(reader, counts, total, condition, MOST_WORD_HITS)
    except QueryTooSlow:
        return ByWords(named, counts, total, {}, _WORDS_TOO_SLOW)
    return ByWords(named, counts, total, found)


async def _chosen(
    reader: Reader,
    by_words: ByWords,
    vector: QueryVector,
    near: Sequence[int] | None,
    condition: Filter,
) -> Candidates:
    """near: what the scan found; None where there was none."""
    by_meaning = await _by_meaning(reader, vector, near, condition)
    nearby = await nearby_turns(reader, _in_turns(by_words.found, by_meaning or ()))
    if vector.model is None or by_meaning is None:
        return Candidates(by_words, vector, nearby, {}, vector.reason or _MEANING_TOO_SLOW)
    codes = await token_codes(reader, vector.model.id, _with_turns_beside(nearby))
    return Candidates(by_words, vector, nearby, codes, vector.reason)


async def _by_meaning(
    reader: Reader, vector: QueryVector, near: Sequence[int] | None, condition: Filter
) -> dict[int, float] | None:
    """None where it takes too long."""
    if vector.model is None:
        return {}
    if near is None:
        return None
    try:
        return await measure_near(reader, vector.model, vector.vector, near, condition, CANDIDATES)
    except QueryTooSlow:
        return None


def _in_turns(words: Iterable[int], meaning: Iterable[int]) -> set[int]:
    """The best by words and by meaning in turns, until there are enough."""
    chosen: dict[int, None] = {}
    for pair in zip_longest(words, meaning):
        chosen |= {message_id: None for message_id in pair if message_id is not None}
        if len(chosen) >= CANDIDATES:
            break
    return set(islice(chosen, CANDIDATES))


def _with_turns_beside(nearby: dict[int, Nearby]) -> Collection[int]:
    return {
        turn
        for message_id, beside in nearby.items()
        for turn in (message_id, *beside.own, *beside.before, *beside.after)
    }
