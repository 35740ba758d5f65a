"""What an importer finds in an export, before anything is stored.

Importers yield these records in the order of the file and never touch the database. Values are as
the export gives them: `store.text.keys` and the import pipeline make keys out of them.
Times are aware `datetime`s in UTC. Partial dates are `YYYY-MM-DD`, `YYYY-MM`, `YYYY`, or
`--MM-DD` when the year is unknown.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from store.text.services import AccountKind

ConversationKind = Literal["direct", "group", "mail", "channel"]


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Where the file comes from. Every importer yields exactly one, first.

    kind: the format family, such as `vcard`, `telegram`, `mail`.
    account: what tells two sources of one kind apart and stays the same in a newer export
        (an address book's product, the owner's Telegram id); empty when the file does not say.
    title: for people, such as `Google Contacts`.
    """

    kind: str
    account: str
    title: str


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a person: an address, a number, a service id, or only a label.

    kind: `card` means the person on a card of the same export, with the card's UID as the value.
    scope: empty for keys that are the same person everywhere; for a `label` the thread in which
        that label means one person.
    phones, emails: more ways to reach the same account, where the export lists them.
    saved_by_owner: the name is the owner's own entry for this person (an address book).
    """

    kind: AccountKind
    value: str
    name: str = ""
    scope: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    saved_by_owner: bool = False


@dataclass(frozen=True, slots=True)
class OwnerAccount:
    """The export itself says that this account is the owner's."""

    account: Account


@dataclass(frozen=True, slots=True)
class Method:
    """A way to reach someone, from a card. kind: email, phone, address, url or im."""

    kind: Literal["email", "phone", "address", "url", "im"]
    value: str
    label: str = ""
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Affiliation:
    """Where someone works or belongs, from a card. from_on, to_on: partial dates, or empty."""

    organization: str
    title: str = ""
    department: str = ""
    from_on: str = ""
    to_on: str = ""


@dataclass(frozen=True, slots=True)
class CardDate:
    """A date on a card. kind: birthday, anniversary, or `other` with the label that was written.

    yearly: it comes back every year; birthdays, anniversaries and deaths do anyway.
    """

    kind: Literal["birthday", "anniversary", "death", "other"]
    date: str
    label: str = ""
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class CardRelation:
    """Somebody named on a card: by name, or by the UID of another card of the same file."""

    type: str
    name: str = ""
    uid: str = ""


@dataclass(frozen=True, slots=True)
class DatedNote:
    """Something noted about a person on a day. kind: `how we met` is kept apart from the others."""

    text: str
    on: str = ""
    kind: Literal["note", "how we met"] = "note"


@dataclass(frozen=True, slots=True)
class Gift:
    """A gift, from a card. on: partial date, or empty."""

    state: Literal["idea", "given", "received"]
    text: str
    on: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something promised or open, from a card. due_on: a date, or empty."""

    text: str
    owed_by: Literal["owner", "contact"] = "owner"
    due_on: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One address-book card, or one row or page about a person.

    uid: the card's UID. One that begins with `row:` is made from the name, where the export gives
        none, and the card may come again under another one.
    kind: `person`, `organization`, or `group` (an address-book group; `members` are UIDs).
    other_names: the same name in another script, or as it sounds.
    extra: properties without a field here, kept as (name, value).
    place: where in the file, for people, such as `card 12, line 340`.
    changed_at: when the card was as it is here, if the export says so: of two states the later one
        counts, whichever is imported last.
    """

    uid: str
    full_name: str
    kind: Literal["person", "organization", "group"] = "person"
    given_name: str = ""
    family_name: str = ""
    additional_names: str = ""
    prefix: str = ""
    suffix: str = ""
    nicknames: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    methods: tuple[Method, ...] = ()
    affiliations: tuple[Affiliation, ...] = ()
    dates: tuple[CardDate, ...] = ()
    relations: tuple[CardRelation, ...] = ()
    notes: tuple[str, ...] = ()
    dated_notes: tuple[DatedNote, ...] = ()
    gifts: tuple[Gift, ...] = ()
    interests: tuple[str, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    categories: tuple[str, ...] = ()
    gender: str = ""
    pronouns: str = ""
    languages: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    place: str = ""
    changed_at: datetime | None = None
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chat without ids, by which the chat is recognized under another name.

    who: the label that wrote it, empty for the owner. words: a hash of them (`line_hash`).
    """

    at: datetime
    who: str
    words: str


def line_hash(text: str) -> str:
    """What stands for the words of a line."""
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A chat or a mail thread; yielded before its first message.

    participants: those that the export lists; senders are added as their messages come.
    has_ids: the messages have ids; otherwise one is known by its time, its side and its words.
    lines: some lines of a chat whose key is only a name, from all parts of it.
    """

    key: str
    kind: ConversationKind
    title: str = ""
    participants: tuple[Account, ...] = ()
    has_ids: bool = True
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message that a person wrote.

    key: stable within the source, so that it is recognized in a newer export of the same chat.
    sent_at: UTC; None when the export gives no usable time.
    utc_offset_minutes: the zone it was said in, if the export tells.
    text: what was written, without quoted replies and signature; may be empty for a bare file.
    original: the full text when it differs from `text`, else empty.
    subject: for mail.
    reply_to: key of the message that this one answers, or empty.
    attachments: names only; never fetched, never opened.
    reactions: (emoji or name, how many).
    deleted: the export says that the message was taken back.
    bulk: sent to many by a machine or a list; never makes anybody a person.
    unverified: the server that received it found that it is not from the address it names.
    """

    key: str
    conversation_key: str
    sender: Account | None
    sent_at: datetime | None
    text: str
    original: str = ""
    subject: str = ""
    utc_offset_minutes: int | None = None
    reply_to: str = ""
    recipients: tuple[Account, ...] = ()
    attachments: tuple[str, ...] = ()
    reactions: tuple[tuple[str, int], ...] = ()
    edited_at: datetime | None = None
    deleted: bool = False
    bulk: bool = False
    labels: tuple[str, ...] = ()
    unverified: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A meeting or a call: one interaction with everybody who took part.

    key: stable within the source; each occurrence of a recurring meeting has its own.
    starts_at, ends_at: UTC; None for an event of whole days.
    starts_on, ends_on: first and last calendar day of an event of whole days, else empty.
    zone: the IANA zone that it was planned in, if the export tells.
    attendees: those who took part or were to, the organizer included, but not those who declined.
    accepted: those of the attendees who said yes themselves.
    conversation_key: the chat that a call was made in, yielded before, or empty.
    cancelled: the export says that it did not take place.
    """

    key: str
    kind: Literal["meeting", "call"]
    title: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    starts_on: str = ""
    ends_on: str = ""
    zone: str = ""
    organizer: Account | None = None
    attendees: tuple[Account, ...] = ()
    accepted: tuple[Account, ...] = ()
    description: str = ""
    location: str = ""
    conversation_key: str = ""
    cancelled: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record left out on purpose, such as a service line or spam. reason: a few plain words."""

    reason: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that could not be read; the rest of the file goes on. reason: for people."""

    reason: str
    place: str


Record = (
    SourceInfo | Account | OwnerAccount | Card | Conversation | Message | Event | Skipped | Problem
)
