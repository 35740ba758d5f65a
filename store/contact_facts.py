"""What is known of a contact, fact by fact, each with the provenance that it stands on."""

from dataclasses import dataclass
from typing import Final

from store.database import Reader

_FACT: Final = "source.title AS source, provenance.recorded_at, provenance.confirmed_how"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. kind, text: what it says; ref: its public id where it has one.

    on: the date that it is about, maybe partial. recorded_at: UTC seconds. source: for people.
    """

    kind: str
    text: str
    source: str
    recorded_at: int
    confirmed_how: str
    ref: str = ""
    on: str = ""
    other_ref: str = ""


def _query(columns: str, table: str, joins: str = "", end: str = "", via: str = "") -> str:
    """The facts of a table that stand on a contact's identities.

    columns: `kind`, `text` and what else a Fact has; the table is called `fact`. via: the column
    that names the identity, when it is not `identity_id`.
    """
    return (
        f"SELECT {columns}, {_FACT} FROM {table} AS fact"
        f" JOIN identity ON identity.id = fact.{via or 'identity_id'}"
        " JOIN provenance ON provenance.id = fact.provenance_id"
        f" JOIN source ON source.id = provenance.source_id {joins}"
        f" WHERE identity.contact_id = :contact {end}"
    )


_OTHER_NAMES: Final = _query(
    "fact.kind, fact.name AS text",
    "contact_name",
    "JOIN contact ON contact.id = identity.contact_id",
    "AND fact.name <> contact.display_name GROUP BY fact.name ORDER BY fact.id",
)
_METHODS: Final = _query(
    "fact.kind || CASE WHEN fact.label <> '' THEN ' (' || fact.label || ')' ELSE '' END AS kind,"
    " fact.value AS text",
    "contact_method",
    end="GROUP BY fact.kind, coalesce(nullif(fact.key, ''), fact.value)"
    " ORDER BY fact.kind, fact.preferred DESC, fact.id",
)
_ROLES: Final = _query(
    "'role' AS kind, CASE WHEN fact.title <> '' THEN fact.title || ' at ' ELSE '' END"
    " || organization.name AS text, organization.ref AS ref",
    "role",
    "JOIN organization ON organization.id = fact.organization_id",
    "ORDER BY provenance.recorded_at DESC, fact.id",
)
_TAGS: Final = (
    _query("'tag' AS kind, tag.name AS text", "identity_tag", "JOIN tag ON tag.id = fact.tag_id")
    + " UNION "
    + _query(
        "'group', contact_group.name",
        "identity_group",
        "JOIN contact_group ON contact_group.id = fact.group_id",
        "ORDER BY 1, 2",
    )
)
_NAME: Final = "CASE WHEN contact.is_owner THEN 'you' ELSE contact.display_name END"
# What the way back of a relation can be at best; a word from their own card says more.
_GENERAL: Final = frozenset({"parent", "child", "sibling", "spouse"})
_RELATIONSHIPS: Final = (
    _query(
        f"fact.type AS kind, coalesce({_NAME}, fact.other_name) AS text, contact.ref AS other_ref",
        "relationship",
        "LEFT JOIN identity AS other ON other.id = fact.other_identity_id"
        " LEFT JOIN contact ON contact.id = other.contact_id",
        "AND fact.other_name NOT LIKE 'uid:%'",
    )
    + " UNION "
    + _query(
        f"coalesce(relationship_inverse.inverse, fact.type), {_NAME}, contact.ref",
        "relationship",
        "JOIN identity AS other ON other.id = fact.identity_id"
        " JOIN contact ON contact.id = other.contact_id"
        " LEFT JOIN relationship_inverse ON relationship_inverse.type = fact.type",
        "ORDER BY 1, 2",
        via="other_identity_id",
    )
)
_LIFE_EVENTS: Final = _query(
    "fact.kind, coalesce(nullif(fact.label, ''), fact.kind) AS text, fact.ref,"
    " fact.date_on AS 'on'",
    "life_event",
    end="GROUP BY fact.kind, fact.date_on ORDER BY fact.date_on",
)
_NOTES: Final = _query(
    "fact.kind, fact.text, fact.ref, fact.about_on AS 'on'",
    "note",
    end="ORDER BY provenance.recorded_at DESC, fact.id DESC",
)
_FOLLOW_UPS: Final = _query(
    "CASE fact.owed_by WHEN 'owner' THEN 'you owe' ELSE 'they owe' END AS kind, fact.text,"
    " fact.ref, fact.due_on AS 'on'",
    "follow_up",
    end="AND fact.state IN ('open', 'snoozed') ORDER BY fact.due_on IS NULL, fact.due_on, fact.id",
)
_GIFTS: Final = _query(
    "fact.state AS kind, fact.text, fact.ref, fact.date_on AS 'on'",
    "gift",
    end="ORDER BY fact.date_on DESC",
)
_INTERESTS: Final = _query("'interest' AS kind, fact.text", "interest", end="ORDER BY fact.id")


async def _facts(reader: Reader, contact_id: int, query: str) -> list[Fact]:
    rows = await reader.all(query, {"contact": contact_id})
    optional = {"ref", "on", "other_ref"}
    return [
        Fact(
            kind=row["kind"],
            text=row["text"],
            source=row["source"],
            recorded_at=row["recorded_at"],
            confirmed_how=row["confirmed_how"],
            **{name: row[name] or "" for name in optional & set(row.keys())},
        )
        for row in rows
    ]


async def other_names(reader: Reader, contact_id: int) -> list[Fact]:
    """Names beside the display name: nicknames, former names, how the owner saved them."""
    return await _facts(reader, contact_id, _OTHER_NAMES)


async def contact_methods(reader: Reader, contact_id: int) -> list[Fact]:
    """Ways to reach them; `kind` is the way with its label, such as `phone (home)`."""
    return await _facts(reader, contact_id, _METHODS)


async def roles(reader: Reader, contact_id: int) -> list[Fact]:
    """Where they work or belong, as `title at organization`."""
    return await _facts(reader, contact_id, _ROLES)


async def tags(reader: Reader, contact_id: int) -> list[Fact]:
    """Tags and groups."""
    return await _facts(reader, contact_id, _TAGS)


async def relationships(reader: Reader, contact_id: int) -> list[Fact]:
    """Who they are to whom: `kind` is what the other one is to them, `text` the other's name."""
    facts = await _facts(reader, contact_id, _RELATIONSHIPS)
    told = {fact.other_ref for fact in facts if fact.other_ref and fact.kind not in _GENERAL}
    return [fact for fact in facts if fact.kind not in _GENERAL or fact.other_ref not in told]


async def life_events(reader: Reader, contact_id: int) -> list[Fact]:
    """Birthdays, anniversaries and the like; `on` may be partial."""
    return await _facts(reader, contact_id, _LIFE_EVENTS)


async def notes(reader: Reader, contact_id: int) -> list[Fact]:
    """Confirmed notes and the notes of address-book cards, newest first."""
    return await _facts(reader, contact_id, _NOTES)


async def open_follow_ups(reader: Reader, contact_id: int) -> list[Fact]:
    """Open and snoozed follow-ups; `kind` says who owes it, `on` when it is due."""
    return await _facts(reader, contact_id, _FOLLOW_UPS)


async def gifts(reader: Reader, contact_id: int) -> list[Fact]:
    """Gifts, ideas included, newest first; `kind` is the state."""
    return await _facts(reader, contact_id, _GIFTS)


async def interests(reader: Reader, contact_id: int) -> list[Fact]:
    """What they care for."""
    return await _facts(reader, contact_id, _INTERESTS)
