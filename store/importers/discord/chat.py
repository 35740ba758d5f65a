"""A Discord chat as DiscordChatExporter writes it to JSON: everybody's messages."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from store.importers import ExportFolder, NeedsAnswer, ReadingContext, UnreadableExport
from store.importers.reading.json_stream import JsonDamageError, JsonStream
from store.importers.reading.json_values import (
    list_in,
    moment_in,
    object_in,
    objects_in,
    text_in,
)
from store.importers.records import (
    Account,
    Conversation,
    Event,
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

    def sent_with(self, _folder: ExportFolder, file: str) -> Sequence[str]:
        """See `SendsFiles`: the exporter puts a chat's files into a folder named after it."""
        return (f"{file}_Files/",)

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
        # Who takes part in the calls of a chat of two.
        self._people: list[Account] = []

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
                guild = object_in(self._json.value())
            elif key == "channel":
                channel = object_in(self._json.value())
                self._chat = _conversation(guild, channel)
            elif key == "messages" and self._chat is not None:
                yield from self._messages(self._chat)

    def _messages(self, chat: Conversation) -> Iterator[Record]:
        held: list[Any] = []
        authors: dict[str, dict[str, Any]] = {}
        values = self._values()
        # In a chat of two the second writer is known once both have written.
        for value in values:
            held.append(value)
            author = object_in(object_in(value).get("author"))
            authors.setdefault(text_in(author.get("id")), author)
            if len(held) >= 5_000 or (chat.kind == "direct" and len(authors) > 1):
                break
        owner = self._owner(authors, chat)
        if chat.kind == "direct":
            self._people = [
                _account(each) for id_, each in authors.items() if id_ and not each.get("isBot")
            ]
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
        """The author who is the owner: by id or account, by the chat's name, by nickname.

        Nicknames come last: everybody chooses their own, and may choose the owner's.
        """
        said = {each.casefold() for each in self._context.me}
        people = {id_: author for id_, author in authors.items() if id_ and not author.get("isBot")}
        for author in people.values():
            if said.intersection(text_in(author.get(name)).casefold() for name in ("id", "name")):
                return _account(author)
        if chat.kind == "direct":
            others = [each for each in people.values() if not _is_called(each, chat.title)]
            if len(others) == 1 and len(people) == 2:
                return _account(others[0])
        called = [
            id_ for id_, each in people.items() if text_in(each.get("nickname")).casefold() in said
        ]
        if len(called) == 1:
            return _account(people[called[0]])
        if len(people) < 2:
            return None
        raise NeedsAnswer(
            "me",
            f"{self._context.name} does not say which of these people you are.",
            [id_ if id_ in called else _account(each).name for id_, each in people.items()][:50],
        )

    def _call(self, message: dict[str, Any], chat: str, began: datetime) -> Event | None:
        """A call that was taken, which has an end that is later than its beginning."""
        ended = moment_in(message.get("callEndedTimestamp"))
        author = object_in(message.get("author"))
        if text_in(message.get("type")) != "Call" or ended is None or ended <= began:
            return None
        caller = _account(author)
        people = [caller, *(each for each in self._people if each.value != caller.value)]
        return Event(
            key=f"{chat}:call:{text_in(message.get('id'))}",
            kind="call",
            title="Discord call",
            starts_at=began.astimezone(UTC),
            ends_at=ended.astimezone(UTC),
            organizer=caller,
            attendees=tuple(people),
            conversation_key=chat,
            place=f"message {self._kept}",
        )

    def _message(self, value: Any, chat: str) -> Iterator[Record]:
        place = f"message {self._kept + 1}"
        self._kept += 1
        message = object_in(value)
        when = moment_in(message.get("timestamp"))
        id_ = text_in(message.get("id"))
        if not id_ or when is None:
            yield Problem("the message has no id or no usable time", place)
            return
        author = object_in(message.get("author"))
        if author.get("isBot") is True:
            yield Skipped("a message by a program", place)
            return
        if call := self._call(message, chat, when):
            yield call
            return
        if text_in(message.get("type")) not in _SAID:
            yield Skipped("a line that Discord wrote", place)
            return
        text, files = _said_in(message)
        if forwarded := object_in(message.get("forwardedMessage")):
            words, more = _said_in(forwarded)
            text = "\n".join(filter(None, (text, "Forwarded:", words)))
            files += more
        if not (text or files):
            yield Skipped("an empty message", place)
            return
        reference = object_in(message.get("reference"))
        edited = moment_in(message.get("timestampEdited"))
        yield Message(
            key=id_,
            conversation_key=chat,
            sender=_account(author) if text_in(author.get("id")) else None,
            sent_at=when.astimezone(UTC),
            utc_offset_minutes=_offset(when),
            text=text,
            reply_to=text_in(reference.get("messageId")),
            attachments=files[:100],
            reactions=_reactions(message.get("reactions")),
            edited_at=edited.astimezone(UTC)
            if (edited := moment_in(message.get("timestampEdited")))
            else None,
            place=place,
        )


def _said_in(message: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The words of a message with those of its embeds, and the names of what was sent with it."""
    files = [
        *(text_in(each.get("fileName")) for each in objects_in(message.get("attachments"))),
        *(
            f"sticker {name}"
            for each in objects_in(message.get("stickers"))
            if (name := text_in(each.get("name")))
        ),
    ]
    words = text_in(message.get("content"))[:TEXT_CHARACTERS]
    told = [words]
    for embed in objects_in(message.get("embeds")):
        parts = (text_in(embed.get("title")), text_in(embed.get("description")))
        # The preview of a link that was written says little more.
        if not (words and text_in(embed.get("url")) in words):
            told += [part for part in parts if part and part not in words]
    poll = object_in(message.get("poll"))
    if question := text_in(object_in(poll.get("question")).get("text")):
        files.append(f"poll: {question}")
        answers = (object_in(each.get("pollMedia", each)) for each in list_in(poll.get("answers")))
        told += [question, *(text_in(each.get("text")) for each in answers)]
    return (
        "\n".join(dict.fromkeys(filter(None, told)))[:TEXT_CHARACTERS],
        tuple(name[:300] for name in files if name),
    )


def _conversation(guild: dict[str, Any], channel: dict[str, Any]) -> Conversation | None:
    key = text_in(channel.get("id"))
    if not key:
        return None
    is_direct = text_in(channel.get("type")) == "DirectTextChat"
    name = text_in(channel.get("name"))
    server = text_in(guild.get("name"))
    is_alone = is_direct or text_in(guild.get("id")) in {"", "0"}
    return Conversation(
        key=key,
        kind="direct" if is_direct else "group",
        title=name if is_alone else f"{server} / {name}",
    )


def _account(author: dict[str, Any]) -> Account:
    name = text_in(author.get("nickname")) or text_in(author.get("name"))
    return Account("discord", text_in(author.get("id")), name[:300])


def _is_called(author: dict[str, Any], title: str) -> bool:
    names = {text_in(author.get(name)).casefold() for name in ("name", "nickname")}
    return title.casefold() in names


def _reactions(value: Any) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for each in objects_in(value):
        name = text_in(object_in(each.get("emoji")).get("name"))
        count = each.get("count")
        if name and isinstance(count, int) and 0 < count < 1_000_000:
            found[name[:60]] = count
    return tuple(sorted(found.items()))


def _offset(when: datetime) -> int | None:
    offset = when.utcoffset()
    return int(offset.total_seconds() // 60) if offset else None


IMPORTER = DiscordChatImporter()
