"""The owner's command line: one file a command, loaded when it is asked for."""

import importlib
import os
from typing import Final

import click

from server.version import VERSION

# name: module; modules are loaded late so that `serve` starts at once.
COMMANDS: Final = {
    "init": "init",
    "import": "import_files",
    "imports": "imports",
    "index": "index",
    "serve": "serve",
    "brief": "brief",
    "search": "search",
    "due": "due",
    "log": "log",
    "note": "note",
    "followup": "followup",
    "event": "event",
    "gift": "gift",
    "relate": "relate",
    "tag": "tag",
    "cadence": "cadence",
    "status": "status",
    "archive": "archive",
    "add": "add",
    "edit": "edit",
    "contacts": "contacts",
    "suggestions": "suggestions",
    "merge": "merge",
    "split": "split",
    "decisions": "decisions",
    "promises": "promises",
    "review": "review",
    "hide": "hide",
    "access": "access",
    "consent": "consent",
    "open": "open_item",
    "disclosures": "disclosures",
    "settings": "settings_command",
    "doctor": "doctor",
    "demo": "demo",
}


class _LateCommands(click.Group):
    """A group whose commands stand in modules of this folder, each with a `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which an owner meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"server.cli.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command


@click.group(cls=_LateCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="kinkeeper")
def _kinkeeper() -> None:
    """Kinkeeper: the relationship memory that AI assistants ask. Private, on this machine.

    Start with `kinkeeper init`, then `kinkeeper import PATH`.
    """


def main() -> None:
    """Run the command line; ends the process with a documented exit code."""
    # Whatever a command creates is the owner's alone.
    os.umask(0o077)
    _kinkeeper()
