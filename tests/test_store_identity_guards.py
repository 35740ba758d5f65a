"""Shared telephones, mailboxes and names: whom the rules must not take for somebody else."""

from itertools import permutations
from pathlib import Path

import pytest

from store.identity.suggestions import suggest
from store.importers.records import Account, Record, SourceInfo
from store.owner.merge_and_split import accounts_of, merge_contacts
from store.text.name_likeness import is_somebody_else, names_two
from tests.made_exports import (
    BOOK,
    CHATS,
    MAIL,
    NOW,
    card,
    chat_of,
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

SIGNAL = SourceInfo("signal", "", "Signal")
MOBILE = "+351 922 700 103"
OTHER_MOBILE = "+351 933 700 104"
HOME = "home@example.net"


def _chat(account: Account, source: SourceInfo = CHATS) -> list[Record]:
    key = f"{account.kind}-{account.value}"
    return [source, ME, account, chat_of(key, account), said("1", "hi", by=account, chat=key)]


def _mail(name: str, address: str, key: str = "m") -> list[Record]:
    account = Account("email", address, name)
    return [MAIL, chat_of(key, account), said("1", "hi", by=account, chat=key)]


def test_a_mailbox_of_the_family_is_not_the_one_member_who_has_a_card(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Rui Moreira", ("email", HOME))])
        take_in(writer, _mail("Bia Moreira", HOME))
        assert names_of(writer) == ["Bia Moreira", "Rui Moreira"]
        assert asked_of(writer) == {frozenset({"Bia Moreira", "Rui Moreira"})}


def test_an_assistant_who_writes_from_their_own_address_is_not_the_boss(tmp_path: Path) -> None:
    boss = card("1", "Alex Ray", ("email", "alex@firm.example"), ("email", "petra@firm.example"))
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, boss])
        take_in(writer, _mail("Petra Kolb", "petra@firm.example"))
        take_in(writer, _mail("Ray, Alex", "alex@firm.example", "n"))
        assert names_of(writer) == ["Alex Ray", "Petra Kolb"]


@pytest.mark.parametrize(
    "written", ["Rui Moreira", "R. Moreira", "Moreira, Rui", "rui", "Rui Costa", "", HOME, "Руй М"]
)
def test_a_name_that_may_be_theirs_stands_in_no_address_s_way(tmp_path: Path, written: str) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Rui Moreira", ("email", HOME))])
        take_in(writer, _mail(written, HOME))
        assert names_of(writer) == ["Rui Moreira"]


def test_of_the_names_that_an_address_was_shown_with_one_that_fits_is_enough(
    tmp_path: Path,
) -> None:
    exports: list[list[Record]] = [
        [BOOK, card("1", "Rui Moreira", ("email", HOME))],
        _mail("Bia Moreira", HOME),
        _mail("Rui", HOME, "n"),
    ]
    for number, order in enumerate(permutations(exports)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with made_memory(folder) as writer:
            for export in order:
                take_in(writer, export)
            assert names_of(writer) == ["Rui Moreira"]


def test_a_number_that_the_owner_saved_under_another_name_is_not_the_old_friend(
    tmp_path: Path,
) -> None:
    zed = Account("telegram", "user2", "Zed Stranger", phones=(MOBILE,), saved_by_owner=True)
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Alex Moreira", ("phone", MOBILE))])
        take_in(writer, _chat(zed))
        assert names_of(writer) == ["Alex Moreira", "Zed Stranger"]
        assert asked_of(writer) == {frozenset({"Alex Moreira", "Zed Stranger"})}


def test_a_number_that_went_on_joins_no_two_accounts_without_cards(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, _chat(Account("signal", "aci-1", "Alex Moreira", phones=(MOBILE,)), SIGNAL))
        take_in(writer, _chat(Account("telegram", "user2", "Zed Stranger", phones=(MOBILE,))))
        assert names_of(writer) == ["Alex Moreira", "Zed Stranger"]


def test_a_couple_is_neither_of_the_two(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Rui & Bia Moreira", ("email", HOME))])
        take_in(writer, [GOOGLE, card("1", "Rui Moreira", ("email", HOME))])
        take_in(writer, [LINKEDIN, card("1", "Eva Oak", ("email", "eva@example.org"))])
        take_in(writer, _mail("Eva and Pat Oak", "eva@example.org"))
        assert names_of(writer) == [
            "Eva Oak",
            "Eva and Pat Oak",
            "Rui & Bia Moreira",
            "Rui Moreira",
        ]


def test_a_couple_s_card_in_two_address_books_is_one(tmp_path: Path) -> None:
    couple = card("1", "Rui & Bia Moreira", ("email", HOME))
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, couple])
        take_in(writer, [GOOGLE, couple])
        take_in(writer, _mail("Rui Moreira", HOME))
        assert names_of(writer) == ["Rui & Bia Moreira"]


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        ((("phone", MOBILE),), (("phone", OTHER_MOBILE),), False),
        ((("phone", MOBILE),), (("phone", MOBILE),), True),
        ((("phone", MOBILE),), (), True),
        (
            (("phone", MOBILE), ("email", "astrid@example.org")),
            (("phone", OTHER_MOBILE), ("email", "astrid@example.org")),
            True,
        ),
    ],
)
def test_mother_and_daughter_of_one_name_and_mailbox_are_told_by_their_mobiles(
    tmp_path: Path,
    mine: tuple[tuple[str, str], ...],
    theirs: tuple[tuple[str, str], ...],
    *,
    merged: bool,
) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Astrid Oak", ("email", HOME), *mine)])
        take_in(writer, [GOOGLE, card("1", "Astrid Oak", ("email", HOME), *theirs)])
        assert len(people(writer)) == (1 if merged else 2)
        assert len(suggest(writer)) == (0 if merged else 1)


@pytest.mark.parametrize(("name", "merged"), [("Kim Oh", True), ("K. Oh", False)])
def test_a_mobile_without_its_country_is_enough_with_the_same_full_name(
    tmp_path: Path, name: str, *, merged: bool
) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Kim Oh", ("phone", "922 700 103"))])
        take_in(writer, [GOOGLE, card("1", name, ("phone", MOBILE))])
        assert len(people(writer)) == (1 if merged else 2)
        take_in(writer, [LINKEDIN, card("1", "Rui Sol", ("phone", "922 700 103"))])
        assert len(people(writer)) == 3


@pytest.mark.parametrize(("number", "theirs"), [("+351 222 000 111", False), (MOBILE, True)])
def test_whoever_calls_from_a_fixed_line_is_not_the_one_who_has_it_on_a_card(
    tmp_path: Path, number: str, *, theirs: bool
) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Alex Ray", ("phone", number))])
        take_in(writer, _chat(Account("phone", number), WHATSAPP))
        assert len(people(writer)) == (1 if theirs else 2)
        assert len(suggest(writer)) == (0 if theirs else 1)


def test_a_card_that_comes_after_a_merge_of_accounts_belongs_to_them(tmp_path: Path) -> None:
    telegram = Account("telegram", "user2", "Lex", phones=(MOBILE,))
    with made_memory(tmp_path) as writer:
        take_in(writer, _chat(telegram))
        take_in(writer, _chat(Account("signal", "aci-1", "Alexa M"), SIGNAL))
        merge_contacts(writer, contact_id(writer, "Lex"), contact_id(writer, "Alexa M"), NOW)
        take_in(writer, [BOOK, card("1", "Alexa Moreira", ("phone", MOBILE))])
        assert names_of(writer) == ["Alexa Moreira"]
        kinds = {
            each.account[0] for each in accounts_of(writer, contact_id(writer, "Alexa Moreira"))
        }
        assert kinds == {"card", "telegram", "signal"}


def test_one_mobile_under_a_pet_name_and_a_full_name_is_asked(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Mum", ("phone", MOBILE))])
        take_in(writer, [GOOGLE, card("1", "Maria Ek", ("phone", MOBILE))])
        assert names_of(writer) == ["Maria Ek", "Mum"]
        assert asked_of(writer) == {frozenset({"Maria Ek", "Mum"})}


def test_one_full_name_in_two_address_books_is_asked_and_in_one_is_not(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        crowd = [card(str(n), f"Person{n} Family{n}") for n in range(10, 30)]
        take_in(writer, [BOOK, card("1", "Yara Vale"), card("2", "Yara Vale"), *crowd])
        assert suggest(writer) == []
        take_in(writer, [LINKEDIN, card("1", "Yara Vale")])
        assert len(suggest(writer)) == 2


def test_what_an_account_is_called_does_not_depend_on_the_order_of_imports(tmp_path: Path) -> None:
    exports = [
        _mail("Mia", "mia@example.org"),
        _mail("Mia Berg", "mia@example.org", "n"),
        _chat(Account("telegram", "user2", "Mia", phones=(MOBILE,), saved_by_owner=True)),
        _chat(Account("telegram", "user2", "Mia B", phones=(MOBILE,), saved_by_owner=True)),
    ]
    outcomes = outcomes_of_orders(tmp_path, exports, 5)
    assert sorted(outcomes[0][1].values()) == ["Mia B", "Mia Berg"]
    assert all(outcome == outcomes[0] for outcome in outcomes)


@pytest.mark.parametrize(
    ("one", "other", "told_apart"),
    [
        ("bia moreira", "rui moreira", True),
        ("zed stranger", "alex moreira", True),
        ("bia r moreira", "rui moreira", True),
        ("anna berg", "anna holm", False),
        ("moreira rui", "rui moreira", False),
        ("r moreira", "rui moreira", False),
        ("bob oak", "robert oaks", False),
        ("maria joao silva", "joao silva", False),
        ("иван петров", "zed stranger", True),
        ("юлия петрова", "julia petrova", False),
        ("юлия ким", "julia holm", False),
        ("山田 太郎", "taro yamada", False),
        ("mum", "alex moreira", False),
    ],
)
def test_who_is_surely_somebody_else(one: str, other: str, *, told_apart: bool) -> None:
    assert is_somebody_else(one, other) is told_apart
    assert is_somebody_else(other, one) is told_apart


@pytest.mark.parametrize(
    ("name", "two"),
    [
        ("Rui & Bia Moreira", True),
        ("Rui+Bia", True),
        ("Rui Moreira and Bia Costa", True),
        ("Rui e Bia Moreira", True),
        ("Maria i Jan Nowak", True),
        ("José Ortega y Gasset", False),
        ("António Costa e Silva", False),
        ("John E Smith", False),
        ("Andrew Sand", False),
        ("", False),
    ],
)
def test_names_of_two_people(name: str, *, two: bool) -> None:
    assert names_two(name) is two


def test_who_uses_their_nickname_and_surname_is_nobody_else(tmp_path: Path) -> None:
    bia = card("1", "Beatriz Moreira", ("phone", MOBILE), nicknames=("Bia",))
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, bia])
        take_in(writer, _chat(Account("telegram", "user2", "Bia Moreira", phones=(MOBILE,))))
        assert names_of(writer) == ["Beatriz Moreira"]


def test_who_answers_a_fixed_line_by_the_full_name_on_its_card_is_that_person(
    tmp_path: Path,
) -> None:
    line = "+46 31 390 06 05"
    father = card("1", "Lars Lind", ("phone", line))
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, father])
        take_in(writer, _chat(Account("telegram", "user2", "Lars Lind", phones=(line,))))
        take_in(writer, _chat(Account("signal", "user3", "Lasse", phones=(line,)), SIGNAL))
        assert names_of(writer) == ["Lars Lind", "Lasse"]


def test_a_first_name_beside_a_stranger_s_full_name_does_not_make_them_the_card_s(
    tmp_path: Path,
) -> None:
    boss = card("1", "Alex Ray", ("email", "alex@firm.example"), ("email", "petra@firm.example"))
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, boss])
        take_in(writer, _mail("Petra", "petra@firm.example", "a"))
        take_in(writer, _mail("Petra Vale", "petra@firm.example", "b"))
        assert names_of(writer) == ["Alex Ray", "Petra Vale"]


def test_an_assistant_with_the_boss_s_first_name_and_a_card_is_not_the_boss(tmp_path: Path) -> None:
    boss = card("1", "Mateo Ray", ("email", "mateo@firm.example"), ("email", "m@firm.example"))
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, boss, card("2", "Mateo Vale", ("email", "vale@x.example"))])
        take_in(writer, _mail("Mateo Vale", "m@firm.example"))
        take_in(writer, _mail("Mateo Holm", "mateo@firm.example", "n"))
        assert names_of(writer) == ["Mateo Ray", "Mateo Vale", "Mateo Vale"]
