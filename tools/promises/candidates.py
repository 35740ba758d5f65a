"""What is worth proposing from the latest talk: promises that are still open, and news.

The owner's own search: it reads everything of theirs, hidden or not, and says nothing to anybody
but them. Words of strangers make no proposals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from store.facts.follow_ups import open_follow_ups
from store.facts.life_events import LifeEvent, standing_life_events
from store.proposals.found_promises import (
    Person,
    Said,
    Talk,
    messages_used,
    pending_of_ours,
    said_in,
    talks_since,
    waiting_texts,
)
from store.proposals.proposals import Draft, Kind
from store.text.index_words import STOP_WORDS
from tools.days.shown import readable
from tools.memory import Memory
from tools.promises.detect import TURNS_BEFORE, Found, Turn, find_promises, says_done
from tools.promises.news import find_news

# A promise is made for later, but not for much later than this.
OLDEST_DAYS: Final = 180
OVERDUE_DAYS: Final = 30
UNDATED_DAYS: Final = 60
MOST_WAITING: Final = 20
# For one conversation.
MOST_MESSAGES: Final = 5_000
_DONE_DAYS: Final = 14
_SAME_WRITER_DAYS: Final = 2
_ALIKE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something to propose. said_on: the owner's day of the message."""

    draft: Draft
    person: str
    found: Found
    said_on: date


async def promise_candidates(
    memory: Memory, since: date | None = None, after_id: int = 0
) -> list[Candidate]:
    """What to propose: the nearest date first, then the newest; not more than may wait.

    since: how far back to read, the owner's calendar day; by default half a year, and for what has
    no date two months. after_id: only messages stored after that row.
    """
    today = memory.today()
    room = MOST_WAITING - await pending_of_ours(memory.reader, memory.now())
    if room <= 0:
        return []
    first = since or today - timedelta(days=OLDEST_DAYS)
    start = int(datetime.combine(first, time.min, memory.zone).timestamp())
    used = await messages_used(memory.reader)
    events = await standing_life_events(memory.reader)
    known = await waiting_texts(memory.reader, memory.now())
    for follow_up in await open_follow_ups(memory.reader):
        known.setdefault(follow_up.contact_id, []).append(follow_up.text)
    found: list[Candidate] = []
    for talk in await talks_since(memory.reader, start, memory.now(), after_id):
        said = await said_in(memory.reader, talk.id, start, memory.now(), MOST_MESSAGES)
        found += [
            candidate
            for candidate in _in_talk(memory, talk, said, after_id)
            if not used.intersection(candidate.draft.evidence)
            and _matters(candidate, today, since)
            and not _is_known(candidate, known, events)
        ]
    return _nearest_first(_folded(found), today)[:room]


def _in_talk(memory: Memory, talk: Talk, said: Sequence[Said], after_id: int) -> list[Candidate]:
    """What both promise where two talk; where more take part only news, for nobody is addressed."""
    people = {person.id: person for person in talk.others}
    candidates = []
    for at, message in enumerate(said):
        if message.id <= after_id or not message.known or not message.text:
            continue
        on = memory.day(message.sent_at)
        if (
            len(people) == 1
            and not talk.strangers
            and (message.by_owner or message.contact_id in people)
        ):
            person = talk.others[0]
            before = said[max(0, at - TURNS_BEFORE) : at]
            turn = Turn(message.by_owner, message.text)
            turns = [Turn(each.by_owner, each.text) for each in before]
            for found in find_promises(turn, on, _called(person), turns):
                if not _is_kept(found, message, said[at + 1 :]):
                    refs = [message.ref]
                    if found.from_before:
                        refs.append(before[-found.from_before].ref)
                    candidates.append(_candidate(person, found, on, refs))
        if message.contact_id in people:
            person = people[message.contact_id]
            candidates += [
                _candidate(person, found, on, [message.ref])
                for found in find_news(message.text, on, _called(person))
            ]
    return candidates


def _candidate(person: Person, found: Found, on: date, refs: list[str]) -> Candidate:
    kind: Kind = "follow_up" if found.owes else "life_event"
    text, due = found.text, found.due
    if found.kind == "birthday" and found.of_another:
        # A life event called birthday would be the contact's own.
        kind, text, due = "note", f"{text}: {readable(due)}", ""
    draft = Draft(person.id, person.ref, kind, text, due, evidence=tuple(refs))
    return Candidate(draft, person.display_name, found, on)


def _called(person: Person) -> str:
    return person.display_name.split()[0] if person.display_name.split() else person.ref


def _is_kept(found: Found, message: Said, later: Sequence[Said]) -> bool:
    """Whether a message soon after says that it was done: `sent it!`, `thanks for the drill`."""
    wanted = _content(f"{found.text} {found.sentence}")
    for reply in later:
        days = (reply.sent_at - message.sent_at) / 86_400
        if days > _DONE_DAYS:
            return False
        if not says_done(reply.text):
            continue
        by_who_owes = reply.by_owner == (found.owes == "owner")
        if (by_who_owes and days <= _SAME_WRITER_DAYS) or wanted & _content(reply.text):
            return True
    return False


def _matters(candidate: Candidate, today: date, since: date | None) -> bool:
    """Whether it lies ahead or is not long over; 2015 is a memory, no promise."""
    due = candidate.found.due
    if not due:
        return since is not None or today - candidate.said_on <= timedelta(days=UNDATED_DAYS)
    if due.startswith("--"):
        return True
    last = today - timedelta(days=OVERDUE_DAYS)
    return due >= last.isoformat()[: len(due)]


def _is_known(
    candidate: Candidate, texts: dict[int, list[str]], events: dict[int, list[LifeEvent]]
) -> bool:
    draft = candidate.draft
    if draft.kind == "follow_up":
        return any(_alike(draft.text, text) for text in texts.get(draft.contact_id, ()))
    if candidate.found.kind == "birthday":
        day = candidate.found.due.removeprefix("--")
        return not candidate.found.of_another and any(
            event.kind == "birthday" and event.on.endswith(day)
            for event in events.get(draft.contact_id, ())
        )
    return any(
        event.on == draft.due_on and event.called.casefold() == draft.text.casefold()
        for event in events.get(draft.contact_id, ())
    )


def _folded(found: list[Candidate]) -> list[Candidate]:
    """The candidates, each once: what was said more than once counts where it came last."""
    kept: list[Candidate] = []
    for candidate in sorted(found, key=lambda each: each.said_on, reverse=True):
        if not any(_same(candidate, other) for other in kept):
            kept.append(candidate)
    return kept


def _same(one: Candidate, other: Candidate) -> bool:
    if (one.draft.contact_id, one.found.owes) != (other.draft.contact_id, other.found.owes):
        return False
    if one.found.owes:
        return _alike(one.draft.text, other.draft.text)
    return (one.found.kind, one.draft.text) == (other.found.kind, other.draft.text)


def _nearest_first(found: list[Candidate], today: date) -> list[Candidate]:
    def place(candidate: Candidate) -> tuple[int, int, float]:
        due = candidate.found.due
        if len(due) == len("2026-11-20") and due >= today.isoformat():
            return 0, date.fromisoformat(due).toordinal(), -candidate.found.confidence
        return 1, -candidate.said_on.toordinal(), -candidate.found.confidence

    return sorted(found, key=place)


def _alike(one: str, other: str) -> bool:
    """Whether two texts promise the same: most of their words, all of them when they have few."""
    left, right = _content(one), _content(other)
    if not left or not right:
        return one.casefold() == other.casefold()
    return len(left & right) / len(left | right) >= _ALIKE


def _content(text: str) -> set[str]:
    """The words that carry a meaning, by their first letters: `photos` is `photo`."""
    words = re.findall(r"[^\W\d_]{4,}", text.casefold())
    return {word[:5] for word in words if word not in STOP_WORDS}
