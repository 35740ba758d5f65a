"""Who is one person and who is not: the cases that every memory has to get right."""

from pathlib import Path

import pytest

from store.engine.connections import Writer
from store.identity.suggestions import Suggestion, suggest
from store.importers.records import Account, Card, CardDate, Conversation, Record, SourceInfo
from store.owner.merge_and_split import accounts_of, keep_apart, merge_contacts, split_contact
from tests.made_exports import (
    BOOK,
    CHATS,
    NOW,
    card,
    chat_of,
    links,
    made_memory,
    people,
    said,
    take_in,
)
from tests.made_people import (
    GOOGLE,
    LINKEDIN,
    ME,
    WHATSAPP,
    asked_of,
    contact_id,
    names_of,
    outcomes_of_orders,
)

MESSENGER = SourceInfo("messenger", "", "Messenger")


def _books(writer: Writer, mine: Card, theirs: Card) -> None:
    take_in(writer, [BOOK, mine])
    take_in(writer, [GOOGLE, theirs])


def _telegram(number: int, name: str, phone: str = "", *, saved: bool = False) -> list[Record]:
    account = Account(
        "telegram", f"user{number}", name, phones=(phone,) if phone else (), saved_by_owner=saved
    )
    return [CHATS, ME, account, chat_of(f"t{number}", account)]


def test_n1_a_family_with_one_landline_and_one_mailbox_stays_apart(tmp_path: Path) -> None:
    family = [
        card(str(n), name, ("phone", "+351 222 000 111"), ("email", "home@example.net"))
        for n, name in enumerate(("Alex Moreira", "Bia Moreira", "Rui Moreira"))
    ]
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, *family])
        take_in(writer, [GOOGLE, *family])
        assert names_of(writer) == sorted(["Alex Moreira", "Bia Moreira", "Rui Moreira"] * 2)


def test_n2_two_people_called_john_smith_stay_two(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "John Smith", ("email", "js@example.org"))])
        take_in(writer, [GOOGLE, card("1", "John Smith", ("email", "john@example.com"))])
        label = Account("label", "John Smith", "John Smith", scope="thread")
        take_in(writer, [MESSENGER, Conversation("m", "direct", "John Smith", (label,))])
        assert names_of(writer) == ["John Smith"] * 3
        # Which of the two writes on Messenger, and whether they are two, is for the owner to say.
        assert len(suggest(writer)) == 3


def test_n3_one_person_with_three_mails_and_two_phones_in_six_sources_is_one(
    tmp_path: Path,
) -> None:
    mails = ("mia@example.org", "mia.berg@example.com", "m.berg@example.net")
    mine = card(
        "1",
        "Mia Berg",
        ("email", mails[0]),
        ("phone", "+351 922 700 103"),
        ("phone", "+351 933 700 104"),
    )
    exports: list[list[Record]] = [
        [BOOK, mine, card("2", "Somebody Else")],
        [GOOGLE, card("1", "M. Berg", ("email", mails[0]), ("email", mails[1]))],
        [LINKEDIN, card("1", "Mia B. Berg", ("email", mails[1]), ("email", mails[2]))],
        _telegram(7, "mimi", "+351 922 700 103"),
        [WHATSAPP, chat_of("w", Account("phone", "+351 933 700 104", "Mia"))],
        [
            SourceInfo("slack", "T1", "Slack"),
            chat_of("s", Account("slack", "U1", emails=mails[2:])),
        ],
    ]
    outcomes = []
    for number, order in enumerate([exports, exports[::-1], exports[3:] + exports[:3]]):
        folder = tmp_path / str(number)
        folder.mkdir()
        with made_memory(folder) as writer:
            for export in order:
                take_in(writer, export)
            assert names_of(writer) == ["Mia Berg", "Somebody Else"]
            mia = accounts_of(writer, contact_id(writer, "Mia Berg"))
            assert {each.account[0] for each in mia} == {"card", "telegram", "phone", "slack"}
            outcomes.append((links(writer), people(writer)))
    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_n4_gmail_takes_no_notice_of_dots_and_others_of_a_plus_are_asked(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Bo Ek", ("email", "bo.ek@gmail.com"))])
        dotless = Account("email", "boek+kink@googlemail.com", saved_by_owner=True)
        tagged = Account("email", "ann+shop@example.org", "Ann Oh", saved_by_owner=True)
        take_in(writer, [CHATS, chat_of("a", dotless), chat_of("b", tagged)])
        take_in(writer, [GOOGLE, card("1", "Ann Oh", ("email", "ann@example.org"))])
        found = links(writer)
        assert found[("email", "", "boek+kink@gmail.com")] == found[("card", "vcard:apple", "1")]
        assert names_of(writer) == ["Ann Oh", "Ann Oh", "Bo Ek"]
        assert asked_of(writer) == {frozenset({"Ann Oh"})}


def test_n5_a_desk_links_nobody(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        _books(
            writer,
            card("1", "Pat Lee", ("email", "info@shop.example")),
            card("1", "Pat Lee", ("email", "info@shop.example")),
        )
        slack = Account("slack", "U1", "Kim Oh", emails=("info@shop.example",))
        take_in(writer, [SourceInfo("slack", "T1", "Slack"), chat_of("s", slack)])
        assert names_of(writer) == ["Kim Oh", "Pat Lee", "Pat Lee"]


def test_n6_a_number_that_went_to_a_stranger_is_not_the_old_friend(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Alex Moreira", ("phone", "+351 922 700 103"))])
        take_in(writer, _telegram(2, "Zed Stranger", "+351 922 700 103"))
        assert names_of(writer) == ["Alex Moreira", "Zed Stranger"]
        assert asked_of(writer) == {frozenset({"Alex Moreira", "Zed Stranger"})}


def test_n6_of_two_accounts_with_one_number_neither_is_taken_for_its_owner(
    tmp_path: Path,
) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Alex Moreira", ("phone", "+351 922 700 103"))])
        take_in(writer, _telegram(2, "Lex", "+351 922 700 103"))
        assert names_of(writer) == ["Alex Moreira"]
        take_in(writer, _telegram(3, "Zed", "+351 922 700 103"))
        assert names_of(writer) == ["Alex Moreira", "Lex", "Zed"]


def test_n7_a_name_changed_by_marriage_is_asked(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        _books(
            writer,
            card("1", "Anna Berg", ("email", "anna@example.org")),
            card("1", "Anna Holm", ("email", "anna@example.org")),
        )
        assert names_of(writer) == ["Anna Berg", "Anna Holm"]
        assert asked_of(writer) == {frozenset({"Anna Berg", "Anna Holm"})}


@pytest.mark.parametrize("son", ["John Smith Jr", "John Smith III", "Jane Smith"])
def test_n8_father_and_son_of_one_name_and_mail_stay_two(tmp_path: Path, son: str) -> None:
    with made_memory(tmp_path) as writer:
        _books(
            writer,
            card("1", "John Smith", ("email", "smith@example.org")),
            card("1", son, ("email", "smith@example.org")),
        )
        assert names_of(writer) == sorted(["John Smith", son])
        assert suggest(writer) == []


def test_n9_what_the_owner_merged_or_split_stays_so_when_it_is_imported_again(
    tmp_path: Path,
) -> None:
    book: list[Record] = [BOOK, card("1", "Alex Moreira", ("phone", "+351 922 700 103"))]
    book += [card("2", "Lexi M")]
    chat = _telegram(2, "Alex", "+351 922 700 103")
    with made_memory(tmp_path) as writer:
        take_in(writer, book)
        take_in(writer, chat)
        alex = contact_id(writer, "Alex Moreira")
        merge_contacts(writer, alex, contact_id(writer, "Lexi M"), NOW)
        telegram = next(a for a in accounts_of(writer, alex) if a.account[0] == "telegram")
        split_contact(writer, alex, [telegram.id], NOW)
        for _ in range(2):
            assert names_of(writer) == ["Alex", "Alex Moreira"]
            take_in(writer, [*book[:1], card("1", "Alex Moreira New", ("email", "a@example.org"))])
            take_in(writer, chat)
            take_in(writer, book)
        cards = [a.account[2] for a in accounts_of(writer, alex)]
        assert cards == ["1", "2"]


def test_n10_what_the_owner_refused_is_never_asked_or_merged_again(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        _books(
            writer,
            card("1", "Anna Berg", ("email", "anna@example.org")),
            card("1", "Anna Holm", ("email", "anna@example.org")),
        )
        keep_apart(writer, contact_id(writer, "Anna Berg"), contact_id(writer, "Anna Holm"), NOW)
        assert suggest(writer) == []
        # Now every rule would merge them.
        take_in(writer, [GOOGLE, card("1", "Anna Berg", ("email", "anna@example.org"))])
        assert names_of(writer) == ["Anna Berg", "Anna Berg"]
        assert suggest(writer) == []


def test_n10_a_refused_pair_is_not_merged_through_a_third_card(tmp_path: Path) -> None:
    middle = card("1", "Anna Berg", ("email", "a@example.org"), ("email", "b@example.org"))
    with made_memory(tmp_path) as writer:
        _books(
            writer,
            card("1", "Anna Berg", ("email", "a@example.org")),
            card("1", "Anna K Berg", ("email", "b@example.org")),
        )
        keep_apart(writer, contact_id(writer, "Anna Berg"), contact_id(writer, "Anna K Berg"), NOW)
        take_in(writer, [LINKEDIN, middle])
        assert len(people(writer)) == 3


def test_n11_a_chain_of_two_weak_links_merges_nobody(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        _books(
            writer,
            card("1", "Jo Ray", ("phone", "+351 222 000 111")),
            card("1", "Jo Ray", ("phone", "+351 222 000 111"), ("phone", "912 345 678")),
        )
        take_in(writer, [LINKEDIN, card("1", "Jo Ray", ("phone", "912 345 678"))])
        assert names_of(writer) == ["Jo Ray"] * 3


def test_n12_the_owner_is_merged_with_nobody(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        _books(
            writer,
            card("1", "Per Lind", ("phone", "+351 922 700 101"), ("email", "nora@lind.example")),
            card("1", "Per Lind", ("phone", "+351 922 700 101")),
        )
        take_in(writer, _telegram(5, "Per", "+351 922 700 101"))
        owner = writer.value("SELECT id FROM contact WHERE is_owner")
        assert names_of(writer) == ["Per Lind", "Per Lind"]
        assert not [a for a in accounts_of(writer, owner) if a.account[0] == "card"]
        take_in(writer, [LINKEDIN, card("1", "Nora Lind", ("email", "nora@lind.example"))])
        assert accounts_of(writer, owner)[0].account[0] == "card"


def test_n13_the_order_of_imports_changes_nothing(tmp_path: Path) -> None:
    exports: list[list[Record]] = [
        [BOOK, card("1", "Robert Oak", ("phone", "+351 922 700 103")), card("2", "Eva Oak")],
        [GOOGLE, card("1", "Bob Oak", ("phone", "+351 922 700 103"), ("email", "o@example.org"))],
        [LINKEDIN, card("1", "Bob Oak", ("email", "o@example.org"))],
        [WHATSAPP, chat_of("w", Account("label", "Eva Oak", "Eva Oak", saved_by_owner=True))],
    ]
    outcomes = outcomes_of_orders(tmp_path, exports, 4)
    assert sorted(outcomes[0][1].values()) == ["Bob Oak", "Eva Oak"]
    assert all(outcome == outcomes[0] for outcome in outcomes)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [("Иван Петров", "Ivan Petrov"), ("李小龙", "Li Xiaolong"), ("Bob Oak", "Robert Oaks")],
)
def test_n14_names_in_two_scripts_are_asked_at_most(tmp_path: Path, mine: str, theirs: str) -> None:
    with made_memory(tmp_path) as writer:
        _books(
            writer,
            card("1", mine, ("email", "someone@example.org")),
            card("1", theirs, ("email", "someone@example.org")),
        )
        assert len(people(writer)) == 2


def test_n14_one_name_in_two_scripts_with_one_address_is_asked(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        _books(
            writer,
            card("1", "Иван Петров", ("email", "ivan@example.org")),
            card("1", "Ivan Petrov", ("email", "ivan@example.org")),
        )
        assert asked_of(writer) == {frozenset({"Иван Петров", "Ivan Petrov"})}


def test_n15_a_company_is_nobody(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        _books(
            writer,
            card("1", "Oak Bakery", ("phone", "+351 922 700 103"), kind="organization"),
            card("1", "Oak Bakery", ("phone", "+351 922 700 103")),
        )
        assert names_of(writer) == ["Oak Bakery", "Oak Bakery"]
        assert suggest(writer) == []
        kinds = {row[0] for row in writer.all("SELECT kind FROM contact WHERE NOT is_owner")}
        assert kinds == {"person", "organization"}


def test_n16_many_people_of_one_name_are_not_all_compared(tmp_path: Path) -> None:
    crowd = [card(str(n), f"John Smith{'' if n % 2 else ' Jr'}") for n in range(400)]
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, *crowd])
        found: list[Suggestion] = suggest(writer)
        assert len(people(writer)) == 400
        assert found == []


@pytest.mark.parametrize(
    ("fields", "merged"),
    [
        ({}, True),
        ({"dates": ("1980-02-01", "1980-02-01")}, True),
        ({"dates": ("1980-02-01", "--02-01")}, True),
        ({"dates": ("1980-02-01", "1981-02-01")}, False),
        ({"gender": ("M", "F")}, False),
        ({"suffix": ("", "Jr.")}, False),
    ],
)
def test_facts_that_differ_keep_two_cards_apart(
    tmp_path: Path, fields: dict[str, tuple[str, str]], *, merged: bool
) -> None:
    def made(side: int) -> Card:
        more: dict[str, object] = {name: values[side] for name, values in fields.items()}
        if "dates" in more:
            more["dates"] = (CardDate("birthday", str(more["dates"])),)
        return card("1", "Kim Oh", ("email", "kim@example.org"), **more)

    with made_memory(tmp_path) as writer:
        _books(writer, made(0), made(1))
        assert len(people(writer)) == (1 if merged else 2)


def test_a_third_person_with_the_key_keeps_all_apart(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        same = card("1", "Kim Oh", ("email", "kim@example.org"))
        _books(writer, same, same)
        assert names_of(writer) == ["Kim Oh"]
        take_in(writer, [LINKEDIN, card("1", "Rui Sol", ("email", "kim@example.org"))])
        assert names_of(writer) == ["Kim Oh", "Kim Oh", "Rui Sol"]
        take_in(writer, [LINKEDIN, card("1", "Rui Sol", ("email", "rui@example.org"))])
        assert names_of(writer) == ["Kim Oh", "Rui Sol"]


def test_two_accounts_in_one_service_keep_two_cards_apart(tmp_path: Path) -> None:
    mails = (("email", "kim@example.org"), ("email", "kim.oh@example.com"))
    with made_memory(tmp_path) as writer:
        _books(
            writer,
            card("1", "Kim Oh", *mails, ("phone", "+351 922 700 103")),
            card("1", "Kim Oh", *mails, ("phone", "+351 933 700 104")),
        )
        assert names_of(writer) == ["Kim Oh"]
        take_in(writer, _telegram(2, "Kim", "+351 922 700 103"))
        take_in(writer, _telegram(3, "Kimmy", "+351 933 700 104"))
        assert names_of(writer) == ["Kim Oh", "Kim Oh"]


def test_a_label_that_the_owner_saved_is_who_bears_that_full_name(tmp_path: Path) -> None:
    labels = {
        "saved": Account("label", "Eva Oak", "Eva Oak", saved_by_owner=True),
        "first": Account("label", "Eva", "Eva", scope="t1", saved_by_owner=True),
        "own": Account("label", "~ Eva Oak", "Eva Oak", scope="t2"),
    }
    with made_memory(tmp_path) as writer:
        take_in(writer, [WHATSAPP, *(chat_of(key, label) for key, label in labels.items())])
        take_in(writer, [BOOK, card("1", "Eva Oak")])
        take_in(writer, [LINKEDIN, card("1", "Eva Oak")])
        found = links(writer)
        eva = found[("card", "vcard:apple", "1")]
        assert found[("label", "whatsapp/", "Eva Oak")] == eva
        assert found[("label", "whatsapp/t1", "Eva")] != eva
        assert found[("label", "whatsapp/t2", "~ Eva Oak")] != eva


@pytest.mark.parametrize("book", [BOOK, LINKEDIN])
def test_a_name_that_people_gave_themselves_is_only_asked(tmp_path: Path, book: SourceInfo) -> None:
    label = Account("label", "Eva Oak", "Eva Oak", scope="t", saved_by_owner=book is LINKEDIN)
    with made_memory(tmp_path) as writer:
        take_in(writer, [book, card("1", "Eva Oak")])
        take_in(writer, [MESSENGER, chat_of("t", label)])
        assert names_of(writer) == ["Eva Oak", "Eva Oak"]
        assert asked_of(writer) == {frozenset({"Eva Oak"})}


def test_a_label_in_a_group_is_nobody_until_the_owner_says_who(tmp_path: Path) -> None:
    members = [Account("label", name, name, scope="g") for name in ("Alex", "Bo", "Mum")]
    with made_memory(tmp_path) as writer:
        take_in(writer, [MESSENGER, chat_of("g", *members)])
        take_in(
            writer, [BOOK, card("1", "Alex Moreira"), card("2", "Maria Ek", nicknames=("Mum",))]
        )
        assert names_of(writer) == ["Alex Moreira", "Maria Ek"]
        assert asked_of(writer) == {
            frozenset({"Alex", "Alex Moreira"}),
            frozenset({"Mum", "Maria Ek"}),
        }


@pytest.mark.parametrize(
    ("account", "key"),
    [
        (Account("imessage", "+351 922 700 103"), ("imessage", "", "+351922700103")),
        (Account("whatsapp", "+351922700103"), ("whatsapp", "", "+351922700103")),
        (Account("signal", "+351922700103"), ("signal", "", "+351922700103")),
        (Account("imessage", "Kim@Example.org"), ("imessage", "", "kim@example.org")),
        (Account("google chat", "Kim@Example.org"), ("google chat", "", "kim@example.org")),
    ],
)
def test_an_account_that_is_an_address_links_by_it(
    tmp_path: Path, account: Account, key: tuple[str, str, str]
) -> None:
    kim = card("1", "Kim Oh", ("email", "kim@example.org"), ("phone", "+351 922 700 103"))
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, kim])
        take_in(
            writer, [SourceInfo("x", "", "X"), chat_of("a", account), said("1", "hi", by=account)]
        )
        found = links(writer)
        assert found[key] == found[("card", "vcard:apple", "1")]


def test_ids_of_services_mean_one_person_where_the_service_says_so(tmp_path: Path) -> None:
    exports: list[list[Record]] = [
        [SourceInfo("slack", team, team), chat_of("a", Account("slack", "U1", f"In {team}"))]
        for team in ("T1", "T2")
    ]
    linkedin = Account("linkedin", "https://www.linkedin.com/in/Kim-Oh/", "Kim Oh")
    with made_memory(tmp_path) as writer:
        for export in exports:
            take_in(writer, export)
        take_in(writer, [LINKEDIN, chat_of("b", linkedin)])
        found = links(writer)
        assert found[("slack", "slack:T1", "U1")] != found[("slack", "slack:T2", "U1")]
        assert ("linkedin", "", "kim-oh") in found
