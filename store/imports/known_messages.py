"""Which messages of a batch are stored already: by their key, or in exports without ids by words.

An export without ids knows a message by the minute, who wrote it, and its words. So a message is
met again when its sender bears another name. One that was edited or taken back in between is
recognized by its place: one of the two exports has it at that minute from that side, the other not.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from store.engine.connections import Row, Writer
from store.importers.records import Message
from store.imports.same_conversation import who_key

_EDITED: Final = "edited"
_COLUMNS: Final = (
    "message.id, message.conversation_id, sent_at, content_sha256, edited_at, import_run_id,"
    " sender_id, attachments, reactions, unverified, text, labels"
)
_AT_MINUTES: Final = f"""
SELECT {_COLUMNS}, coalesce(contact.is_owner, 0) AS is_own, identity.key AS who FROM message
LEFT JOIN identity ON identity.id = sender_id LEFT JOIN contact ON contact.id = contact_id
WHERE conversation_id = ? AND ordered_at BETWEEN ? AND ? AND sent_at IS NOT NULL
ORDER BY ordered_at, seq
"""


class Stored(NamedTuple):
    """What the memory holds of a message, or will hold when the batch is written.

    by_words: it was found without its key. is_older_form: what arrives is the message as it was
    before the edit that is stored.
    """

    id: int
    conversation_id: int
    sent_at: int | None
    digest: bytes
    edited_at: int | None = None
    run_id: int = 0
    sender_id: int | None = None
    files: str = ""
    reactions: str = ""
    by_words: bool = False
    is_older_form: bool = False
    unverified: bool = False


class Place(NamedTuple):
    """The minute since 1970, and whether it is the owner who wrote."""

    minute: int
    is_own: bool


def place_of(message: Message, *, is_own: bool) -> Place | None:
    """Where a message stands in a chat without ids."""
    if message.sent_at is None:
        return None
    return Place(int(message.sent_at.timestamp()) // 60, is_own)


def mark_of(conversation_id: int, place: Place, number: int) -> str:
    """The key under which it is kept that the n-th message of a place was taken back."""
    return f"{_marks_of(conversation_id)}{place.minute}:{int(place.is_own)}:{number}"


@dataclass(slots=True)
class KnownMessages:
    """What is known of one batch. stored: by key. taken_back: keys that stay away."""

    writer: Writer
    source_id: int
    stored: dict[str, Stored] = field(default_factory=dict)
    taken_back: set[str] = field(default_factory=set)
    _writers: Collection[str] = ()
    _used: set[int] = field(default_factory=set)
    _marks: dict[int, Counter[Place]] = field(default_factory=dict)

    def look_up(self, keys: Collection[str]) -> None:
        """Find what is stored under these keys, and what was taken back."""
        listed = json.dumps(list(keys))
        self.stored = {
            row["key"]: _stored(row)
            for row in self.writer.all(
                f"SELECT key, {_COLUMNS} FROM message"
                " WHERE source_id = ? AND key IN (SELECT value FROM json_each(?))",
                (self.source_id, listed),
            )
        }
        self.taken_back = {
            row["key"]
            for row in self.writer.all(
                "SELECT key FROM taken_back WHERE source_id = ?"
                " AND key IN (SELECT value FROM json_each(?))",
                (self.source_id, listed),
            )
        }

    def look_up_by_words(
        self,
        conversation_id: int,
        messages: Mapping[str, tuple[Message, Place]],
        writers: Collection[str],
    ) -> list[Stored]:
        """Find messages of a conversation without ids; return what was taken back since.

        messages: those of the batch, by key, with their places. writers: who writes in this export
        (`who_key`), so that what one of them said is not taken for another's.
        """
        self._writers = writers
        self._used.update(self.stored[key].id for key in messages if key in self.stored)
        unknown: dict[Place, list[str]] = defaultdict(list)
        for key, (_, place) in messages.items():
            if key not in self.stored:
                unknown[place].append(key)
        if not unknown:
            return []
        minutes = [place.minute for place in unknown]
        left: dict[Place, list[Row]] = defaultdict(list)
        for row in self.writer.all(
            _AT_MINUTES, (conversation_id, min(minutes) * 60, max(minutes) * 60 + 59)
        ):
            if row["id"] not in self._used:
                left[Place(int(row["sent_at"]) // 60, bool(row["is_own"]))].append(row)
        marks = self._marks_in(conversation_id)
        gone: list[Stored] = []
        for place, keys in unknown.items():
            here = {key: messages[key][0] for key in keys}
            gone += self._at_one_place(here, left.get(place, []))
            live = [key for key in here if key not in self.stored and not here[key].deleted]
            if 0 < len(live) <= marks[place]:
                self.taken_back.update(live)
        return gone

    def _at_one_place(self, arriving: dict[str, Message], rows: list[Row]) -> list[Stored]:
        """Match what arrives at one place with what is stored there and was not met yet."""
        rows = list(rows)
        for key, message in arriving.items():
            if row := next((row for row in rows if self._is_same(message, row)), None):
                rows.remove(row)
                self._meet(key, row)
        edited = [key for key in self._new(arriving) if _EDITED in arriving[key].labels]
        before = [row for row in rows if _EDITED not in row["labels"]]
        if len(edited) == len(before):
            for key, row in zip(edited, before, strict=True):
                rows.remove(row)
                self._meet(key, row)
        plain = [key for key in self._new(arriving) if _EDITED not in arriving[key].labels]
        since = [row for row in rows if _EDITED in row["labels"]]
        if len(plain) == len(since):
            for key, row in zip(plain, since, strict=True):
                rows.remove(row)
                self._meet(key, row, is_older_form=True)
        deleted = sum(message.deleted for message in arriving.values())
        return [_stored(row) for row in rows] if rows and deleted == len(rows) else []

    def _is_same(self, message: Message, row: Row) -> bool:
        if (
            message.deleted
            or message.text != row["text"]
            or bool(message.attachments) != bool(row["attachments"])
        ):
            return False
        told, known = message.sender.value if message.sender else "", row["who"] or ""
        return (
            bool(row["is_own"])
            or who_key(told) == who_key(known)
            or who_key(known) not in self._writers
        )

    def _new(self, arriving: dict[str, Message]) -> list[str]:
        return [k for k, each in arriving.items() if k not in self.stored and not each.deleted]

    def _meet(self, key: str, row: Row, *, is_older_form: bool = False) -> None:
        self._used.add(row["id"])
        self.stored[key] = _stored(row)._replace(by_words=True, is_older_form=is_older_form)

    def _marks_in(self, conversation_id: int) -> Counter[Place]:
        if conversation_id not in self._marks:
            begin = _marks_of(conversation_id)
            found: set[tuple[str, ...]] = {
                tuple(row["key"].removeprefix(begin).split(":"))
                for row in self.writer.all(
                    "SELECT DISTINCT key FROM taken_back WHERE source_id = ?"
                    " AND key BETWEEN ? AND ?",
                    (self.source_id, begin, f"{begin}~"),
                )
            }
            self._marks[conversation_id] = Counter(
                Place(int(minute), own == "1") for minute, own, _ in found
            )
        return self._marks[conversation_id]


def _marks_of(conversation_id: int) -> str:
    return f"gone:{conversation_id}:"


def _stored(row: Row) -> Stored:
    return Stored(
        row["id"],
        row["conversation_id"],
        row["sent_at"],
        bytes(row["content_sha256"]),
        row["edited_at"],
        row["import_run_id"],
        row["sender_id"],
        row["attachments"],
        row["reactions"],
        unverified=bool(row["unverified"]),
    )
