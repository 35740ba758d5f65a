"""Who is whose what: the right word both ways, by name alone; who introduced whom."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.engine.connections import Writer
from store.facts.relationships import groups_in_common, introduced_by, relationships, who_is
from store.importers.records import Affiliation, CardRelation
from store.memory import open_reader
from store.owner.typed_facts import NotYours
from store.owner.typed_line import UnusableLine
from store.owner.typed_person import add_contact, set_name_part, set_role
from store.owner.typed_relations import add_relation, read_relation, remove_relations
from store.people.contact_lists import list_contacts
from store.people.contacts import resolve_contact
from tests.made_exports import BOOK, NOW, card, contact_named, made_memory, take_in


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with made_memory(tmp_path) as writer:
        take_in(
            writer,
            [
                BOOK,
                card(
                    "1",
                    "Alex Moreira",
                    pronouns="he/him",
                    relations=(CardRelation("sister", "Bia"),),
                ),
                card("2", "Bia Moreira"),
                card("3", "Jonas Weber", affiliations=(Affiliation("Acme", "Baker"),)),
            ],
        )
        yield writer


def ident(writer: Writer, name: str) -> int:
    return int(writer.value("SELECT id FROM contact WHERE ref = ?", (contact_named(writer, name),)))


def relate(writer: Writer, one: str, words: str, other: str) -> None:
    relation = read_relation(writer, ident(writer, one), words, ident(writer, other))
    add_relation(writer, relation, NOW)


async def told(writer: Writer, name: str) -> dict[str, str]:
    reader = await open_reader(writer.path)
    try:
        contact = await resolve_contact(reader, name)
        return {fact.kind: fact.text for fact in await relationships(reader, contact.id)}
    finally:
        await reader.close()


@pytest.mark.parametrize(
    ("words", "his", "hers"),
    [
        ("sister of", "sister", "brother"),
        ("daughter of", "daughter", "father"),
        ("manager of", "manager", "report"),
        ("friend", "friend", "friend"),
        ("works with", "colleague", "colleague"),
        ("dog walker of", "dog walker", "they are dog walker of"),
        ("introduced by", "introduced", "introduced by"),
    ],
)
async def test_the_word_for_the_way_back(writer: Writer, words: str, his: str, hers: str) -> None:
    add_contact(writer, "Maya Okafor", NOW)
    relate(writer, "Maya Okafor", words, "Alex Moreira")
    assert (await told(writer, "Alex Moreira"))[his] == "Maya Okafor"
    assert (await told(writer, "Maya Okafor"))[hers] == "Alex Moreira"


async def test_pronouns_that_the_owner_types_change_the_word(writer: Writer) -> None:
    relate(writer, "Jonas Weber", "child of", "Alex Moreira")
    assert "child" in await told(writer, "Alex Moreira")
    set_name_part(writer, ident(writer, "Jonas Weber"), "pronouns", "he/him", NOW)
    assert (await told(writer, "Alex Moreira"))["son"] == "Jonas Weber"


async def test_a_first_name_on_a_card_is_probably_the_one_in_the_family(writer: Writer) -> None:
    assert (await told(writer, "Alex Moreira"))["sister"] == "Bia (probably Bia Moreira)"
    add_contact(writer, "Bia Stranger", NOW)
    assert (await told(writer, "Alex Moreira"))["sister"] == "Bia (probably Bia Moreira)"
    take_in(writer, [BOOK, card("5", "Bia Moreira")])
    assert (await told(writer, "Alex Moreira"))["sister"] == "Bia"


async def test_who_is_whose_and_who_introduced_whom(writer: Writer) -> None:
    relate(writer, "Alex Moreira", "brother of", "Jonas Weber")
    relate(writer, "Alex Moreira", "met through", "Jonas Weber")
    reader = await open_reader(writer.path)
    try:
        jonas, alex = ident(writer, "Jonas Weber"), ident(writer, "Alex Moreira")
        for relation in ("brother", "sibling"):
            (found,) = await who_is(reader, jonas, relation)
            assert found.text == "Alex Moreira"
        assert await who_is(reader, jonas, "sister") == []
        assert [fact.text for fact in await introduced_by(reader, alex)] == ["Jonas Weber"]
        assert await groups_in_common(reader, alex) == []
    finally:
        await reader.close()


async def test_who_was_at_an_organization_is_told_as_former(writer: Writer) -> None:
    jonas = ident(writer, "Jonas Weber")
    set_role(writer, ident(writer, "Bia Moreira"), "Acme", NOW)
    reader = await open_reader(writer.path)
    try:
        now = await list_contacts(reader, organization="acme")
        assert now[jonas] == "Baker at Acme"
        set_role(writer, jonas, "Baker at Acme", NOW, to_on="2025-06")
        found = await list_contacts(reader, organization="acme")
        assert found[jonas] == "formerly (until 2025-06) Baker at Acme"  # whatever the card says
    finally:
        await reader.close()


def test_what_can_be_read_both_ways_is_refused_and_only_typed_relations_go(writer: Writer) -> None:
    alex, bia = ident(writer, "Alex Moreira"), ident(writer, "Bia Moreira")
    with pytest.raises(UnusableLine, match="mentor of"):
        read_relation(writer, alex, "mentor", bia)
    with pytest.raises(UnusableLine, match="one and the same"):
        read_relation(writer, alex, "friend", alex)
    with pytest.raises(NotYours):
        remove_relations(writer, alex, bia)
    relate(writer, "Bia Moreira", "sister of", "Alex Moreira")
    assert remove_relations(writer, alex, bia, "sister") == 1
    assert writer.value("SELECT count(*) FROM provenance WHERE confirmed_how = 'typed'") == 0
