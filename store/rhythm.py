"""When the owner and a contact were really in touch, from interactions in both directions."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Final

from store.database import Reader

# The last exchanges that tell the present rhythm; older ones belong to another time of life.
EXCHANGES_THAT_TELL: Final = 12
FEWEST_THAT_TELL: Final = 4


@dataclass(frozen=True, slots=True)
class Exchange:
    """One interaction with a contact. on: the owner's local day; times in UTC seconds."""

    ref: str
    on: str
    kind: str
    channel: str
    started_at: int
    ended_at: int
    from_them: int
    from_owner: int

    @property
    def both_ways(self) -> bool:
        """Whether it was real contact: both wrote, or it was met, called or logged."""
        return self.kind in {"call", "meeting", "logged"} or (
            self.from_them > 0 and self.from_owner > 0
        )


async def exchanges_with(reader: Reader, contact_id: int, until: int) -> list[Exchange]:
    """Every interaction with the contact, newest first. until: UTC seconds.

    What was written in a group was not said to the contact, and does not count.
    """
    rows = await reader.all(
        "SELECT interaction.ref, interaction.on_day AS 'on', interaction.kind,"
        " coalesce(source.title, 'your log') AS channel, interaction.started_at,"
        " interaction.ended_at,"
        " sum(CASE WHEN identity.contact_id = :contact THEN part.messages ELSE 0 END) AS from_them,"
        " sum(CASE WHEN contact.is_owner THEN part.messages ELSE 0 END) AS from_owner"
        " FROM interaction"
        " LEFT JOIN conversation ON conversation.id = interaction.conversation_id"
        " LEFT JOIN source ON source.id = conversation.source_id"
        " JOIN interaction_participant AS part ON part.interaction_id = interaction.id"
        " JOIN identity ON identity.id = part.identity_id"
        " LEFT JOIN contact ON contact.id = identity.contact_id"
        " WHERE interaction.id IN (SELECT mine.interaction_id FROM interaction_participant AS mine"
        "  JOIN identity ON identity.id = mine.identity_id WHERE identity.contact_id = :contact)"
        " AND interaction.started_at <= :until AND coalesce(conversation.kind, '') <> 'group'"
        " GROUP BY interaction.id ORDER BY interaction.started_at DESC, interaction.id DESC",
        {"contact": contact_id, "until": until},
    )
    return [Exchange(**{key: row[key] for key in row.keys()}) for row in rows]  # noqa: SIM118


def usual_gap_days(exchanges: list[Exchange]) -> int | None:
    """The median number of days between the latest real exchanges, or None if too few tell.

    exchanges: newest first.
    """
    days = sorted(
        {date.fromisoformat(e.on).toordinal() for e in exchanges if e.both_ways}, reverse=True
    )
    latest = days[: EXCHANGES_THAT_TELL + 1]
    if len(latest) < FEWEST_THAT_TELL:
        return None
    return round(median(a - b for a, b in pairwise(latest)))
