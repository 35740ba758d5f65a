"""Everybody's life events: birthdays, anniversaries, moves, deaths."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Reader
from store.facts.contact_facts import comparable, stands

_EVERY_YEAR: Final = frozenset({"birthday", "anniversary"})
DEATH: Final = "death"


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """on: a date, maybe partial. label: its name, or ''. lead_days: the owner's, or None.

    yearly: it comes back every year. A death does so only where the owner said it: address books
    give every date a yearly rule.
    """

    contact_id: int
    ref: str
    kind: str
    label: str
    on: str
    yearly: bool
    lead_days: int | None

    @property
    def called(self) -> str:
        """The event's name in a line of text."""
        return self.label or self.kind


@dataclass(frozen=True, slots=True)
class Nearness:
    """days: the months and days (`04-12`) that are near. lead: the longest lead they allow for.

    Events with a longer lead of their own or without a whole date are read too. For contacts in
    whole (row ids) everything is.
    """

    days: Sequence[str]
    lead: int
    whole: Sequence[int] = ()


async def standing_life_events(
    reader: Reader, contact_id: int | None = None, near: Nearness | None = None
) -> dict[int, list[LifeEvent]]:
    """By contact, without those that the owner corrected; what two sources say appears once.

    near: leave out what is not near, except deaths.
    """
    corrected = await _corrected(reader, contact_id)
    rows = await reader.all(
        "SELECT identity.contact_id, life_event.ref, life_event.kind, life_event.label,"
        " life_event.date_on, life_event.recurs_yearly, life_event.lead_days,"
        " provenance.confirmed_how, provenance.id AS provenance_id"
        " FROM life_event JOIN identity ON identity.id = life_event.identity_id"
        " JOIN provenance ON provenance.id = life_event.provenance_id"
        " WHERE identity.contact_id IS NOT NULL"
        " AND (:contact IS NULL OR identity.contact_id = :contact)"
        " AND (:days IS NULL OR substr(life_event.date_on, -5) IN (SELECT value FROM"
        " json_each(:days)) OR life_event.date_on NOT GLOB '*-??-??' OR life_event.kind = :death"
        " OR life_event.lead_days > :lead"
        " OR identity.contact_id IN (SELECT value FROM json_each(:whole)))"
        # What the owner said comes first, then dates with their year.
        " ORDER BY provenance.confirmed_how = 'imported', life_event.date_on LIKE '--%',"
        " life_event.id",
        {
            "contact": contact_id,
            "days": json.dumps(near.days) if near else None,
            "lead": near.lead if near else 0,
            "whole": json.dumps(near.whole) if near else "[]",
            "death": DEATH,
        },
    )
    found: dict[int, dict[tuple[str, str], LifeEvent]] = defaultdict(dict)
    for row in rows:
        imported = row["confirmed_how"] == "imported"
        kind, on = row["kind"], row["date_on"]
        event = LifeEvent(
            contact_id=row["contact_id"],
            ref=row["ref"],
            kind=kind,
            label=row["label"],
            on=on,
            yearly=on.startswith("--")
            or kind in _EVERY_YEAR
            or (bool(row["recurs_yearly"]) and not (imported and kind == DEATH)),
            lead_days=row["lead_days"],
        )
        marks = corrected.get(event.contact_id)
        if marks and not stands(
            marks, kind, f"{event.called} {on}", imported, row["provenance_id"]
        ):
            continue
        # A person has one birthday, with its year or without; two anniversaries may share a day.
        day = on[-5:] if event.yearly and len(on) > len("2026-11") - 1 else on
        same = (kind if kind == "birthday" else event.called.casefold(), day)
        found[event.contact_id].setdefault(same, event)
    return {contact: list(events.values()) for contact, events in found.items()}


async def _corrected(
    reader: Reader, contact_id: int | None
) -> dict[int, dict[tuple[str, str], int]]:
    rows = await reader.all(
        "SELECT identity.contact_id, superseded_fact.kind, superseded_fact.text,"
        " superseded_fact.provenance_id FROM superseded_fact"
        " JOIN identity ON identity.id = superseded_fact.identity_id"
        " WHERE identity.contact_id IS NOT NULL"
        " AND (:contact IS NULL OR identity.contact_id = :contact)"
        " ORDER BY superseded_fact.provenance_id",
        {"contact": contact_id},
    )
    corrected: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for row in rows:
        corrected[row["contact_id"]][row["kind"], comparable(row["text"])] = row["provenance_id"]
    return corrected
