"""Tables in text form (CSV): encodings, separators, and rows that are not lost to one bad quote.

Rows know the line on which they begin. A quotation mark that nobody closes costs only its own row:
the lines that it would swallow are read again without it.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, Final

from store.importers import UnreadableExport
from store.importers.reading.charsets import Guess, charset_of, guessed_lines
from store.importers.reading.storable import decoded, storable
from store.importers.reading.text_lines import physical_lines, utf16_name
from store.importers.records import Problem
from store.text.names import name_key

# Longer lines are cut.
LINE_CHARACTERS: Final = 128 * 1024
# What one row may swallow through an open quotation mark.
ROW_CHARACTERS: Final = 128 * 1024
# How often lines are read once more after a bad row.
READ_AGAIN: Final = 200
MOST_ROWS: Final = 200_000
PREAMBLE_ROWS: Final = 10
MOST_COLUMNS: Final = 2_000
_SEPARATORS: Final = ",;\t|"
_CELL_ENDS: Final = re.compile(r"[,;\t|\n\"]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. line: where it begins in the file, from 1."""

    line: int
    cells: list[str]


class _Lines:
    """The lines of a text, counted, which can take back those that do not belong to a row."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []
        # The number of the last line returned.
        self.number = 0
        self._size = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self._size > ROW_CHARACTERS:
            # The row ends here, whatever its quotation marks say.
            raise StopIteration
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self.number += 1
        self._size += len(line)
        self.taken.append(line)
        return line

    def begin_row(self) -> None:
        """Forget the lines of the previous row."""
        self.taken, self._size = [], 0

    def keep_first_only(self) -> None:
        """Give back all lines of this row but the first."""
        self._waiting.extendleft(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1


def text_lines(stream: BinaryIO, guess: Guess) -> Iterator[str]:
    """Yield lines, each with a line feed, whatever the encoding and the line ends are."""
    for line in guessed_lines(physical_lines(stream), guess):
        yield decoded(line, guess=guess.name)[:LINE_CHARACTERS] + "\n"


def counting(wanted: frozenset[str]) -> Callable[[str], int]:
    """Count the headings at the top of a text that are known, none of which is plain ASCII."""

    def count(text: str) -> int:
        top = "\n".join(text.split("\n", PREAMBLE_ROWS)[:PREAMBLE_ROWS])
        cells = _CELL_ENDS.split(top[:ROW_CHARACTERS])
        return sum(name_key(cell) in wanted for cell in cells if cell and not cell.isascii())

    return count


def rows_of(
    lines: Iterator[str], separator: str, width: int = 0, first_line: int = 1
) -> Iterator[Row | Problem]:
    """Yield the rows that hold something.

    width: how many columns the heading has; rows with more, or with a single cell where there
    are columns, are problems. 0 lets every row be. first_line: number of the first line.
    """
    feed = _Lines(lines)
    feed.number = first_line - 1
    reader = csv.reader(feed, delimiter=separator)
    again = 0
    while True:
        feed.begin_row()
        start = feed.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            if not feed.taken:
                return
            cells = []
        except csv.Error as error:
            cells, reason = [], f"the row could not be read ({error})"
        else:
            reason = _fault(cells, width) or _swallowed(cells, width, feed.taken, separator)
        if not cells and not any(line.strip() for line in feed.taken):
            continue
        if not cells or reason:
            if len(feed.taken) > 1 and again < READ_AGAIN:
                again += 1
                feed.keep_first_only()
                reason = "a quotation mark is not closed; the row was left out"
                reader = csv.reader(feed, delimiter=separator)
            yield Problem(reason or "the row could not be read", f"line {start}")
        elif any(cell.strip() for cell in cells):
            yield Row(start, [storable(cell) for cell in cells])


def _fault(cells: Sequence[str], width: int) -> str:
    if not width:
        return ""
    filled = len(cells)
    while filled > width and not cells[filled - 1].strip():
        filled -= 1
    if filled > width:
        return f"the row has {filled} columns, the heading {width}; it was left out"
    if width > 2 and len(cells) == 1 and cells[0].strip():
        return f"the row has 1 column, the heading {width}; it was left out"
    return ""


def _swallowed(cells: Sequence[str], width: int, lines: Sequence[str], separator: str) -> str:
    """Whether a row of several lines is too short, and one of its lines would be a whole row."""
    if not width or len(lines) == 1 or len(cells) >= width:
        return ""
    for line in lines[1:]:
        is_wide = line.count(separator) >= width - 1
        if is_wide and len(next(csv.reader([line], delimiter=separator))) == width:
            return "a quotation mark is not closed; the row was left out"
    return ""


def separator_of(lines: Sequence[str]) -> str:
    """Tell the separator from the first lines of a table: the one that makes most columns."""
    return max(_SEPARATORS, key=lambda each: _most_columns(lines[: 2 * PREAMBLE_ROWS], each))


def _most_columns(lines: Sequence[str], separator: str) -> int:
    try:
        rows = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return 0
    return max((sum(bool(cell.strip()) for cell in row) for row in rows), default=0)


def first_rows(head: bytes, wanted: frozenset[str] = frozenset()) -> list[list[str]]:
    """The first rows of a file, from its first bytes; empty when it is no table.

    wanted: headings as `name_key` makes them, which help to find the encoding.
    """
    if b"\0" in head[:200] and not utf16_name(head):
        return []
    name = utf16_name(head)
    found = None if name else charset_of(head.rpartition(b"\n")[0] or head, counting(wanted))
    guess = found.name if found else ""
    text = head.decode(name, "replace") if name else decoded(head, guess=guess)
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = [f"{line}\n" for line in text.split("\n", 4 * PREAMBLE_ROWS)[: 4 * PREAMBLE_ROWS]]
    rows = rows_of(iter(lines), separator_of(lines))
    return [row.cells for row in rows if isinstance(row, Row)][: 2 * PREAMBLE_ROWS]


@dataclass(frozen=True, slots=True)
class Table:
    """A whole table in memory. headings: as written; problems: rows that could not be read."""

    headings: list[str]
    rows: list[Row]
    problems: list[Problem]


def open_table(
    stream: BinaryIO, name: str, wanted: frozenset[str], *, or_first: bool = False
) -> tuple[list[str], Iterator[Row | Problem]]:
    """Find the line of headings and return it with the rows below it, read as a stream.

    wanted: headings as `name_key` makes them; the line of headings is the first within
        `PREAMBLE_ROWS` rows that holds two of them.
    or_first: without such a line, the first one that holds anything is it.
    Raises: UnreadableExport when there is no line of headings.
    """
    guess = Guess(counting(wanted))
    lines = text_lines(stream, guess)
    begun = list(islice(lines, 4 * PREAMBLE_ROWS))
    separator = separator_of(begun)
    feed = _Lines(iter(begun))
    reader = csv.reader(feed, delimiter=separator)
    first: tuple[list[str], int] | None = None
    for _ in range(PREAMBLE_ROWS):
        feed.begin_row()
        try:
            cells = next(reader)
        except (StopIteration, csv.Error):
            break
        headings = [storable(cell).strip() for cell in cells][:MOST_COLUMNS]
        if not any(headings) or headings[0].lower().startswith("sep="):
            # This is how spreadsheets name their separator.
            continue
        first = first or (headings, feed.number)
        if len(wanted & {name_key(each) for each in headings}) > 1:
            first = headings, feed.number
            break
    else:
        first = first if or_first else None
    if first is None or not (or_first or wanted & {name_key(each) for each in first[0]}):
        raise UnreadableExport(
            f"{name} has no line of headings within its first {PREAMBLE_ROWS} rows. "
            "Export the table again, with a first line that names the columns."
        )
    headings, last = first
    rows = rows_of(chain(begun[last:], lines), separator, len(headings), last + 1)
    return headings, _with_doubt(rows, guess)


def _with_doubt(rows: Iterator[Row | Problem], guess: Guess) -> Iterator[Row | Problem]:
    """Yield the rows, and at the end whether their encoding is uncertain."""
    yield from rows
    if guess.doubt:
        yield Problem(guess.doubt, "the whole file")


def read_table(
    stream: BinaryIO, name: str, wanted: frozenset[str], *, or_first: bool = False
) -> Table:
    """Read a whole table, as `open_table` finds it.

    Raises: UnreadableExport without headings, or past `MOST_ROWS` rows.
    """
    headings, found = open_table(stream, name, wanted, or_first=or_first)
    rows: list[Row] = []
    problems: list[Problem] = []
    for each in found:
        if isinstance(each, Problem):
            problems.append(each)
        else:
            rows.append(each)
        if len(rows) + len(problems) > MOST_ROWS:
            raise UnreadableExport(
                f"{name} has more than {MOST_ROWS:,} rows; a table of contacts is never so long. "
                "Cut it into several files."
            )
    return Table(headings, rows, problems)
