"""What is stored about one person, and how much of it was known on an earlier day."""

from typing import NamedTuple

from store.engine.connections import Reader
from store.facts import contact_facts
from store.facts.contact_facts import Fact
from store.facts.relationships import relationships
from tools.contradictions import same_day
from tools.memory import Memory


class KnownFacts(NamedTuple):
    """The facts of every kind that a briefing tells.

    titles: what they do, where no organization is known. said_by_owner: how close they are, how
    the two met and the like.
    """

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

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(len(facts) for facts in self)


async def read_facts(reader: Reader, contact_id: int, open_at: int | None) -> KnownFacts:
    """Read what is stored. open_at: the instant at which follow-ups were open; None for now."""
    if open_at is None:
        follow_ups = await contact_facts.open_follow_ups(reader, contact_id)
    else:
        follow_ups = await contact_facts.follow_ups_open_at(reader, contact_id, open_at)
    other_fields = await contact_facts.other_fields(reader, contact_id)
    return KnownFacts(
        names=await contact_facts.other_names(reader, contact_id),
        roles=await contact_facts.roles(reader, contact_id),
        titles=[fact for fact in other_fields if fact.kind == "title"],
        relationships=await relationships(reader, contact_id),
        tags=await contact_facts.tags(reader, contact_id),
        notes=await contact_facts.notes(reader, contact_id),
        life_events=await contact_facts.life_events(reader, contact_id),
        follow_ups=follow_ups,
        gifts=await contact_facts.gifts(reader, contact_id),
        interests=await contact_facts.interests(reader, contact_id),
        said_by_owner=await contact_facts.said_by_owner(reader, contact_id),
    )


def recorded_until(memory: Memory, facts: KnownFacts) -> KnownFacts:
    """The facts that were recorded by the memory's present instant.

    Days in their life count by when they were: a day of birth was the same before an address book
    was imported.
    """
    now, today = memory.now(), memory.today().isoformat()
    recorded = KnownFacts(*([fact for fact in kind if fact.recorded_at <= now] for kind in facts))
    return recorded._replace(
        life_events=[
            event for event in facts.life_events if event.on.startswith("--") or event.on <= today
        ]
    )


def each_day_once(events: list[Fact]) -> list[Fact]:
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
