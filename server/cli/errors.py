"""The one place where errors become exit codes and what an owner reads."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Final, ParamSpec

import click

from server.settings import UnusableSetting
from store.database_errors import (
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
from tools.clean import clean_for_terminal

P = ParamSpec("P")

FAILED: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130

# Documented in README.md. 6 is kept for a wrong key.
EXIT_CODES: Final[dict[type[StoreError], int]] = {
    UnusableSetting: USAGE,
    DamagedMemory: 3,
    MemoryLocked: 4,
    DiskFull: 5,
    NewerSchema: 7,
    UnsafeLocation: 8,
    NoMemoryYet: 9,
    EmptyMemoryFile: 10,
    ForeignFile: 11,
}


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        click.echo(clean_for_terminal(str(error)), err=True)
        sys.exit(EXIT_CODES.get(type(error), FAILED))
    except KeyboardInterrupt:
        click.echo("Stopped. What was saved stays saved.", err=True)
        sys.exit(INTERRUPTED)


def with_plain_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Run a command so that its errors end in one plain message and an exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with _plain_errors():
            command(*args, **kwargs)

    return run
