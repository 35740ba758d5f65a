"""The export formats: one file each, found by itself.

A format is a module in this folder with an `IMPORTER`. It answers two questions: is this file
mine, and what is in it? It knows records and errors, never the database and never the clock.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, Protocol

from store.errors import StoreError
from store.records import Record

HEAD_BYTES = 64 * 1024


class UnreadableExport(StoreError):
    """The file as a whole cannot be read as the format it claims to be."""


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What an importer may know beside the file.

    name: the file's name, for messages to people.
    zone: the owner's IANA time zone, for times that an export writes without one.
    """

    name: str
    zone: str = "UTC"


class Importer(Protocol):
    """One export format."""

    @property
    def format(self) -> str:
        """Short name, as in `--as vcard`."""

    @property
    def title(self) -> str:
        """For people, such as `vCard address book`."""

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is of this format, from its name and first `HEAD_BYTES` bytes."""

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """Yield what is in the file, reading it as a stream.

        Bad records become `Problem`s. Raises UnreadableExport when nothing can be read.
        """


@cache
def all_importers() -> tuple[Importer, ...]:
    """Every format in this folder, by name."""
    found: list[Importer] = []
    for module in pkgutil.iter_modules(__path__):
        importer = getattr(importlib.import_module(f"{__name__}.{module.name}"), "IMPORTER", None)
        if importer is not None:
            found.append(importer)
    return tuple(sorted(found, key=lambda importer: importer.format))
