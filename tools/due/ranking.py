"""Who is due, in order: the most pressing first, reading no more people than the page needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, NamedTuple

from store.facts.due_contacts import DueContact
from tools.due.due_lines import DueLine, Urgency
from tools.due.reading import History, read_exchanges
from tools.due.rhythms import RhythmDue, settled_rhythm
from tools.memory import Memory

# How many people's exchanges are read at first; then twice as many.
_READ_AT_FIRST: Final = 32

# A rhythm gets its words where it is shown; to be ranked it needs none.
Reason = DueLine | RhythmDue


class Candidate(NamedTuple):
    """Somebody who is due. reasons: why, at least one.

    place: what people are sorted by: the rank of the most pressing reason, then name and row id.
    unsettled: the rhythm that is ranked as high as it may stand, until their exchanges are read.
    """

    contact: DueContact
    reasons: tuple[Reason, ...]
    place: tuple[Urgency, float, str, int]
    unsettled: RhythmDue | None

    @property
    def rank(self) -> tuple[Urgency, float]:
        """How pressing the most pressing reason is, the lowest first."""
        urgency, order, *_ = self.place
        return urgency, order


@dataclass(frozen=True, slots=True)
class Ranked:
    """people: the most pressing first. history: with what was read to rank them."""

    people: Sequence[Candidate]
    history: History


def candidates(
    contacts: Mapping[int, DueContact], reasons: Iterable[tuple[int, Reason]]
) -> list[Candidate]:
    """Everybody who is due. reasons: each with the row id of its contact."""
    by_contact: dict[int, list[Reason]] = {}
    for id_, reason in reasons:
        by_contact.setdefault(id_, []).append(reason)
    return [_candidate(contacts[id_], found) for id_, found in by_contact.items()]


def _candidate(contact: DueContact, reasons: Sequence[Reason]) -> Candidate:
    urgency, order = min([(reason.urgency, reason.order) for reason in reasons])
    unread = [each for each in reasons if isinstance(each, RhythmDue) and each.unread_on]
    place = urgency, order, contact.name, contact.id
    return Candidate(contact, tuple(reasons), place, unread[0] if unread else None)


async def ranked(
    memory: Memory, people: Sequence[Candidate], history: History, most: int
) -> Ranked:
    """Rank everybody, and read so much that the first `most` stand where they belong.

    Somebody unsettled stands no lower than they would if their exchanges were read, so once
    everybody among the first is settled, nobody is missing there.
    """
    at_once = _READ_AT_FIRST
    while True:
        in_order = sorted(people, key=attrgetter("place"))
        if not any(each.unsettled for each in in_order[:most]):
            return Ranked(in_order, history)
        asked = [each for each in in_order if each.unsettled][:at_once]
        ids = {each.contact.id for each in asked}
        history = await read_exchanges(memory, history, ids)
        settled = (_settled(each, history) for each in asked)
        people = [
            *(each for each in in_order if each.contact.id not in ids),
            *(each for each in settled if each is not None),
        ]
        at_once *= 2


def _settled(candidate: Candidate, history: History) -> Candidate | None:
    """A candidate whose exchanges have been read; None when that leaves no reason."""
    rhythm = candidate.unsettled
    reasons = [each for each in candidate.reasons if each is not rhythm]
    if rhythm is not None and (known := settled_rhythm(rhythm, history)) is not None:
        reasons.append(known)
    return _candidate(candidate.contact, reasons) if reasons else None
