"""Drift: a silence longer than usual, where no cadence is set. A hint, never a debt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from store.facts.due_contacts import DueContact
from store.talk.rhythm import (
    EXCHANGES_THAT_TELL,
    days_of_both,
    latest_both_ways,
    real_days,
    usual_gap,
)
from tools.days.partial import days_of
from tools.days.shown import length
from tools.due.due_lines import DueLine, Horizon, Urgency, closeness_order
from tools.due.reading import History, Stored, read_exchanges
from tools.memory import Memory

# A silence shorter than this is no drift; a longer one than the second belongs to another time of
# life, and to the review.
SHORTEST_DRIFT_DAYS: Final = 21
LONGEST_DRIFT_DAYS: Final = 365
# How many usual gaps a silence has to last before it is told.
TELLING_GAPS: Final = 2
# Enough of the latest days to see a silence at the same time of the last two years.
DAYS_READ: Final = 100
_YEARS_OF_SEASONS: Final = (1, 2)
_DAYS_TO_SPARE: Final = 3
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class DriftFound:
    """lines: the hint, by contact row id. history: with what was read to find them."""

    lines: Mapping[int, DueLine]
    history: History


async def drift_found(
    memory: Memory, stored: Stored, history: History, horizon: Horizon
) -> DriftFound:
    """Find the living people without a cadence with whom contact has become rarer."""
    asked = [
        id_
        for id_, contact in stored.living.items()
        if id_ not in stored.cadences and contact.is_person
    ]
    reader, now = memory.reader, memory.now()
    since = now - (LONGEST_DRIFT_DAYS + _DAYS_TO_SPARE) * _DAY
    latest = await latest_both_ways(reader, asked, now, since)
    quiet = [
        id_
        for id_, both in latest.items()
        if SHORTEST_DRIFT_DAYS <= -horizon.away(both.on) <= LONGEST_DRIFT_DAYS
    ]
    # For most people a few days are enough to see that nothing is unusual; only for the others are
    # all days read.
    few = await days_of_both(reader, quiet, now, EXCHANGES_THAT_TELL + 1)
    seem = [id_ for id_ in quiet if drift_line(stored.living[id_], few[id_], horizon)]
    days = await days_of_both(reader, seem, now, DAYS_READ)
    history = await read_exchanges(memory, history.with_latest(latest), seem)
    lines = {}
    for id_ in seem:
        # An answer on another day is contact too.
        both_ways = {*real_days(history.exchanges[id_]), *days[id_]}
        line = drift_line(stored.living[id_], sorted(both_ways, reverse=True), horizon)
        if line is not None:
            lines[id_] = line
    return DriftFound(lines, history)


def drift_words(days: Sequence[date], today: date) -> str:
    """`you used to speak every 3 weeks; it has been 11 weeks`, or nothing where all is as usual.

    days: of real contact, latest first. A silence is usual where two usual gaps, or one of the
    gaps that make up the usual, was as long, or where there was one at this time of the year.
    """
    gap = usual_gap(days)
    if gap is None:
        return ""
    silence = (today - days[0]).days
    telling = days[: EXCHANGES_THAT_TELL + 1]
    longest = max((later - earlier).days for later, earlier in pairwise(telling))
    if not SHORTEST_DRIFT_DAYS <= silence <= LONGEST_DRIFT_DAYS:
        return ""
    if silence <= max(TELLING_GAPS * gap, longest) or _is_seasonal(days, today):
        return ""
    return f"you used to speak every {_in_weeks(max(gap, 1))}; it has been {_in_weeks(silence)}"


def drift_line(contact: DueContact, days: Sequence[date], horizon: Horizon) -> DueLine | None:
    """A hint that contact has become rarer, where no cadence is set and nothing is snoozed."""
    snoozed = days_of(contact.snoozed_until_on)
    if snoozed is not None and snoozed.first > horizon.today:
        return None
    words = drift_words(days, horizon.today)
    if not words:
        return None
    silence = (horizon.today - days[0]).days
    return DueLine(
        kind="drift",
        text=f"{words} (a hint, no debt)",
        ref=contact.ref,
        act=f"A short hello to {contact.called}, if you like",
        urgency=Urgency.HINT,
        order=closeness_order(contact) * 1_000 - silence / max(usual_gap(days) or 1, 1),
    )


def _is_seasonal(days: Sequence[date], today: date) -> bool:
    """Whether a year or two ago there was a silence over most of the same days of the year."""
    silence = (today - days[0]).days
    for years in _YEARS_OF_SEASONS:
        start = days[0].toordinal() - 365 * years
        end = start + silence
        for later, earlier in pairwise(days):
            shared = min(later.toordinal(), end) - max(earlier.toordinal(), start)
            if shared * 3 >= silence * 2:
                return True
    return False


def _in_weeks(days: int) -> str:
    """Like `length`, but in weeks up to five months, so that two can be compared."""
    return f"{round(days / 7)} weeks" if 21 <= days < 150 else length(days)
