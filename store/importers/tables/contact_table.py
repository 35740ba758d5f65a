"""Any other table of people: columns told by headings in several languages and by their content.

The owner sees and corrects what is only guessed (`NeedsAnswer("columns", …)`); columns without a
known meaning are kept as extra fields.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from store.importers import NeedsAnswer, ReadingContext
from store.importers.cards.dates import table_date
from store.importers.linkedin import single_file
from store.importers.reading.table_rows import Row, first_rows, read_table
from store.importers.records import Record, SourceInfo
from store.importers.tables import google_contacts, outlook_contacts
from store.importers.tables.headings import (
    EXTRA,
    fields,
    fields_of,
    heading_key,
    known_headings,
)
from store.importers.tables.plan import (
    EMAIL,
    ENOUGH,
    VALUE_CHARACTERS,
    Column,
    cells_of,
    columns_of,
    order_of_dates,
    planned,
    records_of,
)
from store.text.names import name_key

_SUFFIXES: Final = frozenset({".csv", ".tsv", ".tab", ".txt"})
_NAMES: Final = frozenset({"name", "given name", "family name", "nickname"})
_REACHED_BY: Final = frozenset({"email", "phone", "birthday", "im"})
_FIELDS_TO_NAME: Final = (
    "name, given name, family name, nickname, email, phone, birthday, organization, title, address,"
    " url, tag, note, relation/spouse, how we met; extra keeps a column as it is, skip leaves it"
    " out"
)
_PHONE: Final = re.compile(r"\+?[\d(][\d ()./-]{5,24}")
_NAME: Final = re.compile(r"[^\W\d_][\w.'’-]*(?:[ ,]{1,2}[^\W\d_][\w.'’-]*){1,4}")
_OTHERS: Final = (
    google_contacts.IMPORTER,
    outlook_contacts.IMPORTER,
    single_file.IMPORTER,
)


class ContactTableImporter:
    """Tables of people from any other program."""

    format = "contact-table"
    title = "Table of contacts (CSV)"

    def recognises(self, path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        if path.suffix.lower() not in _SUFFIXES:
            return False
        if any(other.recognises(path, head) for other in _OTHERS):
            return False
        rows = [
            cells
            for cells in first_rows(head, known_headings())
            if any(cell.strip() for cell in cells)
        ]
        if any(_names_people(fields_of(cells)) for cells in rows):
            return True
        below = [Row(0, cells) for cells in rows[1:]]
        guessed = set(_guess(rows[0], below)) if len(below) > 1 else set()
        return (
            path.suffix.lower() != ".txt"
            and "name" in guessed
            and bool(guessed & {"email", "phone"})
        )

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        table = read_table(stream, context.name, known_headings(), or_first=True)
        columns = _settled(table.headings, table.rows, context)
        order = order_of_dates(columns, table.rows, context)
        yield SourceInfo("contact-table", _book(context.name), "Table of contacts")
        yield from table.problems
        yield from records_of(columns, table.rows, order)


def _settled(headings: Sequence[str], rows: Sequence[Row], context: ReadingContext) -> list[Column]:
    """The columns, where the owner's word comes first.

    Raises: NeedsAnswer when they are only guessed, or when the owner named one that is not there.
    """
    columns = planned(headings, rows)
    if context.columns:
        return _as_answered(columns, context)
    if _names_people([column.field for column in columns]):
        return columns
    guessed = columns_of(headings, _guess(headings, rows))
    told = "; ".join(
        f"“{column.heading}” = {'/'.join(filter(None, (column.field, column.label)))}"
        for column in guessed
        if column.field != EXTRA
    )
    raise NeedsAnswer(
        "columns",
        f"{context.name}: it is not certain what its columns mean"
        + (f". Guessed: {told}. " if told else ". ")
        + f"Say what each column that matters is: {_FIELDS_TO_NAME}.",
        tuple(heading for heading in headings if heading),
    )


def _as_answered(columns: Sequence[Column], context: ReadingContext) -> list[Column]:
    answers = {name_key(heading): (heading, field) for heading, field in context.columns}
    headings = [column.heading for column in columns]
    known = {name_key(heading) for heading in headings}
    for key, (heading, field) in answers.items():
        wrong = ""
        if key not in known:
            wrong = f"{context.name} has no column “{heading}”; it has {', '.join(headings)}."
        elif field.strip().lower().partition("/")[0] not in fields():
            wrong = f"“{field}” is no field; there are: {_FIELDS_TO_NAME}."
        if wrong:
            raise NeedsAnswer("columns", wrong, headings)
    said = [answers.get(name_key(heading), ("", ""))[1].strip().lower() for heading in headings]
    meant = [f"{column.field}/{column.label}".removesuffix("/") for column in columns]
    meant = ["" if field.startswith(f"{EXTRA}/") else field for field in meant]
    return columns_of(headings, [own or field for own, field in zip(said, meant, strict=True)])


def _names_people(found: Sequence[str]) -> bool:
    names = {field.partition("/")[0] for field in found if field}
    is_full = {"given name", "family name"} <= names and "organization" in names
    is_reached = bool(names & _REACHED_BY) or "url/linkedin" in found
    return bool(names & _NAMES) and (is_reached or is_full)


def _guess(headings: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Guess the columns that headings leave open from what they hold."""
    found = fields_of(headings)
    for index, field in enumerate(found):
        if not field:
            kind = _kind_of(cells_of(rows, index))
            found[index] = kind if kind != "name" or not _NAMES & set(found) else ""
    return found


def _kind_of(cells: Sequence[str]) -> str:
    for kind, fits in (
        ("email", EMAIL.fullmatch),
        ("phone", lambda cell: _PHONE.fullmatch(cell) and not table_date(cell, "day first")),
        ("name", _NAME.fullmatch),
    ):
        fitting = sum(bool(fits(cell[:VALUE_CHARACTERS])) for cell in cells)
        if cells and fitting >= ENOUGH * len(cells):
            return kind
    return ""


def _book(name: str) -> str:
    """What tells one table from another: the file's name, without a date or number in it."""
    return heading_key(Path(name).stem)


IMPORTER: Final = ContactTableImporter()
