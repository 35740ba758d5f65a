"""Interactions and the rhythm: days are the owner's own, and only talking both ways is contact."""

from dataclasses import replace
from pathlib import Path

import pytest

from store.importers.records import Account, Conversation, Message, OwnerAccount, Record
from store.imports.store_interactions import derive_interactions
from store.memory import open_reader
from store.people.owner_settings import OwnerSettings
from store.talk.rhythm import Exchange, exchanges_with, usual_gap_days
from tests.made_exports import (
    BOOK,
    CHATS,
    MAIL,
    NORA,
    OWNER,
    card,
    chat_of,
    made_memory,
    said,
    take_in,
)

BO = Account("telegram", "user2", "Bo Ek", saved_by_owner=True)
LONG_AFTER = 4_000_000_000


async def _exchanges(
    folder: Path, records: list[Record], owner: OwnerSettings = OWNER
) -> list[Exchange]:
    with made_memory(folder, owner) as writer:
        take_in(writer, records, owner)
        contact = writer.value(
            "SELECT contact_id FROM identity WHERE key IN ('user2', 'bo@example.net')"
        )
    reader = await open_reader(folder / "memory.db")
    found = await exchanges_with(reader, contact, LONG_AFTER)
    await reader.close()
    return found


@pytest.mark.parametrize(
    ("zone", "moments", "days"),
    [
        (
            "Pacific/Auckland",
            ["2025-01-09T10:59", "2025-01-09T11:00"],
            ["2025-01-09", "2025-01-10"],
        ),
        (
            "Pacific/Honolulu",
            ["2025-01-09T09:59", "2025-01-09T10:00"],
            ["2025-01-08", "2025-01-09"],
        ),
        # The clock goes forward on 30 March and back on 26 October: 23 and 25 hours.
        ("Europe/Lisbon", ["2025-03-30T00:00", "2025-03-30T22:59"], ["2025-03-30"]),
        ("Europe/Lisbon", ["2025-03-29T23:59", "2025-03-30T23:00"], ["2025-03-29", "2025-03-31"]),
        ("Europe/Lisbon", ["2025-10-25T23:00", "2025-10-26T23:59"], ["2025-10-26"]),
        ("Europe/Lisbon", ["2025-10-25T22:59", "2025-10-27T00:00"], ["2025-10-25", "2025-10-27"]),
        # Midnight itself is skipped in Beirut on 30 March 2025.
        ("Asia/Beirut", ["2025-03-29T21:59", "2025-03-29T22:00"], ["2025-03-29", "2025-03-30"]),
    ],
)
async def test_a_day_goes_from_midnight_to_midnight_where_the_owner_lives(
    tmp_path: Path, zone: str, moments: list[str], days: list[str]
) -> None:
    records: list[Record] = [CHATS, chat_of("a", BO)]
    records += [said(str(n), "hi", at=at, by=BO) for n, at in enumerate(moments)]
    found = await _exchanges(tmp_path, records, replace(OWNER, zone=zone))
    assert sorted(e.on for e in found) == days


async def test_only_talking_both_ways_is_contact(tmp_path: Path) -> None:
    records: list[Record] = [
        CHATS,
        chat_of("a", BO),
        said("1", "hi", at="2025-03-01T10:00"),
        said("2", "are you there?", at="2025-03-01T11:00"),
        said("3", "sorry!", at="2025-03-02T10:00", by=BO),
        said("4", "hi", at="2025-03-03T10:00", by=BO),
        said("5", "hi", at="2025-03-03T10:01"),
    ]
    with made_memory(tmp_path) as writer:
        take_in(writer, [CHATS, OwnerAccount(NORA), *records[1:]])
        contact = writer.value("SELECT contact_id FROM identity WHERE key = 'user2'")
    reader = await open_reader(tmp_path / "memory.db")
    found = await exchanges_with(reader, contact, LONG_AFTER)
    early = await exchanges_with(reader, contact, found[-1].started_at)
    await reader.close()
    assert [(e.on, e.from_owner, e.from_them, e.both_ways) for e in found] == [
        ("2025-03-03", 1, 1, True),
        ("2025-03-02", 0, 1, True),  # an answer, a day later
        ("2025-03-01", 2, 0, False),
    ]
    assert early == found[-1:]


async def test_what_a_machine_sent_is_no_contact(tmp_path: Path) -> None:
    bo, nora = Account("email", "bo@example.net", "Bo Ek"), Account("email", "nora@lind.example")
    when = said("1", "").sent_at
    mails = [
        Message("1", "t", nora, when, "hello", recipients=(bo,)),
        Message("2", "t", bo, when, "out of office", recipients=(nora,), bulk=True),
    ]
    found = await _exchanges(tmp_path, [MAIL, Conversation("t", "mail", "Hello"), *mails])
    assert [(e.kind, e.from_owner, e.from_them, e.both_ways) for e in found] == [
        ("mail", 1, 0, False)
    ]


async def test_a_person_with_two_addresses_in_one_thread_is_counted_once(tmp_path: Path) -> None:
    work, home = Account("email", "bo@firm.example"), Account("email", "bo@example.net")
    nora = Account("email", "nora@lind.example")
    when = said("1", "").sent_at
    ways = ("email", "bo@firm.example"), ("email", "bo@example.net")
    mails = [
        Message("1", "t", nora, when, "hello", recipients=(work, home)),
        Message("2", "t", work, when, "hi", recipients=(nora,)),
    ]
    with made_memory(tmp_path) as writer:
        take_in(writer, [BOOK, card("1", "Bo Ek", *ways)])
        take_in(writer, [MAIL, Conversation("t", "mail", "Hello"), *mails])
        contact = writer.value("SELECT contact_id FROM identity WHERE kind = 'card'")
    reader = await open_reader(tmp_path / "memory.db")
    (found,) = await exchanges_with(reader, contact, LONG_AFTER)
    await reader.close()
    assert (found.from_owner, found.from_them) == (1, 1)


def test_a_channel_has_no_interactions(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(writer, [CHATS, Conversation("a", "channel", "News"), said("1", "news", by=BO)])
        derive_interactions(writer, {1: [0]}, OWNER.time_zone)
        assert writer.value("SELECT count(*) FROM interaction") == 0


def test_the_usual_gap_is_counted_in_the_owners_days() -> None:
    def met(day: str) -> Exchange:
        return Exchange("i", day, "meeting", "your log", 0, 0, 0, 0)

    days = ["2025-03-22", "2025-03-15", "2025-03-08", "2025-03-01"]
    assert usual_gap_days([met(day) for day in days]) == 7
    assert usual_gap_days([met(day) for day in days[:3]]) is None
    one_sided = [met(day)._replace(kind="chat", from_owner=3) for day in days]
    assert usual_gap_days(one_sided) is None
