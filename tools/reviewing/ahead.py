"""Days in other people's lives that lie within the period."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from store.facts.due_contacts import DueContact
from tools.due.due_lines import DueLine
from tools.due.events import event_line
from tools.memory import Memory
from tools.reviewing.overview import Overview, with_exchanges
from tools.reviewing.review_lines import ReviewLine, ReviewPart, uncapitalised

_TITLE: Final = "Days ahead"
_MOST: Final = 5
_IN_TOUCH_DAYS: Final = 730


@dataclass(frozen=True, slots=True)
class _Day:
    contact: DueContact
    due: DueLine
    on: date

    def line(self) -> ReviewLine:
        return ReviewLine(self.contact, self.due.ref, self.due.text, uncapitalised(self.due.act))


async def life_events_ahead(memory: Memory, overview: Overview) -> ReviewPart:
    """A few, in the order of their days.

    Where they are too many, those of close people and of people in touch within the last two
    years are kept first.
    """
    days = _days_within(overview)
    known_as_near = {day.contact.id for day in days} & overview.mattering
    overview = await with_exchanges(memory, overview, known_as_near)
    kept = sorted(days, key=lambda day: _kept_first(overview, day))[:_MOST]
    in_order = sorted(((day.on, day.line()) for day in kept), key=lambda e: (e[0], e[1].shown()))
    lines = [line for _, line in in_order]
    return ReviewPart(_TITLE, lines, _MOST, more=len(days) - len(lines))


def _days_within(overview: Overview) -> list[_Day]:
    today, within = overview.horizon.today, overview.horizon.within
    people = {**overview.people, **overview.dead}
    found = []
    for id_, events in overview.events.items():
        for event in events if id_ in people else ():
            due = event_line(event, people[id_], None, id_ in overview.dead, overview.horizon)
            if due is not None and due.on is not None and 0 <= (due.on - today).days <= within:
                found.append(_Day(people[id_], due, due.on))
    return found


def _kept_first(overview: Overview, day: _Day) -> tuple[bool, bool, date, str, str]:
    """What days are sorted by: those of near people who live, then those of people in touch."""
    id_ = day.contact.id
    is_dead = id_ in overview.dead
    is_near = id_ in overview.mattering or id_ in overview.with_a_reason
    last = None if is_dead else overview.last_day(id_)
    in_touch = last is not None and (overview.horizon.today - last).days < _IN_TOUCH_DAYS
    return not is_near or is_dead, not in_touch, day.on, day.contact.name, day.due.ref
