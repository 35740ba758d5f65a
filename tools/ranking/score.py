"""What each sign of a good hit adds up to (`weights.py`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import log2

from store.search.nearby_turns import Nearby
from tools.days.asked import AskedDays
from tools.memory import Memory
from tools.ranking.people_named import PeopleNamed
from tools.ranking.weights import (
    ASKED_DAYS,
    ASKS,
    BESIDE_A_HIT,
    FULL_LENGTH,
    LENGTH,
    NUMBER,
    SAME_TALK_SECONDS,
    SPEAKER,
    TAKES_PART,
    WORDS,
)


def joined(
    words: Mapping[int, float],
    most: float,
    late: Mapping[int, float],
    nearby: Mapping[int, Nearby],
    cut_short: Collection[int],
) -> dict[int, float]:
    """The score of words and of late interaction together.

    most: about what a message scores by words that holds them all. A message that the model has
    not read yet, or only the beginning of (a long mail), stands by its words where the others
    stand.
    """
    top = max(words.values(), default=0.0) or 1.0
    full = max(top, most)
    lowest, highest = min(late.values(), default=0.0), max(late.values(), default=0.0)
    scores = {}
    for message_id in nearby:
        by_words = words.get(message_id, 0.0)
        unread = lowest + by_words / top * (highest - lowest) if late else by_words / top
        read = late.get(message_id, unread)
        scores[message_id] = WORDS * by_words / full + (
            max(read, unread) if message_id in cut_short else read
        )
    return scores


def boost(
    memory: Memory, message: Nearby, named: PeopleNamed, days: AskedDays, *, for_number: bool
) -> float:
    """What a message adds by who wrote it, when, and what kind of message it is.

    for_number: the question asks for one.
    """
    score = LENGTH * min(1.0, log2(1 + message.characters) / log2(1 + FULL_LENGTH))
    if message.sender_id in named.accounts:
        score += SPEAKER
    if message.conversation_id in named.conversations:
        score += TAKES_PART
    if days and message.sent_at is not None and days.hold(memory.day(message.sent_at)):
        score += ASKED_DAYS
    if message.asks:
        score += ASKS
    if for_number and message.holds_number:
        score += NUMBER
    return score


def with_talk_around(scores: Mapping[int, float], nearby: Mapping[int, Nearby]) -> dict[int, float]:
    """The scores, each with its part of the best other one of the same talk.

    What is said of a subject stands together, and not every message of it names it.
    """
    import numpy as np

    ids = list(scores)
    if not ids:
        return {}
    own = np.array([scores[message_id] for message_id in ids])
    above = np.maximum(own - np.median(own), 0)
    talks = np.array([nearby[message_id].conversation_id for message_id in ids])
    # A message without a time is far from every other.
    apart = 2 * SAME_TALK_SECONDS
    times = np.array(
        [
            -at * apart if nearby[message_id].sent_at is None else nearby[message_id].sent_at
            for at, message_id in enumerate(ids, start=1)
        ]
    )
    together = talks[:, np.newaxis] == talks
    together &= np.abs(times[:, np.newaxis] - times) <= SAME_TALK_SECONDS
    np.fill_diagonal(together, val=False)
    best = np.where(together, above, 0).max(axis=1)
    return dict(zip(ids, (own + BESIDE_A_HIT * best).tolist(), strict=True))
