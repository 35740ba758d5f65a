"""What the assistant's views cost: the same questions through both kinds of connection, one run.

Run: python -m tests.benchmarks.gate [MESSAGES]
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from embeddings.indexer import index_pending
from embeddings.lazy import LazyEncoder
from embeddings.toy import ToyEncoder
from store.importers.records import Account, Message, OwnerAccount, Record
from store.memory import open_reader, open_reader_for_assistant
from store.sharing.access import set_access
from tests.made_exports import BOOK, CHATS, NORA, card, chat_of, contact_named, made_memory, take_in
from tools.brief_me import brief_me
from tools.find_contacts import find_contacts
from tools.memory import Memory
from tools.search_context import search_context
from tools.withholding import Withholding

WORDS: Final = "harbour school boat garden letter winter table window river bread".split()
PEOPLE: Final = 40
ROUNDS: Final = 25
NOW: Final = datetime(2026, 11, 20, 9, tzinfo=UTC)


def _records(messages: int) -> list[list[Record]]:
    people = [
        Account("telegram", f"user{n + 2}", f"Person{n} Berg", saved_by_owner=True)
        for n in range(PEOPLE)
    ]
    book: list[Record] = [BOOK]
    book += [
        card(str(n), f"Person{n} Berg", ("email", f"p{n}@berg.example")) for n in range(PEOPLE)
    ]
    chats: list[Record] = [CHATS, OwnerAccount(NORA)]
    chats += [chat_of(f"chat{n}", person) for n, person in enumerate(people)]
    for number in range(messages):
        at = number % PEOPLE
        text = " ".join(WORDS[(number * step) % len(WORDS)] for step in (1, 3, 7, 9, 11, 13))
        chats.append(
            Message(
                key=str(number),
                conversation_key=f"chat{at}",
                sender=people[at] if number % 3 else NORA,
                sent_at=NOW - timedelta(minutes=7 * (messages - number)),
                text=f"{text} {number}",
            )
        )
    return [book, chats]


async def _milliseconds(ask: Callable[[], Awaitable[object]]) -> float:
    """Of the processor, all threads of this process: others on the machine do not count."""
    began = time.process_time()
    await ask()
    return 1_000 * (time.process_time() - began)


async def _compare(path: Path) -> None:
    owner, assistant = (
        await open_reader(path),
        await open_reader_for_assistant(path, Withholding().functions()),
    )
    encoder = LazyEncoder("toy", path.parent)
    asked: dict[str, Callable[[Memory], Awaitable[object]]] = {
        "brief_me": lambda memory: brief_me(memory, "Person3 Berg"),
        "search_context": lambda memory: search_context(memory, "the boat in the harbour"),
        "search_context of one": lambda memory: search_context(
            memory, "winter bread", person="Person3 Berg"
        ),
        "find_contacts": lambda memory: find_contacts(memory),
    }
    print(f"{'':24}{'owner':>10}{'assistant':>12}{'ratio':>8}")
    for name, ask in asked.items():
        asking = [
            partial(ask, Memory(reader, lambda: NOW, ZoneInfo("UTC"), encoder))
            for reader in (owner, assistant)
        ]
        for one in asking:  # what is prepared once is prepared
            await one()
        # In pairs, so that whatever slows one slows the other.
        pairs = [[await _milliseconds(one) for one in asking] for _ in range(ROUNDS)]
        plain, filtered = (statistics.median(side) for side in zip(*pairs, strict=True))
        print(f"{name:24}{plain:8.1f} ms{filtered:9.1f} ms{filtered / plain:8.2f}")
    await owner.close()
    await assistant.close()


def main() -> None:
    """Make a memory, hide two people, and compare."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    with tempfile.TemporaryDirectory() as folder:
        with made_memory(Path(folder)) as writer:
            for export in _records(messages):
                take_in(writer, export)
            index_pending(writer, ToyEncoder(), lambda _done, _all: None)
            began = time.perf_counter()
            for person in ("Person1 Berg", "Person2 Berg"):
                set_access(writer, contact_named(writer, person), "none")
            print(f"hiding two people: {time.perf_counter() - began:.2f} s")
        asyncio.run(_compare(Path(folder) / "memory.db"))


if __name__ == "__main__":
    main()
