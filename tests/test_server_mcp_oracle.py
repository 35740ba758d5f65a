"""Somebody hidden does not exist: every answer is that of a memory that never held them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from mcp import Client

from embeddings.indexer import index_pending
from embeddings.toy import ToyEncoder
from server.mcp.build import build_server
from server.settings import Settings
from store.engine.connections import Writer
from store.importers.records import (
    Account,
    Affiliation,
    CardDate,
    CardRelation,
    Conversation,
    Message,
    OwnerAccount,
    Record,
)
from store.owner.typed_facts import add_life_event, add_note
from store.owner.typed_follow_ups import add_follow_up
from store.owner.typed_interactions import log_interaction
from store.sharing.access import set_access
from store.sharing.choices import choose
from tests.made_exports import (
    BOOK,
    CHATS,
    MAIL,
    NORA,
    card,
    chat_of,
    made_memory,
    said,
    take_in,
)
from tests.running import fixed_settings, structured
from tests.surfaces import every_answer

HILDE: Final = Account("telegram", "user9", "Hilde Strand", phones=("+47 40 00 00 09",))
ALEX: Final = Account("telegram", "user2", "Alex Moreira", phones=("+351 922 700 103",))
BO: Final = Account("telegram", "user3", "Bo Lund")
HIDDEN: Final = "Hilde Strand"
NOTED_AT: Final = 1795000000
_PROPOSAL: Final = re.compile(r"\bp_[0-9a-z]{7}\b")


def _mail(key: str, sender: str, to: list[str], at: str, text: str) -> Message:
    return Message(
        key=key,
        conversation_key="thread",
        sender=Account("email", sender, sender.partition("@")[0]),
        sent_at=said("x", "", at).sent_at,
        text=text,
        subject="Lighthouse weekend",
        recipients=tuple(Account("email", address) for address in to),
    )


def _exports(with_hilde: bool) -> list[list[Record]]:
    """The exports of a life with or without Hilde in it; all else is the same."""
    here = [HILDE] if with_hilde else []
    book: list[Record] = [
        BOOK,
        card("1", "Alex Moreira", ("phone", "+351 922 700 103"), ("email", "alex@moreira.example"),
             relations=(CardRelation("friend", "Hilde Strand"),) if with_hilde else (),
             affiliations=(Affiliation("Harbour School", "teacher"),)),
        card("3", "Bo Lund", ("email", "bo@lund.example")),
        card("4", "Hilda Berg", ("email", "hilda@berg.example")),
    ]  # fmt: skip
    chats: list[Record] = [
        CHATS,
        OwnerAccount(NORA),
        ALEX,
        BO,
        *here,
        chat_of("a", ALEX),
        chat_of("g", ALEX, BO, *here),
    ]
    mails: list[Record] = [MAIL, Conversation("thread", "mail", "Lighthouse weekend")]
    days = [f"2026-{month:02}-{day:02}" for month in (9, 11) for day in (3, 9, 15)]
    for number, day in enumerate(days):
        chats += [
            said(f"{number}a", f"Alex on the school fair {number}", f"{day}T10:00", ALEX),
            said(f"{number}b", f"See you at the harbour {number}", f"{day}T10:05"),
            said(f"{number}a", f"Bo brings the boat {number}", f"{day}T11:00", BO, "g"),
            said(f"{number}c", f"The school bus is late {number}", f"{day}T11:06", chat="g"),
            said(f"{number}d", f"Then the boat waits {number}", f"{day}T11:09", ALEX, "g"),
        ]
        if with_hilde:
            chats += [
                said(f"{number}b", f"lighthouse otters {number}", f"{day}T11:03", HILDE, "g"),
                said(f"{number}a", f"Hilde saw the lighthouse otters {number}", f"{day}T12:00",
                     HILDE, "h"),
                said(f"{number}b", f"Otters at school, Hilde? {number}", f"{day}T12:02", chat="h"),
            ]  # fmt: skip
    mails += [
        _mail("1", "alex@moreira.example", ["nora@lind.example"], "2026-11-10T09:00", "Saturday?"),
        _mail("2", "nora@lind.example", ["alex@moreira.example"], "2026-11-10T10:00", "School on"),
    ]
    chats += _passed_on(with_hilde)
    mails.append(
        _mail("4", "alex@moreira.example",
              ["nora@lind.example", *(["hilde@strand.example"] if with_hilde else [])],
              "2026-11-11T09:00", "With the school in copy")
    )  # fmt: skip
    if with_hilde:
        book.append(
            card("9", HIDDEN, ("phone", "+47 40 00 00 09"), ("email", "hilde@strand.example"),
                 nicknames=("Otter",), categories=("Secret club",), notes=("Owns the lighthouse",),
                 affiliations=(Affiliation("Lighthouse Board", "keeper"),),
                 relations=(CardRelation("spouse", "Bo Lund"),),
                 dates=(CardDate("birthday", "1980-11-25"),))
        )  # fmt: skip
        chats.insert(5, chat_of("h", HILDE))
        mails += [
            _mail("0", "hilde@strand.example", ["nora@lind.example", "alex@moreira.example"],
                  "2026-11-10T07:00", "The lighthouse is ours, otters included"),
            _mail("3", "nora@lind.example", ["hilde@strand.example"], "2026-11-10T23:00", "Yes!"),
        ]  # fmt: skip
    return [book, chats, mails]


def _passed_on(with_hilde: bool) -> list[Record]:
    """What Bo and Alex pass on of her words, and her new account: beside it all is the same."""

    def passes_on(key: str, theirs: str, own: str, by: Account) -> Message:
        text = f"{own[:7]}{theirs}{own[7:]}" if with_hilde else own
        return said(key, text, f"2026-11-1{key[1]}T13:00", by, "g")

    shared = [
        passes_on("q0", "> lighthouse otters 0\n", "A joke\nabout school", BO),
        passes_on("q1", "Hilde Strand wrote:\n> the school lighthouse\n", "Look: \nat this", ALEX),
        passes_on("q2", "[10:00, 03/11/2026] Hilde: otters at school\n\n", "School\nis out", BO),
    ]
    card_of_hers = said("q3", "School numbers", "2026-11-13T13:00", BO, "g")
    files = ("contact card Hilde Strand", "school.pdf") if with_hilde else ("school.pdf",)
    shared.append(replace(card_of_hers, attachments=files))
    if not with_hilde:
        return [*shared]
    anew = Account("telegram", "user99", "Hilde Strand")
    return [
        *shared,
        said("q4", "Forwarded from Hilde Strand:\nthe school otters", "2026-11-14T13:00", BO, "g"),
        replace(said("q5", "", "2026-11-14T13:01", ALEX, "g"), attachments=("Hilde Strand.vcf",)),
        anew,
        chat_of("n", anew),
        said("q6", "My new school number, the lighthouse", "2026-11-14T14:00", anew, "n"),
        said("q7", "Noted, the school lighthouse", "2026-11-14T14:01", chat="n"),
    ]


def _id(writer: Writer, name: str) -> int:
    return int(
        writer.value(
            "SELECT contact.id FROM contact JOIN identity ON contact_id = contact.id"
            " WHERE identity.kind = 'card' AND display_name = ?",
            (name,),
        )
    )


def _type(writer: Writer, with_hilde: bool) -> None:
    """What the owner types of Alex, and of Hilde where she is: in words that fit the same query."""
    alex = _id(writer, "Alex Moreira")
    day, zone = date(2026, 11, 18), ZoneInfo("Europe/Lisbon")
    note = add_note(writer, alex, "Wants to see the lighthouse and its otters", NOTED_AT)
    if with_hilde:
        hilde = _id(writer, HIDDEN)
        add_note(writer, hilde, "Lighthouse otters, and her card 4111 1111 1111 1111", NOTED_AT)
        add_follow_up(writer, hilde, "send the lighthouse otters to school", NOTED_AT)
        add_life_event(writer, hilde, "wedding", "2026-12-01", NOTED_AT, label="at the lighthouse")
        log_interaction(writer, [hilde], "lighthouse otters", "coffee", day, zone, NOTED_AT)
        for number in range(60):
            add_note(writer, hilde, f"lighthouse otters school {number}", NOTED_AT)
    logged = log_interaction(writer, [alex], "saw the lighthouse", "tea", day, zone, NOTED_AT)
    promise = add_follow_up(writer, alex, "lend the lighthouse book", NOTED_AT)
    event = add_life_event(writer, alex, "lighthouse otters day", "2026-12-03", NOTED_AT)
    # Their refs are made of row ids too, which differ where more was stored.
    for table, ref, fixed in (
        ("note", note, "n_a1exa1e"),
        ("interaction", logged.ref, "i_a1exa1e"),
        ("follow_up", promise, "f_a1exa1e"),
        ("life_event", event, "e_a1exa1e"),
    ):
        with writer.transaction():
            writer.run(f"UPDATE {table} SET ref = ? WHERE ref = ?", (fixed, ref))


VALUES: Final[dict[str, list[Any]]] = {
    "person": [
        "Alex Moreira", HIDDEN, "Hild", "Otter", "hilde@strand.example",
        "+47 40 00 00 09",
    ],
    "query": ["lighthouse otters", "Hilde at school", "4111 1111 1111 1111"],
    "purpose": ["the lighthouse"],
    "tag": ["Secret club"],
    "organization": ["Lighthouse Board"],
    "text": ["Likes otters"],
    "kind": ["note"],
    "period": ["week", "month"],
}  # fmt: skip


async def _answers(
    folder: Path, with_hilde: bool, how: Callable[[Writer], None], known: Sequence[str] = ()
) -> tuple[list[str], list[tuple[str, str]]]:
    """The refs that were asked about, `known` ones included, and every answer."""
    home = folder / "home"
    home.mkdir(parents=True)
    settings = fixed_settings(home, folder / "cache")
    with made_memory(home) as writer:
        for export in _exports(with_hilde):
            take_in(writer, export)
        _type(writer, with_hilde)
        index_pending(writer, ToyEncoder(), lambda _done, _all: None)
        how(writer)
        index_pending(writer, ToyEncoder(), lambda _done, _all: None)
        choose(writer, "disclosure_budget", "none")
        refs = sorted({*known, *_refs(writer)})
    return refs, await _ask(settings, VALUES | {"ref": refs, "id": refs})


async def _ask(settings: Settings, values: dict[str, list[Any]]) -> list[tuple[str, str]]:
    async with Client(build_server(settings)) as client:
        found = structured(await client.call_tool("search_context", {"query": "school"}))
        assert found["mode"] == "hybrid"
        answers = await every_answer(client, values)
        # The id of a proposal is drawn by lot.
        return [(asked, _PROPOSAL.sub("p_", told)) for asked, told in answers]


def _refs(writer: Writer) -> list[str]:
    """The refs of what is told of Hilde, whether it is there or not, and one of Alex."""
    rows = writer.all(
        "SELECT ref FROM message WHERE key IN ('h/1a', 'g/1b', 'g/1a', 'g/1d', '0', '2')"
        " UNION SELECT ref FROM contact WHERE display_name LIKE 'Hilde%'"
    )
    return [row[0] for row in rows]


def _on_card(writer: Writer) -> str:
    """The ref of Hilde as she is in the address book; her new account is another contact."""
    return str(
        writer.value(
            "SELECT ref FROM contact JOIN identity ON contact_id = contact.id"
            " WHERE identity.kind = 'card' AND display_name = ?",
            (HIDDEN,),
        )
    )


def _hide(writer: Writer) -> None:
    set_access(writer, _on_card(writer), "none")


def _hide_then_import_again(writer: Writer) -> None:
    _hide(writer)
    for export in _exports(with_hilde=True):
        take_in(writer, export)


def _hide_show_and_hide(writer: Writer) -> None:
    _hide(writer)
    set_access(writer, _on_card(writer), "full")
    index_pending(writer, ToyEncoder(), lambda _done, _all: None)
    _hide(writer)


@pytest.mark.parametrize("how", [_hide_then_import_again, _hide_show_and_hide])
async def test_every_answer_is_that_of_a_memory_without_them(
    tmp_path: Path, how: Callable[[Writer], None]
) -> None:
    refs, hidden = await _answers(tmp_path / "hidden", True, how)
    _, never = await _answers(tmp_path / "never", False, lambda _writer: None, refs)
    assert len(hidden) == len(never) > 30
    for (asked, answer), (_, expected) in zip(hidden, never, strict=True):
        assert answer == expected, asked


async def test_without_hiding_the_answers_differ(tmp_path: Path) -> None:
    """The comparison sees somebody: it is no comparison of nothing with nothing."""
    refs, shown = await _answers(tmp_path / "shown", True, lambda _writer: None)
    _, never = await _answers(tmp_path / "never", False, lambda _writer: None, refs)
    differing = {
        asked.split()[0] for (asked, a), (_, b) in zip(shown, never, strict=True) if a != b
    }
    assert differing >= {
        "find_contacts", "get_contact", "brief_me", "search_context", "read_context", "propose_note"
    }  # fmt: skip
