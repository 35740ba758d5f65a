"""Which messages answer a question: candidates by words and by meaning, then what each weighs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from embeddings.token_codes import MOST_TOKENS, bytes_a_token
from store.index.vectors import ModelRecord
from store.search.nearby_turns import Nearby
from store.search.search_words import Filter, score_of_all
from tools.days.asked import asked_days
from tools.memory import Memory
from tools.ranking.candidates import Candidates, Hits, choose_candidates, find_hits
from tools.ranking.late_interaction import late_scores
from tools.ranking.number_questions import asks_for_number
from tools.ranking.score import boost, joined, with_talk_around
from tools.ranking.token_weights import token_weights
from tools.ranking.weights import ALL_WORDS


@dataclass(frozen=True, slots=True)
class Ranking:
    """scores: row ids of messages, best first, each with its score. nearby: what stands beside
    each. model: whose vectors were searched, None when only words were. reason: what was not
    searched, and why; empty when words and meaning were."""

    scores: dict[int, float]
    nearby: dict[int, Nearby]
    model: ModelRecord | None
    reason: str


async def rank_messages(memory: Memory, query: str, condition: Filter) -> Ranking:
    """The messages that answer a question best, in an order that does not change.

    A search that takes too long is left out, and the other one answers alone.
    """
    hits = await find_hits(memory, query, condition)
    return await memory.reader.in_one_go(
        lambda at_once: rank_hits(replace(memory, reader=at_once), query, hits, condition)
    )


async def rank_hits(memory: Memory, query: str, hits: Hits, condition: Filter) -> Ranking:
    """The second half of `rank_messages`, for a reader that answers at once."""
    candidates = await choose_candidates(memory.reader, hits, condition)
    scores = score_candidates(memory, query, candidates, compared(query, candidates))
    order = sorted(scores, key=lambda message_id: (-scores[message_id], message_id))
    return Ranking(
        {message_id: scores[message_id] for message_id in order},
        candidates.nearby,
        None if candidates.reason else candidates.vector.model,
        "; ".join(part for part in (candidates.by_words.reason, candidates.reason) if part),
    )


def compared(query: str, candidates: Candidates) -> dict[int, float]:
    """What late interaction gives each candidate that the model has read."""
    vector, by_words = candidates.vector, candidates.by_words
    if vector.tokens is None or candidates.reason:
        return {}
    weights = token_weights(
        query, vector.tokens.spans, by_words.counts, by_words.total, by_words.named.words
    )
    return late_scores(vector.tokens, weights, candidates.codes, candidates.nearby)


def score_candidates(
    memory: Memory, query: str, candidates: Candidates, late: Mapping[int, float]
) -> dict[int, float]:
    """What each candidate scores, in no order. late: as `compared` gives it."""
    by_words, model, nearby = candidates.by_words, candidates.vector.model, candidates.nearby
    cut_short: set[int] = set()
    if model is not None:
        whole = MOST_TOKENS * bytes_a_token(model.dimension)
        cut_short = {one for one in late if len(candidates.codes[one]) >= whole}
    most = ALL_WORDS * score_of_all(by_words.counts, by_words.total)
    base = joined(by_words.found, most, late, nearby, cut_short)
    days = asked_days(query, memory.today())
    for_number = asks_for_number(query)
    return with_talk_around(
        {
            message_id: score
            + boost(memory, nearby[message_id], by_words.named, days, for_number=for_number)
            for message_id, score in base.items()
        },
        nearby,
    )
