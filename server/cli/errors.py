"""The one place where errors become exit codes and what an owner reads."""

import errno
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from server.cli.exit_codes import FAILED, INTERRUPTED, exit_code_of
from store.engine.file_errors import DiskFull
from store.errors import StoreError
from tools.clean import clean_for_terminal

P = ParamSpec("P")


@contextmanager
def plain_errors() -> Iterator[None]:
    """End the process with one plain message and an exit code where an error comes."""
    try:
        yield
    except StoreError as error:
        click.echo(clean_for_terminal(str(error)), err=True)
        sys.exit(exit_code_of(type(error)))
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. What was saved stays saved.", err=True)
        sys.exit(INTERRUPTED)
    except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
        raise  # click's own, and the reader of our output who has seen enough
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        why = (error.strerror or "no reason given").lower()
        click.echo(clean_for_terminal(f"This computer refused{where}: {why}."), err=True)
        sys.exit(exit_code_of(DiskFull) if error.errno == errno.ENOSPC else FAILED)
    except Exception as error:  # noqa: BLE001 the boundary: no traceback may reach an owner
        click.echo(_fault(error), err=True)
        sys.exit(FAILED)


def _fault(error: Exception) -> str:
    """A bug of ours by its place in the code; its message may hold somebody's words."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"Kinkeeper failed: {type(error).__name__} in {Path(place.filename).name}, line"
        f" {place.lineno} ({place.name}). What was saved stays saved. Please report this line."
    )


def with_plain_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Run a command so that its errors end in one plain message and an exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with plain_errors():
            command(*args, **kwargs)

    return run
