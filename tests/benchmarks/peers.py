"""Side by side on the same questions: Kinkeeper, plain searches, and other memories over MCP.

    python -m tests.benchmarks.peers DATASET [--orbit BIN] [--hive BIN] [--server-memory BIN]

DATASET: as for `search_quality`. Everybody gets the same messages and is asked over all of them;
a hit is a text that holds the answer. Other servers are installed apart (docs/benchmarks.md says
how), are fed through their own tools over stdio, and run in a home of their own; one that is not
given is left out. The plain searches run here: FTS5 with porter and BM25, the vectors of the same
model as Kinkeeper's, and both joined by rank (reciprocal rank fusion, k = 60, equal weights).
"""

import argparse
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from embeddings.load import prepare_encoder
from server.settings import load_settings
from store.engine.driver import connect
from tests.benchmarks.rendered_chats import Question, Rendered, read_dataset
from tests.benchmarks.search_quality import AT_ONCE, Outcome, figures, make_memory
from tests.running import NOW
from tests.wire import Wire, serving

_RRF_K: Final = 60
_DEEP: Final = 100  # so many of each list are joined by rank

Search = Callable[[str], list[str]]
"""From a question to the texts found, best first."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the data set. when: UTC, ISO."""

    speaker: str
    when: str
    text: str


def turns_of(rendered: Rendered) -> list[Turn]:
    """Every message of every chat."""
    return [
        Turn(message["from"], f"{message['date']}+00:00", message["text"])
        for chat in rendered.chats
        for message in chat["messages"]
        if message["text"]
    ]


def plain_searches(turns: list[Turn]) -> dict[str, Search]:
    """BM25, vectors, and both joined by rank."""
    words = connect("file::memory:")
    words.execute("CREATE VIRTUAL TABLE turn USING fts5(text, tokenize='porter unicode61')")
    texts = [f"{turn.speaker}: {turn.text}" for turn in turns]
    words.executemany("INSERT INTO turn(rowid, text) VALUES (?, ?)", list(enumerate(texts, 1)))
    settings = load_settings()
    encoder = prepare_encoder(settings.model, settings.cache / "models", lambda *_: None)
    vectors = encoder.encode(texts)

    def by_words(question: str) -> list[int]:
        match = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        rows = words.execute(
            "SELECT rowid - 1 FROM turn WHERE turn MATCH ? ORDER BY rank LIMIT ?", (match, _DEEP)
        )
        return [int(row[0]) for row in rows]

    def by_meaning(question: str) -> list[int]:
        near: list[int] = (-(vectors @ encoder.encode([question])[0])).argsort()[:_DEEP].tolist()
        return near

    def by_rank(question: str) -> list[int]:
        scores: dict[int, float] = {}
        for found in (by_words(question), by_meaning(question)):
            for rank, turn in enumerate(found, 1):
                scores[turn] = scores.get(turn, 0) + 1 / (_RRF_K + rank)
        return sorted(scores, key=lambda turn: -scores[turn])

    def texts_by(search: Callable[[str], list[int]]) -> Search:
        return lambda question: [turns[at].text for at in search(question)]

    return {
        "FTS5, BM25": texts_by(by_words),
        "vectors of the same model": texts_by(by_meaning),
        "both, joined by rank": texts_by(by_rank),
    }


@contextmanager
def kinkeeper(rendered: Rendered, folder: Path) -> Iterator[Search]:
    """Ours, over stdio."""
    home = folder / "home"
    env = {**os.environ, "KINKEEPER_HOME": str(home), "KINKEEPER_NOW": NOW}
    make_memory(rendered, home, env)
    with serving(env, folder / "kinkeeper.log") as wire:
        wire.greet()

        def search(question: str) -> list[str]:
            answer = wire.call("search_context", query=question, limit=AT_ONCE)
            return [hit["text"] for hit in answer["structuredContent"]["hits"]]

        yield search


@contextmanager
def orbit(binary: str, turns: list[Turn], folder: Path) -> Iterator[Search]:
    """orbit-crm: each message an interaction with its text as the summary."""
    vault = folder / "vault"
    env = {**os.environ, "HOME": str(folder)}
    subprocess.run([binary, "init", str(vault)], env=env, check=True, capture_output=True)
    with _asked((binary, "serve", "--stdio", str(vault)), env, folder) as wire:
        texts = {}
        for number, turn in enumerate(turns):
            logged = _json(
                wire.call(
                    "log_interaction",
                    kind="message",
                    date=turn.when,
                    subject=f"message {number}",
                    sender=turn.speaker,
                    summary=f"{turn.speaker}: {turn.text}",
                )
            )
            texts[logged[0]["id"]] = turn.text

        def search(question: str) -> list[str]:
            found = _json(wire.call("search_entities", query=question, limit=AT_ONCE))
            return [texts[one["id"]] for one in found if one.get("id") in texts]

        yield search


@contextmanager
def hive(binary: str, turns: list[Turn], folder: Path) -> Iterator[Search]:
    """memory-hive-mcp: each message proposed, and approved by its command line."""
    env = {**os.environ, "HOME": str(folder)}
    texts = {f"{turn.speaker}: {turn.text}": turn.text for turn in turns}
    with _asked((binary,), env, folder) as wire:
        for number, content in enumerate(texts):
            wire.call("propose", content=content, client_id=str(number))
    approve = [f"{binary}-cli", "approve", "--all"]
    subprocess.run(approve, env=env, check=True, capture_output=True)
    with _asked((binary,), env, folder) as wire:

        def search(question: str) -> list[str]:
            [answer] = _json(wire.call("recall", query=question, limit=AT_ONCE, compact=False))
            return [texts.get(found["content"], "") for found in answer["results"]]

        yield search


@contextmanager
def server_memory(
    binary: str, turns: list[Turn], folder: Path, rarest: Callable[[str], str]
) -> Iterator[Search]:
    """@modelcontextprotocol/server-memory: each message an entity with one observation.

    It looks for the query as it stands within the texts, which no question ever is: it is asked
    with the question's rarest word, as an assistant would learn to.
    """
    env = {**os.environ, "MEMORY_FILE_PATH": str(folder / "memory.jsonl")}
    with _asked((binary,), env, folder) as wire:
        texts = {f"message {number}": turn for number, turn in enumerate(turns)}
        wire.call(
            "create_entities",
            entities=[
                {
                    "name": name,
                    "entityType": "message",
                    "observations": [f"{turn.speaker}: {turn.text}"],
                }
                for name, turn in texts.items()
            ],
        )

        def search(question: str) -> list[str]:
            [answer] = _json(wire.call("search_nodes", query=rarest(question)))
            return [texts[found["name"]].text for found in answer["entities"]]

        yield search


def rarest_word(turns: list[Turn]) -> Callable[[str], str]:
    """From a question to that of its words which the fewest messages hold, but one at least."""
    texts = [turn.text.casefold() for turn in turns]

    def rarest(question: str) -> str:
        counts = {
            word: sum(word in text for text in texts)
            for word in re.findall(r"\w{3,}", question.casefold())
        }
        held = [word for word, count in counts.items() if count]
        return min(held, key=lambda word: counts[word], default=question)

    return rarest


@contextmanager
def _asked(command: tuple[str, ...], env: dict[str, str], folder: Path) -> Iterator[Wire]:
    with serving(env, folder / "peer.log", command=command) as wire:
        wire.greet()
        yield wire


def _json(answer: dict[str, Any]) -> list[Any]:
    return [json.loads(part["text"]) for part in answer["content"]]


def measure(name: str, questions: Sequence[Question], search: Search) -> None:
    """Ask every question and print one line."""
    outcomes: list[Outcome] = []
    took: list[float] = []
    for asked in questions:
        began = time.perf_counter()
        texts = search(asked.text)[:AT_ONCE]
        took.append((time.perf_counter() - began) * 1_000)
        found = asked.evidence & set(texts)
        first = next((rank for rank, text in enumerate(texts, 1) if text in asked.evidence), 0)
        outcomes.append(Outcome(asked, len(found) / len(asked.evidence), first))
    print(f"{name:28}{figures(outcomes)}  p50 {median(took):6.1f} ms", flush=True)


def main() -> None:
    """Feed everybody, ask everybody, print a table."""
    parser = argparse.ArgumentParser(description="Compare searches on the same questions.")
    parser.add_argument("dataset", type=Path)
    for peer in ("--orbit", "--hive", "--server-memory"):
        parser.add_argument(peer, help="the server's executable")
    asked = parser.parse_args()
    rendered = read_dataset(asked.dataset)
    turns = turns_of(rendered)
    print(f"{len(turns):,} messages, {len(rendered.questions):,} questions over all of them")
    for name, search in plain_searches(turns).items():
        measure(name, rendered.questions, search)
    with tempfile.TemporaryDirectory() as scratch:
        others = {
            "orbit-crm": asked.orbit and orbit(asked.orbit, turns, _made(scratch, "orbit")),
            "memory-hive-mcp": asked.hive and hive(asked.hive, turns, _made(scratch, "hive")),
            "server-memory, rarest word": asked.server_memory
            and server_memory(
                asked.server_memory, turns, _made(scratch, "memory"), rarest_word(turns)
            ),
            "Kinkeeper": kinkeeper(rendered, _made(scratch, "kinkeeper")),
        }
        for name, opened in others.items():
            if not opened:
                print(f"{name:28}left out: not given")
                continue
            with opened as search:
                measure(name, rendered.questions, search)


def _made(scratch: str, name: str) -> Path:
    folder = Path(scratch) / name
    folder.mkdir(mode=0o700)
    return folder


if __name__ == "__main__":
    main()
