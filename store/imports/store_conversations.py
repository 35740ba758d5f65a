"""Conversations: found again by their key, or, where that is only a name, by what lasts of them."""

from dataclasses import dataclass, field
from typing import Final

from store.engine.refs import new_ref
from store.engine.rows import RowQueue
from store.importers.records import Conversation, Message
from store.imports.join_chats import join_chats
from store.imports.same_conversation import FoundChat, find_chat, who_key
from store.imports.store_accounts import ImportScope, ensure_identity

_REACH_IN: Final = (
    "SELECT newest_at FROM conversation_reach"
    " WHERE conversation_id = :chat AND import_run_id = :run"
)
_REACH_IN_ALL: Final = (
    "SELECT max(newest_at) FROM conversation_reach WHERE import_run_id = :run AND :chat = 0"
)


@dataclass(slots=True)
class ConversationStore:
    """The conversations of one run.

    ids: by their key in the export. without_ids: keys of those whose messages have no ids.
    by_words: of these, those that held messages before, by key. met_before: ids of those that were
    stored before this run. joined: ids of those in which this run names somebody for the first
    time, since it was last emptied.
    """

    scope: ImportScope
    rows: RowQueue
    ids: dict[str, int] = field(default_factory=dict)
    without_ids: set[str] = field(default_factory=set)
    by_words: dict[str, int] = field(default_factory=dict)
    writers_of: dict[int, set[str]] = field(default_factory=dict)
    met_before: set[int] = field(default_factory=set)
    joined: set[int] = field(default_factory=set)
    _members: set[tuple[int, int]] = field(default_factory=set)
    _prefixes: dict[str, str] = field(default_factory=dict)
    _titles: dict[int, str] = field(default_factory=dict)
    _told: dict[int, str] = field(default_factory=dict)
    _reach: dict[int, int] = field(default_factory=dict)
    _reach_of_runs: dict[tuple[int, int], int] = field(default_factory=dict)
    _writers: set[tuple[int, int]] = field(default_factory=set)

    def store(self, conversation: Conversation) -> tuple[int, list[int]]:
        """Store a conversation, or find it again.

        Return its id, and the messages that came to it because two chats proved to be one.
        """
        scope = self.scope
        found = find_chat(scope.writer, scope.source_id, conversation)
        moved = self._joined(found)
        if found.ids:
            conversation_id = found.ids[0]
            self.met_before.add(conversation_id)
        else:
            conversation_id = scope.writer.run(
                "INSERT INTO conversation(ref, source_id, key, kind, title) VALUES (?, ?, ?, ?, ?)",
                (
                    new_ref(scope.writer, "conversation", scope.source_kind, found.key),
                    scope.source_id,
                    found.key,
                    conversation.kind,
                    conversation.title,
                ),
            )
        scope.marks.meet("conversation", conversation_id)
        self.ids[conversation.key] = conversation_id
        if conversation.kind != "mail":
            self._titles[conversation_id] = conversation.title
            self._told[conversation_id] = conversation.key
        if found.key != conversation.key:
            self._prefixes[conversation.key] = found.key
        if not conversation.has_ids:
            self.without_ids.add(conversation.key)
            if found.ids:
                self.by_words[conversation.key] = conversation_id
                self.writers_of[conversation_id] = {
                    *(who_key(line.who) for line in conversation.lines if line.who),
                    *(who_key(account.value) for account in conversation.participants),
                }
        for account in conversation.participants:
            identity_id = ensure_identity(scope, account)
            scope.marks.link("participant", conversation_id, identity_id)
            self.add_participant(conversation_id, identity_id)
        return conversation_id, moved

    def key_of(self, message: Message) -> str:
        """The key of a message in the memory: its chat may go by another name there."""
        if not self._prefixes:
            return message.key
        told = message.conversation_key
        known = self._prefixes.get(told)
        if known is None or not message.key.startswith(told):
            return message.key
        return known + message.key[len(told) :]

    def add_participant(self, conversation_id: int, identity_id: int) -> None:
        """Put an account into a conversation."""
        if (conversation_id, identity_id) not in self._members:
            self._members.add((conversation_id, identity_id))
            self.joined.add(conversation_id)
            self.rows.add(
                "INSERT OR IGNORE INTO participant(conversation_id, identity_id) VALUES (?, ?)",
                (conversation_id, identity_id),
            )

    def reached(self, conversation_id: int, sent_at: int | None, edited_at: int | None) -> None:
        """Note a moment that the export knows of."""
        moment = max(sent_at or 0, edited_at or 0)
        if conversation_id in self._titles and moment > self._reach.get(conversation_id, 0):
            self._reach[conversation_id] = moment

    def is_newer(self, conversation_id: int, run_id: int) -> bool:
        """Whether this export reaches as far in a conversation as that of another run, or further.

        Where both end with the same message, the one counts that goes further in other chats; else
        nobody can tell, and the later import holds.
        """
        mine = (self._reach.get(conversation_id, 0), max(self._reach.values(), default=0))
        return mine >= (
            self._reach_of(_REACH_IN, conversation_id, run_id),
            self._reach_of(_REACH_IN_ALL, 0, run_id),
        )

    def same_writer(self, one: int, other: int) -> None:
        """Note that a line stands under two accounts in two exports of one chat."""
        self._writers.add((min(one, other), max(one, other)))

    def finish(self) -> None:
        """Write down how far the export reaches, its titles where they are the newest, and writers.

        Called once all is stored, in the transaction that closes the run.
        """
        writer, run_id = self.scope.writer, self.scope.run_id
        writer.run_many(
            "INSERT INTO conversation_reach(conversation_id, import_run_id, newest_at, title, key)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET newest_at = excluded.newest_at,"
            " title = excluded.title, key = excluded.key",
            [
                (id_, run_id, self._reach.get(id_, 0), title, self._told[id_])
                for id_, title in self._titles.items()
            ],
        )
        writer.run_many(
            "UPDATE conversation SET titled_at = :at, title = CASE WHEN :title = '' THEN title"
            " ELSE :title END WHERE id = :id AND titled_at <= :at",
            [
                {"id": id_, "title": title, "at": self._reach.get(id_, 0)}
                for id_, title in self._titles.items()
            ],
        )
        writer.run_many(
            "INSERT OR IGNORE INTO same_writer(one_id, other_id, import_run_id) VALUES (?, ?, ?)",
            [(one, other, run_id) for one, other in self._writers],
        )

    def _reach_of(self, sql: str, conversation_id: int, run_id: int) -> int:
        known = self._reach_of_runs.get((conversation_id, run_id))
        if known is None:
            found = self.scope.writer.value(sql, {"chat": conversation_id, "run": run_id})
            known = self._reach_of_runs[conversation_id, run_id] = int(found or 0)
        return known

    def _joined(self, found: FoundChat) -> list[int]:
        """Make one chat of those that prove to be the same; the messages that moved."""
        if len(found.ids) < 2:
            return []
        self.rows.write()
        self.joined.add(found.ids[0])
        joined = join_chats(self.scope.writer, found.ids[0], found.ids[1:])
        for one, other in joined.writers:
            self.same_writer(one, other)
        return joined.moved
