"""The process that parses: started by `store.imports.parser_process`, alone with one export.

It reads its task as JSON from its input, and answers in frames on its output: four bytes of
length, then JSON. It opens no memory, enforces its own limits, and ends when nobody listens.
"""

import importlib
import json
import os
import signal
import struct
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Final

from store.errors import StoreError
from store.importers import NeedsAnswer, ReadingContext
from store.importers.reading.known_files import is_media
from store.importers.records import Problem, Record, SourceInfo
from store.imports.export_folders import FolderPart, counted, open_folder
from store.imports.record_wire import characters, pack

BATCH_RECORDS: Final = 1_000
BATCH_CHARACTERS: Final = 1024 * 1024
BATCH_SECONDS: Final = 1.0
# A record of this size is a fault of the file; the largest message that is read has 25 MB.
FRAME_CHARACTERS: Final = 60 * 1024 * 1024
# Code that does not heed the first time limit is ended by a second one, this much later.
_SECONDS_TO_HEED: Final = 3.0


class _Stalled(BaseException):
    """Nothing came out for too long. No importer that catches every Exception stops it."""


class _Frames:
    """The way back to the storing process."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._records: list[Record] = []
        self._characters = 0
        self._flushed = time.monotonic()
        self.done = 0
        self.total = 0

    def add(self, record: Record) -> None:
        """Send a record with the next batch."""
        self._records.append(record)
        self._characters += characters(record)
        if (
            len(self._records) >= BATCH_RECORDS
            or self._characters >= BATCH_CHARACTERS
            # A source never goes alone: the cards behind it tell which address book it is.
            or (
                time.monotonic() - self._flushed > BATCH_SECONDS
                and not isinstance(record, SourceInfo)
            )
        ):
            self.flush()

    def flush(self) -> None:
        """Send the waiting records."""
        if self._records:
            self._send_records(self._records)
            self._records, self._characters = [], 0
        self._flushed = time.monotonic()

    def _send_records(self, records: Sequence[Record]) -> None:
        head = {"kind": "records", "done": self.done, "total": self.total}
        text = _json({**head, "records": pack(records)})
        if len(text) <= FRAME_CHARACTERS:
            self._send(text)
        elif len(records) > 1:
            half = len(records) // 2
            self._send_records(records[:half])
            self._send_records(records[half:])
        else:
            place = getattr(records[0], "place", "")
            self._send_records([Problem("it is too large to be read", place)])

    def end(self, kind: str, **more: object) -> None:
        """Send the last frame."""
        self._send(_json({"kind": kind, **more}))

    def drop(self) -> None:
        """Forget the waiting records."""
        self._records = []

    def _send(self, text: str) -> None:
        data = text.encode("utf-8", "surrogatepass")
        self._out.write(struct.pack(">I", len(data)) + data)
        self._out.flush()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Do what the input says, then end."""
    # The storing process decides when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    # What a library prints must not get between the frames.
    os.dup2(nowhere, 1)
    task = json.load(sys.stdin.buffer)
    frames = _Frames(out)
    try:
        _answer(task, frames)
    except _Stalled:
        frames.flush()
        frames.end("stalled")
    except MemoryError:
        frames.flush()
        frames.end("memory")
    except NeedsAnswer as need:
        frames.drop()
        frames.end("needs", question=need.question, message=str(need), options=list(need.options))
    except StoreError as error:
        frames.flush()
        frames.end("unreadable", message=str(error))
    except Exception as error:  # noqa: BLE001 the boundary: a fault must be told, without its words
        frames.flush()
        frames.end("fault", message=_fault(error))


def _fault(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    name = Path(place.filename).name
    return f"{type(error).__name__} in {name}, line {place.lineno} ({place.name})"


def _answer(task: dict[str, Any], frames: _Frames) -> None:
    if task["do"] == "find":
        # Imported here because it brings every importer, which reading one export does not need.
        from store.imports.find_exports import find_exports

        _limit_memory(task["limits"]["memory"])
        with _patience(task["limits"]["stall"]) as has_moved:
            found = find_exports(map(Path, task["paths"]), task["format"], has_moved)
        exports = [{**asdict(export), "path": str(export.path)} for export in found.exports]
        frames.end("found", exports=exports, refused=found.refused, others=found.others)
        return
    module = importlib.import_module(task["module"])
    _limit_memory(task["limits"]["memory"])
    with _patience(task["limits"]["stall"]) as has_moved:
        for record in _records(module, task, frames):
            frames.add(record)
            has_moved()
    frames.flush()
    frames.end("end")


def _records(module: Any, task: dict[str, Any], frames: _Frames) -> Iterator[Record]:
    path, files = Path(task["path"]), tuple(task["files"])
    context = ReadingContext(
        name=task["name"],
        container=task["container"],
        folder=task["folder"],
        path=None if files else path,
        zone=task["zone"],
        me=tuple(task["me"]),
        date_order=task["date_order"],
        columns=tuple((heading, field) for heading, field in task["columns"]),
    )

    def told(count: int) -> None:
        frames.done += count

    if task["together"]:
        folder = open_folder(path)
        part = FolderPart(folder, task["root"], files, told)
        frames.total = sum(folder.size(file) for file in files if not is_media(file))
        yield from module.FOLDER_IMPORTER.extract(part, context)
        return
    if files:
        folder = open_folder(path)
        frames.total = folder.size(files[0])
        opened = folder.open(files[0])
    else:
        frames.total = path.stat().st_size
        opened = path.open("rb", buffering=0)
    with counted(opened, told) as stream:
        yield from module.IMPORTER.extract(stream, context)


def _limit_memory(more: int) -> None:
    """Allow this many bytes beyond what the program itself has taken, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return
    # A dump would hold somebody's words.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


@contextmanager
def _patience(seconds: float) -> Iterator[Any]:
    """Raise _Stalled when the CPU works this long without a call of the given function.

    Without interval timers (Windows) there is no such limit.
    """
    if sys.platform == "win32":
        yield lambda: None
        return

    def stop(_signal: int, _frame: object) -> None:
        raise _Stalled

    def has_moved() -> None:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds + _SECONDS_TO_HEED)

    signal.signal(signal.SIGPROF, stop)
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    has_moved()
    try:
        yield has_moved
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
