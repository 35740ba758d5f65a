"""A chat that WhatsApp exported: `WhatsApp Chat with NAME.txt`, or `_chat.txt` in a zip.

The export is a text for people: in the language and the date order of the phone, without zones,
without ids and without a mark for the owner. It is read twice, first to learn all of that.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from store.importers import ExportFolder, ReadingContext
from store.importers.reading.lines import PackedText
from store.importers.records import (
    Account,
    Conversation,
    ConversationKind,
    Event,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
    SourceInfo,
)
from store.importers.whatsapp.body import (
    LONGEST_TEXT,
    Body,
    Told,
    body_of,
    reason_of_notice,
    told_in,
)
from store.importers.whatsapp.dates import JUMP
from store.importers.whatsapp.header import Stamp, stamp_of
from store.importers.whatsapp.labels import begins_with_label, is_phone, same_label
from store.importers.whatsapp.sent import sent_with
from store.importers.whatsapp.survey import (
    Chat,
    ends_with_return,
    is_in_the_groups_name,
    survey,
)
from store.text.names import name_key, visible

_LINES_LOOKED_AT = 40


class WhatsAppImporter:
    """One chat in the words of a phone."""

    format = "whatsapp"
    title = "WhatsApp chat (.txt)"

    def recognises(self, path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        if path.suffix.lower() != ".txt":
            return False
        text = head.decode("utf-8", "replace").removeprefix("\ufeff")
        lines = [line for line in text.split("\n", _LINES_LOOKED_AT) if line.strip()]
        first = stamp_of(lines[0]) if lines else None
        if first is None:
            return False
        form = first.form
        if form.opening and form.separator == "-" and form.is_year_first and not form.has_seconds:
            # This is the text of an old program for Signal.
            return False
        return any(
            body_of(line[stamp.length :], is_spaced=True).sender
            for line in lines[:_LINES_LOOKED_AT]
            if (stamp := stamp_of(line)) and stamp.form == form
        )

    def sent_with(self, folder: ExportFolder, file: str) -> Sequence[str]:
        """See `SendsFiles`."""
        return sent_with(folder, file)

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        text = PackedText(stream, context.name)
        has_returns = ends_with_return(text.lines(keep_returns=True))
        chat = survey(text.lines(keep_returns=True), context, has_returns=has_returns)
        yield from _Export(text, chat, context, has_returns).records()


@dataclass(slots=True)
class _Entry:
    """The lines of one message."""

    stamp: Stamp
    local: datetime
    number: int
    lines: list[str]
    length: int = 0
    is_cut: bool = False

    def add(self, line: str) -> None:
        self.length += len(line) + 1
        if self.length > LONGEST_TEXT:
            self.is_cut = True
        else:
            self.lines.append(line)


@dataclass(slots=True)
class _Export:
    """One chat that is being read, after its survey."""

    text: PackedText
    chat: Chat
    context: ReadingContext
    has_returns: bool
    zone: ZoneInfo = field(init=False)
    key: str = field(init=False, default="")
    last: datetime | None = None
    alike: Counter[str] = field(default_factory=Counter)
    minute: str = ""
    last_local: datetime | None = None
    has_warned: bool = False
    accounts: dict[str, Account] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            self.zone = ZoneInfo(self.context.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.zone = ZoneInfo("UTC")

    def records(self) -> Iterator[Record]:
        yield SourceInfo("whatsapp", "", "WhatsApp")
        for entry in self._entries():
            if isinstance(entry, _Entry):
                if not self.key:
                    yield from self._begin(entry)
                yield from self._alarm(entry)
                yield from self._record(entry)
            else:
                yield entry

    def _begin(self, first: _Entry) -> Iterator[Record]:
        chat = self.chat
        name = chat.title if chat.is_group else chat.peer
        if chat.is_to_oneself:
            self.key = "self"
        elif name:
            self.key = f"{'group' if chat.is_group else 'direct'}:{_plain_key(name)}"
        else:
            # A chat's beginning stays when it grows.
            began = f"{first.local:%Y-%m-%d %H:%M}{first.lines[0][first.stamp.length :]}"
            self.key = f"first:{_digest(began)}"
        for label in sorted(chat.owners):
            yield OwnerAccount(self._account(label))
        others = [chat.peer] if chat.peer and not chat.is_group else []
        in_it = sorted(chat.owners) if chat.is_to_oneself else others
        participants = tuple(self._account(label) for label in in_it)
        kind: ConversationKind = "group" if chat.is_group else "direct"
        yield Conversation(
            self.key,
            kind,
            visible(chat.title or chat.peer),
            participants,
            has_ids=False,
            lines=()
            if chat.is_to_oneself
            else chat.sample.lines(chat.order, chat.owners, self._utc),
        )

    def _alarm(self, entry: _Entry) -> Iterator[Record]:
        """Say it where dates go back by days, once: they may be read wrongly."""
        last = self.last_local
        self.last_local = entry.local
        if self.chat.is_misread and not self.has_warned and last and entry.local < last - JUMP:
            self.has_warned = True
            yield Problem(
                f"the dates go back here, from {last:%d %B %Y} to {entry.local:%d %B %Y}; read as "
                f"{self.chat.order}. If that is wrong, import it again with --date-order",
                f"line {entry.number}",
            )

    def _entries(self) -> Iterator[_Entry | Record]:
        """Put the lines together into messages."""
        entry: _Entry | None = None
        lost = 0
        is_pasted = False
        for number, (text, is_whole) in enumerate(self.text.lines(keep_returns=True), start=1):
            line = text.removesuffix("\r")
            # A line that was pasted into a message looks like the beginning of one.
            stamp = None if is_pasted else stamp_of(line)
            is_pasted = self.has_returns and not text.endswith("\r")
            local = (
                stamp.moment(self.chat.order) if stamp and stamp.form == self.chat.form else None
            )
            if stamp and local:
                if entry:
                    yield entry
                entry = _Entry(stamp, local, number, [])
                entry.add(line)
                entry.is_cut = entry.is_cut or not is_whole
            elif entry:
                entry.add(line)
                entry.is_cut = entry.is_cut or not is_whole
            elif line.strip():
                lost += 1
        if entry:
            yield entry
        if lost:
            yield Problem(
                f"{lost:,} lines before the first message belong to none; they were left out",
                "the beginning of the file",
            )

    def _record(self, entry: _Entry) -> Iterator[Record]:
        place = f"line {entry.number}"
        if not entry.lines:
            yield Problem("a message longer than any that WhatsApp sends was left out", place)
            return
        first, *more = entry.lines
        body = body_of(first[entry.stamp.length :], is_spaced=self.chat.is_spaced)
        text = "\n".join((body.text, *more))
        chat = self.chat
        if not body.sender or self._is_notice(body, text):
            yield Skipped(reason_of_notice(text), place)
            return
        told = told_in(text, form=chat.form)
        sent_at = self._instant(entry.local)
        if told.is_taken_back:
            sender = self._account(body.sender)
            key = self._message_key(entry.local, sender, told)
            yield Message(key, self.key, sender, sent_at, "", deleted=True, place=place)
            return
        if told.reason:
            yield Skipped(told.reason, place)
            return
        if entry.is_cut:
            yield Problem(
                "the end of a message longer than any that WhatsApp sends was left out", place
            )
        sender = self._account(body.sender)
        key = self._message_key(entry.local, sender, told)
        if told.call_seconds is not None:
            yield self._call(key, sender, sent_at, told.call_seconds, place)
            return
        # What an assistant answers is neither a person's nor contact.
        is_program = body.sender in chat.programs
        yield Message(
            key=key,
            conversation_key=self.key,
            sender=None if is_program else sender,
            sent_at=sent_at,
            text=told.text,
            attachments=told.attachments,
            labels=("edited",) if told.is_edited else (),
            bulk=is_program,
            place=place,
        )

    def _is_notice(self, body: Body, text: str) -> bool:
        """Whether WhatsApp wrote a line in somebody's name."""
        chat = self.chat
        if chat.form.opening != "[":
            return False
        if chat.is_group and same_label(body.sender, chat.title):
            return is_in_the_groups_name(body, chat.form, chat.title) or bool(
                body.sender in chat.notice_only
            )
        return "\u200e" not in text and begins_with_label(text, (body.sender,))

    def _call(self, key: str, sender: Account, start: datetime, seconds: int, place: str) -> Event:
        chat = self.chat
        others = [label for label in (*sorted(chat.owners), chat.peer) if label]
        attendees = [self._account(label) for label in others] if not chat.is_group else []
        return Event(
            key=key,
            kind="call",
            title="WhatsApp call",
            starts_at=start,
            ends_at=start + timedelta(seconds=seconds),
            organizer=sender,
            attendees=tuple(dict.fromkeys((sender, *attendees))),
            conversation_key=self.key,
            place=place,
        )

    def _account(self, label: str) -> Account:
        """The account of a label: a number, the owner's, a saved name, or a self-chosen name."""
        account = self.accounts.get(label)
        if account is None:
            bare = visible(label.removeprefix("~")) or visible(label) or "?"
            if is_phone(label):
                account = Account("phone", visible(label))
            elif label in self.chat.owners:
                account = Account("label", bare, bare, scope="me")
            elif label.startswith("~"):
                # A stranger chose it, so it means that person only in this chat.
                account = Account("label", f"~ {bare}", bare, scope=self.key)
            else:
                # The entry of the phone's address book is the same in all its chats.
                account = Account("label", bare, bare, saved_by_owner=True)
            self.accounts[label] = account
        return account

    def _message_key(self, local: datetime, sender: Account, told: Told) -> str:
        """The minute, the sender, the words, and which of its likes within the minute it is.

        Some phones write seconds and some do not, so they are no part of it.
        """
        minute = f"{local:%Y-%m-%d %H:%M}"
        if minute != self.minute:
            self.minute = minute
            self.alike.clear()
        digest = _digest(f"{minute}\x1f{sender.kind}:{sender.value}\x1f{told.lasting}")
        self.alike[digest] += 1
        return f"{self.key}:{digest}:{self.alike[digest]}"

    def _utc(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self.zone).astimezone(UTC)

    def _instant(self, local: datetime) -> datetime:
        """The time in UTC. In the hour that comes twice in autumn, the file's order decides."""
        early = local.replace(tzinfo=self.zone).astimezone(UTC)
        late = local.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        is_second = self.last is not None and early < self.last <= late
        instant = late if is_second else early
        self.last = instant
        return instant


def _plain_key(name: str) -> str:
    if is_phone(name):
        return "".join(character for character in name if character.isdecimal())
    return name_key(name) or visible(name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


IMPORTER = WhatsAppImporter()
