"""How long `review_relationships` takes over a made-up memory whose people have cadences.

    python -m tests.benchmarks.review_latency MEMORY [--rounds N]

MEMORY is a file that `made_memory` made. It is copied first, because cadences, closeness, birthdays
and notes are added to it. Measured in this process, through both kinds of connection.
"""

import argparse
import asyncio
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

from embeddings.lazy import LazyEncoder
from store.memory import open_reader, open_reader_for_assistant, open_writer
from tests.benchmarks.due_latency import NOW, give_cadences
from tests.benchmarks.machine import load
from tools.briefing.budget import tokens
from tools.memory import Memory
from tools.review_relationships import review_relationships
from tools.reviewing.overview import PERIOD_DAYS, Period
from tools.withholding import Withholding


def fill(path: Path) -> int:
    """Cadences and birthdays, a closeness for one in ten, an old note for each of them."""
    people = give_cadences(path)
    with open_writer(path) as writer, writer.transaction():
        near = "merged_into_id IS NULL AND NOT is_owner AND id % 10 = 0"
        writer.run(f"UPDATE contact SET closeness = 'close' WHERE {near}")
        writer.run("DELETE FROM note WHERE ref LIKE 'n_bench%'")
        writer.run(
            "INSERT INTO note(ref, identity_id, text, about_on, provenance_id)"
            " SELECT 'n_bench' || contact_id, min(id), ?, '2022-06-01',"
            " (SELECT max(id) FROM provenance) FROM identity"
            f" WHERE contact_id IN (SELECT id FROM contact WHERE {near}) GROUP BY contact_id",
            ("Is currently looking for another flat",),
        )
    return people


async def measure(path: Path, period: Period, rounds: int) -> None:
    """Print the figures of both kinds of connection."""
    for who in ("owner", "assistant"):
        if who == "owner":
            reader = await open_reader(path)
        else:
            reader = await open_reader_for_assistant(path, Withholding().functions())
        memory = Memory(reader, lambda: NOW, ZoneInfo("UTC"), LazyEncoder("toy", path.parent))
        times = []
        for _ in range(rounds + 1):
            began = time.perf_counter()
            found = await review_relationships(memory, period, for_owner=who == "owner")
            times.append((time.perf_counter() - began) * 1_000)
        first, *times = times
        size = tokens(found.model_dump_json())
        lines = sum(map(len, found.sections.values()))
        print(
            f"  {period:5} {who:10} p50 {median(times):6.1f}  p95 {quantiles(times, n=20)[-1]:6.1f}"
            f"  first {first:6.1f} ms; {lines} lines, {size:,} tokens"
        )
        await reader.close()


def main() -> None:
    """Copy the memory, fill the copy, and measure it."""
    parser = argparse.ArgumentParser(description="Measure review_relationships.")
    parser.add_argument("memory", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(asked.memory, folder))
        people = fill(path)
        print(f"{people:,} people; {load()}")
        for period in PERIOD_DAYS:
            asyncio.run(measure(path, period, asked.rounds))


if __name__ == "__main__":
    main()
