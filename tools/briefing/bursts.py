"""Bursts: what one writer sends in a row is one utterance, whatever the number of messages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from store.conversations import StoredMessage
from store.search import STOP_WORDS
from tools.briefing.cues import SUBJECTS, cues_in

BURST_SECONDS: Final = 600
LONGEST_BURST: Final = 320


@dataclass
class Burst:
    """Messages of one writer in one conversation, close in time."""

    messages: list[StoredMessage]

    @property
    def first(self) -> StoredMessage:
        """The message that the burst begins with, whose reference opens it."""
        return self.messages[0]

    @property
    def text(self) -> str:
        """The words of the burst, messages set apart by a stroke."""
        return " / ".join(" ".join(m.shown_text.split()) for m in self.messages if m.shown_text)

    @cached_property
    def cues(self) -> frozenset[str]:
        """The subjects and acts that the burst shows."""
        return cues_in(self.text)

    @cached_property
    def content_words(self) -> frozenset[str]:
        """The words that say something, small words left out."""
        words = re.findall(r"[^\W_]{2,}", self.text.casefold())
        return frozenset(words) - STOP_WORDS

    @property
    def sent_at(self) -> int:
        """UTC seconds of the last message; 0 when unknown."""
        return self.messages[-1].sent_at or 0

    @property
    def subjects(self) -> list[str]:
        """The subjects among the cues, in the order of `SUBJECTS`."""
        return [subject for subject in SUBJECTS if subject in self.cues]


def in_bursts(messages: Iterable[StoredMessage]) -> list[Burst]:
    """Join messages, given in order of time, into bursts."""
    bursts: list[Burst] = []
    latest: dict[int, Burst] = {}
    for message in messages:
        if not message.shown_text:
            continue
        burst = latest.get(message.conversation_id)
        if burst is not None and _goes_on(burst, message):
            burst.messages.append(message)
        else:
            burst = Burst([message])
            latest[message.conversation_id] = burst
            bursts.append(burst)
    return bursts


def _goes_on(burst: Burst, message: StoredMessage) -> bool:
    last = burst.messages[-1]
    return (
        last.sender == message.sender
        and last.sender_contact == message.sender_contact
        and message.conversation_kind != "mail"
        and 0 <= (message.sent_at or 0) - (last.sent_at or 0) <= BURST_SECONDS
        and len(burst.text) + len(message.text) <= LONGEST_BURST
    )
