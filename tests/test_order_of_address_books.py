"""Three exports of one account in every order, and again: the memory is the same.

older, newer and partial, with edits, deletions, renames and a new name. Formats that say when a
card was as it is must give the very same memory; of the others the same people with the same ways
to be known, and the state of what was edited is that of the last import: nothing in the file tells.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Final

import pytest

from store.engine.connections import Writer
from store.importers import Importer
from store.importers.monica.monica import IMPORTER as MONICA
from store.importers.notes.people_notes import IMPORTER as NOTE
from store.importers.tables.contact_table import IMPORTER as TABLE
from store.importers.tables.google_contacts import IMPORTER as GOOGLE
from store.importers.tables.outlook_contacts import IMPORTER as OUTLOOK
from store.importers.vcard.vcard import IMPORTER as VCARD
from tests.made_exports import OWNER, import_here, made_memory

ORDERS: Final = list(permutations(range(3)))
TIMES: Final = ("2025-01-01T10:00:00Z", "2026-01-01T10:00:00Z", "2025-06-01T10:00:00Z")


@dataclass(frozen=True)
class Person:
    """What an export says of somebody. id: where the format has ids."""

    id: str
    given: str
    family: str
    mail: str = ""
    phone: str = ""
    note: str = ""


ADA = Person("1", "Ada", "Bloom", "ada@x.example")
BO = Person("2", "Bo", "Ek", "bo@x.example", "+46701740601")
CY = Person("3", "Cy", "Dahl", "cy@x.example", note="plays chess")
DI = Person("4", "Di", "Fox", "", "+46701740604")
ED = Person("5", "Ed", "Gray", "ed@x.example")
JO, JO_TOO = Person("6", "Jo", "Ray", "jo@x.example"), Person("7", "Jo", "Ray", "jo2@x.example")
OLDER = (ADA, BO, CY, DI, ED, JO)
# Ada has a number, Bo another one, Cy married and gave up chess, Ed is deleted, Jo has a namesake.
NEWER = (
    Person("1", "Ada", "Bloom", "ada@x.example", "+46701740611"),
    Person("2", "Bo", "Ek", "bo@x.example", "+46701740612"),
    Person("3", "Cy", "Dahl-Reis", "cy@x.example"),
    DI,
    JO_TOO,
    JO,
)
# Made in between: Bo's first number, a few people alone.
PARTIAL = (BO, Person("1", "Ada", "Bloom", "ada@x.example", note="met at choir"), JO)
EXPORTS: Final = (OLDER, NEWER, PARTIAL)


def vcard(people: tuple[Person, ...], at: str, *, with_ids: bool) -> str:
    text = ""
    for each in people:
        lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{each.given} {each.family}"]
        lines += [f"N:{each.family};{each.given};;;", "CATEGORIES:myContacts"]
        lines += [f"UID:{each.id}", f"REV:{at}"] if with_ids else []
        lines += [f"EMAIL:{each.mail}"] if each.mail else []
        lines += [f"TEL;TYPE=CELL:{each.phone}"] if each.phone else []
        lines += [f"NOTE:{each.note}"] if each.note else []
        text += "\r\n".join((*lines, "END:VCARD", ""))
    return text


def table(heading: str, row: str) -> Callable[[tuple[Person, ...], str], str]:
    def written(people: tuple[Person, ...], at: str) -> str:
        rows = [row.format(p=each, at=at, id=each.id) for each in people]
        return "\n".join((heading, *rows, ""))

    return written


def monica(people: tuple[Person, ...], at: str) -> str:
    contacts = []
    for each in people:
        said = {"first_name": each.given, "last_name": each.family, "description": each.note}
        ways = [("email", each.mail), ("phone", each.phone)]
        fields = [
            {"uuid": f"{each.id}{kind}", "properties": {"data": value, "type": kind}}
            for kind, value in ways
            if value
        ]
        data = [{"type": "contact_field", "values": fields}]
        data.append({"type": "activity", "values": [f"a{each.id}"]})
        contacts.append({"uuid": each.id, "properties": said, "data": data})
    met = [
        {
            "uuid": f"a{each.id}",
            "properties": {"summary": f"Tea with {each.family}", "happened_at": "2024-05-05"},
        }
        for each in people
    ]
    account = {
        "uuid": "acc",
        "data": [{"type": "contact", "values": contacts}, {"type": "activity", "values": met}],
        "instance": {
            "contact_field_types": [
                {"uuid": kind, "properties": {"type": kind, "name": kind}}
                for kind in ("email", "phone")
            ]
        },
    }
    export = {"app_version": "4", "exported_by": "u", "export_date": at, "account": account}
    return json.dumps(export)


def note(people: tuple[Person, ...], at: str) -> str:
    """The note about Cy."""
    each = next(p for p in people if p.id == "3")
    return (
        f"---\ntype: person\nname: {each.given} {each.family}\nemail: {each.mail}\n"
        f"updated: {at}\n---\n{each.note}\n"
    )


ROW = "{p.given} {p.family},{p.mail},{p.phone},{p.note}"
TIMED: Final[dict[str, tuple[Importer, Callable[[tuple[Person, ...], str], str]]]] = {
    "vCard with UID and REV": (VCARD, lambda people, at: vcard(people, at, with_ids=True)),
    "table with ids and the time of a change": (
        TABLE,
        table("Record ID,Name,Email,Phone,Notes,Last modified", "{id}," + ROW + ",{at}"),
    ),
    "Monica": (MONICA, monica),
}
# The reason is the same for all: neither the card nor the file says when it was as it is, and the
# time of a file is that of the last copy.
UNTIMED: Final[dict[str, tuple[Importer, Callable[[tuple[Person, ...], str], str]]]] = {
    "vCard without UID": (VCARD, lambda people, at: vcard(people, at, with_ids=False)),
    "table": (TABLE, table("Name,Email,Phone,Notes", ROW)),
    "Google": (
        GOOGLE,
        table(
            "First Name,Last Name,E-mail 1 - Value,Phone 1 - Value,Notes",
            "{p.given},{p.family},{p.mail},{p.phone},{p.note}",
        ),
    ),
    "Outlook": (
        OUTLOOK,
        table(
            "First Name,Last Name,E-mail Address,Mobile Phone,Notes,Home Fax,Business Street",
            "{p.given},{p.family},{p.mail},{p.phone},{p.note},,",
        ),
    ),
}

STATE: Final = {
    "people": "SELECT display_name FROM contact WHERE merged_into_id IS NULL AND NOT is_owner",
    "names": "SELECT kind, name FROM contact_name",
    "ways": "SELECT name, contact_method.kind, value, contact_method.key FROM contact_method"
    " JOIN identity ON identity.id = identity_id",
    "notes": "SELECT name, note.kind, text, about_on FROM note JOIN identity ON identity.id ="
    " identity_id",
    "fields": "SELECT identity.name, extra_field.name, value FROM extra_field"
    " JOIN identity ON identity.id = identity_id",
    "meetings": "SELECT title, on_day, count(identity_id) FROM interaction LEFT JOIN"
    " interaction_participant ON interaction_id = interaction.id GROUP BY interaction.id",
    "refs": "SELECT ref FROM contact",
}


def state_of(writer: Writer, *parts: str) -> dict[str, list[tuple[object, ...]]]:
    return {part: sorted(map(tuple, writer.all(STATE[part])), key=repr) for part in parts}


def take(
    folder: Path, importer: Importer, exports: list[str], order: tuple[int, ...]
) -> dict[str, list[tuple[object, ...]]]:
    """Import in this order, and again; return what is there then."""
    suffix = {"monica": "json", "vcard": "vcf", "person-note": "md"}.get(importer.format, "csv")
    folder.mkdir()
    path = folder / f"contacts.{suffix}"
    with made_memory(folder) as writer:
        for number in order:
            path.write_text(exports[number], encoding="utf-8")
            import_here(writer, importer, path, OWNER)
        once = state_of(writer, *STATE)
        for number in order:
            path.write_text(exports[number], encoding="utf-8")
            import_here(writer, importer, path, OWNER)
        assert state_of(writer, *STATE) == once, "imported again"
    return once


@pytest.mark.parametrize("format_", TIMED)
def test_a_format_that_says_when_gives_the_same_memory(tmp_path: Path, format_: str) -> None:
    importer, written = TIMED[format_]
    exports = [written(people, at) for people, at in zip(EXPORTS, TIMES, strict=True)]
    found = [
        take(tmp_path / str(number), importer, exports, order)
        for number, order in enumerate(ORDERS)
    ]
    assert all(each == found[0] for each in found)
    told = found[0]
    assert [name for (name,) in told["people"]] == [
        "Ada Bloom", "Bo Ek", "Cy Dahl-Reis", "Di Fox", "Ed Gray", "Jo Ray", "Jo Ray",
    ]  # fmt: skip
    phones = {row[0]: row[2] for row in told["ways"] if row[1] == "phone"}
    assert (phones["Ada Bloom"], phones["Bo Ek"]) == ("+46701740611", "+46701740612")


def test_a_note_that_says_when_gives_the_same_memory(tmp_path: Path) -> None:
    cy = (CY,), NEWER, (Person("3", "Cy", "Dahl", "cy@x.example", note="sings"),)
    exports = [note(people, at) for people, at in zip(cy, TIMES, strict=True)]
    found = [
        take(tmp_path / str(number), NOTE, exports, order) for number, order in enumerate(ORDERS)
    ]
    assert all(each == found[0] for each in found)
    assert found[0]["people"] == [("Cy Dahl-Reis",)]


@pytest.mark.parametrize("format_", UNTIMED)
def test_other_formats_give_the_same_people(tmp_path: Path, format_: str) -> None:
    importer, written = UNTIMED[format_]
    exports = [written(people, "") for people in EXPORTS]
    for number, order in enumerate(ORDERS):
        told = take(tmp_path / str(number), importer, exports, order)
        # Of Cy's two names the later import's counts.
        people = [str(name).removesuffix("-Reis") for (name,) in told["people"]]
        assert people == [
            "Ada Bloom", "Bo Ek", "Cy Dahl", "Di Fox", "Ed Gray", "Jo Ray", "Jo Ray",
        ], order  # fmt: skip
        mails = sorted(str(row[2]) for row in told["ways"] if row[1] == "email")
        assert mails == [
            "ada@x.example", "bo@x.example", "cy@x.example", "ed@x.example", "jo2@x.example",
            "jo@x.example",
        ], order  # fmt: skip
        # What was edited is as the last export that has the person shows it.
        last = next(n for n in reversed(order) if n != 2 or "Bo" in exports[2])
        assert ("+46701740612" in str(told["ways"])) is (last == 1), order
