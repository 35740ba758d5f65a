"""What decides who is due: read in steps, and of nobody more than the page needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from store.facts.cadences import Cadence
from store.facts.due_contacts import DueContact
from store.facts.follow_ups import FollowUp
from store.facts.life_events import LifeEvent
from store.talk.rhythm import Exchange, latest_both_ways, latest_exchanges, real_days
from tools.memory import Memory

# Of each account the last few tell who waits, and whether one was answered on another day.
_EXCHANGES_READ: Final = 4


@dataclass(slots=True)
class Stored:
    """What decides, read once.

    exchanges: the latest, newest first. latest: when both last wrote on one day, met or called, UTC
    second and day, or None. unread: people past their rhythm whose exchanges tell how pressing it
    is, with the day of the newest: until they are read they stand as high as they may.
    """

    contacts: dict[int, DueContact]
    promises: list[FollowUp]
    events: dict[int, list[LifeEvent]]
    cadences: dict[int, Cadence]
    exchanges: dict[int, list[Exchange]] = field(default_factory=dict)
    latest: dict[int, tuple[int, date] | None] = field(default_factory=dict)
    unread: dict[int, date] = field(default_factory=dict)

    def last_day(self, contact_id: int) -> date | None:
        """The owner's day of the last real contact, by what has been read."""
        latest = self.latest.get(contact_id)
        days = [] if latest is None else [latest[1]]
        if contact_id in self.exchanges:
            days += real_days(self.exchanges[contact_id])
        return max(days, default=None)

    def short_of(self, contact_ids: Iterable[int]) -> list[int]:
        """Of these, whose exchanges are not read yet."""
        return [each for each in contact_ids if each not in self.exchanges]


async def read_exchanges(memory: Memory, stored: Stored, contact_ids: Sequence[int]) -> None:
    """Read their latest exchanges, and so the day of the last real contact."""
    if not contact_ids:
        return
    await read_latest(memory, stored, [each for each in contact_ids if each not in stored.latest])
    now = memory.now()
    found = await latest_exchanges(memory.reader, contact_ids, now, _EXCHANGES_READ)
    for each in contact_ids:
        stored.exchanges[each] = found.get(each, [])


async def read_latest(memory: Memory, stored: Stored, contact_ids: Sequence[int]) -> None:
    """Read when both last wrote on one day, met or called."""
    if contact_ids:
        found = await latest_both_ways(memory.reader, contact_ids, memory.now())
        stored.latest.update({each: found.get(each) for each in contact_ids})
