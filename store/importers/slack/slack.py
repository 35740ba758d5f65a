"""Slack exports: a zip with `users.json`, lists of channels, and for each a file a day."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
from store.importers.reading.json_stream import JsonDamageError, JsonStream
from store.importers.reading.json_values import list_in, object_in, objects_in, text_in
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
from store.importers.slack.text import plain_text

MEMBERS: Final = 20_000
_DAY: Final = re.compile(r"\A(?P<chat>[^/]+)/\d{4}-\d{2}-\d{2}\.json\Z")
_LISTS: Final[tuple[tuple[str, ConversationKind], ...]] = (
    ("channels.json", "group"),
    ("groups.json", "group"),
    ("mpims.json", "group"),
    ("dms.json", "direct"),
)
_SENT: Final = re.compile(r"(?:[^/]+/)?(?:__uploads|__avatars|attachments|uploads|files)/")
_DEEPEST_BLOCK: Final = 6
# What people say; every other subtype is a line written by Slack or by a program.
_SAID: Final = frozenset(
    {"", "file_share", "thread_broadcast", "me_message", "file_comment", "reply_broadcast"}
)


@dataclass(frozen=True, slots=True)
class _Chat:
    key: str
    kind: ConversationKind
    title: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Workspace:
    """The people in it. people: by id; robots: ids; names: of people and chats, by id."""

    team: str
    people: dict[str, Account]
    robots: set[str]
    names: dict[str, str]

    def writer(self, id_: str) -> Account | None:
        """The account of an id; somebody from another workspace has only the id."""
        return self.people.get(id_) or (Account("slack", id_, scope=self.team) if id_ else None)

    def outsider(self, id_: str, profile: dict[str, Any]) -> Account | None:
        """The account of a writer, who may be of another company: then the message names them."""
        known = self.writer(id_)
        name = text_in(profile.get("real_name")) or text_in(profile.get("display_name"))
        return replace(known, name=name[:300]) if known and not known.name and name else known


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
            # slackdump puts what was sent into folders of its own, or into those of the chats.
            sent = {f"{file.rpartition('/')[0]}/" for file in days} | {
                f"{root}{inner[0]}" for name in names if (inner := _SENT.match(name))
            }
            everything = bool(root) or folder.is_packed
            found.append(
                FolderExport(
                    root,
                    tuple(sorted((*taken, *days))),
                    (root,) if everything else tuple(sorted(sent)),
                )
            )
        return found

    def extract(self, folder: ExportFolder, context: ReadingContext) -> Iterator[Record]:
        """See `FolderImporter.extract`."""
        users = _list_in(folder, "users.json")
        if users is None:
            raise UnreadableExport(
                f"users.json of {context.name} cannot be read; it names everybody."
            )
        team = next((team for user in users if (team := text_in(user.get("team_id")))), "")
        people = {id_: _account(user, team) for user in users if (id_ := _id(user))}
        robots = {id_ for user in users if (id_ := _id(user)) and _is_robot(user)}
        chats, names = _chats(folder, people)
        workspace = _Workspace(team, people, robots, names)
        owner = _owner(users, chats, context)
        yield SourceInfo("slack", team, "Slack")
        # Whoever is in every chat of two may not be listed.
        if account := workspace.writer(owner):
            yield OwnerAccount(account)
        files: dict[str, list[str]] = defaultdict(list)
        for file in folder.files():
            if found := _DAY.match(file):
                files[found["chat"]].append(file)
        for name, days in files.items():
            chat = chats.get(name) or _Chat(name, "group", name, ())
            members = [each for each in chat.members if each in people and each not in robots]
            title = chat.title
            if chat.kind == "direct":
                others = (each for each in chat.members if each in people and each != owner)
                title = next((people[each].name for each in others), "")
            yield Conversation(chat.key, chat.kind, title, tuple(people[each] for each in members))
            for file in days:
                yield from _day(folder, file, chat.key, workspace)


def _chats(
    folder: ExportFolder, people: dict[str, Account]
) -> tuple[dict[str, _Chat], dict[str, str]]:
    """The chats by the name of their folder, and the name of every id."""
    chats: dict[str, _Chat] = {}
    names = {id_: account.name for id_, account in people.items()}
    for file, kind in _LISTS:
        for chat in _list_in(folder, file) or []:
            key = _id(chat)
            title = text_in(chat.get("name"))
            members = [each for each in list_in(chat.get("members")) if isinstance(each, str)]
            if key:
                names.setdefault(key, title)
                made = _Chat(
                    key, kind, "" if file == "mpims.json" else title, tuple(members[:MEMBERS])
                )
                chats[title or key] = chats[key] = made
    return chats, names


def _owner(users: list[dict[str, Any]], chats: dict[str, _Chat], context: ReadingContext) -> str:
    """The owner's user id: the one that the owner gave, or whoever is in every chat of two.

    A name is the last to be asked: everybody chooses their own, and may choose the owner's.
    """
    said = {each.casefold() for each in context.me}
    people = {account.value: account for user in users if (account := _account(user, "")).value}
    sure = [
        each.value
        for each in people.values()
        if {told.casefold() for told in (each.value, *each.emails)} & said
    ]
    if len(sure) == 1:
        return sure[0]
    direct = {chat.key: chat for chat in chats.values() if chat.kind == "direct"}
    counts = Counter(member for chat in direct.values() for member in set(chat.members))
    top = counts.most_common(2)
    in_all = [member for member, count in top if count == len(direct)]
    if len(direct) > 1 and len(in_all) == 1:
        return in_all[0]
    called = [_id(user) for user in users if {name.casefold() for name in _names(user)} & said]
    if len(called) == 1:
        return called[0]
    shown = [each for each in users if _id(each) and not _is_robot(each)]
    options = [_id(each) if _id(each) in called else people[_id(each)].name for each in shown]
    if not options:
        return ""
    raise NeedsAnswer(
        "me", f"{context.name} does not say which of these people you are.", options[:50]
    )


def _names(user: dict[str, Any]) -> set[str]:
    profile = object_in(user.get("profile"))
    given = (profile.get("real_name"), profile.get("display_name"))
    told = (*given, user.get("real_name"), user.get("name"))
    return {text_in(each) for each in told} - {""}


def _day(folder: ExportFolder, file: str, chat: str, workspace: _Workspace) -> Iterator[Record]:
    try:
        with folder.open(file) as stream:
            json = JsonStream(stream)
            for number, _ in enumerate(json.items(), start=1):
                place = f"{file}, message {number}"
                value = json.value()
                if isinstance(value, dict):
                    yield _message(value, chat, workspace, place)
                else:
                    yield Problem("the message is not written as Slack writes messages", place)
    except JsonDamageError as error:
        yield Problem(f"the rest of the file was left out, because {error}", file)
    except UnreadableExport as error:
        yield Problem(str(error), file)


def _message(value: dict[str, Any], chat: str, workspace: _Workspace, place: str) -> Record:
    stamp = text_in(value.get("ts"))
    when = _moment(stamp)
    if when is None:
        return Problem("the message has no usable time", place)
    subtype = text_in(value.get("subtype"))
    writer = text_in(value.get("user"))
    if subtype == "file_comment":
        writer = text_in(object_in(value.get("comment")).get("user"))
    if (
        subtype == "bot_message"
        or writer in workspace.robots
        or (value.get("bot_id") and not writer)
    ):
        return Skipped("a message by a program", place)
    if subtype == "tombstone":
        sender = workspace.writer(writer)
        return Message(f"{chat}/{stamp}", chat, sender, when, "", deleted=True, place=place)
    if subtype not in _SAID:
        return Skipped("a line that Slack wrote", place)
    text = _words(value, workspace)
    shared = objects_in(value.get("files")) or objects_in([value.get("file")])
    files = tuple(filter(None, (text_in(each.get("name"))[:300] for each in shared)))
    if not (text or files):
        return Skipped("an empty message", place)
    thread = text_in(value.get("thread_ts"))
    edited = object_in(value.get("edited"))
    return Message(
        key=f"{chat}/{stamp}",
        conversation_key=chat,
        sender=workspace.outsider(writer, object_in(value.get("user_profile"))),
        sent_at=when,
        text=text,
        reply_to=f"{chat}/{thread}" if thread and thread != stamp else "",
        attachments=files[:100],
        reactions=_reactions(value.get("reactions")),
        edited_at=_moment(text_in(edited.get("ts"))),
        place=place,
    )


def _words(value: dict[str, Any], workspace: _Workspace) -> str:
    """The text, or what stands in blocks alone; and the words of messages that were shared."""
    told = [plain_text(text_in(value.get("text")), workspace.names)]
    if not told[0]:
        pieces = _texts_in_blocks(value.get("blocks"), workspace)
        told = [plain_text("".join(pieces), workspace.names)]
    for each in objects_in(value.get("attachments")):
        is_shared = bool(each.get("is_share")) or bool(each.get("is_msg_unfurl"))
        words = text_in(each.get("text")) or text_in(each.get("fallback"))
        title = text_in(each.get("title"))
        if is_shared:
            author = text_in(each.get("author_name")) or "somebody"
            told.append(f"Shared from {author}:\n{plain_text(words, workspace.names)}")
        elif not told[0]:
            told.append(plain_text("\n".join(filter(None, (title, words))), workspace.names))
    return "\n".join(filter(None, told))


def _texts_in_blocks(value: Any, workspace: _Workspace, depth: int = 0) -> Iterator[str]:
    """The pieces of text in Slack's blocks, in order; they nest a few levels deep."""
    for each in objects_in(value) if depth < _DEEPEST_BLOCK else ():
        text = each.get("text")
        if isinstance(text, dict):
            yield text_in(text.get("text"))
        elif isinstance(text, str):
            yield text
        elif each.get("type") == "user":
            yield f"@{workspace.names.get(text_in(each.get('user_id')), 'somebody')}"
        elif each.get("type") == "link":
            yield text_in(each.get("url"))
        yield from _texts_in_blocks(each.get("elements"), workspace, depth + 1)
        if str(each.get("type", "")).startswith("rich_text_") and depth < _DEEPEST_BLOCK:
            yield "\n"


def _reactions(value: Any) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for each in objects_in(value):
        name = text_in(each.get("name"))
        count = each.get("count")
        if name and isinstance(count, int) and 0 < count < 1_000_000:
            found[f":{name[:60]}:"] = count
    return tuple(sorted(found.items()))


def _account(user: dict[str, Any], team: str) -> Account:
    profile = object_in(user.get("profile"))
    name = (
        text_in(profile.get("real_name"))
        or text_in(user.get("real_name"))
        or text_in(profile.get("display_name"))
        or text_in(user.get("name"))
    )
    email, phone = text_in(profile.get("email")), text_in(profile.get("phone"))
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


def _moment(stamp: str) -> datetime | None:
    try:
        seconds = float(stamp)
    except ValueError:
        return None
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 7_258_118_400 else None


def _list_in(folder: ExportFolder, file: str) -> list[dict[str, Any]] | None:
    """The objects of a list, or None when the file is missing or cannot be read."""
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
    return text_in(value.get("id"))[:100]


FOLDER_IMPORTER = SlackImporter()
