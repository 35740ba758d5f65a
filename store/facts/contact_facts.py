"""What is known of a contact, fact by fact, each with its provenance."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from store.engine.connections import Reader
from store.engine.fact_kinds import HOW
from store.people.fields import FIELDS
from store.text.names import name_key
from store.text.quoting import named

_FACT: Final = (
    f"source.title AS source, provenance.author, provenance.recorded_at, {HOW} AS confirmed_how"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. kind, text: what it says; ref: its public id if it has one.

    on: the date that it is about, maybe partial. recorded_at: UTC seconds. source: for people.
    author: who said or proposed it, '' where the source says it. provenance_id: the latest where
    several say the same. Of a relation: other_ref, other_is_owner: whose name the text is;
    is_probable: the text is a line of ours, `Maya (probably Maya Moreira)`.
    """

    kind: str
    text: str
    source: str
    author: str
    recorded_at: int
    confirmed_how: str
    provenance_id: int
    ref: str = ""
    on: str = ""
    other_ref: str = ""
    other_is_owner: bool = False
    is_probable: bool = False

    @property
    def shown_name(self) -> str:
        """Of a relation, who it is, in a line of ours: `you` for the owner and for nobody else."""
        if self.other_is_owner:
            return "you"
        return self.text if self.is_probable else named(self.text)


def _query(columns: str, table: str, joins: str = "", end: str = "", via: str = "") -> str:
    """The facts of a table that belong to a contact's identities.

    columns: `kind`, `text` and what else a Fact has; the table is called `fact`. via: the column
    that names the identity, when it is not `identity_id`.
    """
    # When several facts say the same, the latest is shown, with how it was confirmed.
    provenance = "max(provenance.id)" if "GROUP BY" in end else "provenance.id"
    return (
        f"SELECT {columns}, {_FACT}, {provenance} AS provenance_id FROM {table} AS fact"
        f" JOIN identity ON identity.id = fact.{via or 'identity_id'}"
        " JOIN provenance ON provenance.id = fact.provenance_id"
        f" JOIN source ON source.id = provenance.source_id {joins}"
        f" WHERE identity.contact_id = :contact {end}"
    )


# What the owner says no longer holds; `kind` and `text` are those of the fact.
_SUPERSEDED: Final = _query(
    "fact.kind, fact.text", "superseded_fact", end="ORDER BY provenance.id DESC"
)
_OTHER_NAMES: Final = _query(
    "fact.kind, fact.name AS text",
    "contact_name",
    "JOIN contact ON contact.id = identity.contact_id",
    "AND fact.name <> contact.display_name GROUP BY fact.name ORDER BY fact.id",
)
_CALLED: Final = (
    _query(
        "'name' AS kind, fact.name AS text",
        "contact_name",
        "JOIN contact ON contact.id = identity.contact_id",
        "AND fact.name = contact.display_name",
    )
    + " ORDER BY provenance.id DESC LIMIT 1"
)
_SAID: Final = " UNION ALL ".join(
    f"SELECT '{field.column}' AS name, '{field.label}' AS kind, '{field.unsaid}' AS unsaid,"
    f" {int(field.on_cards)} AS on_cards, {field.column} AS value FROM contact WHERE id = :contact"
    for field in FIELDS
    if field.is_fact
)
# What was said about somebody who was merged away holds for the contact they were merged into.
_SAID_BY_OWNER: Final = f"""
SELECT said.kind, said.value AS text,
  coalesce(source.title, iif(said.on_cards, 'address book', 'You')) AS source,
  coalesce(provenance.author, '') AS author, coalesce(provenance.recorded_at, 0) AS recorded_at,
  coalesce({HOW}, iif(said.on_cards, 'imported', 'typed')) AS confirmed_how,
  coalesce(max(provenance.id), 0) AS provenance_id
FROM ({_SAID}) AS said LEFT JOIN typed_field ON typed_field.name = said.name
  AND contact_id IN (SELECT id FROM contact WHERE id = :contact OR merged_into_id = :contact)
LEFT JOIN provenance ON provenance.id = typed_field.provenance_id
LEFT JOIN source ON source.id = provenance.source_id
WHERE said.value NOT IN ('', said.unsaid) GROUP BY said.name
"""
_METHODS: Final = _query(
    "fact.kind || CASE WHEN fact.label <> '' THEN ' (' || fact.label || ')' ELSE '' END AS kind,"
    " fact.value AS text",
    "contact_method",
    end="GROUP BY fact.kind, coalesce(nullif(fact.key, ''), fact.value)"
    " ORDER BY fact.kind, fact.preferred DESC, fact.id",
)
_ROLES: Final = _query(
    "'role' AS kind, CASE WHEN fact.title <> '' THEN fact.title || ' at ' ELSE '' END"
    " || organization.name || CASE WHEN fact.to_on IS NOT NULL THEN ' (until ' || fact.to_on || ')'"
    " ELSE '' END AS text, organization.ref AS ref, fact.from_on AS 'on'",
    "role",
    "JOIN organization ON organization.id = fact.organization_id",
    "GROUP BY fact.organization_id, fact.title, fact.to_on"
    " ORDER BY fact.to_on IS NOT NULL, max(provenance.recorded_at) DESC, fact.id",
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
_RELATIONSHIPS: Final = (
    _query(
        f"fact.type AS kind, coalesce({_NAME}, fact.other_name) AS text, contact.ref AS other_ref,"
        " coalesce(contact.is_owner, 0) AS other_is_owner",
        "relationship",
        "LEFT JOIN identity AS other ON other.id = fact.other_identity_id"
        " LEFT JOIN contact ON contact.id = other.contact_id",
        "AND fact.other_name NOT LIKE 'uid:%'",
    )
    + " UNION "
    + _query(
        f"coalesce(relationship_inverse.inverse, 'they are ' || fact.type || ' of'), {_NAME},"
        " contact.ref, contact.is_owner",
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
    end="ORDER BY fact.kind <> 'how we met',"
    " coalesce(fact.about_on, date(provenance.recorded_at, 'unixepoch')) DESC, fact.id DESC",
)
_FOLLOW_UPS: Final = _query(
    "CASE fact.owed_by WHEN 'owner' THEN 'you owe' ELSE 'they owe' END AS kind, fact.text,"
    " fact.ref, fact.due_on AS 'on'",
    "follow_up",
    end="AND fact.state IN ('open', 'snoozed') ORDER BY fact.due_on IS NULL, fact.due_on, fact.id",
)
# The last change up to a past day; a follow-up that arrived done, without a change, was always
# done.
_FOLLOW_UPS_AT: Final = _query(
    "CASE fact.owed_by WHEN 'owner' THEN 'you owe' ELSE 'they owe' END AS kind, fact.text,"
    " fact.ref, fact.due_on AS 'on'",
    "follow_up",
    end="AND provenance.recorded_at <= :until AND coalesce("
    "(SELECT change.state FROM follow_up_change AS change"
    " JOIN provenance AS changed ON changed.id = change.provenance_id"
    " WHERE change.follow_up_id = fact.id AND changed.recorded_at <= :until"
    " ORDER BY change.id DESC LIMIT 1),"
    " CASE WHEN EXISTS (SELECT 1 FROM follow_up_change WHERE follow_up_id = fact.id)"
    " OR coalesce(fact.state_changed_at, :until) > :until THEN 'open' ELSE fact.state END)"
    " IN ('open', 'snoozed') ORDER BY fact.due_on IS NULL, fact.due_on, fact.id",
)
_GIFTS: Final = _query(
    "fact.state AS kind, fact.text, fact.ref, fact.date_on AS 'on'",
    "gift",
    end="ORDER BY fact.date_on DESC",
)
_INTERESTS: Final = _query("'interest' AS kind, fact.text", "interest", end="ORDER BY fact.id")
_OTHER_FIELDS: Final = _query(
    "fact.name AS kind, fact.value AS text",
    "extra_field",
    end="GROUP BY fact.name, fact.value ORDER BY min(fact.id)",
)


async def _facts(
    reader: Reader, contact_id: int, query: str, more: Mapping[str, object] | None = None
) -> list[Fact]:
    rows = await reader.all(query, {"contact": contact_id, **(more or {})})
    optional = {"ref", "on", "other_ref", "other_is_owner"}
    facts = []
    for row in rows:
        more_of_it: dict[str, Any] = {name: row[name] or "" for name in optional & set(row.keys())}
        more_of_it["other_is_owner"] = bool(more_of_it.get("other_is_owner"))
        fact = Fact(
            kind=row["kind"],
            text=row["text"],
            source=row["source"],
            author=row["author"],
            recorded_at=row["recorded_at"],
            confirmed_how=row["confirmed_how"],
            provenance_id=row["provenance_id"],
            **more_of_it,
        )
        facts.append(fact)
    # Two cards that say the same about each other say it once.
    return list({replace(fact, provenance_id=0): fact for fact in facts}.values())


def corrected_kind(subject: str, fact: Fact) -> str:
    """The kind under which a correction of a fact is filed. subject: names, methods, roles, …

    `name` is what the contact is called, `other name` every other name.
    """
    if subject == "names":
        return "name" if fact.kind == "name" else "other name"
    return {"roles": "role", "notes": "note"}.get(subject, fact.kind.partition(" (")[0])


def corrected_text(fact: Fact) -> str:
    """What a fact says, as a correction names it: with the date that it is about, if any."""
    return f"{fact.text} {fact.on}".strip()


async def no_longer(reader: Reader, contact_id: int) -> list[Fact]:
    """What the owner says no longer holds, the latest first; `kind` and `text` are the fact's."""
    return await _facts(reader, contact_id, _SUPERSEDED)


async def _standing(reader: Reader, contact_id: int, query: str, subject: str) -> list[Fact]:
    """The facts without those that the owner corrected, even if an import says them again."""
    found = await _facts(reader, contact_id, query)
    corrected = {
        (fact.kind, comparable(fact.text)): fact.provenance_id
        for fact in reversed(await no_longer(reader, contact_id))
    }
    return [
        fact
        for fact in found
        if stands(
            corrected,
            corrected_kind(subject, fact),
            corrected_text(fact),
            fact.confirmed_how == "imported",
            fact.provenance_id,
        )
    ]


def stands(
    corrected: Mapping[tuple[str, str], int],
    kind: str,
    text: str,
    imported: bool,
    provenance_id: int,
) -> bool:
    """Whether a fact holds: not corrected, or said again by the owner after the correction.

    corrected: kind and comparable text of what no longer holds, to the provenance that says so.
    kind, text: as `corrected_kind` and `corrected_text` return them.
    """
    at = corrected.get((kind, comparable(text)))
    return at is None or (not imported and provenance_id > at)


def comparable(text: str) -> str:
    """What a fact says, in a form that is the same however it is written."""
    return name_key(text).replace(" ", "") or text


async def other_names(reader: Reader, contact_id: int) -> list[Fact]:
    """Names other than the display name: nicknames, former names, how the owner saved them."""
    return await _standing(reader, contact_id, _OTHER_NAMES, "names")


async def called(reader: Reader, contact_id: int) -> list[Fact]:
    """The display name, with who gave it last; nothing where an account gave it."""
    return await _facts(reader, contact_id, _CALLED)


async def said_by_owner(reader: Reader, contact_id: int) -> list[Fact]:
    """What the owner said about them as a whole: how they met, how close they are and the like.

    recorded_at: 0 where no day is known, as for pronouns from an address book.
    """
    return await _facts(reader, contact_id, _SAID_BY_OWNER)


async def contact_methods(reader: Reader, contact_id: int) -> list[Fact]:
    """Ways to reach them; `kind` is the way with its label, such as `phone (home)`."""
    return await _standing(reader, contact_id, _METHODS, "methods")


async def roles(reader: Reader, contact_id: int) -> list[Fact]:
    """Where they work or belong, as `title at organization`."""
    return await _standing(reader, contact_id, _ROLES, "roles")


async def tags(reader: Reader, contact_id: int) -> list[Fact]:
    """Tags and groups."""
    return await _facts(reader, contact_id, _TAGS)


async def related(reader: Reader, contact_id: int) -> list[Fact]:
    """The relations as stored, both ways; `store.facts.relationships` finds the right words."""
    return await _facts(reader, contact_id, _RELATIONSHIPS)


async def life_events(reader: Reader, contact_id: int) -> list[Fact]:
    """Birthdays, anniversaries and the like; `on` may be partial."""
    return await _standing(reader, contact_id, _LIFE_EVENTS, "life_events")


async def notes(reader: Reader, contact_id: int) -> list[Fact]:
    """How the owner met them, then notes and the notes of address-book cards, newest first."""
    return await _standing(reader, contact_id, _NOTES, "notes")


async def open_follow_ups(reader: Reader, contact_id: int) -> list[Fact]:
    """Open and snoozed follow-ups; `kind` says who owes it, `on` when it is due."""
    return await _facts(reader, contact_id, _FOLLOW_UPS)


async def follow_ups_open_at(reader: Reader, contact_id: int, until: int) -> list[Fact]:
    """Follow-ups that were open or snoozed at an instant (UTC seconds), whatever became of them."""
    return await _facts(reader, contact_id, _FOLLOW_UPS_AT, {"until": until})


async def gifts(reader: Reader, contact_id: int) -> list[Fact]:
    """Gifts, ideas included, newest first; `kind` is the state."""
    return await _facts(reader, contact_id, _GIFTS)


async def interests(reader: Reader, contact_id: int) -> list[Fact]:
    """What they care for."""
    return await _facts(reader, contact_id, _INTERESTS)


async def other_fields(reader: Reader, contact_id: int) -> list[Fact]:
    """Fields of address books and tables that have no column here; `kind` is the name."""
    return await _facts(reader, contact_id, _OTHER_FIELDS)


async def is_in_address_book(reader: Reader, contact_id: int) -> bool:
    """Whether the owner has a card of them, or saved them under a name."""
    return bool(
        await reader.value(
            "SELECT EXISTS (SELECT 1 FROM identity WHERE contact_id = :contact AND (kind = 'card'"
            " OR id IN (SELECT identity_id FROM contact_name WHERE kind = 'saved as')))",
            {"contact": contact_id},
        )
    )
