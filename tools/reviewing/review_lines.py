"""Lines and parts of a review."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from store.facts.due_contacts import DueContact
from store.text.quoting import named, quote
from tools.talk.shown import cut, cut_line

LONGEST_TEXT: Final = 110
_LONGEST_LINE: Final = 230
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """contact: whom it is about, None for nobody alone. ref: where it comes from.

    text: the reason, with its dates. act: one natural next step; '' where there is none.
    source: where a stored fact or message comes from; '' for what is worked out, or says it itself.
    """

    contact: DueContact | None
    ref: str
    text: str
    act: str = ""
    source: str = ""

    def shown(self) -> str:
        """`f_4k2v9qx Bo Ek (c_…): the reason (You, typed, 2026-11-20)`, the id said once."""
        if self.contact is None:
            return self.text
        known = "" if self.ref == self.contact.ref else f" ({self.contact.ref})"
        stated = f" ({self.source})" if self.source else ""
        return f"{self.ref} {self._name}{known}: {cut_line(self.text, _LONGEST_LINE)}{stated}"

    def as_action(self) -> str:
        """The next step, as a line of its own."""
        return f"{self.ref} {self._name}: {cut_line(self.act, _LONGEST_LINE)}"

    @property
    def _name(self) -> str:
        return named(cut(self.contact.name, _LONGEST_NAME)) if self.contact else ""


@dataclass(frozen=True, slots=True)
class ReviewPart:
    """title: what its lines have in common. most: how many are shown; the others are counted.

    more: how many there are besides, for which no line was made.
    """

    title: str
    lines: Sequence[ReviewLine]
    most: int
    more: int = 0


def short(text: str) -> str:
    """A line of ours, cut where it is long."""
    return cut_line(" ".join(text.split()), LONGEST_TEXT)


def quoted(text: str) -> str:
    """Somebody's words between “ ”, cut where they are long."""
    return quote(cut(" ".join(text.split()), LONGEST_TEXT))


def uncapitalised(act: str) -> str:
    """A next step as it stands within a sentence."""
    return f"{act[0].lower()}{act[1:]}"
