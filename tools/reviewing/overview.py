"""What a review is made of, read for everybody at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from store.facts.cadences import Cadence, effective_cadences
from store.facts.due_contacts import ACTIVE, DueContact, due_contacts
from store.facts.follow_ups import FollowUp, open_follow_ups
from store.facts.life_events import LifeEvent, standing_life_events
from store.facts.review_facts import times_put_off, with_a_reason
from store.talk.rhythm import (
    BothWays,
    Exchange,
    latest_both_ways,
    latest_exchanges,
    newest_contact_at,
    real_days,
)
from tools.due.due_lines import Horizon, closeness_order
from tools.due.lead_days import nearness
from tools.due.reading import has_died
from tools.memory import Memory

Period = Literal["week", "month"]
PERIOD_DAYS: Final[dict[Period, int]] = {"week": 7, "month": 30}
# Somebody who wrote longer ago than this no longer waits for an answer.
UNANSWERED_DAYS: Final = 60
# The last few of each account tell who waits, and whether one was answered on another day.
_EXCHANGES_READ: Final = 4
_CLOSE: Final = frozenset({"inner circle", "close"})
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything by contact row id. people: those in use who live; dead: those in use who died.

    events: those that are near, and every death. latest: when both last wrote on one day, met or
    called. newest: the last sign of either, UTC seconds. with_a_reason: those for whom the owner
    said why they matter. put_off: how often, by follow-up. mattering: those who matter to the
    owner, by closeness or by a cadence of their own. exchanges: the last few, newest first, of
    those for whom they were read; `with_exchanges` reads more.
    """

    month: bool
    horizon: Horizon
    people: dict[int, DueContact]
    dead: dict[int, DueContact]
    promises: list[FollowUp]
    events: dict[int, list[LifeEvent]]
    cadences: dict[int, Cadence]
    latest: dict[int, BothWays]
    newest: dict[int, int]
    with_a_reason: set[int]
    put_off: dict[str, int]
    mattering: frozenset[int]
    exchanges: Mapping[int, list[Exchange]] = field(default_factory=dict)

    def last_day(self, contact_id: int) -> date | None:
        """The owner's day of the last real contact, by what has been read."""
        days = [self.latest[contact_id].on] if contact_id in self.latest else []
        if contact_id in self.exchanges:
            days += real_days(self.exchanges[contact_id])
        return max(days, default=None)

    def heard_of_since(self, contact_id: int) -> bool:
        """Whether either wrote after both were last in touch: then exchanges tell more."""
        newest = self.newest.get(contact_id)
        if newest is None:
            return False
        return contact_id not in self.latest or newest > self.latest[contact_id].at

    def is_close(self, contact_id: int) -> bool:
        """Whether the owner counts them to the inner circle or the close ones."""
        return self.people[contact_id].closeness in _CLOSE

    def by_nearness(self, contact_id: int) -> tuple[int, str, str]:
        """What lines are sorted by: the closest people first, then by name."""
        contact = self.people[contact_id]
        nearness = closeness_order(contact) * 2 - (contact_id in self.mattering)
        return nearness, contact.name, contact.ref


async def read_overview(memory: Memory, period: Period) -> Overview:
    """Read what decides, in a fixed number of statements."""
    reader, now = memory.reader, memory.now()
    active = {
        id_: each for id_, each in (await due_contacts(reader)).items() if each.status == ACTIVE
    }
    horizon = Horizon(memory.today(), PERIOD_DAYS[period])
    promises = await open_follow_ups(reader)
    waited_for = sorted({each.contact_id for each in promises if each.after_event})
    events = await standing_life_events(reader, near=nearness(horizon, waited_for))
    cadences = await effective_cadences(reader)
    dead = {id_: each for id_, each in active.items() if has_died(events.get(id_, []))}
    people = {id_: each for id_, each in active.items() if id_ not in dead}
    overview = Overview(
        month=period == "month",
        horizon=horizon,
        people=people,
        dead=dead,
        promises=promises,
        events=events,
        cadences=cadences,
        latest=await latest_both_ways(reader, people, now),
        newest=await newest_contact_at(reader, people, now),
        with_a_reason=await with_a_reason(reader),
        put_off=await times_put_off(reader),
        mattering=frozenset(
            id_ for id_, each in people.items() if _matters(each, cadences.get(id_))
        ),
    )
    # These may wait for an answer. The first of the days counts from its midnight.
    since = now - (UNANSWERED_DAYS + 1) * _DAY
    lately = [id_ for id_, at in overview.newest.items() if at >= since]
    known = overview.latest.keys() | overview.mattering
    return await with_exchanges(memory, overview, [id_ for id_ in lately if id_ in known])


async def with_exchanges(
    memory: Memory, overview: Overview, contact_ids: Iterable[int]
) -> Overview:
    """Read the last few exchanges of those for whom they tell more and are not known yet."""
    asked = [
        each
        for each in contact_ids
        if each not in overview.exchanges and overview.heard_of_since(each)
    ]
    if not asked:
        return overview
    read = await latest_exchanges(memory.reader, asked, memory.now(), _EXCHANGES_READ)
    return replace(overview, exchanges={**overview.exchanges, **read})


def _matters(contact: DueContact, cadence: Cadence | None) -> bool:
    return contact.closeness in _CLOSE or (
        cadence is not None and not cadence.of and cadence.kind != "never"
    )
