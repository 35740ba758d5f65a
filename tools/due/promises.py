"""Follow-ups that are due: who owes what, and since or until when."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from store.facts.due_contacts import ACTIVE, DueContact
from store.facts.follow_ups import FollowUp
from store.facts.life_events import LifeEvent
from store.text.names import name_key
from store.text.quoting import quote, worded
from tools.days.partial import Days, days_of, yearly_days
from tools.days.shown import ahead_or_ago, near
from tools.due.due_lines import DueLine, Horizon, Urgency
from tools.due.reading import Stored
from tools.memory import Memory
from tools.talk.shown import cut

STALE_DAYS: Final = 60
LONGEST_TEXT: Final = 240
# A promise without a day comes up by itself after two weeks, and then one week in four.
FIRST_REST_DAYS: Final = 14
EVERY_DAYS: Final = 28
SHOWN_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class PromisesFound:
    """lines: each with the row id of its contact. left_out: what is left out on purpose."""

    lines: Sequence[tuple[int, DueLine]]
    left_out: Sequence[str]


def promises_found(memory: Memory, stored: Stored, horizon: Horizon) -> PromisesFound:
    """Find the follow-ups that are due, and say how many of others are left out.

    Nobody who has died owes anything.
    """
    asked = [
        (promise, contact)
        for promise in stored.promises
        if (contact := stored.active.get(promise.contact_id)) is not None
        and not (stored.is_dead(contact.id) and promise.owed_by == "contact")
    ]
    lines = [
        (contact.id, line)
        for promise, contact in asked
        if (line := _line_of(memory, stored, promise, contact, horizon)) is not None
    ]
    asleep = sum(promise.snoozed and not promise.snoozed_until_on for promise, _ in asked)
    left_out = _of_people_put_aside(stored)
    if asleep:
        left_out.append(f"{follow_ups(asleep)} put off without a day")
    return PromisesFound(lines, left_out)


def _line_of(
    memory: Memory, stored: Stored, promise: FollowUp, contact: DueContact, horizon: Horizon
) -> DueLine | None:
    recorded = memory.day(promise.recorded_at)
    return promise_line(promise, contact, stored.events.get(contact.id, ()), recorded, horizon)


def _of_people_put_aside(stored: Stored) -> list[str]:
    statuses = Counter(
        contact.status
        for promise in stored.promises
        if (contact := stored.contacts.get(promise.contact_id)) and contact.status != ACTIVE
    )
    return [
        f"{follow_ups(count)} of people you put aside ({status})"
        for status, count in sorted(statuses.items())
    ]


def follow_ups(count: int, which: str = "") -> str:
    """`1 follow-up`, `3 open follow-ups`."""
    return f"{count} {which}follow-up{'s' if count > 1 else ''}"


def promise_line(
    follow_up: FollowUp,
    contact: DueContact,
    events: Iterable[LifeEvent],
    recorded: date,
    horizon: Horizon,
) -> DueLine | None:
    """The line for a follow-up, or None while it is not due. recorded: the owner's day."""
    until = _snoozed_until(follow_up, recorded)
    if follow_up.snoozed and until is None:
        return None
    if until is not None and horizon.away(until) > horizon.within:
        return None
    due, after = _due_after(follow_up, events, recorded, horizon)
    if due is None:
        return _without_a_day(follow_up, contact, after, recorded, until, horizon)
    if horizon.away(due.first) > horizon.within:
        return None
    by_owner = follow_up.owed_by == "owner"
    back = f", put off until {near(until, horizon.today)}" if until else ""
    start = max(due.first, until) if until else due.first
    overdue = -horizon.away(due.last)
    if horizon.away(start) == 0 and due.is_one_day:
        urgency = Urgency.TODAY
    elif horizon.away(start) > 0 or overdue <= 0:
        urgency = Urgency.AHEAD
    elif overdue > STALE_DAYS:
        urgency = Urgency.STALE
    else:
        urgency = Urgency.OWED if by_owner else Urgency.OWED_TO_OWNER
    return DueLine(
        kind="follow_up",
        text=f"{_who(follow_up, contact)}: {_what(follow_up)}; {_when(due, horizon)}{after}{back}",
        ref=follow_up.ref,
        act=_act(follow_up, contact, overdue, is_today=urgency is Urgency.TODAY),
        urgency=urgency,
        order=horizon.away(start),
        on=due.first,
        reach=not by_owner,
    )


def _due_after(
    follow_up: FollowUp, events: Iterable[LifeEvent], recorded: date, horizon: Horizon
) -> tuple[Days | None, str]:
    """When it is due, and the life event that it waits for, as words that end a line.

    Without a day of its own it is due on the day after that event.
    """
    due = _days(follow_up.due_on, recorded)
    if not follow_up.after_event:
        return due, ""
    event = _event(follow_up.after_event, events, recorded)
    if event is None:
        return due, f", after {worded(follow_up.after_event)}"
    named, over = event
    day_after = over.last + timedelta(days=1)
    return due or Days(day_after, day_after), f", after {worded(named)} {over.words(horizon.today)}"


def _without_a_day(
    follow_up: FollowUp,
    contact: DueContact,
    after: str,
    recorded: date,
    until: date | None,
    horizon: Horizon,
) -> DueLine:
    rested = -horizon.away(until or recorded) - (0 if until else FIRST_REST_DAYS)
    by_owner = follow_up.owed_by == "owner"
    since = f"open since {near(recorded, horizon.today)}"
    when = f"{after.removeprefix(', ')}, {since}" if after else f"no day set, {since}"
    return DueLine(
        kind="follow_up",
        text=f"{_who(follow_up, contact)}: {_what(follow_up)}; {when}",
        ref=follow_up.ref,
        act=f"{'Do it' if by_owner else 'Ask'} when you are next in touch with"
        f" {contact.called}, or set a day.",
        urgency=Urgency.OPEN,
        order=horizon.away(recorded),
        reach=False,
        with_company=not (rested >= 0 and rested % EVERY_DAYS < SHOWN_DAYS),
    )


def _snoozed_until(follow_up: FollowUp, recorded: date) -> date | None:
    days = _days(follow_up.snoozed_until_on, recorded)
    return days.first if days else None


def _days(text: str, recorded: date) -> Days | None:
    """A day without a year is the next such day from when it was written down."""
    return yearly_days(text, recorded) if text.startswith("--") else days_of(text)


def _event(named: str, events: Iterable[LifeEvent], recorded: date) -> tuple[str, Days] | None:
    """The life event that a follow-up waits for, by its ref or its words, and its days."""
    asked = set(name_key(named).split())
    for event in events:
        words = set(name_key(event.called).split())
        if event.ref != named and not (words and (words <= asked or asked <= words)):
            continue
        days = yearly_days(event.on, recorded) if event.yearly else days_of(event.on)
        if days is not None:
            return (event.called if event.ref == named else named), days
    return None


def _who(follow_up: FollowUp, contact: DueContact) -> str:
    return "you owe" if follow_up.owed_by == "owner" else f"{contact.called} owes you"


def _what(follow_up: FollowUp) -> str:
    return quote(cut(" ".join(follow_up.text.split()), LONGEST_TEXT))


def _when(due: Days, horizon: Horizon) -> str:
    first, last = horizon.away(due.first), horizon.away(due.last)
    if due.is_one_day:
        if first in {0, 1}:
            return f"due {ahead_or_ago(first)}"
        if first > 0:
            return f"due {due.words(horizon.today)}, {ahead_or_ago(first)}"
        return f"due since {due.name(horizon.today)}, {ahead_or_ago(first)}"
    if last < 0:
        return f"was due {due.words(horizon.today)}"
    return f"due {due.words(horizon.today)}"


def _act(follow_up: FollowUp, contact: DueContact, overdue: int, is_today: bool) -> str:
    if follow_up.owed_by == "contact":
        return f"Ask {contact.called} kindly about it"
    if overdue > 0:
        return f"Do it, or tell {contact.called} when you will."
    return "Do it today." if is_today else "Do it by then."
