"""Newer exports of one address book: people without ids are updated, nobody is taken for them."""

from itertools import permutations
from pathlib import Path

import pytest

from store.engine import driver
from store.engine.connections import Writer
from store.engine.schema import bring_up_to_date, shipped
from store.importers.records import SourceInfo
from store.importers.tables.contact_table import IMPORTER as TABLE
from store.importers.tables.google_contacts import IMPORTER as GOOGLE
from store.importers.vcard.vcard import IMPORTER as VCARD
from store.imports.import_run import ImportSummary
from store.memory import open_writer
from store.people.owner import save_owner
from tests.made_exports import NOW, OWNER, card, import_here, made_memory, people, take_in
from tests.made_people import names_of

NUMBER = 7
MAKERS = {
    "google": "CATEGORIES:myContacts",
    "android": "X-ANDROID-CUSTOM:x",
    "outlook": "X-MS-TEL:",
}


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return made_memory(tmp_path)


def vcard(*lines: str) -> str:
    return "".join(f"{line}\r\n" for line in ("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD"))


def book(*entries: str, maker: str = MAKERS["google"]) -> str:
    """A vCard file of `Given Family; email or number; …`."""
    cards = []
    for entry in entries:
        name, *ways = entry.split("; ")
        given, _, family = name.partition(" ")
        lines = [f"{'EMAIL' if '@' in way else 'TEL;TYPE=CELL'}:{way}" for way in ways if way]
        cards.append(vcard(f"N:{family};{given};;;", f"FN:{name}", *lines, maker))
    return "".join(cards)


def table(*rows: str) -> str:
    return "\n".join(("Name,Email,Phone", *rows, ""))


def take(
    writer: Writer, text: str, name: str = "contacts.vcf", importer: object = VCARD
) -> ImportSummary:
    path = writer.path.with_name(name)
    path.write_text(text, encoding="utf-8")
    return import_here(writer, importer, path, OWNER)  # type: ignore[arg-type]  # an importer


def ways_of(writer: Writer) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in writer.all(
        "SELECT name, value FROM identity LEFT JOIN contact_method ON identity_id = identity.id"
        " WHERE identity.kind = 'card' ORDER BY name, value"
    ):
        found.setdefault(row["name"], []).append(row["value"])
    return found


OLDER = ("Ada Bloom; ada@x.example", "Bo Ek; bo@x.example; +46700000901", "Cy Dahl; cy@x.example",
         "Di Fox; +46700000903", "Ed Gray; +46700000904")  # fmt: skip
NEWER = ("Ada Bloom; ada@x.example; +46700000900", "Bo Ek; bo@x.example; +46700000999",
         "Cy Dahl-Reis; cy@x.example", "Di Fox; +46700000993", "Ed Gray; ed@x.example")  # fmt: skip


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_a_newer_export_without_ids_updates_people(writer: Writer, maker: str) -> None:
    take(writer, book(*OLDER, maker=maker))
    before = people(writer)
    summary = take(writer, book(*NEWER, maker=maker))
    assert (summary.new, summary.updated) == (0, 5)
    assert people(writer).keys() == before.keys()
    assert ways_of(writer) == {
        "Ada Bloom": ["+46700000900", "ada@x.example"],
        "Bo Ek": ["+46700000999", "bo@x.example"],
        "Cy Dahl-Reis": ["cy@x.example"],
        "Di Fox": ["+46700000993"],
        "Ed Gray": ["ed@x.example"],
    }
    again = take(writer, book(*NEWER, maker=maker))
    assert (again.new, again.updated, again.unchanged) == (0, 0, 5)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_gives_the_same_people(tmp_path: Path, order: tuple[int, ...]) -> None:
    exports = [book(*OLDER), book(*NEWER), book(*NEWER[1:3])]
    with made_memory(tmp_path) as writer:
        for number in (*order, *order):
            take(writer, exports[number])
        found = names_of(writer)
    assert [name.removesuffix("-Reis") for name in found] == [
        "Ada Bloom", "Bo Ek", "Cy Dahl", "Di Fox", "Ed Gray",
    ]  # fmt: skip


@pytest.mark.parametrize("reverse", [False, True])
def test_namesakes_stay_two_whichever_comes_first(writer: Writer, *, reverse: bool) -> None:
    one, other = "Jo Ray; jo@one.example", "Jo Ray; jo@two.example"
    take(writer, book(one, "Al Oak; al@x.example"))
    (ref,) = [ref for ref, name in people(writer).items() if name == "Jo Ray"]
    both = [one, other, "Al Oak; al@x.example"]
    take(writer, book(*(reversed(both) if reverse else both)))
    assert names_of(writer) == ["Al Oak", "Jo Ray", "Jo Ray"]
    value = writer.value(
        "SELECT value FROM contact JOIN identity ON contact_id = contact.id"
        " JOIN contact_method ON identity_id = identity.id WHERE ref = ?",
        (ref,),
    )
    assert value == "jo@one.example"


@pytest.mark.parametrize(
    "newcomer",
    ["Karl Weber jun.; home@x.example", "Anna Weber; home@x.example", "Kar Weber; home@x.example"],
)
@pytest.mark.parametrize("reverse", [False, True])
def test_the_family_s_mailbox_renames_nobody(
    writer: Writer, newcomer: str, *, reverse: bool
) -> None:
    father = "Karl Weber; home@x.example"
    take(writer, book(father, "Al Oak; al@x.example"))
    (ref,) = [ref for ref, name in people(writer).items() if name == "Karl Weber"]
    both = [newcomer, father, "Al Oak; al@x.example"]
    take(writer, book(*(reversed(both) if reverse else both)))
    assert people(writer)[ref] == "Karl Weber"
    assert len(people(writer)) == 3


def test_a_son_who_comes_in_his_father_s_place_is_not_his_father(writer: Writer) -> None:
    take(writer, book("Karl Weber; home@x.example"))
    take(writer, book("Karl Weber jun.; home@x.example"))
    assert names_of(writer) == ["Karl Weber", "Karl Weber jun."]


@pytest.mark.parametrize("importer", [VCARD, GOOGLE])
def test_two_accounts_of_one_service_lose_nothing(writer: Writer, importer: object) -> None:
    private = ["Ada Bloom; ada@home.example", "Bo Ek; bo@x.example", "Cy Dahl; cy@x.example"]
    work = ["Ada Bloom; ada@work.example", "Di Fox; di@x.example", "Ed Gray; ed@x.example"]

    def text(entries: list[str]) -> str:
        rows = (f"{entry.split('; ')[0]},,{entry.split('; ')[1]}" for entry in entries)
        return "\n".join(("Name,Group Membership,E-mail 1 - Value", *rows, ""))

    for entries in (private, work, private, work):
        take(writer, text(entries) if importer is GOOGLE else book(*entries), "c", importer)
    kept = {way for ways in ways_of(writer).values() for way in ways}
    assert {"ada@home.example", "ada@work.example"} <= kept


def test_a_renamed_table_is_the_same_book(writer: Writer) -> None:
    rows = ["Ada Bloom,ada@x.example,", "Bo Ek,bo@x.example,", "Cy Dahl,cy@x.example,"]
    take(writer, table(*rows), "friends.csv", TABLE)
    newer = [*rows[:2], "Cy Dahl,cy@x.example,+46700000901"]
    summary = take(writer, table(*newer), "My people (copy).csv", TABLE)
    assert (summary.new, summary.updated, summary.unchanged) == (0, 1, 2)
    other = take(
        writer, table("Ada Bloom,ada@x.example,", "Zed Low,zed@x.example,"), "w.csv", TABLE
    )
    assert other.new == 2


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_few_cards_that_show_no_program_are_of_the_book(
    writer: Writer, order: tuple[int]
) -> None:
    exports = [book(*OLDER), book(*NEWER[:3], maker="NOTE:x")]
    for number in order:
        take(writer, exports[number])
    assert len(people(writer)) == 5


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("20250101T080000Z", "20260101T080000Z"),
        ("2025-01-01T08:00:00Z", "2026-01-01T08:00:00+02:00"),
        ("2025-01-01", "20260101"),
    ],
)
def test_of_two_states_the_later_one_counts(
    tmp_path: Path, older: str, newer: str, order: tuple[int, ...]
) -> None:
    def state(number: str, rev: str) -> str:
        return vcard("UID:1", "FN:Bo Ek", "N:Ek;Bo;;;", f"TEL;TYPE=CELL:{number}", f"REV:{rev}")

    exports = [state("+46700000901", older), state("+46700000999", newer)]
    exports.append(exports[0] + vcard("UID:2", "FN:Al Oak", "N:Oak;Al;;;"))
    with made_memory(tmp_path) as writer:
        for number in (*order, *order):
            take(writer, exports[number])
        assert ways_of(writer) == {"Al Oak": [None], "Bo Ek": ["+46700000999"]}


def test_rows_that_say_when_they_were_changed(writer: Writer) -> None:
    heading = "Name,Email,Phone,Last edited time"
    older = f'{heading}\nBo Ek,bo@x.example,+46700000901,"January 1, 2025 10:00 AM"\n'
    newer = f'{heading}\nBo Ek,bo@x.example,+46700000999,"January 1, 2025 2:00 PM"\n'
    take(writer, newer, "people.csv", TABLE)
    take(writer, older, "people.csv", TABLE)
    assert ways_of(writer) == {"Bo Ek": ["+46700000999", "bo@x.example"]}


def test_states_that_an_older_version_kept_are_one_person(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        source = SourceInfo("vcard", "google", "Google Contacts")
        mail, number = ("email", "bo@x.example"), ("phone", "+46 70 174 06 05")
        take_in(writer, [source, card("hash:1", "Bo Ek", mail), card("hash:3", "Jo Ray", mail)])
        take_in(writer, [source, card("hash:2", "Bo Ek", mail, number)])
        together = [card(f"hash:{n}", "Al Oak", ("email", "al@x.example")) for n in (4, 5)]
        take_in(writer, [source, *together])
        assert names_of(writer) == ["Al Oak", "Al Oak", "Bo Ek", "Jo Ray"]


def test_a_book_of_an_older_version_is_continued(writer: Writer) -> None:
    source = SourceInfo("vcard", "google", "Google Contacts")
    cards = [
        card("hash:1", "Ada Bloom", ("email", "ada@x.example")),
        card("hash:2", "Bo Ek", ("phone", "+46700000901")),
    ]
    take_in(writer, [source, *cards])
    before = people(writer)
    summary = take(writer, book("Ada Bloom; ada@x.example", "Bo Ek; +46700000999"))
    assert (summary.new, summary.updated) == (0, 2)
    assert people(writer) == before


def test_an_older_memory_gets_room_for_the_time_of_its_cards(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    path.touch(mode=0o600)
    connection = driver.connect(f"file:{path}?mode=rw")
    connection.execute("PRAGMA journal_mode=WAL")
    bring_up_to_date(connection, {n: script for n, script in shipped().items() if n < NUMBER})
    connection.execute(
        "INSERT INTO source(id, ref, kind, title) VALUES (1, 's_1', 'vcard', 'Contacts')"
    )
    connection.execute(
        "INSERT INTO identity(id, kind, key, name, source_id)"
        " VALUES (1, 'card', '1', 'Ada Bloom', 1)"
    )
    connection.close()
    with open_writer(path) as writer:
        assert writer.value("SELECT count(*) FROM identity WHERE changed_at IS NULL") == 1
        save_owner(writer, OWNER, NOW)
        take(writer, vcard("UID:1", "FN:Bo Ek", "TEL:+46700000902", "REV:20260201T000000Z"))
        take(writer, vcard("UID:1", "FN:Bo Ek", "TEL:+46700000901", "REV:20260101T000000Z"))
        assert ways_of(writer) == {"Ada Bloom": [None], "Bo Ek": ["+46700000902"]}
