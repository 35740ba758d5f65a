"""The briefing on several people: what they share, who knows whom, and the rest for each."""

from dataclasses import replace
from itertools import combinations
from typing import Final

from store.people.contacts import Contact
from store.talk.shared_history import chats_with_all, last_together
from store.text.quoting import named, quote, worded
from tools.briefing.briefing_lines import Line, day_of, fact_line
from tools.briefing.budget import Part
from tools.briefing.gather import Evidence
from tools.days.shown import span
from tools.memory import Memory

# How far apart one person's lines stand among all: the shared lines come first, then a line for
# each person in turn.
_START: Final = 0.2
_STEP: Final = 1.0


async def shared_parts(memory: Memory, everybody: list[Evidence]) -> list[Part]:
    """The last time with all of them, the chats that they share, and who knows whom."""
    people = [evidence.contact for evidence in everybody]
    return [
        Part("All of them", 0.0, 0.5, await _together(memory, people)),
        Part("Who knows whom", 0.1, 0.4, await _acquainted(memory, everybody)),
    ]


async def _together(memory: Memory, people: list[Contact]) -> list[Line]:
    ids, now = [person.id for person in people], memory.now()
    lines = []
    if last := await last_together(memory.reader, ids, now):
        ago = span((memory.today() - memory.day(last.at)).days)
        where = f" in {quote(last.title)}" if last.title else ""
        text = f"last time with all of them, {ago} ({worded(last.kind)}{where})"
        lines.append(Line(on=day_of(memory, last.at), ref=last.ref, text=text))
    for chat in await chats_with_all(memory.reader, ids, now):
        text = f"a chat with all of them: {quote(chat.title) if chat.title else 'untitled'}"
        lines.append(Line(on=day_of(memory, chat.at), ref=chat.ref, text=text))
    if not lines:
        text = "no chat or occasion with all of them is in the memory"
        lines.append(Line(on=memory.today().isoformat(), ref=people[0].ref, text=text))
    return lines


async def _acquainted(memory: Memory, everybody: list[Evidence]) -> list[Line]:
    """For every two: how they are related, that one speaks of the other, or a shared chat."""
    lines = []
    for one, other in combinations(everybody, 2):
        related = [f for f in one.facts.relationships if f.other_ref == other.contact.ref]
        if related:
            kind = worded(related[0].kind)
            text = f"{named(one.contact.name)}'s {kind}: {named(other.contact.name)}"
            lines.append(fact_line(memory, one, related[0], text))
            continue
        for speaker, about in ((one, other), (other, one)):
            spoken = [m for m in speaker.people_mentioned if m.ref == about.contact.ref]
            if spoken:
                _, name, times, last = spoken[0]
                whom = named(speaker.contact.name)
                text = f"{named(name)} comes up with {whom} ({times}), here last"
                lines.append(Line(on=day_of(memory, last.sent_at), ref=last.ref, text=text))
                break
        else:
            ids = [one.contact.id, other.contact.id]
            chats = await chats_with_all(memory.reader, ids, memory.now())
            if chats and len(everybody) > 2:
                both = f"{named(one.contact.name)} and {named(other.contact.name)}"
                text = f"{both} are both in {quote(chats[0].title)}"
                lines.append(Line(day_of(memory, chats[0].at), chats[0].ref, text))
    return lines


def turns_taken(contact: Contact, parts: list[Part]) -> list[Part]:
    """One person's parts among those of others: everybody's first line, then everybody's second."""
    queue = sorted(
        (part.start + part.step * rank + line.later, number, rank)
        for number, part in enumerate(parts)
        for rank, line in enumerate(part.lines)
    )
    place = {(number, rank): turn for turn, (_, number, rank) in enumerate(queue)}
    return [
        replace(
            part,
            of=contact.ref,
            start=_START,
            step=0.0,
            lines=[
                replace(line, later=_STEP * place[number, rank])
                for rank, line in enumerate(part.lines)
            ],
        )
        for number, part in enumerate(parts)
    ]
