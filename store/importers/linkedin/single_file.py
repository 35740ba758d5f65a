"""A single table of a LinkedIn export: the connections or the messages."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

from store.importers import ReadingContext, UnreadableExport
from store.importers.linkedin.messages import MESSAGES, OwnerSigns, messages
from store.importers.linkedin.people import CONNECTIONS, SOURCE, connections, named_rows
from store.importers.reading.table_rows import first_rows
from store.importers.records import Problem, Record
from store.text.names import name_key


class LinkedInFileImporter:
    """`Connections.csv` or `messages.csv` alone."""

    format = "linkedin-file"
    title = "LinkedIn connections or messages (CSV)"

    def recognises(self, _path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        return any(
            wanted <= {name_key(cell) for cell in cells}
            for cells in first_rows(head)
            for wanted in (CONNECTIONS, MESSAGES)
        )

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        rows = named_rows(stream, context.name, CONNECTIONS | MESSAGES)
        first = next(rows, None)
        while isinstance(first, Problem):
            first = next(rows, None)
        if first is None:
            raise UnreadableExport(f"{context.name} holds headings and nothing below them.")
        yield SOURCE
        everything = chain([first], rows)
        if "conversation id" in first:
            signs = OwnerSigns(frozenset(map(name_key, context.me)))
            yield from messages(everything, signs)
        else:
            yield from connections(everything, {})


IMPORTER: Final = LinkedInFileImporter()
