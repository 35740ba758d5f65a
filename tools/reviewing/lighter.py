"""What may become lighter: a calmer rhythm, the archive; and who matters without a reason given."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from store.facts.cadences import Cadence
from store.talk.recent_talk import wrote_anywhere_since
from store.talk.rhythm import EXCHANGES_THAT_TELL, days_of_both, latest_exchanges, real_days
from tools.days.shown import length, readable
from tools.memory import Memory
from tools.reviewing.overview import Overview
from tools.reviewing.review_lines import ReviewLine, ReviewPart

# How many times in a row contact came later than meant, and by how much, before that tells.
TIMES_MISSED: Final = 4
MISSED_BY: Final = 1.5
# A rhythm with a name fits when its share of the observed gap lies between these.
_NEAR: Final = (0.8, 1.3)
_LONGEST_RHYTHM_DAYS: Final = 550
ARCHIVE_YEARS: Final = 3
_STANDARD: Final = ("every two weeks", "monthly", "quarterly", "twice a year", "yearly")
# Exchanges are looked at one by one for no more people than this.
_MOST_READ: Final = 24
_EXCHANGES_READ: Final = 40
_DAY: Final = 86_400
_MOST: Final = 3


async def calmer_rhythms(memory: Memory, overview: Overview) -> ReviewPart:
    """Cadences missed many times in a row, with the gap that was observed and one that fits it."""
    asked = [
        each
        for each, cadence in overview.cadences.items()
        if cadence.length is not None and each in overview.latest
    ]
    most = EXCHANGES_THAT_TELL + 1
    days = await days_of_both(memory.reader, asked, memory.now(), most)
    seem = [each for each in asked if _missed(days[each], overview.cadences[each])]
    seem = sorted(seem, key=overview.by_nearness)[:_MOST_READ]
    # An answer on another day is contact too: looked up only where it may change the finding.
    exchanges = await latest_exchanges(memory.reader, seem, memory.now(), _EXCHANGES_READ)
    found = []
    for each in seem:
        cadence, contact = overview.cadences[each], overview.people[each]
        told = sorted({*days[each], *real_days(exchanges.get(each, ()))}, reverse=True)
        gaps = _missed(told[:most], cadence)
        if not gaps:
            continue
        observed = round(median(gaps))
        calmer = _calmer(observed)
        text = (
            f"{cadence.words} is set; the last {len(gaps)} times it was about {length(observed)},"
            f" last on {readable(told[0])}; {calmer} may fit better"
        )
        act = f"make it {calmer}, or keep {cadence.words}"
        found.append(ReviewLine(contact, contact.ref, text, act))
    return ReviewPart("A calmer rhythm may fit", found, _MOST)


def _missed(days: Sequence[date], cadence: Cadence) -> list[int]:
    """The latest gaps in a row that were longer than meant, or none if they are too few.

    days: of real contact, latest first.
    """
    gaps: list[int] = []
    for later, earlier in pairwise(days):
        if cadence.length is None or (later - earlier).days <= cadence.length * MISSED_BY:
            break
        gaps.append((later - earlier).days)
    return gaps if len(gaps) >= TIMES_MISSED else []


def _calmer(observed: int) -> str:
    for kind in _STANDARD:
        if _NEAR[0] <= (Cadence(kind).length or 0) / observed <= _NEAR[1]:
            return kind
    if observed > _LONGEST_RHYTHM_DAYS:
        return "revisit later"
    return f"every {length(observed)}"


async def for_the_archive(memory: Memory, overview: Overview, busy: Collection[int]) -> ReviewPart:
    """People not heard from for years, where nothing speaks for keeping them in view.

    busy: who has an open loop. Longest ago first.
    """
    before = memory.now() - int(ARCHIVE_YEARS * 365.25) * _DAY
    holding = {promise.contact_id for promise in overview.promises}
    found = [
        each
        for each, contact in overview.people.items()
        if contact.is_person
        and each in overview.latest
        and overview.newest[each] < before
        and each not in overview.cadences
        and not overview.is_close(each)
        and each not in overview.with_a_reason
        and each not in holding
        and each not in busy
        and not contact.snoozed_until_on
    ]
    since = memory.today() - timedelta(days=int(ARCHIVE_YEARS * 365.25))
    still_there = await wrote_anywhere_since(memory.reader, found, since.isoformat())
    gone = [each for each in found if each not in still_there]
    gone.sort(key=lambda each: (overview.latest[each].on, overview.people[each].ref))
    lines = []
    for each in gone[:_MOST]:
        contact, last = overview.people[each], overview.latest[each].on
        text = f"last real contact {readable(last)}, nothing open"
        act = f"archive {contact.called}, or leave it as it is"
        lines.append(ReviewLine(contact, contact.ref, text, act))
    return ReviewPart("The archive may fit", lines, _MOST, more=len(gone) - len(lines))


def without_a_reason(overview: Overview) -> ReviewPart:
    """People with a closeness or a cadence, but without a word on why they matter."""
    found = sorted(overview.mattering - overview.with_a_reason, key=overview.by_nearness)
    lines = []
    for each in found[:_MOST]:
        contact = overview.people[each]
        cadence = overview.cadences.get(each)
        said = [contact.closeness, cadence.words if cadence else ""]
        text = f"{', '.join(filter(None, said))}; why they matter to you is not written down"
        act = f"say in a few words why {contact.called} matters to you, or leave it unsaid"
        lines.append(ReviewLine(contact, contact.ref, text, act))
    return ReviewPart("Why do they matter to you?", lines, _MOST, more=len(found) - len(lines))
