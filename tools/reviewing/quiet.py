"""People who matter to the owner and of whom it has become quiet."""

from collections.abc import Collection
from typing import Final

from store.talk.rhythm import days_of_both, real_days
from tools.due.drift import DAYS_READ, LONGEST_DRIFT_DAYS, drift_words
from tools.due.due_lines import Horizon
from tools.due.rhythms import is_due, is_due_anyway, last_words, rhythm_due
from tools.memory import Memory
from tools.reviewing.gather import Evidence, read_exchanges
from tools.reviewing.review_lines import Part, ReviewLine

_TITLE: Final = "Quiet, and important to you"
_MOST: Final = 5


async def quiet_people(memory: Memory, evidence: Evidence, told: Collection[int]) -> Part:
    """Those past their own cadence, and close people of whom less is heard than usual.

    told: people who have an open loop already. The closest first.
    """
    matter = [each for each in evidence.mattering if each not in told]
    drifting = await _drifting(memory, evidence, [e for e in matter if e not in evidence.cadences])
    past = await _past_cadence(memory, evidence, [e for e in matter if e in evidence.cadences])
    found = sorted([*drifting, *past], key=evidence.by_nearness)
    shown = found[:_MOST]
    await read_exchanges(memory, evidence, [each for each in shown if each not in drifting])
    lines = [drifting.get(each) or _cadence_line(evidence, each) for each in shown]
    return Part(_TITLE, lines, _MOST, more=len(found) - len(shown))


async def _drifting(
    memory: Memory, evidence: Evidence, contact_ids: list[int]
) -> dict[int, ReviewLine]:
    await read_exchanges(memory, evidence, contact_ids)
    days = await days_of_both(memory.reader, contact_ids, memory.now(), DAYS_READ)
    found = {}
    for each in contact_ids:
        answered = real_days(evidence.exchanges.get(each, ()))
        told_days = sorted({*days.get(each, []), *answered}, reverse=True)
        words = drift_words(told_days, evidence.horizon.today) if told_days else ""
        contact = evidence.people[each]
        if not words and told_days:
            away = -evidence.horizon.away(told_days[0])
            long_ago = away > LONGEST_DRIFT_DAYS
            words = last_words(told_days[0], evidence.horizon) if long_ago else ""
        if words:
            act = f"a short hello to {contact.short_name}, if you like"
            found[each] = ReviewLine(contact, contact.ref, f"{contact.closeness}; {words}", act)
    return found


async def _past_cadence(memory: Memory, evidence: Evidence, contact_ids: list[int]) -> list[int]:
    """Those past a cadence of their own; close people also past that of a tag or a group."""
    now = Horizon(evidence.horizon.today, 0)
    cadences, people = evidence.cadences, evidence.people
    seem = [
        each
        for each in contact_ids
        if (not cadences[each].of or evidence.is_close(each))
        and is_due(cadences[each], people[each], evidence.last(each), now)
    ]
    # What was said last may have been an answer; read only where that would change the finding.
    unsure = [
        each
        for each in seem
        if evidence.heard_of_since(each)
        and not is_due_anyway(cadences[each], people[each], memory.day(evidence.newest[each]), now)
    ]
    await read_exchanges(memory, evidence, unsure)
    return [each for each in seem if is_due(cadences[each], people[each], evidence.last(each), now)]


def _cadence_line(evidence: Evidence, contact_id: int) -> ReviewLine:
    cadence, contact = evidence.cadences[contact_id], evidence.people[contact_id]
    exchanges = evidence.exchanges.get(contact_id, [])
    rhythm = rhythm_due(cadence, contact, evidence.last(contact_id), exchanges, evidence.horizon)
    assert rhythm is not None  # noqa: S101 it was found past its cadence
    due = rhythm.line()
    act = f"{due.act[0].lower()}{due.act[1:]}, or put it off"
    return ReviewLine(contact, due.ref, due.text, act)
