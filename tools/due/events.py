"""Days in other people's lives that are near: birthdays, anniversaries, what happens once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from store.facts.due_contacts import DueContact
from store.facts.life_events import DEATH, LifeEvent
from store.text.quoting import worded
from tools.days.partial import Days, days_of, yearly_days
from tools.days.shown import ahead_or_ago, near
from tools.due.due_lines import DueLine, Horizon, Urgency, closeness_order
from tools.due.lead_days import LATE_DAYS, LEAD_DAYS, OTHER_LEAD_DAYS
from tools.due.reading import History, Stored, read_exchanges
from tools.memory import Memory
from tools.withholding import is_withheld

OLDEST: Final = 120
_HEAVY: Final = frozenset({"loss", "funeral", "illness", "divorce", "separation", "surgery"})


@dataclass(frozen=True, slots=True)
class EventsFound:
    """lines: each with the row id of its contact. history: with what was read to find them."""

    lines: Sequence[tuple[int, DueLine]]
    history: History


async def events_found(
    memory: Memory, stored: Stored, history: History, horizon: Horizon
) -> EventsFound:
    """Find the life events of people in use that are near."""

    def line_of(event: LifeEvent, last_contact: date | None) -> DueLine | None:
        id_ = event.contact_id
        return event_line(event, stored.active[id_], last_contact, stored.is_dead(id_), horizon)

    found = [
        (event, line)
        for id_ in stored.active.keys() & stored.events.keys()
        for event in stored.events[id_]
        if (line := line_of(event, None)) is not None
    ]
    # What is late is over once they were in touch since.
    late = {event.contact_id for event, line in found if _is_late(line, horizon)}
    history = await read_exchanges(memory, history, late)
    lines = [
        (event.contact_id, line)
        for event, as_known in found
        if (
            line := line_of(event, history.last_day(event.contact_id))
            if _is_late(as_known, horizon)
            else as_known
        )
        is not None
    ]
    return EventsFound(lines, history)


def _is_late(line: DueLine, horizon: Horizon) -> bool:
    return line.on is not None and line.on < horizon.today


def event_line(
    event: LifeEvent,
    contact: DueContact,
    last_contact: date | None,
    dead: bool,
    horizon: Horizon,
) -> DueLine | None:
    """The line for a life event, or None while it is not near.

    last_contact: the owner's day of the last real contact; it ends what is only late.
    """
    if (dead and event.kind != DEATH) or (event.kind == DEATH and not event.yearly):
        return None
    days = _near_days(event, last_contact, horizon)
    if days is None:
        return None
    away, over = horizon.away(days.first), -horizon.away(days.last)
    is_today = days.is_one_day and away == 0
    when = "today" if is_today else days.words(horizon.today)
    distance = ahead_or_ago(away) if days.is_one_day and not is_today else ""
    kept = _kept(event, days)
    told = ", ".join(
        filter(None, (f"{worded(event.called)}{_years(event, days)} {when}", distance, kept))
    )
    return DueLine(
        kind="life_event",
        text=told,
        ref=event.ref,
        act=_act(event, contact.called, days, over, horizon),
        urgency=Urgency.TODAY if is_today else Urgency.AHEAD,
        order=abs(away) + closeness_order(contact) / 10,
        on=days.first,
    )


def _near_days(event: LifeEvent, last_contact: date | None, horizon: Horizon) -> Days | None:
    """The days of an event while they are near, or only just over; else None."""
    from_day = date.fromordinal(max(1, horizon.today.toordinal() - LATE_DAYS))
    days = yearly_days(event.on, from_day) if event.yearly else days_of(event.on)
    # A bare year has no day that is near.
    if days is None or days.first.month != days.last.month:
        return None
    lead = event.lead_days
    if lead is None:
        lead = LEAD_DAYS.get(event.kind, OTHER_LEAD_DAYS)
    over = -horizon.away(days.last)
    if horizon.away(days.first) > max(lead, horizon.within) or over > LATE_DAYS:
        return None
    if over > 0 and (
        not days.is_one_day
        or event.kind == DEATH
        or (last_contact is not None and last_contact >= days.first)
    ):
        return None
    return days


def _kept(event: LifeEvent, days: Days) -> str:
    if event.yearly and event.on.endswith("02-29") and days.first.day == 28:
        return "born on 29 Feb" if event.kind == "birthday" else "it was on 29 Feb"
    return ""


def _years(event: LifeEvent, days: Days) -> str:
    if not event.yearly or event.on.startswith("--") or not event.on[:4].isdigit():
        return ""
    years = days.first.year - int(event.on[:4])
    if not 0 < years <= OLDEST:
        return ""
    if event.kind == "birthday":
        return f" (turns {years})"
    return f" ({years} year{'s' if years > 1 else ''})"


def _act(event: LifeEvent, name: str, days: Days, over: int, horizon: Horizon) -> str:
    whole = days.is_one_day
    if event.kind == DEATH:
        return f"Remember {name}; a word to those who were close may do them good."
    if event.kind in _HEAVY or is_withheld(event.kind):
        return f"Ask {name} gently how things are"
    if event.kind == "birthday":
        if not whole:
            return f"Ask {name} on which day it is"
        if over > 0:
            return f"Send {name} belated wishes"
        if horizon.away(days.first) == 0:
            return f"Wish {name} a happy birthday"
        return f"Wish {name} a happy birthday on {near(days.first, horizon.today)}"
    if event.kind == "anniversary":
        return f"Congratulate {name}" + (f" {days.words(horizon.today)}" if over <= 0 else "")
    if over > 0:
        return f"Ask {name} how it went"
    return f"Tell {name} that you think of it"
