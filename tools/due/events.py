"""Days in other people's lives that are near: birthdays, anniversaries, what happens once."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from store.facts.due_contacts import DueContact
from store.facts.life_events import DEATH, LifeEvent, Nearness
from tools.days.partial import Days, days_of, yearly_days
from tools.days.shown import ahead_or_ago, near
from tools.due.due_lines import DueLine, Horizon, Urgency, closeness_order
from tools.withholding import is_withheld

# From how many days before it a day concerns the owner, where they have not said.
LEAD_DAYS: Final = {"birthday": 7, "anniversary": 7, "wedding": 30, "move": 14, DEATH: 3}
OTHER_LEAD_DAYS: Final = 7
# A day that was missed may still be made good.
LATE_DAYS: Final = 3
OLDEST: Final = 120
_HEAVY: Final = frozenset({"loss", "funeral", "illness", "divorce", "separation", "surgery"})


def nearness(horizon: Horizon, whole: Sequence[int] = ()) -> Nearness:
    """What has to be read for `event_line` to find every line. whole: whose events are all read."""
    lead = max(horizon.within, *LEAD_DAYS.values())
    first = max(1, horizon.today.toordinal() - LATE_DAYS)
    last = min(date.max.toordinal(), horizon.today.toordinal() + lead)
    days = {date.fromordinal(day).isoformat()[5:] for day in range(first, last + 1)}
    if "02-28" in days:
        days.add("02-29")  # kept on the 28th in other years
    return Nearness(sorted(days), lead, whole)


def event_line(
    event: LifeEvent,
    contact: DueContact,
    last_contact: date | None,
    dead: bool,
    horizon: Horizon,
) -> DueLine | None:
    """The line of a life event, or None while it is not near.

    last_contact: the owner's day of the last real contact; it ends what is only late.
    """
    if dead and event.kind != DEATH:
        return None
    if event.kind == DEATH and not event.yearly:
        return None
    from_day = date.fromordinal(max(1, horizon.today.toordinal() - LATE_DAYS))
    days = yearly_days(event.on, from_day) if event.yearly else days_of(event.on)
    if days is None or days.first.month != days.last.month:
        return None  # of a bare year no day is near
    away, over = horizon.away(days.first), -horizon.away(days.last)
    lead = event.lead_days
    if lead is None:
        lead = LEAD_DAYS.get(event.kind, OTHER_LEAD_DAYS)
    if away > max(lead, horizon.within) or over > LATE_DAYS:
        return None
    if over > 0:
        if not days.is_one_day or event.kind == DEATH:
            return None
        if last_contact is not None and last_contact >= days.first:
            return None
    name = contact.short_name
    when = days.words(horizon.today)
    distance = ahead_or_ago(away) if days.is_one_day else ""
    if days.is_one_day and away == 0:
        when, distance = "today", ""
    kept = _kept(event, days)
    told = ", ".join(filter(None, (f"{event.called}{_years(event, days)} {when}", distance, kept)))
    return DueLine(
        kind="life_event",
        text=told,
        ref=event.ref,
        act=_act(event, name, days, over, horizon),
        urgency=Urgency.TODAY if days.is_one_day and away == 0 else Urgency.AHEAD,
        order=abs(away) + closeness_order(contact) / 10,
        on=days.first,
    )


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


def death_of(events: list[LifeEvent]) -> bool:
    """Whether the person has died."""
    return any(event.kind == DEATH for event in events)
