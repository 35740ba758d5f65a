"""What is known of a contact, fact by fact, each with the provenance that it stands on."""

from dataclasses import dataclass
from typing import Final

from store.database import Reader

OF_CONTACT: Final = "identity.contact_id = :contact"
_PROVENANCE: Final = (
    "JOIN provenance ON provenance.id = fact.provenance_id"
    " JOIN source ON source.id = provenance.source_id"
)
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


async def _facts(reader: Reader, contact_id: int, sql: str) -> list[Fact]:
    rows = await reader.all(sql, {"contact": contact_id})
    columns = {"ref", "on", "other_ref"}
    return [
        Fact(
            kind=row["kind"],
            text=row["text"],
            source=row["source"],
            recorded_at=row["recorded_at"],
            confirmed_how=row["confirmed_how"],
            **{name: row[name] or "" for name in columns & set(row.keys())},
        )
        for row in rows
    ]


async def other_names(reader: Reader, contact_id: int) -> list[Fact]:
    """Names beside the display name: nicknames, former names, how the owner saved them."""
    return await _facts(
        reader,
        contact_id,
        f"SELECT DISTINCT fact.kind, fact.name AS text, {_FACT} FROM contact_name AS fact"
        f" JOIN identity ON identity.id = fact.identity_id {_PROVENANCE}"
        f" JOIN contact ON contact.id = identity.contact_id WHERE {OF_CONTACT}"
        " AND fact.name <> contact.display_name GROUP BY fact.name ORDER BY fact.id",
    )


async def contact_methods(reader: Reader, contact_id: int) -> list[Fact]:
    """Ways to reach them; `kind` is the way with its label, such as `phone (home)`."""
    return await _facts(
        reader,
        contact_id,
        "SELECT fact.kind || CASE WHEN fact.label <> '' THEN ' (' || fact.label || ')' ELSE '' END"
        f" AS kind, fact.value AS text, {_FACT} FROM contact_method AS fact"
        f" JOIN identity ON identity.id = fact.identity_id {_PROVENANCE} WHERE {OF_CONTACT}"
        " GROUP BY fact.kind, coalesce(nullif(fact.key, ''), fact.value)"
        " ORDER BY fact.kind, fact.preferred DESC, fact.id",
    )


async def roles(reader: Reader, contact_id: int) -> list[Fact]:
    """Where they work or belong, as `title at organization`."""
    return await _facts(
        reader,
        contact_id,
        "SELECT 'role' AS kind, CASE WHEN fact.title <> '' THEN fact.title || ' at ' ELSE '' END"
        f" || organization.name AS text, organization.ref AS ref, {_FACT} FROM role AS fact"
        " JOIN organization ON organization.id = fact.organization_id"
        f" JOIN identity ON identity.id = fact.identity_id {_PROVENANCE} WHERE {OF_CONTACT}"
        " ORDER BY provenance.recorded_at DESC, fact.id",
    )


async def tags(reader: Reader, contact_id: int) -> list[Fact]:
    """Tags and groups."""
    return await _facts(
        reader,
        contact_id,
        f"SELECT 'tag' AS kind, tag.name AS text, {_FACT} FROM identity_tag AS fact"
        " JOIN tag ON tag.id = fact.tag_id"
        f" JOIN identity ON identity.id = fact.identity_id {_PROVENANCE} WHERE {OF_CONTACT}"
        f" UNION SELECT 'group', contact_group.name, {_FACT} FROM identity_group AS fact"
        " JOIN contact_group ON contact_group.id = fact.group_id"
        f" JOIN identity ON identity.id = fact.identity_id {_PROVENANCE} WHERE {OF_CONTACT}"
        " ORDER BY 1, 2",
    )


async def relationships(reader: Reader, contact_id: int) -> list[Fact]:
    """Who they are to whom: `kind` is what the other one is to them, `text` the other's name."""
    return await _facts(
        reader,
        contact_id,
        "SELECT fact.type AS kind, coalesce(contact.display_name, fact.other_name) AS text,"
        f" contact.ref AS other_ref, {_FACT} FROM relationship AS fact"
        f" JOIN identity ON identity.id = fact.identity_id {_PROVENANCE}"
        " LEFT JOIN identity AS other ON other.id = fact.other_identity_id"
        f" LEFT JOIN contact ON contact.id = other.contact_id WHERE {OF_CONTACT}"
        " AND fact.other_name NOT LIKE 'uid:%'"
        " UNION SELECT coalesce(relationship_inverse.inverse, fact.type), contact.display_name,"
        f" contact.ref, {_FACT} FROM relationship AS fact"
        " JOIN identity AS other ON other.id = fact.identity_id"
        " JOIN contact ON contact.id = other.contact_id"
        f" JOIN identity ON identity.id = fact.other_identity_id {_PROVENANCE}"
        " LEFT JOIN relationship_inverse ON relationship_inverse.type = fact.type"
        f" WHERE {OF_CONTACT} ORDER BY 1, 2",
    )


async def life_events(reader: Reader, contact_id: int) -> list[Fact]:
    """Birthdays, anniversaries and the like; `on` may be partial."""
    return await _facts(
        reader,
        contact_id,
        "SELECT fact.kind, coalesce(nullif(fact.label, ''), fact.kind) AS text, fact.ref,"
        f" fact.date_on AS 'on', {_FACT} FROM life_event AS fact"
        f" JOIN identity ON identity.id = fact.identity_id {_PROVENANCE} WHERE {OF_CONTACT}"
        " GROUP BY fact.kind, fact.date_on ORDER BY fact.date_on",
    )


async def notes(reader: Reader, contact_id: int) -> list[Fact]:
    """Confirmed notes and the notes of address-book cards, newest first."""
    return await _facts(
        reader,
        contact_id,
        f"SELECT fact.kind, fact.text, fact.ref, fact.about_on AS 'on', {_FACT} FROM note AS fact"
        f" JOIN identity ON identity.id = fact.identity_id {_PROVENANCE} WHERE {OF_CONTACT}"
        " ORDER BY provenance.recorded_at DESC, fact.id DESC",
    )


async def open_follow_ups(reader: Reader, contact_id: int) -> list[Fact]:
    """Open and snoozed follow-ups; `kind` says who owes it, `on` when it is due."""
    return await _facts(
        reader,
        contact_id,
        "SELECT CASE fact.owed_by WHEN 'owner' THEN 'you owe' ELSE 'they owe' END AS kind,"
        f" fact.text, fact.ref, fact.due_on AS 'on', {_FACT} FROM follow_up AS fact"
        f" JOIN identity ON identity.id = fact.identity_id {_PROVENANCE} WHERE {OF_CONTACT}"
        " AND fact.state IN ('open', 'snoozed') ORDER BY fact.due_on IS NULL, fact.due_on, fact.id",
    )


async def gifts(reader: Reader, contact_id: int) -> list[Fact]:
    """Gifts, ideas included, newest first; `kind` is the state."""
    return await _facts(
        reader,
        contact_id,
        f"SELECT fact.state AS kind, fact.text, fact.ref, fact.date_on AS 'on', {_FACT}"
        f" FROM gift AS fact JOIN identity ON identity.id = fact.identity_id {_PROVENANCE}"
        f" WHERE {OF_CONTACT} ORDER BY fact.date_on DESC",
    )


async def interests(reader: Reader, contact_id: int) -> list[Fact]:
    """What they care for."""
    return await _facts(
        reader,
        contact_id,
        f"SELECT 'interest' AS kind, fact.text, {_FACT} FROM interest AS fact"
        f" JOIN identity ON identity.id = fact.identity_id {_PROVENANCE} WHERE {OF_CONTACT}"
        " ORDER BY fact.id",
    )
