"""The made-up circle with what misleads: families, desks, assistants, couples on one account.

Three more exports beside those of `tests/made_world.py`, with the same marks of the true persons.
"""

import random
from collections import defaultdict
from pathlib import Path

from tests.made_world import Made, World

_FAMILY_BOOK = "-//Sample//Book 2//EN"
_MARKS = ("jun.", "sen.", "ml.", "d.y.", "the Younger", "Filho", "fils", "мл.", "III", "den äldre")
_CYRILLIC = dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопкрстуввкйз", strict=True))
_WORK_BOOK = "-//Example//Book 1//EN"


class TrickyWorld(World):
    """A world in which sharing an address, a number or a name says little.

    In some families a child bears a parent's whole name, without a mark; in others with the mark of
    some language, and on a card with the mailbox alone. Some people are on a card in another script
    than their own. namesakes, bosses, couples, generations: pairs of people.
    """

    def __init__(self, people: list[Made], folder: Path, seed: int = 1) -> None:
        chance = random.Random(seed)  # noqa: S311 nothing secret
        families: dict[str, list[Made]] = defaultdict(list)
        for person in people:
            if person.landline:
                families[person.landline].append(person)
        self.namesakes: list[tuple[Made, Made]] = []
        self.couples: list[tuple[Made, Made]] = []
        self.generations: list[tuple[Made, Made, str]] = []
        for at, (parent, other) in enumerate(f[:2] for f in families.values() if f[1:]):
            parent.shared_mail = other.shared_mail = f"family{parent.number}@example.net"
            if at % 3 == 2:
                other.given, other.nickname = parent.given, parent.nickname
                other.suffix = other.saved = ""
                self.generations.append((parent, other, _MARKS[at // 3 % len(_MARKS)]))
            elif at % 2:
                self.couples.append((parent, other))
            else:
                other.given, other.nickname, other.suffix = parent.given, parent.nickname, ""
                other.saved = other.name if other.saved else ""
                self.namesakes.append((parent, other))
        alone = [person for person in people if not person.landline]
        self.bosses = list(zip(alone[::4], alone[1::4], strict=False))
        self.colleagues = [alone[at : at + 3] for at in range(0, len(alone), 6)]
        self.at_the_desk = [chance.choice(each) for each in self.colleagues]
        super().__init__(people, folder)

    def write(self) -> list[Path]:
        """Write all twelve and return what to import."""
        return [
            *super().write(),
            self._work_book(),
            self._shared_mailboxes(),
            self._desks(),
            self._family_book(),
        ]

    def _family_book(self) -> Path:
        """Fathers and sons of one name with their marks, and people in Cyrillic letters."""
        cards: list[tuple[str, str, str, str, str]] = []
        for parent, other, mark in self.generations:
            name = f"{parent.given} {parent.family}"
            cards.append(
                (parent.mark, name, f"{parent.family};{parent.given};;;", parent.shared_mail, "")
            )
            whole = f"{name} {mark}" if parent.number % 2 else name
            parts = f"{parent.family};{parent.given};;;{mark}"
            cards.append((other.mark, whole, parts, parent.shared_mail, ""))
        for person in self.people[::11]:
            name = " ".join(_in_cyrillic(word) for word in (person.given, person.family))
            cards.append((person.mark, name, "", person.mails[0], person.mobiles[0]))
        text = ""
        for mark, name, parts, mail, mobile in cards:
            lines = ["BEGIN:VCARD", "VERSION:3.0", f"PRODID:{_FAMILY_BOOK}", f"UID:f{mark}"]
            lines += [f"FN:{name}", f"N:{parts}" if parts else "", f"EMAIL:{mail}", f"NOTE:{mark}"]
            lines += [f"TEL;TYPE=CELL:{mobile}" if mobile else "", "END:VCARD", ""]
            text += "\r\n".join(line for line in lines if line) + "\r\n"
        return self._text("family.vcf", text)

    def _work_book(self) -> Path:
        """Bosses with the address of their assistant, one of each firm with its number."""
        cards: list[tuple[Made, list[str]]] = []
        for boss, assistant in self.bosses:
            cards.append((boss, [f"EMAIL:{boss.mails[0]}", f"EMAIL:{assistant.mails[1]}"]))
        for at, colleagues in enumerate(self.colleagues):
            for person in colleagues[: 1 + at % 2]:
                national = person.mobiles[0].removeprefix("+351")
                numbers = [f"TEL;TYPE=CELL:{national}", f"TEL;TYPE=WORK:{_desk(at)}"]
                cards.append((person, numbers))
        for one, other in self.couples:
            name = f"{one.given} & {other.name}"
            lines = [f"UID:couple{one.number}", f"FN:{name}", f"EMAIL:{one.shared_mail}"]
            cards.append((one, [*lines, f"NOTE:{other.mark}"]))
        text = ""
        for person, lines in cards:
            if not lines[0].startswith("UID"):
                lines = [f"UID:{person.mark}", f"FN:{person.name}", *lines]
            inside = "\r\n".join([f"PRODID:{_WORK_BOOK}", *lines, f"NOTE:{person.mark}"])
            text += f"BEGIN:VCARD\r\nVERSION:3.0\r\n{inside}\r\nEND:VCARD\r\n"
        return self._text("work.vcf", text)

    def _shared_mailboxes(self) -> Path:
        """Assistants under their own name, members of a family and couples from the shared box."""
        parts = []
        senders = [(a.name, a.mails[1], a.mark) for _, a in self.bosses]
        # Where one of the two alone is in the address book, nobody could tell who writes.
        senders += [
            (other.name, other.shared_mail, other.mark)
            for parent, other in self.namesakes
            if self._listed(parent) and self._listed(other)
        ]
        for one, other in self.couples[::2]:
            both = f"{one.given} and {other.given} {other.family}"
            senders.append((both, one.shared_mail, f"{one.mark} and {other.mark}"))
        senders += [(other.name, other.shared_mail, other.mark) for _, other in self.couples[1::2]]
        for number, (name, address, mark) in enumerate(senders):
            for turn in range(2):
                mine = f"{self.owner} <nora@lind.example>"
                theirs = f"{name} <{address}>"
                sender, to = (mine, theirs) if turn else (theirs, mine)
                parts.append(
                    f"From x@example.org Sat Mar 01 10:00:00 2025\nFrom: {sender}\nTo: {to}\n"
                    f"Date: {self._time(number, turn):%a, %d %b %Y %H:%M:%S +0000}\n"
                    f"Message-ID: <shared{number}.{turn}@example.org>\nSubject: {number}\n"
                    "Content-Type: text/plain; charset=utf-8\n\n"
                    f"{'fine' if turn else f'hello from {mark}'}\n\n"
                )
        return self._text("shared.mbox", "".join(parts))

    def _desks(self) -> Path:
        """Chats with the number of a firm, behind which somebody of it sits."""
        folder = self.folder / "desks"
        folder.mkdir(exist_ok=True)
        for at, person in enumerate(self.at_the_desk):
            lines = [
                f"{self._time(at, turn):%d/%m/%Y, %H:%M} - {who}: {said}"
                for turn, (who, said) in enumerate(
                    ((_desk(at), f"hello from {person.mark}"), (self.owner, "fine"))
                )
            ]
            name = f"WhatsApp Chat with {_desk(at)}.txt"
            (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder


def _in_cyrillic(word: str) -> str:
    return "".join(_CYRILLIC.get(letter, letter) for letter in word.lower()).capitalize()


def _desk(number: int) -> str:
    return f"+351 21 300 {number:04d}"
