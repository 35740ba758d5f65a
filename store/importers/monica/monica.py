"""The account export of Monica 4 (JSON): people, how they belong together, and what happened.

Activities and calls become events, tasks and reminders follow-ups; every fact keeps its date.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from store.importers import ReadingContext, UnreadableExport
from store.importers.monica.contact import Instance, contact_card, kind_in_words
from store.importers.monica.values import day_of, moment_of, text_of, values_of
from store.importers.reading.storable import decoded
from store.importers.records import (
    Account,
    Card,
    CardRelation,
    Conversation,
    Event,
    Message,
    OwnerAccount,
    Problem,
    Record,
    SourceInfo,
)

# Without pictures.
MOST_BYTES: Final = 32 * 1024 * 1024
CHUNK_BYTES: Final = 1024 * 1024
# Photos and documents are in the file as long texts; nothing reads them.
_PICTURES: Final = re.compile(rb'"dataUrl"\s*:\s*"[^"\\]*"')
_OPEN_PICTURE: Final = re.compile(rb'("dataUrl"\s*:\s*")[^"\\]*')
_TELLING: Final = (b'"account"', b'"app_version"', b'"exported_by"')


@dataclass(slots=True)
class _Export:
    """The parts of the file that need each other, by UUID."""

    contacts: list[dict[str, Any]] = field(default_factory=list)
    relations: defaultdict[str, list[CardRelation]] = field(
        default_factory=lambda: defaultdict(list)
    )
    activities: dict[str, dict[str, Any]] = field(default_factory=dict)
    instance: dict[str, dict[str, Any]] = field(default_factory=dict)


class MonicaImporter:
    """A Monica account."""

    format = "monica"
    title = "Monica export (JSON)"

    def recognises(self, _path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:4096]
        return start.startswith(b"{") and all(word in start for word in _TELLING)

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        account, exported_at = _account_in(stream, context.name)
        export, problems = _sorted_out(account)
        yield SourceInfo("monica", text_of(account.get("uuid")), "Monica")
        yield from problems
        names = {
            text_of(contact.get("uuid")): card.full_name
            for contact in export.contacts
            if (card := contact_card(contact, export.instance, {}))
        }
        owner = Account("other", "owner", scope="monica")
        attendees: defaultdict[str, list[Account]] = defaultdict(list)
        later: list[Record] = []
        for contact in export.contacts:
            uid = text_of(contact.get("uuid"))
            card = contact_card(contact, export.instance, names)
            if card is None:
                yield Problem("a contact without a name was left out", f"contact {uid or '?'}")
                continue
            yield replace(_related(card, export.relations[uid]), changed_at=exported_at)
            person = Account("card", uid, card.full_name)
            for activity in values_of(contact, "activity"):
                attendees[text_of(activity)].append(person)
            later += _calls(contact, person)
            later += _conversations(contact, person, owner)
        for uuid, activity in export.activities.items():
            people = tuple(dict.fromkeys(attendees[uuid]))
            if event := _activity(uuid, activity, people, export.instance):
                yield event
            else:
                yield Problem("an activity without a date or people", f"activity {uuid}")
        if any(isinstance(record, Conversation) for record in later):
            yield OwnerAccount(owner)
        yield from later


def _account_in(stream: BinaryIO, name: str) -> tuple[dict[str, Any], datetime | None]:
    """The account, and when it was exported."""
    try:
        found = json.loads(decoded(_without_pictures(stream, name)).lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise UnreadableExport(
            f"{name} is no whole JSON file; it may have been cut. Export it again from Monica."
        ) from None
    account = found.get("account") if isinstance(found, dict) else None
    if not isinstance(account, dict):
        raise UnreadableExport(f"{name} is no account export of Monica 4.")
    return account, moment_of(found.get("export_date"))


def _without_pictures(stream: BinaryIO, name: str) -> bytes:
    """Read the file, dropping pictures as they come."""
    kept: list[bytes] = []
    size = 0
    rest = b""
    while chunk := stream.read(CHUNK_BYTES):
        rest = _PICTURES.sub(b'"dataUrl":""', rest + chunk)
        # Only the beginning of a picture that goes on in the next chunk is kept.
        start = max(rest.rfind(b'"dataUrl"'), 0)
        if not start and not rest.startswith(b'"dataUrl"'):
            start = max(len(rest) - len(b'"dataUrl"'), 0)
        kept.append(rest[:start])
        rest = rest[start:]
        open_picture = _OPEN_PICTURE.fullmatch(rest)
        rest = open_picture[1] if open_picture else rest
        size += len(kept[-1])
        if size + len(rest) > MOST_BYTES:
            raise UnreadableExport(
                f"{name} holds more than 32 MB of text. Such an account is read as vCard: "
                "export its contacts so."
            )
    return b"".join((*kept, rest))


def _sorted_out(account: dict[str, Any]) -> tuple[_Export, list[Problem]]:
    export = _Export()
    problems = []
    instance = account.get("instance")
    for kind in instance.values() if isinstance(instance, dict) else ():
        for each in kind if isinstance(kind, list) else ():
            if isinstance(each, dict):
                export.instance[text_of(each.get("uuid"))] = each
    for number, contact in enumerate(values_of(account, "contact"), start=1):
        if isinstance(contact, dict) and text_of(contact.get("uuid")):
            export.contacts.append(contact)
        else:
            problems.append(Problem("a contact could not be read", f"contact {number}"))
    for relation in values_of(account, "relationship"):
        said = relation.get("properties") if isinstance(relation, dict) else None
        if isinstance(said, dict):
            # `of_contact` is the <type> of `contact_is`.
            export.relations[text_of(said.get("contact_is"))].append(
                CardRelation(_relation(said.get("type")), uid=text_of(said.get("of_contact")))
            )
    for activity in values_of(account, "activity"):
        if isinstance(activity, dict):
            export.activities[text_of(activity.get("uuid"))] = activity
    return export, problems


_RELATIONS: Final = {
    "bestfriend": "best friend",
    "boss": "manager",
    "date": "date",
    "ex_husband": "former spouse",
    "inlovewith": "in love with",
    "lovedby": "loved by",
    "stepchild": "stepchild",
    "stepparent": "stepparent",
    "subordinate": "report",
}


def _relation(kind: Any) -> str:
    word = text_of(kind)
    return _RELATIONS.get(word, word.replace("_", " "))


def _related(card: Card, relations: list[CardRelation]) -> Card:
    named = [each for each in relations if each.uid]
    return replace(card, relations=tuple(dict.fromkeys((*card.relations, *named))))


def _activity(
    uuid: str, activity: Mapping[str, Any], people: tuple[Account, ...], instance: Instance
) -> Event | None:
    said = activity.get("properties")
    said = said if isinstance(said, dict) else {}
    day = day_of(said.get("happened_at"))
    if not (day and people and uuid):
        return None
    return Event(
        key=uuid,
        kind="meeting",
        title=text_of(said.get("summary"))
        or kind_in_words(said, instance, "activity_type").capitalize()
        or "Activity",
        starts_on=day,
        ends_on=day,
        attendees=people,
        description=text_of(said.get("description")),
        place=f"activity {uuid}",
    )


def _calls(contact: Mapping[str, Any], person: Account) -> Iterator[Record]:
    for call in values_of(contact, "call"):
        if not isinstance(call, dict):
            continue
        uuid = text_of(call.get("uuid"))
        said = call.get("properties")
        said = said if isinstance(said, dict) else {}
        moment = moment_of(said.get("called_at"))
        if moment is None or not uuid:
            yield Problem("a call without a date", f"call {uuid or '?'}")
            continue
        # Monica only asks for the day of a call, and writes midnight.
        day = moment.date().isoformat() if (moment.hour, moment.minute) == (0, 0) else ""
        yield Event(
            key=uuid,
            kind="call",
            title="Call",
            starts_at=None if day else moment,
            starts_on=day,
            ends_on=day,
            attendees=(person,),
            description=text_of(said.get("content")),
            place=f"call {uuid}",
        )


def _conversations(contact: Mapping[str, Any], person: Account, owner: Account) -> Iterator[Record]:
    for conversation in values_of(contact, "conversation"):
        uuid = text_of(conversation.get("uuid")) if isinstance(conversation, dict) else ""
        said = conversation.get("properties") if uuid else None
        messages = said.get("messages") if isinstance(said, dict) else None
        if not isinstance(messages, list):
            continue
        yield Conversation(uuid, "direct", participants=(person, owner))
        for number, message in enumerate(messages, start=1):
            found = message.get("properties", message) if isinstance(message, dict) else {}
            text = text_of(found.get("content")) if isinstance(found, dict) else ""
            if text:
                yield Message(
                    key=f"{uuid}/{number}",
                    conversation_key=uuid,
                    sender=owner if found.get("written_by_me") is True else person,
                    sent_at=moment_of(found.get("written_at")),
                    text=text,
                    place=f"conversation {uuid}",
                )


IMPORTER: Final = MonicaImporter()
