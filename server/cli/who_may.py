"""Who may run which command: one table, asked before any command begins.

A command that stands in no line here is refused, and `tests/test_server_cli_who_may.py` fails.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

import click
from click.core import ParameterSource

from server.cli.owner_terminal import refuse_without_terminal
from server.settings import load_settings
from store.people.owner import leads_to_owner
from store.people.owner_settings import has_owner

PROGRAM: Final = "kinkeeper"
_DEFAULTS: Final = (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP, None)


class Who(Enum):
    """Where a command may run; the words are those of the documents."""

    ANYWHERE = "anywhere"
    OR_SCRIPTS = "at a terminal, or where scripts are allowed"
    TERMINAL = "at a terminal, always"


@dataclass(frozen=True, slots=True)
class Shows:
    """With which parameters a command only shows, and so may run anywhere.

    parameters: all that such a call may give. needs: of which it must give one, if there are any.
    word: the first word that it must begin with, if there is one.
    """

    parameters: tuple[str, ...]
    needs: tuple[str, ...] = ()
    word: str = ""


@dataclass(frozen=True, slots=True)
class Sharper:
    """Parameters with which a command stands in another class, where something holds.

    where: told the memory's file and what was given. what: the case in words, for the documents.
    """

    parameters: tuple[str, ...]
    who: Who
    where: Callable[[Path, Mapping[str, Any]], bool]
    what: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One command. who: its class, but for the calls that only show, and for sharper ones."""

    who: Who
    shows: Shows | None = None
    sharper: Sharper | None = None


def _has_imports(memory: Path) -> bool:
    # Most commands need not know.
    from store.imports.past_runs import has_imports

    return has_imports(memory)


_ANYWHERE: Final = Rule(Who.ANYWHERE)
_OR_SCRIPTS: Final = Rule(Who.OR_SCRIPTS)
_TERMINAL: Final = Rule(Who.TERMINAL)


def _terminal_but(*parameters: str, needs: tuple[str, ...] = ()) -> Rule:
    return Rule(Who.TERMINAL, Shows((*parameters, "as_json"), needs))


def _or_scripts_but(*parameters: str, word: str = "") -> Rule:
    return Rule(Who.OR_SCRIPTS, Shows((*parameters, "as_json"), (), word))


_OF_A_MEMORY_THAT_EXISTS: Final = Sharper(
    ("name", "emails", "phones", "zone"),
    Who.TERMINAL,
    lambda memory, _: has_owner(memory),
    "for a memory that exists",
)
_WHO_THE_OWNER_IS: Final = Sharper(
    ("me",),
    Who.OR_SCRIPTS,
    lambda memory, _: _has_imports(memory),
    "with `--me`, into a memory that has imports",
)
_THE_OWNERS_ADDRESS: Final = Sharper(
    ("email", "phone"),
    Who.TERMINAL,
    lambda memory, given: leads_to_owner(memory, str(given.get("who", ""))),
    "with an address or number of yourself",
)
RULES: Final[Mapping[str, Rule]] = {
    "init": Rule(Who.ANYWHERE, sharper=_OF_A_MEMORY_THAT_EXISTS),
    "import": Rule(Who.ANYWHERE, sharper=_WHO_THE_OWNER_IS),
    "imports": _ANYWHERE,
    "imports show": _ANYWHERE,
    "imports undo": _TERMINAL,
    "index": _ANYWHERE,
    "serve": _ANYWHERE,
    "brief": _ANYWHERE,
    "search": _ANYWHERE,
    "due": _ANYWHERE,
    "log": _OR_SCRIPTS,
    "note": _OR_SCRIPTS,
    "followup": _or_scripts_but("words", "closed_too", word="list"),
    "event": _OR_SCRIPTS,
    "gift": _or_scripts_but("who"),
    "relate": _OR_SCRIPTS,
    "tag": _OR_SCRIPTS,
    "cadence": _OR_SCRIPTS,
    "status": _OR_SCRIPTS,
    "archive": _OR_SCRIPTS,
    "add": _OR_SCRIPTS,
    "edit": Rule(Who.OR_SCRIPTS, Shows(("who", "as_json")), _THE_OWNERS_ADDRESS),
    "contacts": _ANYWHERE,
    "suggestions": _terminal_but("limit"),
    "merge": _TERMINAL,
    "split": _terminal_but("contact"),
    "decisions": _terminal_but(),
    "promises": _ANYWHERE,
    "review": _terminal_but(
        "period", "only_list", "state", needs=("period", "only_list", "as_json")
    ),
    "hide": _TERMINAL,
    "access": _terminal_but("whom"),
    "consent": _terminal_but("person"),
    "open": _terminal_but(),
    "disclosures": _ANYWHERE,
    "settings": _terminal_but("name"),
    "doctor": _ANYWHERE,
    "demo": _ANYWHERE,
}


def who_may(command: str, given: Mapping[str, Any], memory: Path) -> Who:
    """The class of one call. command: such as `imports undo`; given: its parameters, by name.

    memory: the file, which a rule may look into. Raises as `store.engine.opening.glance` does.
    """
    rule = RULES.get(command, _TERMINAL)
    sharper = rule.sharper
    if sharper and set(sharper.parameters) & given.keys() and sharper.where(memory, given):
        return sharper.who
    return Who.ANYWHERE if rule.shows and _only_shows(rule.shows, given) else rule.who


def _only_shows(shows: Shows, given: Mapping[str, Any]) -> bool:
    if not given.keys() <= set(shows.parameters):
        return False
    if shows.needs and not given.keys() & set(shows.needs):
        return False
    words: Sequence[str] = given.get("words", ()) if shows.word else ()
    return not shows.word or words[:1] == (shows.word,)


def ask(context: click.Context) -> None:
    """Let a command begin, or refuse it. Raises NotTheOwnersTerminal."""
    command = _named(context)
    if RULES.get(command) == _ANYWHERE:
        return
    who = who_may(command, _given(context), load_settings().memory_path)
    if who is not Who.ANYWHERE:
        refuse_without_terminal(command, scripts_may=who is Who.OR_SCRIPTS)


def _named(context: click.Context) -> str:
    """`imports undo`: the names of the command and of its groups, without that of the program."""
    names: list[str] = []
    at: click.Context | None = context
    while at is not None and at.command.name != PROGRAM:
        names.insert(0, at.command.name or "")
        at = at.parent
    return " ".join(names)


def _given(context: click.Context) -> dict[str, Any]:
    """The parameters that were given, by name."""
    return {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name) not in _DEFAULTS
    }
