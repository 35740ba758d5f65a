"""Which column of a table means what, and the cards that follow from it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from store.importers import NeedsAnswer, ReadingContext
from store.importers.cards.dates import DateOrder, order_in
from store.importers.cards.draft import CardDraft
from store.importers.cards.row_keys import with_row_keys
from store.importers.reading.table_rows import Row
from store.importers.records import Card, Record, Skipped
from store.importers.tables.headings import (
    EXTRA,
    SKIP,
    fields_of,
    heading_key,
    language_of,
    number_in,
)

_DATES: Final = frozenset({"birthday", "anniversary", "met on", "date"})
_TITLES_OF_PEOPLE: Final = frozenset("mr mrs ms miss mx dr prof herr frau sir dame".split())


@dataclass(frozen=True, slots=True)
class Column:
    """One column. field, label: what it holds; number: which columns belong together."""

    heading: str
    field: str
    label: str = ""
    number: int = 1


def planned(headings: Sequence[str], rows: Sequence[Row]) -> list[Column]:
    """The columns by their headings; one without a known meaning is kept as an extra field."""
    fields = fields_of(headings)
    _tell_titles(headings, fields, rows)
    return columns_of(headings, fields)


def columns_of(headings: Sequence[str], fields: Sequence[str]) -> list[Column]:
    """Make columns from headings and what they are, as `field` or `field/label`."""
    times: Counter[tuple[str, int]] = Counter()
    columns = []
    for heading, field in zip(headings, fields, strict=True):
        name, _, label = (field or EXTRA).partition("/")
        number = number_in(heading)
        times[(field, number)] += 1
        # Two columns with the same heading are two of their kind.
        number += 1_000 * (times[(field, number)] - 1)
        columns.append(Column(heading, name, heading if name == EXTRA else label, number))
    return columns


def _tell_titles(headings: Sequence[str], fields: list[str], rows: Sequence[Row]) -> None:
    """Read “Title” as the job if it holds no `Dr.` and no other column names the job."""
    places = [index for index, field in enumerate(fields) if field == "prefix"]
    for index in places[1:]:
        fields[index] = "title"
    if not places or "title" in fields or heading_key(headings[places[0]]) != "title":
        return
    words = {heading_key(row.cells[places[0]]) for row in rows if places[0] < len(row.cells)}
    if words - {""} and not words & _TITLES_OF_PEOPLE:
        fields[places[0]] = "title"


def order_of_dates(
    columns: Sequence[Column], rows: Iterable[Row], context: ReadingContext
) -> DateOrder:
    """Tell whether days or months come first in this file.

    The owner's word counts first; then a date that can be read in only one way; then headings in a
    language that writes days first. Raises: NeedsAnswer when it stays open.
    """
    if context.date_order:
        return context.date_order
    places = [index for index, column in enumerate(columns) if column.field in _DATES]
    texts = (row.cells[index] for row in rows for index in places if index < len(row.cells))
    order, open_date = order_in(texts)
    if order or not open_date:
        return order
    if language_of(column.heading for column in columns) != "en":
        return "day first"
    raise NeedsAnswer(
        "date order",
        f"{context.name} holds dates such as {open_date}: does the day or the month come first?",
        ("month first", "day first"),
    )


def records_of(
    columns: Sequence[Column], rows: Iterable[Row], order: DateOrder
) -> Iterator[Record]:
    """Yield a card for each row, and problems and empty rows in their place."""
    cards: list[Card] = []
    for row in rows:
        draft = CardDraft(f"line {row.line}", order)
        for column, cell in zip(columns, row.cells, strict=False):
            if column.field != SKIP:
                draft.put(column.field, cell, column.label, column.number)
        card = draft.card()
        yield from draft.problems
        if card is None:
            yield Skipped("a row without any name, address or number", draft.place)
        else:
            cards.append(card)
    yield from with_row_keys(cards)
