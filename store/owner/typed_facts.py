"""Notes, life events, gifts, tags and groups that the owner types, and deleting them for real."""

from dataclasses import dataclass
from typing import Final, Literal

from store.engine.connections import Writer
from store.engine.fact_kinds import LIFE_EVENT, FactKind
from store.engine.refs import new_ref
from store.errors import StoreError
from store.index.fact_words import purge_old_fact_words
from store.owner.typed_line import (
    owner_identity,
    owner_writes,
    typed_now,
    usable_line,
    usable_name,
)
from store.text.names import visible

GiftState = Literal["idea", "given", "received"]
Label = Literal["tag", "group"]
# Nobody has two of these; typing one again replaces the one typed before.
ONLY_ONCE: Final = frozenset({"birthday", "death"})
# How a deleted fact is named, where its words alone would not say which one it was.
_TOLD: Final = {LIFE_EVENT.name: "trim(fact.kind || ' ' || label || ' ' || date_on)"}
_LABELS: Final = {
    "tag": ("tag", "identity_tag", "tag_id"),
    "group": ("contact_group", "identity_group", "group_id"),
}


class NotYours(StoreError):
    """There is no such fact among those that the owner typed or confirmed."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """A fact that is gone. name: whom it was about."""

    ref: str
    text: str
    name: str


def add_note(writer: Writer, contact_id: int, text: str, now: int) -> str:
    """Store a note about a contact and return its ref. now: UTC seconds. Raises: UnusableLine."""
    line = usable_line(text, "note")
    with owner_writes(writer):
        identity_id = owner_identity(writer, contact_id)
        ref = new_ref(writer, "note", "typed", str(identity_id), line, str(now))
        writer.run(
            "INSERT INTO note(ref, identity_id, text, provenance_id) VALUES (?, ?, ?, ?)",
            (ref, identity_id, line, typed_now(writer, now)),
        )
    return ref


def add_life_event(
    writer: Writer,
    contact_id: int,
    kind: str,
    on: str,
    now: int,
    *,
    label: str = "",
    yearly: bool = False,
    lead_days: int | None = None,
) -> str:
    """Store a life event and return its ref. Storing the same one again updates it.

    on: maybe partial. lead_days: how long before it the owner wants to hear of it.
    now: UTC seconds. Raises: UnusableLine.
    """
    kind = usable_name(kind, "kind of event").casefold()
    label = usable_name(label, "label") if label else ""
    with owner_writes(writer):
        identity_id = owner_identity(writer, contact_id)
        if kind in ONLY_ONCE:
            writer.run(
                "DELETE FROM life_event WHERE identity_id = ? AND kind = ?", (identity_id, kind)
            )
        ref = new_ref(writer, "life_event", "typed", str(identity_id), kind, label, on)
        writer.run(
            "INSERT INTO life_event(ref, identity_id, kind, label, date_on, recurs_yearly,"
            " lead_days, provenance_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(identity_id, kind, label, date_on) DO UPDATE SET"
            " recurs_yearly = excluded.recurs_yearly, lead_days = excluded.lead_days,"
            " provenance_id = excluded.provenance_id",
            (
                ref,
                identity_id,
                kind,
                label,
                on,
                int(yearly),
                lead_days,
                typed_now(writer, now),
            ),
        )
        found = writer.value(
            "SELECT ref FROM life_event WHERE identity_id = ? AND kind = ? AND label = ?"
            " AND date_on = ?",
            (identity_id, kind, label, on),
        )
    return str(found)


def add_gift(
    writer: Writer, contact_id: int, state: GiftState, text: str, on: str, now: int
) -> str:
    """Store a gift or an idea for one and return its ref. on: maybe partial, '' if unknown."""
    line = visible(usable_line(text, "gift"))
    with owner_writes(writer):
        identity_id = owner_identity(writer, contact_id)
        ref = new_ref(writer, "gift", "typed", str(identity_id), state, line, on, str(now))
        writer.run(
            "INSERT INTO gift(ref, identity_id, state, text, date_on, provenance_id)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (ref, identity_id, state, line, on or None, typed_now(writer, now)),
        )
    return ref


def add_label(writer: Writer, contact_id: int, label: Label, name: str, now: int) -> str:
    """Give a contact a tag or put them into a group; return its name as already written."""
    name = usable_name(name, label)
    table, of_identity, column = _LABELS[label]
    with owner_writes(writer):
        writer.run(f"INSERT OR IGNORE INTO {table}(name) VALUES (?)", (name,))
        row = writer.one(f"SELECT id, name FROM {table} WHERE name = ?", (name,))
        writer.run(
            f"INSERT OR IGNORE INTO {of_identity}(identity_id, {column}, provenance_id)"
            " VALUES (?, ?, ?)",
            (owner_identity(writer, contact_id), row["id"] if row else 0, typed_now(writer, now)),
        )
    return str(row["name"]) if row else name


def remove_label(writer: Writer, contact_id: int, label: Label, name: str) -> str:
    """Take a tag or a group from a contact, where the owner gave it.

    Return the source that also says it, or ''. Raises: NotYours when they do not have it at all.
    """
    table, of_identity, column = _LABELS[label]
    mine = (
        f"SELECT identity_id, {column}, identity.kind, source.title FROM {of_identity} AS given"
        f" JOIN {table} ON {table}.id = {column} JOIN identity ON identity.id = identity_id"
        " JOIN provenance ON provenance.id = given.provenance_id"
        " JOIN source ON source.id = provenance.source_id"
        f" WHERE {table}.name = ? AND contact_id = ?"
    )
    with owner_writes(writer):
        rows = writer.all(mine, (visible(name), contact_id))
        if not rows:
            raise NotYours(f"They have no {label} “{visible(name)[:80]}”. Nothing was changed.")
        for row in rows:
            if row["kind"] == "owner":
                writer.run(
                    f"DELETE FROM {of_identity} WHERE identity_id = ? AND {column} = ?",
                    (row["identity_id"], row[column]),
                )
        # Nobody has it and no rhythm was set for it, so the label goes.
        writer.run(
            f"DELETE FROM {table} WHERE id = ? AND cadence IS NULL"
            f" AND id NOT IN (SELECT {column} FROM {of_identity})",
            (rows[0][column],),
        )
    return next((str(row["title"]) for row in rows if row["kind"] != "owner"), "")


def delete_typed(writer: Writer, ref: str, kind: FactKind) -> Deleted:
    """Delete a fact that the owner typed, so that no index holds a word of it.

    kind: one that belongs to an identity and has a ref. Raises: NotYours.
    """
    row = writer.one(
        f"SELECT fact.id, fact.provenance_id, {_TOLD.get(kind.name, kind.words)} AS text,"
        " identity.kind AS stands_on, contact.display_name, provenance.reference, source.title"
        f" FROM {kind.table} AS fact JOIN identity ON identity.id = fact.identity_id"
        " JOIN contact ON contact.id = identity.contact_id"
        " JOIN provenance ON provenance.id = fact.provenance_id"
        " JOIN source ON source.id = provenance.source_id WHERE fact.ref = ?",
        (ref.strip(),),
    )
    if row is None:
        raise NotYours(f"There is no {kind.name} {ref[:40]}. Nothing was deleted.")
    if row["stands_on"] != "owner":
        raise NotYours(
            f"{ref} comes from {row['title']} and would come back with its next import. Change it"
            " there. Nothing was deleted."
        )
    if row["reference"].startswith("p_"):
        raise NotYours(
            f"{ref} is what a proposal became. To take that back: kinkeeper review --undo {ref}"
        )
    with owner_writes(writer):
        writer.run(f"DELETE FROM {kind.table} WHERE id = ?", (row["id"],))
        writer.run("DELETE FROM provenance WHERE id = ?", (row["provenance_id"],))
    purge_old_fact_words(writer)
    return Deleted(ref.strip(), row["text"], row["display_name"])
