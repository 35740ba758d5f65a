"""Follow-ups as the owner keeps them: made, done, dropped, put off, with every change recorded."""

from dataclasses import dataclass
from typing import Final, Literal

from store.engine.connections import Reader, Writer
from store.engine.refs import new_ref
from store.errors import StoreError
from store.owner.typed_line import (
    owner_identity,
    owner_writes,
    typed_now,
    usable_line,
    usable_name,
)

State = Literal["open", "done", "snoozed", "dropped"]
OwedBy = Literal["owner", "contact"]


class NoSuchFollowUp(StoreError):
    """No follow-up has this ref."""


class NoSuchMessage(StoreError):
    """No message has this ref."""


@dataclass(frozen=True, slots=True)
class ListedFollowUp:
    """A follow-up and whom it is about.

    due_on: maybe partial, or ''. message_ref: where it was said, or ''.
    """

    ref: str
    contact_ref: str
    name: str
    owed_by: str
    text: str
    due_on: str
    after_event: str
    state: str
    until_on: str
    message_ref: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a follow-up, and when (UTC seconds)."""

    state: str
    until_on: str
    at: int


_LISTED: Final = """
SELECT follow_up.ref, contact.ref AS contact_ref, contact.display_name AS name, owed_by,
  follow_up.text, coalesce(due_on, '') AS due_on, after_event, state,
  coalesce(follow_up.snoozed_until_on, '') AS until_on, coalesce(message.ref, '') AS message_ref
FROM follow_up JOIN identity ON identity.id = identity_id
JOIN contact ON contact.id = identity.contact_id
LEFT JOIN message ON message.id = message_id
"""


def add_follow_up(
    writer: Writer,
    contact_id: int,
    text: str,
    now: int,
    *,
    owed_by: OwedBy = "owner",
    due_on: str = "",
    after_event: str = "",
    message_ref: str = "",
) -> str:
    """Store a promise or an open end and return its ref.

    due_on: maybe partial. after_event: what has to happen first, in words. message_ref: the message
    that it comes from. now: UTC seconds. Raises: UnusableLine, NoSuchMessage.
    """
    line = usable_line(text, "follow-up")
    if after_event:
        after_event = usable_name(after_event, "event that it waits for")
    with owner_writes(writer):
        message_id = None
        if message_ref:
            message_id = writer.value("SELECT id FROM message WHERE ref = ?", (message_ref,))
            if message_id is None:
                raise NoSuchMessage(
                    f"There is no message {message_ref[:40]}. kinkeeper search shows them with"
                    " their m_… reference. Nothing was stored."
                )
        identity_id = owner_identity(writer, contact_id)
        ref = new_ref(writer, "follow_up", "typed", str(identity_id), line, str(now))
        writer.run(
            "INSERT INTO follow_up(ref, identity_id, owed_by, text, due_on, after_event,"
            " message_id, provenance_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                ref,
                identity_id,
                owed_by,
                line,
                due_on or None,
                after_event,
                message_id,
                typed_now(writer, now),
            ),
        )
    return ref


def change_follow_up(
    writer: Writer, ref: str, state: State, now: int, until_on: str = ""
) -> ListedFollowUp:
    """Record what became of a follow-up, whoever it came from. now: UTC seconds.

    until_on: a whole date, for one that is put off. Raises: NoSuchFollowUp.
    """
    with owner_writes(writer):
        row = writer.one("SELECT id FROM follow_up WHERE ref = ?", (ref.strip(),))
        if row is None:
            raise NoSuchFollowUp(
                f"There is no follow-up {ref[:40]}. To see them: kinkeeper followup list"
            )
        writer.run(
            "UPDATE follow_up SET state = ?, snoozed_until_on = ?, state_changed_at = ?"
            " WHERE id = ?",
            (state, until_on or None, now, row["id"]),
        )
        writer.run(
            "INSERT INTO follow_up_change(follow_up_id, state, until_on, provenance_id)"
            " VALUES (?, ?, ?, ?)",
            (row["id"], state, until_on or None, typed_now(writer, now)),
        )
        changed = writer.one(f"{_LISTED} WHERE follow_up.id = ?", (row["id"],))
    return ListedFollowUp(*tuple(changed or ()))


async def list_follow_ups(
    reader: Reader, contact_id: int | None, *, closed_too: bool
) -> list[ListedFollowUp]:
    """Follow-ups: those due first at the top, those without a date at the end.

    contact_id: only one contact's. closed_too: those that are done or dropped as well.
    """
    states = "" if closed_too else " AND state IN ('open', 'snoozed')"
    rows = await reader.all(
        f"{_LISTED} WHERE (:contact IS NULL OR contact.id = :contact){states}"
        " ORDER BY due_on = '', due_on, follow_up.id",
        {"contact": contact_id},
    )
    return [ListedFollowUp(*tuple(row)) for row in rows]


async def changes_of(reader: Reader, ref: str) -> list[Change]:
    """What became of a follow-up, in order of time."""
    rows = await reader.all(
        "SELECT change.state, coalesce(change.until_on, ''), provenance.recorded_at"
        " FROM follow_up_change AS change JOIN follow_up ON follow_up.id = follow_up_id"
        " JOIN provenance ON provenance.id = change.provenance_id"
        " WHERE follow_up.ref = ? ORDER BY change.id",
        (ref,),
    )
    return [Change(*tuple(row)) for row in rows]
