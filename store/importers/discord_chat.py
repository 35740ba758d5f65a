"""A Discord chat as DiscordChatExporter writes it to JSON: everybody's messages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from store.importers import NeedsAnswer, ReadingContext, UnreadableExport
from store.importers.json_stream import JsonDamageError, JsonStream
from store.importers.storable import storable
from store.records import (
    Account,
    Conversation,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
    SourceInfo,
)

TEXT_CHARACTERS: Final = 100_000
# `Default` and `Reply` are what people say; the others are lines of Discord.
_SAID: Final = frozenset({"Default", "Reply", "ThreadStarterMessage"})
_HEAD: Final = (b'"guild"', b'"channel"')


class DiscordChatImporter:
    """One chat in one file."""

    format = "discord"
    title = "Discord chat (DiscordChatExporter, JSON)"

    def recognises(self, path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        return path.suffix.lower() == ".json" and all(word in head for word in _HEAD)

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        return _Chat(stream, context).records()


class _Chat:
    """One file that is being read."""

    def __init__(self, stream: BinaryIO, context: ReadingContext) -> None:
        self._json = JsonStream(stream)
        self._context = context
        self._chat: Conversation | None = None
        self._kept = 0
        self._has_begun = False

    def records(self) -> Iterator[Record]:
        try:
            yield from self._members()
        except JsonDamageError as error:
            if not self._has_begun:
                raise UnreadableExport(
                    f"{self._context.name} cannot be read, because {error}."
                ) from error
            yield Problem(
                f"the file could not be read further, because {error}; kept before that: "
                f"{self._kept:,}",
                f"character {self._json.character}",
            )
        if not self._has_begun:
            raise UnreadableExport(f"{self._context.name} holds no messages of a Discord chat.")

    def _members(self) -> Iterator[Record]:
        guild: dict[str, Any] = {}
        for key in self._json.members():
            if key == "guild":
                guild = _object(self._json.value())
            elif key == "channel":
                channel = _object(self._json.value())
                self._chat = _conversation(guild, channel)
            elif key == "messages" and self._chat is not None:
                yield from self._messages(self._chat)

    def _messages(self, chat: Conversation) -> Iterator[Record]:
        held: list[Any] = []
        authors: dict[str, dict[str, Any]] = {}
        values = self._values()
        # In a chat of two the second writer is known as soon as both have written.
        for value in values:
            held.append(value)
            author = _object(_object(value).get("author"))
            authors.setdefault(_text(author.get("id")), author)
            if len(held) >= 5_000 or (chat.kind == "direct" and len(authors) > 1):
                break
        owner = self._owner(authors, chat)
        self._has_begun = True
        yield SourceInfo("discord", "", "Discord")
        if owner:
            yield OwnerAccount(owner)
        yield chat
        for value in held:
            yield from self._message(value, chat.key)
        for value in values:
            yield from self._message(value, chat.key)

    def _values(self) -> Iterator[Any]:
        for _ in self._json.items():
            yield self._json.value()

    def _owner(self, authors: dict[str, dict[str, Any]], chat: Conversation) -> Account | None:
        said = {each.casefold() for each in self._context.me}
        people = {id_: author for id_, author in authors.items() if id_ and not author.get("isBot")}
        for author in people.values():
            names = (_text(author.get(name)).casefold() for name in ("id", "name", "nickname"))
            if said.intersection(names):
                return _account(author)
        if chat.kind == "direct":
            others = [each for each in people.values() if not _is_called(each, chat.title)]
            if len(others) == 1 and len(people) == 2:
                return _account(others[0])
        if len(people) < 2:
            return None
        raise NeedsAnswer(
            "me",
            f"{self._context.name} does not say which of these people you are.",
            [_account(author).name for author in people.values()][:50],
        )

    def _message(self, value: Any, chat: str) -> Iterator[Record]:
        place = f"message {self._kept + 1}"
        self._kept += 1
        message = _object(value)
        when = _moment(message.get("timestamp"))
        id_ = _text(message.get("id"))
        if not id_ or when is None:
            yield Problem("the message has no id or no usable time", place)
            return
        author = _object(message.get("author"))
        if author.get("isBot") is True:
            yield Skipped("a message by a program", place)
            return
        if _text(message.get("type")) not in _SAID:
            yield Skipped("a line that Discord wrote", place)
            return
        files = tuple(
            name[:300]
            for each in _objects(message.get("attachments"))
            if (name := _text(each.get("fileName")))
        )
        text = _text(message.get("content"))[:TEXT_CHARACTERS]
        if not (text or files):
            yield Skipped("an empty message", place)
            return
        reference = _object(message.get("reference"))
        edited = _moment(message.get("timestampEdited"))
        yield Message(
            key=id_,
            conversation_key=chat,
            sender=_account(author) if _text(author.get("id")) else None,
            sent_at=when.astimezone(UTC),
            utc_offset_minutes=_offset(when),
            text=text,
            reply_to=_text(reference.get("messageId")),
            attachments=files[:100],
            reactions=_reactions(message.get("reactions")),
            edited_at=edited.astimezone(UTC)
            if (edited := _moment(message.get("timestampEdited")))
            else None,
            place=place,
        )


def _conversation(guild: dict[str, Any], channel: dict[str, Any]) -> Conversation | None:
    key = _text(channel.get("id"))
    if not key:
        return None
    is_direct = _text(channel.get("type")) == "DirectTextChat"
    name = _text(channel.get("name"))
    server = _text(guild.get("name"))
    is_alone = is_direct or _text(guild.get("id")) in {"", "0"}
    return Conversation(
        key=key,
        kind="direct" if is_direct else "group",
        title=name if is_alone else f"{server} / {name}",
    )


def _account(author: dict[str, Any]) -> Account:
    name = _text(author.get("nickname")) or _text(author.get("name"))
    return Account("discord", _text(author.get("id")), name[:300])


def _is_called(author: dict[str, Any], title: str) -> bool:
    names = {_text(author.get(name)).casefold() for name in ("name", "nickname")}
    return title.casefold() in names


def _reactions(value: Any) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for each in _objects(value):
        name = _text(_object(each.get("emoji")).get("name"))
        count = each.get("count")
        if name and isinstance(count, int) and 0 < count < 1_000_000:
            found[name[:60]] = count
    return tuple(sorted(found.items()))


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(_text(value))
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return aware if 1970 < aware.year < 2200 else None


def _offset(when: datetime) -> int | None:
    offset = when.utcoffset()
    return int(offset.total_seconds() // 60) if offset else None


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return storable(value).strip() if isinstance(value, str) else ""


IMPORTER = DiscordChatImporter()
