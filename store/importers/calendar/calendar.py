"""iCalendar files, as Google Calendar, Apple, Outlook and Thunderbird write them (RFC 5545).

Who took part in a meeting is known only from the answers: somebody who declined, or never
answered, was not there as far as the calendar knows.
"""

import re
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final
from zoneinfo import ZoneInfo

from store.importers import ReadingContext, UnreadableExport
from store.importers.calendar.blocks import Block, split_blocks
from store.importers.calendar.event import Entry, UnusableEntry, Zones, moment_key, read_entry
from store.importers.calendar.series import NeverComes, UnusableRule, occurrences
from store.importers.records import (
    Account,
    Event,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
    SourceInfo,
)

MOST_ENTRIES: Final = 100_000
MOST_TIME_ZONES: Final = 200
# How many series may be searched for an occurrence that never comes: each costs some hundredths of
# a
# second, and nobody has many.
_MOST_IN_VAIN: Final = 50
# A series without an end is followed this far past the newest thing in the file, because the
# importer knows no clock.
_AHEAD: Final = timedelta(days=366)
_LAST_DAY: Final = date(2200, 12, 31)

_START: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*BEGIN[ \t]*:[ \t]*(?:VCALENDAR|VEVENT|VTIMEZONE|VTODO|VJOURNAL)\b",
    re.IGNORECASE,
)
_PROPERTY: Final = re.compile(rb"(X-WR-TIMEZONE|X-WR-CALNAME)[^:]*:(.*)", re.IGNORECASE)
_METHOD: Final = re.compile(rb"METHOD[ \t]*(?:;[^:]*)?:[ \t]*([A-Za-z-]+)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_OF_A_PROGRAM: Final = re.compile(r"@(?:group|import|resource)\.", re.IGNORECASE)
_LEFT_OUT: Final = {"VTODO": "a task of a calendar", "VJOURNAL": "a journal entry of a calendar"}
_BIRTHDAY_REASON: Final = "a birthday entry; birthdays come with an address book"
_BIRTHDAY: Final = re.compile(
    r"\b(?:birthdays?|b-?day|geburtstag|cumpleaños|anniversaire de|aniversário|födelsedag|"
    r"verjaardag|compleanno|syntymäpäivä|fødselsdag|urodziny)\b",
    re.IGNORECASE,
)


class CalendarImporter:
    """Calendars in one file each."""

    format = "ics"
    title = "calendar (iCalendar)"

    def recognises(self, path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        is_named_so = path.suffix.lower() in {".ics", ".ical"}
        return _START.match(head) is not None or (is_named_so and b"BEGIN:V" in head.upper())

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        found = _Found()
        for block in split_blocks(stream):
            found.add(block)
        if not (found.entries or found.zones or found.properties or found.left_out):
            raise UnreadableExport(f"{context.name} holds no calendar entries.")
        yield SourceInfo("calendar", "", "Calendar")
        name = found.properties.get("X-WR-CALNAME", "")
        is_export = not found.is_sent
        if is_export and _ADDRESS.fullmatch(name) and not _OF_A_PROGRAM.search(name):
            # Google names the calendar that everybody has after its owner's address.
            yield OwnerAccount(Account("email", name))
        yield from found.left_out
        mine = {each.casefold() for each in (*context.me, *[name][:is_export]) if "@" in each}
        zones = _zones(found.zones, found.properties.get("X-WR-TIMEZONE", ""), context)
        newest = date.min
        series: dict[str, list[Entry]] = defaultdict(list)
        for block in found.entries:
            try:
                entry = read_entry(_parsed(block), zones, block.line)
            except UnusableEntry as error:
                yield Problem(str(error), f"line {block.line}")
                continue
            except Exception:  # noqa: BLE001 - the library raises what its parts raise
                yield Problem("the entry is not written as the standard says", f"line {block.line}")
                continue
            if found.is_sent:
                entry = replace(entry, accepted=())
            # Programs write the moment of the export into every entry.
            newest = max(newest, entry.stamped or _day(entry.start))
            if entry.rule or entry.more or entry.recurrence:
                series[entry.uid].append(entry)
            else:
                yield from _event(entry, entry.uid, entry.start, mine)
        reader = _SeriesReader(mine, min(newest, _LAST_DAY) + _AHEAD)
        for each in series.values():
            yield from reader.read(each)


class _Found:
    """What a file holds, cut into blocks and not yet read."""

    def __init__(self) -> None:
        self.entries: list[Block] = []
        self.zones: list[Block] = []
        self.properties: dict[str, str] = {}
        # An invitation is no export: its sender put the answers into everybody's mouth.
        self.is_sent = False
        self.left_out: list[Record] = []

    def add(self, block: Block) -> None:
        place = f"line {block.line}"
        if block.kind == "PROPERTY":
            if method := _METHOD.match(block.data):
                self.is_sent = self.is_sent or method[1].upper() != b"PUBLISH"
            elif told := _PROPERTY.match(block.data):
                value = told[2].decode("utf-8", "replace").strip()
                self.properties.setdefault(told[1].decode().upper(), value[:200])
        elif block.kind == "VTIMEZONE":
            if len(self.zones) < MOST_TIME_ZONES:
                self.zones.append(block)
        elif block.kind in _LEFT_OUT:
            self.left_out.append(Skipped(_LEFT_OUT[block.kind], place))
        elif block.is_cut:
            self.left_out.append(Problem("the entry is not whole, or far too large", place))
        elif len(self.entries) < MOST_ENTRIES:
            self.entries.append(block)
        else:
            self.left_out.append(Skipped("an entry past the first 100,000", place))


def _parsed(block: Block) -> Any:
    from icalendar import Event as CalendarEvent

    # The library warns about zones that it guessed, and guessed right.
    with warnings.catch_warnings(action="ignore"):
        return CalendarEvent.from_ical(block.data)


def _zones(blocks: list[Block], stated: str, context: ReadingContext) -> Zones:
    """Teach the library the file's own time zones, and return what a time without one means."""
    from icalendar import Calendar

    for block in blocks:
        whole = b"BEGIN:VCALENDAR\r\n" + block.data + b"END:VCALENDAR\r\n"
        try:
            Calendar.from_ical(whole)
        except Exception:  # noqa: BLE001, S112 - then the zone's name has to do
            continue
    for name in (stated, context.zone):
        try:
            return Zones(ZoneInfo(name), name)
        except (KeyError, ValueError, OSError):
            continue
    return Zones(UTC, "UTC")


class _SeriesReader:
    """Reads the series of one file.

    mine: the owner's addresses. horizon: the last day for a series that has no end.
    """

    def __init__(self, mine: set[str], horizon: date) -> None:
        self._mine = mine
        self._horizon = horizon
        self._in_vain = 0

    def read(self, entries: list[Entry]) -> Iterator[Record]:
        """One series, with the occurrences that were moved or changed."""
        # If the file holds two versions, the last one counts.
        versions = {entry.recurrence: entry for entry in entries}
        whole = versions.pop("", None)
        if whole is not None:
            yield from self._whole(whole, versions.keys())
        for key, entry in sorted(versions.items()):
            yield from _event(entry, f"{entry.uid}@{key}", entry.start, self._mine)

    def _whole(self, entry: Entry, changed: Collection[str]) -> Iterator[Record]:
        if _tells_birthday(entry):
            yield Skipped(_BIRTHDAY_REASON, _place(entry))
            return
        moments = {entry.start, *entry.more}
        try:
            if entry.rule:
                self._follow(entry, moments)
        except UnusableRule as error:
            yield Problem(f"only the first time was kept: {error}", _place(entry))
        for moment in sorted(moments, key=moment_key):
            key = moment_key(moment)
            if key in entry.except_:
                yield Event(f"{entry.uid}@{key}", "meeting", entry.title, cancelled=True)
            elif key not in changed:
                yield from _event(entry, f"{entry.uid}@{key}", moment, self._mine)

    def _follow(self, entry: Entry, moments: set[datetime | date]) -> None:
        if self._in_vain >= _MOST_IN_VAIN:
            raise UnusableRule("too many rules in this file name days that never come")
        try:
            moments.update(occurrences(entry.rule, entry.start, self._horizon))
        except NeverComes:
            self._in_vain += 1
            raise


def _event(entry: Entry, key: str, moment: datetime | date, mine: set[str]) -> Iterator[Record]:
    if entry.declined & mine:
        yield Skipped("an invitation that you declined", _place(entry))
        return
    if entry.unanswered & mine and entry.organizer is None:
        yield Skipped("an unanswered invitation that does not say whose it is", _place(entry))
        return
    if _tells_birthday(entry):
        yield Skipped(_BIRTHDAY_REASON, _place(entry))
        return
    # Without an answer the owner was not there, and met nobody.
    met = () if entry.unanswered & mine else entry.attendees
    end = None if entry.end is None else moment + (entry.end - entry.start)
    is_timed = isinstance(moment, datetime)
    yield Event(
        key=key,
        kind="meeting",
        title=entry.title,
        starts_at=moment.astimezone(UTC) if isinstance(moment, datetime) else None,
        ends_at=end.astimezone(UTC) if isinstance(end, datetime) else None,
        starts_on="" if is_timed else moment.isoformat(),
        ends_on="" if is_timed or end is None else end.isoformat(),
        zone=entry.zone,
        organizer=entry.organizer,
        attendees=met,
        accepted=entry.accepted,
        description=entry.description,
        location=entry.location,
        cancelled=entry.is_cancelled,
        place=_place(entry),
    )


def _tells_birthday(entry: Entry) -> bool:
    is_whole_day = not isinstance(entry.start, datetime)
    is_yearly = "FREQ=YEARLY" in entry.rule.upper()
    return is_whole_day and (
        entry.is_birthday or (is_yearly and bool(_BIRTHDAY.search(entry.title)))
    )


def _place(entry: Entry) -> str:
    return f"line {entry.line}"


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


IMPORTER = CalendarImporter()
