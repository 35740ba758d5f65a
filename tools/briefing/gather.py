"""The evidence for a briefing, read once: facts, exchanges, talk, and what others said."""

from dataclasses import dataclass, replace
from typing import Final

from store.facts import contact_facts
from store.facts.cadences import effective_cadences
from store.facts.contact_facts import Fact
from store.facts.relationships import relationships
from store.people.circles import contacts_by_id, given_names
from store.people.contacts import Contact, resolve_contact
from store.talk.conversations import StoredMessage, latest_messages_with
from store.talk.rhythm import Exchange, latest_exchanges
from tools.briefing.mentions import LATEST_MESSAGES, mentions_of, people_in_talk
from tools.briefing.sizes import (
    FULL_QUOTE,
    LONGEST_QUOTE,
    SHORT_TOKENS,
    SHORTEST_QUOTE,
    TOKENS_A_LINE,
)
from tools.contradictions import same_day
from tools.memory import Memory
from tools.talk.bursts import Burst, in_bursts

# Characters of quotes to a token of the budget, and of date, reference and name beside each.
_OF_QUOTES: Final = 2
_BESIDE_A_QUOTE: Final = 40
_STEP: Final = 20
LATEST_OF_FAMILY: Final = 30
LATEST_EXCHANGES: Final = 200
_RECORDED: Final = (
    "names",
    "roles",
    "titles",
    "relationships",
    "tags",
    "notes",
    "life_events",
    "follow_ups",
    "gifts",
    "interests",
    "said_by_owner",
)
CLOSEST: Final = frozenset({"spouse", "husband", "wife", "partner"})


@dataclass(slots=True)
class Evidence:
    """Everything that a briefing is made of. bursts, mentions, family_bursts: in order of time.

    people_mentioned: other contacts who come up in the talk, as (ref, name, times, last).
    longest_quote: characters after which a quote is cut. has_room: all talk fits in, so that a
    quote needs no cutting to what tells most. most_lines: that can be shown at all.
    is_short: every word counts.
    titles: what they do, where no organization is known.
    said_by_owner: how close they are, how they met and the like. cadence: in the owner's words.
    not_known_yet: facts left out because they were recorded after the day that is asked about.
    """

    contact: Contact
    longest_quote: int
    has_room: bool
    most_lines: int
    is_short: bool
    names: list[Fact]
    roles: list[Fact]
    titles: list[Fact]
    relationships: list[Fact]
    tags: list[Fact]
    notes: list[Fact]
    life_events: list[Fact]
    follow_ups: list[Fact]
    gifts: list[Fact]
    interests: list[Fact]
    said_by_owner: list[Fact]
    exchanges: list[Exchange]
    bursts: list[Burst]
    mentions: list[Burst]
    family_bursts: list[Burst]
    people_mentioned: list[tuple[str, str, int, StoredMessage]]
    cadence: str = ""
    not_known_yet: int = 0

    @property
    def last_real(self) -> Exchange | None:
        """The last contact in both directions."""
        return next((e for e in self.exchanges if e.both_ways), None)


async def gather(
    memory: Memory, contact: Contact, max_tokens: int, is_past: bool = False
) -> Evidence:
    """Read the evidence on one contact.

    is_past: the memory's clock stands on a day gone by; what was recorded later is left out.
    """
    return await memory.reader.in_one_go(
        lambda at_once: _gather(replace(memory, reader=at_once), contact, max_tokens, is_past)
    )


async def _gather(memory: Memory, contact: Contact, max_tokens: int, is_past: bool) -> Evidence:
    reader, now = memory.reader, memory.now()
    names = await contact_facts.other_names(reader, contact.id)
    bearers = await given_names(reader)
    bursts = in_bursts(await latest_messages_with(reader, contact.id, LATEST_MESSAGES, now))
    evidence = Evidence(
        contact=contact,
        longest_quote=LONGEST_QUOTE,
        has_room=True,
        most_lines=max_tokens // TOKENS_A_LINE,
        is_short=max_tokens < SHORT_TOKENS,
        names=names,
        roles=await contact_facts.roles(reader, contact.id),
        titles=[
            fact
            for fact in await contact_facts.other_fields(reader, contact.id)
            if fact.kind == "title"
        ],
        relationships=await relationships(reader, contact.id),
        tags=await contact_facts.tags(reader, contact.id),
        notes=await contact_facts.notes(reader, contact.id),
        life_events=await contact_facts.life_events(reader, contact.id),
        follow_ups=(
            await contact_facts.follow_ups_open_at(reader, contact.id, now)
            if is_past
            else await contact_facts.open_follow_ups(reader, contact.id)
        ),
        gifts=await contact_facts.gifts(reader, contact.id),
        interests=await contact_facts.interests(reader, contact.id),
        said_by_owner=await contact_facts.said_by_owner(reader, contact.id),
        exchanges=(await latest_exchanges(reader, [contact.id], now, LATEST_EXCHANGES)).get(
            contact.id, []
        ),
        bursts=bursts,
        mentions=await mentions_of(memory, contact, names, bearers),
        family_bursts=[],
        people_mentioned=await _people_mentioned(memory, contact, bursts, bearers),
    )
    evidence.longest_quote, evidence.has_room = _quote_length(evidence, max_tokens)
    if is_past:
        _forget_what_came_later(evidence, now, memory.today().isoformat())
    else:
        cadence = (await effective_cadences(reader, contact.id)).get(contact.id)
        evidence.cadence = cadence.words if cadence else ""
    evidence.life_events = _each_day_once(evidence.life_events)
    evidence.family_bursts = await _family_bursts(memory, evidence)
    return evidence


def _quote_length(evidence: Evidence, max_tokens: int) -> tuple[int, bool]:
    """How long a quote may be, in characters, and whether all talk fits in so.

    A short briefing tells most in short quotes; where there is little to quote they are longer.
    """
    lengths = [len(burst.text) for burst in [*evidence.bursts, *evidence.mentions]]
    room = max_tokens * _OF_QUOTES - _BESIDE_A_QUOTE * len(lengths)
    least = max(min(max_tokens // 10, FULL_QUOTE), SHORTEST_QUOTE)
    for longest in range(LONGEST_QUOTE, least, -_STEP):
        if sum(min(length, longest) for length in lengths) <= room:
            return longest, True
    return least, False


def _forget_what_came_later(evidence: Evidence, now: int, today: str) -> None:
    """Leave out facts recorded after an instant (UTC seconds), but days that were before it.

    A day of birth was the same before an address book was imported.
    """
    for name in _RECORDED:
        facts: list[Fact] = getattr(evidence, name)
        kept = [fact for fact in facts if fact.recorded_at <= now]
        if name == "life_events":
            kept = [fact for fact in facts if fact.on.startswith("--") or fact.on <= today]
        evidence.not_known_yet += len(facts) - len(kept)
        setattr(evidence, name, kept)


def _each_day_once(events: list[Fact]) -> list[Fact]:
    """Life events without those that say in part what another one says: 12 Apr, 12 Apr 1990."""
    return [
        event
        for event in events
        if not any(
            other.kind == event.kind
            and (other.text == event.text or event.kind == "birthday")
            and len(other.on) > len(event.on)
            and same_day(event.on, other.on)
            for other in events
        )
    ]


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
