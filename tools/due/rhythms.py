"""Rhythms: how long ago real contact was, against what the owner meant or what was usual."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import ClassVar, Final

from store.facts.cadences import Cadence
from store.facts.due_contacts import DueContact
from store.talk.rhythm import EXCHANGES_THAT_TELL, Exchange, usual_gap
from tools.days.partial import days_of
from tools.days.shown import ahead_or_ago, length, near
from tools.due.due_lines import DueLine, Horizon, Kind, Urgency, closeness_order
from tools.due.waiting import WhoWaits, who_waits

# A silence shorter than this is no drift; a longer one than the second belongs to another time of
# life, and to the review.
SHORTEST_DRIFT_DAYS: Final = 21
LONGEST_DRIFT_DAYS: Final = 365
# How many usual gaps a silence has to last before it is told.
TELLING_GAPS: Final = 2
# A day is stored as it was where the owner then lived, and computed where they live now.
_DAYS_APART: Final = 2
NO_CONTACT: Final = "no real contact is recorded yet"
# So many lengths of a rhythm are told apart.
_MOST_LENGTHS: Final = 900
_YEARS_OF_SEASONS: Final = (1, 2)


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


def is_due(cadence: Cadence, contact: DueContact, last: date | None, horizon: Horizon) -> bool:
    """Whether the next contact falls within the horizon. last: as in `next_contact_on`."""
    due = next_contact_on(cadence, contact, last)
    return due is not None and horizon.away(due) <= horizon.within


def is_due_anyway(cadence: Cadence, contact: DueContact, newest: date, horizon: Horizon) -> bool:
    """Whether it is due even if the last sign of either was real contact. newest: its day."""
    return is_due(cadence, contact, newest + timedelta(_DAYS_APART), horizon)


@dataclass(slots=True)
class RhythmDue:
    """A cadence that is over or soon will be: how urgent it is, and its line where it is shown.

    last: the owner's day of the last real contact. due: the day of the next. waiting_ref: the
    exchange that waits for an answer. may_wait: it is not known yet whether somebody waits; it
    then ranks as high as it could.
    """

    cadence: Cadence
    contact: DueContact
    last: date | None
    due: date
    waiting: WhoWaits | None
    waiting_ref: str
    horizon: Horizon
    may_wait: bool = False

    kind: ClassVar[Kind] = "rhythm"
    with_company: ClassVar[bool] = False

    @property
    def urgency(self) -> Urgency:
        """As of its line."""
        if self.horizon.away(self.due) > 0:
            return Urgency.RHYTHM_AHEAD
        if self.may_wait:
            return Urgency.ASKED
        if self.waiting is None:
            return Urgency.RHYTHM
        return Urgency.ASKED if self.waiting.by_them else Urgency.WAITING

    @property
    def order(self) -> float:
        """As of its line: the closest first, then by how many of its lengths are over."""
        days_over = -self.horizon.away(self.due)
        share = days_over / (self.cadence.length or 30) if self.last else 0.0
        if self.may_wait and self.last is None:
            share = _MOST_LENGTHS
        return closeness_order(self.contact) * 1_000 - min(share, _MOST_LENGTHS)

    def line(self) -> DueLine:
        """Why now, and what to do."""
        name, today, horizon = self.contact.short_name, self.horizon.today, self.horizon
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
    due = next_contact_on(cadence, contact, last)
    if due is None or horizon.away(due) > horizon.within:
        return None
    waiting = who_waits(exchanges)
    ref = exchanges[0].ref if waiting is not None else ""
    return RhythmDue(cadence, contact, last, due, waiting, ref, horizon)


def rhythm_line(
    cadence: Cadence,
    contact: DueContact,
    last: date | None,
    exchanges: Sequence[Exchange],
    horizon: Horizon,
) -> DueLine | None:
    """The line of `rhythm_due`, or None."""
    found = rhythm_due(cadence, contact, last, exchanges, horizon)
    return found.line() if found else None


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
        act=f"A short hello to {contact.short_name}, if you like",
        urgency=Urgency.HINT,
        order=closeness_order(contact) * 1_000 - silence / max(usual_gap(days) or 1, 1),
    )


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
    """As `length`, in weeks for longer, so that the two can be compared."""
    return f"{round(days / 7)} weeks" if 21 <= days < 150 else length(days)


def _of(cadence: Cadence) -> str:
    return f" ({cadence.of})" if cadence.of else ""


def _on(day: date, horizon: Horizon) -> str:
    return "today" if day == horizon.today else f"on {near(day, horizon.today)}"
