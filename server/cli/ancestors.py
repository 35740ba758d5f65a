"""The processes that a command was started from, and whether one of them is an agent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final

from server.cli.agents import FOLDERS, PACKAGES, PROGRAMS, RUNNERS, VARIABLES

# Words by which starters of packages say that a package comes next: `npm exec`, `uv tool run`.
_STARTERS_WORDS: Final = frozenset({"exec", "x", "dlx", "run", "tool", "tools", "create"})
# Options of runners that are followed by a value, and after which no program is named.
_WITH_VALUE: Final = frozenset(
    {"-r", "--require", "--import", "--loader", "-C", "-W", "-X", "--with", "--from", "--python"}
)
_CODE_FOLLOWS: Final = frozenset({"-c", "-e", "-p", "--eval", "--print", "/c"})
_ENDING: Final = re.compile(r"\.(?:exe|cmd|bat|ps1|com|js|mjs|cjs|ts|py|pyz|sh|app)$")
_VERSION: Final = re.compile(r"(?<=\w)(?:@[^/@]*|==.*|\[.*)$")
# What packagers and builders add to the name of a program.
_BUILT: Final = re.compile(
    r"^\.(?=.+-wrapped)|-wrapped_*$"
    r"|[-_](?:x86|x64|aarch|arm64|amd64|linux|darwin|windows|win32).*$"
)
# `python3.12`, and the `-bash` of a login shell, are called like `python` and `bash`.
_NUMBERED: Final = re.compile(r"^-|[\d.]+$")


@dataclass(frozen=True, slots=True)
class Process:
    """One process. name: as the system calls it; program: the file that it runs, '' if unknown.

    variables: those of `agents.VARIABLES` that it was started with.
    """

    name: str
    arguments: tuple[str, ...] = ()
    program: str = ""
    variables: tuple[str, ...] = ()


def read_ancestors() -> list[Process]:
    """The parent of this process, its parent, and so on; what may not be read stays empty."""
    import psutil

    found = []
    for each in psutil.Process().parents():
        name, arguments, program, variables = "", [], "", {}
        try:
            name = each.name()
            arguments = each.cmdline()
            program = each.exe()
            variables = each.environ()
        except (psutil.Error, OSError):
            pass  # it has ended, or is another user's
        known = tuple(name for name in VARIABLES if variables.get(name))
        found.append(Process(name, tuple(arguments), program, known))
    return found


def agent_in(process: Process) -> str:
    """The name of the agent that a process is, or of the variable by which it says so; or ''."""
    for path in (process.name, process.program, *process.arguments[:1], *_run_by(process)):
        if found := _agent(path):
            return found
    return f"{process.variables[0]} is set" if process.variables else ""


def _run_by(process: Process) -> Iterator[str]:
    """What a runner of programs was given to run: a file, a module or a package."""
    if not process.arguments:
        return
    runner = _NUMBERED.sub("", _called(process.arguments[0])) or _called(process.name)
    if runner not in RUNNERS and _NUMBERED.sub("", _called(process.name)) not in RUNNERS:
        return
    arguments = iter(process.arguments[1:])
    for argument in arguments:
        if argument.startswith("-m") and not argument.startswith("--"):
            yield (argument[2:] or next(arguments, "")).partition(".")[0]
            return
        if argument in _CODE_FOLLOWS:
            return
        if argument in _WITH_VALUE:
            next(arguments, "")
        elif not argument.startswith("-") and argument not in _STARTERS_WORDS:
            yield argument
            return


def _agent(path: str) -> str:
    """The agent that a path, a module or a package names, or ''."""
    slashed = path.replace("\\", "/").casefold()
    if (called := _called(path)) in PROGRAMS:
        return called
    if package := _package(slashed):
        return package
    return next((folder.strip("/") for folder in FOLDERS if folder in slashed), "")


def _package(path: str) -> str:
    """The agent's package that a path leads through, or that stands there by itself."""
    bare = _VERSION.sub("", path)
    if bare in PACKAGES:
        return bare
    parts = PurePosixPath(path).parts
    pairs = [*parts, *("/".join(pair) for pair in pairwise(parts))]
    return next((part for part in pairs if part in PACKAGES), "")


def _called(path: str) -> str:
    """The name of a program: the last part of its path without what only says its kind."""
    last = path.replace("\\", "/").rstrip("/").rpartition("/")[2].casefold()
    return _BUILT.sub("", _VERSION.sub("", _ENDING.sub("", last)))
