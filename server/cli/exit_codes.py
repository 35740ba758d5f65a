"""Every exit code with what it means, and the errors that end a command with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server.cli.owner_terminal import NotTheOwnersTerminal
from server.settings import UnusableSetting
from store.engine.file_errors import (
    DamagedMemory,
    DiskFull,
    EmptyMemoryFile,
    ForeignFile,
    MemoryLocked,
    NewerSchema,
    NoMemoryYet,
    UnsafeLocation,
)
from store.errors import StoreError
from tools.days.typed_numbers import UnclearDate
from tools.people import WhichPerson


@dataclass(frozen=True, slots=True)
class ExitCode:
    """One exit code. errors: those that end a command with it."""

    number: int
    meaning: str
    errors: tuple[type[StoreError], ...] = ()


FAILED: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130

# The README and docs/reference.md are printed from this table. Click ends with USAGE by itself.
EXIT_CODES: Final = (
    ExitCode(0, "done"),
    ExitCode(FAILED, "failed, or nothing found"),
    ExitCode(
        USAGE,
        "the command was called wrongly, a date is none, or a name fits several; the message says"
        " which",
        (UnusableSetting, WhichPerson, UnclearDate),
    ),
    ExitCode(3, "the memory is damaged", (DamagedMemory,)),
    ExitCode(4, "another program holds the memory", (MemoryLocked,)),
    ExitCode(5, "the disk is full", (DiskFull,)),
    ExitCode(6, "wrong key (kept for encrypted memories)"),
    ExitCode(7, "a newer Kinkeeper wrote the memory", (NewerSchema,)),
    ExitCode(8, "unsafe place or permissions", (UnsafeLocation,)),
    ExitCode(9, "there is no memory yet", (NoMemoryYet,)),
    ExitCode(10, "the memory file is empty", (EmptyMemoryFile,)),
    ExitCode(11, "the file is not a Kinkeeper memory", (ForeignFile,)),
    ExitCode(12, "this needs you, at a terminal of your own", (NotTheOwnersTerminal,)),
    ExitCode(INTERRUPTED, "stopped by you"),
)
_BY_ERROR: Final[Mapping[type[StoreError], int]] = {
    error: code.number for code in EXIT_CODES for error in code.errors
}


def exit_code_of(error: type[StoreError]) -> int:
    """The exit code for a kind of error; FAILED for one without a code of its own."""
    return _BY_ERROR.get(error, FAILED)
