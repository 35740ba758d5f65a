"""One mail, from its bytes to the records of the memory: for mbox, Maildir and .eml files."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from store.importers.mail.addresses import ADDRESSES, addresses_of
from store.importers.mail.authentication import is_unverified
from store.importers.mail.headers import Header, sent_at, split_header
from store.importers.mail.kind import (
    gmail_labels,
    is_bulk,
    is_made_by_program,
    is_sent_by_owner,
    is_unsent,
    left_out_because,
)
from store.importers.mail.parts import Content, content_of
from store.importers.mail.text import own_words, tidy
from store.importers.reading.html import words_of
from store.importers.records import (
    Account,
    Conversation,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
)

# How many messages back an answer is joined to its conversation.
IDS_KEPT = 200_000
TEXT_CHARACTERS = 1024 * 1024

_Value = TypeVar("_Value")
_KEY_CHARACTERS = 500
# A mail dated more than this after its delivery is misdated.
_DELIVERY_TAKES = timedelta(days=7)
_SUBJECT_PREFIX = re.compile(
    r"\s*(?:re|r|aw|antw|antwort|sv|vs|vl|fw|fwd|wg|tr|rv|res|enc|odp|pd|ynt|i̇lt|ilt|vb|vá|továbbítás"
    r"|rif|ref|doorst|bls|trs|fs|σχετ|πρθ|отв|ha|на|пересл|回复|回覆|答复|转发|轉寄|返信|転送|답장|전달)"
    r"\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]",
    re.IGNORECASE,
)


class MailReader:
    """Turns the mails of one export into records, one after the other.

    It remembers which conversations have begun, and which ids belong to them. me: what the owner
    said is theirs, their addresses among it.
    """

    def __init__(self, me: Iterable[str] = ()) -> None:
        self._mine = frozenset(each.casefold() for each in me if "@" in each)
        # By message id.
        self._conversations: dict[str, str] = {}
        self._begun: dict[str, None] = {}
        # Who wrote when, by message id.
        self._seen: dict[str, str] = {}
        # In small letters.
        self._owners: set[str] = set()

    def records(
        self, raw: bytes, place: str, envelope_date: datetime | None = None
    ) -> Iterator[Record]:
        """Yield what is in one mail: a message with its conversation, or why there is none.

        raw: the mail as it was sent. place: for people. envelope_date: when the mailbox says it
        came, for a mail without a usable date of its own.
        """
        header, body = split_header(raw)
        if not header.fields:
            yield Problem("the message has no header; it was left out", place)
            return
        labels = gmail_labels(header)
        if folder := left_out_because(labels) or ("the drafts" if is_unsent(header) else ""):
            yield Skipped(f"a mail in {folder}", place)
            return
        content = content_of(header, body)
        if header.is_cut or content.is_cut:
            yield Problem(
                "the message has more headers or parts than a mail needs; the first were kept",
                place,
            )
        subject = header.text("subject")
        writers = addresses_of(_list(header, "from", "sender", "x-sender"))
        sender = next(iter(writers), None)
        if (
            sender
            and is_sent_by_owner(header, labels)
            and sender.value.casefold() not in self._owners
        ):
            self._owners.add(sender.value.casefold())
            yield OwnerAccount(sender)
        key = self._key(header, body)
        conversation = self._conversation(header, key)
        if conversation not in self._begun:
            _remember(self._begun, conversation, None)
            yield Conversation(conversation, "mail", plain_subject(subject))
        when, minutes = _date(header, envelope_date)
        text, whole = _words(content)
        yield Message(
            key=key,
            conversation_key=conversation,
            sender=sender,
            sent_at=when,
            text=text,
            original=whole if whole != text else "",
            subject=subject,
            utc_offset_minutes=minutes,
            reply_to=next(iter(header.ids("in-reply-to")), ""),
            recipients=_recipients(header),
            attachments=tuple(content.attachments),
            bulk=is_bulk(header, sender, is_report=content.is_report) or is_made_by_program(text),
            labels=labels,
            unverified=sender is not None
            and is_unverified(
                header,
                sender.value,
                self._mine | self._owners,
                names_several=len(writers) > 1,
            ),
            place=place,
        )

    def _key(self, header: Header, body: bytes) -> str:
        """Use the message id; if two different mails share one, tell them apart."""
        told = "\x1f".join(header.raw(name) for name in ("date", "from"))
        fingerprint = hashlib.sha256(told.encode()).hexdigest()[:12]
        stated = next(iter(header.ids("message-id")), "") or header.raw("message-id").strip("<> ")
        key = stated[:_KEY_CHARACTERS]
        if not key:
            told += "\x1f".join(header.raw(name) for name in ("to", "cc", "subject"))
            digest = hashlib.sha256(told.encode())
            digest.update(body)
            return f"sha256:{digest.hexdigest()}"
        known = self._seen.get(key, fingerprint)
        _remember(self._seen, key, known)
        return key if known == fingerprint else f"{key}#{fingerprint}"

    def _conversation(self, header: Header, key: str) -> str:
        """Find the thread: Gmail's own, or that of the mail which this one answers."""
        thread = header.raw("x-gm-thrid")
        if thread:
            return f"gmail:{thread[:_KEY_CHARACTERS]}"
        answered = header.ids("references")
        answered += [each for each in header.ids("in-reply-to") if each not in answered]
        known = (self._conversations.get(each) for each in (key, *reversed(answered)))
        found = next((each for each in known if each), "") or (answered[0] if answered else key)
        for each in (*answered, key):
            if each not in self._conversations:
                _remember(self._conversations, each, found)
        return found


def plain_subject(subject: str) -> str:
    """Remove `Re:`, `Fwd:` and the like in other languages from a subject, at most ten."""
    for _ in range(10):
        match = _SUBJECT_PREFIX.match(subject)
        if match is None:
            break
        subject = subject[match.end() :]
    return subject.strip()


def _remember(memory: dict[str, _Value], key: str, value: _Value) -> None:
    memory[key] = value
    if len(memory) > IDS_KEPT:
        del memory[next(iter(memory))]


def _list(header: Header, *names: str) -> str:
    """Return the first of the fields that holds anything, with all its lines."""
    return next((", ".join(found) for name in names if any(found := header.all(name))), "")


def _recipients(header: Header) -> tuple[Account, ...]:
    found: dict[str, Account] = {}
    for name in ("to", "cc", "bcc"):
        for account in addresses_of(_list(header, name)):
            found.setdefault(account.value.lower(), account)
    return tuple(islice(found.values(), ADDRESSES))


def _date(header: Header, envelope: datetime | None) -> tuple[datetime | None, int | None]:
    """Take the writer's date; if it is unusable, the delivery's, or the mailbox's."""
    written = sent_at(header.raw("date"))
    delivered = sent_at(header.raw("received").rpartition(";")[2])
    if written and not (delivered and written[0] > delivered[0] + _DELIVERY_TAKES):
        return written
    return (delivered[0] if delivered else envelope), None


def _words(content: Content) -> tuple[str, str]:
    """Return the writer's own words and the whole text."""
    own: list[str] = []
    whole: list[str] = []
    for text in content.texts:
        written, everything = words_of(text.value) if text.is_html else (text.value, text.value)
        own.append(own_words(tidy(written or everything)))
        whole.append(tidy(everything))
    return _joined(own), _joined(whole)


def _joined(texts: list[str]) -> str:
    return "\n\n".join(text for text in texts if text)[:TEXT_CHARACTERS]
