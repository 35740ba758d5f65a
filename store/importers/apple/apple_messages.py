"""Apple Messages: `chat.db` of a Mac, or `sms.db` of a phone's backup.

The schema differs between systems, so only the columns that exist are asked for. Keys are Apple's
own ids, the same on all devices of the owner.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final

from store.importers import ExportFolder, ReadingContext, UnreadableExport
from store.importers.apple.database import DamagedDatabaseError, ForeignDatabase
from store.importers.apple.people import Chat, Handles, account_of, text_of
from store.importers.apple.text import archived_text, last_edit, plain, summary_of
from store.importers.reading.storable import storable
from store.importers.records import (
    Account,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
    SourceInfo,
)

_MAGIC: Final = b"SQLite format 3\x00"
_TABLES: Final = (b"chat_message_join", b"chat_handle_join", b"message_attachment_join")
_COLUMNS: Final = (
    *("guid", "text", "subject", "handle_id", "attributedBody", "account", "date", "is_from_me"),
    *("item_type", "associated_message_guid", "associated_message_type", "balloon_bundle_id"),
    *("cache_has_attachments", "thread_originator_guid", "date_edited", "date_retracted"),
    *("destination_caller_id", "associated_message_emoji", "message_summary_info"),
    *("is_audio_message", "is_spam"),
)
_EPOCH: Final = datetime(2001, 1, 1, tzinfo=UTC)
# Larger numbers are nanoseconds, as since macOS 10.13.
_LARGEST_SECONDS: Final = 10**11
_TAPBACKS: Final = ("❤️", "👍", "👎", "😂", "‼️", "❓", "", "sticker")
_ADDED, _REMOVED, _AFTER_TAPBACKS = 2000, 3000, 4000
_MOST_FILES: Final = 100
_OBJECT: Final = "\ufffc"


_SENT: Final = ("Attachments", "StickerCache", "NickNameCache")


class AppleMessagesImporter:
    """The database of Messages."""

    format = "imessage"
    title = "Apple Messages (chat.db)"

    def recognises(self, path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        is_named = path.name.lower() in ("chat.db", "sms.db")
        return head.startswith(_MAGIC) and (is_named or any(name in head for name in _TABLES))

    def sent_with(self, _folder: ExportFolder, file: str) -> Sequence[str]:
        """See `SendsFiles`."""
        place = file[: len(file) - len(file.rpartition("/")[2])]
        return tuple(f"{place}{name}/" for name in _SENT)

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        # A database is no stream; it is read from its path.
        del stream
        if context.path is None:
            raise UnreadableExport(
                f"{context.name} is a database and cannot be read inside a zip. Unpack it, and "
                "import the unpacked file."
            )
        try:
            database = ForeignDatabase(context.path)
        except (DamagedDatabaseError, OSError) as error:
            raise UnreadableExport(
                f"{context.name} cannot be read as the database of Apple Messages, because {error}."
            ) from error
        try:
            yield from _Export(database, context).records()
        finally:
            database.close()


class _Export:
    """One database that is being read."""

    def __init__(self, database: ForeignDatabase, context: ReadingContext) -> None:
        self._database = database
        self._context = context
        self._begun: set[str] = set()
        self._owners: set[Account] = set()
        self._kept = 0

    def records(self) -> Iterator[Record]:
        name = self._context.name
        if not (
            self._database.has("message", "guid", "date")
            and self._database.has("handle", "id")
            and self._database.has("chat", "guid")
            and self._database.has("chat_message_join", "chat_id", "message_id")
        ):
            raise UnreadableExport(f"{name} is a database, but not the one of Apple Messages.")
        try:
            self._handles = Handles(self._database)
            self._reactions = dict(self._read_reactions())
        except DamagedDatabaseError as error:
            raise UnreadableExport(f"{name} cannot be read, because {error}.") from error
        yield SourceInfo("imessage", "", "Apple Messages")
        if self._has_unmerged_log():
            yield Problem(
                f"the newest messages may still lie in {name}-wal, which is not read. To have "
                f'them too, make a copy with: sqlite3 {name} ".backup copy.db", and import that',
                name,
            )
        try:
            yield from self._messages()
        except DamagedDatabaseError as error:
            yield Problem(
                f"the file could not be read further, because {error}; the {self._kept:,} "
                "messages before it were kept",
                name,
            )

    def _has_unmerged_log(self) -> bool:
        path = self._context.path
        log = path.with_name(f"{path.name}-wal") if path else None
        return log is not None and log.is_file() and log.stat().st_size > 0

    def _read_reactions(self) -> Iterator[tuple[str, tuple[tuple[str, int], ...]]]:
        """Each message's reactions. A person's later reaction replaces an earlier one."""
        if not self._database.has("message", "associated_message_type"):
            return
        names = ("associated_message_type", "associated_message_guid", "associated_message_emoji")
        columns = self._database.chosen("message", (*names, "handle_id", "is_from_me"))
        given: dict[str, dict[int, str]] = {}
        for row in self._database.rows(
            f"SELECT {columns} FROM message WHERE associated_message_type >= {_ADDED}"
            f" AND associated_message_type < {_AFTER_TAPBACKS} ORDER BY ROWID"
        ):
            kind = row["associated_message_type"]
            handle = row["handle_id"]
            if not isinstance(kind, int):
                continue
            target = given.setdefault(_target(row["associated_message_guid"]), {})
            who = 0 if row["is_from_me"] or not isinstance(handle, int) else handle
            if kind >= _REMOVED:
                target.pop(who, None)
            else:
                known = _TAPBACKS[kind - _ADDED] if kind - _ADDED < len(_TAPBACKS) else ""
                target[who] = known or text_of(row["associated_message_emoji"]) or "reaction"
        for guid, reactions in given.items():
            yield guid, tuple(Counter(reactions.values()).items())

    def _messages(self) -> Iterator[Record]:
        columns = self._database.chosen("message", _COLUMNS)
        last = None
        for row in self._database.rows(
            f"SELECT message.ROWID AS row, joined.chat_id AS chat, {columns} FROM message"
            " LEFT JOIN chat_message_join AS joined ON joined.message_id = message.ROWID"
            " ORDER BY message.ROWID"
        ):
            # Otherwise it is the same message in another chat.
            if row["row"] != last:
                yield from self._message(row)
            last = row["row"]

    def _message(self, row: dict[str, Any]) -> Iterator[Record]:
        place = f"message {row['row']}"
        chat = self._handles.chat(row["chat"])
        if reason := self._reason(row, chat):
            yield Skipped(reason, place)
            return
        key = text_of(row["guid"])
        if chat is None or not key:
            yield Problem("the message has no id or no chat; it was left out", place)
            return
        sender = self._owner(row) if row["is_from_me"] else self._sender(row, chat)
        if row["is_from_me"] and sender and sender not in self._owners:
            self._owners.add(sender)
            yield OwnerAccount(sender)
        summary = summary_of(row["message_summary_info"])
        text = self._text(row, summary)
        files = self._files(row)
        is_unsent = bool(row["date_retracted"]) or bool(summary.get("rp"))
        if not (text or files or is_unsent):
            yield Skipped("a message of which the export shows nothing", place)
            return
        conversation = chat.conversation
        if conversation.key not in self._begun:
            self._begun.add(conversation.key)
            yield conversation
        self._kept += 1
        yield Message(
            key=key,
            conversation_key=conversation.key,
            sender=sender,
            sent_at=_instant(row["date"]),
            text=text,
            reply_to=text_of(row["thread_originator_guid"]),
            attachments=files,
            reactions=self._reactions.get(key, ()),
            edited_at=_instant(row["date_edited"]),
            deleted=is_unsent and not (text or files),
            place=place,
        )

    def _reason(self, row: dict[str, Any], chat: Chat | None) -> str:
        """Why a row is left out, or an empty string."""
        kind = row["associated_message_type"]
        if isinstance(kind, int) and _ADDED <= kind < _AFTER_TAPBACKS:
            return "a reaction, counted with its message"
        if row["item_type"]:
            return "a line that Messages wrote"
        if row["is_spam"]:
            return "junk"
        if row["chat"] is None:
            return "a message of no chat, such as a deleted one"
        if (chat and chat.is_service) or self._handles.is_service(row["handle_id"]):
            return "a message of a service"
        return ""

    def _owner(self, row: dict[str, Any]) -> Account:
        """The one of the owner's addresses from which a message was sent."""
        used = account_of(row["destination_caller_id"], None)
        account = text_of(row["account"])
        if used is None and account[:2].upper() in ("E:", "P:"):
            used = account_of(account[2:], None)
        return used or Account("imessage", "me")

    def _sender(self, row: dict[str, Any], chat: Chat) -> Account | None:
        return self._handles.account(row["handle_id"]) or chat.peer

    def _text(self, row: dict[str, Any], summary: dict[str, Any]) -> str:
        text = row["text"] if isinstance(row["text"], str) else ""
        found = plain(text) or plain(archived_text(row["attributedBody"]))
        subject = plain(text_of(row["subject"]))
        return "\n".join(filter(None, (subject, found or plain(last_edit(summary)))))

    def _files(self, row: dict[str, Any]) -> tuple[str, ...]:
        """The names of the files that were sent with the words."""
        if row["is_audio_message"]:
            return ("voice message",)
        names: list[str] = []
        has_files = row["cache_has_attachments"] or _OBJECT in str(row["text"] or "")
        if has_files and self._database.has("message_attachment_join", "message_id"):
            columns = self._database.chosen(
                "attachment", ("transfer_name", "filename", "mime_type")
            )
            for file in self._database.rows(
                f"SELECT {columns} FROM message_attachment_join AS joined"
                " JOIN attachment ON attachment.ROWID = joined.attachment_id"
                f" WHERE joined.message_id = ? LIMIT {_MOST_FILES}",
                row["row"],
            ):
                path = text_of(file["filename"]).rpartition("/")[2]
                kind = text_of(file["mime_type"]).partition("/")[0]
                names.append(text_of(file["transfer_name"]) or path or kind or "file")
        if has_files and not names:
            names.append("file")
        if not names and row["balloon_bundle_id"] and not row["text"]:
            names.append("message of an app")
        return tuple(names)


def _target(guid: Any) -> str:
    """The id of the message that a reaction is to; what comes before it tells the part."""
    text = storable(guid) if isinstance(guid, str) else ""
    return text.rpartition("/")[2].removeprefix("bp:")


def _instant(value: Any) -> datetime | None:
    """Seconds or nanoseconds since 2001 in UTC; 0 stands for "never"."""
    if not isinstance(value, int) or value <= 0:
        return None
    seconds = value if value < _LARGEST_SECONDS else value / 1_000_000_000
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None


IMPORTER = AppleMessagesImporter()
