"""A real terminal with a person before it, for what only the owner may decide.

It keeps out pipes, scripts and agents that run commands for their user. It cannot keep out a
program that opens a terminal of its own and hides what it is: SECURITY.md says so.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

import click

from store.errors import StoreError

# Set by coding agents for the commands that they run.
AGENT_VARIABLES: Final = (
    "CLAUDECODE",
    "CLAUDE_CODE",
    "CURSOR_AGENT",
    "CODEX_SANDBOX",
    "CODEX_CI",
    "CODEX_THREAD_ID",
    "GEMINI_CLI",
    "OPENCODE",
    "OPENCODE_CLIENT",
    "ANTIGRAVITY_AGENT",
    "AUGMENT_AGENT",
    "CLINE_ACTIVE",
    "AI_AGENT",
    "AGENT",
)


class NotTheOwnersTerminal(StoreError):
    """No terminal with a person before it."""


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
    agent = next((name for name in AGENT_VARIABLES if os.environ.get(name)), None)
    if agent is not None:
        raise NotTheOwnersTerminal(
            f"Only you decide what is remembered, and this command runs inside an agent ({agent} is"
            " set). Nothing was decided. Open a terminal of your own and run: kinkeeper review"
        )
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NotTheOwnersTerminal(
            "This needs a terminal with you before it; input or output goes elsewhere. Nothing was"
            " decided. To see what is waiting: kinkeeper review --list"
        )
    try:
        # The terminal itself, whatever stdin was made to be.
        keyboard = open("CONIN$" if os.name == "nt" else "/dev/tty", "rb", buffering=0)  # noqa: PTH123, SIM115 a device
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
    agent = next((name for name in AGENT_VARIABLES if os.environ.get(name)), None)
    if agent is not None:
        raise NotTheOwnersTerminal(
            f"Only you decide what assistants see, and this runs inside an agent ({agent} is set)."
            " Nothing was changed. Run it in a terminal of your own."
        )
    if not sys.stdin.isatty():
        raise NotTheOwnersTerminal(
            "This lets assistants see more, so it needs a terminal with you before it. Nothing was"
            " changed."
        )
