"""How often a search finds the turns that answer: recall@10, hit@10, MRR, and of multi-hop.

    python -m tests.benchmarks.search_quality DATASET [HOME]

DATASET: a file in the format of LoCoMo, or `tests/data/bursty_chats`. HOME: keeps the memory for
the next run. Every chat becomes a Telegram group that the owner can read; it is imported by the
command, indexed, and asked through a running server over stdio. `filtered` asks with the person,
so that each chat is a memory of its own; `pooled` asks over all. A hit counts only when its text
is that of a turn that holds the answer. Per chat, so that each stands for one that was held back.
"""

import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from store.engine.driver import connect
from store.memory import open_writer
from store.sharing.choices import choose
from tests.benchmarks.rendered_chats import MULTI_HOP, Question, Rendered, read_dataset
from tests.running import COMMAND, NOW
from tests.wire import Wire, serving

_OWNER = ("--name", "Nora Lind", "--email", "nora@lind.example", "--timezone", "UTC")
AT_ONCE = 10
# What is measured is the search, not what the owner withholds from assistants.
_OPEN = (("sensitive", "share"), ("unknown_senders", "share"), ("disclosure_budget", "none"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question found: the share of its turns, and the rank of the first (0: none)."""

    question: Question
    recall: float
    first: int


def main() -> None:
    """Render, import, index, ask, and print the figures."""
    rendered = read_dataset(Path(sys.argv[1]))
    with ExitStack() as stack:
        home = (
            Path(sys.argv[2])
            if len(sys.argv) > 2
            else Path(stack.enter_context(tempfile.TemporaryDirectory())) / "home"
        )
        env = environment(home)
        if not home.exists():
            make_memory(rendered, home, env)
        refs = people(home, rendered)
        with serving(env, home.with_name(f"{home.name}.log")) as wire:
            wire.greet()
            for name in ("filtered", "pooled"):
                outcomes = [
                    ask(wire, asked, refs[asked.chat] if name == "filtered" else None)
                    for asked in rendered.questions
                ]
                print(f"{name:8}  {figures(outcomes)}")
                by_chat: dict[int, list[Outcome]] = defaultdict(list)
                for outcome in outcomes:
                    by_chat[outcome.question.chat].append(outcome)
                for chat, of_chat in sorted(by_chat.items()):
                    print(f"  {rendered.chats[chat]['name']:24} {figures(of_chat)}")


def environment(home: Path) -> dict[str, str]:
    """For the command and the server: where the memory is, and the day that questions are asked."""
    return dict(os.environ) | {"KINKEEPER_HOME": str(home), "KINKEEPER_NOW": NOW}


def make_memory(rendered: Rendered, home: Path, env: dict[str, str]) -> None:
    """Import the conversations by the command and read them by meaning."""
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "result.json"
        export.write_text(rendered.export(), "utf-8")
        for arguments in (("init", *_OWNER), ("import", export), ("index",)):
            # Without a time limit: reading thousands of messages by meaning takes minutes.
            subprocess.run([*COMMAND, *map(str, arguments)], env=env, check=True)
    with open_writer(home / "memory.db") as writer:
        for name, value in _OPEN:
            choose(writer, name, value)


def people(home: Path, rendered: Rendered) -> list[str]:
    """The contact's public id for one account of each chat."""
    connection = connect(f"file:{home / 'memory.db'}?mode=ro")
    rows = connection.execute(
        "SELECT identity.key, contact.ref FROM identity JOIN contact"
        " ON contact.id = identity.contact_id WHERE identity.kind = 'telegram'"
    ).fetchall()
    connection.close()
    refs = {row[0]: row[1] for row in rows}
    return [refs[account] for account in rendered.person]


def ask(wire: Wire, asked: Question, person: str | None) -> Outcome:
    narrowed: dict[str, Any] = {"person": person} if person else {}
    answer = wire.call("search_context", query=asked.text, limit=AT_ONCE, **narrowed)
    content = answer.get("structuredContent")
    assert content is not None, answer
    assert content["mode"] == "hybrid", content
    texts = [hit["text"] for hit in content["hits"]]
    found = asked.evidence & set(texts)
    first = next((rank for rank, text in enumerate(texts, 1) if text in asked.evidence), 0)
    return Outcome(asked, len(found) / len(asked.evidence), first)


def figures(outcomes: Iterable[Outcome]) -> str:
    every = list(outcomes)
    several = [outcome.recall for outcome in every if outcome.question.category == MULTI_HOP]
    return (
        f"{len(every):>5} questions  R@10 {fmean(o.recall for o in every):6.1%}"
        f"  hit@10 {fmean(o.first > 0 for o in every):6.1%}"
        f"  MRR {fmean(1 / o.first if o.first else 0 for o in every):6.1%}"
        f"  multi-hop R@10 {fmean(several) if several else 0:6.1%}"
    )


if __name__ == "__main__":
    main()
