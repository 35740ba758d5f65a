"""Interactions derived from messages: a day's exchange in a conversation is one contact event."""

from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.database import Row, Writer
from store.identities import LARGEST_CIRCLE
from store.refs import make_ref


def derive_interactions(
    writer: Writer, conversation_id: int, moments: Collection[int], zone: ZoneInfo
) -> None:
    """Work out anew the interactions of the days that these moments (UTC seconds) fall on.

    zone: the owner's; a day is theirs, from midnight to midnight. Mail that a machine or a list
    sent, and messages without a known time, are no contact.
    """
    conversation = writer.one("SELECT ref, kind FROM conversation WHERE id = ?", (conversation_id,))
    if conversation is None or conversation["kind"] == "channel":
        return
    listeners = _listeners(writer, conversation_id, conversation["kind"])
    for day in sorted({datetime.fromtimestamp(moment, zone).date() for moment in moments}):
        start = datetime.combine(day, time.min, zone)
        end = datetime.combine(day + timedelta(days=1), time.min, zone)
        rows = writer.all(
            "SELECT sender_id, sent_at FROM message WHERE conversation_id = ? AND NOT bulk"
            " AND ordered_at >= ? AND ordered_at < ? AND sent_at IS NOT NULL",
            (
                conversation_id,
                int(start.astimezone(UTC).timestamp()),
                int(end.astimezone(UTC).timestamp()),
            ),
        )
        _replace_day(writer, conversation_id, conversation, day.isoformat(), rows, listeners)


def _listeners(writer: Writer, conversation_id: int, kind: str) -> list[int]:
    """In a chat of two, and in mail among few, the one who only listens takes part as well."""
    if kind not in {"direct", "mail"}:
        return []
    found = writer.all(
        "SELECT identity_id FROM participant WHERE conversation_id = ? LIMIT ?",
        (conversation_id, LARGEST_CIRCLE + 1),
    )
    return [row[0] for row in found] if len(found) <= LARGEST_CIRCLE else []


def _replace_day(
    writer: Writer,
    conversation_id: int,
    conversation: Row,
    day: str,
    rows: list[Row],
    listeners: list[int],
) -> None:
    writer.run(
        "DELETE FROM interaction WHERE conversation_id = ? AND on_day = ?", (conversation_id, day)
    )
    if not rows:
        return
    sent = Counter(row["sender_id"] for row in rows if row["sender_id"] is not None)

    def taken(ref: str) -> bool:
        return writer.value("SELECT 1 FROM interaction WHERE ref = ?", (ref,)) is not None

    interaction_id = writer.run(
        "INSERT INTO interaction(ref, kind, conversation_id, on_day, started_at, ended_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            make_ref("i", conversation["ref"], day, taken=taken),
            "mail" if conversation["kind"] == "mail" else "chat",
            conversation_id,
            day,
            min(row["sent_at"] for row in rows),
            max(row["sent_at"] for row in rows),
        ),
    )
    writer.run_many(
        "INSERT INTO interaction_participant(interaction_id, identity_id, messages)"
        " VALUES (?, ?, ?)",
        [
            (interaction_id, identity_id, sent.get(identity_id, 0))
            for identity_id in sorted({*sent, *listeners})
        ],
    )
