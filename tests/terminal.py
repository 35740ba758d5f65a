"""A real terminal for the tests: the command believes that a person sits before it."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.cli.owner_terminal import AGENT_VARIABLES
from tests.running import COMMAND, SECONDS


class Terminal:
    """A command in a terminal of its own: what it shows, and keys for it."""

    def __init__(self, process: subprocess.Popen[bytes], screen: int) -> None:
        self.process = process
        self._screen = screen
        self._shown = b""

    def until(self, text: str) -> str:
        """Wait for a text on the screen and return what was shown up to it."""
        wanted = text.encode()
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
        return self._shown.decode().replace("\r\n", "\n"), self.process.wait(SECONDS)

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
    *arguments: str | Path, env: Mapping[str, str], inside: str = ""
) -> Iterator[Terminal]:
    """Run the command in a terminal. inside: the variable of an agent around it, if any."""
    if sys.platform == "win32":
        pytest.skip("a test cannot make a terminal on this system")
    import fcntl
    import pty
    import termios

    clean = {name: value for name, value in env.items() if name not in AGENT_VARIABLES}
    screen, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        env=clean | ({inside: "1"} if inside else {}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    with process:
        try:
            yield Terminal(process, screen)
        finally:
            process.kill()
            os.close(screen)
