"""People who matter to the owner and of whom it has become quiet."""

from typing import Final

from store.rhythm import days_of_both, real_days
from tools.due.rhythms import LONGEST_DRIFT_DAYS, drift_words, last_words, rhythm_line
from tools.memory import Memory
from tools.reviewing.gather import Evidence
from tools.reviewing.lines import ReviewLine

# Enough of the latest days to see a silence at the same time of the last two years.
_DAYS_READ: Final = 100


async def quiet_people(memory: Memory, evidence: Evidence, told: set[int]) -> list[ReviewLine]:
    """Those past their own cadence, and close people of whom less is heard than usual.

    told: people who have an open loop already. The closest first.
    """
    matter = [each for each in evidence.people if evidence.matters(each) and each not in told]
    found = {}
    for each in matter:
        line = _past_cadence(evidence, each)
        if line is not None:
            found[each] = line
    drifting = [
        each for each in matter if evidence.is_close(each) and each not in evidence.cadences
    ]
    days = await days_of_both(memory.reader, drifting, memory.now(), _DAYS_READ)
    for each in drifting:
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
    return [found[each] for each in sorted(found, key=evidence.by_nearness)]


def _past_cadence(evidence: Evidence, contact_id: int) -> ReviewLine | None:
    cadence, contact = evidence.cadences.get(contact_id), evidence.people[contact_id]
    if cadence is None or (cadence.of and not evidence.is_close(contact_id)):
        return None
    exchanges = evidence.exchanges.get(contact_id, [])
    due = rhythm_line(cadence, contact, evidence.last(contact_id), exchanges, evidence.horizon)
    if due is None or (due.on is not None and due.on > evidence.horizon.today):
        return None
    act = f"{due.act[0].lower()}{due.act[1:]}, or put it off"
    return ReviewLine(contact, due.ref, due.text, act)
