"""How long `due_followups` takes over a made-up memory whose people have cadences and birthdays.

    python -m tests.benchmarks.due_latency FOLDER [MESSAGES] [--people N] [--rounds N]

FOLDER keeps the memory (`made_memory`), which is changed: a third of its people get a cadence, a
fifth a follow-up, and every one a birthday; with --people, so many of them are left. Measured in
this process, through both kinds of connection. “At work” is the time of the processor, which other
programs do not lengthen much.
"""

import argparse
import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Final
from zoneinfo import ZoneInfo

from embeddings.lazy import LazyEncoder
from store.engine.location import MEMORY_FILE_NAME
from store.memory import open_reader, open_reader_for_assistant, open_writer
from tests.benchmarks.machine import load
from tests.benchmarks.made_memory import make_memory
from tools.due_followups import due_followups
from tools.memory import Memory
from tools.withholding import Withholding

# In the midst of the made-up talk.
NOW: Final = datetime(2024, 6, 10, 9, tzinfo=UTC)
WARMING_UP: Final = 3
CADENCES: Final = ("monthly", "quarterly", "yearly")


def give_cadences(path: Path) -> int:
    """Give people cadences, birthdays, follow-ups, each time the same; says how many there are."""
    with open_writer(path) as writer, writer.transaction():
        writer.run("DELETE FROM life_event WHERE ref LIKE 'e_bench%'")
        writer.run("DELETE FROM follow_up WHERE ref LIKE 'f_bench%'")
        writer.run(
            "INSERT INTO provenance(source_id, recorded_at, confirmed_how)"
            " SELECT id, 0, 'imported' FROM source LIMIT 1"
        )
        provenance = writer.value("SELECT max(id) FROM provenance")
        people = writer.all("SELECT id FROM contact WHERE merged_into_id IS NULL AND NOT is_owner")
        for number, row in enumerate(people):
            cadence = CADENCES[number // 3 % len(CADENCES)] if number % 3 == 0 else None
            writer.run("UPDATE contact SET cadence = ? WHERE id = ?", (cadence, row[0]))
            writer.run(
                "INSERT INTO life_event(ref, identity_id, kind, date_on, recurs_yearly,"
                " provenance_id) SELECT ?, min(id), 'birthday', ?, 1, ? FROM identity"
                " WHERE contact_id = ?",
                (
                    f"e_bench{number}",
                    f"19{50 + number % 50}-{1 + number % 12:02d}-{1 + number % 28:02d}",
                    provenance,
                    row[0],
                ),
            )
            if number % 5 == 0:
                writer.run(
                    "INSERT INTO follow_up(ref, identity_id, owed_by, text, due_on, provenance_id)"
                    " SELECT ?, min(id), ?, 'send the photos', ?, ? FROM identity"
                    " WHERE contact_id = ?",
                    (
                        f"f_bench{number}",
                        "owner" if number % 2 else "contact",
                        f"2024-{1 + number % 12:02d}-{1 + number % 28:02d}",
                        provenance,
                        row[0],
                    ),
                )
        return len(people)


def keep_people(path: Path, most: int) -> None:
    """Leave so many contacts, taken evenly from those with much talk and with little."""
    with open_writer(path) as writer, writer.transaction():
        people = writer.all(
            "SELECT id FROM contact WHERE merged_into_id IS NULL AND NOT is_owner ORDER BY id"
        )
        kept = {people[at * len(people) // most][0] for at in range(min(most, len(people)))}
        for (contact,) in people:
            if contact not in kept:
                writer.run("UPDATE identity SET contact_id = NULL WHERE contact_id = ?", (contact,))
                writer.run(
                    "UPDATE contact SET merged_into_id = ? WHERE id = ?", (min(kept), contact)
                )


async def measure(path: Path, rounds: int) -> None:
    """Print the figures of both kinds of connection."""
    for who in ("owner", "assistant"):
        if who == "owner":
            reader = await open_reader(path)
        else:
            reader = await open_reader_for_assistant(path, Withholding().functions())
        memory = Memory(reader, lambda: NOW, ZoneInfo("UTC"), LazyEncoder("toy", path.parent))
        times, spent = [], []
        for _ in range(rounds + WARMING_UP):
            began, busy = time.perf_counter(), time.process_time()
            found = await due_followups(memory)
            times.append((time.perf_counter() - began) * 1_000)
            spent.append((time.process_time() - busy) * 1_000)
        times, spent = times[WARMING_UP:], spent[WARMING_UP:]
        print(
            f"  {who:10} p50 {median(times):6.1f}  p95 {quantiles(times, n=20)[-1]:6.1f} ms,"
            f" of them at work {median(spent):6.1f} ms; {len(found.due)} shown; {found.left_out}"
        )
        await reader.close()


def main() -> None:
    """Make the memory and measure it."""
    parser = argparse.ArgumentParser(description="Measure due_followups.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("messages", type=int, nargs="?", default=100_000)
    parser.add_argument("--people", type=int)
    parser.add_argument("--rounds", type=int, default=30)
    asked = parser.parse_args()
    path = make_memory(asked.folder, asked.messages) / MEMORY_FILE_NAME
    if asked.people:
        keep_people(path, asked.people)
    people = give_cadences(path)
    print(f"{asked.messages:,} messages, {people:,} people; {load()}")
    asyncio.run(measure(path, asked.rounds))


if __name__ == "__main__":
    main()
