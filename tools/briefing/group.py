"""The briefing on several people: what they share, who knows whom, and a block for each."""

from itertools import combinations
from typing import Final

from store.people.contacts import Contact
from store.talk.shared_history import chats_with_all, last_together
from tools.briefing.briefing_lines import Line, day_of, fact_line
from tools.briefing.budget import Part
from tools.briefing.gather import Evidence
from tools.days.shown import span
from tools.memory import Memory

# How far apart one person's lines stand among all: the shared lines come first, then a line for
# each person in turn.
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
        where = f" in {last.title}" if last.title else ""
        text = f"last time with all of them, {ago} ({last.kind}{where})"
        lines.append(Line(on=day_of(memory, last.at), ref=last.ref, text=text))
    for chat in await chats_with_all(memory.reader, ids, now):
        text = f"a chat with all of them: {chat.title or 'untitled'}"
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
            text = f"{one.contact.name}'s {related[0].kind}: {other.contact.name}"
            lines.append(fact_line(memory, one, related[0], text))
            continue
        for speaker, about in ((one, other), (other, one)):
            spoken = [m for m in speaker.people_mentioned if m.ref == about.contact.ref]
            if spoken:
                _, name, times, last = spoken[0]
                text = f"{name} comes up with {speaker.contact.name} ({times}), here last"
                lines.append(Line(on=day_of(memory, last.sent_at), ref=last.ref, text=text))
                break
        else:
            ids = [one.contact.id, other.contact.id]
            chats = await chats_with_all(memory.reader, ids, memory.now())
            if chats and len(everybody) > 2:
                text = f"{one.contact.name} and {other.contact.name} are both in {chats[0].title}"
                lines.append(Line(day_of(memory, chats[0].at), chats[0].ref, text))
    return lines


def block(contact: Contact, parts: list[Part]) -> Part:
    """One person's parts as one without their titles, the most telling lines first."""
    queue = sorted(
        (part.start + part.step * rank + line.later, number, rank)
        for number, part in enumerate(parts)
        for rank, line in enumerate(part.lines)
    )
    lines = [parts[number].lines[rank] for _, number, rank in queue]
    return Part(f"{contact.name} ({contact.ref})", 0.2, _STEP, lines)
