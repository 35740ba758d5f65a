"""Google Chat as Google Takeout exports it: one folder a group, in localised times."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

from store.importers import ExportFolder, FolderExport, ReadingContext, UnreadableExport
from store.importers.google_chat_times import spoken_time
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

INFO_CHARACTERS: Final = 4 * 1024 * 1024
TEXT_CHARACTERS: Final = 100_000
MEMBERS: Final = 5_000
_GROUP: Final = re.compile(
    r"\A(?P<group>.*?(?P<kind>DM|Space)[ _][^/]+)/(?:messages|group_info)\.json\Z"
)
_USER: Final = re.compile(r"(?:\A|.*/)Users/[^/]+/user_info\.json\Z")


class GoogleChatImporter:
    """The folder `Google Chat` of a Takeout."""

    format = "google-chat"
    title = "Google Chat (Takeout)"

    def find(self, folder: ExportFolder) -> Sequence[FolderExport]:
        """See `FolderImporter.find`."""
        files = folder.files()
        groups = [file for file in files if _GROUP.match(file) and _is_chat(folder.head(file))]
        if not any(file.endswith("messages.json") for file in groups):
            return []
        users = [file for file in files if _USER.match(file) and b'"user"' in folder.head(file)]
        return [FolderExport("", tuple(sorted((*groups, *users))))]

    def extract(self, folder: ExportFolder, context: ReadingContext) -> Iterator[Record]:
        """See `FolderImporter.extract`."""
        owner: Account | None = None
        groups: dict[str, dict[str, str]] = defaultdict(dict)
        for file in folder.files():
            if found := _GROUP.match(file):
                groups[found["group"]][PurePosixPath(file).name] = file
            elif owner is None:
                told = _whole(folder, file)
                owner = _person(told.get("user")) if isinstance(told, dict) else None
        if not groups:
            raise UnreadableExport(f"{context.name} holds no chats of Google Chat.")
        yield SourceInfo("google chat", owner.value.casefold() if owner else "", "Google Chat")
        if owner:
            yield OwnerAccount(owner)
        for group, files in groups.items():
            yield from _group(folder, group, files, owner)


def _group(
    folder: ExportFolder, group: str, files: dict[str, str], owner: Account | None
) -> Iterator[Record]:
    name = PurePosixPath(group).name
    info = _whole(folder, files["group_info.json"]) if "group_info.json" in files else {}
    info = info if isinstance(info, dict) else {}
    listed = info.get("members")
    listed = listed if isinstance(listed, list) else []
    members = [person for each in listed[:MEMBERS] if (person := _person(each))]
    title = storable(info["name"]) if isinstance(info.get("name"), str) else ""
    is_direct = name.startswith("DM") and len(members) <= 2
    if not title and owner and is_direct:
        title = next((each.name for each in members if each.value != owner.value), "")
    yield Conversation(
        key=name,
        kind="direct" if is_direct else "group",
        title=title,
        participants=tuple(members),
    )
    if "messages.json" not in files:
        return
    file = files["messages.json"]
    count = 0
    try:
        with folder.open(file) as stream:
            json = JsonStream(stream)
            for key in json.members():
                if key == "messages":
                    for _ in json.items():
                        value = json.value()
                        count += 1
                        yield _message(value, name, f"{file}, message {count}")
    except JsonDamageError as error:
        yield Problem(
            f"the file could not be read further, because {error}; kept before that: {count:,}",
            file,
        )
    except UnreadableExport as error:
        yield Problem(str(error), file)


def _message(value: Any, chat: str, place: str) -> Record:
    if not isinstance(value, dict):
        return Problem("the message is not written as Google Chat writes messages", place)
    creator = value.get("creator")
    if isinstance(creator, dict) and str(creator.get("user_type", "")).casefold() == "bot":
        return Skipped("a message by a bot", place)
    id_ = value.get("message_id")
    sender = _person(creator)
    text = _text(value.get("text"))
    when = spoken_time(_text(value.get("created_date")))
    files = tuple(
        storable(name)[:300]
        for each in _list(value.get("attached_files"))
        if isinstance(each, dict) and isinstance(name := each.get("original_name"), str) and name
    )
    if "deletion_metadata" in value or value.get("message_state") == "DELETED":
        return Skipped("a message that was taken back", place)
    if not (text or files):
        return Skipped("an empty message", place)
    if not isinstance(id_, str) or not id_:
        # Old exports have no ids.
        stated = "/".join((sender.value if sender else "", _text(value.get("created_date")), text))
        id_ = f"{chat}/{stated[:400]}"
    quoted = value.get("quoted_message_metadata")
    return Message(
        key=storable(id_)[:500],
        conversation_key=chat,
        sender=sender,
        sent_at=when,
        text=text,
        edited_at=spoken_time(_text(value.get("updated_date"))),
        reply_to=_quoted(quoted) if isinstance(quoted, dict) else "",
        reactions=_reactions(value.get("reactions")),
        attachments=files,
        place=place,
    )


def _quoted(value: dict[str, Any]) -> str:
    found = value.get("message_id")
    return storable(found)[:500] if isinstance(found, str) else ""


def _reactions(value: Any) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for each in _list(value):
        emoji = each.get("emoji") if isinstance(each, dict) else None
        sign = emoji.get("unicode") if isinstance(emoji, dict) else None
        if isinstance(sign, str) and sign:
            found[storable(sign)[:40]] = max(1, len(_list(each.get("reactor_emails"))))
    return tuple(sorted(found.items()))


def _person(value: Any) -> Account | None:
    """A member or writer; bots, and accounts without an address, are nobody."""
    if not isinstance(value, dict) or str(value.get("user_type", "")).casefold() == "bot":
        return None
    email = value.get("email")
    if not isinstance(email, str) or "@" not in email:
        return None
    return Account("email", storable(email).strip()[:300], _text(value.get("name"))[:300])


def _whole(folder: ExportFolder, file: str) -> Any:
    """A small file as a whole; an empty object when it cannot be read."""
    try:
        with folder.open(file) as stream:
            return JsonStream(stream).value()
    except (JsonDamageError, UnreadableExport):
        return {}


def _is_chat(head: bytes) -> bool:
    return any(
        word in head for word in (b'"creator"', b'"created_date"', b'"members"', b'"messages"')
    )


def _text(value: Any) -> str:
    return storable(value).strip()[:TEXT_CHARACTERS] if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


FOLDER_IMPORTER = GoogleChatImporter()
