"""`due_followups`: who needs the owner now, each with the reason and one next step."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from store.engine.connections import Reader
from store.talk.rhythm import Exchange
from store.text.quoting import own_field, sourced
from tools.cursors import make_cursor, read_cursor
from tools.due.drift import drift_found
from tools.due.due_lines import KINDS, DueLine, Horizon, Kind
from tools.due.events import events_found
from tools.due.origins import with_origins
from tools.due.promises import follow_ups, promises_found
from tools.due.ranking import Candidate, Reason, candidates, ranked
from tools.due.reading import History, Stored, read_exchanges, read_stored
from tools.due.rhythms import RhythmDue, last_words, rhythms_found
from tools.memory import Memory
from tools.people import find_person
from tools.views import DueLineView, DueList, DuePerson

DEFAULT_WITHIN: Final = 7
MOST_DAYS: Final = 366
MOST_PEOPLE: Final = 50
# Hints are few, so that nobody's list becomes the whole address book.
MOST_HINTS: Final = 3
_SPOKEN: Final = frozenset({"chat", "mail", "call"})


@dataclass(frozen=True, slots=True)
class _Asked:
    """kinds: the reasons to look for. only: the one contact asked about, or None for everybody.

    all_kinds: none was named, and hints of drift are to be few.
    """

    kinds: frozenset[Kind]
    all_kinds: bool
    horizon: Horizon
    only: int | None


@dataclass(frozen=True, slots=True)
class _Due:
    """people: who is due, in no order. left_out: what is left out on purpose, in words."""

    people: Sequence[Candidate]
    left_out: Sequence[str]
    history: History


@dataclass(frozen=True, slots=True)
class _Page:
    people: Sequence[DuePerson]
    left_out: Sequence[str]
    has_more: bool


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
    asked = _Asked(wanted, kinds is None, horizon, only)

    async def listed(at_once: Reader) -> DueList:
        reading = replace(memory, reader=at_once)
        page = await _page(reading, asked, slice(offset, offset + limit))
        return DueList(
            due=await with_origins(reading, page.people),
            left_out="; ".join(page.left_out),
            next_cursor=make_cursor(offset + len(page.people), *question)
            if page.has_more
            else None,
        )

    return await memory.reader.in_one_go(listed)


async def _page(memory: Memory, asked: _Asked, shown: slice) -> _Page:
    """Who is due and why, in their order, each with one next step, and what is left out."""
    stored = await read_stored(memory, asked.kinds, asked.horizon, asked.only)
    due = await _due(memory, stored, asked)
    if asked.only is None:
        due = _without_unaccompanied(due)
        if asked.all_kinds:
            due = _with_few_hints(due)
    # One more than is shown, so that another page is offered only where it holds somebody.
    in_order = await ranked(memory, due.people, due.history, shown.stop + 1)
    page, behind = in_order.people[shown], in_order.people[shown.stop :]
    ids = [each.contact.id for each in page]
    history = await read_exchanges(memory, in_order.history, ids)
    return _Page(
        people=[_entry(each, history, asked.horizon) for each in page],
        left_out=[*_further_down(behind), *due.left_out],
        has_more=bool(behind),
    )


async def _due(memory: Memory, stored: Stored, asked: _Asked) -> _Due:
    """Everybody who is due: promises first, then rhythms, silences, and days in their lives."""
    horizon, history = asked.horizon, History()
    promises = promises_found(memory, stored, horizon)
    reasons: list[tuple[int, Reason]] = [*promises.lines]
    if "rhythm" in asked.kinds:
        accompanied = {id_ for id_, _ in promises.lines}
        rhythms = await rhythms_found(memory, stored, horizon, accompanied)
        reasons, history = [*reasons, *rhythms.due.items()], rhythms.history
    if "drift" in asked.kinds:
        drift = await drift_found(memory, stored, history, horizon)
        reasons, history = [*reasons, *drift.lines.items()], drift.history
    if "life_event" in asked.kinds:
        events = await events_found(memory, stored, history, horizon)
        reasons, history = [*reasons, *events.lines], events.history
    return _Due(candidates(stored.contacts, reasons), promises.left_out, history)


def _without_unaccompanied(due: _Due) -> _Due:
    """Leave out what is shown only beside something else about the same person."""
    alone = [each for each in due.people if all(reason.with_company for reason in each.reasons)]
    count = sum(len(each.reasons) for each in alone)
    if not count:
        return due
    told = (
        f"{follow_ups(count, 'open ')} without a day: each comes up with its person, and one week"
        " in four"
    )
    return _without(due, alone, told)


def _with_few_hints(due: _Due) -> _Due:
    """Leave out all but the most telling of those who are due for a hint of drift alone."""
    hinted = [each for each in due.people if all(reason.kind == "drift" for reason in each.reasons)]
    hinted.sort(key=lambda each: (each.rank, each.contact.id))
    rest = hinted[MOST_HINTS:]
    if not rest:
        return due
    told = f"{_more_people(len(rest))} you speak with less than you used to (kinds: drift)"
    return _without(due, rest, told)


def _without(due: _Due, people: Sequence[Candidate], told: str) -> _Due:
    gone = {each.contact.id for each in people}
    kept = [each for each in due.people if each.contact.id not in gone]
    return replace(due, people=kept, left_out=[*due.left_out, told])


def _further_down(behind: Sequence[Candidate]) -> list[str]:
    """How many stand below the page; at most so many where not all are surely due."""
    if not behind:
        return []
    doubtful = any(each.unsettled and each.unsettled.is_doubtful for each in behind)
    return [f"{'up to ' if doubtful else ''}{_more_people(len(behind))} further down the list"]


def _more_people(count: int) -> str:
    return f"{count:,} more {'people' if count != 1 else 'person'}"


def _entry(candidate: Candidate, history: History, horizon: Horizon) -> DuePerson:
    """Somebody with every reason, the most pressing first, and the next step of that one."""
    contact = candidate.contact
    lines = [each.line() if isinstance(each, RhythmDue) else each for each in candidate.reasons]
    lines.sort(key=lambda line: (line.urgency, line.order, line.ref))
    channel = contact.preferred_channel or _last_channel(history.exchanges[contact.id])
    channel = sourced(channel) if channel else ""
    return DuePerson(
        id=contact.ref,
        name=own_field(contact.name),
        lines=[
            DueLineView(
                kind=line.kind,
                why=line.text,
                ref=line.ref,
                on=line.on.isoformat() if line.on else "",
            )
            for line in lines
        ],
        last_contact=last_words(history.last_day(contact.id), horizon).removeprefix(
            "last real contact "
        ),
        channel=channel,
        next=_next_step(lines[0], channel),
    )


def _last_channel(exchanges: Sequence[Exchange]) -> str:
    """Where they last wrote or called, in both directions if they did; '' if they never have."""
    spoken = [each for each in exchanges if each.kind in _SPOKEN]
    both_ways = [each for each in spoken if each.both_ways]
    return next((each.channel for each in [*both_ways, *spoken]), "")


def _next_step(line: DueLine, channel: str) -> str:
    where = f" ({channel})" if line.reach and channel and not line.act.endswith(".") else ""
    return f"{line.act.rstrip('.')}{where}."
