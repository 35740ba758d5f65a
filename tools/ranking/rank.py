"""Which messages answer a question: candidates by words and by meaning, then what each weighs."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

import anyio.to_thread

from embeddings.token_codes import MOST_TOKENS, bytes_a_token
from store.database import Reader
from store.database_errors import QueryTooSlow
from store.nearby_turns import Nearby, nearby_turns
from store.search import Filter, message_counts, search_words
from store.token_codes import token_codes
from store.vector_search import search_meaning
from store.vectors import ModelRecord, active_model
from store.words import content_terms
from tools.memory import Memory
from tools.query_vector import query_vector
from tools.ranking.asked_days import AskedDays, asked_days
from tools.ranking.late_interaction import late_scores
from tools.ranking.people_named import PeopleNamed, people_named
from tools.ranking.token_weights import token_weights
from tools.ranking.weights import (
    ASKED_DAYS,
    CANDIDATES,
    MOST_WORD_HITS,
    SPEAKER,
    TAKES_PART,
    WORDS,
)

_MEANING_TOO_SLOW = "searching by meaning took too long"
_WORDS_TOO_SLOW = "searching by words took too long: rarer words, a person or dates make it shorter"


@dataclass(frozen=True, slots=True)
class Ranking:
    """scores: row ids of messages, best first, each with its score. model: whose vectors were
    searched, None when only words were. reason: what was not searched, and why; empty when words
    and meaning were."""

    scores: dict[int, float]
    model: ModelRecord | None
    reason: str


async def rank_messages(memory: Memory, query: str, condition: Filter) -> Ranking:
    """The messages that answer a question best, in an order that does not change.

    A search that takes too long is left out, and the other one answers alone.
    """
    reader = memory.reader
    model = await active_model(reader)
    # The model reads the question while the file is searched by words.
    encoding = asyncio.create_task(query_vector(memory, model, query))
    try:
        by_words = await reader.in_one_go(lambda at_once: _by_words(at_once, query, condition))
        vector = await encoding
    finally:
        encoding.cancel()
    words = by_words.found
    reason = vector.reason
    near: dict[int, float] = {}
    late: dict[int, float] = {}
    cut_short: set[int] = set()
    if vector.model is not None:
        try:
            near = await search_meaning(
                reader, memory.codes, vector.model, vector.vector, condition, CANDIDATES
            )
        except QueryTooSlow:
            reason = _MEANING_TOO_SLOW
    nearby, codes = await reader.in_one_go(
        lambda at_once: _with_codes(at_once, vector.model, {*islice(words, CANDIDATES), *near})
    )
    if vector.model is not None and vector.tokens is not None and not reason:
        weights = token_weights(
            query, vector.tokens.spans, by_words.counts, by_words.total, by_words.named.words
        )
        late = await anyio.to_thread.run_sync(late_scores, vector.tokens, weights, codes, nearby)
        whole = MOST_TOKENS * bytes_a_token(vector.model.dimension)
        cut_short = {message_id for message_id in late if len(codes[message_id]) >= whole}
    base = _joined(words, late, nearby, cut_short)
    days = asked_days(query, memory.today())
    scores = {
        message_id: score + _boost(memory, nearby[message_id], by_words.named, days)
        for message_id, score in base.items()
    }
    order = sorted(scores, key=lambda message_id: (-scores[message_id], message_id))
    return Ranking(
        {message_id: scores[message_id] for message_id in order},
        None if reason else vector.model,
        "; ".join(part for part in (by_words.reason, reason) if part),
    )


@dataclass(frozen=True, slots=True)
class _ByWords:
    """named: whom the question names. counts, total: of its words (`message_counts`). found: row
    id to BM25 score. reason: why words were not searched, or empty."""

    named: PeopleNamed
    counts: dict[str, int]
    total: int
    found: dict[int, float]
    reason: str = ""


async def _by_words(reader: Reader, query: str, condition: Filter) -> _ByWords:
    named = await people_named(reader, query)
    counts, total = await message_counts(reader, content_terms(query))
    try:
        found = await search_words(reader, counts, total, condition, MOST_WORD_HITS)
    except QueryTooSlow:
        return _ByWords(named, counts, total, {}, _WORDS_TOO_SLOW)
    return _ByWords(named, counts, total, found)


async def _with_codes(
    reader: Reader, model: ModelRecord | None, candidates: Collection[int]
) -> tuple[dict[int, Nearby], dict[int, bytes]]:
    """What stands beside each candidate, and the codes of all of these messages."""
    nearby = await nearby_turns(reader, candidates)
    if model is None:
        return nearby, {}
    return nearby, await token_codes(reader, model.id, _with_turns_beside(nearby))


def _with_turns_beside(nearby: dict[int, Nearby]) -> set[int]:
    return {
        turn
        for message_id, beside in nearby.items()
        for turn in (message_id, *beside.own, *beside.before, *beside.after)
    }


def _joined(
    words: dict[int, float],
    late: dict[int, float],
    nearby: dict[int, Nearby],
    cut_short: Collection[int],
) -> dict[int, float]:
    """The score of words and of late interaction together.

    A message that the model has not read yet, or only the beginning of (a long mail), stands by
    its words where the others stand.
    """
    top = max(words.values(), default=0.0) or 1.0
    lowest, highest = min(late.values(), default=0.0), max(late.values(), default=0.0)
    scores = {}
    for message_id in nearby:
        share = words.get(message_id, 0.0) / top
        unread = lowest + share * (highest - lowest) if late else share
        read = late.get(message_id, unread)
        scores[message_id] = WORDS * share + (
            max(read, unread) if message_id in cut_short else read
        )
    return scores


def _boost(memory: Memory, message: Nearby, named: PeopleNamed, days: AskedDays) -> float:
    boost = 0.0
    if message.sender_id in named.accounts:
        boost += SPEAKER
    if message.conversation_id in named.conversations:
        boost += TAKES_PART
    if days and message.sent_at is not None and days.hold(memory.day(message.sent_at)):
        boost += ASKED_DAYS
    return boost
