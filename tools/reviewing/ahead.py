"""Days in other people's lives that lie within the period."""

from tools.due.events import event_line
from tools.due.lines import DueLine
from tools.reviewing.gather import Evidence
from tools.reviewing.lines import ReviewLine


def life_events_ahead(evidence: Evidence, most: int) -> tuple[list[ReviewLine], int]:
    """At most so many, in the order of their days, and how many more there are.

    Where they are too many, those of close people and of people in touch within the last two
    years are kept first.
    """
    today, within = evidence.horizon.today, evidence.horizon.within
    found: list[tuple[tuple[object, ...], DueLine, ReviewLine]] = []
    for id_, contact in (evidence.people | evidence.dead).items():
        is_dead = id_ in evidence.dead
        for event in evidence.events.get(id_, []):
            due = event_line(event, contact, None, is_dead, evidence.horizon)
            if due is None or due.on is None or not 0 <= (due.on - today).days <= within:
                continue
            line = ReviewLine(contact, due.ref, due.text, f"{due.act[0].lower()}{due.act[1:]}")
            last = None if is_dead else evidence.last(id_)
            is_near = not is_dead and (evidence.matters(id_) or id_ in evidence.reasons)
            in_touch = last is not None and (today - last).days < 730
            rank = (not is_near, not in_touch, due.on, contact.name, due.ref)
            found.append((rank, due, line))
    found.sort(key=lambda each: each[0])
    shown = sorted(found[:most], key=lambda each: (each[1].on, each[2].shown()))
    return [line for _, _, line in shown], len(found) - len(shown)
