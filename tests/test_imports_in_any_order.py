"""Three exports of one account give the same memory in all six orders, and imported again.

For every chat importer: an older export, a newer one, and one of a part of the time. Between them
something is edited, taken back, reacted to, and somebody or a chat bears another name. EXCEPTIONS
says what a format cannot know.
"""

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.chat_exports import ROBIN, import_folder, seen
from tests.made_exports import made_memory

EXCEPTIONS: Final = {
    "all": "two exports that end with the same message of a chat and of all chats, and differ"
    " without a time of the edit: the later import holds",
    "telegram, slack, discord": "a message that was deleted is not there, as if it had never been:"
    " it stays where an older export has it",
    "messenger, discord-package": "an edit has no time: what the export says that reaches further"
    " holds",
    "signal-export": "an edited message has no time, no mark and no id: it is there twice",
    "whatsapp": "an edit or deletion is told by its minute: several of one side in one minute stay",
    "google-chat": "a message without a time that is understood stands where it was first put",
}


class Said(NamedTuple):
    """One message. at: minutes since the beginning. edited: minute of the edit, or -1."""

    number: int
    at: int
    is_own: bool
    text: str
    edited: int = -1
    is_gone: bool = False
    reactions: int = 0


class Export(NamedTuple):
    """What an account holds when it is exported. peer: what the other one is called."""

    said: tuple[Said, ...]
    peer: str
    group: str


OLD = (
    Said(1, 0, False, "are you home?"),
    Said(2, 1, True, "at sevn"),
    Said(3, 2, False, "I was fired, keep it to yourself"),
    Said(4, 3, True, "the lamp is broken"),
    Said(5, 5, False, "bring a torch"),
)
NEW = (
    OLD[0]._replace(reactions=1),
    OLD[1]._replace(text="at seven", edited=20),
    OLD[2]._replace(is_gone=True),
    OLD[3],
    OLD[4],
    Said(6, 40, True, "on my way"),
    Said(7, 41, False, "good"),
)
OLDER = Export(OLD, "Ana", "Rowing")
NEWER = Export(NEW, "Ana Gil", "Rowing club")
PART = Export(NEW[4:6], "Ana Gil", "Rowing club")
BEGIN: Final = 1_790_000_040
Write = Callable[[Path, Export], None]


def _ms(minute: int) -> int:
    return (BEGIN + 60 * minute) * 1_000


def _iso(minute: int) -> str:
    return datetime.fromtimestamp(BEGIN + 60 * minute, UTC).isoformat()


def _put(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")


def _telegram(folder: Path, export: Export) -> None:
    messages: list[dict[str, Any]] = []
    for each in export.said:
        if each.is_gone:
            continue
        who = {"from": "Robin Owner", "from_id": "user111"}
        if not each.is_own:
            who = {"from": export.peer, "from_id": "user222"}
        edited = {"edited_unixtime": str(BEGIN + 60 * each.edited)} if each.edited > 0 else {}
        marks = [{"type": "emoji", "count": each.reactions, "emoji": "❤"}] if each.reactions else []
        messages.append(
            {"id": each.number, "type": "message", "text": each.text, "reactions": marks}
            | {"date_unixtime": str(BEGIN + 60 * each.at)} | who | edited
        )  # fmt: skip
    me = {"user_id": 111, "first_name": "Robin", "last_name": "Owner"}
    chats = [
        {"name": export.peer, "type": "personal_chat", "id": 222, "messages": messages},
        {"name": export.group, "type": "private_supergroup", "id": 55, "messages": messages},
    ]
    _put(folder / "result.json", {"personal_information": me, "chats": {"list": chats}})


def _whatsapp(folder: Path, export: Export, title: str = "", peer: str = "") -> None:
    lines = []
    for each in export.said:
        stamp = f"{datetime.fromtimestamp(BEGIN + 60 * each.at, UTC):%d/%m/%Y, %H:%M}"
        text = "This message was deleted" if each.is_gone else each.text
        text += " <This message was edited>" if each.edited > 0 else ""
        lines.append(f"{stamp} - {'Robin Owner' if each.is_own else peer or export.peer}: {text}\n")
    _put(folder / f"WhatsApp Chat with {title or export.peer}.txt", "".join(lines))


def _whatsapp_number(folder: Path, export: Export) -> None:
    number = "+351 911 222 333" if export.peer == "Ana" else ""
    _whatsapp(folder, export, number, number)


def _whatsapp_group(folder: Path, export: Export) -> None:
    more = (Said(9, 4, False, "me too"), Said(8, 4, True, "who else?"))
    said = tuple(sorted((*export.said, *more[: 2 if export is not PART else 0])))
    _whatsapp(folder, export._replace(said=tuple(sorted(said, key=lambda s: s.at))), export.group)
    path = folder / f"WhatsApp Chat with {export.group}.txt"
    text = path.read_text("utf-8").replace(f"{export.peer}: me too", "Karl Berg: me too")
    begin = "" if export is PART else "21/09/2026, 14:00 - You created this group\n"
    path.write_text(begin + text, "utf-8")


def _signal(folder: Path, export: Export) -> None:
    names = export.peer.partition(" ")
    contact = {"aci": "EjRWeJCrze8SNFZ4kKvN7w==", "e164": "351911222333"}
    contact |= {"systemGivenName": names[0], "systemFamilyName": names[2]}
    frames: list[dict[str, Any]] = [
        {"version": "1", "backupTimeMs": str(_ms(60)), "mediaRootBackupKey": "AAAA"},
        {"account": {"givenName": "Robin", "familyName": "Owner"}},
        {"recipient": {"id": "1", "self": {}}},
        {"recipient": {"id": "2", "contact": contact}},
        {"chat": {"id": "1", "recipientId": "2"}},
    ]
    for each in export.said:
        sent = each.edited if each.edited > 0 else each.at
        item: dict[str, Any] = {
            "chatId": "1", "authorId": "1" if each.is_own else "2", "dateSent": str(_ms(sent)),
        }  # fmt: skip
        if each.is_gone:
            item["remoteDeletedMessage"] = {}
        else:
            marks = [{"emoji": "❤", "authorId": "1"}] * each.reactions
            item["standardMessage"] = {"text": {"body": each.text}, "reactions": marks}
        if each.edited > 0:
            item["revisions"] = [{"dateSent": str(_ms(each.at))}]
        frames.append({"chatItem": item})
    _put(folder / "main.jsonl", "".join(json.dumps(frame) + "\n" for frame in frames))


def _signal_export(folder: Path, export: Export) -> None:
    lines = [
        {
            "date": _iso(each.at),
            "sender": "Me" if each.is_own else export.peer,
            "body": "" if each.is_gone else each.text,
            "quote": "", "sticker": "", "attachments": [], "deleted": each.is_gone,
            "reactions": [["Me", "❤"]] * each.reactions,
        }
        for each in export.said
        # It knows no edits: a changed message has its last words.
        if not each.edited > 0
    ]  # fmt: skip
    _put(folder / export.peer / "data.json", "".join(json.dumps(line) + "\n" for line in lines))


def _messenger(folder: Path, export: Export) -> None:
    messages = [
        {
            "sender_name": "Robin Owner" if each.is_own else export.peer,
            "timestamp_ms": _ms(each.at),
            "content": "" if each.is_gone else each.text,
            "is_unsent": each.is_gone,
            "reactions": [{"reaction": "❤", "actor": "x"}] * each.reactions,
        }
        for each in reversed(export.said)
    ]
    people = [{"name": export.peer}, {"name": "Robin Owner"}]
    thread = {"participants": people, "messages": messages, "title": export.peer}
    thread["thread_path"] = "inbox/ana_1001"
    _put(folder / "your_facebook_activity/messages/inbox/ana_1001/message_1.json", thread)


def _instagram(folder: Path, export: Export) -> None:
    _messenger(folder / "x", export)
    inner = folder / "x" / "your_facebook_activity"
    inner.rename(folder / "your_instagram_activity")


def _google_chat(folder: Path, export: Export) -> None:
    def when(minute: int) -> str:
        moment = datetime.fromtimestamp(BEGIN + 60 * minute, UTC)
        return f"{moment:%A, %B} {moment.day}, {moment:%Y at %I:%M:%S %p} UTC"

    people = [
        {"name": "Robin Owner", "email": "robin@owner.example", "user_type": "Human"},
        {"name": export.peer, "email": "ana@gil.example", "user_type": "Human"},
    ]
    messages = []
    for each in export.said:
        message: dict[str, Any] = {"message_id": f"m/{each.number}"}
        if each.is_gone:
            message |= {"message_state": "DELETED", "deletion_metadata": {}}
        else:
            message |= {"creator": people[not each.is_own], "created_date": when(each.at)}
            message |= {"text": each.text}
            marks = [{"emoji": {"unicode": "❤"}, "reactor_emails": ["x"]}] * each.reactions
            message |= {"reactions": marks}
        if each.edited > 0:
            message["updated_date"] = when(each.edited)
        messages.append(message)
    root = folder / "Takeout/Google Chat"
    _put(root / "Groups/DM abc/messages.json", {"messages": messages})
    _put(root / "Groups/DM abc/group_info.json", {"members": people})
    _put(root / "Users/User 1/user_info.json", {"user": people[0]})


def _slack(folder: Path, export: Export) -> None:
    users = [
        {"id": "U1", "team_id": "T1", "name": "robin", "profile": {"real_name": "Robin Owner"}},
        {"id": "U2", "team_id": "T1", "name": "ana", "profile": {"real_name": export.peer}},
    ]
    messages = []
    for each in export.said:
        ts = f"{BEGIN + 60 * each.at}.000100"
        message: dict[str, Any] = {"type": "message", "user": "U1" if each.is_own else "U2"}
        message |= {"text": each.text, "ts": ts}
        if each.is_gone:
            message = {"type": "message", "subtype": "tombstone", "ts": ts, "text": "deleted"}
        if each.edited > 0:
            message["edited"] = {"ts": f"{BEGIN + 60 * each.edited}.0"}
        if each.reactions:
            message["reactions"] = [{"name": "heart", "count": each.reactions}]
        messages.append(message)
    _put(folder / "users.json", users)
    _put(folder / "channels.json", [{"id": "C1", "name": "rowing", "members": ["U1", "U2"]}])
    _put(folder / "rowing/2026-09-21.json", messages)


def _discord(folder: Path, export: Export) -> None:
    messages = []
    for each in export.said:
        if each.is_gone:
            continue
        author = {"id": "12", "name": "robin", "nickname": "Robin Owner"}
        if not each.is_own:
            author = {"id": "11", "name": "ana", "nickname": export.peer}
        marks = [{"emoji": {"name": "❤"}, "count": each.reactions}] if each.reactions else []
        messages.append(
            {
                "id": str(each.number), "type": "Default", "timestamp": _iso(each.at),
                "timestampEdited": _iso(each.edited) if each.edited > 0 else None,
                "content": each.text, "author": author, "reactions": marks,
            }
        )  # fmt: skip
    channel = {"id": "9001", "type": "DirectTextChat", "name": export.peer}
    _put(folder / "dm.json", {"guild": {"id": "0"}, "channel": channel, "messages": messages})


def _discord_package(folder: Path, export: Export) -> None:
    rows = [
        {
            "ID": each.number,
            "Timestamp": _iso(each.at)[:19].replace("T", " "),
            "Contents": each.text,
        }
        for each in export.said
        if each.is_own
    ]
    channel = {"id": "90001", "type": "DM", "recipients": ["11", "12"]}
    _put(folder / "messages/c90001/channel.json", channel)
    _put(folder / "messages/c90001/messages.json", rows)
    _put(folder / "messages/index.json", {"90001": f"Direct Message with {export.peer}#0"})
    _put(folder / "account/user.json", {"id": "12", "global_name": "Robin Owner"})


def _apple(folder: Path, export: Export) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(folder / "chat.db")
    connection.executescript(
        "CREATE TABLE handle(id TEXT, country TEXT);"
        "CREATE TABLE chat(guid TEXT, style INTEGER, chat_identifier TEXT, display_name TEXT);"
        "CREATE TABLE chat_message_join(chat_id INTEGER, message_id INTEGER);"
        "CREATE TABLE chat_handle_join(chat_id INTEGER, handle_id INTEGER);"
        "CREATE TABLE message(guid TEXT, text TEXT, handle_id INTEGER, is_from_me INTEGER,"
        " date INTEGER, date_edited INTEGER, date_retracted INTEGER, destination_caller_id TEXT,"
        " associated_message_guid TEXT, associated_message_type INTEGER);"
        "INSERT INTO handle VALUES ('+351911222333', 'pt');"
        "INSERT INTO chat VALUES ('iMessage;-;+351911222333', 45, '+351911222333', '');"
        "INSERT INTO chat_handle_join VALUES (1, 1);"
    )

    def apple(minute: int) -> int:
        return (BEGIN + 60 * minute - 978_307_200) * 1_000_000_000

    def insert(*values: object) -> None:
        row = connection.execute("INSERT INTO message VALUES (?,?,?,?,?,?,?,?,?,?)", values)
        connection.execute("INSERT INTO chat_message_join VALUES (1, ?)", (row.lastrowid,))

    for each in export.said:
        edited = apple(each.edited) if each.edited > 0 else 0
        gone = apple(30) if each.is_gone else 0
        text = None if each.is_gone else each.text
        own = ROBIN.phones[0]
        insert(f"m{each.number}", text, 1, each.is_own, apple(each.at), edited, gone, own, None, 0)
        if each.reactions:
            insert("r1", "Loved", 1, 0, apple(42), 0, 0, own, f"p:0/m{each.number}", 2000)
    connection.commit()
    connection.close()


IMPORTERS: Final[dict[str, Write]] = {
    "whatsapp": _whatsapp,
    "whatsapp, a number that was saved under a name": _whatsapp_number,
    "whatsapp, a group": _whatsapp_group,
    "telegram": _telegram,
    "signal": _signal,
    "signal-export": _signal_export,
    "messenger": _messenger,
    "instagram": _instagram,
    "google-chat": _google_chat,
    "slack": _slack,
    "discord": _discord,
    "discord-package": _discord_package,
    "imessage": _apple,
}
# What of a message is nowhere in the newer export of these.
FORGETS: Final = {"telegram", "discord"}


@pytest.mark.parametrize("importer", IMPORTERS)
def test_every_order_gives_the_same_memory(importer: str, tmp_path: Path) -> None:
    exports = [OLDER, NEWER, PART]
    if importer in FORGETS:
        exports[0] = OLDER._replace(said=tuple(s for s in OLDER.said if s.number != 3))
    folders = [tmp_path / f"export{number}" for number in range(3)]
    for folder, export in zip(folders, exports, strict=True):
        IMPORTERS[importer](folder, export)
    found = {}
    for order in permutations(range(3)):
        home = tmp_path / "".join(map(str, order))
        home.mkdir()
        with made_memory(home, ROBIN) as writer:
            for number in order:
                import_folder(writer, folders[number])
            once = seen(writer)
            for number in order:
                import_folder(writer, folders[number])
            assert seen(writer) == once, f"imported again in the order {order}"
        found[order] = once
    first = found[0, 1, 2]
    assert "I was fired" not in str(first)
    assert "at sevn" not in str(first) or importer == "signal-export"
    assert "on my way" in str(first)
    for order, memory in found.items():
        assert memory == first, f"the order {order} against older, newer, part"
