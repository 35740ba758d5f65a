"""A made-up circle of people, written as the exports of eight programs; who is who is kept aside.

Families share telephones and mailboxes, people share names, change them and their numbers; numbers
go to strangers. Every message and every card holds the mark of its true person, so that what
an import makes of them can be held against the truth.
"""

import base64
import csv
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

_GIVEN: Final = """
Robert:Bob William:Bill Elizabeth:Liz Margaret:Maggie Michael:Mike Katherine:Kate James:Jim
Alexander:Alex Anna:Annie Maria:Mia Jonathan:Jon Susan:Sue Thomas:Tom Daniel:Dan Christina:Tina
Benjamin:Ben Patricia:Pat Stefan:Steff Helena:Lena Eduardo:Edu Иван: Ольга: Joana: Rui: Ingrid:
Pedro: Chloe: Amir: Noor: Kenji: Yara: Omar: Lucia: Femi: Astrid: Ngozi: Tariq: Mateo: Zofia:
""".split()
_FAMILY: Final = """
Smith Jones Oak Berg Holm Silva Costa Moreira Lund Ek Novak Kowalska Rossi Weber Duarte Pinto
Haddad Tanaka Okafor Lindqvist Петров Marsh Thorn Vale Finch Crane Stone Brook Field Wood Hale Rowe
""".split()


@dataclass(slots=True)
class Made:
    """One true person. saved: the name in the owner's address book, or '' when not in it."""

    number: int
    given: str
    nickname: str
    family: str
    mails: list[str]
    mobiles: list[str]
    former_family: str = ""
    suffix: str = ""
    shared_mail: str = ""
    landline: str = ""
    saved: str = ""
    chats: set[str] = field(default_factory=set)

    @property
    def mark(self) -> str:
        """What stands in everything of theirs."""
        return f"p{self.number:05d}"

    @property
    def name(self) -> str:
        """The full name."""
        return " ".join(filter(None, (self.given, self.family, self.suffix)))


def made_people(count: int, seed: int = 1) -> list[Made]:
    """That many people, in families and alone."""
    chance = random.Random(seed)  # noqa: S311 nothing secret
    people: list[Made] = []
    while len(people) < count:
        family = chance.choice(_FAMILY)
        size = chance.choice((1, 1, 1, 2, 3, 4))
        home = f"+3512{len(people):08d}"[:13]
        box = f"family{len(people)}@example.net"
        for at in range(size):
            given, _, nickname = chance.choice(_GIVEN).partition(":")
            number = len(people)
            person = Made(
                number,
                given,
                nickname,
                family,
                [f"p{number}@example.org", f"p{number}@mail.example.com"],
                [f"+35191{number:07d}", f"+35193{number:07d}"],
            )
            if size > 1:
                person.landline = home
                person.shared_mail = box if chance.random() < 0.5 else ""
            if at and chance.random() < 0.1:
                person.given, person.suffix = people[-1].given, "Jr"
            if chance.random() < 0.06:
                person.former_family = chance.choice(_FAMILY)
            person.chats = {name for name, share in _SHARES.items() if chance.random() < share}
            people.append(person)
    for person in people[:count]:
        if chance.random() < 0.85:
            person.saved = person.name
            if person.nickname and chance.random() < 0.25:
                person.saved = f"{person.nickname} {person.family}"
    return people[:count]


_SHARES: Final = {
    "vcard": 0.8, "google": 0.5, "telegram": 0.4, "mail": 0.5, "whatsapp": 0.3, "signal": 0.25,
    "messenger": 0.2, "linkedin": 0.3,
}  # fmt: skip
_START: Final = datetime(2025, 3, 1, 10, tzinfo=UTC)


class World:
    """Writes the exports of some people into a folder. owner: the name that all exports use."""

    def __init__(self, people: list[Made], folder: Path, owner: str = "Nora Lind") -> None:
        self.people = people
        self.folder = folder
        self.owner = owner
        self.chance = random.Random(len(people))  # noqa: S311 nothing secret
        # Every fortieth number has gone from a friend to a stranger, who is in no address book.
        self.reassigned = {
            person.number: people[(person.number + 7) % len(people)]
            for person in people[::40]
            if "telegram" not in person.chats
        }

    def write(self) -> list[Path]:
        """Write all eight and return what to import."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return [
            self._vcard(),
            self._google(),
            self._telegram(),
            self._mail(),
            self._whatsapp(),
            self._signal(),
            self._messenger(),
            self._linkedin(),
        ]

    def _of(self, kind: str) -> Iterable[Made]:
        return (person for person in self.people if kind in person.chats)

    def _listed(self, person: Made) -> bool:
        return bool(person.saved) and "vcard" in person.chats

    def _vcard(self) -> Path:
        lines = []
        for person in self._of("vcard"):
            if not person.saved:
                continue
            given, _, family = person.saved.partition(" ")
            lines += ["BEGIN:VCARD", "VERSION:3.0", "PRODID:-//Apple Inc.//macOS 14.0//EN"]
            lines += [f"UID:{person.mark}", f"N:{family};{given};;;", f"FN:{person.saved}"]
            lines += [f"TEL;TYPE=CELL:{person.mobiles[0]}", f"NOTE:{person.mark}"]
            lines += [f"EMAIL:{person.mails[0]}"] if person.number % 3 else []
            lines += [f"EMAIL:{person.shared_mail}"] if person.shared_mail else []
            lines += [f"TEL;TYPE=HOME:{person.landline}"] if person.landline else []
            lines.append("END:VCARD")
        return self._text("contacts.vcf", "\r\n".join(lines) + "\r\n")

    def _google(self) -> Path:
        path = self.folder / "google.csv"
        with path.open("w", newline="", encoding="utf-8") as stream:
            table = csv.writer(stream)
            table.writerow(
                "First Name,Last Name,Name Suffix,Notes,E-mail 1 - Label,E-mail 1 - Value,"
                "E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value".split(",")
            )
            for person in self._of("google"):
                mails = [person.mails[0], person.shared_mail or person.mails[1]]
                mobile = person.mobiles[person.number % 5 == 0]
                table.writerow(
                    (
                        *(person.given, person.former_family or person.family, person.suffix),
                        *(person.mark, "Home", mails[0], "Other", mails[1], "Mobile", mobile),
                    )
                )
        return path

    def _telegram(self) -> Path:
        chats = []
        contacts = []
        holders = [(person, person.mobiles[0]) for person in self._of("telegram")]
        holders += [(new, self.people[old].mobiles[0]) for old, new in self.reassigned.items()]
        for at, (person, mobile) in enumerate(holders):
            stranger = at >= len(list(self._of("telegram")))
            id_ = 10_000 + person.number + (500_000 if stranger else 0)
            name = person.name if stranger else (person.nickname or person.given)
            if not stranger and person.number % 2:
                contacts.append(
                    {"user_id": id_, "first_name": name, "last_name": "", "phone_number": mobile}
                )
            chats.append(
                {
                    "name": name,
                    "type": "personal_chat",
                    "id": id_,
                    "messages": [
                        {
                            "id": at * 10 + turn,
                            "type": "message",
                            "date_unixtime": str(int(self._time(at, turn).timestamp())),
                            "from": self.owner if turn else name,
                            "from_id": "user1" if turn else f"user{id_}",
                            "text": "fine" if turn else f"hello from {person.mark}",
                        }
                        for turn in range(2)
                    ],
                }
            )
        export = {
            "personal_information": {"user_id": 1, "first_name": "Nora", "last_name": "Lind"},
            "contacts": {"list": contacts},
            "chats": {"list": chats},
        }
        return self._text("result.json", json.dumps(export, indent=1))

    def _mail(self) -> Path:
        parts = []
        for person in self._of("mail"):
            sender = f"{person.given} <{person.mails[person.number % 2]}>"
            owner = f"{self.owner} <nora@lind.example>"
            for turn, (one, other) in enumerate(((sender, owner), (owner, sender))):
                date = f"{self._time(person.number, turn):%a, %d %b %Y %H:%M:%S +0000}"
                said = f"hello from {person.mark}" if not turn else "fine"
                parts.append(
                    f"From x@example.org Sat Mar 01 10:00:00 2025\nFrom: {one}\nTo: {other}\n"
                    f"Date: {date}\nMessage-ID: <{person.mark}.{turn}@example.org>\n"
                    f"Subject: {person.mark}\n"
                    f"Content-Type: text/plain; charset=utf-8\n\n{said}\n\n"
                )
        return self._text("mail.mbox", "".join(parts))

    def _whatsapp(self) -> Path:
        folder = self.folder / "whatsapp"
        folder.mkdir(exist_ok=True)
        written: set[str] = set()
        for person in self._of("whatsapp"):
            label = person.saved if self._listed(person) else person.mobiles[0]
            if label in written:  # two people saved under one name: their chats cannot be told
                continue
            written.add(label)
            lines = [
                f"{self._time(person.number, turn):%d/%m/%Y, %H:%M} - {who}: {said}"
                for turn, (who, said) in enumerate(
                    ((label, f"hello from {person.mark}"), (self.owner, "fine"))
                )
            ]
            name = f"WhatsApp Chat with {label}.txt"
            (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder

    def _signal(self) -> Path:
        frames: list[object] = [
            {"version": "1", "backupTimeMs": "1760000000000"},
            {"account": {"givenName": "Nora", "familyName": "Lind"}},
            {"recipient": {"id": "1", "self": {}}},
        ]
        items: list[object] = []
        for person in self._of("signal"):
            id_ = str(person.number + 10)
            aci = base64.b64encode(person.number.to_bytes(16, "big")).decode()
            contact = {"aci": aci, "profileGivenName": person.nickname or person.given}
            if person.number % 4:
                contact["e164"] = person.mobiles[0].removeprefix("+")
            if self._listed(person):
                given, _, family = person.saved.partition(" ")
                contact |= {"systemGivenName": given, "systemFamilyName": family}
            frames += [
                {"recipient": {"id": id_, "contact": contact}},
                {"chat": {"id": id_, "recipientId": id_}},
            ]
            for turn in range(2):
                said = {"text": {"body": "fine" if turn else f"hello from {person.mark}"}}
                sent = str(int(self._time(person.number, turn).timestamp() * 1000))
                way = "outgoing" if turn else "incoming"
                item = {"chatId": id_, "authorId": "1" if turn else id_, "dateSent": sent}
                items += [{"chatItem": {**item, way: {}, "standardMessage": said}}]
        return self._text("main.jsonl", "".join(f"{json.dumps(each)}\n" for each in frames + items))

    def _messenger(self) -> Path:
        inbox = self.folder / "messages" / "inbox"
        for person in self._of("messenger"):
            name = f"{person.nickname} {person.family}" if person.number % 9 == 0 else person.name
            name = _mojibake(name.strip())
            owner = _mojibake(self.owner)
            thread = {
                "participants": [{"name": name}, {"name": owner}],
                "messages": [
                    {
                        "sender_name": owner if turn else name,
                        "timestamp_ms": int(self._time(person.number, turn).timestamp() * 1000),
                        "content": "fine" if turn else f"hello from {person.mark}",
                    }
                    for turn in (1, 0)
                ],
                "title": name,
                "thread_path": f"inbox/{person.mark}_{person.number}",
            }
            place = inbox / f"{person.mark}_{person.number}"
            place.mkdir(parents=True, exist_ok=True)
            (place / "message_1.json").write_text(json.dumps(thread), encoding="utf-8")
        return self.folder / "messages"

    def _linkedin(self) -> Path:
        lines = ["First Name,Last Name,URL,Email Address,Company,Position,Connected On"]
        for person in self._of("linkedin"):
            mail = person.mails[0] if person.number % 4 else ""
            url = f"https://www.linkedin.com/in/{person.mark}"
            lines.append(
                f"{person.given},{person.family},{url},{mail},Firm,{person.mark},1 Mar 2024"
            )
        folder = self.folder / "linkedin"
        folder.mkdir(exist_ok=True)
        path = folder / "Connections.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def _time(self, number: int, turn: int) -> datetime:
        return _START + timedelta(minutes=7 * number + turn)

    def _text(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_bytes(text.encode())
        return path


def _mojibake(text: str) -> str:
    """Text as Meta writes it: each byte of UTF-8 as a character."""
    return text.encode().decode("latin-1")
