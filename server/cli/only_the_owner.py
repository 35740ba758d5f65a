"""What widens what assistants see is said by a person at a terminal, not by an assistant."""

import os
import sys

from server.cli.owner_terminal import AGENT_VARIABLES, NotTheOwnersTerminal


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
