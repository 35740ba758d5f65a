"""Who is due, in order: the most pressing first, reading no more people than the page needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from store.facts.due_contacts import DueContact
from tools.due.due_lines import DueLine, Urgency
from tools.due.reading import History, read_exchanges
from tools.due.rhythms import RhythmDue, settled_rhythm
from tools.memory import Memory

# How many people's exchanges are read at first; then twice as many.
_READ_AT_FIRST: Final = 32

# A rhythm gets its words where it is shown; to be ranked it needs none.
Reason = DueLine | RhythmDue


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is due. reasons: why, at least one. rank: of the most pressing, lowest first.

    unsettled: the rhythm that is ranked as high as it may stand, until their exchanges are read.
    """

    contact: DueContact
    reasons: tuple[Reason, ...]
    rank: tuple[Urgency, float]
    unsettled: RhythmDue | None

    @property
    def place(self) -> tuple[tuple[Urgency, float], str, int]:
        """What they are sorted by."""
        return self.rank, self.contact.name, self.contact.id


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
    return Candidate(
        contact,
        tuple(reasons),
        rank=min((reason.urgency, reason.order) for reason in reasons),
        unsettled=next(
            (each for each in reasons if isinstance(each, RhythmDue) and each.is_unread), None
        ),
    )


async def ranked(
    memory: Memory, people: Sequence[Candidate], history: History, most: int
) -> Ranked:
    """Rank everybody, and read so much that the first `most` stand where they belong.

    Somebody unsettled stands no lower than they would if their exchanges were read, so once
    everybody among the first is settled, nobody is missing there.
    """
    at_once = _READ_AT_FIRST
    while True:
        in_order = sorted(people, key=lambda each: each.place)
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
