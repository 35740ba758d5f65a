"""`due_followups`: who needs the owner now, each with the reason and one next step."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from store.engine.connections import Reader
from store.facts.cadences import effective_cadences
from store.facts.due_contacts import ACTIVE, DueContact, due_contacts
from store.facts.follow_ups import open_follow_ups
from store.facts.life_events import LifeEvent, standing_life_events
from store.talk.rhythm import (
    EXCHANGES_THAT_TELL,
    days_of_both,
    latest_both_ways,
    newest_contact_at,
    real_days,
)
from tools.cursors import make_cursor, read_cursor
from tools.due.due_lines import KINDS, DueLine, Horizon, Kind, Urgency
from tools.due.events import death_of, event_line, nearness
from tools.due.origins import with_origins
from tools.due.promises import promise_line
from tools.due.reading import Stored, read_exchanges, read_latest
from tools.due.rhythms import (
    LONGEST_DRIFT_DAYS,
    SHORTEST_DRIFT_DAYS,
    RhythmDue,
    drift_line,
    is_due_anyway,
    last_words,
    rhythm_due,
)
from tools.memory import Memory
from tools.people import find_person
from tools.views import DueLineView, DueList, DuePerson

DEFAULT_WITHIN: Final = 7
MOST_DAYS: Final = 366
MOST_PEOPLE: Final = 50
# Hints are few, so that nobody's list becomes the whole address book.
MOST_HINTS: Final = 3
# Enough of the latest days to see a silence at the same time of the last two years.
_DAYS_READ: Final = 100
# How many people's are read at first, where the most pressing are looked for; then twice as many.
_READ_AT_FIRST: Final = 32
_DAY: Final = 86_400
_DAYS_TO_SPARE: Final = 3

# What is only ranked needs no words yet.
_Reason = DueLine | RhythmDue


async def due_followups(
    memory: Memory,
    within_days: int = DEFAULT_WITHIN,
    person: str | None = None,
    kinds: Collection[Kind] | None = None,
    limit: int = 10,
    cursor: str | None = None,
) -> DueList:
    """Who needs the owner now, one entry a person, the most pressing first.

    within_days: how many days ahead to look, a year at most; days are the owner's. kinds: of
    `KINDS`; all of them when None, with a few hints of drift only. Who was put aside is never due.
    Raises: WhichPerson or ContactNotFound when the name does not say who; UnusableCursor.
    """
    wanted = frozenset(kinds or KINDS)
    only = (await find_person(memory, person)).id if person else None
    question = ("due", within_days, person, sorted(wanted))
    offset = read_cursor(cursor, *question)
    horizon = Horizon(memory.today(), min(within_days, MOST_DAYS))

    async def listed(at_once: Reader) -> DueList:
        asked = replace(memory, reader=at_once)
        page, left_out, more = await _page(
            asked, wanted, horizon, only, kinds is None, slice(offset, offset + limit)
        )
        return DueList(
            due=await with_origins(asked, page),
            left_out="; ".join(left_out),
            next_cursor=make_cursor(offset + len(page), *question) if more else None,
        )

    return await memory.reader.in_one_go(listed)


async def _page(
    memory: Memory,
    wanted: frozenset[Kind],
    horizon: Horizon,
    only: int | None,
    with_few_hints: bool,
    shown: slice,
) -> tuple[list[DuePerson], list[str], bool]:
    """The people of one page, what is left out, and whether another page follows."""
    reader, promises = memory.reader, []
    if "follow_up" in wanted:
        promises = await open_follow_ups(reader, only, horizon.last)
    waited_for = sorted({each.contact_id for each in promises if each.after_event})
    stored = Stored(
        contacts=await due_contacts(reader, only),
        promises=promises,
        events=await standing_life_events(reader, only, nearness(horizon, waited_for)),
        cadences=await effective_cadences(reader, only)
        if "rhythm" in wanted or "drift" in wanted
        else {},
    )
    lines, left_out = await _lines(memory, stored, wanted, horizon)
    if only is None:
        _without_unaccompanied(lines, left_out)
        if with_few_hints:
            _few_hints(lines, left_out)
    # One more than is shown, so that another page is offered only where it holds somebody.
    ranked = await _ranked(memory, stored, lines, horizon, shown.stop + 1)
    page, behind = ranked[shown], ranked[shown.stop :]
    await read_exchanges(memory, stored, stored.short_of(page))
    if behind:
        doubtful = (_is_doubtful(stored, each, horizon) for each in behind if each in stored.unread)
        most = "up to " if any(doubtful) else ""
        left_out.insert(0, f"{most}{_people(len(behind))} further down the list")
    return [_entry(stored, each, lines[each], horizon) for each in page], left_out, bool(behind)


async def _lines(
    memory: Memory, stored: Stored, wanted: frozenset[Kind], horizon: Horizon
) -> tuple[dict[int, list[_Reason]], list[str]]:
    """Why everybody is due who is, and what is left out on purpose."""
    lines: dict[int, list[_Reason]] = defaultdict(list)
    left_out: list[str] = []
    active = {id_: each for id_, each in stored.contacts.items() if each.status == ACTIVE}
    dead = {id_ for id_, events in stored.events.items() if id_ in active and death_of(events)}
    aside = Counter(
        contact.status
        for promise in stored.promises
        if (contact := stored.contacts.get(promise.contact_id)) and contact.status != ACTIVE
    )
    left_out += [
        f"{count} follow-up{'s' if count > 1 else ''} of people you put aside ({status})"
        for status, count in sorted(aside.items())
    ]
    asleep = 0
    for promise in stored.promises:
        contact = active.get(promise.contact_id)
        if contact is None or (contact.id in dead and promise.owed_by == "contact"):
            continue
        asleep += promise.snoozed and not promise.snoozed_until_on
        events = stored.events.get(contact.id, [])
        line = promise_line(promise, contact, events, memory.day(promise.recorded_at), horizon)
        if line is not None:
            lines[contact.id].append(line)
    if asleep:
        left_out.append(f"{asleep} follow-up{'s' if asleep > 1 else ''} put off without a day")
    living = {id_: each for id_, each in active.items() if id_ not in dead}
    if wanted & {"rhythm", "drift"}:
        await _rhythms(memory, stored, living, wanted, lines, horizon)
    if "life_event" in wanted:
        await _events(memory, stored, active, dead, lines, horizon)
    return dict(lines), left_out


async def _rhythms(
    memory: Memory,
    stored: Stored,
    living: dict[int, DueContact],
    wanted: frozenset[Kind],
    lines: dict[int, list[_Reason]],
    horizon: Horizon,
) -> None:
    if "rhythm" in wanted:
        asked = [each for each in living if each in stored.cadences]
        await read_latest(memory, stored, asked)
        found = {each: _rhythm(stored, each, horizon) for each in asked}
        due = [each for each, reason in found.items() if reason is not None]
        newest = await newest_contact_at(memory.reader, due, memory.now())
        for each, second in newest.items():
            latest = stored.latest[each]
            if latest is None or second > latest[0]:
                stored.unread[each] = memory.day(second)
        # What is shown beside something else alone has to know now whether there is any.
        accompanied = [
            each
            for each in stored.unread
            if lines.get(each) and _is_doubtful(stored, each, horizon)
        ]
        await _read_rhythms(memory, stored, accompanied)
        found.update({each: _rhythm(stored, each, horizon) for each in accompanied})
        for each, reason in found.items():
            if reason is not None:
                reason.may_wait = each in stored.unread
                lines[each].append(reason)
    if "drift" in wanted:
        await _drift(memory, stored, living, lines, horizon)


def _rhythm(stored: Stored, id_: int, horizon: Horizon) -> RhythmDue | None:
    """The rhythm that is over or soon will be, by what has been read of it."""
    return rhythm_due(
        stored.cadences[id_],
        stored.contacts[id_],
        stored.last_day(id_),
        stored.exchanges.get(id_, []),
        horizon,
    )


def _is_doubtful(stored: Stored, id_: int, horizon: Horizon) -> bool:
    """Whether somebody unread is not due at all where the newest exchange was an answer."""
    cadence, contact = stored.cadences[id_], stored.contacts[id_]
    return not is_due_anyway(cadence, contact, stored.unread[id_], horizon)


async def _ranked(
    memory: Memory,
    stored: Stored,
    lines: dict[int, list[_Reason]],
    horizon: Horizon,
    most: int,
) -> list[int]:
    """Everybody, the most pressing first, of whom the first so many are where they belong.

    Who is unread stands no lower than they would if they were read; so once everybody among the
    first has been read, nobody is missing there.
    """
    read = _READ_AT_FIRST
    ranks = {each: _rank(found) for each, found in lines.items()}
    while True:
        ranked = sorted(lines, key=lambda each: (ranks[each], stored.contacts[each].name, each))
        if stored.unread.keys().isdisjoint(ranked[:most]):
            return ranked
        ids = [each for each in ranked if each in stored.unread][:read]
        await _read_rhythms(memory, stored, ids)
        for each in ids:
            known = [line for line in lines.pop(each) if line.kind != "rhythm"]
            reason = _rhythm(stored, each, horizon)
            if found := [*known, reason] if reason is not None else known:
                lines[each], ranks[each] = found, _rank(found)
        read *= 2


async def _drift(
    memory: Memory,
    stored: Stored,
    living: dict[int, DueContact],
    lines: dict[int, list[_Reason]],
    horizon: Horizon,
) -> None:
    asked = [
        each
        for each, contact in living.items()
        if each not in stored.cadences and contact.is_person
    ]
    since = memory.now() - (LONGEST_DRIFT_DAYS + _DAYS_TO_SPARE) * _DAY
    latest = await latest_both_ways(memory.reader, asked, memory.now(), since)
    stored.latest.update(latest)
    quiet = [
        each
        for each, (_, day) in latest.items()
        if SHORTEST_DRIFT_DAYS <= -horizon.away(day) <= LONGEST_DRIFT_DAYS
    ]
    days = await days_of_both(memory.reader, quiet, memory.now(), EXCHANGES_THAT_TELL + 1)
    seem = [each for each in quiet if drift_line(living[each], days[each], horizon)]
    days = await days_of_both(memory.reader, seem, memory.now(), _DAYS_READ)
    await read_exchanges(memory, stored, stored.short_of(seem))
    for each in seem:
        # An answer on another day is contact too.
        both = {*real_days(stored.exchanges[each]), *days[each]}
        line = drift_line(living[each], sorted(both, reverse=True), horizon)
        if line is not None:
            lines[each].append(line)


async def _events(
    memory: Memory,
    stored: Stored,
    active: dict[int, DueContact],
    dead: Collection[int],
    lines: dict[int, list[_Reason]],
    horizon: Horizon,
) -> None:
    late: list[tuple[int, LifeEvent]] = []
    for id_ in active.keys() & stored.events.keys():
        for event in stored.events[id_]:
            line = event_line(event, active[id_], None, id_ in dead, horizon)
            if line is not None and line.on is not None and line.on < horizon.today:
                late.append((id_, event))
            elif line is not None:
                lines[id_].append(line)
    await read_exchanges(memory, stored, stored.short_of({id_ for id_, _ in late}))
    for id_, event in late:
        line = event_line(event, active[id_], stored.last_day(id_), id_ in dead, horizon)
        if line is not None:
            lines[id_].append(line)


async def _read_rhythms(memory: Memory, stored: Stored, contact_ids: Sequence[int]) -> None:
    """Read the exchanges of people past their rhythm, which settles what was open of them."""
    for each in contact_ids:
        del stored.unread[each]
    await read_exchanges(memory, stored, stored.short_of(contact_ids))


def _without_unaccompanied(lines: dict[int, list[_Reason]], left_out: list[str]) -> None:
    """Take out what is shown only beside something else of the same person."""
    alone = [each for each, found in lines.items() if all(line.with_company for line in found)]
    count = sum(len(lines.pop(each)) for each in alone)
    if count:
        left_out.append(
            f"{count} open follow-up{'s' if count > 1 else ''} without a day: each comes up with"
            " its person, and one week in four"
        )


def _few_hints(lines: dict[int, list[_Reason]], left_out: list[str]) -> None:
    hints = sorted(
        (each for each, found in lines.items() if all(line.kind == "drift" for line in found)),
        key=lambda each: (*_rank(lines[each]), each),
    )
    for each in hints[MOST_HINTS:]:
        del lines[each]
    if len(hints) > MOST_HINTS:
        count = len(hints) - MOST_HINTS
        left_out.append(f"{_people(count)} you speak with less than you used to (kinds: drift)")


def _rank(lines: Iterable[_Reason]) -> tuple[Urgency, float]:
    return min((line.urgency, line.order) for line in lines)


def _entry(stored: Stored, id_: int, reasons: list[_Reason], horizon: Horizon) -> DuePerson:
    contact = stored.contacts[id_]
    lines = [each.line() if isinstance(each, RhythmDue) else each for each in reasons]
    ranked = sorted(lines, key=lambda line: (line.urgency, line.order, line.ref))
    exchanges = stored.exchanges[id_]
    spoken = [each for each in exchanges if each.kind in {"chat", "mail", "call"}]
    spoke = next((each for each in spoken if each.both_ways), next(iter(spoken), None))
    channel = contact.preferred_channel or (spoke.channel if spoke else "")
    first = ranked[0]
    where = f" ({channel})" if first.reach and channel and not first.act.endswith(".") else ""
    return DuePerson(
        id=contact.ref,
        name=contact.name,
        lines=[
            DueLineView(
                kind=line.kind,
                why=line.text,
                ref=line.ref,
                on=line.on.isoformat() if line.on else "",
            )
            for line in ranked
        ],
        last_contact=last_words(stored.last_day(id_), horizon).removeprefix("last real contact "),
        channel=channel,
        next=f"{first.act.rstrip('.')}{where}.",
    )


def _people(count: int) -> str:
    return f"{count:,} more {'people' if count != 1 else 'person'}"
