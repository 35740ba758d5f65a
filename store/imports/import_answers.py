"""What the owner answered when an export left something open, so that nothing is asked twice."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from store.engine.connections import Writer
from store.importers import DateOrder
from store.imports.parser_process import Answers
from store.people.owner_settings import OwnerSettings

_ME = "import_me"
_DATE_ORDERS: Final[tuple[DateOrder, ...]] = ("day first", "month first", "year first")


def remembered_answers(writer: Writer, owner: OwnerSettings, format_name: str) -> Answers:
    """What is known before an export is read: the owner's names, numbers and ids, and answers."""
    said = remembered_me(writer)
    known = (
        str(row["key"])
        for row in writer.all(
            "SELECT identity.key FROM identity JOIN contact ON contact.id = contact_id"
            " WHERE is_owner AND identity.kind IN ('telegram', 'discord', 'slack')"
            " ORDER BY identity.key"
        )
    )
    names = (*said, owner.name, *owner.emails, *owner.phones, *known)
    kept = _get(writer, _date_order_row(format_name))
    return Answers(
        zone=owner.zone,
        me=tuple(dict.fromkeys(name for name in names if name)),
        date_order=next((order for order in _DATE_ORDERS if order == kept), ""),
    )


def remembered_me(writer: Writer) -> tuple[str, ...]:
    """Names and labels that the owner said are theirs."""
    return tuple(json.loads(_get(writer, _ME) or "[]"))


def remember_me(writer: Writer, labels: Sequence[str]) -> None:
    """Store names and labels that are the owner's, beside those already known."""
    known = json.loads(_get(writer, _ME) or "[]")
    both = list(dict.fromkeys((*known, *labels)))
    if both != known:
        _set(writer, _ME, json.dumps(both, ensure_ascii=False))


def remember_date_order(writer: Writer, format_name: str, order: DateOrder) -> None:
    """Store how a format writes dates that can be read both ways."""
    _set(writer, _date_order_row(format_name), order)


def remembered_columns(
    writer: Writer, headings: Sequence[str]
) -> tuple[tuple[str, str], ...] | None:
    """What the columns of a table with these headings mean, if the owner has said so."""
    kept = _get(writer, _columns_row(headings))
    return tuple((heading, field) for heading, field in json.loads(kept)) if kept else None


def remember_columns(
    writer: Writer, headings: Sequence[str], columns: Sequence[tuple[str, str]]
) -> None:
    """Store what the columns of tables with these headings mean."""
    _set(writer, _columns_row(headings), json.dumps(list(columns), ensure_ascii=False))


def _date_order_row(format_name: str) -> str:
    return f"import_date_order:{format_name}"


def _columns_row(headings: Sequence[str]) -> str:
    signature = hashlib.sha256(json.dumps(list(headings)).encode()).hexdigest()
    return f"import_columns:{signature[:32]}"


def _get(writer: Writer, name: str) -> str:
    return str(writer.value("SELECT value FROM setting WHERE name = ?", (name,)) or "")


def _set(writer: Writer, name: str, value: str) -> None:
    writer.run(
        "INSERT INTO setting(name, value) VALUES (?, ?)"
        " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
