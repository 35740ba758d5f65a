"""How often the owner wants to be in touch with somebody: the cadence that holds, and its days.

A contact's own cadence wins, whatever it is. Without one, the most frequent cadence of its tags and
groups holds: whoever gives a group a rhythm wants to be told, and one word on the contact ends it.
Among those without a rhythm `event-based` comes before `revisit later`, and `never` last.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from store.engine.connections import Reader
from store.text.quoting import quote

_DAYS: Final = {"weekly": 7, "every two weeks": 14}
_MONTHS: Final = {"monthly": 1, "quarterly": 3, "twice a year": 6, "yearly": 12}
_WITHOUT_A_RHYTHM: Final = ("event-based", "revisit later", "never")
_DAYS_A_MONTH: Final = 30.44
_SHORTEST_MONTH: Final = 28


@dataclass(frozen=True, slots=True)
class Cadence:
    """kind: as in the schema, `days` with their number. of: whose (`tag choir`), '' if own."""

    kind: str
    days: int | None = None
    of: str = ""

    @property
    def words(self) -> str:
        """The cadence in words: `monthly`, `every 10 days`, `weekly (tag “choir”)`."""
        said = f"every {self.days} days" if self.kind == "days" else self.kind
        return f"{said} ({self.whose})" if self.of else said

    @property
    def whose(self) -> str:
        """The tag or the group that it comes from, in a line of ours: `tag “choir”`."""
        kind, _, name = self.of.partition(" ")
        return f"{kind} {quote(name)}" if self.of else ""

    @property
    def length(self) -> float | None:
        """About how many days lie between two contacts; None without a rhythm."""
        if self.kind in _MONTHS:
            return _MONTHS[self.kind] * _DAYS_A_MONTH
        return self.days if self.kind == "days" else _DAYS.get(self.kind)

    def next_after(self, last: date) -> date | None:
        """The day on which contact is due again; months are calendar months.

        A month after 31 January is the end of February. None without a rhythm.
        """
        if self.kind in _MONTHS:
            return _months_after(last, _MONTHS[self.kind])
        days = self.days if self.kind == "days" else _DAYS.get(self.kind)
        try:
            return last + timedelta(days=days) if days else None
        except OverflowError:
            return None


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    last = monthrange(year, month)[1] if day.day > _SHORTEST_MONTH else day.day
    return date(year, month, min(day.day, last))


_CADENCES: Final = """
SELECT contact.id, contact.cadence, contact.cadence_days, '' AS of FROM contact
  WHERE contact.cadence IS NOT NULL AND (:contact IS NULL OR contact.id = :contact)
UNION ALL
SELECT identity.contact_id, tag.cadence, tag.cadence_days, 'tag ' || tag.name
  FROM tag JOIN identity_tag ON identity_tag.tag_id = tag.id
  JOIN identity ON identity.id = identity_tag.identity_id
  WHERE tag.cadence IS NOT NULL AND identity.contact_id IS NOT NULL
    AND (:contact IS NULL OR identity.contact_id = :contact)
UNION ALL
SELECT identity.contact_id, contact_group.cadence, contact_group.cadence_days,
    'group ' || contact_group.name
  FROM contact_group JOIN identity_group ON identity_group.group_id = contact_group.id
  JOIN identity ON identity.id = identity_group.identity_id
  WHERE contact_group.cadence IS NOT NULL AND identity.contact_id IS NOT NULL
    AND (:contact IS NULL OR identity.contact_id = :contact)
"""


async def effective_cadences(reader: Reader, contact_id: int | None = None) -> dict[int, Cadence]:
    """The cadence that holds, by contact: for everybody or for one; without one it is left out."""
    holding: dict[int, Cadence] = {}
    for id_, kind, days, of in await reader.all(_CADENCES, {"contact": contact_id}):
        found = _cadence(kind, days, of)
        known = holding.get(id_)
        if known is None or _precedence(found) < _precedence(known):
            holding[id_] = found
    return holding


@lru_cache(maxsize=256)
def _cadence(kind: str, days: int | None, of: str) -> Cadence:
    """One object for all contacts with the same cadence, since few cadences hold for very many."""
    return Cadence(kind, days, of)


def _precedence(cadence: Cadence) -> tuple[bool, tuple[float, int], str]:
    return cadence.of != "", _frequency(cadence), cadence.of


def _frequency(cadence: Cadence) -> tuple[float, int]:
    length = cadence.length
    if length is not None:
        return length, 0
    kinds = _WITHOUT_A_RHYTHM
    return float("inf"), kinds.index(cadence.kind) if cadence.kind in kinds else len(kinds)
