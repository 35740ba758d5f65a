"""A real terminal with a person before it, for what only the owner may see or decide.

It keeps out pipes, scripts and agents that run commands for their user. It cannot keep out a
program that opens a terminal of its own and hides what it is: SECURITY.md says so.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import click

from server.cli.agents import VARIABLES
from server.settings import load_settings
from store.errors import StoreError
from store.sharing.choices import scripts_are_allowed


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
    # A server, and whatever has no terminal, needs no look at other processes.
    from server.cli.ancestors import agent_in, read_ancestors

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
        raise NotTheOwnersTerminal(_refusal("review", why, scripts_may=False))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NotTheOwnersTerminal(
            "This needs a terminal with you before it; input or output goes elsewhere. Nothing was"
            " decided. To see what is waiting: kinkeeper review --list"
        )
    try:
        keyboard = _keyboard()
    except OSError:
        why = "it cannot be opened"
        raise NotTheOwnersTerminal(_refusal("review", why, scripts_may=False)) from None
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


def refuse_without_terminal(command: str, *, scripts_may: bool) -> None:
    """Refuse a command that is the owner's, except in a terminal of their own.

    command: as it is called; scripts_may: whether it is one that the owner can leave to scripts.
    Raises: NotTheOwnersTerminal.
    """
    why = why_not_the_owner()
    if why and not (scripts_may and scripts_are_allowed(load_settings().memory_path)):
        raise NotTheOwnersTerminal(_refusal(command, why, scripts_may=scripts_may))


def _refusal(command: str, why: str, *, scripts_may: bool) -> str:
    """The one text of a refusal: what, why, that nothing was changed, and what to do."""
    leave = (
        " An assistant can propose a note instead, which you confirm there with kinkeeper review."
        " To let scripts do this: kinkeeper settings scripts allow, also there."
    )
    return (
        f"kinkeeper {command} needs you at a terminal of your own, and {why}. Nothing was changed."
        f" Open a terminal window yourself and run it there.{leave if scripts_may else ''}"
    )
