"""What the program signal-export makes of Signal Desktop: a folder for each chat, with `data.json`.

Each line of `data.json` is one message. Older versions wrote only `chat.md`, which is read where
there is no `data.json`. Everybody is known by the name that Signal showed, the owner as “Me”.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from store.importers import ExportFolder, FolderExport, ReadingContext, UnreadableExport
from store.importers.reading.lines import PackedText
from store.importers.reading.storable import storable
from store.importers.records import (
    Account,
    Conversation,
    ConversationKind,
    Event,
    Line,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
    SourceInfo,
    line_hash,
)
from store.importers.signal.markdown import entries_of_markdown, is_markdown
from store.text.names import name_key, visible

_JSON: Final = "data.json"
_MARKDOWN: Final = "chat.md"
_OWNER: Final = Account("label", "Me", "Me", scope="me")
_NOBODY: Final = ("", "No-Sender")
_MOST_LINES: Final = 300
_MOST_REMEMBERED: Final = 200_000
_LENGTHS: Final = {"h": 3600, "m": 60, "s": 1}


class SignalExportImporter:
    """The file of one chat."""

    format = "signal-export"
    title = "Signal chat made by signal-export"

    def recognises(self, path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        if path.suffix.lower() in (".md", ".txt"):
            return is_markdown(head)
        return path.suffix.lower() in (".json", ".jsonl") and _is_json(head)

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        chat = _Chat(stream, visible(context.container.rstrip("/").rpartition("/")[2]), context)
        if not chat.is_readable:
            raise UnreadableExport(
                f"{context.name} holds no messages as signal-export writes them."
            )
        yield SourceInfo("signal", "", "Signal")
        yield OwnerAccount(_OWNER)
        yield from chat.records("")


class SignalExportFolderImporter:
    """All chats, each in a folder of its name."""

    format = "signal-export"
    title = "Signal chats made by signal-export"

    def find(self, folder: ExportFolder) -> Sequence[FolderExport]:
        """See `FolderImporter.find`."""
        chats: dict[str, list[str]] = {}
        for file in folder.files():
            directory, _, name = file.rpartition("/")
            if directory and (
                (name == _JSON and _is_json(folder.head(file)))
                or (name == _MARKDOWN and is_markdown(folder.head(file)))
            ):
                parent = directory.rpartition("/")[0]
                chats.setdefault(f"{parent}/" if parent else "", []).append(f"{directory}/")
        return [
            FolderExport(
                root,
                tuple(file for file in folder.files() if file.startswith(tuple(directories))),
                tuple(directories),
            )
            for root, directories in chats.items()
        ]

    def extract(self, folder: ExportFolder, context: ReadingContext) -> Iterator[Record]:
        """See `FolderImporter.extract`."""
        files = set(folder.files())
        yield SourceInfo("signal", "", "Signal")
        yield OwnerAccount(_OWNER)
        for file in sorted(files):
            directory, _, name = file.rpartition("/")
            is_only = name == _MARKDOWN and f"{directory}/{_JSON}" not in files
            if name == _JSON or is_only:
                with folder.open(file) as stream:
                    chat = _Chat(stream, visible(directory), context)
                    yield from chat.records(f"{file}, ")


def _is_json(head: bytes) -> bool:
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    return first.startswith(b"{") and all(
        f'"{name}":'.encode() in first for name in ("date", "sender", "body", "quote")
    )


@dataclass(slots=True)
class _Chat:
    """One chat that is being read. Its senders are looked at first, to tell what kind it is."""

    stream: BinaryIO
    title: str
    context: ReadingContext
    text: PackedText = field(init=False)
    key: str = field(init=False)
    kind: ConversationKind = field(init=False)
    zone: ZoneInfo = field(init=False)
    is_readable: bool = False
    seen: Counter[str] = field(default_factory=Counter)
    by_words: dict[str, str] = field(default_factory=dict)
    sample: list[Line] = field(default_factory=list)
    sampled: int = 0
    every: int = 1

    def __post_init__(self) -> None:
        self.text = PackedText(self.stream, self.context.name)
        try:
            self.zone = ZoneInfo(self.context.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.zone = ZoneInfo("UTC")
        senders: set[str] = set()
        first = ""
        for entry, _ in self._entries():
            if isinstance(entry, dict) and "sender" in entry and "body" in entry:
                self.is_readable = True
                first = first or f"{entry.get('date')}{_text(entry.get('sender'))}"
                senders.add(_text(entry.get("sender")))
                self._sample(entry)
        others = senders - {"Me", *_NOBODY}
        alike = {name_key(other) for other in others} <= {name_key(self.title)}
        self.kind = "direct" if len(others) <= 1 and (alike or not self.title) else "group"
        if len(others) == 1:
            self.title = self.title or next(iter(others))
        self.key = f"export:{self.title or _digest(first)}"

    def records(self, place: str) -> Iterator[Record]:
        """Yield the chat and its messages. place: the file, if there are several."""
        other = (self._account(self.title),) if self.kind == "direct" and self.title else ()
        yield Conversation(
            self.key, self.kind, self.title, other, has_ids=False, lines=tuple(self.sample)
        )
        for entry, number in self._entries():
            where = f"{place}line {number}"
            if isinstance(entry, dict):
                yield self._record(entry, where)
            else:
                yield Problem(f"the line was left out, because {entry}", where)

    def _sample(self, entry: dict[str, Any]) -> None:
        """Keep some lines, by which the chat is recognized under another name."""
        self.sampled += 1
        body, at = _text(entry.get("body")).strip(), self._instant(entry.get("date"))
        if body and at and self.sampled % self.every == 0:
            name = _text(entry.get("sender"))
            self.sample.append(Line(at, "" if name == "Me" else name, line_hash(body)))
            if len(self.sample) > _MOST_LINES:
                self.sample = self.sample[1::2]
                self.every *= 2

    def _entries(self) -> Iterator[tuple[dict[str, Any] | str, int]]:
        lines = enumerate(self.text.lines(), start=1)
        begin = next(lines, None)
        while begin and not begin[1][0].strip():
            begin = next(lines, None)
        if begin is None:
            return
        number, (line, is_whole) = begin
        if not line.lstrip().startswith("{"):
            yield from entries_of_markdown(text for text, _ in self.text.lines())
            return
        yield _parsed(line, is_whole=is_whole), number
        for number, (line, is_whole) in lines:
            if line.strip():
                yield _parsed(line, is_whole=is_whole), number

    def _record(self, entry: dict[str, Any], place: str) -> Record:
        name, body = _text(entry.get("sender")), _text(entry.get("body")).strip()
        sent_at = self._instant(entry.get("date"))
        digest = _digest(f"{entry.get('date')}\x1f{name}\x1f{body}")
        self.seen[digest] += 1
        # The program adds to its files: run twice, it writes everything twice. In JSON it gives the
        # millisecond, so two messages are never alike; elsewhere they may be.
        if self.seen[digest] > 1 and not entry.get("is_rounded"):
            return Skipped("a message that the export holds twice", place)
        key = f"{self.key}:{digest}:{self.seen[digest]}"
        sender = None if name in _NOBODY else self._account(name)
        if entry.get("deleted") is True:
            if sent_at is None:
                return Skipped("a message that was taken back", place)
            return Message(key, self.key, sender, sent_at, "", deleted=True, place=place)
        if entry.get("call") is True:
            return self._call(key, sender, sent_at, body, place)
        files = _files(entry)
        if not (body or files):
            return Skipped("a message of which the export shows nothing", place)
        quote = _text(entry.get("quote"))
        quoted = "\n".join(line.removeprefix("> ") for line in quote.strip().split("\n")).strip()
        reply_to = self.by_words.get(_digest(quoted), "") if quoted else ""
        if len(self.by_words) >= _MOST_REMEMBERED:
            self.by_words.clear()
        self.by_words[_digest(body)] = key
        return Message(
            key=key,
            conversation_key=self.key,
            sender=sender,
            sent_at=sent_at,
            text=body,
            reply_to=reply_to,
            attachments=files,
            reactions=_reactions(entry.get("reactions")),
            place=place,
        )

    def _call(
        self, key: str, sender: Account | None, start: datetime | None, body: str, place: str
    ) -> Record:
        """A call that was answered, such as `Incoming voice call (accepted, 5m 3s)`."""
        if start is None or "accepted" not in body:
            return Skipped("a call that nobody took", place)
        length = timedelta()
        for part in body[:200].rstrip(")").split():
            if part[:-1].isdecimal() and len(part) < 6:
                length += timedelta(seconds=int(part[:-1]) * _LENGTHS.get(part[-1], 0))
        other = (self._account(self.title),) if self.kind == "direct" else ()
        people = [each for each in (sender, _OWNER, *other) if each]
        return Event(
            key=key,
            kind="call",
            title="Signal call",
            starts_at=start,
            ends_at=start + length if length else None,
            organizer=sender,
            attendees=tuple(dict.fromkeys(people)),
            conversation_key=self.key,
            place=place,
        )

    def _account(self, name: str) -> Account:
        """The account of a name that Signal showed: it was chosen, so it counts only here."""
        return _OWNER if name == "Me" else Account("label", name, name, scope=self.key)

    def _instant(self, value: Any) -> datetime | None:
        """The instant of a local time of the computer that made the export."""
        try:
            local = datetime.fromisoformat(value) if isinstance(value, str) else None
            if local is None or local.year <= 1970:
                return None
            return (local if local.tzinfo else local.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None


def _parsed(line: str, *, is_whole: bool) -> dict[str, Any] | str:
    try:
        value = json.loads(line, strict=False) if is_whole else None
    except RecursionError:
        return "it is nested too deeply"
    except ValueError:
        return "it is damaged"
    return value if isinstance(value, dict) else "it is no message"


def _files(entry: dict[str, Any]) -> tuple[str, ...]:
    files = entry.get("attachments")
    names = [
        _text(file.get("name")) or "file"
        for file in (files if isinstance(files, list) else [])
        if isinstance(file, dict)
    ]
    sticker = entry.get("sticker")
    emoji = sticker.get("emoji") if isinstance(sticker, dict) else sticker
    if sticker:
        names.append(f"sticker {_text(emoji)}".strip())
    return tuple(names)


def _reactions(value: Any) -> tuple[tuple[str, int], ...]:
    """Count reactions, each a pair of a name and an emoji."""
    counts: Counter[str] = Counter()
    for each in value if isinstance(value, list) else []:
        pair = each.get("emoji") if isinstance(each, dict) else each
        shown = _text(pair[-1] if isinstance(pair, list) and pair else pair)
        if shown:
            counts[shown] += 1
    return tuple(counts.items())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _text(value: Any) -> str:
    return storable(value) if isinstance(value, str) else ""


IMPORTER = SignalExportImporter()
FOLDER_IMPORTER = SignalExportFolderImporter()
