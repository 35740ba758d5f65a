"""The evidence for a briefing, read once: facts, exchanges, talk, and what others said."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from store import contact_facts
from store.acquaintances import circles_of, contacts_by_id, given_names
from store.contact_facts import Fact
from store.contacts import Contact, resolve_contact
from store.conversations import StoredMessage, latest_messages_with, mentions_by_others
from store.names import name_key
from store.rhythm import Exchange, exchanges_with
from tools.briefing.bursts import Burst, in_bursts
from tools.memory import Memory

LATEST_MESSAGES: Final = 600
MOST_MENTIONS: Final = 40
MENTION_DAYS: Final = 365
LATEST_OF_FAMILY: Final = 30
CLOSEST: Final = frozenset({"spouse", "husband", "wife", "partner"})
_DAY: Final = 86_400


@dataclass(slots=True)
class Evidence:
    """Everything that a briefing is made of. bursts, mentions, family_bursts: in order of time.

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
    people_mentioned: list[tuple[str, str, int, StoredMessage]] = field(default_factory=list)

    @property
    def last_real(self) -> Exchange | None:
        """The last contact in both directions."""
        return next((e for e in self.exchanges if e.both_ways), None)


async def gather(memory: Memory, contact: Contact, longest_quote: int) -> Evidence:
    """Read the evidence on one contact."""
    reader, now = memory.reader, memory.now()
    names = await contact_facts.other_names(reader, contact.id)
    messages = await latest_messages_with(reader, contact.id, LATEST_MESSAGES, now)
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
        bursts=in_bursts(messages),
        mentions=await _mentions(memory, contact, names),
        family_bursts=[],
    )
    evidence.family_bursts = await _family_bursts(memory, evidence)
    evidence.people_mentioned = await _people_mentioned(memory, contact, evidence.bursts)
    return evidence


async def _mentions(memory: Memory, contact: Contact, names: list[Fact]) -> list[Burst]:
    """What others said of them in the last year.

    A given name that several contacts bear counts only from somebody who shares a circle with
    this one and with none of the others.
    """
    reader, now = memory.reader, memory.now()
    bearers = await given_names(reader)
    sure = [contact.name] if " " in contact.name else []
    shared: list[str] = []
    short = {contact.short_name, *(n.text for n in names if n.kind == "nickname")}
    for name in sorted(short):
        holders = bearers.get(name_key(name), set())
        if len(name) >= 3 and holders <= {contact.id}:
            sure.append(name)
        elif len(name) >= 3:
            shared.append(name)
    found = await mentions_by_others(
        reader, contact.id, sure + shared, now - MENTION_DAYS * _DAY, now, MOST_MENTIONS
    )
    own_circle = await circles_of(reader, contact.id)
    others = {h for name in shared for h in bearers.get(name_key(name), set())} - {contact.id}
    other_circles = set().union(*[await circles_of(reader, other) for other in others])
    kept = []
    for message in found:
        text = name_key(message.text)
        by_sure_name = any(name_key(name) in text for name in sure)
        speaker = message.sender_contact
        only_ours = speaker in own_circle and (
            speaker not in other_circles and speaker not in others
        )
        if by_sure_name or only_ours:
            kept.append(message)
    return in_bursts(sorted(kept, key=lambda message: (message.sent_at or 0, message.id)))


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


async def _people_mentioned(
    memory: Memory, contact: Contact, bursts: list[Burst]
) -> list[tuple[str, str, int, StoredMessage]]:
    """Other contacts who come up by a given name that they alone bear: (ref, name, times, last)."""
    bearers = {
        name: next(iter(holders))
        for name, holders in (await given_names(memory.reader)).items()
        if len(holders) == 1 and len(name) >= 3
    }
    times: Counter[int] = Counter()
    last: dict[int, StoredMessage] = {}
    for burst in bursts:
        for word in {w for w in burst.text.split() if w[:1].isupper()}:
            key = name_key(word.removesuffix("'s").removesuffix("’s"))
            holder = bearers.get(key)
            if holder is not None and holder != contact.id:
                times[holder] += 1
                last[holder] = burst.first
    people = await contacts_by_id(memory.reader, list(times))
    found = [(*people[holder], times[holder], last[holder]) for holder in people]
    return sorted(found, key=lambda person: (-person[2], person[1]))
