"""Kinds of account: what each is met again by, where that means one person, and whom it links."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

import pytest

from store.engine.connections import Writer
from store.engine.driver import IntegrityError
from store.importers.records import Account, Method, Record, SourceInfo
from store.text.services import SERVICES, AccountKind
from tests.made_exports import BOOK, card, chat_of, links, made_memory, people, said, take_in

# A made-up service, so that scopes which come from the source are seen to.
SOURCE: Final = SourceInfo("made", "home", "Made up")
NATIONAL: Final = "922 700 103"  # the owner is Portuguese
NUMBER: Final = "+351922700103"
MAIL: Final = "alex@moreira.example"
PROFILE: Final = "https://www.linkedin.com/in/Alex-Moreira/"


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with made_memory(tmp_path) as writer:
        yield writer


def _chats(*others: Account) -> list[Record]:
    """A chat of two with each, so that all of them are people that the owner has to do with."""
    records: list[Record] = [SOURCE]
    for at, who in enumerate(others):
        records += [chat_of(str(at), who), said("1", "hello", by=who, chat=str(at))]
    return records


@pytest.mark.parametrize(
    ("kind", "value", "told", "found"),
    [
        ("email", " Alex@Moreira.Example", "", ("", MAIL)),
        ("email", "No Address", "", ("", "no address")),
        ("phone", NATIONAL, "", ("", NUMBER)),
        ("phone", "Voicemail", "", ("", "Voicemail")),
        ("telegram", "User9", "", ("", "User9")),
        ("telegram", NATIONAL, "", ("", NATIONAL)),
        ("whatsapp", NATIONAL, "", ("", NUMBER)),
        ("whatsapp", "lid:351922700103", "", ("", "lid:351922700103")),
        ("signal", NATIONAL, "", ("", NUMBER)),
        ("signal", "922700103-ABC", "", ("", "922700103-ABC")),
        ("imessage", "Alex@Moreira.Example", "", ("", MAIL)),
        ("imessage", NATIONAL, "", ("", NUMBER)),
        ("imessage", "No Address", "", ("", "no address")),
        ("messenger", "Alex@Moreira.Example", "", ("", "Alex@Moreira.Example")),
        ("instagram", "Alex.M", "", ("", "Alex.M")),
        ("linkedin", PROFILE, "", ("", "alex-moreira")),
        ("linkedin", "Member 12", "", ("", "member 12")),
        ("slack", "U12", "", ("made:home", "U12")),
        ("slack", "U12", "T9", ("T9", "U12")),
        ("discord", "123", "", ("", "123")),
        ("discord", "123", "server", ("server", "123")),
        ("google chat", "Alex@Moreira.Example", "", ("", MAIL)),
        ("google chat", "User/12", "", ("", "User/12")),
        ("card", "uid-1", "not asked", ("made:home", "uid-1")),
        ("label", "Alex M.", "chat 1", ("made/chat 1", "Alex M.")),
        ("other", "N0-1", "", ("made:home", "N0-1")),
        ("other", "N0-1", "forum", ("forum", "N0-1")),
    ],
)
def test_what_an_account_is_met_again_by(
    writer: Writer, kind: AccountKind, value: str, told: str, found: tuple[str, str]
) -> None:
    take_in(writer, [SOURCE, Account(kind, value, "Alex", told)])
    assert (kind, *found) in links(writer)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", MAIL),
        ("phone", NATIONAL),
        ("whatsapp", NATIONAL),
        ("signal", NATIONAL),
        ("imessage", MAIL),
        ("imessage", NATIONAL),
        ("linkedin", PROFILE),
        ("google chat", MAIL),
    ],
)
def test_an_account_that_is_an_address_belongs_to_whom_the_address_book_gives_it(
    writer: Writer, kind: AccountKind, value: str
) -> None:
    known = card("1", "Alex Moreira", ("phone", NUMBER), ("email", MAIL))
    take_in(writer, [BOOK, replace(known, methods=(*known.methods, Method("url", PROFILE)))])
    take_in(writer, _chats(Account(kind, value, "Alex")))
    assert list(people(writer).values()) == ["Alex Moreira"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("telegram", NUMBER),
        ("messenger", MAIL),
        ("instagram", MAIL),
        ("slack", MAIL),
        ("discord", MAIL),
        ("label", MAIL),
        ("label", NUMBER),
        ("other", MAIL),
        ("email", "info@moreira.example"),
    ],
)
def test_what_only_looks_like_an_address_links_nobody(
    writer: Writer, kind: AccountKind, value: str
) -> None:
    mails = [("email", MAIL), ("email", "info@moreira.example")]
    take_in(writer, [BOOK, card("1", "Alex Moreira", ("phone", NUMBER), *mails)])
    take_in(writer, _chats(Account(kind, value, "Alex")))
    contacts = {of: ref for (of, _, key), ref in links(writer).items() if key in ("1", value)}
    assert contacts["card"] not in (None, contacts[kind])


@pytest.mark.parametrize(
    ("kind", "two_people"),
    [
        ("telegram", True),
        ("signal", True),
        ("messenger", True),
        ("instagram", True),
        ("linkedin", True),
        ("slack", True),
        ("discord", True),
        ("google chat", True),
        ("whatsapp", False),
        ("imessage", False),
        ("label", False),
        ("other", False),
    ],
)
def test_two_ids_of_a_service_that_gives_each_person_one_are_two_people(
    writer: Writer, kind: AccountKind, two_people: bool
) -> None:
    both = [Account(kind, value, "Alex", emails=(MAIL,)) for value in ("first", "second")]
    take_in(writer, _chats(*both))
    assert len(people(writer)) == (2 if two_people else 1)


def test_the_memory_knows_the_same_kinds(writer: Writer) -> None:
    kinds = {row[0] for row in writer.all("SELECT kind FROM account_kind")}
    assert kinds == set(SERVICES) == {*get_args(AccountKind), "owner"}
    with pytest.raises(IntegrityError):
        writer.run("INSERT INTO identity(kind, key, source_id) SELECT 'fax', '1', id FROM source")
