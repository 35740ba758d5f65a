"""What is written down and may no longer hold: facts that disagree, notes that speak of `now`."""

from datetime import timedelta
from typing import Final

from store.facts import contact_facts
from store.facts.review_facts import may_contradict
from store.search.old_notes import notes_with
from store.text.languages import words_of_all
from tools.contradictions import conflict_text, contradictions
from tools.days.shown import readable
from tools.memory import Memory
from tools.reviewing.overview import Overview
from tools.reviewing.review_lines import ReviewLine, quoted

OLD_DAYS: Final = 365
# They are read one by one, and more than this would be no handful.
_MOST_READ: Final = 12


async def outdated(memory: Memory, overview: Overview) -> list[ReviewLine]:
    """Contradictions, the closest people's first, then old notes, the latest first."""
    return [*await _contradictions(memory, overview), *await _old_notes(memory, overview)]


async def _contradictions(memory: Memory, overview: Overview) -> list[ReviewLine]:
    people = [each for each in await may_contradict(memory.reader) if each in overview.people]
    found = []
    for each in sorted(people, key=overview.by_nearness)[:_MOST_READ]:
        contact = overview.people[each]
        roles = await contact_facts.roles(memory.reader, each)
        events = await contact_facts.life_events(memory.reader, each)
        for conflict in contradictions(roles, events):
            text = f"{conflict.about}: {conflict_text(memory, conflict)}"
            act = f"ask {contact.called} about this some day, or correct it: {conflict.about}"
            found.append(ReviewLine(contact, contact.ref, text, act))
    return found


async def _old_notes(memory: Memory, overview: Overview) -> list[ReviewLine]:
    before = (memory.today() - timedelta(days=OLD_DAYS)).isoformat()
    found = []
    standing: dict[int, set[str]] = {}
    for note in await notes_with(memory.reader, _words_of_now(), before, _MOST_READ):
        contact = overview.people.get(note.contact_id)
        if contact is None:
            continue
        if contact.id not in standing:
            notes = await contact_facts.notes(memory.reader, contact.id)
            standing[contact.id] = {each.ref for each in notes}
        if note.ref in standing[contact.id]:
            text = f"noted {readable(note.on)}, may be over: {quoted(note.text)}"
            act = f"ask {contact.called} how that is now, or correct the note"
            found.append(ReviewLine(contact, note.ref, text, act))
    return found


def _words_of_now() -> tuple[str, ...]:
    """The words for `now` in every language at once, because a note does not say its own."""
    return tuple(words_of_all("review", "now"))
