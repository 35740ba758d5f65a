"""Telegram Desktop's `result.json`: one chat, or the whole account.

Chats between people are read, and calls that were answered. Channels, bots and Telegram's own
notices are left out, because they are not relationships; each of their messages is counted as
skipped.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from store.importers import ExportFolder, NeedsAnswer, ReadingContext, UnreadableExport
from store.importers.reading.json_stream import JsonDamageError, JsonStream
from store.importers.reading.storable import storable
from store.importers.records import (
    Account,
    Conversation,
    ConversationKind,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
    SourceInfo,
)
from store.importers.telegram.message import SERVICES_OF_TELEGRAM, MessageReader, peer_of

# (kind of conversation, what Telegram calls its id in `from_id`)
_KEPT: dict[str, tuple[ConversationKind, str]] = {
    "personal_chat": ("direct", "user"),
    "saved_messages": ("direct", "user"),
    "private_group": ("group", "chat"),
    "private_supergroup": ("group", "channel"),
    "public_supergroup": ("group", "channel"),
}
_LEFT_OUT = {
    "bot_chat": "a message in a chat with a bot",
    "private_channel": "a post in a channel",
    "public_channel": "a post in a channel",
    "replies": "a notice in Telegram's own chat",
    "verification_codes": "a notice in Telegram's own chat",
}
_USER = re.compile(r"user\d{3,20}")
# So many messages of a group are looked at to learn who wrote.
_HELD = 5_000
_TYPES = "|".join((*_KEPT, *_LEFT_OUT))
_CHAT_TYPE = re.compile(rf'"type"\s*:\s*"(?:{_TYPES})"'.encode())

# Where reading continues after damage: at the comma before the next message or chat.
_NEXT_MESSAGE = re.compile(
    r'\}\s*(?=,\s*\{\s*"id"\s*:\s*-?\d+\s*,\s*"type"\s*:\s*"(?:message|service|unsupported)")'
)
_MESSAGES = re.compile(r'"messages"\s*:\s*\[')
_NEXT_CHAT = re.compile(
    rf'\}}\s*(?=,\s*\{{\s*(?:"name"\s*:\s*[^\n]{{0,500}},\s*)?"type"\s*:\s*"(?:{_TYPES})")'
)


# What Telegram Desktop calls its folders.
_EXPORTS = ("ChatExport_", "DataExport_")
_SENT = (
    "chats",
    "contacts",
    "files",
    "photos",
    "profile_pictures",
    "round_video_messages",
    "stickers",
    "stories",
    "video_files",
    "voice_messages",
)


class TelegramImporter:
    """Chats exported by Telegram Desktop as JSON."""

    format = "telegram"
    title = "Telegram export (result.json)"

    def recognises(self, path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if path.suffix.lower() != ".json" or not text.startswith(b"{"):
            return False
        has_messages = b'"messages"' in text
        return (
            (has_messages and b'"date_unixtime"' in text)
            or (has_messages and _CHAT_TYPE.search(text) is not None)
            or (b'"personal_information"' in text and b'"user_id"' in text)
        )

    def sent_with(self, folder: ExportFolder, file: str) -> Sequence[str]:
        """See `SendsFiles`."""
        place = file[: len(file) - len(file.rpartition("/")[2])]
        name = place.rstrip("/").rpartition("/")[2] or folder.name
        if folder.is_packed or name.startswith(_EXPORTS):
            return (place,)
        return tuple(f"{place}{each}/" for each in _SENT)

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        return _Export(stream, context).records()


class _Export:
    """One export that is being read."""

    def __init__(self, stream: BinaryIO, context: ReadingContext) -> None:
        self._json = JsonStream(stream)
        self._name = context.name
        self._context = context
        self._owner: Account | None = None
        self._has_begun = False
        self._place = "the beginning of the file"
        self._kept = 0
        try:
            self._zone = ZoneInfo(context.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._zone = ZoneInfo("UTC")

    def records(self) -> Iterator[Record]:
        try:
            yield from self._members()
        except JsonDamageError as error:
            if not self._has_begun:
                raise UnreadableExport(
                    f"{self._name} cannot be read as a Telegram export, because {error}. "
                    "In Telegram Desktop, choose Export chat history, and JSON as the format."
                ) from error
            yield Problem(
                f"the file could not be read further, because {error}; the {self._kept:,} "
                "messages before it were kept",
                f"{self._place}, character {self._json.character}",
            )
        if not self._has_begun:
            raise UnreadableExport(
                f"{self._name} holds no chats and no contacts of Telegram. In Telegram Desktop, "
                "choose Export chat history, and JSON as the format."
            )

    def _members(self) -> Iterator[Record]:
        chat: dict[str, Any] = {}
        for key in self._json.members():
            if key == "personal_information":
                self._owner = _owner(self._json.value())
                if self._owner:
                    yield from self._begin()
                    yield OwnerAccount(self._owner)
            elif key == "contacts":
                yield from self._begin()
                yield from self._list(self._contacts)
            elif key in ("chats", "left_chats"):
                yield from self._begin()
                yield from self._list(self._chats)
            elif key == "messages":
                yield from self._messages(chat, is_alone=True)
            elif key in ("name", "type", "id"):
                chat[key] = self._json.value()

    def _begin(self) -> Iterator[Record]:
        if not self._has_begun:
            self._has_begun = True
            account = self._owner.value if self._owner else ""
            yield SourceInfo("telegram", account, "Telegram")

    def _list(self, read: Callable[[], Iterator[Record]]) -> Iterator[Record]:
        """Read the `list` member of the object that comes next."""
        for key in self._json.members():
            if key == "list":
                yield from read()

    def _contacts(self) -> Iterator[Record]:
        self._place = "the saved contacts"
        for number, _ in enumerate(self._json.items(), start=1):
            yield _contact(self._json.value(), f"saved contact {number}")

    def _chats(self) -> Iterator[Record]:
        is_inside = False
        while True:
            try:
                for _ in self._json.items(is_inside=is_inside):
                    yield from self._chat()
            except JsonDamageError as error:
                damaged = Problem(
                    f"the rest of a chat was left out, because {error}",
                    f"{self._place}, character {self._json.character}",
                )
                if not self._json.resume(_NEXT_CHAT):
                    raise
                yield damaged
                is_inside = True
            else:
                return

    def _chat(self) -> Iterator[Record]:
        chat: dict[str, Any] = {}
        for key in self._json.members():
            if key == "messages":
                yield from self._messages(chat)
            elif key in ("name", "type", "id"):
                chat[key] = self._json.value()

    def _messages(self, chat: dict[str, Any], *, is_alone: bool = False) -> Iterator[Record]:
        """Read the messages of a chat. is_alone: the file is the export of this chat only."""
        title = storable(chat["name"]) if isinstance(chat.get("name"), str) else ""
        if chat.get("type") == "saved_messages":
            title = title or "Saved Messages"
        self._place = f"chat “{title}”" if title else "a chat without name"
        type_ = chat.get("type")
        is_service = f"user{chat.get('id')}" in SERVICES_OF_TELEGRAM and type_ == "personal_chat"
        if is_service or (isinstance(type_, str) and type_ not in _KEPT):
            yield from self._begin()
            reason = _LEFT_OUT.get(
                "replies" if is_service else str(type_),
                f"a message in a chat of the unknown kind {storable(str(type_))}",
            )
            for number in self._each():
                shown = number.get("id") if isinstance(number, dict) else None
                yield Skipped(reason, f"{self._place}, message {shown}")
            return
        each = self._each()
        conversation = _conversation(chat, title, self._owner)
        if not conversation.key:
            first = next(each, None)
            each = chain([] if first is None else [first], each)
            conversation = replace(conversation, key=_key_of_first(first))
        if is_alone and self._owner is None and conversation.kind == "group":
            held = list(islice(each, _HELD))
            each = chain(held, each)
            owner = self._writer_who_is_the_owner(held)
            yield from self._begin()
            if owner:
                yield OwnerAccount(owner)
        yield from self._begin()
        yield conversation
        both: tuple[Account, ...] = ()
        if conversation.kind == "direct":
            both = (*([self._owner] if self._owner else []), *conversation.participants)
        reader = MessageReader(conversation.key, self._place, self._zone, both)
        senders: dict[str, Account] = {}
        for data in each:
            record = data if isinstance(data, Problem) else reader.read(data)
            yield record
            if isinstance(record, Message):
                self._kept += 1
                if is_alone and record.sender:
                    senders[record.sender.value] = record.sender
        if is_alone and self._owner is None and type_ in ("personal_chat", "saved_messages"):
            others = [
                account
                for key, account in senders.items()
                if key != conversation.key and key.startswith("user")
            ]
            if type_ == "saved_messages":
                others = list(conversation.participants)
            if len(others) == 1 and others[0].kind == "telegram":
                yield OwnerAccount(others[0])

    def _writer_who_is_the_owner(self, messages: list[Any]) -> Account | None:
        """The owner among those who wrote in a group. Raises NeedsAnswer when nothing tells."""
        writers: dict[str, Account] = {}
        for data in messages:
            entry = data if isinstance(data, dict) else {}
            peer = peer_of(entry.get("from_id"))
            if peer.startswith("user") and peer not in SERVICES_OF_TELEGRAM:
                writers.setdefault(peer, Account("telegram", peer, _text(entry.get("from"))))
        said = {name.casefold() for name in self._context.me}
        for account in writers.values():
            if {account.name.casefold(), account.value.casefold()} & said:
                return account
        nobody = f"nobody in {self._name}"
        # Whose account it is may be known from another export.
        is_known = any(_USER.fullmatch(name) for name in said)
        if not writers or nobody.casefold() in said or is_known:
            return None
        names = [account.name or account.value for account in writers.values()][:50]
        raise NeedsAnswer(
            "me",
            f"{self._name} is the export of one group, and does not say who of those who wrote in "
            "it you are.",
            [*names, nobody],
        )

    def _each(self) -> Iterator[Any]:
        """Yield the message objects that come next, and a `Problem` for each damaged stretch."""
        is_inside = False
        while True:
            try:
                for _ in self._json.items(is_inside=is_inside):
                    yield self._json.value()
            except JsonDamageError as error:
                damaged = Problem(
                    f"messages were left out up to the next whole one, because {error}",
                    f"{self._place}, character {self._json.character}",
                )
                if not self._json.resume(_NEXT_MESSAGE, stop=_MESSAGES):
                    raise
                yield damaged
                is_inside = True
            else:
                return


def _conversation(chat: dict[str, Any], title: str, owner: Account | None) -> Conversation:
    """Describe a chat. One without a type, from other programs, counts as a group.

    The key is empty when the export names neither a number nor a name.
    """
    kind, peer = _KEPT.get(chat.get("type", ""), ("group", "chat"))
    number = chat.get("id")
    key = f"{peer}{number}" if isinstance(number, int) else title and f"name:{title}"
    participants: tuple[Account, ...] = ()
    if chat.get("type") == "saved_messages":
        participants = (owner or Account("telegram", key),)
    elif chat.get("type") == "personal_chat" and isinstance(number, int):
        participants = (Account("telegram", key, title),)
    return Conversation(key, kind, title, participants)


def _key_of_first(message: Any) -> str:
    """Make a key for a chat without a name: its beginning stays when it grows."""
    digest = hashlib.sha256(repr(message).encode("utf-8", "backslashreplace"))
    return f"first:{digest.hexdigest()[:32]}"


def _contact(data: Any, place: str) -> Account | Skipped:
    """Read an entry of the owner's address book in Telegram."""
    entry = data if isinstance(data, dict) else {}
    number = entry.get("user_id")
    phone = _text(entry.get("phone_number"))
    name = _full_name(entry)
    if isinstance(number, int) and number > 0:
        phones = (phone,) if phone else ()
        return Account("telegram", f"user{number}", name, phones=phones, saved_by_owner=True)
    if phone:
        return Account("phone", phone, name, saved_by_owner=True)
    return Skipped("a saved contact without number", place)


def _owner(data: Any) -> Account | None:
    """Read `personal_information`, which says whose account was exported."""
    entry = data if isinstance(data, dict) else {}
    number = entry.get("user_id")
    phone = _text(entry.get("phone_number"))
    if isinstance(number, int) and number > 0:
        phones = (phone,) if phone else ()
        return Account("telegram", f"user{number}", _full_name(entry), phones=phones)
    return Account("phone", phone, _full_name(entry)) if phone else None


def _full_name(entry: dict[str, Any]) -> str:
    names = (_text(entry.get("first_name")), _text(entry.get("last_name")))
    return " ".join(name for name in names if name)


def _text(value: Any) -> str:
    return storable(value).strip() if isinstance(value, str) else ""


IMPORTER = TelegramImporter()
