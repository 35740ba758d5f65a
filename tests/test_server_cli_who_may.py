"""The table of who may run what: it knows every command there is, and no other."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

from server.cli import COMMANDS, module_of
from server.cli.who_may import RULES, Rule, Who, who_may


def _commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and subcommand by its name."""
    for name in COMMANDS:
        command: click.Command = import_module(module_of(name)).command
        yield from _with_those_below(name, command)


def _with_those_below(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for below, each in command.commands.items():
            yield from _with_those_below(f"{name} {below}", each)


def test_every_command_stands_in_the_table_and_nothing_else_does() -> None:
    assert sorted(RULES) == sorted(name for name, _ in _commands())


@pytest.mark.parametrize("name", RULES)
def test_a_rule_names_parameters_that_its_command_has(name: str) -> None:
    rule, command = RULES[name], dict(_commands())[name]
    assert _named(rule) <= {parameter.name for parameter in command.params}


def _named(rule: Rule) -> set[str]:
    shows = (*rule.shows.parameters, *rule.shows.needs) if rule.shows else ()
    return {*shows, *(rule.sharper.parameters if rule.sharper else ())}


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.shows])
def test_a_parameter_that_no_rule_knows_is_no_showing(name: str, tmp_path: Path) -> None:
    """An option that is added later is the owner's until somebody says that it only shows."""
    shows = RULES[name].shows
    assert shows is not None
    given = dict.fromkeys(shows.needs or shows.parameters[:1], (shows.word,))
    assert who_may(name, given, tmp_path) is Who.ANYWHERE
    assert who_may(name, {**given, "added_later": True}, tmp_path) is RULES[name].who
    if shows.word:
        assert who_may(name, {"words": ("alex", shows.word)}, tmp_path) is RULES[name].who


def test_a_command_that_stands_nowhere_is_the_owners(tmp_path: Path) -> None:
    assert who_may("telepathy", {}, tmp_path) is Who.TERMINAL
