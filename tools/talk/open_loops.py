"""Open loops: promises without a sign that they were kept, and questions without an answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from store.text.index_words import STOP_WORDS
from store.text.languages import words_of_all
from tools.talk.bursts import Burst

# An older promise that nobody came back to is no open loop any more, but a memory.
OLDEST_DAYS: Final = 400
OLDEST_QUESTION_DAYS: Final = 120
_DAY: Final = 86_400
_SMALL_WORDS: Final = STOP_WORDS.union(words_of_all("cues", "beside_the_point"))


@dataclass(frozen=True, slots=True)
class OpenLoop:
    """A promise or a question that still hangs. by_owner: whose turn it is to act."""

    burst: Burst
    kind: str
    by_owner: bool


def open_loops(bursts: list[Burst], contact_id: int, now: int) -> list[OpenLoop]:
    """Open loops between the owner and a contact, latest first.

    bursts: in order of time. now: UTC seconds.
    """
    found = [*_promises(bursts, contact_id, now), *_questions(bursts, contact_id, now)]
    latest: dict[int, OpenLoop] = {}
    for loop in found:
        latest.setdefault(loop.burst.first.id, loop)
    return sorted(latest.values(), key=lambda loop: -loop.burst.sent_at)


def _promises(bursts: list[Burst], contact_id: int, now: int) -> Iterator[OpenLoop]:
    delivered = [
        (at, burst, _content_words(burst.text))
        for at, burst in enumerate(bursts)
        if "delivered" in burst.cues
    ]
    for at, burst in enumerate(bursts):
        message = burst.first
        mine = message.from_owner
        if "promise" not in burst.cues or not (mine or message.sender_contact == contact_id):
            continue
        if now - burst.sent_at > OLDEST_DAYS * _DAY:
            continue
        words = _content_words(burst.text)
        if not any(
            later > at and (words & told or _sent_soon(after, burst))
            for later, after, told in delivered
        ):
            yield OpenLoop(burst, "promise", by_owner=mine)


def _sent_soon(delivered: Burst, promise: Burst) -> bool:
    """Whether who promised something delivered something within two days."""
    soon = delivered.sent_at - promise.sent_at < 2 * _DAY
    return soon and delivered.first.sender_contact == promise.first.sender_contact


def _questions(bursts: list[Burst], contact_id: int, now: int) -> Iterator[OpenLoop]:
    """Questions of a direct exchange after which the other one wrote nothing more there."""
    answered: set[tuple[int, bool]] = set()
    for burst in reversed(bursts):
        message = burst.first
        mine = message.from_owner
        if not mine and message.sender_contact != contact_id:
            continue
        if message.conversation_kind == "group":
            continue
        waits = (message.conversation_id, not mine) not in answered
        recent = now - burst.sent_at <= OLDEST_QUESTION_DAYS * _DAY
        if "question" in burst.cues and waits and recent:
            yield OpenLoop(burst, "question", by_owner=not mine)
        answered.add((message.conversation_id, mine))


def _content_words(text: str) -> set[str]:
    words = re.findall(r"[^\W\d_]{3,}", text.casefold())
    return {word.removesuffix("s") for word in words} - _SMALL_WORDS
