"""Slack exports: a zip with `users.json`, lists of channels, and a file a day for each of them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any, Final

from store.importers import (
    ExportFolder,
    FolderExport,
    NeedsAnswer,
    ReadingContext,
    UnreadableExport,
)
from store.importers.json_stream import JsonDamageError, JsonStream
from store.importers.slack_text import plain_text
from store.importers.storable import storable
from store.records import (
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

MEMBERS: Final = 20_000
_DAY: Final = re.compile(r"\A(?P<chat>[^/]+)/\d{4}-\d{2}-\d{2}\.json\Z")
_LISTS: Final[tuple[tuple[str, ConversationKind], ...]] = (
    ("channels.json", "group"),
    ("groups.json", "group"),
    ("mpims.json", "group"),
    ("dms.json", "direct"),
)
# What people say; every other subtype is a line of Slack or of a program.
_SAID: Final = frozenset(
    {"", "file_share", "thread_broadcast", "me_message", "file_comment", "reply_broadcast"}
)


@dataclass(frozen=True, slots=True)
class _Chat:
    key: str
    kind: ConversationKind
    title: str
    members: tuple[str, ...]


class SlackImporter:
    """The zip that Slack makes for a workspace, or that slackdump makes for a member."""

    format = "slack"
    title = "Slack export"

    def find(self, folder: ExportFolder) -> Sequence[FolderExport]:
        """See `FolderImporter.find`."""
        found = []
        files = folder.files()
        for users in (file for file in files if PurePosixPath(file).name == "users.json"):
            root = users.removesuffix("users.json")
            inside = [file for file in files if file.startswith(root)]
            names = {file.removeprefix(root) for file in inside}
            lists = {name for name, _ in _LISTS} & names
            if not lists or b'"id"' not in folder.head(users):
                continue
            days = [file for file in inside if _DAY.match(file.removeprefix(root))]
            taken = [file for file in inside if file.removeprefix(root) in {*lists, "users.json"}]
            found.append(FolderExport(root, tuple(sorted((*taken, *days)))))
        return found

    def extract(self, folder: ExportFolder, context: ReadingContext) -> Iterator[Record]:
        """See `FolderImporter.extract`."""
        users = _list_in(folder, "users.json")
        if users is None:
            raise UnreadableExport(
                f"users.json of {context.name} cannot be read; it names everybody."
            )
        team = next((team for user in users if (team := _text(user.get("team_id")))), "")
        people = {id_: _account(user, team) for user in users if (id_ := _id(user))}
        robots = {id_ for user in users if (id_ := _id(user)) and _is_robot(user)}
        chats, names = _chats(folder, people)
        owner = _owner(users, chats, context)
        yield SourceInfo("slack", team, "Slack")
        if owner:
            yield OwnerAccount(people[owner])
        files: dict[str, list[str]] = defaultdict(list)
        for file in folder.files():
            if found := _DAY.match(file):
                files[found["chat"]].append(file)
        for name, days in files.items():
            chat = chats.get(name) or _Chat(name, "group", name, ())
            members = tuple(
                people[each] for each in chat.members if each in people and each not in robots
            )
            title = chat.title
            if chat.kind == "direct":
                title = next(
                    (people[e].name for e in chat.members if e in people and e != owner), ""
                )
            yield Conversation(chat.key, chat.kind, title, members)
            for file in days:
                yield from _day(folder, file, chat.key, people, robots, names)


def _chats(
    folder: ExportFolder, people: dict[str, Account]
) -> tuple[dict[str, _Chat], dict[str, str]]:
    """The chats by the name of their folder, and what every id is called."""
    chats: dict[str, _Chat] = {}
    names = {id_: account.name for id_, account in people.items()}
    for file, kind in _LISTS:
        for chat in _list_in(folder, file) or []:
            key = _id(chat)
            title = _text(chat.get("name"))
            listed = chat.get("members")
            members = (
                [each for each in listed if isinstance(each, str)]
                if isinstance(listed, list)
                else []
            )
            if key:
                names.setdefault(key, title)
                made = _Chat(
                    key, kind, "" if file == "mpims.json" else title, tuple(members[:MEMBERS])
                )
                chats[title or key] = chats[key] = made
    return chats, names


def _owner(users: list[dict[str, Any]], chats: dict[str, _Chat], context: ReadingContext) -> str:
    """The owner's user id: as the owner said it, or whoever is in every chat of two."""
    said = {each.casefold() for each in context.me}
    for user in users:
        account = _account(user, "")
        profile = _profile(user)
        told = (account.value, account.name, _text(user.get("name")), *account.emails)
        told += (_text(profile.get("display_name")), _text(user.get("real_name")))
        if {each.casefold() for each in told if each} & said:
            return account.value
    direct = {chat.key: chat for chat in chats.values() if chat.kind == "direct"}
    counts = Counter(member for chat in direct.values() for member in set(chat.members))
    top = counts.most_common(2)
    if len(direct) > 1 and top[0][1] == len(direct) and top[1][1] < len(direct):
        return top[0][0]
    options = [_account(user, "").name for user in users if _id(user) and not _is_robot(user)]
    if not options:
        return ""
    raise NeedsAnswer(
        "me", f"{context.name} does not say which of these people you are.", options[:50]
    )


def _day(
    folder: ExportFolder,
    file: str,
    chat: str,
    people: dict[str, Account],
    robots: set[str],
    names: dict[str, str],
) -> Iterator[Record]:
    try:
        with folder.open(file) as stream:
            json = JsonStream(stream)
            for number, _ in enumerate(json.items(), start=1):
                place = f"{file}, message {number}"
                value = json.value()
                if isinstance(value, dict):
                    yield _message(value, chat, people, robots, names, place)
                else:
                    yield Problem("the message is not written as Slack writes messages", place)
    except JsonDamageError as error:
        yield Problem(f"the rest of the file was left out, because {error}", file)
    except UnreadableExport as error:
        yield Problem(str(error), file)


def _message(
    value: dict[str, Any],
    chat: str,
    people: dict[str, Account],
    robots: set[str],
    names: dict[str, str],
    place: str,
) -> Record:
    stamp = _text(value.get("ts"))
    when = _moment(stamp)
    if when is None:
        return Problem("the message has no usable time", place)
    subtype = _text(value.get("subtype"))
    comment = value.get("comment")
    writer = _text(value.get("user"))
    if subtype == "file_comment" and isinstance(comment, dict):
        writer = _text(comment.get("user"))
    if subtype == "bot_message" or writer in robots or (value.get("bot_id") and not writer):
        return Skipped("a message by a program", place)
    if subtype not in _SAID:
        return Skipped("a line that Slack wrote", place)
    text = plain_text(_text(value.get("text")), names)
    listed = value.get("files") if isinstance(value.get("files"), list) else [value.get("file")]
    files = tuple(
        storable(name)[:300]
        for each in listed or []
        if isinstance(each, dict) and isinstance(name := each.get("name"), str) and name
    )
    if not (text or files):
        return Skipped("an empty message", place)
    thread = _text(value.get("thread_ts"))
    edited = value.get("edited")
    return Message(
        key=f"{chat}/{stamp}",
        conversation_key=chat,
        sender=people.get(writer) or (Account("slack", writer, "") if writer else None),
        sent_at=when,
        text=text,
        reply_to=f"{chat}/{thread}" if thread and thread != stamp else "",
        attachments=files[:100],
        reactions=_reactions(value.get("reactions")),
        edited_at=_moment(_text(edited.get("ts"))) if isinstance(edited, dict) else None,
        place=place,
    )


def _reactions(value: Any) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for each in value if isinstance(value, list) else []:
        name = _text(each.get("name")) if isinstance(each, dict) else ""
        count = each.get("count") if isinstance(each, dict) else 0
        if name and isinstance(count, int) and 0 < count < 1_000_000:
            found[f":{name[:60]}:"] = count
    return tuple(sorted(found.items()))


def _account(user: dict[str, Any], team: str) -> Account:
    profile = _profile(user)
    name = (
        _text(profile.get("real_name"))
        or _text(user.get("real_name"))
        or _text(profile.get("display_name"))
        or _text(user.get("name"))
    )
    email, phone = _text(profile.get("email")), _text(profile.get("phone"))
    return Account(
        "slack",
        _id(user),
        name[:300],
        scope=team,
        phones=(phone,) if phone else (),
        emails=(email,) if "@" in email else (),
    )


def _is_robot(user: dict[str, Any]) -> bool:
    return bool(user.get("is_bot")) or _id(user) == "USLACKBOT"


def _profile(user: dict[str, Any]) -> dict[str, Any]:
    profile = user.get("profile")
    return profile if isinstance(profile, dict) else {}


def _moment(stamp: str) -> datetime | None:
    try:
        seconds = float(stamp)
    except ValueError:
        return None
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 7_258_118_400 else None


def _list_in(folder: ExportFolder, file: str) -> list[dict[str, Any]] | None:
    """The objects of a list, or None when the file is not there or cannot be read."""
    if file not in folder.files():
        return None
    try:
        with folder.open(file) as stream:
            json = JsonStream(stream)
            values = []
            for _ in json.items():
                value = json.value()
                if isinstance(value, dict):
                    values.append(value)
            return values
    except (JsonDamageError, UnreadableExport):
        return None


def _id(value: dict[str, Any]) -> str:
    return _text(value.get("id"))[:100]


def _text(value: Any) -> str:
    return storable(value).strip() if isinstance(value, str) else ""


FOLDER_IMPORTER = SlackImporter()
