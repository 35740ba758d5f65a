"""`get_contact`: the record of one person, every fact with its source."""

from typing import Final

from store import contact_facts
from store.contact_facts import Fact
from store.rhythm import Exchange, exchanges_with, usual_gap_days
from tools.dates import readable, span
from tools.memory import Memory
from tools.people import find_person
from tools.views import ContactView, FactView, RhythmView

MOST_FACTS_A_KIND = 20
LONGEST_NOTE = 1_200
DAYS_A_YEAR = 365

_FACTS: Final = {
    "names": contact_facts.other_names,
    "roles": contact_facts.roles,
    "methods": contact_facts.contact_methods,
    "relationships": contact_facts.relationships,
    "tags": contact_facts.tags,
    "follow_ups": contact_facts.open_follow_ups,
    "life_events": contact_facts.life_events,
    "notes": contact_facts.notes,
    "gifts": contact_facts.gifts,
    "interests": contact_facts.interests,
}


async def get_contact(memory: Memory, person: str) -> ContactView:
    """Everything recorded about one person.

    Raises: WhichPerson or ContactNotFound when the name does not say who.
    """
    contact = await find_person(memory, person)
    reader = memory.reader
    exchanges = await exchanges_with(reader, contact.id, memory.now())
    left_out: list[str] = []
    facts: dict[str, list[FactView]] = {}
    for name, read in _FACTS.items():
        found = await read(reader, contact.id)
        if found:
            facts[name] = [fact_view(fact) for fact in found[:MOST_FACTS_A_KIND]]
        if len(found) > MOST_FACTS_A_KIND:
            left_out.append(f"{len(found) - MOST_FACTS_A_KIND} more {name.replace('_', ' ')}")
    return ContactView(
        id=contact.ref,
        name=contact.name,
        pronouns=contact.pronouns,
        status=contact.status,
        closeness=contact.closeness,
        how_we_met=contact.how_we_met,
        why_they_matter=contact.why_they_matter,
        rhythm=rhythm_view(memory, exchanges, contact.cadence, contact.short_name),
        facts=facts,
        left_out=left_out,
    )


def fact_view(fact: Fact) -> FactView:
    """A stored fact as it is shown; a very long note is cut, with a mark."""
    text = fact.text if len(fact.text) <= LONGEST_NOTE else fact.text[:LONGEST_NOTE] + " […]"
    how = "" if fact.confirmed_how == "imported" else f", {fact.confirmed_how}"
    return FactView(
        kind=fact.kind,
        text=text,
        id=fact.ref or fact.other_ref,
        on=fact.on,
        source=f"{fact.source}{how}",
    )


def rhythm_view(memory: Memory, exchanges: list[Exchange], cadence: str, name: str) -> RhythmView:
    """When you were last really in touch, how often you used to be, and who waits for whom.

    exchanges: newest first. Only contact in both directions counts as an exchange.
    """
    real = [exchange for exchange in exchanges if exchange.both_ways]
    today = memory.today()
    if not exchanges:
        return RhythmView(cadence=cadence)
    recent = sum((today - memory.day(e.started_at)).days <= DAYS_A_YEAR for e in real)
    last = real[0] if real else None
    return RhythmView(
        last_exchange=last.on if last else "",
        ref=last.ref if last else "",
        channel=f"{last.kind}, {last.channel}" if last else "",
        days_ago=(today - memory.day(last.started_at)).days if last else None,
        usual_gap_days=usual_gap_days(exchanges),
        exchanges_last_year=recent,
        waiting=waiting_line(memory, exchanges, name),
        cadence=cadence,
    )


def waiting_line(memory: Memory, exchanges: list[Exchange], name: str) -> str:
    """Who wrote last without an answer since, or nothing when the last contact went both ways."""
    after = [e for e in exchanges if e.started_at > _last_real_start(exchanges)]
    if not after:
        return ""
    day = memory.day(after[0].ended_at)
    ago = span((memory.today() - day).days)
    if all(e.from_owner == 0 for e in after):
        return f"{name} wrote on {readable(day)} ({ago}); no answer from you yet"
    if all(e.from_them == 0 for e in after):
        return f"you wrote on {readable(day)} ({ago}); no answer from {name} yet"
    return ""


def _last_real_start(exchanges: list[Exchange]) -> int:
    return next((e.started_at for e in exchanges if e.both_ways), -1)
