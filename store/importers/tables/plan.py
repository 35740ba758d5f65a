"""Which column of a table means what, and the cards that follow from it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from store.importers import NeedsAnswer, ReadingContext
from store.importers.cards.dates import DateOrder, order_in
from store.importers.cards.draft import ADDRESS_PARTS, CardDraft
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

ROWS_THAT_TELL: Final = 50
# The share of the filled cells.
ENOUGH: Final = 0.6
VALUE_CHARACTERS: Final = 200
_ADDRESS: Final = r"(?:mailto:)?<?[^@\s,;<>]{1,64}@[^@\s,;<>]{1,100}\.[^@\s.,;<>]{2,24}>?"
EMAIL: Final = re.compile(rf"{_ADDRESS}(?:[\s,;]{{1,3}}{_ADDRESS}){{0,5}}")
# With its country code: other digits may be anything.
_NUMBER: Final = re.compile(r"'?\+[1-9][\d ()./-]{6,18}(?: ?[,;/] ?\+[1-9][\d ()./-]{6,18}){0,5}")
_PROFILE: Final = re.compile(r"(?:https?://)?(?:[a-z]{2,3}\.)?linkedin\.com/in/\S+", re.IGNORECASE)
_CONTENTS: Final = (
    ("email", EMAIL.fullmatch),
    ("phone", _NUMBER.fullmatch),
    ("url/linkedin", _PROFILE.fullmatch),
)
_LAST_DAY: Final = 31
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
    """The columns by their headings, or by what they hold if it can be nothing else.

    One without a known meaning is kept as an extra field.
    """
    fields = fields_of(headings)
    _tell_titles(headings, fields, rows)
    for index, field in enumerate(fields):
        if not field:
            fields[index] = _told_by_content(headings[index], cells_of(rows, index))
    _tell_streets(fields)
    if "birth year" in fields and "birthday" in fields and "birth day" not in fields:
        # In some languages the day of the month is called like the whole.
        at = fields.index("birthday")
        if all(cell.isdigit() and int(cell) <= _LAST_DAY for cell in cells_of(rows, at)):
            fields[at] = "birth day"
    return columns_of(headings, fields)


def cells_of(rows: Sequence[Row], index: int) -> list[str]:
    """What the first rows have in a column, without empty cells."""
    found = (row.cells[index].strip() for row in rows[:ROWS_THAT_TELL] if index < len(row.cells))
    return [cell for cell in found if cell]


def _told_by_content(heading: str, cells: Sequence[str]) -> str:
    """`email/heading` for a column of addresses, and so for numbers and profiles; else ''."""
    for kind, fits in _CONTENTS:
        fitting = sum(fits(cell[:VALUE_CHARACTERS]) is not None for cell in cells)
        if cells and fitting >= ENOUGH * len(cells):
            return f"{kind}/{heading.strip().lower()}" if kind != "url/linkedin" else kind
    return ""


def _tell_streets(fields: list[str]) -> None:
    """Read “Home Address” beside “Home City” as the street of one address."""
    known = set(fields)
    for index, field in enumerate(fields):
        name, _, label = field.partition("/")
        street, *beside = (
            f"{part}/{label}".removesuffix("/") for part in ("street", "city", "postal code")
        )
        if name == "address" and street not in known and known.intersection(beside):
            fields[index] = street


def columns_of(headings: Sequence[str], fields: Sequence[str]) -> list[Column]:
    """Make columns from headings and what they are, as `field` or `field/label`."""
    times: Counter[tuple[str, int]] = Counter()
    columns = []
    addresses = _numbers_of_addresses(headings, fields)
    for heading, field in zip(headings, fields, strict=True):
        name, _, label = (field or EXTRA).partition("/")
        number = number_in(heading)
        if name in ADDRESS_PARTS and number not in addresses.get(label, {number}):
            # “Business Street 2” is a line of the one address.
            columns.append(Column(heading, name, label, min(addresses[label])))
            continue
        times[(field, number)] += 1
        # Two columns with the same heading are two of their kind.
        number += 1_000 * (times[(field, number)] - 1)
        columns.append(Column(heading, name, heading if name == EXTRA else label, number))
    return columns


def _numbers_of_addresses(headings: Sequence[str], fields: Sequence[str]) -> dict[str, set[int]]:
    """By label, the numbers that a city or a postal code has: those of whole addresses."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for heading, field in zip(headings, fields, strict=True):
        name, _, label = field.partition("/")
        if name in ("city", "postal code"):
            found[label].add(number_in(heading))
    return found


def _tell_titles(headings: Sequence[str], fields: list[str], rows: Sequence[Row]) -> None:
    """Read “Title” as the job if it holds no `Dr.` and no other column names the job."""
    places = [index for index, field in enumerate(fields) if field == "prefix"]
    if "title" not in fields:
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
