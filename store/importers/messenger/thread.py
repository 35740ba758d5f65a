"""One file of a Messenger or Instagram thread: what it says, in the order it was said."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final

from store.importers.reading.json_stream import JsonDamageError, JsonStream
from store.importers.reading.json_values import list_in, object_in, objects_in
from store.importers.reading.mojibake import repaired
from store.importers.records import Account, Event, Message, Problem, Record, Skipped

MOST_MESSAGES: Final = 500_000
NAME_CHARACTERS: Final = 300
TEXT_CHARACTERS: Final = 100_000
# The year 2200.
LAST_MILLISECOND: Final = 7_258_118_400_000
PARTICIPANTS: Final = 1_000
FILES_OF_A_MESSAGE: Final = 100

# Deleted accounts: many people under one name.
_NOBODY: Final = frozenset(
    "facebook user|facebook-nutzer|facebook-nutzer:in|utilisateur facebook|usuario de facebook|"
    "utilizador do facebook|usuário do facebook|utente di facebook|facebook-användare|"
    "facebook-gebruiker|instagram user|instagrammer|instagram-nutzer".split("|")
)
_SERVICE_TYPES: Final = frozenset({"subscribe", "unsubscribe"})
# Lines that the program writes for a tap, in English; those in other languages stay as words.
_REACTION_LINE: Final = re.compile(
    r"(?:\S{1,20} )?[Rr]eacted \S{1,20} to (?:your|a|their) (?:message|photo|video)\s*"
    r"|Liked a message|You sent an attachment\.|.{1,200} sent an attachment\.",
)
_MEDIA_LISTS: Final = ("photos", "videos", "audio_files", "files", "gifs", "media")


@dataclass(slots=True)
class Thread:
    """One file. messages: as in the file, broken values included, oldest first."""

    participants: list[str] = field(default_factory=list)
    title: str = ""
    path: str = ""
    is_group: bool = False
    is_encrypted: bool = False
    messages: list[Any] = field(default_factory=list)
    damage: str = ""


def read_thread(stream: BinaryIO) -> Thread:
    """Read one file. Raises JsonDamageError when it is no JSON object at all."""
    thread = Thread()
    json = JsonStream(stream)
    if json.peek() != "{":
        raise JsonDamageError("it is damaged")
    try:
        for key in json.members():
            if key == "messages":
                for _ in json.items():
                    value = json.value()
                    if len(thread.messages) < MOST_MESSAGES:
                        thread.messages.append(value)
            else:
                _take(thread, key, json.value())
    except JsonDamageError as error:
        thread.damage = str(error)
    times = [time for time in map(_milliseconds, thread.messages) if time]
    if times and times[0] > times[-1]:
        thread.messages.reverse()
    if not thread.participants:
        names = (_sender(message) for message in thread.messages)
        thread.participants = list(dict.fromkeys(filter(None, names)))[:PARTICIPANTS]
    return thread


def _take(thread: Thread, key: str, value: Any) -> None:
    if key == "participants" and isinstance(value, list):
        names = (each.get("name") if isinstance(each, dict) else each for each in value)
        thread.participants = [name for each in names if (name := _name(each))][:PARTICIPANTS]
    elif key in {"title", "threadName"}:
        thread.title = _name(value)
        thread.is_encrypted = key == "threadName"
    elif key == "thread_path" and isinstance(value, str):
        thread.path = repaired(value)[:NAME_CHARACTERS]
    elif key == "thread_type":
        thread.is_group = isinstance(value, str) and "group" in value.casefold()


def thread_key(thread: Thread, file: str) -> str:
    """The name of the thread in every export: its folder, wherever that was filed."""
    if thread.path:
        return PurePosixPath(thread.path).name
    if thread.is_encrypted:
        return f"encrypted:{thread.title}"
    folder = PurePosixPath(file).parent.name
    return folder or "&".join(sorted(thread.participants))


def account(name: str, key: str) -> Account:
    """A participant. The export has only names, so a name means one person in one thread."""
    return Account("label", name, name, scope=key)


def is_nobody(name: str) -> bool:
    """Whether a name stands for all accounts that were deleted."""
    return name.casefold() in _NOBODY


class ThreadReader:
    """The messages of one thread, which may be cut into several files."""

    def __init__(self, key: str, people: list[str], *, is_direct: bool) -> None:
        self._key = key
        self._people = [name for name in people if not is_nobody(name)]
        self._is_direct = is_direct
        self._seen: Counter[str] = Counter()

    def records(self, thread: Thread, file: str) -> Iterator[Record]:
        """Yield what one file of the thread holds, oldest first."""
        for number, message in enumerate(thread.messages, start=1):
            place = f"{file}, message {number}"
            if not isinstance(message, dict):
                yield Problem("the message is not written as this export writes messages", place)
            else:
                yield self._record(message, place)
        if thread.damage:
            yield Problem(
                f"the file could not be read further, because {thread.damage}; "
                f"kept before that: {len(thread.messages):,}",
                file,
            )

    def _record(self, message: dict[str, Any], place: str) -> Record:
        milliseconds = _milliseconds(message)
        if not milliseconds:
            return Problem("the message has no usable time", place)
        sender = _sender(message)
        key = self._message_key(sender, milliseconds)
        when = datetime.fromtimestamp(milliseconds / 1000, UTC)
        kind = str(message.get("type", "")).casefold()
        if kind == "call" or "call_duration" in message:
            return self._call(message, key, when, sender, place)
        if kind in _SERVICE_TYPES:
            return Skipped("a line that the program wrote", place)
        files = _files(message)
        text = _words(message)
        if _REACTION_LINE.fullmatch(text):
            if not files:
                return Skipped("a line that the program wrote", place)
            text = ""
        is_taken_back = message.get("is_unsent") is True or message.get("isUnsent") is True
        if not (text or files or is_taken_back):
            return Skipped("an empty message", place)
        return Message(
            key=key,
            conversation_key=self._key,
            sender=account(sender, self._key) if sender and not is_nobody(sender) else None,
            sent_at=when,
            text=text,
            attachments=files,
            reactions=_reactions(message),
            deleted=is_taken_back,
            place=place,
        )

    def _call(
        self, message: dict[str, Any], key: str, when: datetime, sender: str, place: str
    ) -> Record:
        seconds = message.get("call_duration")
        seconds = seconds if isinstance(seconds, int) and 0 <= seconds < 7 * 86_400 else 0
        if message.get("missed") is True or not seconds:
            return Skipped("a call that nobody took", place)
        names = self._people if self._is_direct else [sender] if sender in self._people else []
        return Event(
            key=key,
            kind="call",
            title="Call",
            starts_at=when,
            ends_at=when + timedelta(seconds=seconds),
            attendees=tuple(account(name, self._key) for name in names),
            conversation_key=self._key,
            place=place,
        )

    def _message_key(self, sender: str, milliseconds: int) -> str:
        # There are no ids: a key is who said it when, and which of several at that moment.
        stem = f"{self._key}/{milliseconds}/{hashlib.sha256(sender.encode()).hexdigest()[:8]}"
        self._seen[stem] += 1
        return stem if self._seen[stem] == 1 else f"{stem}/{self._seen[stem]}"


def _milliseconds(message: Any) -> int:
    if not isinstance(message, dict):
        return 0
    found = message.get("timestamp_ms", message.get("timestamp"))
    if not isinstance(found, int) or isinstance(found, bool):
        return 0
    return found if 0 < found < LAST_MILLISECOND else 0


def _sender(message: Any) -> str:
    if not isinstance(message, dict):
        return ""
    return _name(message.get("sender_name", message.get("senderName")))


def _name(value: Any) -> str:
    return " ".join(repaired(value).split())[:NAME_CHARACTERS] if isinstance(value, str) else ""


def _words(message: dict[str, Any]) -> str:
    share = object_in(message.get("share"))
    parts = [
        message.get("content", message.get("text")),
        share.get("share_text"),
        share.get("link"),
    ]
    texts = [repaired(part).strip()[:TEXT_CHARACTERS] for part in parts if isinstance(part, str)]
    if any(texts[1:]) and texts and _REACTION_LINE.fullmatch(texts[0]):
        texts = texts[1:]
    return "\n".join(dict.fromkeys(filter(None, texts)))


def _files(message: dict[str, Any]) -> tuple[str, ...]:
    found = [each for name in _MEDIA_LISTS for each in list_in(message.get(name))]
    found.append(message.get("sticker"))
    paths = (each.get("uri") for each in found if isinstance(each, dict))
    names = (PurePosixPath(repaired(path)).name for path in paths if isinstance(path, str))
    return tuple(list(filter(None, names))[:FILES_OF_A_MESSAGE])


def _reactions(message: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    given = (each.get("reaction") for each in objects_in(message.get("reactions")))
    counted = Counter(repaired(each)[:40] for each in given if isinstance(each, str) and each)
    return tuple(sorted(counted.items()))
