"""Signal's own export: `main.jsonl`, with `metadata.json` and `files/` beside it.

Each line is one frame of Signal's backup as JSON: first the people, then chats, then messages in
their order. What was meant to vanish (disappearing messages, messages to be viewed once) is left
out: both sides had agreed on that, and the file only holds it because it was made in time.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from store.importers import ExportFolder, FolderExport, ReadingContext, UnreadableExport
from store.importers.reading.lines import lines
from store.importers.reading.storable import storable
from store.importers.records import OwnerAccount, Problem, Record, SourceInfo
from store.importers.signal.items import ItemReader
from store.importers.signal.people import People

_FILE: Final = "main.jsonl"
_BESIDE: Final = ("metadata.json", "files/")
_ADVICE: Final = (
    "In Signal, choose Settings, Chats, Export chat history, and import the folder that it makes."
)


class SignalImporter:
    """The one file that holds the messages."""

    format = "signal"
    title = "Signal export (main.jsonl)"

    def recognises(self, path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        return path.suffix.lower() == ".jsonl" and _is_signal(head)

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        return _Export(context.name).records(stream)


class SignalFolderImporter:
    """The same file together with the folder that Signal writes with it."""

    format = "signal"
    title = "Signal export"

    def find(self, folder: ExportFolder) -> Sequence[FolderExport]:
        """See `FolderImporter.find`."""
        found = []
        for file in folder.files():
            root, _, name = file.rpartition("/")
            root = f"{root}/" if root else ""
            if name == _FILE and _is_signal(folder.head(file)):
                beside = tuple(f"{root}{name}" for name in _BESIDE)
                mine = [each for each in folder.files() if each == file or each.startswith(beside)]
                found.append(FolderExport(root, tuple(mine), (f"{root}files/",)))
        return found

    def extract(self, folder: ExportFolder, context: ReadingContext) -> Iterator[Record]:
        """See `FolderImporter.extract`."""
        with folder.open(_FILE) as stream:
            yield from _Export(context.name).records(stream)


def _is_signal(head: bytes) -> bool:
    """Whether a file begins with the frame that describes the backup, or with people."""
    first, _, rest = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    is_info = first.startswith(b"{") and b'"backupTimeMs"' in first
    return is_info or (first.startswith(b'{"account"') and b'{"recipient"' in rest)


class _Export:
    """One export that is being read."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._people = People()
        self._items = ItemReader(self._people)
        self._has_begun = False
        self._has_told_owner = False

    def records(self, stream: BinaryIO) -> Iterator[Record]:
        for number, (line, is_whole) in enumerate(lines(stream), start=1):
            if not line.strip():
                continue
            place = f"line {number}"
            frame = _parsed(line) if is_whole else "it is longer than any that Signal writes"
            if isinstance(frame, dict):
                yield from self._frame(frame, place)
            elif self._has_begun:
                yield Problem(f"the line was left out, because {frame}", place)
            else:
                raise UnreadableExport(
                    f"{self._name} cannot be read as a Signal export, because {frame}. {_ADVICE}"
                )
        if not self._has_begun:
            raise UnreadableExport(f"{self._name} holds nothing of Signal. {_ADVICE}")

    def _frame(self, frame: dict[str, Any], place: str) -> Iterator[Record]:
        if not self._has_begun and {"version", "account", "recipient"} & frame.keys():
            self._has_begun = True
            yield SourceInfo("signal", "", "Signal")
        if not self._has_begun:
            raise UnreadableExport(f"{self._name} does not begin like a Signal export. {_ADVICE}")
        if isinstance(account := frame.get("account"), dict):
            self._people.name_owner(account)
        elif isinstance(recipient := frame.get("recipient"), dict):
            saved = self._people.add(recipient)
            if not self._has_told_owner and self._people.owner_is_known:
                self._has_told_owner = True
                yield OwnerAccount(self._people.owner)
            if saved:
                yield saved
        elif isinstance(chat := frame.get("chat"), dict):
            self._people.add_chat(chat)
        elif isinstance(item := frame.get("chatItem"), dict):
            yield from self._items.read(item, place)


def _parsed(line: str) -> dict[str, Any] | str:
    """The object of a line, or a fragment that says why there is none."""
    try:
        value = json.loads(storable(line), strict=False)
    except RecursionError:
        return "it is nested too deeply"
    except ValueError:
        return "it is damaged"
    return value if isinstance(value, dict) else "it is no object"


IMPORTER = SignalImporter()
FOLDER_IMPORTER = SignalFolderImporter()
