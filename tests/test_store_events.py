"""Meetings and calls: stored once, brought up to date, and contact only when they have been."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from store.engine.connections import Writer
from store.importers.records import Account, Event, Record, SourceInfo
from store.memory import open_reader
from store.talk.rhythm import exchanges_with
from tests.made_exports import CHATS, NORA, NOW, chat_of, made_memory, people, said, take_in

CALENDAR = SourceInfo("ics", "", "Calendar")
BO = Account("email", "bo@example.org", "Bo Ek")
LUNCH = Event(
    "e1",
    "meeting",
    "Lunch",
    datetime(2025, 5, 1, 11, tzinfo=UTC),
    datetime(2025, 5, 1, 12, tzinfo=UTC),
    attendees=(BO,),
)


def _events(writer: Writer) -> list[tuple[object, ...]]:
    rows = writer.all(
        "SELECT key, title, on_day, started_at, ended_at FROM interaction"
        " WHERE kind IN ('meeting', 'call') ORDER BY key"
    )
    return [tuple(row) for row in rows]


def test_a_meeting_is_met_again_brought_up_to_date_and_goes_when_called_off(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        first = take_in(writer, [CALENDAR, LUNCH])
        assert (first.new, first.events) == (1, 1)
        assert list(people(writer).values()) == ["Bo Ek"]
        assert take_in(writer, [CALENDAR, LUNCH]).unchanged == 1
        ref = writer.value("SELECT ref FROM interaction")
        assert take_in(writer, [CALENDAR, replace(LUNCH, title="Long lunch")]).updated == 1
        assert [event[1] for event in _events(writer)] == ["Long lunch"]
        assert writer.value("SELECT ref FROM interaction") == ref
        off = replace(LUNCH, cancelled=True)
        assert take_in(writer, [CALENDAR, off]).updated == 1
        assert _events(writer) == []
        again = take_in(writer, [CALENDAR, off])
        assert dict(again.skipped) == {"a meeting or call that was called off": 1}


def test_a_meeting_of_many_binds_nobody(tmp_path: Path) -> None:
    many = tuple(Account("email", f"p{n}@example.org", f"Person {n}") for n in range(200))
    with made_memory(tmp_path) as writer:
        assert take_in(writer, [CALENDAR, replace(LUNCH, attendees=many)]).new == 1
        assert writer.value("SELECT count(*) FROM interaction_participant") == 0
        assert people(writer) == {}


def test_whole_days_are_the_owners_and_no_date_is_told(tmp_path: Path) -> None:
    days = Event("d", "meeting", "Trip", starts_on="2025-07-01", ends_on="2025-07-02")
    broken = Event("x", "meeting", "Never", starts_on="9999-12-31")
    with made_memory(tmp_path) as writer:
        summary = take_in(writer, [CALENDAR, days, broken])
        assert dict(summary.skipped) == {"a meeting or call without a date": 1}
        [(_, _, on_day, start, end)] = _events(writer)
    assert on_day == "2025-07-01"
    assert datetime.fromtimestamp(int(str(start)), UTC).hour == 23  # Lisbon, in summer
    assert int(str(end)) - int(str(start)) == 2 * 86_400 - 1


async def test_what_lies_ahead_is_kept_and_is_no_contact_yet(tmp_path: Path) -> None:
    ahead = replace(LUNCH, key="e2", starts_at=datetime(2026, 5, 1, tzinfo=UTC), ends_at=None)
    with made_memory(tmp_path) as writer:
        take_in(writer, [CALENDAR, LUNCH, ahead])
        assert len(_events(writer)) == 2
        contact_id = writer.value("SELECT id FROM contact WHERE NOT is_owner")
    reader = await open_reader(tmp_path / "memory.db")
    try:
        [exchange] = await exchanges_with(reader, contact_id, NOW)
    finally:
        await reader.close()
    assert (exchange.kind, exchange.channel, exchange.both_ways) == ("meeting", "Calendar", True)


def test_a_call_stays_when_the_day_of_its_chat_is_worked_out_anew(tmp_path: Path) -> None:
    alex = Account("telegram", "user2", "Alex")
    at = datetime(2025, 3, 1, 12, tzinfo=UTC)
    call = Event("c1", "call", "", at, attendees=(NORA, alex), conversation_key="a")
    chat: list[Record] = [CHATS, chat_of("a", alex), said("1", "ring me"), call]
    with made_memory(tmp_path) as writer:
        take_in(writer, chat)
        take_in(writer, [*chat, said("2", "that was good", by=alex)])
        kinds = writer.all("SELECT kind FROM interaction ORDER BY kind")
        assert [row[0] for row in kinds] == ["call", "chat"]
