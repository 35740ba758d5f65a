"""Conversations and messages: stored once, found again by their key, searchable at commit."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Final, Literal

from store.identities import ImportScope, ensure_identity
from store.message_index import index_messages, unindex_message
from store.records import Conversation, Message
from store.refs import make_ref

Outcome = Literal["new", "updated", "unchanged", "taken back"]

# A mail to more people than this is a circular: its further recipients are not kept.
MOST_RECIPIENTS: Final = 500


@dataclass(slots=True)
class MessageStore:
    """Stores the conversations and messages of one run, and keeps what one batch has touched."""

    scope: ImportScope
    conversations: dict[str, int] = field(default_factory=dict)
    next_seq: dict[int, int] = field(default_factory=dict)
    last_time: dict[int, int] = field(default_factory=dict)
    touched: dict[int, list[int]] = field(default_factory=dict)
    members: set[tuple[int, int]] = field(default_factory=set)

    def store_conversation(self, conversation: Conversation) -> int:
        """Store a conversation, or meet it again and take its newer title."""
        scope = self.scope
        row = scope.writer.one(
            "SELECT id, title FROM conversation WHERE source_id = ? AND key = ?",
            (scope.source_id, conversation.key),
        )
        if row is None:
            conversation_id = scope.writer.run(
                "INSERT INTO conversation(ref, source_id, key, kind, title) VALUES (?, ?, ?, ?, ?)",
                (
                    make_ref("v", scope.source_key, conversation.key, taken=self._taken),
                    scope.source_id,
                    conversation.key,
                    conversation.kind,
                    conversation.title,
                ),
            )
        else:
            conversation_id = int(row["id"])
            if conversation.title and conversation.title != row["title"]:
                scope.writer.run(
                    "UPDATE conversation SET title = ? WHERE id = ?",
                    (conversation.title, conversation_id),
                )
        self.conversations[conversation.key] = conversation_id
        for account in conversation.participants:
            self._add_participant(conversation_id, ensure_identity(scope, account))
        return conversation_id

    def store_message(self, message: Message) -> Outcome:
        """Store one message of a conversation that was stored before it."""
        scope = self.scope
        row = scope.writer.one(
            "SELECT id, conversation_id, content_sha256 FROM message"
            " WHERE source_id = ? AND key = ?",
            (scope.source_id, message.key),
        )
        if message.deleted:
            if row is None:
                return "taken back"
            self._delete(int(row["id"]), int(row["conversation_id"]))
            return "updated"
        digest = _content_digest(message)
        if row is not None and bytes(row["content_sha256"]) == digest:
            return "unchanged"
        sender_id = ensure_identity(scope, message.sender) if message.sender else None
        if row is not None:
            message_id = int(row["id"])
            self._update(message_id, message, sender_id, digest)
            self.touched.setdefault(int(row["conversation_id"]), []).append(message_id)
            return "updated"
        conversation_id = self.conversations[message.conversation_key]
        message_id = self._insert(conversation_id, message, sender_id, digest)
        if sender_id is not None:
            self._add_participant(conversation_id, sender_id)
        for account in message.recipients[:MOST_RECIPIENTS]:
            recipient_id = ensure_identity(scope, account)
            self._add_participant(conversation_id, recipient_id)
            scope.writer.run(
                "INSERT OR IGNORE INTO message_recipient(message_id, identity_id) VALUES (?, ?)",
                (message_id, recipient_id),
            )
        self.touched.setdefault(conversation_id, []).append(message_id)
        return "new"

    def finish_batch(self) -> dict[int, list[int]]:
        """Make the batch's messages searchable by words; gives them by conversation."""
        touched, self.touched = self.touched, {}
        for conversation_id, message_ids in touched.items():
            index_messages(self.scope.writer, conversation_id, message_ids)
        return touched

    def _insert(
        self, conversation_id: int, message: Message, sender_id: int | None, digest: bytes
    ) -> int:
        scope = self.scope
        if conversation_id not in self.next_seq:
            highest = scope.writer.value(
                "SELECT max(seq) FROM message WHERE conversation_id = ?", (conversation_id,)
            )
            self.next_seq[conversation_id] = 0 if highest is None else int(highest) + 1
        seq = self.next_seq[conversation_id]
        self.next_seq[conversation_id] = seq + 1
        message_id = scope.writer.run(
            "INSERT INTO message(ref, source_id, key, conversation_id, seq, sender_id, ordered_at,"
            " sent_at, utc_offset_minutes, text, original, subject, reply_to_key, attachments,"
            " reactions, labels, edited_at, bulk, place, content_sha256, import_run_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                make_ref("m", scope.source_key, message.key, taken=self._taken),
                scope.source_id,
                message.key,
                conversation_id,
                seq,
                sender_id,
                self._ordered_at(conversation_id, message),
                *_content_columns(message),
                int(message.bulk),
                message.place,
                digest,
                scope.run_id,
            ),
        )
        scope.writer.run("INSERT INTO embed_queue(message_id) VALUES (?)", (message_id,))
        return message_id

    def _ordered_at(self, conversation_id: int, message: Message) -> int:
        if message.sent_at is not None:
            self.last_time[conversation_id] = int(message.sent_at.timestamp())
        return self.last_time.get(conversation_id, 0)

    def _update(
        self, message_id: int, message: Message, sender_id: int | None, digest: bytes
    ) -> None:
        writer = self.scope.writer
        writer.run(
            "UPDATE message SET ordered_at = coalesce(?, ordered_at), sent_at = ?,"
            " utc_offset_minutes = ?, text = ?, original = ?,"
            " subject = ?, reply_to_key = ?, attachments = ?, reactions = ?, labels = ?,"
            " edited_at = ?, sender_id = ?, place = ?, content_sha256 = ?, import_run_id = ?"
            " WHERE id = ?",
            (
                _content_columns(message)[0],
                *_content_columns(message),
                sender_id,
                message.place,
                digest,
                self.scope.run_id,
                message_id,
            ),
        )
        writer.run("DELETE FROM message_vec WHERE message_id = ?", (message_id,))
        writer.run("INSERT OR IGNORE INTO embed_queue(message_id) VALUES (?)", (message_id,))

    def _delete(self, message_id: int, conversation_id: int) -> None:
        unindex_message(self.scope.writer, message_id)
        neighbour = self.scope.writer.value(
            "SELECT other.id FROM message AS mine JOIN message AS other"
            " ON other.conversation_id = mine.conversation_id AND other.id <> mine.id"
            " WHERE mine.id = ? ORDER BY abs(other.seq - mine.seq) LIMIT 1",
            (message_id,),
        )
        self.scope.writer.run("DELETE FROM message WHERE id = ?", (message_id,))
        if neighbour is not None:
            self.touched.setdefault(conversation_id, []).append(int(neighbour))

    def _add_participant(self, conversation_id: int, identity_id: int) -> None:
        if (conversation_id, identity_id) not in self.members:
            self.members.add((conversation_id, identity_id))
            self.scope.writer.run(
                "INSERT OR IGNORE INTO participant(conversation_id, identity_id) VALUES (?, ?)",
                (conversation_id, identity_id),
            )

    def _taken(self, ref: str) -> bool:
        table = "message" if ref.startswith("m_") else "conversation"
        sql = f"SELECT 1 FROM {table} WHERE ref = ?"
        return self.scope.writer.value(sql, (ref,)) is not None


def _content_columns(message: Message) -> tuple[object, ...]:
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
    )


def _storable(text: str) -> str:
    """The text without what UTF-8 cannot hold (lone surrogates from broken exports)."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _content_digest(message: Message) -> bytes:
    sender = (message.sender.kind, message.sender.value) if message.sender else ("", "")
    content = repr((sender, _content_columns(message)))
    return hashlib.sha256(content.encode()).digest()
