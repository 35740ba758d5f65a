"""What becomes of a card's facts: stored in their places, written anew, never over the owner's."""

from pathlib import Path

import pytest

from store.engine.connections import Writer
from store.facts.contact_facts import notes, other_fields, roles
from store.importers.records import (
    Account,
    Affiliation,
    Card,
    CardDate,
    DatedNote,
    FollowUp,
    Gift,
    Method,
    SourceInfo,
)
from store.memory import open_reader
from tests.made_exports import card, chat_of, links, made_memory, people, said, take_in

TABLE = SourceInfo("contact-table", "friends", "Table of contacts")
FULL = {
    "former_names": ("Ida Holm",),
    "affiliations": (
        Affiliation("Berg & Co", "Owner", from_on="2019"),
        Affiliation("Holm AB", "Engineer", to_on="2018-12"),
        Affiliation("", "Singer"),
    ),
    "dates": (CardDate("other", "2021-09-01", "Name day", yearly=True),),
    "dated_notes": (
        DatedNote("Connected on LinkedIn", "2011-05-06", "how we met"),
        DatedNote("Old news", "2020-01-01"),
        DatedNote("New news", "2021-01-01"),
    ),
    "gifts": (Gift("given", "Teapot", "2021-12-24"), Gift("idea", "Scarf")),
    "interests": ("chess",),
    "follow_ups": (FollowUp("Send the score", due_on="2026-12-01"), FollowUp("Done", done=True)),
    "extra": (("Shoe size", "38"),),
}


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return made_memory(tmp_path)


def rows(writer: Writer, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in writer.all(sql)]


def test_a_card_that_changed_may_stand_before_one_that_is_new(writer: Writer) -> None:
    changed = card("1", "Ida Berg", ("email", "ida@example.com"))
    take_in(writer, [TABLE, card("1", "Ida Berg", ("email", "ida@example.org"))])
    again = take_in(writer, [TABLE, changed, card("2", "Bo Ek", ("email", "bo@example.org"))])
    assert (again.new, again.updated) == (1, 1)
    twice = take_in(writer, [TABLE, changed, card("1", "Ida Holm"), card("3", "Zed Low")])
    assert (twice.new, twice.updated, twice.unchanged) == (1, 1, 1)
    assert sorted(people(writer).values()) == ["Bo Ek", "Ida Holm", "Zed Low"]


async def test_every_fact_has_its_place(writer: Writer) -> None:
    take_in(writer, [TABLE, card("1", "Ida Berg", **FULL)])
    assert rows(writer, "SELECT name FROM contact_name WHERE kind = 'former'") == [("Ida Holm",)]
    assert rows(writer, "SELECT state, text, date_on FROM gift ORDER BY id") == [
        ("given", "Teapot", "2021-12-24"),
        ("idea", "Scarf", None),
    ]
    assert rows(writer, "SELECT text FROM interest") == [("chess",)]
    assert rows(writer, "SELECT text, state, due_on FROM follow_up ORDER BY id") == [
        ("Send the score", "open", "2026-12-01"),
        ("Done", "done", None),
    ]
    assert rows(writer, "SELECT recurs_yearly FROM life_event") == [(1,)]
    reader = await open_reader(writer.path)
    try:
        contact_id = (await reader.all("SELECT id FROM contact WHERE NOT is_owner"))[0]["id"]
        told = [(fact.kind, fact.on) for fact in await notes(reader, contact_id)]
        jobs = [(fact.text, fact.on) for fact in await roles(reader, contact_id)]
        fields = {(fact.kind, fact.text) for fact in await other_fields(reader, contact_id)}
    finally:
        await reader.close()
    assert told == [("how we met", "2011-05-06"), ("note", "2021-01-01"), ("note", "2020-01-01")]
    assert jobs == [("Owner at Berg & Co", "2019"), ("Engineer at Holm AB (until 2018-12)", "")]
    assert fields == {("Shoe size", "38"), ("title", "Singer")}


def test_a_newer_export_takes_back_what_it_no_longer_says(writer: Writer) -> None:
    take_in(writer, [TABLE, card("1", "Ida Berg", **FULL)])
    take_in(writer, [TABLE, card("1", "Ida Berg")])
    for table in ("gift", "interest", "follow_up", "note", "life_event", "role", "extra_field"):
        assert rows(writer, f"SELECT count(*) FROM {table}") == [(0,)], table


def test_the_same_export_again_changes_nothing(writer: Writer) -> None:
    take_in(writer, [TABLE, card("1", "Ida Berg", **FULL)])
    refs = rows(writer, "SELECT ref FROM note UNION SELECT ref FROM gift ORDER BY 1")
    assert take_in(writer, [TABLE, card("1", "Ida Berg", **FULL)]).unchanged == 1
    assert rows(writer, "SELECT ref FROM note UNION SELECT ref FROM gift ORDER BY 1") == refs


def test_what_the_owner_said_of_a_follow_up_outlives_a_newer_export(writer: Writer) -> None:
    take_in(writer, [TABLE, card("1", "Ida Berg", **FULL)])
    with writer.transaction():
        writer.run(
            "UPDATE follow_up SET state = 'done', state_changed_at = 1 WHERE text LIKE 'Send%'"
        )
    take_in(writer, [TABLE, card("1", "Ida Berg", **{**FULL, "interests": ("go",)})])
    assert rows(writer, "SELECT text, state FROM follow_up ORDER BY 1") == [
        ("Done", "done"),
        ("Send the score", "done"),
    ]


def renamed(uid: str, name: str, *emails: str) -> Card:
    methods = tuple(Method("email", email) for email in emails)
    return Card(uid=f"row:{uid}", full_name=name, methods=methods)


def test_a_row_that_was_renamed_goes_on_as_the_same_person(writer: Writer) -> None:
    take_in(writer, [TABLE, renamed("a", "Ida Holm", "ida@x.example")])
    before = people(writer)
    summary = take_in(writer, [TABLE, renamed("b", "Ida Berg", "ida@x.example")])
    assert (summary.new, summary.updated) == (0, 1)
    assert people(writer) == dict.fromkeys(before, "Ida Berg")


@pytest.mark.parametrize(
    "newer",
    [
        [renamed("c", "Olle Holm", "ida@x.example")],
        [renamed("a", "Ida Holm", "ida@x.example"), renamed("c", "Ida Berg", "ida@x.example")],
        [renamed("c", "Ida Holm", "other@x.example")],
    ],
    ids=["another given name", "both in one export", "another address"],
)
def test_nobody_else_is_taken_for_a_row_that_was_renamed(writer: Writer, newer: list[Card]) -> None:
    take_in(writer, [TABLE, renamed("a", "Ida Holm", "ida@x.example")])
    take_in(writer, [TABLE, *newer])
    assert rows(writer, "SELECT count(*) FROM identity WHERE kind = 'card'") == [(2,)]


def test_a_profile_address_links_messages_to_the_connection(writer: Writer) -> None:
    source = SourceInfo("linkedin", "", "LinkedIn")
    url = Method("url", "https://www.linkedin.com/in/Ida-Berg/", "linkedin")
    ida = Account("linkedin", "ida-berg", "Ida Berg, PhD")
    book = Card(uid="ida-berg", full_name="Ida Berg", methods=(url,))
    take_in(writer, [source, book, chat_of("a", ida), said("1", "Hello", by=ida)])
    found = links(writer)
    account, its_card = (
        found[("linkedin", "", "ida-berg")],
        found[("card", "linkedin:", "ida-berg")],
    )
    assert account == its_card is not None
