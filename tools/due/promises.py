"""Follow-ups that are due: who owes what, and since or until when."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from store.facts.due_contacts import DueContact
from store.facts.follow_ups import FollowUp
from store.facts.life_events import LifeEvent
from store.text.names import name_key
from tools.days.partial import Days, days_of, yearly_days
from tools.days.shown import ahead_or_ago, near
from tools.due.due_lines import DueLine, Horizon, Urgency
from tools.talk.shown import cut

STALE_DAYS: Final = 60
LONGEST_TEXT: Final = 240
# A promise without a day comes up by itself after two weeks, and then one week in four.
FIRST_REST_DAYS: Final = 14
EVERY_DAYS: Final = 28
SHOWN_DAYS: Final = 7


def promise_line(
    follow_up: FollowUp,
    contact: DueContact,
    events: Iterable[LifeEvent],
    recorded: date,
    horizon: Horizon,
) -> DueLine | None:
    """The line of a follow-up, or None while it is not due. recorded: the owner's day."""
    until = _snoozed_until(follow_up, recorded)
    if follow_up.snoozed and until is None:
        return None
    if until is not None and horizon.away(until) > horizon.within:
        return None
    due = _days(follow_up.due_on, recorded)
    after = ""
    if follow_up.after_event:
        event = _event(follow_up.after_event, events, recorded)
        named = follow_up.after_event
        if event is not None:
            named, over = event
            due = due or Days(over.last + timedelta(days=1), over.last + timedelta(days=1))
            named = f"{named} {over.words(horizon.today)}"
        after = f", after {named}"
    if due is None:
        return _without_a_day(follow_up, contact, after, recorded, until, horizon)
    if horizon.away(due.first) > horizon.within:
        return None
    by_owner = follow_up.owed_by == "owner"
    back = f", put off until {near(until, horizon.today)}" if until else ""
    start = max(due.first, until) if until else due.first
    overdue = -horizon.away(due.last)
    urgency = Urgency.OWED if by_owner else Urgency.OWED_TO_OWNER
    if horizon.away(start) == 0 and due.is_one_day:
        urgency = Urgency.TODAY
    elif horizon.away(start) > 0 or overdue <= 0:
        urgency = Urgency.AHEAD
    elif overdue > STALE_DAYS:
        urgency = Urgency.STALE
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
        f" {contact.short_name}, or set a day.",
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
    return "you owe" if follow_up.owed_by == "owner" else f"{contact.short_name} owes you"


def _what(follow_up: FollowUp) -> str:
    return cut(" ".join(follow_up.text.split()), LONGEST_TEXT)


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
        return f"Ask {contact.short_name} kindly about it"
    if overdue > 0:
        return f"Do it, or tell {contact.short_name} when you will."
    return "Do it today." if is_today else "Do it by then."
