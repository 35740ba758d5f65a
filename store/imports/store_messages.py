"""Conversations and messages: stored once, found again by their key, searchable at commit."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple

from store.engine.refs import new_ref
from store.engine.rows import RowQueue
from store.importers.records import Conversation, Message
from store.imports.store_accounts import ImportScope, ensure_identity
from store.index.message_words import index_messages, turns_beside, unindex_message
from store.sharing.visibility import hide_arriving

Outcome = Literal["new", "updated", "unchanged", "taken back"]

# A mail to more people than this is a circular: its further recipients are not kept.
MOST_RECIPIENTS: Final = 500


# The first column is when it was sent.
_Columns = tuple[
    int | None, int | None, str, str, str, str, str, str, str, int | None, int
]  # fmt: skip


class _Stored(NamedTuple):
    """What the memory holds of a message, or will hold when the batch is written."""

    id: int
    conversation_id: int
    sent_at: int | None
    digest: bytes
    unverified: bool


@dataclass(slots=True)
class MessageStore:
    """Stores the conversations and messages of one run, and keeps what one batch has touched.

    touched: messages to index anew, by conversation; moments: when something was or is said
    there, in UTC seconds; joined: conversations in which this run names somebody for the first
    time. stored: the batch's messages that are stored already, by key.
    New messages wait in `rows` for `finish_batch`, or until something needs them written.
    """

    scope: ImportScope
    rows: RowQueue
    stored: dict[str, _Stored] = field(default_factory=dict)
    conversations: dict[str, int] = field(default_factory=dict)
    next_seq: dict[int, int] = field(default_factory=dict)
    last_time: dict[str, int] = field(default_factory=dict)
    touched: dict[int, set[int]] = field(default_factory=dict)
    moments: dict[int, set[int]] = field(default_factory=dict)
    joined: set[int] = field(default_factory=set)
    members: set[tuple[int, int]] = field(default_factory=set)

    def store_conversation(self, conversation: Conversation) -> int:
        """Store a conversation, or find it again and take its newer title."""
        scope = self.scope
        row = scope.writer.one(
            "SELECT id, title FROM conversation WHERE source_id = ? AND key = ?",
            (scope.source_id, conversation.key),
        )
        if row is None:
            conversation_id = scope.writer.run(
                "INSERT INTO conversation(ref, source_id, key, kind, title) VALUES (?, ?, ?, ?, ?)",
                (
                    new_ref(scope.writer, "conversation", scope.source_kind, conversation.key),
                    scope.source_id,
                    conversation.key,
                    conversation.kind,
                    conversation.title,
                ),
            )
            self.next_seq[conversation_id] = 0
        else:
            conversation_id = int(row["id"])
            if conversation.title and conversation.title != row["title"]:
                scope.writer.run(
                    "UPDATE conversation SET title = ? WHERE id = ?",
                    (conversation.title, conversation_id),
                )
        scope.marks.meet("conversation", conversation_id)
        self.conversations[conversation.key] = conversation_id
        for account in conversation.participants:
            identity_id = ensure_identity(scope, account)
            scope.marks.link("participant", conversation_id, identity_id)
            self._add_participant(conversation_id, identity_id)
        return conversation_id

    def look_up(self, messages: Collection[Message]) -> None:
        """Find which messages of the batch that begins are stored already."""
        self.stored = {
            row["key"]: _Stored(
                row["id"],
                row["conversation_id"],
                row["sent_at"],
                bytes(row["content_sha256"]),
                bool(row["unverified"]),
            )
            for row in self.scope.writer.all(
                "SELECT key, id, conversation_id, sent_at, content_sha256, unverified FROM message"
                " WHERE source_id = ? AND key IN (SELECT value FROM json_each(?))",
                (self.scope.source_id, json.dumps([message.key for message in messages])),
            )
        }

    def store_message(self, message: Message) -> Outcome:
        """Store one message of the batch, in a conversation that was stored before it."""
        scope = self.scope
        known = self.stored.get(message.key)
        if message.deleted:
            return "taken back" if known is None else self._remove(message, known)
        columns = _content_columns(message)
        sent_at = columns[0]
        digest = _content_digest(message, columns)
        if sent_at is not None:
            self.last_time[message.conversation_key] = sent_at
        sender_id = None
        if message.sender:
            # Whoever wrote in somebody's place does not rename them either.
            nameless = message.unverified and message.sender.name
            sender = replace(message.sender, name="") if nameless else message.sender
            sender_id = ensure_identity(scope, sender)
        recipient_ids = [ensure_identity(scope, a) for a in message.recipients[:MOST_RECIPIENTS]]
        if known is not None:
            scope.marks.meet("message", known.id)
            if known.digest == digest or (message.unverified and not known.unverified):
                # A forged mail may bear the id of a real one, and does not take its place.
                return "unchanged"
            self._update(message, columns, sender_id, digest, known)
            return "updated"
        conversation_id = self.conversations[message.conversation_key]
        message_id = self._insert(conversation_id, message, columns, sender_id, digest)
        scope.marks.meet("message", message_id)
        if sender_id is not None and not message.unverified:
            self._add_participant(conversation_id, sender_id)
        for recipient_id in recipient_ids:
            self._add_participant(conversation_id, recipient_id)
            self.rows.add(
                "INSERT OR IGNORE INTO message_recipient(message_id, identity_id) VALUES (?, ?)",
                (message_id, recipient_id),
            )
        self.stored[message.key] = _Stored(
            message_id, conversation_id, sent_at, digest, message.unverified
        )
        self.touched.setdefault(conversation_id, set()).add(message_id)
        self._note_moment(conversation_id, sent_at)
        return "new"

    def finish_batch(self) -> tuple[dict[int, set[int]], set[int]]:
        """Write the batch's messages and make them searchable by words.

        Return the moments by conversation, and the conversations that somebody may have joined.
        """
        self.rows.write()
        hide_arriving(self.scope.writer, set().union(*self.touched.values()))
        index_messages(self.scope.writer, self.touched)
        moments, self.touched, self.moments = self.moments, {}, {}
        joined, self.joined = self.joined, set()
        return moments, joined

    def _touch(self, known: _Stored) -> None:
        """Note the surroundings of a message that will change, move or go."""
        # The message, or one beside it, may be waiting.
        self.rows.write()
        beside = turns_beside(self.scope.writer, known.id)
        self.touched.setdefault(known.conversation_id, set()).update(beside, (known.id,))
        self._note_moment(known.conversation_id, known.sent_at)

    def _note_moment(self, conversation_id: int, sent_at: int | None) -> None:
        if sent_at is not None:
            self.moments.setdefault(conversation_id, set()).add(sent_at)

    def _remove(self, message: Message, known: _Stored) -> Outcome:
        self._touch(known)
        unindex_message(self.scope.writer, known.id)
        self.scope.writer.run("DELETE FROM message WHERE id = ?", (known.id,))
        del self.stored[message.key]
        return "updated"

    def _insert(
        self,
        conversation_id: int,
        message: Message,
        columns: _Columns,
        sender_id: int | None,
        digest: bytes,
    ) -> int:
        scope = self.scope
        if conversation_id not in self.next_seq:
            highest = scope.writer.value(
                "SELECT max(seq) FROM message WHERE conversation_id = ?", (conversation_id,)
            )
            self.next_seq[conversation_id] = 0 if highest is None else int(highest) + 1
        seq = self.next_seq[conversation_id]
        self.next_seq[conversation_id] = seq + 1
        message_id = self.rows.new_id("message")
        self.rows.add_with_ref(
            "message",
            (scope.source_kind, message.key),
            _INSERT,
            (
                message_id,
                scope.source_id,
                message.key,
                conversation_id,
                seq,
                sender_id,
                # Without a time of its own it follows the one before it.
                self.last_time.get(message.conversation_key, 0),
                *columns,
                int(message.unverified),
                message.place,
                digest,
                scope.run_id,
            ),
        )
        return message_id

    def _update(
        self,
        message: Message,
        columns: _Columns,
        sender_id: int | None,
        digest: bytes,
        known: _Stored,
    ) -> None:
        self._touch(known)
        self.scope.writer.run(
            "UPDATE message SET ordered_at = coalesce(?, ordered_at), sent_at = ?,"
            " utc_offset_minutes = ?, text = ?, original = ?,"
            " subject = ?, reply_to_key = ?, attachments = ?, reactions = ?, labels = ?,"
            " edited_at = ?, bulk = ?, unverified = ?, sender_id = ?, place = ?,"
            " content_sha256 = ?, import_run_id = ? WHERE id = ?",
            (
                columns[0],
                *columns,
                int(message.unverified),
                sender_id,
                message.place,
                digest,
                self.scope.run_id,
                known.id,
            ),
        )
        self.stored[message.key] = known._replace(
            sent_at=columns[0], digest=digest, unverified=message.unverified
        )
        self._note_moment(known.conversation_id, columns[0])
        if sender_id is not None and not message.unverified:
            self._add_participant(known.conversation_id, sender_id)

    def _add_participant(self, conversation_id: int, identity_id: int) -> None:
        if (conversation_id, identity_id) not in self.members:
            self.members.add((conversation_id, identity_id))
            self.joined.add(conversation_id)
            self.rows.add(
                "INSERT OR IGNORE INTO participant(conversation_id, identity_id) VALUES (?, ?)",
                (conversation_id, identity_id),
            )


_INSERT: Final = (
    "INSERT INTO message(ref, id, source_id, key, conversation_id, seq, sender_id, ordered_at,"
    " sent_at, utc_offset_minutes, text, original, subject, reply_to_key, attachments,"
    " reactions, labels, edited_at, bulk, unverified, place, content_sha256, import_run_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _content_columns(message: Message) -> _Columns:
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


def _content_digest(message: Message, columns: _Columns) -> bytes:
    by = message.sender
    # The scope too, because one label in two chats, or in two readings of one chat, is two
    # accounts.
    sender = (by.kind, by.scope, by.value) if by else ()
    # Said only where it is so, because older memories have digests without it.
    doubt = ("unverified",) if message.unverified else ()
    content = "\x1f".join((*map(str, columns), *sender, *doubt))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
