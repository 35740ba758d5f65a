"""A client that writes and reads the protocol's lines itself, to see what is on the wire."""

import json
import queue
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.running import COMMAND, SECONDS

CLIENT: Final = {"name": "wire", "version": "1"}
_META: Final = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": CLIENT,
    "io.modelcontextprotocol/clientCapabilities": {},
}
_HELLO: Final = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": CLIENT}


class Wire:
    """One server process and its two streams. era: `auto` (2026-07-28) or `legacy`."""

    def __init__(self, process: subprocess.Popen[str], era: str) -> None:
        self.process = process
        self.lines: list[str] = []
        self._era = era
        self._number = 0
        self._arrived: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            self._arrived.put(line)

    def send(self, line: str) -> None:
        """Write one line, whatever it is."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ask(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Send a request and wait for its answer."""
        self._number += 1
        meta = {"_meta": _META} if self._era == "auto" else {}
        message = {"jsonrpc": "2.0", "id": self._number, "method": method}
        self.send(json.dumps(message | {"params": {**(params or {}), **meta}}))
        answer: dict[str, Any] = json.loads(self._arrived.get(timeout=SECONDS))
        assert answer["id"] == self._number
        return answer

    def greet(self) -> dict[str, Any]:
        """The first exchange of the era."""
        if self._era == "auto":
            return self.ask("server/discover")
        answer = self.ask("initialize", _HELLO)
        self.send('{"jsonrpc":"2.0","method":"notifications/initialized"}')
        return answer

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool and return the result."""
        answer = self.ask("tools/call", {"name": tool, "arguments": arguments})
        result: dict[str, Any] = answer["result"]
        return result

    def hang_up(self) -> int:
        """Close the server's input, wait for its end and return its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(SECONDS)


@contextmanager
def serving(
    env: Mapping[str, str],
    errors: Path,
    era: str = "legacy",
    command: Sequence[str] = (*COMMAND, "serve"),
    folder: Path | None = None,
) -> Iterator[Wire]:
    """A server started as a client starts it; what it says on stderr goes to the file `errors`."""
    with errors.open("w", encoding="utf-8") as stderr:
        process = subprocess.Popen(
            command,
            env=dict(env),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            encoding="utf-8",
        )
        with process:
            try:
                yield Wire(process, era)
            finally:
                process.kill()
