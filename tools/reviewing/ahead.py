"""Days in other people's lives that lie within the period."""

from typing import Final

from tools.due.due_lines import DueLine
from tools.due.events import event_line
from tools.memory import Memory
from tools.reviewing.gather import Evidence, read_exchanges
from tools.reviewing.review_lines import Part, ReviewLine

_TITLE: Final = "Days ahead"
_MOST: Final = 5
_IN_TOUCH_DAYS: Final = 730


async def life_events_ahead(memory: Memory, evidence: Evidence) -> Part:
    """A few, in the order of their days.

    Where they are too many, those of close people and of people in touch within the last two
    years are kept first.
    """
    today, within = evidence.horizon.today, evidence.horizon.within
    found: list[tuple[int, DueLine]] = []
    for id_ in evidence.events:
        contact = evidence.people.get(id_) or evidence.dead.get(id_)
        if contact is None:
            continue
        for event in evidence.events[id_]:
            due = event_line(event, contact, None, id_ in evidence.dead, evidence.horizon)
            if due is not None and due.on is not None and 0 <= (due.on - today).days <= within:
                found.append((id_, due))
    await read_exchanges(memory, evidence, {id_ for id_, _ in found} & evidence.mattering)
    ranked: list[tuple[tuple[object, ...], DueLine, ReviewLine]] = []
    for id_, due in found:
        is_dead = id_ in evidence.dead
        contact = evidence.dead[id_] if is_dead else evidence.people[id_]
        line = ReviewLine(contact, due.ref, due.text, f"{due.act[0].lower()}{due.act[1:]}")
        last = None if is_dead else evidence.last(id_)
        is_near = id_ in evidence.mattering or id_ in evidence.reasons
        in_touch = last is not None and (today - last).days < _IN_TOUCH_DAYS
        rank = (not is_near or is_dead, not in_touch, due.on, contact.name, due.ref)
        ranked.append((rank, due, line))
    ranked.sort(key=lambda each: each[0])
    shown = sorted(ranked[:_MOST], key=lambda each: (each[1].on, each[2].shown()))
    return Part(_TITLE, [line for _, _, line in shown], _MOST, more=len(ranked) - len(shown))
