"""How long `search_context` of a running server takes, over made-up memories of several sizes.

    python -m tests.benchmarks.search_latency FOLDER [SIZE ...] [--json FILE] [--rounds N]

A real server over stdio, asked as a client asks: the query is encoded by the model, the answer is
cleaned, written into the disclosure log and sent back. FOLDER keeps the memories (`made_memory`)
for the next run. CPU is that of the server's process: on a busy machine the fairer figure.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

from server.settings import load_settings
from store.engine.location import MEMORY_FILE_NAME
from store.memory import open_writer
from tests.benchmarks.machine import load
from tests.benchmarks.made_memory import make_memory
from tests.benchmarks.made_text import MadeText
from tests.wire import Wire, serving

SIZES: Final = (10_000, 100_000)
ROUNDS: Final = 30
WORST: Final = (
    "the and that with have this they would about there when will know what from",
    "work home week time people good really think going back dinner party project meeting",
    "a " * 500,
    " ".join(f"word{n}" for n in range(400))[:1_000],
    "Did you hear about the dinner? The doctor said it should pass, happy birthday! How did the"
    " meeting go? Can you send me the photos from the party, the school play, the garden",
    "\"unbalanced -w1 w* NEAR(a b) text : x O'Brien c++",
    "東京で会いましょう",
)
_SHAPES: Final = (
    "What did {who} say about the {thing}?",
    "Who is moving to {rare}?",
    "When is the {thing} with {who}?",
    "who told me about {rare}",
    "Which place near {rare} had the good {thing}?",
    "Did anybody break an arm?",
    "{rare} {thing}",
    "Whose interview went well, and what was the job?",
    "What did I promise to bring to the {thing}?",
    "{who} {rare}",
)
_THINGS: Final = "wedding bakery surgery piano hike school garden flight job football".split()


@dataclass(frozen=True, slots=True)
class Figures:
    """p50, p95, worst: wall milliseconds. cpu: milliseconds of the server's CPU a call, on
    average, or None where the system does not tell."""

    messages: int
    kind: str
    p50: float
    p95: float
    worst: float
    cpu: float | None
    mode: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the memory. share: of the messages that stand in their direct chat."""

    name: str
    share: float


def measure(home: Path, messages: int, rounds: int) -> tuple[list[Figures], float | None]:
    """The figures of one memory, and the most memory that the server held, in megabytes."""
    people = _people(home / MEMORY_FILE_NAME)
    questions = list(made_questions(rounds, [one.name.split()[0] for one in people]))
    kinds: dict[str, list[dict[str, Any]]] = {
        "no filter": [{"query": query} for query in questions],
        "person with the most talk": [{"query": q, "person": people[0].name} for q in questions],
        "any person": [
            {"query": query, "person": people[(3 * at + 5) % len(people)].name}
            for at, query in enumerate(questions)
        ],
        "a year": [{"query": q, "since": "2021", "until": "2021"} for q in questions],
        "person and year": [
            {"query": query, "person": people[at % 10].name, "since": "2021"}
            for at, query in enumerate(questions)
        ],
        "worst queries": [{"query": query} for query in WORST],
    }
    found = []
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(_environment(home), Path(folder) / "errors.txt") as wire,
    ):
        wire.greet()
        first = _timed(wire, kinds["no filter"][0])
        print(f"{messages:>9,}  first search: {first:.0f} ms")
        for query in kinds["no filter"]:  # pages of the file come into the system's cache
            _timed(wire, query)
        for kind, calls in kinds.items():
            found.append(_figures(wire, messages, kind, calls))
            print(_line(found[-1]))
        memory = _most_memory(wire)
    return found, memory


def _figures(wire: Wire, messages: int, kind: str, calls: list[dict[str, Any]]) -> Figures:
    before = _cpu(wire)
    walls = [_timed(wire, call) for call in calls]
    after = _cpu(wire)
    mode = wire.call("search_context", **calls[0])["structuredContent"]["mode"]
    return Figures(
        messages,
        kind,
        round(median(walls), 1),
        round(quantiles(walls, n=20, method="inclusive")[-1], 1),
        round(max(walls), 1),
        None if before is None or after is None else round((after - before) / len(calls), 1),
        mode,
    )


def _timed(wire: Wire, arguments: dict[str, Any]) -> float:
    began = time.perf_counter()
    answer = wire.call("search_context", **arguments)
    took = (time.perf_counter() - began) * 1_000
    assert not answer.get("isError"), answer
    return took


def _people(path: Path) -> list[Person]:
    with open_writer(path) as writer:
        total = int(writer.value("SELECT count(*) FROM message"))
        rows = writer.all(
            "SELECT conversation.title, count(*) AS messages FROM message"
            " JOIN conversation ON conversation.id = conversation_id"
            " WHERE conversation.kind = 'direct' GROUP BY conversation.id ORDER BY messages DESC"
        )
    return [Person(row["title"], row["messages"] / total) for row in rows]


def made_questions(count: int, names: Sequence[str]) -> Iterator[str]:
    """Questions as people ask them, in the words of the made-up memory."""
    text = MadeText(7)  # the words of the memory
    chance = random.Random(11)  # noqa: S311 made-up questions are no secret
    for at in range(count):
        yield _SHAPES[at % len(_SHAPES)].format(
            who=chance.choice(names),
            thing=chance.choice(_THINGS),
            rare=text.rare_word(),
        )


def _environment(home: Path) -> dict[str, str]:
    settings = load_settings()
    known: Mapping[str, str] = {
        "KINKEEPER_HOME": str(home),
        "KINKEEPER_CACHE": str(settings.cache),
        "KINKEEPER_MODEL": settings.model,
    }
    return {**os.environ, **known}


def _cpu(wire: Wire) -> float | None:
    """Milliseconds of CPU that the server has used, where the system tells (Linux)."""
    stat = Path(f"/proc/{wire.process.pid}/stat")
    if sys.platform == "win32" or not stat.exists():
        return None
    fields = stat.read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1_000 / float(os.sysconf("SC_CLK_TCK"))


def _most_memory(wire: Wire) -> float | None:
    status = Path(f"/proc/{wire.process.pid}/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _line(figures: Figures) -> str:
    cpu = "" if figures.cpu is None else f"  cpu {figures.cpu:6.1f}"
    return (
        f"{figures.messages:>9,}  {figures.kind:26}p50 {figures.p50:7.1f}  p95 {figures.p95:7.1f}"
        f"  worst {figures.worst:7.1f}{cpu}  ms ({figures.mode})"
    )


def main() -> None:
    """Measure every size and print a table."""
    parser = argparse.ArgumentParser(description="Measure search_context over stdio.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--json", type=Path, help="write the figures there, for latency_plot")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    found: list[Figures] = []
    for size in asked.sizes:
        home = make_memory(asked.folder, size)
        figures, memory = measure(home, size, asked.rounds)
        found += figures
        disk = (home / MEMORY_FILE_NAME).stat().st_size
        held = "" if memory is None else f", server at most {memory:.0f} MB"
        print(f"{size:>9,}  {disk / 1e6:,.0f} MB = {disk / size:,.0f} bytes a message{held}")
    print(f"{load()} on {os.cpu_count()} cores; Python {sys.version.split()[0]}")
    if asked.json:
        asked.json.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n")


if __name__ == "__main__":
    main()
