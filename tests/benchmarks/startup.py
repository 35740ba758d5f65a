"""What starting costs: `kinkeeper serve` beside a bare server with one tool, paired in one run.

    python -m tests.benchmarks.startup [ROUNDS]

CPU time and memory are those of the whole process from its start until it is killed, right after
the answer has come. The two servers take turns, so that other work on the machine meets both.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from embeddings.encoder import EncoderUnavailable
from embeddings.load import is_compiled
from server.settings import load_settings
from tests.benchmarks.machine import load

ROOT: Final = Path(__file__).resolve().parents[2]
KINKEEPER: Final = (sys.executable, str(ROOT / "kinkeeper.py"))
BARE: Final = """
from mcp.server import MCPServer
server = MCPServer("bare")
@server.tool()
async def say(text: str) -> str:
    '''Say it back.'''
    return text
server.run("stdio")
"""
CLIENT: Final = {"name": "benchmark", "version": "1"}
META: Final = {
    "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": CLIENT,
        "io.modelcontextprotocol/clientCapabilities": {},
    }
}
HELLO: Final = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": CLIENT}
# What is asked in turn; the last answer ends the measurement.
QUESTIONS: Final[dict[str, list[tuple[str, dict[str, Any]]]]] = {
    "initialize": [("initialize", HELLO)],
    "initialize, tools/list": [("initialize", HELLO), ("tools/list", {})],
    "server/discover": [("server/discover", META)],
    "tools/list (2026-07-28)": [("tools/list", META)],
}
SEARCH: Final = {"name": "search_context", "arguments": {"query": "who told me about the school?"}}
LIMITS: Final = {"ratio": 1.25, "seconds": 1.5, "megabytes": 250, "characters": 11_000}
_KILOBYTES: Final = 1024 if sys.platform != "darwin" else 1024**2


@dataclass(frozen=True, slots=True)
class Cost:
    """cpu, wall: seconds; megabytes: the most memory held; answer: the last one."""

    cpu: float
    wall: float
    megabytes: float
    answer: dict[str, Any]


def measure(
    command: tuple[str, ...], env: Mapping[str, str], questions: list[tuple[str, dict[str, Any]]]
) -> Cost:
    """Start a server, ask it, and kill it at its last answer."""
    began = time.perf_counter()
    with _started(command, env) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        answer: dict[str, Any] = {}
        for number, (method, params) in enumerate(questions):
            message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
        wall = time.perf_counter() - began
        process.kill()
        if sys.platform == "win32":
            sys.exit("What a process used is told by wait4, which this system has not.")
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0  # it was waited for
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / _KILOBYTES, answer["result"])


@contextmanager
def _started(command: tuple[str, ...], env: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command,
        env=dict(env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    ) as process:
        yield process


def start_of_both(env: Mapping[str, str], rounds: int) -> None:
    """Print the cost of each first answer, ours beside the bare server's."""
    print(f"{'median of ' + str(rounds):26}{'CPU s':>16}{'wall s':>16}{'MB':>14}   ratio of CPU")
    servers = {"ours": (*KINKEEPER, "serve"), "bare": (sys.executable, "-c", BARE)}
    for name, questions in QUESTIONS.items():
        costs: dict[str, list[Cost]] = {"ours": [], "bare": []}
        for number in range(rounds + 1):
            for server, command in servers.items():
                cost = measure(command, env, questions)
                if number:  # the first round warms the file cache
                    costs[server].append(cost)
        row = f"{name:26}"
        for figure in ("cpu", "wall", "megabytes"):
            ours, bare = (median(getattr(c, figure) for c in costs[s]) for s in servers)
            row += f"{ours:8.2f}{bare:8.2f}" if figure != "megabytes" else f"{ours:7.0f}{bare:7.0f}"
        ratios = [a.cpu / b.cpu for a, b in zip(costs["ours"], costs["bare"], strict=True)]
        print(f"{row}   {median(ratios):.2f} (at most {LIMITS['ratio']})")
    tools = measure(servers["ours"], env, QUESTIONS["tools/list (2026-07-28)"]).answer["tools"]
    size = len(json.dumps(tools, ensure_ascii=False, separators=(",", ":")))
    print(
        f"tools/list: {size:,} characters for {len(tools)} tools (at most {LIMITS['characters']:,})"
    )


def first_search(home: Path, rounds: int) -> None:
    """Print what the first search by meaning costs, from the start of the process."""
    settings = load_settings()
    try:
        ready = is_compiled("default", settings.cache / "models")
    except EncoderUnavailable as error:
        print(f"first search by meaning: skipped; {error}")
        return
    if not ready:
        print("first search by meaning: skipped; the model is not compiled: kinkeeper index")
        return
    env = _environment(home, "default")
    subprocess.run([*KINKEEPER, "demo", "--home", home], env=env, check=True, capture_output=True)
    questions = [("initialize", HELLO), ("tools/call", SEARCH)]
    costs = [measure((*KINKEEPER, "serve"), env, questions) for _ in range(rounds + 1)][1:]
    modes = {cost.answer["structuredContent"]["mode"] for cost in costs}
    print(
        f"first search by meaning ({', '.join(modes)}): {median(c.wall for c in costs):.2f} s from"
        f" the start of the process (at most {LIMITS['seconds']}),"
        f" {median(c.cpu for c in costs):.2f} s CPU,"
        f" {median(c.megabytes for c in costs):.0f} MB (at most {LIMITS['megabytes']})"
    )


def _environment(home: Path, model: str) -> dict[str, str]:
    named = {"KINKEEPER_HOME": str(home), "KINKEEPER_MODEL": model}
    return {**os.environ, **named, "KINKEEPER_NOW": "2026-11-20T09:00:00+00:00"}


def main() -> None:
    """Run everything and print a table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    before = load()
    with tempfile.TemporaryDirectory() as folder:
        start_of_both(_environment(Path(folder) / "none", "toy"), rounds)
        first_search(Path(folder) / "home", rounds)
    print(
        f"{before} before, {load()} after, on {os.cpu_count()} cores;"
        f" Python {sys.version.split()[0]}"
    )


if __name__ == "__main__":
    main()
