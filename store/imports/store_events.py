"""Meetings and calls from exports: one interaction each, with everybody who took part."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from store.engine.connections import Row
from store.engine.refs import new_ref
from store.importers.reading.storable import storable
from store.importers.records import Event
from store.imports.store_accounts import ImportScope, ensure_identity
from store.people.circles import LARGEST_CIRCLE
from store.text.names import visible

Outcome = Literal["new", "updated", "unchanged", "cancelled", "without a date"]


def store_event(
    scope: ImportScope, event: Event, conversation_id: int | None, zone: ZoneInfo
) -> Outcome:
    """Store one event; one seen before is left alone, or updated if it changed.

    A cancelled event is removed. Taking part with more than `LARGEST_CIRCLE` people binds nobody,
    so such an event keeps no participants. conversation_id: the chat that a call was made in. zone:
    the owner's; the day is theirs.
    """
    row = scope.writer.one(
        "SELECT id, content_sha256 FROM interaction WHERE source_id = ? AND key = ?",
        (scope.source_id, event.key),
    )
    if event.cancelled:
        return _call_off(scope, row)
    if (span := _span(event, zone)) is None:
        return "without a date"
    identity_ids: list[int] = []
    if len(event.attendees) <= LARGEST_CIRCLE:
        identity_ids = sorted({ensure_identity(scope, each) for each in event.attendees})
    organizer_id = ensure_identity(scope, event.organizer) if event.organizer else None
    accepted = {ensure_identity(scope, each) for each in event.accepted}
    digest = _digest(event)
    columns = (
        event.kind,
        conversation_id,
        organizer_id,
        *span,
        visible(event.title),
        storable(event.description).strip(),
        visible(event.location),
        digest,
    )
    if row is None:
        _take_part(scope, _new_event(scope, event, columns), identity_ids, accepted)
        return "new"
    scope.marks.meet("interaction", int(row["id"]))
    if row["content_sha256"] == digest or scope.is_older:
        return "unchanged"
    _change_event(scope, int(row["id"]), columns)
    _take_part(scope, int(row["id"]), identity_ids, accepted)
    return "updated"


def _call_off(scope: ImportScope, row: Row | None) -> Outcome:
    if row is None:
        return "cancelled"
    scope.writer.run("DELETE FROM interaction WHERE id = ?", (row["id"],))
    return "updated"


def _new_event(scope: ImportScope, event: Event, columns: tuple[object, ...]) -> int:
    interaction_id = scope.writer.run(
        "INSERT INTO interaction(kind, conversation_id, organizer_id, on_day, started_at, ended_at,"
        " title, details, location, content_sha256, ref, source_id, key, provenance_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *columns,
            new_ref(scope.writer, "interaction", scope.source_kind, event.key),
            scope.source_id,
            event.key,
            scope.provenance(f"event:{event.key}"),
        ),
    )
    scope.marks.meet("interaction", interaction_id)
    return interaction_id


def _change_event(scope: ImportScope, interaction_id: int, columns: tuple[object, ...]) -> None:
    """Update an event and write its participants anew."""
    scope.writer.run(
        "UPDATE interaction SET kind = ?, conversation_id = ?, organizer_id = ?, on_day = ?,"
        " started_at = ?, ended_at = ?, title = ?, details = ?, location = ?, content_sha256 = ?"
        " WHERE id = ?",
        (*columns, interaction_id),
    )
    scope.writer.run(
        "DELETE FROM interaction_participant WHERE interaction_id = ?", (interaction_id,)
    )


def _take_part(
    scope: ImportScope, interaction_id: int, identity_ids: list[int], accepted: set[int]
) -> None:
    scope.writer.run_many(
        "INSERT INTO interaction_participant(interaction_id, identity_id, accepted)"
        " VALUES (?, ?, ?)",
        [(interaction_id, each, int(each in accepted)) for each in identity_ids],
    )


def _span(event: Event, zone: ZoneInfo) -> tuple[str, int, int] | None:
    """The owner's day, and the first and last second; None when the event says neither."""
    try:
        if event.starts_at is not None:
            start = event.starts_at
            end = max(event.ends_at or start, start)
            return start.astimezone(zone).date().isoformat(), _seconds(start), _seconds(end)
        first = date.fromisoformat(event.starts_on)
        last = max(date.fromisoformat(event.ends_on or event.starts_on), first)
        start = datetime.combine(first, time.min, zone)
        end = datetime.combine(last + timedelta(days=1), time.min, zone) - timedelta(seconds=1)
        return first.isoformat(), _seconds(start), _seconds(end)
    except (ValueError, OverflowError):
        # No date, or one beyond the calendar.
        return None


def _seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())


def _digest(event: Event) -> bytes:
    people = sorted((each.kind, each.value) for each in event.attendees)
    accepted = sorted(each.value for each in event.accepted)
    organizer = (event.organizer.kind, event.organizer.value) if event.organizer else ()
    content = repr(
        (
            event.kind,
            event.title,
            event.starts_at,
            event.ends_at,
            event.starts_on,
            event.ends_on,
            event.description,
            event.location,
            event.conversation_key,
            people,
            # Most have nobody who said yes, and older memories have digests without it.
            *([organizer, accepted] if accepted else []),
        )
    )
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
