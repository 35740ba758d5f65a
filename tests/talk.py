"""Made-up messages for tests of what is made out of talk."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from store.talk.conversations import StoredMessage

FRIEND = 7
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
_ids = count(1)


def at(day: str, clock: str = "12:00") -> int:
    """UTC seconds of a day and a clock time."""
    return int(datetime.fromisoformat(f"{day}T{clock}:00+00:00").timestamp())


def said(text: str, sent_at: int, *, by_owner: bool = False, **changes: object) -> StoredMessage:
    """A message of a chat of two, by the friend unless `by_owner`."""
    number = next(_ids)
    message = StoredMessage(
        id=number,
        ref=f"m_{number:07}",
        text=text,
        subject="",
        sent_at=sent_at,
        sender="Nora" if by_owner else "Alex",
        sender_contact=1 if by_owner else FRIEND,
        from_owner=by_owner,
        conversation_id=1,
        conversation_ref="v_0000001",
        conversation="Alex",
        conversation_kind="direct",
        source="Telegram",
        attachments=(),
    )
    return replace(message, **changes)  # type: ignore[arg-type]
