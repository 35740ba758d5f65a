"""What decides who is due: read in steps, and for nobody more than the page needs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from store.facts.cadences import Cadence, effective_cadences
from store.facts.due_contacts import ACTIVE, DueContact, due_contacts
from store.facts.follow_ups import FollowUp, open_follow_ups
from store.facts.life_events import DEATH, LifeEvent, standing_life_events
from store.talk.rhythm import BothWays, Exchange, latest_both_ways, latest_exchanges, real_days
from tools.due.due_lines import Horizon, Kind
from tools.due.lead_days import nearness
from tools.memory import Memory

# The last few of each account tell who waits, and whether one was answered on another day.
_EXCHANGES_READ: Final = 4


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored and decides, by contact row id; empty for kinds that are not asked for.

    contacts: everybody, those put aside too. active: those in use. living: those of them who have
    not died. events: those that are near, and every death.
    """

    contacts: Mapping[int, DueContact]
    active: Mapping[int, DueContact]
    living: Mapping[int, DueContact]
    promises: Sequence[FollowUp]
    events: Mapping[int, list[LifeEvent]]
    cadences: Mapping[int, Cadence]

    def is_dead(self, contact_id: int) -> bool:
        """Whether somebody in use has died."""
        return contact_id in self.active and contact_id not in self.living


async def read_stored(
    memory: Memory, kinds: Collection[Kind], horizon: Horizon, only: int | None
) -> Stored:
    """Read what is stored about everybody, or about one contact alone. kinds: those asked for."""
    reader = memory.reader
    asks_promises, asks_rhythm = "follow_up" in kinds, bool({"rhythm", "drift"} & set(kinds))
    promises = await open_follow_ups(reader, only, horizon.last) if asks_promises else []
    waited_for = sorted({each.contact_id for each in promises if each.after_event})
    contacts = await due_contacts(reader, only)
    events = await standing_life_events(reader, only, nearness(horizon, waited_for))
    active = {id_: each for id_, each in contacts.items() if each.status == ACTIVE}
    dead = {id_ for id_, of_one in events.items() if has_died(of_one)}
    return Stored(
        contacts=contacts,
        active=active,
        living={id_: each for id_, each in active.items() if id_ not in dead},
        promises=promises,
        events=events,
        cadences=await effective_cadences(reader, only) if asks_rhythm else {},
    )


def has_died(events: Iterable[LifeEvent]) -> bool:
    """Whether the life events of somebody tell of their death."""
    return any(event.kind == DEATH for event in events)


@dataclass(frozen=True, slots=True)
class History:
    """What has been read of when people were in touch, by contact row id.

    latest: when both wrote on one day, met or called; None for those who never did. exchanges:
    the last few, newest first. Reading more gives a new one.
    """

    latest: Mapping[int, BothWays | None] = field(default_factory=dict)
    exchanges: Mapping[int, Sequence[Exchange]] = field(default_factory=dict)

    def last_day(self, contact_id: int) -> date | None:
        """The owner's day of the last real contact, by what has been read."""
        latest = self.latest.get(contact_id)
        days = [] if latest is None else [latest.on]
        if contact_id in self.exchanges:
            days += real_days(self.exchanges[contact_id])
        return max(days, default=None)

    def with_latest(self, latest: Mapping[int, BothWays | None]) -> "History":
        """The same, and when these were last in touch."""
        return replace(self, latest={**self.latest, **latest})


async def read_latest(memory: Memory, history: History, contact_ids: Iterable[int]) -> History:
    """Read when these last wrote on one day, met or called, where that is not known."""
    asked = [each for each in contact_ids if each not in history.latest]
    if not asked:
        return history
    found = await latest_both_ways(memory.reader, asked, memory.now())
    return history.with_latest({each: found.get(each) for each in asked})


async def read_exchanges(memory: Memory, history: History, contact_ids: Iterable[int]) -> History:
    """Read the latest exchanges of these where they are not known, and so their last contact."""
    asked = [each for each in contact_ids if each not in history.exchanges]
    if not asked:
        return history
    history = await read_latest(memory, history, asked)
    found = await latest_exchanges(memory.reader, asked, memory.now(), _EXCHANGES_READ)
    exchanges = {**history.exchanges, **{each: found.get(each, []) for each in asked}}
    return replace(history, exchanges=exchanges)
