"""The part of docs/reference.md on commands: what `--help` knows of each, as Markdown."""

import importlib
import inspect
from collections.abc import Iterator
from textwrap import dedent

import click

from server.cli import SECTIONS, module_of
from tests.markdown import bullet, paragraph

# Click's mark before a paragraph that keeps its lines: the examples.
KEEPS_ITS_LINES = "\b\n"


def command_of(name: str) -> click.Command:
    """Load one command."""
    command: click.Command = importlib.import_module(module_of(name)).command
    return command


def commands() -> Iterator[str]:
    """The lines on every command, section by section."""
    for section, named in SECTIONS.items():
        yield from (f"### {section[0].upper()}{section[1:]}", "")
        for name in named:
            yield from _command(command_of(name), f"kinkeeper {name}")


def _command(command: click.Command, called: str) -> Iterator[str]:
    context = click.Context(command, info_name=called)
    usage = " ".join([called, *command.collect_usage_pieces(context)])
    yield from (f"#### `{called}`", "", "```", usage, "```", "")
    for part in inspect.cleandoc(command.help or "").split("\n\n"):
        if part.startswith(KEEPS_ITS_LINES):
            heading, _, example = part.removeprefix(KEEPS_ITS_LINES).partition("\n")
            yield from (heading, "", "```", dedent(example), "```", "")
        else:
            yield from (paragraph(part), "")
    options = [each for each in command.params if isinstance(each, click.Option)]
    for option in options:
        yield bullet(_option(option, context))
    if options:
        yield ""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            within = command.get_command(context, name)
            assert within is not None
            yield from _command(within, f"{called} {name}")


def _option(option: click.Option, context: click.Context) -> str:
    """One option: how it is written, what it does, what it is without it."""
    written = "/".join([*option.opts, *option.secondary_opts])
    if not option.is_flag:
        written += f" {option.make_metavar(context)}"
    beside = []
    if isinstance(option.type, click.IntRange):
        least, most = option.type.min, option.type.max
        beside.append(f"{least} to {most}" if most is not None else f"at least {least}")
    if option.show_default:
        beside.append(f"default: {option.default}")
    if option.multiple and "repeated" not in (option.help or ""):
        beside.append("may be repeated")
    does = f"`{written}`: {option.help or ''}"
    return f"{does} ({'; '.join(beside)})" if beside else does
