"""Open loops: promises both ways, questions without an answer, and who waits for one."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from store.facts.due_contacts import DueContact
from store.facts.follow_ups import FollowUp
from store.facts.review_facts import messages_taken_up
from store.talk.recent_talk import last_touches, latest_turns
from tools.days.shown import near
from tools.due.due_lines import DueLine, Urgency, closeness_order
from tools.due.promises import promise_line
from tools.due.waiting import PATIENCE_DAYS, who_waits
from tools.memory import Memory
from tools.reviewing.overview import UNANSWERED_DAYS, Overview
from tools.reviewing.review_lines import ReviewLine, quoted, short, uncapitalised
from tools.talk.bursts import in_bursts
from tools.talk.open_loops import OpenLoop, open_loops

# A reminder that was put off this often, or was without a day for so long, asks for a decision.
OFTEN_PUT_OFF: Final = 3
WITHOUT_A_DAY_FOR: Final = 180
# Talk is read for this many people at most, those in touch most recently, and so far back.
MOST_TALKS: Final = 12
TURNS_EACH: Final = 24
# More are looked at, because for some the last sign was a meeting or a call.
_LOOKED_AT: Final = 5 * MOST_TALKS
_ANSWER_AFTER_DAYS: Final = 1
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class _Promise:
    follow_up: FollowUp
    contact: DueContact
    due: DueLine
    recorded: date

    def line(self, text: str, act: str) -> ReviewLine:
        return ReviewLine(self.contact, self.follow_up.ref, text, act)


def promises(memory: Memory, overview: Overview) -> tuple[list[ReviewLine], list[ReviewLine]]:
    """Follow-ups to keep in this period, the most pressing first; and those that have gone stale.

    Those put off until later, and those without a day that rest this week, are left alone.
    """
    found = []
    for follow_up in overview.promises:
        contact = overview.people.get(follow_up.contact_id)
        if contact is None:
            continue
        recorded = memory.day(follow_up.recorded_at)
        events = overview.events.get(contact.id, [])
        due = promise_line(follow_up, contact, events, recorded, overview.horizon)
        if due is not None:
            found.append(_Promise(follow_up, contact, due, recorded))
    found.sort(key=lambda p: (p.due.urgency, p.due.order, p.contact.name, p.follow_up.ref))
    stale = [each for each in found if _is_stale(overview, each)]
    kept = [
        each
        for each in found
        if each not in stale and (overview.month or not each.due.with_company)
    ]
    return [_kept_line(each) for each in kept], [_stale_line(overview, each) for each in stale]


def _is_stale(overview: Overview, promise: _Promise) -> bool:
    if promise.due.urgency in {Urgency.TODAY, Urgency.AHEAD}:
        return False
    if overview.put_off.get(promise.follow_up.ref, 0) >= OFTEN_PUT_OFF:
        return True
    no_day = promise.due.urgency is Urgency.OPEN and not promise.follow_up.snoozed_until_on
    age = -overview.horizon.away(promise.recorded)
    return promise.due.urgency is Urgency.STALE or (no_day and age > WITHOUT_A_DAY_FOR)


def _kept_line(promise: _Promise) -> ReviewLine:
    what = quoted(promise.follow_up.text)
    if promise.follow_up.owed_by == "owner":
        act = f"do {what}, or say when you will"
    else:
        act = f"ask kindly about {what}, or let it wait"
    return promise.line(short(promise.due.text), act)


def _stale_line(overview: Overview, promise: _Promise) -> ReviewLine:
    times = overview.put_off.get(promise.follow_up.ref, 0)
    said = {0: "", 1: "; put off once", 2: "; put off twice"}.get(times, f"; put off {times} times")
    act = f"{quoted(promise.follow_up.text)}: act on it, move it, or drop it"
    return promise.line(f"{short(promise.due.text)}{said}", act)


async def loops_in_talk(memory: Memory, overview: Overview) -> list[ReviewLine]:
    """Questions and promises from the latest conversations with a bounded number of people.

    What became a follow-up, or a proposal of one that the owner decided on, is left out.
    """
    oldest = memory.now() - UNANSWERED_DAYS * _DAY
    newest = overview.newest
    lately = [id_ for id_ in overview.latest if newest.get(id_, oldest - 1) >= oldest]
    lately.sort(key=lambda id_: -newest[id_])
    touches = await last_touches(memory.reader, lately[:_LOOKED_AT], memory.now())
    talks = [(id_, touch) for id_, touch in touches.items() if touch.conversation_id is not None]
    people = overview.people
    talks.sort(key=lambda talk: (-talk[1].at, people[talk[0]].name, people[talk[0]].ref))
    talks = talks[:MOST_TALKS]
    asked = {touch.conversation_id for _, touch in talks if touch.conversation_id is not None}
    turns = await latest_turns(memory.reader, sorted(asked), TURNS_EACH, memory.now())
    taken_up = await messages_taken_up(memory.reader)
    found = []
    for id_, touch in talks:
        told = [turn for turn in turns if turn.conversation_id == touch.conversation_id]
        loops = open_loops(in_bursts(told), id_, memory.now())
        fresh = (loop for loop in loops if not taken_up & _refs(loop))
        days = ((loop, memory.day(loop.burst.sent_at)) for loop in fresh)
        # One line a person: what is latest.
        latest = next((each for each in days if _is_open_since(overview, each[1])), None)
        if latest is not None:
            loop, day = latest
            found.append(_loop_line(people[id_], loop, near(day, overview.horizon.today)))
    return found


def _refs(loop: OpenLoop) -> set[str]:
    return {message.ref for message in loop.burst.messages}


def _loop_line(contact: DueContact, loop: OpenLoop, on: str) -> ReviewLine:
    name, words = contact.called, quoted(loop.burst.text)
    match loop.kind, loop.by_owner:
        case "question", True:
            text = f"{name} asked on {on}, no answer from you yet: {words}"
            act = f"answer the question of {on}, or say that it has to wait"
        case "question", False:
            text = f"you asked on {on}, no answer from {name} yet: {words}"
            act = f"ask once more what you asked on {on}, or let it rest"
        case _, True:
            text = f"you said on {on}: {words}"
            act = f"do what you said on {on}, or say when you will"
        case _:
            text = f"{name} said on {on}: {words}"
            act = f"ask kindly about what {name} said on {on}, or let it wait"
    return ReviewLine(contact, loop.burst.first.ref, text, act)


def _is_open_since(overview: Overview, day: date) -> bool:
    return _ANSWER_AFTER_DAYS <= -overview.horizon.away(day) <= UNANSWERED_DAYS


def unanswered(overview: Overview, told: set[int]) -> list[ReviewLine]:
    """Who wrote last without an answer. told: people who have an open loop in talk already."""
    found = []
    today = overview.horizon.today
    for id_, exchanges in overview.exchanges.items():
        waiting = who_waits(exchanges)
        if waiting is None or id_ in told:
            continue
        days = (today - waiting.on).days
        least = _ANSWER_AFTER_DAYS if waiting.by_them else PATIENCE_DAYS
        if least <= days <= UNANSWERED_DAYS:
            contact = overview.people[id_]
            name = contact.called
            act = f"{uncapitalised(waiting.act(name, today))}, or let it rest"
            line = ReviewLine(contact, exchanges[0].ref, waiting.words(name, today), act)
            rank = (not waiting.by_them, closeness_order(contact), -days, contact.name, contact.ref)
            found.append((rank, line))
    return [line for _, line in sorted(found, key=lambda each: each[0])]
