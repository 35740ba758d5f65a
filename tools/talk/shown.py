"""Turns of a conversation as they are shown: who, when, in which conversation, cut to a length."""

import re
from typing import Final, Literal

from store.talk.conversations import StoredMessage
from store.text.quoting import named, own_field, quote

LONGEST_TURN = 240
# How the conversations begin that have no title of their own, and a fact's place.
_LIKE_OURS: Final = re.compile(r"(?i)\W*(?:chat|mail|group|channel|about)\b")


def turn_line(turn: StoredMessage) -> str:
    """A neighbouring turn in one line: `Bo: “hello”`; the owner is `you`, and nobody else is."""
    return f"{speaker_in_line(turn)}: {quote(cut(turn.shown_text, LONGEST_TURN))}"


def speaker(message: StoredMessage) -> str:
    """Who wrote it, for a field of its own; `by_owner` beside it tells who is the owner."""
    return "you" if message.from_owner else own_field(message.sender)


def speaker_in_line(message: StoredMessage) -> str:
    """The same within a line of ours."""
    return "you" if message.from_owner else named(message.sender)


def by_owner(message: StoredMessage) -> Literal[True] | None:
    """True for the owner's own words, and nothing for all others."""
    return True if message.from_owner else None


def conversation_name(message: StoredMessage) -> str:
    """What people call the conversation, for a field of its own."""
    if message.conversation_kind == "direct":
        return f"chat with {named(message.conversation)}" if message.conversation else "chat"
    title = message.conversation or message.subject
    if _LIKE_OURS.match(title):
        return quote(title)
    return own_field(title) if title else message.conversation_kind


def conversation_in_line(message: StoredMessage) -> str:
    """The same within a line of ours."""
    title = message.conversation or message.subject
    return (
        quote(title)
        if title and message.conversation_kind != "direct"
        else (conversation_name(message))
    )


def cut(text: str, longest: int) -> str:
    """The text, cut at a word with a mark when it is longer."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0] + " […]"


def cut_line(line: str, longest: int) -> str:
    """A line of ours cut like that; a quote that would stay open ends where it was cut."""
    shown = cut(line, longest)
    return shown + "”" if shown.count("“") > shown.count("”") else shown
