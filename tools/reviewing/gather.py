"""What a review is made of, read for everybody at once."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from store.cadences import Cadence, effective_cadences
from store.due_contacts import ACTIVE, DueContact, due_contacts
from store.follow_ups import FollowUp, open_follow_ups
from store.life_events import LifeEvent, standing_life_events
from store.recent_talk import LastTouch, last_touches
from store.review_facts import times_put_off, with_a_reason
from store.rhythm import (
    Exchange,
    latest_both_ways,
    latest_exchanges,
    real_days,
)
from tools.due.events import death_of
from tools.due.lines import Horizon, closeness_order
from tools.memory import Memory

Period = Literal["week", "month"]
PERIOD_DAYS: Final[dict[Period, int]] = {"week": 7, "month": 30}
# Who wrote longer ago than this is no longer waiting for an answer.
UNANSWERED_DAYS: Final = 60
# Of each account the last few tell who waits, and whether one was answered on another day.
_EXCHANGES_READ: Final = 4
_CLOSE: Final = frozenset({"inner circle", "close"})
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything by contact row id. people: those in use who live; dead: those in use who died.

    latest: when both last wrote on one day, met or called (UTC seconds, the owner's day).
    exchanges: the last few, newest first, of whom they tell more. touches: the last sign of either.
    reasons: of whom the owner said why they matter. put_off: how often, by follow-up.
    """

    month: bool
    horizon: Horizon
    people: dict[int, DueContact]
    dead: dict[int, DueContact]
    promises: list[FollowUp]
    events: dict[int, list[LifeEvent]]
    cadences: dict[int, Cadence]
    latest: dict[int, tuple[int, date]]
    touches: dict[int, LastTouch]
    exchanges: dict[int, list[Exchange]]
    reasons: set[int]
    put_off: dict[str, int]

    def last(self, contact_id: int) -> date | None:
        """The owner's day of the last real contact."""
        days = real_days(self.exchanges.get(contact_id, ()))
        if contact_id in self.latest:
            days.append(self.latest[contact_id][1])
        return max(days, default=None)

    def is_close(self, contact_id: int) -> bool:
        """Whether the owner counts them to the inner circle or the close ones."""
        return self.people[contact_id].closeness in _CLOSE

    def matters(self, contact_id: int) -> bool:
        """Whether the owner said so: by closeness, or by a cadence of their own."""
        cadence = self.cadences.get(contact_id)
        return self.is_close(contact_id) or (
            cadence is not None and not cadence.of and cadence.kind != "never"
        )

    def by_nearness(self, contact_id: int) -> tuple[int, str, str]:
        """The closest first, then by name: an order in which lines are shown."""
        contact = self.people[contact_id]
        nearness = closeness_order(contact) * 2 - self.matters(contact_id)
        return nearness, contact.name, contact.ref


async def gather(memory: Memory, period: Period) -> Evidence:
    """Read what decides, in a fixed number of statements."""
    reader, now = memory.reader, memory.now()
    active = {
        id_: each for id_, each in (await due_contacts(reader)).items() if each.status == ACTIVE
    }
    events = await standing_life_events(reader)
    dead = {id_: each for id_, each in active.items() if death_of(events.get(id_, []))}
    people = {id_: each for id_, each in active.items() if id_ not in dead}
    evidence = Evidence(
        month=period == "month",
        horizon=Horizon(memory.today(), PERIOD_DAYS[period]),
        people=people,
        dead=dead,
        promises=await open_follow_ups(reader),
        events=events,
        cadences=await effective_cadences(reader),
        latest=await latest_both_ways(reader, people, now),
        touches=await last_touches(reader, people, now),
        exchanges={},
        reasons=await with_a_reason(reader),
        put_off=await times_put_off(reader),
    )
    # Since both last wrote on one day: an answer on another day, or somebody who waits for one.
    tell_more = [
        id_ for id_, touch in evidence.touches.items() if _tells_more(evidence, id_, touch, now)
    ]
    read = await latest_exchanges(reader, tell_more, now, _EXCHANGES_READ)
    evidence.exchanges.update(read)
    return evidence


def _tells_more(evidence: Evidence, contact_id: int, touch: LastTouch, now: int) -> bool:
    """Whether there is a sign after their last exchange on one day, and it matters."""
    if contact_id not in evidence.latest:
        return evidence.matters(contact_id)
    if touch.at <= evidence.latest[contact_id][0]:
        return False
    return evidence.matters(contact_id) or now - touch.at <= UNANSWERED_DAYS * _DAY
