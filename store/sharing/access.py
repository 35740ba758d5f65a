"""Access tiers: what assistants may see of a contact, a conversation or a whole source."""

from dataclasses import dataclass
from typing import Final, Literal

from store.engine.connections import Reader, Writer
from store.engine.refs import LETTERS
from store.errors import StoreError
from store.sharing.visibility import refresh_visibility

Tier = Literal["full", "summary", "none"]
TIERS: Final[tuple[Tier, ...]] = ("full", "summary", "none")
_TABLES: Final = {LETTERS[table]: table for table in ("contact", "conversation", "source")}


class NoAccessTo(StoreError):
    """A reference that no access tier can be set for."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that assistants may not see as a whole. kind: contact, conversation or source."""

    ref: str
    kind: str
    name: str
    access: str


def set_access(writer: Writer, ref: str, tier: Tier) -> str:
    """Set the tier of what has this ref, with all that follows from it, and return its name.

    One transaction: an assistant that asks at that moment sees the state before or the state after.
    Raises: NoAccessTo.
    """
    table = _TABLES.get(ref[:1]) if ref[1:2] == "_" else None
    if table is None:
        raise NoAccessTo(
            f"“{ref[:40]}” is no contact (c_…), conversation (v_…) or source (s_…)."
            " Nothing was changed."
        )
    with writer.transaction():
        row = writer.one(f"SELECT * FROM {table} WHERE ref = ?", (ref,))
        if row is None:
            raise NoAccessTo(f"There is no {table} “{ref[:40]}”. Nothing was changed.")
        if table == "contact" and row["is_owner"]:
            raise NoAccessTo("That is you: what you write belongs to the people it is said to.")
        writer.run(f"UPDATE {table} SET access = ? WHERE ref = ?", (tier, ref))
        refresh_visibility(writer)
    return str(row["display_name"] if table == "contact" else row["title"] or row["kind"])


def set_consent(writer: Writer, contact_id: int, text: str) -> None:
    """Write down what a contact agreed may be remembered; empty to take it back."""
    writer.run("UPDATE contact SET consent = ? WHERE id = ?", (text, contact_id))


async def consent_of(reader: Reader, contact_id: int) -> str:
    """What a contact agreed may be remembered, or nothing."""
    return str(await reader.value("SELECT consent FROM contact WHERE id = ?", (contact_id,)) or "")


async def limits(reader: Reader) -> list[Limit]:
    """Everything whose tier is not `full`, by name."""
    rows = await reader.all(
        "SELECT ref, 'contact' AS kind, display_name AS name, access FROM contact"
        " WHERE access <> 'full' AND merged_into_id IS NULL"
        " UNION ALL SELECT ref, 'conversation', title, access FROM conversation"
        " WHERE access <> 'full'"
        " UNION ALL SELECT ref, 'source', title, access FROM source WHERE access <> 'full'"
        " ORDER BY name COLLATE NOCASE, ref"
    )
    return [Limit(*tuple(row)) for row in rows]


async def kept_back_count(reader: Reader) -> int:
    """How many accounts are kept back because they may be those of somebody who is hidden."""
    return int(await reader.value("SELECT count(DISTINCT identity_id) FROM held_back"))


async def owner_remarks(reader: Reader) -> dict[str, str]:
    """What only the owner is shown beside a contact, by ref: its tier and what was agreed."""
    rows = await reader.all(
        "SELECT ref, access, consent FROM contact WHERE access <> 'full' OR consent <> ''"
    )
    remarks = {}
    for row in rows:
        tier = {"none": "hidden from assistants", "summary": "assistants see no messages"}.get(
            row["access"], ""
        )
        agreed = f"agreed to: {row['consent']}" if row["consent"] else ""
        remarks[row["ref"]] = "; ".join(filter(None, (tier, agreed)))
    return remarks
