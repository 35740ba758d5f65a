"""Messages: stored once, found again by their key, searchable at commit.

Of two exports that differ, the newer one holds, whichever is imported first: an edit by its time,
else what the export says that reaches further in its conversation. What was taken back stays away.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple

from store.engine.rows import RowQueue
from store.importers.records import Account, Conversation, Message
from store.imports.known_messages import KnownMessages, Place, Stored, mark_of, place_of
from store.imports.message_content import Columns, content_columns, content_digest
from store.imports.store_accounts import ImportScope, ensure_identity
from store.imports.store_conversations import ConversationStore
from store.index.message_words import index_messages, turns_beside, unindex_message
from store.sharing.visibility import hide_arriving

Outcome = Literal["new", "updated", "unchanged", "taken back"]

# A mail to more people than this is a circular: its further recipients are not kept.
MOST_RECIPIENTS: Final = 500
# So many messages wait at most until it is known which of two exports is the newer one.
_MOST_WAITING: Final = 5_000


class _Waiting(NamedTuple):
    """What this export says of a message, while it is not known whether it is the newer one."""

    message: Message
    columns: Columns
    sender_id: int | None
    digest: bytes
    known: Stored


@dataclass(slots=True)
class MessageStore:
    """Stores the conversations and messages of one run, and keeps what one batch has touched.

    own: accounts that the export calls the owner's. touched: messages to index anew, by
    conversation; moments: when something was or is said there, in UTC seconds.
    New messages wait in `rows` for `finish_batch`, or until something needs them written.
    """

    scope: ImportScope
    rows: RowQueue
    own: set[Account] = field(default_factory=set)
    known: KnownMessages = field(init=False)
    chats: ConversationStore = field(init=False)
    next_seq: dict[int, int] = field(default_factory=dict)
    last_time: dict[str, int] = field(default_factory=dict)
    touched: dict[int, set[int]] = field(default_factory=dict)
    moments: dict[int, set[int]] = field(default_factory=dict)
    waiting: list[_Waiting] = field(default_factory=list)
    _order: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    _marked: dict[tuple[int, Place], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = KnownMessages(self.scope.writer, self.scope.source_id)
        self.chats = ConversationStore(self.scope, self.rows)

    @property
    def conversations(self) -> dict[str, int]:
        """The conversations of the run, by their key in the export."""
        return self.chats.ids

    def store_conversation(self, conversation: Conversation) -> int:
        """Store a conversation, or find it again; see `ConversationStore`."""
        conversation_id, moved = self.chats.store(conversation)
        for row in self.scope.writer.all(
            "SELECT id, sent_at FROM message WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(moved),),
        ):
            self._touch_id(conversation_id, int(row["id"]))
            self._note_moment(conversation_id, row["sent_at"])
        return conversation_id

    def look_up(self, messages: Collection[Message]) -> None:
        """Find which messages of the batch that begins are stored already."""
        self.known.look_up([self.chats.key_of(message) for message in messages])
        by_words: dict[int, dict[str, tuple[Message, Place]]] = {}
        for message in messages:
            id_ = self.chats.by_words.get(message.conversation_key)
            place = place_of(message, is_own=self._is_own(message.sender)) if id_ else None
            if id_ and place:
                by_words.setdefault(id_, {})[self.chats.key_of(message)] = (message, place)
        for id_, placed in by_words.items():
            writers = self.chats.writers_of[id_]
            for gone in self.known.look_up_by_words(id_, placed, writers):
                self._remove(gone)

    def store_message(self, message: Message) -> Outcome:
        """Store one message of the batch, in a conversation that was stored before it."""
        scope = self.scope
        conversation_id = self.chats.ids[message.conversation_key]
        key = self.chats.key_of(message)
        known = self.known.stored.get(key)
        if message.deleted:
            return self._take_back(message, conversation_id, key, known)
        if key in self.known.taken_back:
            return "taken back"
        columns = content_columns(message)
        sent_at = columns[0]
        digest = content_digest(message, columns)
        if sent_at is not None:
            self.last_time[message.conversation_key] = sent_at
        self.chats.reached(conversation_id, sent_at, columns[9])
        sender_id = None
        if message.sender:
            # Whoever wrote in somebody's place does not rename them either.
            nameless = message.unverified and message.sender.name
            sender = replace(message.sender, name="") if nameless else message.sender
            sender_id = ensure_identity(scope, sender)
        recipient_ids = [ensure_identity(scope, a) for a in message.recipients[:MOST_RECIPIENTS]]
        if known is not None:
            scope.marks.meet("message", known.id)
            self._note_order(conversation_id, known.sent_at, known.id)
            return self._met_again(_Waiting(message, columns, sender_id, digest, known))
        message_id = self._insert(conversation_id, key, message, columns, sender_id, digest)
        scope.marks.meet("message", message_id)
        if sender_id is not None and not message.unverified:
            self.chats.add_participant(conversation_id, sender_id)
        for recipient_id in recipient_ids:
            self.chats.add_participant(conversation_id, recipient_id)
            self.rows.add(
                "INSERT OR IGNORE INTO message_recipient(message_id, identity_id) VALUES (?, ?)",
                (message_id, recipient_id),
            )
        self.known.stored[key] = Stored(
            message_id,
            conversation_id,
            sent_at,
            digest,
            columns[9],
            scope.run_id,
            sender_id,
            unverified=message.unverified,
        )
        self.touched.setdefault(conversation_id, set()).add(message_id)
        self._note_order(conversation_id, sent_at, message_id)
        self._note_moment(conversation_id, sent_at)
        return "new"

    def finish_batch(self) -> tuple[dict[int, set[int]], set[int]]:
        """Write the batch's messages and make them searchable by words.

        Return the moments by conversation, and the conversations that somebody may have joined.
        """
        self.rows.write()
        self._put_in_order()
        hide_arriving(self.scope.writer, set().union(*self.touched.values()))
        index_messages(self.scope.writer, self.touched)
        moments, self.touched, self.moments = self.moments, {}, {}
        joined, self.chats.joined = self.chats.joined, set()
        return moments, joined

    def finish(self) -> int:
        """Settle what waits for the end of the export; return how many messages were updated.

        `finish_batch` is called after it.
        """
        self.rows.write()
        updated = sum(self._settle(each) for each in self.waiting)
        self.waiting = []
        self.chats.finish()
        return updated

    def _note_order(self, conversation_id: int, sent_at: int | None, message_id: int) -> None:
        if sent_at is not None and conversation_id in self.chats.met_before:
            self._order.setdefault((conversation_id, sent_at), []).append(message_id)

    def _put_in_order(self) -> None:
        """Where one moment holds stored and new messages, put them in the order of the export."""
        order, self._order = self._order, {}
        mixed = [
            (conversation_id, list(dict.fromkeys(ids)))
            for (conversation_id, _), ids in order.items()
            if len(ids) > 1 and not self.touched.get(conversation_id, set()).isdisjoint(ids)
        ]
        for conversation_id, ids in mixed:
            rows = self.scope.writer.all(
                "SELECT id, seq FROM message WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(ids),),
            )
            known = {int(row["id"]): int(row["seq"]) for row in rows}
            here = [id_ for id_ in ids if id_ in known]
            for id_, seq in zip(here, sorted(known.values()), strict=True):
                if known[id_] != seq:
                    self._touch_id(conversation_id, id_)
                    self.scope.writer.run("UPDATE message SET seq = ? WHERE id = ?", (seq, id_))

    def _is_own(self, sender: Account | None) -> bool:
        return sender is not None and (sender.scope == "me" or sender in self.own)

    def _met_again(self, arriving: _Waiting) -> Outcome:
        """Say what becomes of a message that is stored already."""
        known, message = arriving.known, arriving.message
        if known.by_words:
            self._note_writer(arriving)
        if known.digest == arriving.digest or known.is_older_form:
            return "unchanged"
        if message.unverified and not known.unverified:
            # A forged mail may bear the id of a real one, and does not take its place.
            return "unchanged"
        is_edited = known.by_words and "edited" in message.labels
        if (
            known.by_words
            and not is_edited
            and arriving.columns[6:8] == (known.files, known.reactions)
        ):
            # Only its sender is called otherwise.
            return "unchanged"
        mine, theirs = arriving.columns[9] or 0, known.edited_at or 0
        is_newer = mine > theirs or known.run_id == self.scope.run_id or is_edited
        if is_newer or known.unverified:
            self._update(arriving)
            return "updated"
        if mine == theirs:
            self.waiting.append(arriving)
            if len(self.waiting) > _MOST_WAITING:
                waiting, self.waiting = self.waiting, []
                self.waiting = [each for each in waiting if not self._settle(each)]
        return "unchanged"

    def _settle(self, each: _Waiting) -> bool:
        """Take the words of this export if it is the newer one; say whether it was."""
        files = each.columns[6]
        if _has_names(files) != _has_names(each.known.files):
            is_newer = _has_names(files)
        else:
            is_newer = self.chats.is_newer(each.known.conversation_id, each.known.run_id)
        if is_newer:
            self._update(each)
        return is_newer

    def _note_writer(self, arriving: _Waiting) -> None:
        """Note that an account goes by another name, or saved name, in an older export."""
        one, other = arriving.sender_id, arriving.known.sender_id
        if one is None or other is None or one == other or self._is_own(arriving.message.sender):
            return
        self.chats.same_writer(one, other)

    def _take_back(
        self, message: Message, conversation_id: int, key: str, known: Stored | None
    ) -> Outcome:
        """Remove what was taken back, and keep in mind that it stays away."""
        place = (
            place_of(message, is_own=self._is_own(message.sender))
            if message.conversation_key in self.chats.without_ids
            else None
        )
        if place is not None:
            number = self._marked[conversation_id, place] = (
                self._marked.get((conversation_id, place), 0) + 1
            )
            key = mark_of(conversation_id, place, number)
        self.rows.add(
            "INSERT OR IGNORE INTO taken_back(source_id, key, import_run_id) VALUES (?, ?, ?)",
            (self.scope.source_id, key, self.scope.run_id),
        )
        self.known.taken_back.add(key)
        if known is None:
            return "taken back"
        self._remove(known)
        self.known.stored.pop(key, None)
        return "updated"

    def _touch(self, known: Stored) -> None:
        """Note the surroundings of a message that will change, move or go."""
        self._touch_id(known.conversation_id, known.id)
        self._note_moment(known.conversation_id, known.sent_at)

    def _touch_id(self, conversation_id: int, message_id: int) -> None:
        # The message, or one beside it, may be waiting.
        self.rows.write()
        beside = turns_beside(self.scope.writer, message_id)
        self.touched.setdefault(conversation_id, set()).update(beside, (message_id,))

    def _note_moment(self, conversation_id: int, sent_at: int | None) -> None:
        if sent_at is not None:
            self.moments.setdefault(conversation_id, set()).add(sent_at)

    def _remove(self, known: Stored) -> None:
        self._touch(known)
        unindex_message(self.scope.writer, known.id)
        self.scope.writer.run("DELETE FROM message WHERE id = ?", (known.id,))

    def _insert(
        self,
        conversation_id: int,
        key: str,
        message: Message,
        columns: Columns,
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
            (scope.source_kind, key),
            _INSERT,
            (
                message_id,
                scope.source_id,
                key,
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

    def _update(self, arriving: _Waiting) -> None:
        message, columns, sender_id, digest, known = arriving
        key = self.chats.key_of(message)
        self._touch(known)
        self.scope.writer.run(
            "UPDATE message SET ordered_at = coalesce(?, ordered_at), sent_at = ?,"
            " utc_offset_minutes = ?, text = ?, original = ?,"
            " subject = ?, reply_to_key = ?, attachments = ?, reactions = ?, labels = ?,"
            " edited_at = ?, bulk = ?, unverified = ?, sender_id = ?, place = ?,"
            " content_sha256 = ?, import_run_id = ?, key = coalesce(?, key) WHERE id = ?",
            (
                columns[0],
                *columns,
                int(message.unverified),
                sender_id,
                message.place,
                digest,
                self.scope.run_id,
                # Without ids the words are part of the key.
                key if known.by_words else None,
                known.id,
            ),
        )
        if key in self.known.stored:
            self.known.stored[key] = known._replace(
                sent_at=columns[0],
                digest=digest,
                edited_at=columns[9],
                run_id=self.scope.run_id,
                unverified=message.unverified,
            )
        self._note_moment(known.conversation_id, columns[0])
        if sender_id is not None and not message.unverified:
            self.chats.add_participant(known.conversation_id, sender_id)


def _has_names(files: str) -> bool:
    """Whether attachments, as they are stored, have names; else the export left them out."""
    return "." in files


_INSERT: Final = (
    "INSERT INTO message(ref, id, source_id, key, conversation_id, seq, sender_id, ordered_at,"
    " sent_at, utc_offset_minutes, text, original, subject, reply_to_key, attachments,"
    " reactions, labels, edited_at, bulk, unverified, place, content_sha256, import_run_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
