"""One message, call or notice of a Signal export, from its JSON object to a record."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from store.importers.reading.json_values import object_in, objects_in
from store.importers.reading.storable import storable
from store.importers.records import Account, Conversation, Event, Message, Problem, Record, Skipped
from store.importers.signal.people import People, text_of

# What is never kept, and why.
_LEFT_OUT: Final = {
    "viewOnceMessage": "a message to be viewed once",
    "directStoryReplyMessage": "a reply to a story",
    "paymentNotification": "a payment",
    "giftBadge": "a donation badge",
}
_FLAGS: Final = {"VOICE_MESSAGE": "voice message", "GIF": "GIF"}
_TAKEN_CALLS: Final = {
    "individualCall": {"ACCEPTED"},
    "groupCall": {"JOINED", "ACCEPTED"},
}
_PLACEHOLDER: Final = "\ufffc"


class ItemReader:
    """Reads the items of all chats; a conversation is yielded before its first message."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._begun: set[str] = set()
        self._first_sent: dict[str, str] = {}

    def read(self, item: dict[str, Any], place: str) -> Iterator[Record]:
        """Make records of the next item, whatever it holds."""
        chat = self._people.chat(text_of(item.get("chatId")))
        if chat.conversation is None:
            reason = chat.reason
            yield (
                Skipped(reason, place)
                if reason
                else Problem("the message is of no chat of the file; it was left out", place)
            )
            return
        record = self._record(item, chat.conversation, place)
        if isinstance(record, Message | Event) and chat.conversation.key not in self._begun:
            self._begun.add(chat.conversation.key)
            yield chat.conversation
        yield record

    def _record(self, item: dict[str, Any], chat: Conversation, place: str) -> Record:
        if _number(item.get("expiresInMs")):
            return Skipped("a disappearing message", place)
        for field, reason in _LEFT_OUT.items():
            if field in item:
                return Skipped(reason, place)
        if isinstance(update := item.get("updateMessage"), dict):
            return self._update(update, item, chat, place)
        author = self._people.account(text_of(item.get("authorId")))
        key, sent_at, edited_at = self._times(item, chat, author)
        if any(field.endswith("eletedMessage") for field in item):
            return Message(key, chat.key, author, sent_at, "", deleted=True, place=place)
        text, attachments, reactions, reply_to = self._content(item, chat)
        if not (text.strip() or attachments):
            return Skipped("a message of which the export shows nothing", place)
        return Message(
            key=key,
            conversation_key=chat.key,
            sender=author,
            sent_at=sent_at,
            text=text,
            reply_to=reply_to,
            attachments=attachments,
            reactions=reactions,
            edited_at=edited_at,
            place=place,
        )

    def _times(
        self, item: dict[str, Any], chat: Conversation, author: Account | None
    ) -> tuple[str, datetime | None, datetime | None]:
        """The key, when it was sent, and when it was last changed.

        A changed message has the time of the change; its first form is in `revisions`.
        """
        last = text_of(item.get("dateSent"))
        revisions = item.get("revisions")
        first = revisions[0] if isinstance(revisions, list) and revisions else None
        sent = text_of(first.get("dateSent")) if isinstance(first, dict) else ""
        who = author.value if author else ""
        key = f"{chat.key}:{who}:{sent or last}"
        if not sent or sent == last:
            return key, _instant(last), None
        self._first_sent[f"{chat.key}:{who}:{last}"] = key
        return key, _instant(sent), _instant(last)

    def _content(
        self, item: dict[str, Any], chat: Conversation
    ) -> tuple[str, tuple[str, ...], tuple[tuple[str, int], ...], str]:
        if standard := object_in(item.get("standardMessage")):
            files = standard.get("attachments")
            names = [_file(each) for each in files] if isinstance(files, list) else []
            reply_to = self._reply_to(object_in(standard.get("quote")), chat)
            return self._text(standard), tuple(names), _reactions(standard), reply_to
        if sticker := object_in(item.get("stickerMessage")):
            emoji = text_of(object_in(sticker.get("sticker")).get("emoji"))
            return "", (f"sticker {emoji}".strip(),), _reactions(sticker), ""
        if card := object_in(item.get("contactMessage")):
            contact = card.get("contact")
            shown = contact[0] if isinstance(contact, list) and contact else contact
            name = object_in(shown.get("name")) if isinstance(shown, dict) else {}
            parts = (text_of(name.get(part)) for part in ("givenName", "familyName"))
            words = " ".join(["contact card", *filter(None, parts)])
            return "", (words,), _reactions(card), ""
        if poll := object_in(item.get("poll")):
            question = text_of(poll.get("question"))
            options = poll.get("options")
            told = [
                text_of(option.get("option")) if isinstance(option, dict) else ""
                for option in (options if isinstance(options, list) else [])
            ]
            return (
                "\n".join(filter(None, (question, *told))),
                (f"poll: {question}",),
                _reactions(poll),
                "",
            )
        return "", (), (), ""

    def _text(self, standard: dict[str, Any]) -> str:
        """The words, with the names of people who are mentioned in place of the placeholder."""
        text = object_in(standard.get("text"))
        body = text.get("body")
        if not isinstance(body, str):
            return ""
        ranges = text.get("bodyRanges")
        if _PLACEHOLDER not in body or not isinstance(ranges, list):
            return storable(body)
        # Positions are counted in UTF-16.
        units = body.encode("utf-16-le", "surrogatepass")
        pieces: list[bytes] = []
        done = 0
        mentions = [
            (2 * _number(each.get("start")), 2 * _number(each.get("length")), each["mentionAci"])
            for each in ranges
            if isinstance(each, dict) and "mentionAci" in each
        ]
        for start, length, aci in sorted(mentions, key=lambda mention: mention[0]):
            if done <= start < len(units):
                name = self._people.name_of_aci(text_of(aci))
                pieces += [units[done:start], f"@{name}".encode("utf-16-le")]
                done = start + length
        pieces.append(units[done:])
        return storable(b"".join(pieces).decode("utf-16-le", "surrogatepass"))

    def _reply_to(self, quote: dict[str, Any], chat: Conversation) -> str:
        sent = text_of(quote.get("targetSentTimestamp"))
        author = self._people.account(text_of(quote.get("authorId")))
        if not sent or author is None:
            return ""
        key = f"{chat.key}:{author.value}:{sent}"
        return self._first_sent.get(key, key)

    def _update(
        self, update: dict[str, Any], item: dict[str, Any], chat: Conversation, place: str
    ) -> Record:
        for kind, taken in _TAKEN_CALLS.items():
            if kind not in update:
                continue
            call = object_in(update.get(kind))
            if text_of(call.get("state")) not in taken:
                return Skipped("a call that nobody took", place)
            ringer = call.get("startedCallRecipientId") or call.get("ringerRecipientId")
            author = self._people.account(text_of(item.get("authorId")))
            starter = self._people.account(text_of(ringer)) or author
            others = chat.participants if chat.kind == "direct" else ()
            people = [each for each in (starter, self._people.owner, *others) if each]
            began = text_of(call.get("startedCallTimestamp")) or text_of(item.get("dateSent"))
            return Event(
                key=f"{chat.key}:call:{text_of(call.get('callId')) or began}",
                kind="call",
                title="Signal call",
                starts_at=_instant(began),
                ends_at=_instant(text_of(call.get("endedCallTimestamp"))),
                organizer=starter,
                attendees=tuple(dict.fromkeys(people)),
                conversation_key=chat.key,
                place=place,
            )
        return Skipped("a line that Signal wrote", place)


def _file(data: Any) -> str:
    """The name of an attachment, or what kind of file it is."""
    attachment = data if isinstance(data, dict) else {}
    pointer = object_in(attachment.get("pointer"))
    name = text_of(pointer.get("fileName"))
    flag = _FLAGS.get(text_of(attachment.get("flag")), "")
    return flag or name or text_of(pointer.get("contentType")).partition("/")[0] or "file"


def _reactions(message: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for each in objects_in(message.get("reactions")):
        if emoji := text_of(each.get("emoji")):
            counts[emoji] += 1
    return tuple(counts.items())


def _number(value: Any) -> int:
    text = text_of(value)
    return int(text) if text.isdecimal() and len(text) < 20 else 0


def _instant(text: str) -> datetime | None:
    """Milliseconds since 1970 in UTC, or None when there is no such time."""
    milliseconds = _number(text)
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
    except (ValueError, OverflowError, OSError):
        return None
