"""What a message says, as it is stored, and the digest by which a change of it is seen."""

import hashlib
import json

from store.importers.records import Message

# The first column is when it was sent.
Columns = tuple[
    int | None, int | None, str, str, str, str, str, str, str, int | None, int
]  # fmt: skip


def content_columns(message: Message) -> Columns:
    """The columns of a message that hold what it says."""
    return (
        None if message.sent_at is None else int(message.sent_at.timestamp()),
        message.utc_offset_minutes,
        _storable(message.text),
        _storable(message.original),
        _storable(message.subject),
        message.reply_to,
        json.dumps(message.attachments, ensure_ascii=False) if message.attachments else "",
        json.dumps(message.reactions, ensure_ascii=False) if message.reactions else "",
        json.dumps(message.labels, ensure_ascii=False) if message.labels else "",
        None if message.edited_at is None else int(message.edited_at.timestamp()),
        int(message.bulk),
    )


def _storable(text: str) -> str:
    """The text without what UTF-8 cannot hold (lone surrogates from broken exports)."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def content_digest(message: Message, columns: Columns) -> bytes:
    """By which a message that says the same again is known."""
    by = message.sender
    # The scope too, because one label in two chats, or in two readings of one chat, is two
    # accounts.
    sender = (by.kind, by.scope, by.value) if by else ()
    # Said only where it is so, because older memories have digests without it.
    doubt = ("unverified",) if message.unverified else ()
    content = "\x1f".join((*map(str, columns), *sender, *doubt))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
