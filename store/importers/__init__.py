"""The export formats: a folder for each service, and the list of the modules that hold a format.

Such a module has an `IMPORTER` (single files) or a `FOLDER_IMPORTER` (several files that need each
other). It answers two questions: is this mine, and what is in it? It knows records and errors,
never the database and never the clock.
"""

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, Final, Literal, Protocol, runtime_checkable

from store.errors import StoreError
from store.importers.records import Record

# Every module that holds a format, below this folder.
FORMATS: Final = (
    "apple.apple_messages",
    "calendar.calendar",
    "discord.chat",
    "discord.package",
    "google_chat.google_chat",
    "linkedin.linkedin",
    "linkedin.single_file",
    "mail.files",
    "mail.mbox",
    "messenger.messenger",
    "monica.monica",
    "notes.people_notes",
    "signal.backup",
    "signal.export",
    "slack.slack",
    "tables.contact_table",
    "tables.google_contacts",
    "tables.outlook_contacts",
    "telegram.telegram",
    "vcard.vcard",
    "whatsapp.whatsapp",
)
HEAD_BYTES = 64 * 1024


DateOrder = Literal["", "day first", "month first", "year first"]
Question = Literal["me", "date order", "columns"]


class UnreadableExport(StoreError):
    """The file as a whole cannot be read as the format it claims to be."""


class NeedsAnswer(StoreError):
    """The export leaves something open that only the owner knows; nothing was stored.

    Raised by an importer before its first content record. The command asks in a terminal, or
    names the option that answers, and reads the export once more.

    question: what is open: who of `options` the owner is, the order of day and month, or which
        columns of a table mean what.
    options: the possible answers, most likely first (for `columns` the headings).
    """

    def __init__(self, question: Question, message: str, options: Sequence[str]) -> None:
        super().__init__(message)
        self.question = question
        self.options = tuple(options)


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What an importer may know apart from the file.

    name: the file's name, for messages to people.
    container: the name of the zip or folder that it is in, or empty.
    folder: the name of the folder on disk that holds the file, or empty inside a zip.
    path: the file on disk, for formats that are no streams (a database); None inside a zip.
    zone: the owner's IANA time zone, for times that an export writes without one.
    me: names and labels that the owner said are theirs.
    date_order: what the owner said about dates that can be read both ways, or empty.
    columns: for a table of unknown headings, (heading, field) as the owner mapped them.
    """

    name: str
    container: str = ""
    folder: str = ""
    path: Path | None = None
    zone: str = "UTC"
    me: tuple[str, ...] = ()
    date_order: DateOrder = ""
    columns: tuple[tuple[str, str], ...] = ()


class Importer(Protocol):
    """One export format of single files; the module holds it as `IMPORTER`."""

    @property
    def format(self) -> str:
        """Short name, as in `--as vcard`."""

    @property
    def title(self) -> str:
        """For people, such as `vCard address book`."""

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is of this format, from its name and first `HEAD_BYTES` bytes."""

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """Yield what is in the file, reading it as a stream that cannot be rewound.

        Bad records become `Problem`s. Raises UnreadableExport when nothing can be read,
        NeedsAnswer when the owner must be asked first.
        """


class ExportFolder(Protocol):
    """The files of one export, whether they are in a folder or in a zip."""

    @property
    def name(self) -> str:
        """The name of the folder or zip, for messages to people."""

    @property
    def is_packed(self) -> bool:
        """Whether it is a zip, so that what is in it was put together on purpose."""

    def files(self) -> Sequence[str]:
        """Every file as a relative path with `/`, sorted."""

    def size(self, file: str) -> int:
        """Bytes of one file, unpacked."""

    def head(self, file: str) -> bytes:
        """The first `HEAD_BYTES` bytes of one file."""

    def open(self, file: str) -> BinaryIO:
        """One file as a stream. Raises UnreadableExport past the caps on what a zip may unpack."""


@dataclass(frozen=True, slots=True)
class FolderExport:
    """One export found among the files, with all files that belong to it.

    root: empty, or `some/folder/`. files: as `ExportFolder.files` names them, the root included.
    sent: files, and folders as `some/folder/`, that hold what people sent in its chats: no export
        is looked for there.
    """

    root: str
    files: tuple[str, ...]
    sent: tuple[str, ...] = ()


@runtime_checkable
class SendsFiles(Protocol):
    """A format of single files beside which lie the files that people sent in the chat."""

    def sent_with(self, folder: ExportFolder, file: str) -> Sequence[str]:
        """The files, and folders as `some/folder/`, that came with this export.

        file: one that the importer recognises.
        """


class FolderImporter(Protocol):
    """One export format of several files that need each other; held as `FOLDER_IMPORTER`.

    It is asked before the formats of single files; what it claims is not offered to them.
    """

    @property
    def format(self) -> str:
        """Short name, as in `--as slack`."""

    @property
    def title(self) -> str:
        """For people, such as `Slack export`."""

    def find(self, folder: ExportFolder) -> Sequence[FolderExport]:
        """The exports of this format among the files, judged by their names and heads alone."""

    def extract(self, folder: ExportFolder, context: ReadingContext) -> Iterator[Record]:
        """Yield what is in the export; `folder` holds only its files, relative to its root.

        Bad records become `Problem`s with the file in their place. Raises UnreadableExport when
        nothing can be read, NeedsAnswer when the owner must be asked first.
        """


@cache
def all_importers() -> tuple[Importer, ...]:
    """Every format of single files, by name."""
    return tuple(sorted(_held_as("IMPORTER"), key=lambda importer: importer.format))


@cache
def all_folder_importers() -> tuple[FolderImporter, ...]:
    """Every format of several files, by name."""
    return tuple(sorted(_held_as("FOLDER_IMPORTER"), key=lambda importer: importer.format))


def holding_module(importer: Importer | FolderImporter) -> str:
    """The name of the module that holds an importer, so that another process finds it alone."""
    for name in ("IMPORTER", "FOLDER_IMPORTER"):
        for module in _modules():
            if getattr(module, name, None) is importer:
                return module.__name__
    raise AssertionError(f"{importer.title} stands in no module of FORMATS")


def _held_as(name: str) -> Iterator[Any]:
    for module in _modules():
        importer = getattr(module, name, None)
        if importer is not None:
            yield importer


def _modules() -> Iterator[ModuleType]:
    for name in FORMATS:
        yield importlib.import_module(f"{__name__}.{name}")
