"""One message of a Telegram export, from its JSON object to a `Message`."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from store.importers.reading.storable import storable
from store.importers.records import Account, Event, Message, Problem, Skipped

# What was left out of the export is in brackets, in the language of the program.
_LEFT_OUT = ("(", "（")
_MEDIA = {"voice_message": "voice message", "video_message": "video message"}
# Telegram's own accounts, which write login codes and news.
SERVICES_OF_TELEGRAM = frozenset({"user777000", "user42777"})
_MOST_ANSWERS = 100
_ACCOUNTS_KEPT = 10_000
_LONGEST_CALL = 7 * 24 * 3600
_OLD_KINDS = {0: "user", 1: "chat", 2: "channel"}


class MessageReader:
    """Reads the messages of one chat.

    chat: the key of the conversation. place: what to call it in the places of messages.
    zone: for times without one. both: the two people of a chat of two, who take part in its calls,
    if the export says who they are.
    """

    def __init__(
        self, chat: str, place: str, zone: ZoneInfo, both: tuple[Account, ...] = ()
    ) -> None:
        self._chat = chat
        self._both = both
        self._chat_place = place
        self._zone = zone
        self._accounts: dict[tuple[str, str], Account] = {}
        self._alike: Counter[str] = Counter()
        self._count = 0

    def read(self, data: Any) -> Message | Event | Skipped | Problem:
        """Make a record of the next message object, whatever it holds."""
        self._count += 1
        if not isinstance(data, dict):
            return Problem("the message is not an object; it was left out", self._place(None))
        number = data.get("id")
        kind = data.get("type", "message")
        if kind == "service":
            action = data.get("action")
            if action == "phone_call" and (call := self._call(number, data)):
                return call
            named = f" ({action})" if isinstance(action, str) and action else ""
            return Skipped(storable(f"a line that the service wrote{named}"), self._place(number))
        text = "\n".join(filter(None, (plain_text(data.get("text")), _listed(data))))
        if "forwarded_from" in data and text:
            text = f"Forwarded from {_text(data['forwarded_from']) or 'somebody'}:\n{text}"
        attachments = _attachments(data)
        if kind != "message" or not (text.strip() or attachments):
            return Skipped("a message of which the export shows nothing", self._place(number))
        sender, is_person = self._sender(data)
        sent_at = _instant(data.get("date_unixtime")) or self._local(data.get("date"))
        edited_at = _instant(data.get("edited_unixtime")) or self._local(data.get("edited"))
        return Message(
            key=self._key(number, sender, data, text),
            conversation_key=self._chat,
            sender=sender,
            sent_at=sent_at,
            text=text,
            reply_to=self._reply_to(data),
            attachments=attachments,
            reactions=_reactions(data.get("reactions")),
            edited_at=edited_at,
            bulk=not is_person or self._is_program(data),
            place=self._place(number),
        )

    def _call(self, number: Any, data: dict[str, Any]) -> Event | None:
        """Read a call that was answered; one that was missed is no contact."""
        seconds = data.get("duration_seconds")
        starts_at = _instant(data.get("date_unixtime")) or self._local(data.get("date"))
        if not isinstance(seconds, int) or not 0 < seconds <= _LONGEST_CALL or starts_at is None:
            return None
        name, peer = _text(data.get("actor")), peer_of(data.get("actor_id"))
        caller = Account("telegram", peer, name) if peer.startswith("user") else None
        others = [each for each in self._both if caller is None or each.value != peer]
        attendees = (*([caller] if caller else []), *others)
        if not attendees:
            return None
        key = number if isinstance(number, int) else f"{starts_at:%Y%m%dT%H%M%S}"
        return Event(
            key=f"{self._chat}:call:{key}",
            kind="call",
            title="",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(seconds=seconds),
            organizer=caller,
            attendees=attendees,
            conversation_key=self._chat,
            place=self._place(number),
        )

    def _place(self, number: Any) -> str:
        shown = number if isinstance(number, int) else self._count
        return f"{self._chat_place}, message {shown}"

    def _key(self, number: Any, sender: Account | None, data: dict[str, Any], text: str) -> str:
        """The message's number; without one, its content and which of its likes it is."""
        if isinstance(number, int) and not isinstance(number, bool):
            return f"{self._chat}:{number}"
        when = data.get("date_unixtime") or data.get("date")
        told = f"{when}\x1f{sender.value if sender else ''}\x1f{text}"
        digest = hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:32]
        self._alike[digest] += 1
        return f"{self._chat}:{digest}:{self._alike[digest]}"

    def _sender(self, data: dict[str, Any]) -> tuple[Account | None, bool]:
        """The sender, and whether that is a person (not a channel or a whole group)."""
        name = _text(data.get("from"))
        peer = peer_of(data.get("from_id"))
        if not (name or peer):
            return None, True
        if peer.startswith(("channel", "chat")) or self._is_program(data):
            # The group itself, or a channel, writes in nobody's name.
            return None, False
        account = self._accounts.get((peer, name))
        if account is None:
            account = (
                Account("telegram", peer, name)
                if peer
                else Account("label", name, name, scope=self._chat)
            )
            if len(self._accounts) >= _ACCOUNTS_KEPT:
                self._accounts.clear()
            self._accounts[peer, name] = account
        return account, True

    def _is_program(self, data: dict[str, Any]) -> bool:
        """Whether a bot wrote it: one that was asked for by its name, and answers in its own."""
        name = _text(data.get("from")).casefold()
        via = _text(data.get("via_bot")).lstrip("@").casefold()
        peer = peer_of(data.get("from_id"))
        is_someone = peer == self._chat or any(each.value == peer for each in self._both)
        return peer in SERVICES_OF_TELEGRAM or bool(
            via and not is_someone and name.endswith("bot") and self._chat.startswith("user")
        )

    def _reply_to(self, data: dict[str, Any]) -> str:
        number = data.get("reply_to_message_id")
        if not isinstance(number, int):
            return ""
        return f"{peer_of(data.get('reply_to_peer_id')) or self._chat}:{number}"

    def _local(self, text: Any) -> datetime | None:
        """Read a time without zone as a time in the owner's zone."""
        if not isinstance(text, str):
            return None
        try:
            instant = datetime.fromisoformat(text).replace(tzinfo=self._zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        # The epoch means "never".
        return instant if instant.year > 1970 else None


def plain_text(value: Any) -> str:
    """Join a `text` value, which is a string or a list of strings and formatted pieces."""
    if isinstance(value, str):
        return storable(value)
    if not isinstance(value, list):
        return ""
    return "".join(_piece(piece) if isinstance(piece, dict) else _text(piece) for piece in value)


def _piece(piece: dict[str, Any]) -> str:
    """A formatted piece; a link keeps where it leads."""
    text, href = _text(piece.get("text")), _text(piece.get("href"))
    return f"{text} ({href})" if href and href != text else text


def _listed(data: dict[str, Any]) -> str:
    """The question and answers of a poll, the title and tasks of a list."""
    lines: list[str] = []
    for name, heading in (("poll", "question"), ("todo_list", "title")):
        if isinstance(entry := data.get(name), dict):
            answers = entry.get("answers")
            lines.append(plain_text(entry.get(heading)))
            lines += [
                f"- {plain_text(each.get('text'))}"
                for each in (answers if isinstance(answers, list) else [])[:_MOST_ANSWERS]
                if isinstance(each, dict)
            ]
    for name in ("game_title",):
        lines.append(_text(data.get(name)))
    if isinstance(invoice := data.get("invoice_information"), dict):
        lines.append(_text(invoice.get("title")))
    return "\n".join(filter(None, lines))


def peer_of(value: Any) -> str:
    """Return an id such as `user123`; old exports write a number with the kind in its high bits."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, int) and value > 0:
        return f"{_OLD_KINDS.get(value >> 32, 'peer')}{value & 0xFFFFFFFF}"
    return ""


def _instant(value: Any) -> datetime | None:
    """Read seconds since 1970, written as a string or a number; 0 means "never"."""
    try:
        seconds = int(value)
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _attachments(data: dict[str, Any]) -> tuple[str, ...]:
    names: list[str] = []
    media = _text(data.get("media_type"))
    if file_name := _text(data.get("file_name")):
        names.append(file_name)
    elif media or "file" in data:
        emoji = _text(data.get("sticker_emoji"))
        file = _text(data.get("file"))
        named = "" if file.startswith(_LEFT_OUT) else file.rpartition("/")[2]
        words = _MEDIA.get(media, media.replace("_", " ")) or named or "file"
        names.append(f"{words} {emoji}".strip())
    if "photo" in data:
        names.append("photo")
    if isinstance(contact := data.get("contact_information"), dict):
        parts = (_text(contact.get(part)) for part in ("first_name", "last_name"))
        names.append(" ".join(["contact card", *filter(None, parts)]))
    if isinstance(poll := data.get("poll"), dict):
        names.append(f"poll: {plain_text(poll.get('question'))}")
    if isinstance(todo := data.get("todo_list"), dict):
        names.append(f"to-do list: {plain_text(todo.get('title'))}")
    if "location_information" in data:
        names.append(" ".join(filter(None, ("location", _text(data.get("place_name"))))))
    return tuple(names)


def _reactions(value: Any) -> tuple[tuple[str, int], ...]:
    if not isinstance(value, list):
        return ()
    counts: Counter[str] = Counter()
    for each in value:
        if isinstance(each, dict) and isinstance(count := each.get("count"), int) and count > 0:
            counts[_text(each.get("emoji")) or _text(each.get("type")).replace("_", " ")] += count
    return tuple(counts.items())


def _text(value: Any) -> str:
    return storable(value) if isinstance(value, str) else ""
