"""The package that Discord sends to a user: the owner's own messages, without the answers."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any, Final

from store.importers import ExportFolder, FolderExport, ReadingContext, UnreadableExport
from store.importers.reading.json_stream import JsonDamageError, JsonStream
from store.importers.reading.json_values import list_in, moment_in, object_file, object_in, text_in
from store.importers.reading.table_rows import open_table
from store.importers.records import (
    Account,
    Conversation,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
    SourceInfo,
)

_CHAT: Final = re.compile(
    r"\A(?P<root>(?:.*/)?)(?P<messages>[^/]+)/c?(?P<id>\d{5,25})/(?P<file>channel\.json|messages\.(?:json|csv))\Z"
)
# Discord names the folders in the user's language.
_USER: Final = re.compile(r"\A[^/]+/user\.json\Z")
_INDEX: Final = re.compile(r"\A[^/]+/index\.json\Z")
_DIRECT: Final = frozenset({"1", "DM"})
_GROUP: Final = frozenset({"3", "GROUP_DM"})
_WITH: Final = re.compile(r"\ADirect Message with (?P<name>.+?)(?:#\d{1,4})?\Z")
TEXT_CHARACTERS: Final = 100_000


class DiscordPackageImporter:
    """The zip `package.zip` or its folder."""

    format = "discord-package"
    title = "Discord package"

    def find(self, folder: ExportFolder) -> Sequence[FolderExport]:
        """See `FolderImporter.find`."""
        files = folder.files()
        exports: dict[str, list[str]] = defaultdict(list)
        for file in files:
            if found := _CHAT.match(file):
                exports[found["root"]].append(file)
        exports = {
            root: taken
            for root, taken in exports.items()
            if any(_is_channel(folder, file) for file in taken)
        }
        return [
            FolderExport(
                root,
                tuple(sorted({*taken, *_beside(root, files)})),
                tuple(sorted({f"{file.rpartition('/')[0]}/" for file in taken})),
            )
            for root, taken in sorted(exports.items())
        ]

    def extract(self, folder: ExportFolder, context: ReadingContext) -> Iterator[Record]:
        """See `FolderImporter.extract`."""
        files = set(folder.files())
        user = next((object_file(folder, name) for name in sorted(files) if _USER.match(name)), {})
        owner = Account(
            "discord",
            text_in(user.get("id")),
            text_in(user.get("global_name")) or text_in(user.get("username")),
            emails=(email,) if "@" in (email := text_in(user.get("email"))) else (),
        )
        chat_files = [found for file in sorted(files) if (found := _CHAT.match(file))]
        names = {f"{found['messages']}/index.json" for found in chat_files}.intersection(files)
        index = next((object_file(folder, name) for name in sorted(names)), {})
        chats: dict[str, dict[str, str]] = defaultdict(dict)
        for file in folder.files():
            if found := _CHAT.match(file):
                chats[found["id"]][found["file"]] = file
        if not chats:
            raise UnreadableExport(f"{context.name} holds no chats of Discord.")
        yield SourceInfo("discord", owner.value, "Discord")
        if owner.value:
            yield OwnerAccount(owner)
        for id_, here in chats.items():
            yield from _chat(folder, id_, here, text_in(index.get(id_)), owner)


def _beside(root: str, files: Sequence[str]) -> set[str]:
    """The files that say who the owner is and what the chats are called."""
    inside = ((file, file.removeprefix(root)) for file in files if file.startswith(root))
    return {file for file, name in inside if _USER.match(name) or _INDEX.match(name)}


def _is_channel(folder: ExportFolder, file: str) -> bool:
    """Whether a file describes a chat as Discord does."""
    return file.endswith("channel.json") and b'"type"' in folder.head(file)


def _chat(
    folder: ExportFolder, id_: str, files: dict[str, str], called: str, owner: Account
) -> Iterator[Record]:
    channel = object_file(folder, files["channel.json"]) if "channel.json" in files else {}
    kind = str(channel.get("type", ""))
    is_direct = kind in _DIRECT or called.startswith("Direct Message with ")
    guild = channel.get("guild")
    title = called or text_in(channel.get("name"))
    if isinstance(guild, dict) and (server := text_in(guild.get("name"))):
        title = f"{server} / {text_in(channel.get('name'))}"
    named = _WITH.match(called)
    people = [text_in(each) for each in list_in(channel.get("recipients"))]
    others = [each for each in people if each and each != owner.value and each.isdigit()]
    participants = [owner] if owner.value else []
    for other in others[:1_000] if kind in _DIRECT | _GROUP or is_direct else []:
        name = named["name"] if named and len(others) == 1 else ""
        participants.append(Account("discord", other, name))
    yield Conversation(
        key=id_,
        kind="direct" if is_direct else "group",
        title=named["name"] if named else title,
        participants=tuple(participants),
    )
    file = files.get("messages.json") or files.get("messages.csv")
    if file is None:
        return
    sender = owner if owner.value else None
    try:
        rows = _json_rows(folder, file) if file.endswith(".json") else _csv_rows(folder, file)
        for row, place in rows:
            if isinstance(row, Problem):
                yield Problem(row.reason, f"{file}, {row.place}")
            else:
                yield _message(row, id_, sender, f"{file}, {place}")
    except JsonDamageError as error:
        yield Problem(f"the rest of the file was left out, because {error}", file)
    except UnreadableExport as error:
        yield Problem(str(error), file)


_Rows = Iterator[tuple[dict[str, Any] | Problem, str]]


def _json_rows(folder: ExportFolder, file: str) -> _Rows:
    with folder.open(file) as stream:
        json = JsonStream(stream)
        for number, _ in enumerate(json.items(), start=1):
            value = json.value()
            yield object_in(value), f"message {number}"


def _csv_rows(folder: ExportFolder, file: str) -> _Rows:
    with folder.open(file) as stream:
        headings, rows = open_table(stream, file, frozenset({"id", "timestamp", "contents"}))
        for row in rows:
            if isinstance(row, Problem):
                yield row, row.place
            else:
                yield dict(zip(headings, row.cells, strict=False)), f"line {row.line}"


def _message(row: dict[str, Any], chat: str, sender: Account | None, place: str) -> Record:
    key = str(row.get("ID") or "").strip()
    when = moment_in(row.get("Timestamp"))
    if not key.isdigit() or when is None:
        return Problem("the message has no id or no usable time", place)
    text = text_in(row.get("Contents"))[:TEXT_CHARACTERS]
    addresses = text_in(row.get("Attachments")).split()
    files = tuple(
        name for each in addresses[:100] if (name := each.partition("?")[0].rpartition("/")[2])
    )
    if not (text or files):
        return Skipped("an empty message", place)
    return Message(key, chat, sender, when.astimezone(UTC), text, attachments=files, place=place)


FOLDER_IMPORTER = DiscordPackageImporter()
