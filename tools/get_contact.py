"""`get_contact`: the record of one person, every fact with its source."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Final

from store.engine.connections import Reader
from store.facts import contact_facts
from store.facts.cadences import Cadence, effective_cadences
from store.facts.contact_facts import Fact
from store.facts.due_contacts import ACTIVE, DueContact, due_contacts
from store.facts.life_events import standing_life_events
from store.facts.relationships import groups_in_common, introduced_by, relationships
from store.people.contacts import Contact
from store.talk.rhythm import Exchange, exchanges_with, real_days, usual_gap_days
from store.text.quoting import own_field, sourced, worded
from tools.contradictions import Contradiction, conflict_text, contradictions
from tools.due.drift import drift_line
from tools.due.due_lines import Horizon
from tools.due.reading import has_died
from tools.due.rhythms import due_words, last_words, next_contact_on
from tools.due.waiting import waiting_line
from tools.memory import Memory
from tools.origin import INFERRED, dated_origin
from tools.people import find_person
from tools.views import ContactView, FactSubject, FactView, RhythmView

MOST_FACTS_A_KIND = 20
LONGEST_NOTE = 1_200
DAYS_A_YEAR = 365
_FACTS: Final[dict[FactSubject, Callable[[Reader, int], Awaitable[list[Fact]]]]] = {
    "about": contact_facts.said_by_owner,
    "called": contact_facts.called,
    "names": contact_facts.other_names,
    "roles": contact_facts.roles,
    "methods": contact_facts.contact_methods,
    "relationships": relationships,
    "tags": contact_facts.tags,
    "follow_ups": contact_facts.open_follow_ups,
    "life_events": contact_facts.life_events,
    "notes": contact_facts.notes,
    "gifts": contact_facts.gifts,
    "interests": contact_facts.interests,
    "no_longer": contact_facts.no_longer,
    "other_fields": contact_facts.other_fields,
}


_NAMES: Final = frozenset({"called", "names", "relationships"})


async def get_contact(memory: Memory, person: str) -> ContactView:
    """Everything recorded about one person.

    Raises: WhichPerson or ContactNotFound when the name does not say who.
    """
    contact = await find_person(memory, person)
    reader = memory.reader
    exchanges = await exchanges_with(reader, contact.id, memory.now())
    cadence = (await effective_cadences(reader, contact.id)).get(contact.id)
    left_out: list[str] = []
    facts: dict[FactSubject, list[FactView]] = {}
    for name, read in _FACTS.items():
        found = await read(reader, contact.id)
        if found:
            facts[name] = [
                fact_view(memory, fact, name in _NAMES) for fact in found[:MOST_FACTS_A_KIND]
            ]
        if len(found) > MOST_FACTS_A_KIND:
            left_out.append(f"{len(found) - MOST_FACTS_A_KIND} more {name.replace('_', ' ')}")
    if known := await _how_you_know(memory, contact):
        facts["how_you_know"] = known
    conflicts = contradictions(
        await contact_facts.roles(reader, contact.id),
        await contact_facts.life_events(reader, contact.id),
    )
    if conflicts:
        facts["contradictions"] = [_conflict_view(memory, conflict) for conflict in conflicts]
    return ContactView(
        id=contact.ref,
        name=own_field(contact.name),
        status=contact.status,
        rhythm=rhythm_view(
            memory, exchanges, cadence, contact.called, await _due_contact(memory, contact)
        ),
        facts=facts,
        left_out=left_out,
    )


async def _due_contact(memory: Memory, contact: Contact) -> DueContact | None:
    """The contact as one who can be due; None when put aside, dead, or the owner."""
    found = (await due_contacts(memory.reader, contact.id)).get(contact.id)
    if found is None or found.status != ACTIVE:
        return None
    events = await standing_life_events(memory.reader, contact.id)
    return None if has_died(events.get(contact.id, [])) else found


async def _how_you_know(memory: Memory, contact: Contact) -> list[FactView]:
    """Who introduced them, and where else the two of you meet; how you met is told beside it."""
    facts = await introduced_by(memory.reader, contact.id)
    groups = await groups_in_common(memory.reader, contact.id)
    return [fact_view(memory, fact, is_name=True) for fact in facts] + [
        FactView(kind="group with you", text=title, source=INFERRED) for title in groups
    ]


def _conflict_view(memory: Memory, conflict: Contradiction) -> FactView:
    text = conflict_text(memory, conflict)
    return FactView(kind=conflict.about, text=text, source=INFERRED)


def fact_view(memory: Memory, fact: Fact, is_name: bool = False) -> FactView:
    """A stored fact as it is shown; a very long note is cut, with a mark.

    is_name: it is what somebody is called; the owner alone is `you`.
    """
    said = own_field(fact.text) if is_name and not fact.other_is_owner else fact.text
    text = said if len(said) <= LONGEST_NOTE else said[:LONGEST_NOTE] + " […]"
    return FactView(
        kind=fact.kind,
        text=text,
        id=fact.ref or fact.other_ref,
        on=fact.on,
        source=dated_origin(memory, fact),
    )


def rhythm_view(
    memory: Memory,
    exchanges: list[Exchange],
    cadence: Cadence | None,
    name: str,
    contact: DueContact | None,
) -> RhythmView:
    """When you were last really in touch, how often you used to be, and who waits for whom.

    exchanges: newest first. Only contact in both directions counts as an exchange. contact: None
    for somebody for whom nothing is ever due.
    """
    real = [exchange for exchange in exchanges if exchange.both_ways]
    today = memory.today()
    words = cadence.words if cadence else ""
    due = _due(cadence, contact, real_days(real), Horizon(today, 0)) if contact else ""
    if not exchanges:
        return RhythmView(cadence=words, due=due)
    recent = sum((today - date.fromisoformat(e.on)).days <= DAYS_A_YEAR for e in real)
    last = real[0] if real else None
    return RhythmView(
        last_exchange=last.on if last else "",
        ref=last.ref if last else "",
        channel=f"{worded(last.kind)}, {sourced(last.channel)}" if last else "",
        days_ago=(today - date.fromisoformat(last.on)).days if last else None,
        usual_gap_days=usual_gap_days(exchanges),
        exchanges_last_year=recent,
        waiting=waiting_line(memory, exchanges, name),
        cadence=words,
        due=due,
    )


def _due(
    cadence: Cadence | None, contact: DueContact, days: Sequence[date], horizon: Horizon
) -> str:
    """`due since 12 Nov`, or without a cadence what a silence hints at; '' where nothing is due.

    days: of real contact, latest first.
    """
    if cadence is None:
        hint = drift_line(contact, days, horizon) if contact.is_person and days else None
        return hint.text if hint else ""
    last = days[0] if days else None
    due = next_contact_on(cadence, contact, last)
    if due is None or horizon.away(due) > 0:
        return ""
    return due_words(cadence, last, due, horizon) if last else last_words(last, horizon)
