"""How fast messages come in: import with words searchable, then indexing by meaning.

    python -m tests.benchmarks.index_speed [MESSAGES]

In a new memory that is thrown away. Figures a CPU second hold on a busy machine too; `index` runs
as many encoder threads as there are cores, four at most. 2,000 messages take about 20 seconds.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from embeddings.indexer import index_pending
from embeddings.load import prepare_encoder
from server.settings import load_settings
from tests.benchmarks.machine import load
from tests.benchmarks.made_memory import records
from tests.benchmarks.made_text import MadeText
from tests.made_exports import made_memory, take_in


def _rate(title: str, count: int, work: Callable[[], object]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{title:34}{count / wall:8,.0f} a second, {count / cpu:8,.0f} a CPU second")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure import and indexing.")
    parser.add_argument("messages", type=int, nargs="?", default=2_000)
    count = parser.parse_args().messages
    settings = load_settings()
    encoder = prepare_encoder(settings.model, settings.cache / "models", lambda *_: None)
    text = MadeText(3)
    texts = [text.message() for _ in range(count)]
    words = sum(len(one.split()) for one in texts) / count
    encoder.encode(texts[:50])
    print(f"{count:,} messages of {words:.0f} words on average")
    _rate("encode", count, lambda: encoder.encode(texts))
    short = [one for one in texts if len(one.split()) <= 12]
    _rate("encode, those up to 12 words", len(short), lambda: encoder.encode(short))
    with tempfile.TemporaryDirectory() as folder, made_memory(Path(folder)) as writer:
        _rate("import, words searchable", count, lambda: take_in(writer, records(count)))
        _rate("index", count, lambda: index_pending(writer, encoder, lambda *_: None))
    print(f"{load()} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
