"""What the weights of a search owe to the conversations that they were chosen on.

    python -m tests.benchmarks.held_out DATASET [DATASET ...] [--keep FOLDER]

DATASET: as for `search_quality`. For each conversation three weights are chosen anew, out of 27
combinations, on the questions about all the others, of every data set; what they find in the one
that was held out stands beside what the weights of `tools/ranking/weights.py` find. In process,
because every question is scored 27 times; the candidates are found once.
"""

import argparse
import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from statistics import fmean
from typing import Final
from zoneinfo import ZoneInfo

from embeddings.lazy import LazyEncoder
from server.settings import load_settings
from store.engine.location import MEMORY_FILE_NAME
from store.memory import open_reader
from store.search.search_words import Filter
from tests.benchmarks.rendered_chats import Question, Rendered, read_dataset
from tests.benchmarks.search_quality import AT_ONCE, environment, make_memory, people
from tests.running import NOW
from tools.memory import Memory
from tools.people import find_person
from tools.ranking import rank, score
from tools.ranking.candidates import Candidates, choose_candidates, find_hits

TRIED: Final = {
    "BESIDE_A_HIT": (0.2, 0.25, 0.3),
    "ASKS": (-0.03, -0.05, -0.08),
    "LENGTH": (0.04, 0.07, 0.1),
}
_Weights = tuple[float, ...]
_CHOSEN: Final[_Weights] = tuple(getattr(score, name) for name in TRIED)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its candidates and what late interaction gives them.

    chat: name of the conversation. texts: by row id.
    """

    question: Question
    chat: str
    candidates: Candidates
    late: dict[int, float]
    texts: dict[int, str]


async def _asked(memory: Memory, home: Path, rendered: Rendered, *, filtered: bool) -> list[Asked]:
    refs = people(home, rendered)
    rows = await memory.reader.all("SELECT id, text FROM message")
    texts = {row["id"]: row["text"] for row in rows}
    found = []
    for question in rendered.questions:
        person = await find_person(memory, refs[question.chat]) if filtered else None
        condition = Filter(person=person.id if person else None)
        hits = await find_hits(memory, question.text, condition)
        candidates = await choose_candidates(memory.reader, hits, condition)
        late = rank.compared(question.text, candidates)
        chat = rendered.chats[question.chat]["name"]
        found.append(Asked(question, chat, candidates, late, texts))
    return found


def _recall(memory: Memory, asked: Asked) -> float:
    scores = rank.score_candidates(memory, asked.question.text, asked.candidates, asked.late)
    best = sorted(scores, key=lambda one: (-scores[one], one))[:AT_ONCE]
    evidence = asked.question.evidence
    return len(evidence & {asked.texts[one] for one in best}) / len(evidence)


def _recalls(memory: Memory, asked: Sequence[Asked]) -> dict[_Weights, dict[str, list[float]]]:
    """Recall at ten of each question about a chat, for each combination of weights."""
    found: dict[_Weights, dict[str, list[float]]] = {}
    for weights in (_CHOSEN, *product(*TRIED.values())):
        for name, weight in zip(TRIED, weights, strict=True):
            setattr(score, name, weight)
        of_chat = found[weights] = defaultdict(list)
        for each in asked:
            of_chat[each.chat].append(_recall(memory, each))
    return found


async def _of_dataset(
    path: Path, keep: Path, *, filtered: bool
) -> dict[_Weights, dict[str, list[float]]]:
    rendered, home = read_dataset(path), keep / path.stem
    if not home.exists():
        make_memory(rendered, home, environment(home))
    reader = await open_reader(home / MEMORY_FILE_NAME)
    try:
        settings = load_settings()
        encoder = LazyEncoder(settings.model, settings.cache / "models")
        memory = Memory(reader, lambda: datetime.fromisoformat(NOW), ZoneInfo("UTC"), encoder)
        return _recalls(memory, await _asked(memory, home, rendered, filtered=filtered))
    finally:
        await reader.close()


def main() -> None:
    """Choose and report, filtered and pooled."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("datasets", type=Path, nargs="+")
    parser.add_argument("--keep", type=Path, help="keeps the memories for the next run")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        keep = arguments.keep or Path(folder)
        for name in ("filtered", "pooled"):
            found: dict[_Weights, dict[str, list[float]]] = defaultdict(dict)
            for path in arguments.datasets:
                of_dataset = asyncio.run(_of_dataset(path, keep, filtered=name == "filtered"))
                for weights, chats in of_dataset.items():
                    found[weights] |= chats
            _report(name, found)


def _report(name: str, found: dict[_Weights, dict[str, list[float]]]) -> None:
    chosen, anew = [], []
    for chat, recalls in found[_CHOSEN].items():
        others = {
            weights: fmean(fmean(of) for other, of in chats.items() if other != chat)
            for weights, chats in found.items()
        }
        best = max(others, key=lambda weights: others[weights])
        chosen.append(fmean(recalls))
        anew.append(fmean(found[best][chat]))
        print(
            f"{name:8}  {chat:26} R@10 {chosen[-1]:6.1%}, chosen on the others: {anew[-1]:6.1%}"
            f"  ({', '.join(f'{weight:g}' for weight in best)})"
        )
    print(f"{name:8}  mean of {len(chosen)}: {fmean(chosen):6.1%}, held out: {fmean(anew):6.1%}")


if __name__ == "__main__":
    main()
