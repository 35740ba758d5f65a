"""How many of the ten nearest vectors are found: packed codes against an exact search.

Exact over what is stored (int8), which is what the codes cost; and over the float32 vectors that
the model gave, which adds what int8 costs: most of that are swaps among near ties.

    python -m tests.benchmarks.vector_recall [SIZE ...]

The model reads 3,000 made-up messages and the questions; the vectors are mixed from those as in
`made_memory`. Nothing is stored: the same code that a search runs is given blocks in memory. CPU
is that of the scan alone. 10,000 and 100,000 take half a minute, a million about three.
"""

import argparse
import time
from statistics import fmean, median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.load import prepare_encoder
from embeddings.quantise import to_int8
from server.settings import load_settings
from store.index.vector_blocks import Block, sign_bits
from store.index.vectors import BLOCK_IDS
from store.search.vector_codes import Blocks, Narrowed
from tests.benchmarks.made_memory import mixed
from tests.benchmarks.made_text import MadeText
from tests.benchmarks.search_latency import made_questions

SIZES: Final = (10_000, 100_000)
READ: Final = 3_000
QUESTIONS: Final = 40
NEAREST: Final = 10


def measure(read: NDArray[np.float32], asked: NDArray[np.float32], size: int) -> str:
    """One line: recall of int8 alone, recall of the whole stage, and the cost of the scan."""
    chance = np.random.default_rng(1)
    exact = np.full((len(asked), 0), 0, np.float32)
    exact_ids = np.full((len(asked), 0), 0, np.int64)
    blocks: list[Block] = []
    kept: list[NDArray[np.int8]] = []
    for first in range(0, size, BLOCK_IDS):
        made = mixed(read, min(BLOCK_IDS, size - first), chance)
        ids = np.broadcast_to(np.arange(first, first + len(made)), (len(asked), len(made)))
        exact = np.concatenate((exact, asked @ made.T), axis=1)
        exact_ids = np.concatenate((exact_ids, ids), axis=1)
        best = np.argsort(-exact, axis=1)[:, :NEAREST]
        exact = np.take_along_axis(exact, best, axis=1)
        exact_ids = np.take_along_axis(exact_ids, best, axis=1)
        vectors = np.frombuffer(b"".join(to_int8(made)), np.int8).reshape(made.shape)
        kept.append(vectors)
        nothing = np.zeros(len(made), np.uint8)
        slots = np.arange(len(made), dtype=np.uint16)
        times = np.zeros(len(made), np.int64)
        blocks.append(
            Block(len(blocks), slots, nothing, nothing, nothing, times, sign_bits(vectors))
        )
    stored = np.concatenate(kept)
    searched = Blocks(blocks)
    of_stored, of_float32, int8_alone, measured, cpu = [], [], [], [], []
    for question, wanted in zip(asked, exact_ids, strict=True):
        code = to_int8(question[np.newaxis])[0]
        began = time.thread_time()
        near = searched.nearest(code, Narrowed()).ids
        cpu.append((time.thread_time() - began) * 1_000)
        measured.append(len(near))
        asked_code = np.frombuffer(code, np.int8).astype(np.float32)
        found = _best(np.array(near), stored[near], asked_code)
        exactly = _best(np.arange(size), stored, asked_code)
        of_stored.append(len(found & exactly) / NEAREST)
        of_float32.append(len(found & set(wanted.tolist())) / NEAREST)
        int8_alone.append(len(exactly & set(wanted.tolist())) / NEAREST)
    return (
        f"{size:>9,}  recall@10: {fmean(of_stored):6.1%} of an exact search over int8,"
        f" {fmean(of_float32):6.1%} over float32 (exact int8: {fmean(int8_alone):6.1%});"
        f" {median(measured):,.0f} measured, scan {median(cpu):.1f} ms CPU"
    )


def _best(
    ids: NDArray[np.int64], vectors: NDArray[np.int8], asked: NDArray[np.float32]
) -> set[int]:
    """The ten nearest of these."""
    scores = np.empty(len(ids), np.float32)
    for first in range(0, len(ids), 1 << 16):
        part = vectors[first : first + (1 << 16)].astype(np.float32)
        scores[first : first + len(part)] = (part @ asked) / np.linalg.norm(part, axis=1)
    return set(ids[np.argpartition(-scores, NEAREST)[:NEAREST]].tolist())


def main() -> None:
    """Encode once and print a line for each size."""
    parser = argparse.ArgumentParser(description="Measure the recall of searching by meaning.")
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    settings = load_settings()
    encoder = prepare_encoder(settings.model, settings.cache / "models", lambda *_: None)
    text = MadeText(7)
    read = encoder.encode([text.message() for _ in range(READ)])
    asked = encoder.encode(list(made_questions(QUESTIONS, ["Ada", "Jonas", "Noor", "Wanda"])))
    for size in parser.parse_args().sizes:
        print(measure(read, asked, size), flush=True)


if __name__ == "__main__":
    main()
