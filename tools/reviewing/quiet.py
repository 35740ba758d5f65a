"""People who matter to the owner and have become quiet."""

from collections.abc import Collection
from typing import Final

from store.talk.rhythm import days_of_both, real_days
from tools.due.drift import DAYS_READ, LONGEST_DRIFT_DAYS, drift_words
from tools.due.due_lines import Horizon
from tools.due.rhythms import is_due, is_due_anyway, last_words, rhythm_due
from tools.memory import Memory
from tools.reviewing.overview import Overview, with_exchanges
from tools.reviewing.review_lines import ReviewLine, ReviewPart, uncapitalised

_TITLE: Final = "Quiet, and important to you"
_MOST: Final = 5


async def quiet_people(memory: Memory, overview: Overview, told: Collection[int]) -> ReviewPart:
    """Those past their own cadence, and close people who are heard from less than usual.

    told: people who have an open loop already. The closest first.
    """
    matter = [each for each in overview.mattering if each not in told]
    drifting = await _drifting(memory, overview, [e for e in matter if e not in overview.cadences])
    past = await _past_cadence(memory, overview, [e for e in matter if e in overview.cadences])
    found = sorted([*drifting, *past], key=overview.by_nearness)
    shown = found[:_MOST]
    overview = await with_exchanges(memory, overview, [e for e in shown if e not in drifting])
    lines = [drifting.get(each) or _cadence_line(overview, each) for each in shown]
    return ReviewPart(_TITLE, lines, _MOST, more=len(found) - len(shown))


async def _drifting(
    memory: Memory, overview: Overview, contact_ids: list[int]
) -> dict[int, ReviewLine]:
    overview = await with_exchanges(memory, overview, contact_ids)
    days = await days_of_both(memory.reader, contact_ids, memory.now(), DAYS_READ)
    found = {}
    for each in contact_ids:
        answered = real_days(overview.exchanges.get(each, ()))
        told_days = sorted({*days.get(each, []), *answered}, reverse=True)
        words = drift_words(told_days, overview.horizon.today) if told_days else ""
        contact = overview.people[each]
        if not words and told_days:
            away = -overview.horizon.away(told_days[0])
            long_ago = away > LONGEST_DRIFT_DAYS
            words = last_words(told_days[0], overview.horizon) if long_ago else ""
        if words:
            act = f"a short hello to {contact.called}, if you like"
            found[each] = ReviewLine(contact, contact.ref, f"{contact.closeness}; {words}", act)
    return found


async def _past_cadence(memory: Memory, overview: Overview, contact_ids: list[int]) -> list[int]:
    """Those past a cadence of their own; close people also past that of a tag or a group."""
    now = Horizon(overview.horizon.today, 0)
    cadences, people = overview.cadences, overview.people
    seem = [
        each
        for each in contact_ids
        if (not cadences[each].of or overview.is_close(each))
        and is_due(cadences[each], people[each], overview.last_day(each), now)
    ]
    # What was said last may have been an answer; read only where that would change the finding.
    unsure = [
        each
        for each in seem
        if overview.heard_of_since(each)
        and not is_due_anyway(cadences[each], people[each], memory.day(overview.newest[each]), now)
    ]
    overview = await with_exchanges(memory, overview, unsure)
    return [
        each for each in seem if is_due(cadences[each], people[each], overview.last_day(each), now)
    ]


def _cadence_line(overview: Overview, contact_id: int) -> ReviewLine:
    cadence, contact = overview.cadences[contact_id], overview.people[contact_id]
    exchanges = overview.exchanges.get(contact_id, [])
    rhythm = rhythm_due(
        cadence, contact, overview.last_day(contact_id), exchanges, overview.horizon
    )
    assert rhythm is not None  # noqa: S101 it was found past its cadence
    due = rhythm.line()
    act = f"{uncapitalised(due.act)}, or put it off"
    return ReviewLine(contact, due.ref, due.text, act)
