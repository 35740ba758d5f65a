"""The owner's command line: `commands/NAME.py` is `kinkeeper NAME`, loaded when asked for."""

import importlib
import os
from keyword import iskeyword
from typing import Any, Final

import click

from server.version import VERSION

# The commands in the order in which an owner meets them, in sections, and what each does. To read
# that from the modules would load them all for `--help`.
SECTIONS: Final = {
    "make your memory, fill it, serve it": {
        "init": "make your memory and say who you are",
        "import": "bring in address books, chats, mail and calendars",
        "imports": "list the imports; take one back",
        "index": "make every message findable by meaning",
        "serve": "serve an assistant (MCP over stdin and stdout)",
    },
    "ask it": {
        "brief": "what to know before you talk to somebody, or to several",
        "search": "find what was said, by words and by meaning",
        "due": "who needs you now, and why",
    },
    "say what you know, in one line": {
        "log": "log a coffee, a call, a visit",
        "note": "write down something to remember of somebody",
        "followup": "keep a promise; say what became of it",
        "event": "write down a birthday, a move, an operation",
        "gift": "what you gave, got or think of",
        "relate": "who is whose sister; who introduced whom",
        "tag": "give somebody a tag, or put them into a group",
        "cadence": "how often you mean to be in touch; snooze",
        "status": "active, reconnect later, reference or archived",
        "archive": "put somebody away; nothing is deleted",
        "add": "add a person by hand",
        "edit": "change what is known of a person, or show it",
    },
    "who there is, and who is who": {
        "contacts": "list the people, or find some",
        "suggestions": "who may be one person",
        "merge": "two contacts are one person",
        "split": "one contact is two people",
        "decisions": "what you decided about who is who; undo",
    },
    "decide on what was proposed; look back": {
        "promises": "find promises and news in your messages",
        "review": "decide on what was proposed; look back over a week or month",
    },
    "what assistants may see, and what they saw": {
        "hide": "hide people, conversations and sources from assistants",
        "access": "what assistants may see of somebody",
        "consent": "what somebody agreed to be remembered for",
        "open": "let assistants see something that is withheld",
        "disclosures": "what assistants were shown",
        "settings": "the settings, and how to change them",
    },
    "check this machine; try it on made-up people": {
        "doctor": "check this machine and your memory",
        "demo": "try it all on made-up people",
    },
}
COMMANDS: Final = {name: does for section in SECTIONS.values() for name, does in section.items()}


def module_of(command: str) -> str:
    """The module that holds a command; what is a word of Python gets an underscore."""
    return f"server.cli.commands.{command}{'_' if iskeyword(command) else ''}"


class _AsksFirst(click.Context):
    """The context of a command, which begins only where its line in `who_may.py` lets it."""

    def invoke(self, callback: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Ask, then run what a command does; see `click.Context.invoke`."""
        if callback is self.command.callback:
            from server.cli import who_may  # not for --help
            from server.cli.errors import plain_errors

            with plain_errors():
                who_may.ask(self)
        return super().invoke(callback, *args, **kwargs)


def _ask_first(command: click.Command) -> None:
    """Have a command and those below it asked about before they begin."""
    command.context_class = _AsksFirst
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _ask_first(each)


class _LateCommands(click.Group):
    """A group whose commands stand in modules of their own, each as `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(module_of(cmd_name)).command
        # Not before: `--help` needs nothing of the store.
        importlib.import_module("server.cli.upgrading").draw_a_bar()
        _ask_first(command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; words of a text that begin with a dash look like options."""
        try:
            return super().invoke(ctx)
        except click.NoSuchOption as error:
            asked = error.ctx.command if error.ctx is not None else None
            if asked is None or all(parameter.nargs != -1 for parameter in asked.params):
                raise
            raise click.NoSuchOption(
                error.option_name,
                f"{error.message} Words that begin with a dash come after --: kinkeeper"
                f" {asked.name} … -- {error.option_name}",
                error.possibilities,
                error.ctx,
            ) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What each command does, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    "kinkeeper", cls=_LateCommands, context_settings={"help_option_names": ["-h", "--help"]}
)
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
