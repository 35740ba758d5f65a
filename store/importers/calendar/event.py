"""One entry of a calendar: what it says, without the rest of the file."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final, NamedTuple
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from store.importers.reading.html import words_of
from store.importers.reading.storable import storable
from store.importers.records import Account

ATTENDEES: Final = 1_000
TEXT_CHARACTERS: Final = 20_000
TITLE_CHARACTERS: Final = 500
DATES: Final = 2_000
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2200
_LONGEST: Final = timedelta(days=370)

# Rooms, calendars and programs that calendars list among the people.
_NO_PERSON: Final = re.compile(
    r"@(?:resource|group|group\.v|import)\.calendar\.google\.com\Z"
    r"|\Aunknownorganizer@calendar\.google\.com\Z|\Ainvalid:|@(?:[\w.-]*\.)?calendar\.invalid\Z",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"[^@\s]{1,200}@[^@\s]{1,200}")
_TOOK_PART: Final = frozenset({"", "ACCEPTED", "COMPLETED", "IN-PROCESS"})
_HTML: Final = re.compile(
    r"</?(?:br|p|div|span|a|b|i|u|ul|ol|li|html|body|table)\b[^<>]*>", re.IGNORECASE
)


class UnusableEntry(ValueError):
    """An entry without what it needs; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One VEVENT.

    start, end: both aware, or both whole days with `end` the last of them.
    recurrence: which occurrence of its series this one replaces, as `moment_key` writes it.
    attendees: who took part, with the address of each; declined: who said no. accepted: those of
    the attendees who said yes themselves; unanswered: the addresses of those who said neither.
    """

    uid: str
    title: str
    start: datetime | date
    end: datetime | date | None
    zone: str
    rule: str = ""
    more: tuple[datetime | date, ...] = ()
    except_: frozenset[str] = frozenset()
    recurrence: str = ""
    organizer: Account | None = None
    attendees: tuple[Account, ...] = ()
    declined: frozenset[str] = frozenset()
    accepted: tuple[Account, ...] = ()
    unanswered: frozenset[str] = frozenset()
    description: str = ""
    location: str = ""
    is_cancelled: bool = False
    is_birthday: bool = False
    stamped: date | None = None
    line: int = 0


class _Answers(NamedTuple):
    """What those who were invited said; see `Entry`."""

    attendees: tuple[Account, ...]
    declined: frozenset[str]
    accepted: tuple[Account, ...]
    unanswered: frozenset[str]


@dataclass(frozen=True, slots=True)
class Zones:
    """What a time without a zone means: the calendar's own zone, or the owner's."""

    default: tzinfo
    name: str


def read_entry(component: Any, zones: Zones, line: int) -> Entry:
    """The entry that a parsed VEVENT holds. Raises UnusableEntry."""
    start = _moment(component, "DTSTART", zones)
    if start is None:
        raise UnusableEntry("the entry has no usable start")
    uid = _text(component, "UID", 300)
    title = _text(component, "SUMMARY", TITLE_CHARACTERS)
    organizer = _person(_first(component, "ORGANIZER"))
    answers = _attendees(component, organizer)
    replaced = _moment(component, "RECURRENCE-ID", zones)
    return Entry(
        uid=uid or f"{title}@{moment_key(start)}",
        title=title,
        start=start,
        end=_end(component, start, zones),
        zone=_zone_name(start, zones),
        rule=_rule(component),
        more=tuple(_dates(component, "RDATE", zones)),
        except_=frozenset(map(moment_key, _dates(component, "EXDATE", zones))),
        recurrence="" if replaced is None else moment_key(replaced),
        organizer=organizer,
        attendees=answers.attendees,
        declined=answers.declined,
        accepted=answers.accepted,
        unanswered=answers.unanswered,
        description=_description(component),
        location=_text(component, "LOCATION", TITLE_CHARACTERS),
        is_cancelled=_text(component, "STATUS", 20).upper() == "CANCELLED",
        is_birthday=_is_birthday(component),
        stamped=_day(_moment(component, "DTSTAMP", zones)),
        line=line,
    )


def moment_key(moment: datetime | date) -> str:
    """The name of an occurrence in a series: its planned time in UTC, or its day."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return moment.strftime("%Y%m%d")


def _first(component: Any, name: str) -> Any:
    found = component.get(name)
    return found[0] if isinstance(found, list) and found else found


def _text(component: Any, name: str, most: int) -> str:
    found = _first(component, name)
    return "" if found is None else " ".join(storable(str(found)[: 4 * most]).split())[:most]


def _description(component: Any) -> str:
    found = _first(component, "DESCRIPTION")
    text = storable(str(found)[:TEXT_CHARACTERS]) if found is not None else ""
    return (words_of(text)[1] if _HTML.search(text) else text).strip()


def _moment(component: Any, name: str, zones: Zones) -> datetime | date | None:
    try:
        found = getattr(_first(component, name), "dt", None)
    except ValueError:
        # A broken property reports it when it is read.
        return None
    return _in_zone(found, zones)


def _in_zone(found: object, zones: Zones) -> datetime | date | None:
    # The beginning of a period counts.
    if isinstance(found, tuple):
        found = found[0]
    if not isinstance(found, date) or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    if isinstance(found, datetime) and found.tzinfo is None:
        return found.replace(tzinfo=zones.default)
    return found


def _dates(component: Any, name: str, zones: Zones) -> list[datetime | date]:
    lists = component.get(name) or []
    found: list[datetime | date] = []
    for each in lists if isinstance(lists, list) else [lists]:
        try:
            values = each.dts
        except (AttributeError, ValueError):
            continue
        for value in values[:DATES]:
            moment = _in_zone(value.dt, zones)
            if moment is not None and len(found) < DATES:
                found.append(moment)
    return found


def _end(component: Any, start: datetime | date, zones: Zones) -> datetime | date | None:
    end = _moment(component, "DTEND", zones)
    if end is None:
        try:
            length = getattr(_first(component, "DURATION"), "dt", None)
        except ValueError:
            length = None
        if not isinstance(length, timedelta) or not timedelta() <= length <= _LONGEST:
            return None
        end = start + length
    if isinstance(start, datetime):
        is_after = isinstance(end, datetime) and start <= end <= start + _LONGEST
        return end if is_after else None
    last = _day(end)
    # DTEND names the first day that is free again.
    last = last - timedelta(days=1) if last and last > start else start
    return last if last <= start + _LONGEST else start


def _day(moment: datetime | date | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment


def _zone_name(start: datetime | date, zones: Zones) -> str:
    if not isinstance(start, datetime):
        return ""
    if isinstance(start.tzinfo, ZoneInfo):
        return start.tzinfo.key
    return zones.name if start.tzinfo is zones.default else ""


def _rule(component: Any) -> str:
    found = component.get("RRULE")
    rules = found if isinstance(found, list) else [found]
    try:
        return rules[0].to_ical().decode("ascii", "replace") if rules[0] is not None else ""
    except (AttributeError, ValueError, TypeError):
        return "BROKEN"


def _attendees(component: Any, organizer: Account | None) -> _Answers:
    found = component.get("ATTENDEE") or []
    people: dict[str, Account] = {}
    declined: set[str] = set()
    accepted: dict[str, Account] = {}
    unanswered: set[str] = set()
    if organizer is not None:
        people[organizer.value.casefold()] = organizer
    for each in (found if isinstance(found, list) else [found])[:ATTENDEES]:
        account = _person(each)
        if account is None:
            continue
        answer = str(each.params.get("PARTSTAT", "")).upper()
        key = account.value.casefold()
        if answer == "DECLINED":
            declined.add(key)
            people.pop(key, None)
            accepted.pop(key, None)
        elif answer in _TOOK_PART or key in people:
            people[key] = account
            if answer == "ACCEPTED":
                accepted[key] = account
        else:
            unanswered.add(key)
    return _Answers(
        tuple(people.values()),
        frozenset(declined),
        tuple(accepted.values()),
        frozenset(unanswered),
    )


def _person(address: Any) -> Account | None:
    """The person behind a calendar address; None when it is a room or not an address."""
    parameters = getattr(address, "params", None)
    if parameters is None:
        return None
    if str(parameters.get("CUTYPE", "")).upper() in {"RESOURCE", "ROOM", "GROUP"}:
        return None
    stated = storable(str(address)).strip()
    value = unquote(re.sub(r"(?i)\Amailto:", "", stated)).strip().strip("<>")
    if _NO_PERSON.search(stated) or _NO_PERSON.search(value) or not _ADDRESS.fullmatch(value):
        return None
    name = " ".join(storable(str(parameters.get("CN", ""))).split())[:TITLE_CHARACTERS].strip('"')
    return Account("email", value, "" if name.casefold() == value.casefold() else name)


def _is_birthday(component: Any) -> bool:
    categories = _text(component, "CATEGORIES", 200).casefold()
    return "X-GOOGLE-CALENDAR-CONTENT-TYPE" in component or "birthday" in categories
