"""Accounts that may be somebody's who is hidden: kept back, asked about, shown or merged."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.engine.connections import Writer
from store.identity.suggestions import Suggestion, suggest
from store.importers.records import Account, OwnerAccount, Record
from store.owner.merge_and_split import add_account, keep_apart, merge_contacts, undo_ruling
from store.sharing.access import set_access
from tests.made_exports import (
    BOOK,
    CHATS,
    NORA,
    NOW,
    card,
    chat_of,
    made_memory,
    said,
    take_in,
)

HILDE = card("9", "Hilde Strand", ("phone", "+47 40 00 00 09"), ("email", "hilde@strand.example"))
OTHER_BOOK = BOOK.__class__("vcard", "google", "Google contacts")


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, HILDE, card("8", "Bo Lund", ("email", "bo@lund.example"))])
        yield writer


def _hilde(writer: Writer) -> int:
    return int(writer.value("SELECT contact_id FROM identity WHERE kind = 'card' AND key = '9'"))


def _hide(writer: Writer, tier: str = "none") -> None:
    ref = writer.value("SELECT ref FROM contact WHERE id = ?", (_hilde(writer),))
    set_access(writer, ref, tier)  # type: ignore[arg-type]  # a tier


def _chat(account: Account, key: str = "n") -> list[Record]:
    return [
        CHATS,
        OwnerAccount(NORA),
        account,
        chat_of(key, account),
        said("1", "The boathouse is sold", by=account, chat=key),
        said("2", "Is it?", by=NORA, chat=key),
    ]


def _hidden(writer: Writer) -> int:
    return int(writer.value("SELECT count(*) FROM message WHERE hidden = 1"))


def _asked(writer: Writer) -> list[Suggestion]:
    return [each for each in suggest(writer) if each.held_back]


NEW = Account("telegram", "user77", "Hilde Strand")


@pytest.mark.parametrize("tier", ["none", "summary"])
@pytest.mark.parametrize("first", ["hidden", "imported"])
def test_it_does_not_matter_what_came_first(writer: Writer, tier: str, first: str) -> None:
    if first == "hidden":
        _hide(writer, tier)
    take_in(writer, _chat(NEW))
    if first == "imported":
        _hide(writer, tier)
    assert _hidden(writer) == 2
    (asked,) = _asked(writer)
    assert asked.one.contact_id == _hilde(writer)
    assert "is called “Hilde Strand”; kept from assistants until" in asked.reasons[0]


def test_somebody_else_is_shown_and_stays_so(writer: Writer) -> None:
    _hide(writer)
    take_in(writer, _chat(NEW))
    (asked,) = _asked(writer)
    assert asked.other.contact_id is not None
    decision = keep_apart(writer, _hilde(writer), asked.other.contact_id, NOW)
    assert (_hidden(writer), _asked(writer)) == (0, [])
    take_in(writer, _chat(NEW))
    assert _hidden(writer) == 0
    undo_ruling(writer, decision, NOW)
    assert _hidden(writer) == 2


def test_who_is_them_is_theirs(writer: Writer) -> None:
    _hide(writer)
    take_in(writer, _chat(NEW))
    (asked,) = _asked(writer)
    assert asked.other.contact_id is not None
    merge_contacts(writer, _hilde(writer), asked.other.contact_id, NOW)
    assert (_hidden(writer), _asked(writer)) == (2, [])


def test_an_account_of_nobody_is_asked_about_as_well(writer: Writer) -> None:
    _hide(writer)
    group: list[Record] = [
        CHATS,
        chat_of("g", Account("label", "Hilde", "Hilde", scope="g"), Account("telegram", "user5")),
        said("1", "Sold", by=Account("label", "Hilde", "Hilde", scope="g"), chat="g"),
    ]
    take_in(writer, group)
    (asked,) = _asked(writer)
    if asked.other.contact_id is None:
        add_account(writer, _hilde(writer), asked.other.nodes[0].id, NOW)
    assert _hidden(writer) == 1


def test_shown_again_nobody_is_kept_back(writer: Writer) -> None:
    _hide(writer)
    take_in(writer, _chat(NEW))
    _hide(writer, "full")
    assert (_hidden(writer), _asked(writer)) == (0, [])


@pytest.mark.parametrize(
    "account",
    [
        Account("telegram", "user77", "Hilda Berg"),
        Account("telegram", "user77", "Hilde Berg"),
        Account("telegram", "user77", "Strand Hotel"),
        Account("telegram", "user77", "Hilde Strand Jr"),
        Account("telegram", "user77", "Bo Strand"),
        Account("email", "info@strand.example", "Strand"),
        Account("email", "strand@strand.example", ""),
    ],
    ids=lambda each: each.name or each.value,
)
def test_who_is_not_alike_is_left_alone(writer: Writer, account: Account) -> None:
    _hide(writer)
    take_in(writer, _chat(account))
    assert (_hidden(writer), _asked(writer)) == (0, [])


@pytest.mark.parametrize("name", ["Hilde", "H. Strand", "Hilde Berg", "Hilde Strand Jr"])
def test_two_cards_of_one_book_are_two_people(writer: Writer, name: str) -> None:
    take_in(writer, [BOOK, card("10", name, ("phone", "+47 40 00 00 77"))])
    _hide(writer)
    assert not _asked(writer)


@pytest.mark.parametrize("name", ["Hilde Strand", "Strand Hilde", "HILDE STRAND"])
def test_but_those_of_one_name_are_asked_about(writer: Writer, name: str) -> None:
    take_in(writer, [BOOK, card("10", name, ("phone", "+47 40 00 00 77"))])
    _hide(writer)
    assert len(_asked(writer)) == 1


def test_a_family_that_shares_a_number_is_not_hidden_with_one(writer: Writer) -> None:
    take_in(writer, [OTHER_BOOK, card("1", "Olav Strand", ("phone", "+47 40 00 00 09"))])
    _hide(writer)
    assert not _asked(writer)


def test_a_first_name_that_many_bear_tells_nothing(writer: Writer) -> None:
    names = ("Hilde Aas", "Hilde Berg", "Hilde Dahl")
    take_in(writer, [BOOK, *(card(f"h{at}", name) for at, name in enumerate(names))])
    _hide(writer)
    take_in(writer, _chat(Account("telegram", "user77", "Hilde")))
    assert not _asked(writer)
