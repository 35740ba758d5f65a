"""Google Chat as Google Takeout exports it: a folder for each group, with localised times."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

from store.importers import ExportFolder, FolderExport, ReadingContext, UnreadableExport
from store.importers.google_chat.times import spoken_time
from store.importers.reading.json_stream import JsonDamageError, JsonStream
from store.importers.reading.json_values import list_in, object_file, object_in, text_in
from store.importers.reading.storable import storable
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
        sent = {f"{found['group']}/" for file in groups if (found := _GROUP.match(file))}
        return [FolderExport("", tuple(sorted((*groups, *users))), tuple(sorted(sent)))]

    def extract(self, folder: ExportFolder, context: ReadingContext) -> Iterator[Record]:
        """See `FolderImporter.extract`."""
        owner: Account | None = None
        groups: dict[str, dict[str, str]] = defaultdict(dict)
        for file in folder.files():
            if found := _GROUP.match(file):
                groups[found["group"]][PurePosixPath(file).name] = file
            elif owner is None:
                owner = _person(object_file(folder, file).get("user"))
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
    info = object_file(folder, files["group_info.json"]) if "group_info.json" in files else {}
    members = [
        person for each in list_in(info.get("members"))[:MEMBERS] if (person := _person(each))
    ]
    title = text_in(info.get("name"))
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
    count = untimed = 0
    example = ""
    try:
        with folder.open(file) as stream:
            json = JsonStream(stream)
            for key in json.members():
                if key == "messages":
                    for _ in json.items():
                        value = json.value()
                        count += 1
                        record = _message(value, name, f"{file}, message {count}")
                        if isinstance(record, Message) and not (record.sent_at or record.deleted):
                            untimed += 1
                            example = example or text_in(object_in(value).get("created_date"))
                        yield record
    except JsonDamageError as error:
        yield Problem(
            f"the file could not be read further, because {error}; kept before that: {count:,}",
            file,
        )
    except UnreadableExport as error:
        yield Problem(str(error), file)
    if untimed:
        yield Problem(
            f"the time of {untimed:,} messages is not understood, such as “{example[:100]}”; they "
            "are kept at their place among the others",
            file,
        )


def _message(value: Any, chat: str, place: str) -> Record:
    if not isinstance(value, dict):
        return Problem("the message is not written as Google Chat writes messages", place)
    creator = value.get("creator")
    if isinstance(creator, dict) and str(creator.get("user_type", "")).casefold() == "bot":
        return Skipped("a message by a bot", place)
    id_ = value.get("message_id")
    sender = _person(creator) or _without_address(creator, chat)
    text = text_in(value.get("text"))[:TEXT_CHARACTERS]
    when = spoken_time(text_in(value.get("created_date")))
    files = tuple(
        storable(name)[:300]
        for each in list_in(value.get("attached_files"))
        if isinstance(each, dict) and isinstance(name := each.get("original_name"), str) and name
    )
    is_taken_back = "deletion_metadata" in value or value.get("message_state") == "DELETED"
    if is_taken_back and not id_:
        return Skipped("a message that was taken back", place)
    if not (text or files or is_taken_back):
        return Skipped("an empty message", place)
    if not isinstance(id_, str) or not id_:
        # Old exports have no ids.
        stated = "/".join(
            (sender.value if sender else "", text_in(value.get("created_date")), text)
        )
        id_ = f"{chat}/{stated[:400]}"
    quoted = object_in(value.get("quoted_message_metadata"))
    return Message(
        key=storable(id_)[:500],
        conversation_key=chat,
        sender=sender,
        sent_at=when,
        text=text,
        edited_at=spoken_time(text_in(value.get("updated_date"))),
        reply_to=text_in(quoted.get("message_id"))[:500],
        reactions=_reactions(value.get("reactions")),
        attachments=files,
        deleted=is_taken_back,
        place=place,
    )


def _reactions(value: Any) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for each in list_in(value):
        emoji = each.get("emoji") if isinstance(each, dict) else None
        sign = emoji.get("unicode") if isinstance(emoji, dict) else None
        if isinstance(sign, str) and sign:
            found[storable(sign)[:40]] = max(1, len(list_in(each.get("reactor_emails"))))
    return tuple(sorted(found.items()))


def _person(value: Any) -> Account | None:
    """A member or writer; None for bots and for accounts without an address."""
    if not isinstance(value, dict) or str(value.get("user_type", "")).casefold() == "bot":
        return None
    email = value.get("email")
    if not isinstance(email, str) or "@" not in email:
        return None
    return Account("email", storable(email).strip()[:300], text_in(value.get("name"))[:300])


def _without_address(value: Any, chat: str) -> Account | None:
    """A writer whose account is gone: the name means that person in this chat."""
    entry = object_in(value)
    name = text_in(entry.get("name"))[:300]
    if not name or str(entry.get("user_type", "")).casefold() == "bot":
        return None
    return Account("label", name, name, scope=chat)


def _is_chat(head: bytes) -> bool:
    return any(
        word in head for word in (b'"creator"', b'"created_date"', b'"members"', b'"messages"')
    )


FOLDER_IMPORTER = GoogleChatImporter()
