"""Reading calendars."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.importers import HEAD_BYTES, ReadingContext, UnreadableExport
from store.importers.calendar.calendar import IMPORTER
from store.importers.calendar.series import MOST_OCCURRENCES, UnusableRule, occurrences
from store.importers.records import Event, Problem, Record, Skipped
from tests import golden
from tests.growth import check_growth
from tests.importer_checks import (
    NO_SAMPLES,
    SAMPLES,
    check_any_bytes,
    mutations,
    records_in,
)

CASES = golden.cases("ics")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
BEGUN = "BEGIN:VEVENT\nDTSTART:20260101\n"


def events_in(text: str) -> list[Event]:
    return [each for each in records_in("ics", text.encode()) if isinstance(each, Event)]


def entry(*lines: str) -> str:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:one", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_in_a_case(case: Path) -> None:
    expected = json.loads(golden.expected_path(case).read_text("utf-8"))
    assert golden.found_in(case) == expected


def test_a_weekly_meeting_stays_at_its_hour_when_the_clock_changes() -> None:
    start = datetime(2026, 10, 19, 10, tzinfo=STOCKHOLM)
    moments = list(occurrences("FREQ=WEEKLY;COUNT=3", start, date(2027, 1, 1)))
    assert [each.astimezone(UTC).hour for each in moments if isinstance(each, datetime)] == [
        8,
        9,
        9,
    ]


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        ("FREQ=YEARLY", 4),  # 29 February: the leap years alone
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", 16),
        ("FREQ=MONTHLY;UNTIL=20280401", 2),
        ("FREQ=DAILY;INTERVAL=0", 1),
    ],
)
def test_a_series_of_whole_days(rule: str, count: int) -> None:
    moments = list(occurrences(rule, date(2028, 2, 29), date(2043, 12, 31)))
    assert len(moments) == count
    assert moments[0] == date(2028, 2, 29)


@pytest.mark.parametrize(
    "rule", ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6"]
)
def test_of_a_series_that_never_comes_again_the_entry_itself_is_kept(rule: str) -> None:
    text = entry("DTSTART;VALUE=DATE:20280229", f"RRULE:{rule}", "SUMMARY:x")
    records = records_in("ics", text.encode())
    (problem,) = [each for each in records if isinstance(each, Problem)]
    assert "days that never come" in problem.reason
    assert [each.starts_on for each in records if isinstance(each, Event)] == ["2028-02-29"]


def test_after_many_series_that_never_come_the_rules_of_a_file_are_left_alone() -> None:
    vain = ("DTSTART;VALUE=DATE:20280229", "RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30")
    text = "".join(entry(*vain, "SUMMARY:x").replace("one", str(each)) for each in range(52))
    problems = [
        each.reason for each in records_in("ics", text.encode()) if isinstance(each, Problem)
    ]
    assert len(problems) == 52
    assert sum("too many rules in this file" in each for each in problems) == 2


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2",
        "FREQ=NEVER",
        "%%%",
    ],
)
def test_a_rule_that_nobody_can_follow_is_refused(rule: str) -> None:
    with pytest.raises(UnusableRule):
        list(occurrences(rule, date(2026, 1, 1), date(2027, 1, 1)))


def test_a_series_without_an_end_goes_a_year_past_the_export() -> None:
    found = events_in(
        entry(
            "DTSTART:20200101T100000Z", "DTSTAMP:20261120T000000Z", "RRULE:FREQ=DAILY", "SUMMARY:x"
        )
    )
    assert max(each.starts_at for each in found if each.starts_at).date() == date(2027, 11, 21)
    assert len(found) < MOST_OCCURRENCES
    assert len({each.key for each in found}) == len(found)


def test_a_newer_export_of_a_series_keeps_the_keys() -> None:
    lines = [
        "DTSTART;TZID=Europe/Stockholm:20261002T100000",
        "RRULE:FREQ=WEEKLY;COUNT=9",
        "SUMMARY:x",
    ]
    older = {each.key for each in events_in(entry(*lines, "DTSTAMP:20261003T000000Z"))}
    newer = {each.key for each in events_in(entry(*lines, "DTSTAMP:20261120T000000Z"))}
    assert older == newer
    assert len(older) == 9


def test_a_file_without_entries_says_so() -> None:
    with pytest.raises(UnreadableExport, match="holds no calendar entries"):
        records_in("ics", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    check_any_bytes("ics", data)
    check_any_bytes("ics", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261104T090000\n" + data)


CUTS = st.lists(
    st.tuples(
        st.integers(0, 4_000),
        st.integers(0, 12),
        st.sampled_from(
            [b"", b"\r\n", b"\n ", b":", b";", b"BEGIN:VEVENT\n", b"END:VEVENT\n", b"\xff", b"9"]
        ),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=200)
@given(st.sampled_from(CASES), CUTS)
def test_damage_is_survived(case: Path, changes: list[tuple[int, int, bytes]]) -> None:
    check_any_bytes("ics", mutations(case.read_bytes(), changes))


@pytest.mark.parametrize(
    ("before", "bomb", "after", "size"),
    [
        ("", "BEGIN:VEVENT\n", "", 100_000),
        (f"{BEGUN}SUMMARY:", "x", "", 20_000_000),
        (BEGUN, "ATTENDEE:mailto:a@b.example\n", "", 300_000),
        (f"{BEGUN}RRULE:FREQ=YEARLY;BYMONTHDAY=", "1,", "1\nEND:VEVENT\n", 50_000),
        (f"{BEGUN}DESCRIPTION:", "<div>", "\nEND:VEVENT\n", 12_000),
        (f"{BEGUN}RDATE:", "20260102,", "20260103\nEND:VEVENT\n", 7_000),
    ],
    ids=["begins", "line", "attendees", "days", "html", "dates"],
)
def test_a_calendar_made_to_hurt_ends_soon(before: str, bomb: str, after: str, size: int) -> None:
    def read(size: int) -> None:
        check_any_bytes("ics", f"BEGIN:VCALENDAR\n{before}{bomb * size}{after}".encode())

    check_growth(read, size)


@pytest.mark.skipif(not SAMPLES.exists(), reason=NO_SAMPLES)
def test_every_entry_of_the_samples_is_accounted_for() -> None:
    outcomes: Counter[str] = Counter()
    for path in sorted((SAMPLES / "ics").rglob("*.ics")):
        data = path.read_bytes()
        if not IMPORTER.recognises(path, data[:HEAD_BYTES]):
            continue
        try:
            with path.open("rb") as stream:
                records = list(IMPORTER.extract(stream, ReadingContext(name=path.name)))
        except UnreadableExport:
            assert b"BEGIN:VEVENT" not in data.upper(), path.name
            continue
        told: list[Record] = [
            each for each in records if isinstance(each, Event | Problem | Skipped)
        ]
        if b"BEGIN:VEVENT" in data.upper():
            assert told, path.name
        outcomes.update(type(each).__name__ for each in told)
    assert outcomes["Event"] > 500
