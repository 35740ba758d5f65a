"""A real terminal for the tests: the command believes that a person sits before it.

The command is a process of its own, but not a new Python: it is forked from one that has loaded
everything, because loading it takes ten times as long as what most of these tests look at. It is
forked twice, so that it is nobody's child: what surrounds the suite, maybe an agent, is none of its
ancestors.
"""

import ctypes
import multiprocessing
import os
import select
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import reduction
from pathlib import Path
from typing import Any

import pytest

from server.cli import COMMANDS, main, module_of
from server.cli.agents import VARIABLES
from tests.running import SECONDS

# Loaded before the fork, as everything that a command loads when it begins.
for late in ("psutil", "server.cli.errors", "server.cli.who_may"):
    import_module(late)
for command in COMMANDS:
    import_module(module_of(command))


class Terminal:
    """A command in a terminal of its own: what it shows, and keys for it."""

    def __init__(self, screen: int, ending: int) -> None:
        self._screen = screen
        self._ending = ending
        self._shown = b""

    def until(self, text: str) -> str:
        """Wait for a text on the screen and return what was shown up to it."""
        wanted = text.replace("\n", "\r\n").encode()
        deadline = time.monotonic() + SECONDS
        while wanted not in self._shown:
            assert time.monotonic() < deadline, f"never shown: {text}\n{self._shown.decode()}"
            if not self._read():
                raise AssertionError(f"ended before it showed: {text}\n{self._shown.decode()}")
        before, found, self._shown = self._shown.partition(wanted)
        return (before + found).decode().replace("\r\n", "\n")

    def type(self, line: str) -> None:
        """Type a line, once the command waits for one."""
        os.write(self._screen, line.encode() + b"\n")

    def end(self) -> tuple[str, int]:
        """What was shown to the end, and the exit code."""
        while self._read():
            pass
        code = os.read(self._ending, 8)
        assert code, f"it was killed\n{self._shown.decode()}"
        return self._shown.decode().replace("\r\n", "\n"), int(code)

    def _read(self) -> bool:
        if not select.select([self._screen], [], [], SECONDS)[0]:
            return False
        try:
            more = os.read(self._screen, 65_536)
        except OSError:  # the other end is closed
            return False
        self._shown += more
        return bool(more)


@contextmanager
def in_terminal(
    *arguments: str | Path,
    env: Mapping[str, str],
    inside: str = "",
    rows: int = 24,
    parent: str = "",
    is_own: bool = True,
) -> Iterator[Terminal]:
    """Run the command in a terminal of 80 columns.

    inside: the variable of an agent around it, if any; rows: how high it is; parent: what the
    process is called that starts it, where one stays; is_own: whether the terminal is the
    process's own, and not only what its streams lead to.
    """
    if sys.platform == "win32":
        pytest.skip("a test cannot make a terminal on this system")
    import fcntl
    import pty
    import struct
    import termios

    clean = {name: value for name, value in env.items() if name not in VARIABLES}
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    screen, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
    ending, end = os.pipe()
    typed = ["kinkeeper", *map(str, arguments)]
    variables = clean | ({inside: "1"} if inside else {})
    process = context.Process(
        target=_first_fork,
        args=(typed, variables, _Inherited(theirs), _Inherited(end), parent, is_own),
    )
    process.start()
    os.close(theirs)
    os.close(end)
    process.join(SECONDS)
    try:
        yield Terminal(screen, ending)
    finally:
        # Without its terminal the command ends by itself.
        os.close(screen)
        select.select([ending], [], [], SECONDS)
        os.close(ending)


class _Inherited:
    """A descriptor for the forked process, where it arrives as its number there."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __reduce__(self) -> tuple[Any, ...]:
        if sys.platform == "win32":
            raise NotImplementedError
        return _descriptor_of, (reduction.DupFd(self._descriptor),)


def _descriptor_of(inherited: Any) -> int:
    number: int = inherited.detach()
    return number


def _first_fork(
    typed: list[str],
    variables: dict[str, str],
    terminal: int,
    end: int,
    parent: str,
    is_own: bool,
) -> None:
    """Start a process that outlives this one, which is how it gets rid of its ancestors."""
    if sys.platform == "win32":
        raise NotImplementedError
    before = os.getpid()
    if os.fork():
        os._exit(0)
    while os.getppid() == before:
        time.sleep(0.001)
    if parent and (child := _forked_by(parent)):
        # It keeps no end of what the test waits for, and stays until the command has ended.
        os.close(terminal)
        os.close(end)
        os.waitpid(child, 0)
        os._exit(0)
    code = 1
    try:
        _command(typed, variables, terminal, is_own=is_own)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        os.write(end, str(code).encode())
        os._exit(0)


def _forked_by(name: str) -> int:
    """Fork once more, with this process called so; 0 in the new one. Linux alone can do this."""
    if sys.platform == "win32":
        raise NotImplementedError
    set_name = 15
    ctypes.CDLL(None).prctl(set_name, name.encode(), 0, 0, 0)
    return os.fork()


def _command(typed: list[str], variables: dict[str, str], terminal: int, *, is_own: bool) -> None:
    """Take the terminal for its own, and be the command in it."""
    if sys.platform == "win32":
        raise NotImplementedError
    import fcntl
    import termios

    os.setsid()
    if is_own:
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for stream in range(3):
        os.dup2(terminal, stream)
    os.close(terminal)
    os.environ.clear()
    os.environ.update(variables)
    sys.argv = typed
    with (
        os.fdopen(0, encoding="utf-8", closefd=False) as sys.stdin,
        os.fdopen(1, "w", encoding="utf-8", closefd=False) as sys.stdout,
        os.fdopen(2, "w", encoding="utf-8", closefd=False) as sys.stderr,
    ):
        main()
