"""The messages that may answer a question: the best by words and the best by meaning."""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice, zip_longest

from store.engine.connections import Reader
from store.engine.file_errors import QueryTooSlow
from store.index.vectors import ModelRecord, active_model
from store.search.nearby_turns import Nearby, nearby_turns
from store.search.search_meaning import Scan, measure_near, prepare_scan
from store.search.search_words import Filter, message_counts, search_words
from store.search.token_codes import token_codes
from store.text.index_words import content_terms
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
class Hits:
    """What two searches found. vector: of the question, with what is near to it."""

    by_words: ByWords
    vector: QueryVector


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


async def find_hits(memory: Memory, query: str, condition: Filter) -> Hits:
    """What two searches find, by words and by meaning; one that takes too long is left out."""
    loop = asyncio.get_running_loop()
    known: asyncio.Future[ModelRecord | None] = loop.create_future()
    scan: asyncio.Future[Scan | None] = loop.create_future()

    async def encoded() -> QueryVector:
        return await query_vector(memory, await known, query, scan)

    async def searched(reader: Reader) -> ByWords:
        # In the reader's thread: the model reads the question, and vectors are scanned, while
        # words are searched.
        model = await active_model(reader)
        loop.call_soon_threadsafe(known.set_result, model)
        prepared = await _scan(reader, memory, model, condition)
        loop.call_soon_threadsafe(scan.set_result, prepared)
        return await _by_words(reader, query, condition)

    encoding = asyncio.create_task(encoded())
    try:
        by_words = await memory.reader.in_one_go(searched)
        return Hits(by_words, await encoding)
    finally:
        encoding.cancel()


async def _scan(
    reader: Reader, memory: Memory, model: ModelRecord | None, condition: Filter
) -> Scan | None:
    if model is None:
        return None
    try:
        return await prepare_scan(reader, memory.codes, model, condition)
    except QueryTooSlow:
        return None


async def _by_words(reader: Reader, query: str, condition: Filter) -> ByWords:
    named = await people_named(reader, query)
    counts, total = await message_counts(reader, content_terms(query))
    try:
        found = await search_words(reader, counts, total, condition, MOST_WORD_HITS)
    except QueryTooSlow:
        return ByWords(named, counts, total, {}, _WORDS_TOO_SLOW)
    return ByWords(named, counts, total, found)


async def choose_candidates(reader: Reader, hits: Hits, condition: Filter) -> Candidates:
    """The best hits, with what ranking compares of them.

    reader: one that answers at once (`Reader.in_one_go`), because it is asked several times.
    """
    by_words, vector = hits.by_words, hits.vector
    by_meaning = await _by_meaning(reader, vector)
    nearby = await nearby_turns(reader, _in_turns(by_words.found, by_meaning or ()), condition)
    if vector.model is None or by_meaning is None:
        return Candidates(by_words, vector, nearby, {}, vector.reason or _MEANING_TOO_SLOW)
    codes = await token_codes(reader, vector.model.id, _with_turns_beside(nearby))
    return Candidates(by_words, vector, nearby, codes, vector.reason)


async def _by_meaning(reader: Reader, vector: QueryVector) -> dict[int, float] | None:
    """The search by meaning; None where it takes too long."""
    if vector.model is None:
        return {}
    if vector.near is None:
        return None
    try:
        return await measure_near(reader, vector.model, vector.vector, vector.near, CANDIDATES)
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
        for turn in (message_id, *beside.own, *beside.before)
    }
