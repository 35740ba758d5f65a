"""Rhythms: how long ago real contact was, against the cadence that the owner meant."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from store.facts.cadences import Cadence
from store.facts.due_contacts import DueContact
from store.talk.rhythm import Exchange, newest_contact_at
from tools.days.partial import days_of
from tools.days.shown import ahead_or_ago, near
from tools.due.due_lines import DueLine, Horizon, Kind, Urgency, closeness_order
from tools.due.reading import History, Stored, read_exchanges, read_latest
from tools.due.waiting import WhoWaits, who_waits
from tools.memory import Memory

# A day is stored as it was where the owner then lived, and computed where they live now.
_DAYS_APART: Final = 2
NO_CONTACT: Final = "no real contact is recorded yet"
# How many lengths of a rhythm are told apart.
_MOST_LENGTHS: Final = 900


def next_contact_on(cadence: Cadence, contact: DueContact, last: date | None) -> date | None:
    """The day on which contact is due again by the cadence and the snooze; None if it never is.

    last: the owner's day of the last real contact. Without one the cadence is due at once.
    """
    snoozed = days_of(contact.snoozed_until_on)
    if cadence.kind == "revisit later":
        if snoozed is None or (last is not None and last >= snoozed.first):
            return None
        return snoozed.first
    if cadence.length is None:
        return None
    by_cadence = cadence.next_after(last) if last else date.min
    if by_cadence is None:
        return None
    return max(by_cadence, snoozed.first) if snoozed else by_cadence


def due_within(
    cadence: Cadence, contact: DueContact, last: date | None, horizon: Horizon
) -> date | None:
    """The day of the next contact within the horizon, or None. last: as in `next_contact_on`."""
    due = next_contact_on(cadence, contact, last)
    return due if due is not None and horizon.away(due) <= horizon.within else None


def is_due(cadence: Cadence, contact: DueContact, last: date | None, horizon: Horizon) -> bool:
    """Whether the next contact falls within the horizon. last: as in `next_contact_on`."""
    return due_within(cadence, contact, last, horizon) is not None


def is_due_anyway(cadence: Cadence, contact: DueContact, newest: date, horizon: Horizon) -> bool:
    """Whether it is due even if the last sign of either was real contact. newest: its day."""
    return is_due(cadence, contact, newest + timedelta(_DAYS_APART), horizon)


class RhythmDue(NamedTuple):
    """A cadence that is over or soon will be: how urgent it is, and its line where it is shown.

    last: the owner's day of the last real contact. due: the day of the next. waiting_ref: the
    exchange that waits for an answer. unread_on: the day of the newest exchange while it is not
    read, and so not known whether it was an answer or waits for one; None once it is. Until then
    the rhythm ranks as high as it could.
    """

    cadence: Cadence
    contact: DueContact
    last: date | None
    due: date
    horizon: Horizon
    waiting: WhoWaits | None = None
    waiting_ref: str = ""
    unread_on: date | None = None

    @property
    def kind(self) -> Kind:
        """As in its line."""
        return "rhythm"

    @property
    def with_company(self) -> bool:
        """As in its line: it is shown alone too."""
        return False

    @property
    def is_unread(self) -> bool:
        """Whether the newest exchange is still to be read."""
        return self.unread_on is not None

    @property
    def is_doubtful(self) -> bool:
        """Whether it is not due at all where the newest exchange, still unread, was an answer."""
        newest = self.unread_on
        return newest is not None and not is_due_anyway(
            self.cadence, self.contact, newest, self.horizon
        )

    @property
    def urgency(self) -> Urgency:
        """As in its line."""
        if self.horizon.away(self.due) > 0:
            return Urgency.RHYTHM_AHEAD
        if self.is_unread:
            return Urgency.ASKED
        if self.waiting is None:
            return Urgency.RHYTHM
        return Urgency.ASKED if self.waiting.by_them else Urgency.WAITING

    @property
    def order(self) -> float:
        """As in its line: the closest first, then by how many of its lengths are over."""
        days_over = -self.horizon.away(self.due)
        share = days_over / (self.cadence.length or 30) if self.last else 0.0
        if self.is_unread and self.last is None:
            share = _MOST_LENGTHS
        return closeness_order(self.contact) * 1_000 - min(share, _MOST_LENGTHS)

    def line(self) -> DueLine:
        """Why now, and what to do."""
        name, today, horizon = self.contact.called, self.horizon.today, self.horizon
        if self.cadence.kind == "revisit later":
            back = _on(self.due, horizon)
            text = f"revisit later{_of(self.cadence)}: you wanted to come back to this {back}"
            act = f"Take it up with {name} again, or put it off"
        else:
            text = f"{self.cadence.words}; {last_words(self.last, horizon)}"
            if self.last is not None:
                text += f"; {due_words(self.cadence, self.last, self.due, horizon)}"
            elif self.due > date.min:
                text += f"; you put it off until {near(self.due, today)}"
            act = f"Get in touch with {name}"
        if self.waiting is not None:
            text += f"; {self.waiting.words(name, today)}"
            act = self.waiting.act(name, today)
        return DueLine(
            kind=self.kind,
            text=text,
            ref=self.waiting_ref or self.contact.ref,
            act=act,
            urgency=self.urgency,
            order=self.order,
            on=self.due if self.due > date.min else today,
        )


def rhythm_due(
    cadence: Cadence,
    contact: DueContact,
    last: date | None,
    exchanges: Sequence[Exchange],
    horizon: Horizon,
) -> RhythmDue | None:
    """A cadence that is over or soon will be, or None.

    last: as in `next_contact_on`. exchanges: since the last real contact, newest first.
    """
    due = due_within(cadence, contact, last, horizon)
    if due is None:
        return None
    waiting = who_waits(exchanges)
    ref = exchanges[0].ref if waiting is not None else ""
    return RhythmDue(cadence, contact, last, due, horizon, waiting, ref)


@dataclass(frozen=True, slots=True)
class RhythmsFound:
    """due: by contact row id. history: with what was read to find them."""

    due: Mapping[int, RhythmDue]
    history: History


async def rhythms_found(
    memory: Memory, stored: Stored, horizon: Horizon, accompanied: Collection[int]
) -> RhythmsFound:
    """Find the living people whose cadence is over or soon will be.

    Most exchanges are left unread: whether they were an answer is settled where it matters.
    accompanied: people for whom something may be shown only beside something else, so that it has
    to be known now whether there is anything else.
    """
    cadences, people = stored.cadences, stored.living
    asked = [id_ for id_ in people if id_ in cadences]
    history = await read_latest(memory, History(), asked)
    due_on = {
        id_: day
        for id_ in asked
        if (day := due_within(cadences[id_], people[id_], history.last_day(id_), horizon))
    }
    newest = await newest_contact_at(memory.reader, due_on, memory.now())
    unread = {
        id_: memory.day(second)
        for id_, second in newest.items()
        if (latest := history.latest[id_]) is None or second > latest.at
    }
    due = {
        id_: RhythmDue(
            cadences[id_],
            people[id_],
            history.last_day(id_),
            day,
            horizon,
            unread_on=unread.get(id_),
        )
        for id_, day in due_on.items()
    }
    doubtful = [id_ for id_, reason in due.items() if id_ in accompanied and reason.is_doubtful]
    history = await read_exchanges(memory, history, doubtful)
    for id_ in doubtful:
        settled = settled_rhythm(due.pop(id_), history)
        if settled is not None:
            due[id_] = settled
    return RhythmsFound(due, history)


def settled_rhythm(rhythm: RhythmDue, history: History) -> RhythmDue | None:
    """The rhythm by the exchanges that have been read since; None where it is not due after all."""
    id_ = rhythm.contact.id
    last, exchanges = history.last_day(id_), history.exchanges[id_]
    return rhythm_due(rhythm.cadence, rhythm.contact, last, exchanges, rhythm.horizon)


def last_words(last: date | None, horizon: Horizon) -> str:
    """`last real contact 12 Oct, 39 days ago`; days are counted, up to ten weeks."""
    if last is None:
        return NO_CONTACT
    days = -horizon.away(last)
    ago = f"{days} days ago" if 1 < days < 70 else ahead_or_ago(-days)
    return f"last real contact {near(last, horizon.today)}, {ago}"


def due_words(cadence: Cadence, last: date, due: date, horizon: Horizon) -> str:
    """`due since 12 Nov`, `due tomorrow`, `you put it off until 3 Dec`."""
    away, day = horizon.away(due), near(due, horizon.today)
    if due != cadence.next_after(last):
        return f"you put it off until {day}"
    if away in {0, 1}:
        return f"due {ahead_or_ago(away)}"
    return f"due on {day}" if away > 0 else f"due since {day}"


def _of(cadence: Cadence) -> str:
    return f" ({cadence.whose})" if cadence.of else ""


def _on(day: date, horizon: Horizon) -> str:
    return "today" if day == horizon.today else f"on {near(day, horizon.today)}"
