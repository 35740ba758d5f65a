"""Withheld items that the owner has opened for a time."""

from typing import Final

from store.engine.connections import Reader, Writer
from store.engine.fact_kinds import FACT_KINDS
from store.errors import StoreError


class NothingToOpen(StoreError):
    """No message, note, contact or the like bears that reference."""

    def __init__(self, ref: str) -> None:
        super().__init__(
            f"There is nothing called “{ref[:40]}” that can be opened. Take the reference from the"
            " mark of what was withheld, such as m_4k2v9qx."
        )


_OPENABLE: Final = (
    "message",
    "contact",
    "proposal",
    *(kind.table for kind in FACT_KINDS if kind.may_be_opened),
)


def open_item(writer: Writer, ref: str, until: int) -> None:
    """Let assistants see what was withheld in an item. until: UTC seconds. Raises NothingToOpen.

    What never leaves does not leave for this either.
    """
    with writer.transaction():
        there = " UNION ALL ".join(f"SELECT 1 FROM {table} WHERE ref = :ref" for table in _OPENABLE)
        if writer.value(there, {"ref": ref}) is None:
            raise NothingToOpen(ref)
        writer.run(
            "INSERT INTO opened_item(ref, opened_until) VALUES (?, ?)"
            " ON CONFLICT(ref) DO UPDATE SET opened_until = excluded.opened_until",
            (ref, until),
        )


def close_items(writer: Writer, now: int, ref: str | None = None) -> int:
    """Withhold again what was opened, `ref` or all, and forget what is past; gives how many were
    open. now: UTC seconds."""
    with writer.transaction():
        still_open = writer.changed(
            "DELETE FROM opened_item WHERE opened_until > :now AND (:ref IS NULL OR ref = :ref)",
            {"now": now, "ref": ref},
        )
        writer.run("DELETE FROM opened_item WHERE opened_until <= ?", (now,))
    return still_open


async def opened_items(reader: Reader, now: int) -> dict[str, int]:
    """What is open at this instant: ref to until when, in UTC seconds."""
    rows = await reader.all(
        "SELECT ref, opened_until FROM opened_item WHERE opened_until > ? ORDER BY opened_until",
        (now,),
    )
    return {row["ref"]: int(row["opened_until"]) for row in rows}
