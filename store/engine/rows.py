"""Rows of a whole batch at once: one look into the memory finds the ids and refs of all.

A statement for each row costs more than the row. Within one write transaction nobody else numbers
rows, so ids can be given before the rows are written.
"""

import json
from collections.abc import Sequence
from typing import Final, Literal

from store.engine.connections import Parameters, Writer
from store.engine.refs import LETTERS, make_ref

# Tables that never use an id twice; `sqlite_sequence` says which was the last.
_NEVER_TWICE: Final = frozenset({"message", "conversation", "identity", "interaction"})
Table = Literal[
    "message", "interaction", "identity", "provenance", "contact", "life_event", "note", "gift",
    "follow_up",
]  # fmt: skip
_Key = tuple[str, ...]


def next_id(writer: Writer, table: Table) -> int:
    """The id that the next row of a table gets; it holds until the transaction ends."""
    if table in _NEVER_TWICE:
        last = writer.value("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
    else:
        last = writer.value(f"SELECT max(id) FROM {table}")
    return int(last or 0) + 1


def new_refs(writer: Writer, table: Table, keys: Sequence[_Key]) -> list[str]:
    """Like `make_ref` for each key; none is taken by another row or given twice in the list."""
    refs = [make_ref(LETTERS[table], *key) for key in keys]
    used = {
        row[0]
        for row in writer.all(
            f"SELECT ref FROM {table} WHERE ref IN (SELECT value FROM json_each(?))",
            (json.dumps(refs),),
        )
    }

    def taken(ref: str) -> bool:
        sql = f"SELECT 1 FROM {table} WHERE ref = ?"
        return ref in used or writer.value(sql, (ref,)) is not None

    for at, ref in enumerate(refs):
        if ref in used:
            refs[at] = make_ref(LETTERS[table], *keys[at], taken=taken)
        used.add(refs[at])
    return refs


class RowQueue:
    """Rows that wait to be written together, statement by statement, before the transaction ends.

    waiting: the rows, by whatever key they are looked up by.
    Statements run in the order of their first use, so what others refer to must come first.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.waiting: set[tuple[str, str]] = set()
        self._next: dict[Table, int] = {}
        self._rows: dict[str, list[Sequence[object]]] = {}
        self._refs: dict[str, tuple[Table, list[_Key]]] = {}

    def new_id(self, table: Table) -> int:
        """The id for a row that is about to be added."""
        number = self._next.get(table) or next_id(self._writer, table)
        self._next[table] = number + 1
        return number

    def add(self, sql: str, row: Sequence[object]) -> None:
        """Run the statement with this row, later."""
        self._rows.setdefault(sql, []).append(row)

    def add_with_ref(self, table: Table, key: _Key, sql: str, row: Sequence[object]) -> None:
        """Like `add`; the statement's first parameter is the ref made from the key."""
        self._refs.setdefault(sql, (table, []))[1].append(key)
        self.add(sql, row)

    def write(self) -> None:
        """Write what waits. After that ids start anew, because others may write in between."""
        for sql, rows in self._rows.items():
            whole: list[Parameters] = [*rows]
            if sql in self._refs:
                refs = new_refs(self._writer, *self._refs[sql])
                whole = [(ref, *row) for ref, row in zip(refs, rows, strict=True)]
            self._writer.run_many(sql, whole)
        self._rows, self._refs, self._next = {}, {}, {}
        self.waiting.clear()
