"""Turns of a conversation as they are shown: who, when, in which conversation, cut to a length."""

from store.talk.conversations import StoredMessage

LONGEST_TURN = 240


def turn_line(turn: StoredMessage) -> str:
    """A neighbouring turn in one line."""
    sender = "you" if turn.from_owner else turn.sender
    return f"{sender}: {cut(turn.shown_text, LONGEST_TURN)}"


def conversation_name(message: StoredMessage) -> str:
    """What people call the conversation."""
    if message.conversation_kind == "direct":
        return f"chat with {message.conversation}" if message.conversation else "chat"
    return message.conversation or message.subject or message.conversation_kind


def cut(text: str, longest: int) -> str:
    """The text, cut at a word with a mark when it is longer."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0] + " […]"
