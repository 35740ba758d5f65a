"""The evidence for a briefing, read once: facts, exchanges, talk, and what others said."""

from dataclasses import dataclass
from typing import Final

from store import contact_facts
from store.acquaintances import contacts_by_id, given_names
from store.contact_facts import Fact
from store.contacts import Contact, resolve_contact
from store.conversations import StoredMessage, latest_messages_with
from store.rhythm import Exchange, exchanges_with
from tools.briefing.bursts import Burst, in_bursts
from tools.briefing.mentions import LATEST_MESSAGES, mentions_of, people_in_talk
from tools.memory import Memory

LATEST_OF_FAMILY: Final = 30
CLOSEST: Final = frozenset({"spouse", "husband", "wife", "partner"})


@dataclass(slots=True)
class Evidence:
    """Everything that a briefing is made of. bursts, mentions, family_bursts: in order of time.

    people_mentioned: other contacts who come up in the talk, as (ref, name, times, last).
    longest_quote: characters after which a quote is cut.
    """

    contact: Contact
    longest_quote: int
    names: list[Fact]
    roles: list[Fact]
    relationships: list[Fact]
    tags: list[Fact]
    notes: list[Fact]
    life_events: list[Fact]
    follow_ups: list[Fact]
    gifts: list[Fact]
    interests: list[Fact]
    exchanges: list[Exchange]
    bursts: list[Burst]
    mentions: list[Burst]
    family_bursts: list[Burst]
    people_mentioned: list[tuple[str, str, int, StoredMessage]]

    @property
    def last_real(self) -> Exchange | None:
        """The last contact in both directions."""
        return next((e for e in self.exchanges if e.both_ways), None)


async def gather(memory: Memory, contact: Contact, longest_quote: int) -> Evidence:
    """Read the evidence on one contact."""
    reader, now = memory.reader, memory.now()
    names = await contact_facts.other_names(reader, contact.id)
    bearers = await given_names(reader)
    bursts = in_bursts(await latest_messages_with(reader, contact.id, LATEST_MESSAGES, now))
    evidence = Evidence(
        contact=contact,
        longest_quote=longest_quote,
        names=names,
        roles=await contact_facts.roles(reader, contact.id),
        relationships=await contact_facts.relationships(reader, contact.id),
        tags=await contact_facts.tags(reader, contact.id),
        notes=await contact_facts.notes(reader, contact.id),
        life_events=await contact_facts.life_events(reader, contact.id),
        follow_ups=await contact_facts.open_follow_ups(reader, contact.id),
        gifts=await contact_facts.gifts(reader, contact.id),
        interests=await contact_facts.interests(reader, contact.id),
        exchanges=await exchanges_with(reader, contact.id, now),
        bursts=bursts,
        mentions=await mentions_of(memory, contact, names, bearers),
        family_bursts=[],
        people_mentioned=await _people_mentioned(memory, contact, bursts, bearers),
    )
    evidence.family_bursts = await _family_bursts(memory, evidence)
    return evidence


async def _people_mentioned(
    memory: Memory, contact: Contact, bursts: list[Burst], bearers: dict[str, set[int]]
) -> list[tuple[str, str, int, StoredMessage]]:
    spoken_of = people_in_talk(bursts, bearers, contact.id)
    people = await contacts_by_id(memory.reader, list(spoken_of))
    found = [(*people[holder], *spoken_of[holder]) for holder in people]
    return sorted(found, key=lambda person: (-person[2], person[1]))


async def _family_bursts(memory: Memory, evidence: Evidence) -> list[Burst]:
    """What the closest family wrote to the owner lately: it is about the same household."""
    found: list[Burst] = []
    for fact in evidence.relationships:
        if fact.kind in CLOSEST and fact.other_ref:
            other = await resolve_contact(memory.reader, fact.other_ref)
            messages = await latest_messages_with(
                memory.reader, other.id, LATEST_OF_FAMILY, memory.now()
            )
            found += in_bursts(messages)
    return found
