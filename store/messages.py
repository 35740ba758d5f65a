"""Conversations and messages: stored once, found again by their key, searchable at commit."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Final, Literal

from store.database import Row
from store.identities import ImportScope, ensure_identity
from store.message_index import index_messages, turns_beside, unindex_message
from store.records import Conversation, Message
from store.refs import make_ref

Outcome = Literal["new", "updated", "unchanged", "taken back"]

# A mail to more people than this is a circular: its further recipients are not kept.
MOST_RECIPIENTS: Final = 500


@dataclass(slots=True)
class MessageStore:
    """Stores the conversations and messages of one run, and keeps what one batch has touched.

    touched: messages to index anew, by conversation; moments: when something was or is said
    there, in UTC seconds.
    """

    scope: ImportScope
    conversations: dict[str, int] = field(default_factory=dict)
    next_seq: dict[int, int] = field(default_factory=dict)
    last_time: dict[str, int] = field(default_factory=dict)
    touched: dict[int, set[int]] = field(default_factory=dict)
    moments: dict[int, set[int]] = field(default_factory=dict)
    to_embed: list[int] = field(default_factory=list)
    has_changed_words: bool = False
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
                    make_ref("v", scope.source_kind, conversation.key, taken=self._taken),
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
            "SELECT id, conversation_id, sent_at, content_sha256 FROM message"
            " WHERE source_id = ? AND key = ?",
            (scope.source_id, message.key),
        )
        if message.deleted:
            if row is None:
                return "taken back"
            self._touch(row)
            unindex_message(scope.writer, int(row["id"]))
            scope.writer.run("DELETE FROM message WHERE id = ?", (row["id"],))
            return "updated"
        columns = _content_columns(message)
        digest = _content_digest(message, columns)
        self._note_time(message)
        if row is not None and bytes(row["content_sha256"]) == digest:
            return "unchanged"
        sender_id = ensure_identity(scope, message.sender) if message.sender else None
        if row is not None:
            self._touch(row)
            self._update(int(row["id"]), message, columns, sender_id, digest)
            self._note_moment(int(row["conversation_id"]), message)
            if sender_id is not None:
                self._add_participant(int(row["conversation_id"]), sender_id)
            return "updated"
        conversation_id = self.conversations[message.conversation_key]
        message_id = self._insert(conversation_id, message, columns, sender_id, digest)
        if sender_id is not None:
            self._add_participant(conversation_id, sender_id)
        for account in message.recipients[:MOST_RECIPIENTS]:
            recipient_id = ensure_identity(scope, account)
            self._add_participant(conversation_id, recipient_id)
            scope.writer.run(
                "INSERT OR IGNORE INTO message_recipient(message_id, identity_id) VALUES (?, ?)",
                (message_id, recipient_id),
            )
        self.touched.setdefault(conversation_id, set()).add(message_id)
        self._note_moment(conversation_id, message)
        return "new"

    def finish_batch(self) -> dict[int, set[int]]:
        """Make the batch's messages searchable by words, and queue those that meaning waits for.

        Gives the moments by conversation.
        """
        for conversation_id, message_ids in self.touched.items():
            index_messages(self.scope.writer, conversation_id, message_ids)
        self.scope.writer.run_many(
            "INSERT OR IGNORE INTO embed_queue(message_id) SELECT id FROM message WHERE id = ?",
            [(message_id,) for message_id in self.to_embed],
        )
        moments, self.touched, self.moments, self.to_embed = self.moments, {}, {}, []
        return moments

    def _touch(self, stored: Row) -> None:
        """Note where a message stands that will change, move or go."""
        self.has_changed_words = True
        conversation_id = int(stored["conversation_id"])
        beside = turns_beside(self.scope.writer, int(stored["id"]))
        self.touched.setdefault(conversation_id, set()).update(beside, (int(stored["id"]),))
        if stored["sent_at"] is not None:
            self.moments.setdefault(conversation_id, set()).add(int(stored["sent_at"]))

    def _note_moment(self, conversation_id: int, message: Message) -> None:
        if message.sent_at is not None:
            moment = int(message.sent_at.timestamp())
            self.moments.setdefault(conversation_id, set()).add(moment)

    def _note_time(self, message: Message) -> None:
        if message.sent_at is not None:
            self.last_time[message.conversation_key] = int(message.sent_at.timestamp())

    def _insert(
        self,
        conversation_id: int,
        message: Message,
        columns: tuple[object, ...],
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
        message_id = scope.writer.run(
            "INSERT INTO message(ref, source_id, key, conversation_id, seq, sender_id, ordered_at,"
            " sent_at, utc_offset_minutes, text, original, subject, reply_to_key, attachments,"
            " reactions, labels, edited_at, bulk, place, content_sha256, import_run_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                make_ref("m", scope.source_kind, message.key, taken=self._taken),
                scope.source_id,
                message.key,
                conversation_id,
                seq,
                sender_id,
                # Without a time of its own it stands behind the one before it.
                self.last_time.get(message.conversation_key, 0),
                *columns,
                message.place,
                digest,
                scope.run_id,
            ),
        )
        self.to_embed.append(message_id)
        return message_id

    def _update(
        self,
        message_id: int,
        message: Message,
        columns: tuple[object, ...],
        sender_id: int | None,
        digest: bytes,
    ) -> None:
        writer = self.scope.writer
        writer.run(
            "UPDATE message SET ordered_at = coalesce(?, ordered_at), sent_at = ?,"
            " utc_offset_minutes = ?, text = ?, original = ?,"
            " subject = ?, reply_to_key = ?, attachments = ?, reactions = ?, labels = ?,"
            " edited_at = ?, bulk = ?, sender_id = ?, place = ?, content_sha256 = ?,"
            " import_run_id = ? WHERE id = ?",
            (
                columns[0],
                *columns,
                sender_id,
                message.place,
                digest,
                self.scope.run_id,
                message_id,
            ),
        )
        writer.run("DELETE FROM message_vec WHERE message_id = ?", (message_id,))
        self.to_embed.append(message_id)

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
        int(message.bulk),
    )


def _storable(text: str) -> str:
    """The text without what UTF-8 cannot hold (lone surrogates from broken exports)."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _content_digest(message: Message, columns: tuple[object, ...]) -> bytes:
    sender = (message.sender.kind, message.sender.value) if message.sender else ("", "")
    content = repr((sender, columns))
    return hashlib.sha256(content.encode()).digest()
