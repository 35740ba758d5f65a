"""Outlook's contacts as CSV, from the web and from the desktop, in several languages."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

from store.importers import ReadingContext
from store.importers.reading.table_rows import Row, first_rows, read_table
from store.importers.records import Record, SourceInfo
from store.importers.tables.headings import fields_of, known_headings
from store.importers.tables.plan import Column, order_of_dates, planned, records_of
from store.text.names import name_key

# Columns that hardly any other program writes.
_TELLING: Final = frozenset(
    {"email type", "email name", "phone/work fax", "phone/home fax", "phone/car", "phone/pager"}
    | {"street/work", "po box/work", "phone/assistant", "city/work"}
)
_TELLING_HEADINGS: Final = frozenset({"internet free busy", "organizational id number"})
# Thunderbird's.
_OF_OTHERS: Final = frozenset({"primary email", "screen name", "secondary email"})
# What Outlook writes where nothing was said.
_UNSAID: Final = frozenset(
    "unspecified|nicht angegeben|keine angabe|unbekannt|non specifie|sin especificar"
    "|nao especificado|niet opgegeven|ospecificerat|ospecificerad".split("|")
)


class OutlookContactsImporter:
    """Contacts of Outlook."""

    format = "outlook-contacts"
    title = "Outlook contacts (CSV)"

    def recognises(self, _path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        return any(_is_heading(cells) for cells in first_rows(head, known_headings())[:2])

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        table = read_table(stream, context.name, known_headings())
        columns = planned(table.headings, table.rows)
        order = order_of_dates(columns, table.rows, context)
        yield SourceInfo("outlook-contacts", "", "Outlook contacts")
        yield from table.problems
        yield from records_of(columns, [_said(columns, row) for row in table.rows], order)


def _is_heading(cells: Sequence[str]) -> bool:
    fields = set(fields_of(cells)) if len(cells) > 3 else set()
    if not {"given name", "family name"} <= fields:
        return False
    if not _OF_OTHERS.isdisjoint(map(name_key, cells)):
        return False
    telling = len(fields & _TELLING) >= 2
    return telling or not _TELLING_HEADINGS.isdisjoint(map(name_key, cells))


def _said(columns: Sequence[Column], row: Row) -> Row:
    cells = [
        "" if column.field == "gender" and name_key(cell) in _UNSAID else cell
        for column, cell in zip(columns, row.cells, strict=False)
    ]
    return replace(row, cells=cells)


IMPORTER: Final = OutlookContactsImporter()
