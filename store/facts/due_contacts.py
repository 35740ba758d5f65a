"""The people who can be due: everybody in use but the owner, with what decides whether they are."""

from typing import Final, NamedTuple

from store.engine.connections import Reader
from store.text.names import short_name
from store.text.quoting import named

ACTIVE: Final = "active"


class DueContact(NamedTuple):
    """snoozed_until_on: a date, maybe partial, or ''."""

    id: int
    ref: str
    name: str
    given_name: str
    is_person: bool
    closeness: str
    status: str
    preferred_channel: str
    snoozed_until_on: str

    @property
    def short_name(self) -> str:
        """What to call them in a line of text."""
        return short_name(self.given_name, self.name)

    @property
    def called(self) -> str:
        """The short name as it may stand in a line of ours, quoted where it is no plain name."""
        return named(self.short_name)


async def due_contacts(reader: Reader, contact_id: int | None = None) -> dict[int, DueContact]:
    """By row id; those put aside (`reconnect later`, `reference`, `archived`) too. Or one alone."""
    rows = await reader.all(
        # The columns stand in the order of the fields.
        "SELECT id, ref, display_name, given_name, kind = 'person', coalesce(closeness, ''),"
        " status, preferred_channel, coalesce(snoozed_until_on, '') FROM contact"
        " WHERE merged_into_id IS NULL AND NOT is_owner AND (:contact IS NULL OR id = :contact)",
        {"contact": contact_id},
    )
    return {contact.id: contact for contact in map(DueContact._make, rows)}
