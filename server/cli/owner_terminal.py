"""A real terminal with a person before it, for what only the owner may see or decide.

It keeps out pipes, scripts and agents that run commands for their user. It cannot keep out a
program that opens a terminal of its own and hides what it is: SECURITY.md says so.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

import click

from server.cli.agents import VARIABLES
from server.cli.ancestors import agent_in, read_ancestors
from server.settings import load_settings
from store.errors import StoreError
from store.sharing.choices import scripts_are_allowed

AGENT_VARIABLES: Final = VARIABLES


class NotTheOwnersTerminal(StoreError):
    """No terminal with a person before it."""


def is_owners() -> bool:
    """Whether who runs this command sees and does what the owner does.

    That is so in a terminal of the owner's own, and everywhere once they have said `kinkeeper
    settings scripts allow`. Where it is False, commands show what an assistant would be shown.
    Asked anew each time (about 2 ms); it opens and closes the memory only without a terminal, and
    raises nothing where there is none.
    """
    return not why_not_the_owner() or scripts_are_allowed(load_settings().memory_path)


def why_not_the_owner() -> str:
    """Why this is no terminal of the owner's own, for people; '' where it is one.

    The one question that tests answer in its place.
    """
    if agent := next((name for name in VARIABLES if os.environ.get(name)), ""):
        return f"this runs inside an agent ({agent} is set)"
    if not _has_terminal():
        return "there is no terminal here"
    if agent := next(filter(None, map(agent_in, read_ancestors())), ""):
        return f"this runs inside an agent ({agent})"
    return ""


def _has_terminal() -> bool:
    """Whether this process has a terminal of its own, whatever its streams were made to be."""
    try:
        with _keyboard() as keyboard:
            return keyboard.isatty()
    except OSError:
        return False


def _keyboard() -> BinaryIO:
    """The terminal itself. Raises OSError without one."""
    return open("CONIN$" if os.name == "nt" else "/dev/tty", "rb", buffering=0)  # noqa: PTH123 a device


class OwnerTerminal:
    """Asks the person at the terminal; only what is typed after the question counts."""

    def __init__(self, keyboard: BinaryIO) -> None:
        self._keyboard = keyboard

    def ask(self, question: str) -> str:
        """One line, without white space around it; '' at the end of the input."""
        _forget_what_was_typed(self._keyboard)
        click.echo(question, nl=False)
        return self._keyboard.readline().decode("utf-8", "replace").strip()


@contextmanager
def owner_terminal() -> Iterator[OwnerTerminal]:
    """The terminal that this command was started in.

    Raises: NotTheOwnersTerminal in a pipe, without a terminal, and inside a coding agent.
    """
    if why := why_not_the_owner():
        raise NotTheOwnersTerminal(
            f"Only you decide what is remembered, and {why}. Nothing was decided. Open a terminal"
            " of your own and run: kinkeeper review"
        )
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NotTheOwnersTerminal(
            "This needs a terminal with you before it; input or output goes elsewhere. Nothing was"
            " decided. To see what is waiting: kinkeeper review --list"
        )
    try:
        keyboard = _keyboard()
    except OSError:
        raise NotTheOwnersTerminal(
            "There is no terminal to ask you in. Nothing was decided."
        ) from None
    with keyboard:
        yield OwnerTerminal(keyboard)


def _forget_what_was_typed(keyboard: BinaryIO) -> None:
    if sys.platform == "win32":
        import msvcrt

        while msvcrt.kbhit():
            msvcrt.getwch()
    else:
        import termios

        termios.tcflush(keyboard.fileno(), termios.TCIFLUSH)


def only_the_owner() -> None:
    """Refuse in a pipe, and in the terminal of a coding agent.

    Keeps out assistants that run commands for their user, not a program that hides what it is.
    Raises: NotTheOwnersTerminal.
    """
    if why := why_not_the_owner():
        raise NotTheOwnersTerminal(
            f"Only you decide what assistants see, and {why}. Nothing was changed. Run it in a"
            " terminal of your own."
        )
