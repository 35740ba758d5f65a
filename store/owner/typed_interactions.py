"""Interactions that the owner logs in one line: a coffee, a call, a visit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from store.engine.connections import Row, Writer
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

_NOON: Final = time(12)
_TYPED: Final = (
    "SELECT interaction.id, interaction.ref, interaction.summary, interaction.title,"
    " interaction.on_day, interaction.provenance_id"
    " FROM interaction JOIN provenance ON provenance.id = interaction.provenance_id"
    " WHERE interaction.kind = 'logged' AND provenance.confirmed_how = 'typed'"
)


class NothingLogged(StoreError):
    """There is no logged interaction to take back."""


@dataclass(frozen=True, slots=True)
class Logged:
    """An interaction as it was logged. kind: the occasion; on: the owner's day; names: who."""

    ref: str
    kind: str
    on: str
    text: str
    names: tuple[str, ...]


def log_interaction(
    writer: Writer,
    contact_ids: Collection[int],
    text: str,
    kind: str,
    day: date,
    zone: ZoneInfo,
    now: int,
) -> Logged:
    """Store one real contact with these people, in one transaction.

    kind: the occasion, such as `coffee`. day: the owner's. now: UTC seconds; for a day other than
    today the hour is not known, and noon stands in for it. Raises: UnusableLine.
    """
    line = usable_line(text, "interaction")
    kind = usable_name(kind, "kind") if kind else ""
    moment = now
    if datetime.fromtimestamp(now, zone).date() != day:
        moment = int(datetime.combine(day, _NOON, zone).timestamp())
    with owner_writes(writer):
        ref = new_ref(writer, "interaction", "typed", line, day.isoformat(), str(now))
        interaction_id = writer.run(
            "INSERT INTO interaction(ref, kind, on_day, started_at, ended_at, summary, title,"
            " provenance_id) VALUES (?, 'logged', ?, ?, ?, ?, ?, ?)",
            (ref, day.isoformat(), moment, moment, line, kind, typed_now(writer, now)),
        )
        mine = writer.value(
            "SELECT identity.id FROM identity JOIN contact ON contact.id = contact_id"
            " WHERE identity.kind = 'owner' AND contact.is_owner"
        )
        people = {owner_identity(writer, each) for each in contact_ids} | {int(mine)}
        writer.run_many(
            "INSERT INTO interaction_participant(interaction_id, identity_id) VALUES (?, ?)",
            [(interaction_id, each) for each in sorted(people)],
        )
        names = _names(writer, interaction_id)
    return Logged(ref, kind, day.isoformat(), line, names)


def take_back_log(writer: Writer, ref: str = "") -> Logged:
    """Remove the interaction with this ref, or the last one logged, without a trace.

    Raises: NothingLogged.
    """
    with owner_writes(writer):
        row: Row | None = (
            writer.one(f"{_TYPED} AND interaction.ref = ?", (ref,))
            if ref
            else writer.one(f"{_TYPED} ORDER BY interaction.id DESC LIMIT 1")
        )
        if row is None:
            raise NothingLogged(
                f"{ref[:40]} is no interaction that you logged. Nothing was removed."
                if ref
                else "You have logged nothing yet, so there is nothing to take back."
            )
        logged = Logged(
            row["ref"], row["title"], row["on_day"], row["summary"], _names(writer, row["id"])
        )
        writer.run("DELETE FROM interaction WHERE id = ?", (row["id"],))
        writer.run("DELETE FROM provenance WHERE id = ?", (row["provenance_id"],))
    purge_old_fact_words(writer)
    return logged


def _names(writer: Writer, interaction_id: int) -> tuple[str, ...]:
    rows = writer.all(
        "SELECT DISTINCT contact.display_name FROM interaction_participant"
        " JOIN identity ON identity.id = identity_id JOIN contact ON contact.id = contact_id"
        " WHERE interaction_id = ? AND NOT is_owner ORDER BY display_name",
        (interaction_id,),
    )
    return tuple(row[0] for row in rows)
