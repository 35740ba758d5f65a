"""Who is who: linked by strong keys of one person, whatever order things come in."""

from itertools import permutations
from pathlib import Path

import pytest

from store.engine.connections import Writer
from store.importers.records import Account, Conversation, Message, OwnerAccount, Record
from store.imports.find_exports import find_exports
from store.memory import open_reader
from store.owner.merge_and_split import accounts_of, merge_contacts, split_contact
from store.people.contacts import resolve_contact
from tests.golden import importer_of
from tests.made_exports import (
    BOOK,
    CHATS,
    MAIL,
    NORA,
    NOW,
    card,
    chat_of,
    contact_named,
    import_here,
    links,
    made_memory,
    people,
    rebuilt_word_index,
    said,
    take_in,
    word_index,
)

DEMO = Path(__file__).parents[1] / "examples" / "memory"
ALEX = Account("telegram", "user2", "Alex", phones=("+351 922 700 103",), saved_by_owner=True)
ALEX_CHAT: list[Record] = [
    CHATS,
    OwnerAccount(NORA),
    ALEX,
    chat_of("a", ALEX),
    said("1", "hello", by=ALEX),
]
ALEX_CARD: list[Record] = [BOOK, card("1", "Alex Moreira", ("phone", "+351922700103"))]
SHARED_CARDS: list[Record] = [
    BOOK,
    card("1", "Alex Moreira", ("phone", "+351 222 000 111"), ("email", "us@example.net")),
    card("2", "Bia Moreira", ("phone", "+351 222 000 111"), ("email", "us@example.net")),
]


def _mail(*recipients: str, sender: str = "nora@lind.example", bulk: bool = False) -> list[Record]:
    key = f"{sender}>{recipients[0]}{len(recipients)}"
    return [
        MAIL,
        Conversation(key, "mail", "Subject"),
        Message(
            key,
            key,
            Account("email", sender),
            said("1", "").sent_at,
            "hello",
            recipients=tuple(Account("email", address) for address in recipients),
            bulk=bulk,
        ),
    ]


def _people_after(folder: Path, *exports: list[Record]) -> tuple[dict[str, str], dict[str, str]]:
    folder.mkdir()
    with made_memory(folder) as writer:
        for export in exports:
            take_in(writer, export)
        assert word_index(writer) == rebuilt_word_index(writer)
        linked = {" ".join(key): ref for key, ref in links(writer).items() if ref}
        return linked, people(writer)


def test_an_account_belongs_to_the_one_card_that_holds_its_number(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, ALEX_CARD)
        take_in(writer, ALEX_CHAT)
        assert list(people(writer).values()) == ["Alex Moreira"]
        found = links(writer)
        assert found[("telegram", "", "user2")] == found[("card", "vcard:apple", "1")]


async def test_a_contact_that_moved_to_a_card_is_still_found_by_its_old_id(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, ALEX_CHAT)
        old = contact_named(writer, "Alex")
        take_in(writer, ALEX_CARD)
        new = contact_named(writer, "Alex Moreira")
    reader = await open_reader(tmp_path / "memory.db")
    assert (await resolve_contact(reader, old)).ref == new
    await reader.close()


def test_what_the_owner_said_of_a_contact_goes_with_them_to_their_card(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, ALEX_CHAT)
        writer.run(
            "UPDATE contact SET cadence = 'monthly', why_they_matter = 'old friend',"
            " access = 'none', status = 'reconnect later' WHERE display_name = 'Alex'"
        )
        take_in(writer, ALEX_CARD)
        kept = writer.one(
            "SELECT cadence, why_they_matter, access, status FROM contact"
            " WHERE display_name = 'Alex Moreira'"
        )
    assert kept is not None
    assert tuple(kept) == ("monthly", "old friend", "none", "reconnect later")


def test_a_note_of_the_owner_goes_with_its_contact(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, ALEX_CHAT)
        writer.run(
            "INSERT INTO identity(kind, scope, key, source_id, contact_id)"
            " SELECT 'owner', 'c', ref,"
            " 1, id FROM contact WHERE display_name = 'Alex'"
        )
        take_in(writer, ALEX_CHAT)
        assert list(people(writer).values()) == ["Alex"]
        take_in(writer, ALEX_CARD)
        assert list(people(writer).values()) == ["Alex Moreira"]
        assert (
            len({ref for key, ref in links(writer).items() if key != ("owner", "", "owner")}) == 2
        )


def test_a_contact_that_lost_its_card_comes_back_under_its_own_id(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, ALEX_CHAT)
        own = contact_named(writer, "Alex")
        take_in(writer, ALEX_CARD)
        take_in(writer, [BOOK, card("1", "Alex Moreira", ("phone", "+351 933 000 000"))])
        assert people(writer)[own] == "Alex"
        assert sorted(people(writer).values()) == ["Alex", "Alex Moreira"]
        take_in(writer, ALEX_CARD)
        assert list(people(writer).values()) == ["Alex Moreira"]


def test_two_cards_with_one_landline_and_one_mailbox_stay_two_people(tmp_path: Path) -> None:
    home = Account("phone", "+351222000111", "Home", saved_by_owner=True)
    chats: list[Record] = [CHATS, home, chat_of("h", home), said("1", "hi", by=home, chat="h")]
    for number, order in enumerate(permutations([SHARED_CARDS, chats, _mail("us@example.net")])):
        linked, found = _people_after(tmp_path / str(number), *order)
        assert sorted(found.values()) == ["Alex Moreira", "Bia Moreira"]
        assert not {"phone  +351222000111", "email  us@example.net"} & linked.keys()


def test_a_key_shared_by_three_sources_makes_one_person(tmp_path: Path) -> None:
    phone = Account("phone", "+351 922 700 103", "Alex M", saved_by_owner=True)
    other: list[Record] = [CHATS, phone]
    for number, order in enumerate(permutations([ALEX_CHAT, other, ALEX_CARD])):
        linked, found = _people_after(tmp_path / str(number), *order)
        assert list(found.values()) == ["Alex Moreira"]
        assert linked["phone  +351922700103"] == linked["telegram  user2"]


def test_accounts_without_a_card_are_the_same_person_in_any_order(tmp_path: Path) -> None:
    phone = Account("phone", "+351 922 700 103", "Alex M", saved_by_owner=True)
    first = _people_after(tmp_path / "a", ALEX_CHAT, [CHATS, phone])
    assert first == _people_after(tmp_path / "b", [CHATS, phone], ALEX_CHAT)
    assert len(first[1]) == 1


@pytest.mark.parametrize(
    ("cards", "same"),
    [
        ([card("1", "Mai Ly")], True),
        ([card("1", "Mai Ly"), card("2", "Mai Ly")], False),
        ([card("1", "Mai")], False),
    ],
)
def test_a_saved_name_links_only_a_full_name_that_one_card_bears(
    tmp_path: Path, cards: list[Record], *, same: bool
) -> None:
    name = getattr(cards[0], "full_name", "")
    account = Account("telegram", "user3", name, saved_by_owner=True)
    with made_memory(tmp_path) as writer:
        take_in(writer, [CHATS, account])
        take_in(writer, [BOOK, *cards])
        found = links(writer)
        assert (found[("telegram", "", "user3")] == found[("card", "vcard:apple", "1")]) is same


def test_equal_names_alone_make_nobody_the_same(tmp_path: Path) -> None:
    strangers = [Account("telegram", f"user{n}", "Alex Moreira") for n in (7, 8)]
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Alex Moreira")])
        take_in(writer, [CHATS, *(chat_of(a.value, a) for a in strangers)])
        assert list(people(writer).values()) == ["Alex Moreira"] * 3


@pytest.mark.parametrize("address", ["info@shop.example", "no-reply@bank.example"])
def test_a_desk_never_becomes_a_person(tmp_path: Path, address: str) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, _mail(address))
        take_in(writer, _mail("nora@lind.example", sender=address))
        assert people(writer) == {}


def test_whom_the_owner_writes_to_is_a_person_and_who_only_writes_is_not(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, _mail("bo@example.net"))
        take_in(writer, _mail("nora@lind.example", sender="stranger@example.org"))
        take_in(writer, _mail(*(f"guest{n}@example.net" for n in range(40))))
        assert list(people(writer).values()) == ["bo@example.net"]


def test_a_group_of_two_hundred_makes_nobody_a_contact(tmp_path: Path) -> None:
    crowd = [Account("telegram", f"user{n}", f"Guest {n}") for n in range(100, 300)]
    group: list[Record] = [CHATS, OwnerAccount(NORA), Conversation("g", "group", "Everybody")]
    with made_memory(tmp_path) as writer:
        take_in(writer, [*group, *(said(a.value, "hi", by=a, chat="g") for a in crowd)])
        assert people(writer) == {}
        assert writer.value("SELECT count(*) FROM identity WHERE kind = 'telegram'") == 201


def test_what_the_owner_decided_stays_and_its_keys_are_that_persons(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [*ALEX_CARD, card("9", "Somebody Else")])
        take_in(writer, ALEX_CHAT)
        other = contact_named(writer, "Somebody Else")
        ids = {row["ref"]: int(row["id"]) for row in writer.all("SELECT ref, id FROM contact")}
        alex = ids[contact_named(writer, "Alex Moreira")]
        telegram = accounts_of(writer, alex)[1]
        assert telegram.account == ("telegram", "", "user2")
        split = split_contact(writer, alex, [telegram.id], NOW)
        split_off = writer.value("SELECT id FROM contact WHERE ref = ?", (split.ref,))
        merge_contacts(writer, ids[other], split_off, NOW)
        phone = Account("phone", "+351922700103", "Number", saved_by_owner=True)
        take_in(writer, [*ALEX_CHAT, phone])
        assert links(writer)[("telegram", "", "user2")] == other
        assert links(writer)[("phone", "", "+351922700103")] is None  # the card holds it as well


def _demo_in(writer: Writer, order: tuple[int, ...]) -> None:
    exports = find_exports([DEMO], None).exports
    for number in order:
        import_here(writer, importer_of(exports[number].format), exports[number].path)


def test_the_demo_gives_the_same_people_in_every_order(tmp_path: Path) -> None:
    outcomes = []
    for number, order in enumerate(permutations(range(len(find_exports([DEMO], None).exports)))):
        folder = tmp_path / str(number)
        folder.mkdir()
        with made_memory(folder) as writer:
            _demo_in(writer, order)
            outcomes.append((links(writer), people(writer)))
            assert word_index(writer) == rebuilt_word_index(writer)
    assert len(outcomes) == 6
    assert len(outcomes[0][1]) > 20
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_the_names_that_find_people_are_those_that_they_have_now(tmp_path: Path) -> None:
    def findable(writer: Writer) -> list[str]:
        return sorted(row[0] for row in writer.all("SELECT name FROM person_fts"))

    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Alex Moreira", nicknames=("Lex",)), card("2", "Bo Ek")])
        assert findable(writer) == ["Alex Moreira", "Bo Ek", "Lex", "Nora Lind"]
        take_in(writer, [BOOK, card("1", "Alex Morais"), card("2", "Bo Ek")])
        assert findable(writer) == ["Alex Morais", "Bo Ek", "Nora Lind"]


def test_nothing_of_a_name_on_a_card_is_lost(tmp_path: Path) -> None:
    full = card("1", "Alex Moreira", prefix="Dr.", additional_names="José", gender="M")
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, full])
        kept = {tuple(row) for row in writer.all("SELECT name, value FROM extra_field")}
        assert kept == {("prefix", "Dr."), ("additional names", "José"), ("gender", "M")}
