"""One reason why somebody needs the owner now, and how urgent it is."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final, Literal

from store.facts.due_contacts import DueContact

Kind = Literal["follow_up", "rhythm", "life_event", "drift"]
KINDS: Final[tuple[Kind, ...]] = ("follow_up", "rhythm", "life_event", "drift")


class Urgency(IntEnum):
    """What the owner would do first stands first."""

    TODAY = 0
    # The owner's promise, and its day has passed.
    OWED = 1
    # They wrote last, and their rhythm is over.
    ASKED = 2
    # A promise or a day in the coming days.
    AHEAD = 3
    # Their promise, and its day has passed.
    OWED_TO_OWNER = 4
    RHYTHM = 5
    # A promise without a day.
    OPEN = 6
    RHYTHM_AHEAD = 7
    # The owner wrote last, and no answer came.
    WAITING = 8
    # A promise whose day passed long ago.
    STALE = 9
    HINT = 10


@dataclass(frozen=True, slots=True)
class DueLine:
    """text: why now, with dates. act: what to do; reach: whether that means getting in touch.

    order: within one urgency, lowest first. with_company: shown only beside another line.
    """

    kind: Kind
    text: str
    ref: str
    act: str
    urgency: Urgency
    order: float
    on: date | None = None
    reach: bool = True
    with_company: bool = False


@dataclass(frozen=True, slots=True)
class Horizon:
    """today: the owner's day; within: how many days ahead are asked for."""

    today: date
    within: int

    @property
    def last(self) -> date:
        """The last day that is asked for."""
        return date.fromordinal(min(date.max.toordinal(), self.today.toordinal() + self.within))

    def away(self, day: date) -> int:
        """How many days a day is from today, negative in the past."""
        return (day - self.today).days


_CLOSENESS: Final = {"inner circle": 0, "close": 1, "": 2, "wider": 3}


def closeness_order(contact: DueContact) -> int:
    """A number to sort by: the closest people first."""
    return _CLOSENESS.get(contact.closeness, 2)
