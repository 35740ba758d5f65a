"""Bursts: what one writer sends in a row is one utterance, whatever the number of messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from store.talk.conversations import StoredMessage
from tools.talk.clauses import telling_part
from tools.talk.cues import SUBJECTS, cues_in
from tools.talk.worth import content_words, weight_of_words

BURST_SECONDS: Final = 600
LONGEST_BURST: Final = 320


@dataclass
class Burst:
    """Messages of one writer in one conversation, close in time."""

    messages: list[StoredMessage]
    excerpt_of: "Burst | None" = None

    @property
    def key(self) -> str:
        """The reference of the burst, of an excerpt that of the whole."""
        return (self.excerpt_of or self).first.ref

    def excerpt(self, most: int, wanted: str = "", has_room: bool = False) -> "Burst":
        """What tells most of the burst, in at most about `most` characters.

        wanted: a cue that it should show. has_room: what tells less may stand beside it. Its first
        message is the one that the excerpt begins in.
        """
        text = telling_part(self.text, most, wanted, has_room)
        begin = text.removeprefix("…")[:20].partition(" / ")[0].removesuffix("…")
        message = next(
            (m for m in self.messages if begin in " ".join(m.shown_text.split())), self.first
        )
        part = Burst([message], self)
        part.__dict__["text"] = text
        return part

    def add(self, message: StoredMessage) -> None:
        """Take in the next message of the same writer."""
        self.messages.append(message)
        self.__dict__.pop("text", None)

    @property
    def first(self) -> StoredMessage:
        """The message that the burst begins with, whose reference opens it."""
        return self.messages[0]

    @cached_property
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
        return content_words(self.text)

    @cached_property
    def told(self) -> float:
        """How much the words tell, whoever wrote them and whenever."""
        return weight_of_words(self.text, self.cues, self.content_words)

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
            burst.add(message)
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
