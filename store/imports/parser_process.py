"""Reading exports in a process of its own, with limits on memory and on time without a result.

Whatever a file does to its parser stays there: the memory is not open in that process, and what
comes back is plain data that is checked. A parser that dies costs the rest of its file.
"""

import json
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from store.errors import StoreError
from store.importers import DateOrder, NeedsAnswer, UnreadableExport
from store.importers.records import Record
from store.imports.find_exports import Export, Found
from store.imports.record_parts import BrokenWire
from store.imports.record_wire import unpack

_HERE: Final = Path(__file__).resolve().parents[2]
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from store.imports.parser_child import main; main()"
)
_FRAME_BYTES: Final = 256 * 1024 * 1024
_SECONDS_TO_END: Final = 5

MEMORY_WORDS: Final = "it needs more memory than one export may take"
STALL_WORDS: Final = "it takes too long: nothing came out of it for a while of computing"


class ParserFailed(UnreadableExport):
    """The process that read the export ended before the export did."""


class NotFound(StoreError):
    """The owner named something that cannot be looked at; the message says why."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the owner said about exports, in this command or before. See `ReadingContext`."""

    zone: str = ""
    me: tuple[str, ...] = ()
    date_order: DateOrder = ""
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one export may cost. memory: bytes beyond the program itself.

    stall: seconds of computing without any record. Neither holds where the system cannot enforce it
    (Windows; memory on macOS).
    """

    memory: int = 512 * 1024 * 1024
    stall: float = 10.0


_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Batch:
    """Records in the order of the export. done, total: bytes read up to here, and in all."""

    records: list[Record]
    done: int
    total: int


def find_apart(
    paths: Sequence[Path], asked_format: str | None, environment: Mapping[str, str]
) -> Found:
    """Like `exports.find_exports`, in a process of its own.

    environment: what that process gets to see of the caller's.
    Raises: NotFound, with the message of what was wrong; ParserFailed.
    """
    task = {
        "do": "find",
        "paths": [str(path) for path in paths],
        "format": asked_format,
        "limits": asdict(_LIMITS),
    }
    with _child(task, environment) as frames:
        try:
            frame = next(frames)
        except UnreadableExport as error:
            if isinstance(error, ParserFailed):
                raise
            raise NotFound(str(error)) from None
    return Found(
        exports=[_export(export) for export in frame["exports"]],
        refused=frame["refused"],
        others={seems: (count, tuple(names)) for seems, (count, names) in frame["others"].items()},
    )


@contextmanager
def read_apart(
    export: Export, answers: Answers, environment: Mapping[str, str], limits: Limits = _LIMITS
) -> Iterator[Iterator[Batch]]:
    """The records of an export, parsed in a process that ends with the `with`.

    environment: what that process gets to see of the caller's.
    The iterator raises UnreadableExport or NeedsAnswer as the importer did, or ParserFailed.
    """
    task = {
        "do": "read",
        "limits": asdict(limits),
        "module": export.module,
        "path": str(export.path),
        "root": export.root,
        "files": export.files,
        "together": export.together,
        "name": Path(export.files[0]).name
        if export.files and not export.together
        else export.path.name,
        "container": export.path.name if export.files else "",
        "folder": "" if export.files else export.path.absolute().parent.name,
        "zone": answers.zone,
        "me": answers.me,
        "date_order": answers.date_order,
        "columns": answers.columns,
    }
    with _child(task, environment) as frames:
        yield _batches(frames)


def _batches(frames: Iterator[dict[str, Any]]) -> Iterator[Batch]:
    for frame in frames:
        try:
            yield Batch(unpack(frame["records"]), int(frame["done"]), int(frame["total"]))
        except (BrokenWire, KeyError, TypeError, ValueError) as error:
            raise ParserFailed(_failure("it answered with something else than records")) from error


@contextmanager
def _child(
    task: dict[str, Any], environment: Mapping[str, str]
) -> Iterator[Iterator[dict[str, Any]]]:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, running our own code
        # -P keeps its working folder out of the search for modules.
        [sys.executable, "-P", "-c", _START, str(_HERE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A traceback may hold somebody's words.
        stderr=subprocess.DEVNULL,
        env=dict(environment),
    )
    try:
        yield _frames(process, json.dumps(task).encode())
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        process.wait(_SECONDS_TO_END)


def _frames(process: "subprocess.Popen[bytes]", task: bytes) -> Iterator[dict[str, Any]]:
    """The frames up to the last one, which is yielded if it is an answer and raised otherwise."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError("the pipes are asked for above")
    # It died at once; the reason is reported below.
    with suppress(BrokenPipeError):
        process.stdin.write(task)
        process.stdin.close()
    while True:
        head = process.stdout.read(4)
        size = struct.unpack(">I", head)[0] if len(head) == 4 else 0
        data = process.stdout.read(size) if 0 < size <= _FRAME_BYTES else b""
        if not data or len(data) < size:
            raise ParserFailed(_failure(_why_it_ended(process)))
        try:
            frame = json.loads(data)
            kind = frame["kind"]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ParserFailed(_failure("it answered with something unreadable")) from error
        if kind in ("records", "found"):
            yield frame
        elif kind == "end":
            return
        else:
            raise _error_of(frame)


def _error_of(frame: dict[str, Any]) -> StoreError:
    match frame["kind"]:
        case "needs":
            return NeedsAnswer(frame["question"], str(frame["message"]), frame["options"])
        case "unreadable":
            return UnreadableExport(str(frame["message"]))
        case "memory":
            return ParserFailed(_failure(MEMORY_WORDS))
        case "stalled":
            return ParserFailed(_failure(STALL_WORDS))
        case _:
            return ParserFailed(
                _failure(f"Kinkeeper failed: {frame.get('message')}. Please report this line")
            )


def _failure(why: str) -> str:
    return f"reading it was stopped; {why}."


def _why_it_ended(process: "subprocess.Popen[bytes]") -> str:
    try:
        code = process.wait(_SECONDS_TO_END)
        ended_by = signal.Signals(-code).name if code < 0 else ""
    except (subprocess.TimeoutExpired, ValueError):
        ended_by = ""
    if ended_by == "SIGVTALRM":
        return STALL_WORDS
    if ended_by == "SIGKILL":
        return "the process that read it was ended from outside, maybe for want of memory"
    return "the process that read it crashed"


def _export(plain: dict[str, Any]) -> Export:
    return Export(**{**plain, "path": Path(plain["path"]), "files": tuple(plain["files"])})
