"""Everybody's open follow-ups: what one promised the other."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from store.engine.connections import Reader
from store.facts.due_contacts import ACTIVE


@dataclass(frozen=True, slots=True)
class FollowUp:
    """due_on, snoozed_until_on: dates, maybe partial, or ''. recorded_at: UTC seconds.

    after_event: the life event that it waits for (its ref, or words for it), or ''. snoozed: put
    off; without a day in snoozed_until_on, until the owner takes it up again.
    """

    contact_id: int
    ref: str
    owed_by: Literal["owner", "contact"]
    text: str
    due_on: str
    after_event: str
    snoozed: bool
    snoozed_until_on: str
    recorded_at: int


async def open_follow_ups(
    reader: Reader, contact_id: int | None = None, due_until: date | None = None
) -> list[FollowUp]:
    """Open and snoozed ones in the order in which they were stored; never done or dropped ones.

    due_until: leave out those due later. Follow-ups with people put aside, and those put off
    without a day, stay in, because they are counted.
    """
    rows = await reader.all(
        "SELECT identity.contact_id, follow_up.ref, follow_up.owed_by, follow_up.text,"
        " coalesce(follow_up.due_on, '') AS due_on, follow_up.after_event,"
        " follow_up.state = 'snoozed' AS snoozed,"
        " coalesce(follow_up.snoozed_until_on, '') AS snoozed_until_on, provenance.recorded_at"
        " FROM follow_up JOIN identity ON identity.id = follow_up.identity_id"
        " JOIN provenance ON provenance.id = follow_up.provenance_id"
        " WHERE follow_up.state IN ('open', 'snoozed') AND identity.contact_id IS NOT NULL"
        " AND (:contact IS NULL OR identity.contact_id = :contact)"
        # A partial date sorts like its first day; one without a year sorts before all others.
        " AND (:until IS NULL OR coalesce(follow_up.due_on, '') <= :until"
        " OR (follow_up.state = 'snoozed' AND coalesce(follow_up.snoozed_until_on, '') = '')"
        " OR identity.contact_id IN (SELECT id FROM contact WHERE status <> :active))"
        " ORDER BY follow_up.id",
        {
            "contact": contact_id,
            "until": due_until.isoformat() if due_until else None,
            "active": ACTIVE,
        },
    )
    return [
        FollowUp(
            contact_id=row["contact_id"],
            ref=row["ref"],
            owed_by=row["owed_by"],
            text=row["text"],
            due_on=row["due_on"],
            after_event=row["after_event"],
            snoozed=bool(row["snoozed"]),
            snoozed_until_on=row["snoozed_until_on"],
            recorded_at=row["recorded_at"],
        )
        for row in rows
    ]
