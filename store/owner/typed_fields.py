"""The fields of a contact that the owner types: how you met, why they matter, status, rhythm."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from store.engine.connections import Reader, Writer
from store.engine.fact_kinds import HOW
from store.errors import StoreError
from store.facts.cadences import Cadence
from store.owner.typed_line import owner_writes, typed_now, usable_line
from store.people.fields import FIELDS, ContactField

Status = Literal["active", "reconnect later", "reference", "archived"]
STATUSES: Final[tuple[Status, ...]] = ("active", "reconnect later", "reference", "archived")
CADENCES: Final = (
    "weekly", "every two weeks", "monthly", "quarterly", "twice a year", "yearly", "event-based",
    "revisit later", "never",
)  # fmt: skip
_OF_MANY: Final = {"tag": "tag", "group": "contact_group"}
# A name takes more (`set_name_part`), and so does what assistants may see (`store.sharing`).
_TYPED_HERE: Final[Mapping[str, ContactField]] = {
    field.column: field
    for field in FIELDS
    if not field.on_cards and field.shown_as != "owner alone"
}
# What was said about them comes before what they are called.
_READ: Final = sorted(
    (field for field in FIELDS if field.is_fact or field.shown_as == "name"),
    key=lambda field: (field.on_cards, field.shown_as == "name"),
)


class NoSuchLabel(StoreError):
    """Nobody has that tag, or is in that group."""


@dataclass(frozen=True, slots=True)
class TypedField:
    """A field of a contact. typed_at: when it was last typed, UTC seconds, or None.

    how: `typed`, or `typed by a script`.
    """

    name: str
    value: str
    typed_at: int | None
    how: str


def set_field(writer: Writer, contact_id: int, column: str, value: str, now: int) -> None:
    """Set one field of a contact; '' empties it. now: UTC seconds. Raises: UnusableLine."""
    field = _TYPED_HERE[column]
    if value:
        value = usable_line(value, field.label)
    with owner_writes(writer):
        _set(writer, contact_id, {column: value or (None if field.may_be_null else "")}, now)


def set_cadence(
    writer: Writer, contact_id: int, cadence: Cadence | None, now: int, until_on: str = ""
) -> None:
    """Set the rhythm of a contact, or none. until_on: a whole date, for `revisit later`.

    A new rhythm is in force at once: it ends an earlier putting off.
    """
    with owner_writes(writer):
        values = {
            "cadence": cadence.kind if cadence else None,
            "cadence_days": cadence.days if cadence else None,
            "snoozed_until_on": until_on or None,
        }
        _set(writer, contact_id, values, now)


def _set(writer: Writer, contact_id: int, values: dict[str, str | int | None], now: int) -> None:
    provenance_id = typed_now(writer, now)
    for name, value in values.items():
        writer.run(f"UPDATE contact SET {name} = ? WHERE id = ?", (value, contact_id))
        mark_typed(writer, contact_id, name, provenance_id)


def mark_typed(writer: Writer, contact_id: int, name: str, provenance_id: int) -> None:
    """Record when a field was typed; in the caller's transaction."""
    writer.run(
        "INSERT OR REPLACE INTO typed_field(contact_id, name, provenance_id) VALUES (?, ?, ?)",
        (contact_id, name, provenance_id),
    )


def set_cadence_of_label(
    writer: Writer, label: Literal["tag", "group"], name: str, cadence: Cadence | None
) -> int:
    """Set the rhythm of a tag or group and return how many people have it.

    Raises: NoSuchLabel.
    """
    table = _OF_MANY[label]
    column = "tag_id" if label == "tag" else "group_id"
    with owner_writes(writer):
        found = writer.value(f"SELECT id FROM {table} WHERE name = ?", (name,))
        if found is None:
            known = [row[0] for row in writer.all(f"SELECT name FROM {table} ORDER BY name")]
            raise NoSuchLabel(
                f"There is no {label} “{name[:80]}”. "
                + (f"There are: {', '.join(known[:12])}." if known else f"There is no {label} yet.")
            )
        writer.run(
            f"UPDATE {table} SET cadence = ?, cadence_days = ? WHERE id = ?",
            (cadence.kind if cadence else None, cadence.days if cadence else None, found),
        )
        return int(
            writer.value(
                f"SELECT count(DISTINCT contact_id) FROM identity_{label}"
                f" JOIN identity ON identity.id = identity_id WHERE {column} = ?",
                (found,),
            )
        )


async def typed_fields(reader: Reader, contact_id: int) -> list[TypedField]:
    """The fields of a contact that hold something, with when the owner typed each."""
    row = await reader.one(
        f"SELECT {', '.join(field.column for field in _READ)} FROM contact WHERE id = ?",
        (contact_id,),
    )
    typed = {
        each["name"]: (int(each["recorded_at"]), str(each["how"]))
        for each in await reader.all(
            f"SELECT name, recorded_at, {HOW} AS how FROM typed_field"
            " JOIN provenance ON provenance.id = provenance_id WHERE contact_id = ?",
            (contact_id,),
        )
    }
    return [
        TypedField(field.label, str(row[field.column]), *typed.get(field.column, (None, "")))
        for field in _READ
        if row is not None and row[field.column]
    ]
