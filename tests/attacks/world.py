"""A small life as real export files, to which attacks add theirs; what a server tells of it.

Nora knows Bo and Alex, from her address book, mails both ways and chats. An attempt is found by
words that stand nowhere else.
"""

import json
import mailbox
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final

from tests.running import environment, kinkeeper
from tests.wire import Wire, serving

BEGIN: Final = datetime(2026, 10, 1, 9, tzinfo=UTC)
NORA: Final = "Nora Lind <nora@lind.example>"
BO: Final = "Bo Lund <bo@lund.example>"
ALEX: Final = "Alex Moreira <alex@moreira.example>"
CARDS: Final = (
    ("Bo Lund", "bo@lund.example", "+47 40 00 00 03"),
    ("Alex Moreira", "alex@moreira.example", "+351 922 700 103"),
)

# Whom Nora has in Telegram's own address book.
TELEGRAM: Final = (
    (3, "Bo Lund", "+47 40 00 00 03"),
    (2, "Alex Moreira", "+351 922 700 103"),
    (9, "Hilde Strand", "+47 40 00 00 09"),
)


@dataclass
class World:
    """Exports that are being filled. me: the owner's number in Telegram.

    others: files of other programs, by their path; what is no text is written as JSON, and a list
    that is named `.jsonl` a line each.
    """

    mails: list[bytes] = field(default_factory=list)
    chats: list[dict[str, Any]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    calendars: list[str] = field(default_factory=list)
    whatsapp: dict[str, str] = field(default_factory=dict)
    cards: list[tuple[str, str, str]] = field(default_factory=lambda: list(CARDS))
    others: dict[str, Any] = field(default_factory=dict)
    me: int = 1
    hours: int = 0

    def mail(
        self,
        sender: str,
        to: str,
        subject: str,
        text: str,
        *,
        key: str = "",
        answers: str = "",
        cc: str = "",
        above: str = "",
        below: str = "",
        attached: tuple[str, str] | None = None,
    ) -> str:
        """One mail, the later the later it is called; returns its message id.

        above, below: header lines before and after those that every mail has. attached: type and
        text of another part. key: the message id, if it matters.
        """
        self.hours += 1
        key = key or f"<{self.hours}@world.example>"
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, to, subject
        message["Date"] = format_datetime(BEGIN + timedelta(hours=self.hours))
        message["Message-ID"] = key
        if cc:
            message["Cc"] = cc
        if answers:
            message["In-Reply-To"] = message["References"] = answers
        message.set_content(text)
        if attached:
            kind, content = attached
            main, sub = kind.partition(";")[0].split("/")
            message.add_attachment(content.encode(), maintype=main, subtype=sub)
            if ";" in kind:
                part = [*message.iter_attachments()][-1]
                del part["Content-Disposition"]
                part.replace_header("Content-Type", kind)
        raw = message.as_bytes()
        self.mails.append(above.encode() + below.encode() + raw)
        return key

    def chat(self, name: str, kind: str, *said: tuple[str, str, str], **more: Any) -> None:
        """One Telegram chat. said: (number of the writer, their name, text)."""
        messages = []
        other = next((int(who) for who, _, _ in said if who != "1"), 1)
        for number, (who, called, text) in enumerate(said, start=1):
            self.hours += 1
            at = BEGIN + timedelta(hours=self.hours)
            message = {
                "id": self.hours, "type": "message", "date": at.strftime("%Y-%m-%dT%H:%M:%S"),
                "date_unixtime": str(int(at.timestamp())), "from": called, "from_id": f"user{who}",
                "text": text,
            }  # fmt: skip
            messages.append(message | more.get("extra", {}).get(number, {}))
        messages += more.get("services", [])
        self.chats.append(
            {
                "name": name,
                "type": kind,
                "id": other if kind == "personal_chat" else 1000 + len(self.chats),
                "messages": messages,
            }
        )

    def event(self, title: str, organizer: str, *attendees: tuple[str, str]) -> None:
        """One entry of the owner's calendar. attendees: (address, answer)."""
        self.events.append(vevent(title, organizer, *attendees, uid=f"e{len(self.events)}"))

    def write(self, folder: Path) -> list[Path]:
        """The exports as files."""
        folder.mkdir(parents=True, exist_ok=True)
        book = folder / "book.vcf"
        book.write_text("".join(map(vcard, self.cards)))
        box = mailbox.mbox(folder / "mail.mbox")
        for raw in self.mails:
            box.add(mailbox.mboxMessage(raw))
        box.close()
        files = [book, folder / "mail.mbox"]
        telegram = folder / "telegram" / "result.json"
        telegram.parent.mkdir()
        telegram.write_text(
            json.dumps(
                {
                    "about": "x",
                    "personal_information": {"user_id": self.me, "first_name": "Nora",
                                             "last_name": "Lind", "phone_number": "+351922700101"},
                    "contacts": {"about": "", "list": [*map(_saved, TELEGRAM)]},
                    "chats": {"about": "", "list": self.chats},
                }
            )
        )  # fmt: skip
        files.append(telegram)
        if self.events:
            calendar = folder / "calendar.ics"
            calendar.write_text(vcalendar(self.events, "X-WR-CALNAME:nora@lind.example"))
            files.append(calendar)
        for number, text in enumerate(self.calendars):
            files.append(folder / f"sent{number}.ics")
            files[-1].write_text(text)
        for name, text in self.whatsapp.items():
            files.append(folder / f"WhatsApp Chat with {name}.txt")
            files[-1].write_text(text)
        for name, held in self.others.items():
            path = folder / "others" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(held if isinstance(held, str) else _as_json(name, held))
            files.append(folder / "others" / name.partition("/")[0])
        return [*dict.fromkeys(files)]


def _as_json(name: str, held: Any) -> str:
    if name.endswith(".jsonl"):
        return "".join(f"{json.dumps(each)}\n" for each in held)
    return json.dumps(held)


def _saved(person: tuple[int, str, str]) -> dict[str, Any]:
    number, name, phone = person
    given, _, family = name.partition(" ")
    return {
        "user_id": number,
        "first_name": given,
        "last_name": family,
        "phone_number": phone,
        "date": "2026-01-01T10:00:00",
    }


def honest() -> World:
    """Nora's life before anybody attacks."""
    world = World()
    first = world.mail(
        BO, NORA, "The harbour", "Shall we see the harbour?", key="<bo1@lund.example>"
    )
    world.mail(
        NORA, BO, "Re: The harbour", "Harbour on Sunday!", key="<n1@lind.example>", answers=first
    )
    world.mail(
        NORA, ALEX, "School fair", "Do you come to the school fair?", key="<n2@lind.example>"
    )
    world.chat(
        "Alex Moreira", "personal_chat",
        ("2", "Alex Moreira", "The fair begins at ten"), ("1", "Nora Lind", "I bring cake"),
    )  # fmt: skip
    return world


def vcard(person: tuple[str, str, str]) -> str:
    """A card with a name, an address and a number."""
    name, email, phone = person
    given, _, family = name.partition(" ")
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{email}\r\nFN:{name}\r\nN:{family};{given};;;\r\n"
        f"{'NICKNAME:Otter' if given == 'Hilde' else 'X-NONE:'}\r\n"
        f"EMAIL:{email}\r\nTEL:{phone}\r\nEND:VCARD\r\n"
    )


def vevent(title: str, organizer: str, *attendees: tuple[str, str], uid: str) -> str:
    """An entry of a calendar, in November."""
    lines = [f"ATTENDEE;CN={a.partition('@')[0]};PARTSTAT={p}:mailto:{a}" for a, p in attendees]
    name = f";CN={organizer.partition('@')[0]}" if organizer else ""
    return "\r\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}@cal.example", "DTSTAMP:20261101T090000Z",
         "DTSTART:20261122T100000Z", "DTEND:20261122T110000Z", f"SUMMARY:{title}",
         *([f"ORGANIZER{name}:mailto:{organizer}"] if organizer else []), *lines,
         "END:VEVENT", ""]
    )  # fmt: skip


def vcalendar(events: Iterable[str], *properties: str) -> str:
    """A calendar file."""
    head = "".join(f"{line}\r\n" for line in properties)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}{''.join(events)}END:VCALENDAR\r\n"


def take_in(files: Sequence[Path], env: dict[str, str], *without_her: str) -> None:
    """Import the files with the real command, one command for all.

    without_her: chats in which Nora wrote nothing.
    """
    nobody = [part for chat in without_her for part in ("--me", f"nobody in {chat}")]
    done = kinkeeper("import", *files, *nobody, env=env)
    # An export may call somebody else's account its owner's: that is asked, and all is stored.
    said = done.stdout + done.stderr
    assert done.returncode == 0 or "All is stored" in said, said


def home_of(new_home: Path, folder: Path) -> tuple[Path, dict[str, str]]:
    """A memory of Nora's with nothing in it, and the environment that names it."""
    home = folder / "home"
    shutil.copytree(new_home, home)
    return home, environment(home, folder / "cache")


def everything_told(
    env: dict[str, str],
    folder: Path,
    words: Iterable[str],
    refs: Iterable[str],
    names: Iterable[str],
) -> str:
    """All that a server on stdio answers when it is asked for these words, refs and names."""
    told: list[str] = []
    with serving(env, folder / "errors.txt") as wire:
        wire.greet()

        def ask(tool: str, **arguments: Any) -> None:
            told.append(json.dumps(wire.call(tool, **arguments), ensure_ascii=False))

        for word in words:
            ask("search_context", query=word)
        for ref in refs:
            ask("read_context", ref=ref, around=20)
            if ref.startswith("c_"):
                ask("get_contact", person=ref)
                ask("brief_me", person=ref)
        for name in names:
            ask("find_contacts", query=name)
            ask("get_contact", person=name)
            ask("brief_me", person=name)
            ask("search_context", query="harbour", person=name)
            told.append(_completed(wire, name[:4]))
        ask("find_contacts", limit=100)
        ask("due_followups", within_days=90)
        ask("list_proposals")
        for period in ("week", "month"):
            ask("review_relationships", period=period)
    return "\n".join(told)


def _completed(wire: Wire, part: str) -> str:
    answer = wire.ask(
        "completion/complete",
        {
            "ref": {"type": "ref/resource", "uri": "kinkeeper://contact/{id}"},
            "argument": {"name": "id", "value": part},
        },
    )
    return json.dumps(answer.get("result", {}), ensure_ascii=False)
