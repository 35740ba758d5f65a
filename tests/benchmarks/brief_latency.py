"""How long `brief_me` takes an assistant, over a made-up memory of any size.

    python -m tests.benchmarks.brief_latency FOLDER [MESSAGES]

Asked in this process on an assistant's connection, so that withholding is part of it; cleaning,
the disclosure log and the wire are not. FOLDER keeps the memory (`made_memory`) for the next run.
People with the most talk and people with little are measured apart. CPU is that of the whole
process: on a busy machine the fairer figure.
"""

import argparse
import asyncio
import time
from pathlib import Path
from statistics import quantiles
from typing import Final
from zoneinfo import ZoneInfo

from server.cli.session import lazy_encoder
from store.memory import open_reader, open_reader_for_assistant
from store.sharing.choices import read_choices
from tests.benchmarks.made_memory import make_memory
from tests.running import fixed_settings
from tools.brief_me import brief_me
from tools.memory import Memory
from tools.withholding import Withholding

MESSAGES: Final = 1_000_000
PEOPLE: Final = 40
_BY_TALK: Final = """
SELECT contact.ref FROM contact JOIN identity ON identity.contact_id = contact.id
JOIN participant ON participant.identity_id = identity.id
JOIN conversation ON conversation.id = participant.conversation_id AND conversation.kind = 'direct'
WHERE NOT contact.is_owner
ORDER BY (SELECT count(*) FROM message WHERE message.conversation_id = conversation.id) DESC
"""


async def _measure(home: Path) -> None:
    withholding = Withholding()
    reader = await open_reader_for_assistant(home / "memory.db", withholding.functions())
    settings = fixed_settings(home, home)
    memory = Memory(reader, settings.clock, ZoneInfo("Europe/Lisbon"), lazy_encoder(settings))
    withholding.follow(await read_choices(reader), frozenset())
    owner = await open_reader(home / "memory.db")
    people = [row[0] for row in await owner.all(_BY_TALK)]
    await owner.close()
    kinds = {
        "most talk": people[:PEOPLE],
        "anybody": people[PEOPLE :: max(1, len(people) // PEOPLE)][:PEOPLE],
    }
    for kind, refs in kinds.items():
        for again in ("first", "again"):
            walls, cpus = [], []
            for ref in refs:
                wall, cpu = time.perf_counter(), time.process_time()
                await brief_me(memory, ref)
                walls.append((time.perf_counter() - wall) * 1_000)
                cpus.append((time.process_time() - cpu) * 1_000)
            cut = quantiles(walls, n=20)
            print(
                f"{kind}, {again}: p50 {cut[9]:.0f} ms, p95 {cut[18]:.0f} ms;"
                f" CPU p50 {quantiles(cpus, n=20)[9]:.0f} ms"
            )
    await reader.close()


def main() -> None:
    """Make the memory if it is not there, measure, and print the figures."""
    parser = argparse.ArgumentParser(description="Measure how long brief_me takes.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("messages", type=int, nargs="?", default=MESSAGES)
    asked = parser.parse_args()
    asyncio.run(_measure(make_memory(asked.folder, asked.messages)))


if __name__ == "__main__":
    main()
