"""How much of what a friend would want to know is told and found, over the demo's memory.

    python -m tests.benchmarks.demo_quality

Facts and questions were written by hand beside the demo: `tests/data/demo/questions.json`. With
the real model when it is prepared (`kinkeeper index`), else by words only.
"""

import asyncio
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

from server.cli.session import lazy_encoder
from server.settings import load_settings
from store.memory import open_reader
from store.people.contacts import ContactNotFound
from store.people.owner_settings import read_owner_settings
from tests.running import COMMAND, ROOT, fixed_settings, kinkeeper
from tools.brief_me import brief_me
from tools.memory import Memory
from tools.search_context import search_context

QUESTIONS: Final = ROOT / "tests" / "data" / "demo" / "questions.json"
BUDGETS: Final = (400, 1_200, 4_000)


async def _told(memory: Memory, facts: dict[str, list[dict[str, Any]]], budget: int) -> float:
    told = wanted = 0
    for person, about in facts.items():
        text = (await brief_me(memory, person, max_tokens=budget)).model_dump_json().casefold()
        told += sum(any(word.casefold() in text for word in fact["any_of"]) for fact in about)
        wanted += len(about)
    return told / wanted


async def _found(memory: Memory, questions: list[dict[str, Any]]) -> tuple[float, float]:
    """hit@10 and recall@10."""
    refs = await _refs_by_evidence(memory)
    hits = recall = 0.0
    for question in questions:
        evidence = {refs.get(key, key) for key in question["evidence"]}
        try:
            answer = await search_context(memory, question["question"], question.get("person"))
        except ContactNotFound:
            continue
        found = evidence & {hit.ref for hit in answer.hits}
        hits += bool(found)
        recall += len(found) / len(evidence)
    return hits / len(questions), recall / len(questions)


async def _refs_by_evidence(memory: Memory) -> dict[str, str]:
    refs = {}
    for row in await memory.reader.all(
        "SELECT source.kind, message.key, message.ref FROM message"
        " JOIN source ON source.id = message.source_id"
    ):
        key = row["key"]
        if row["kind"] == "telegram":  # the files of questions name a chat by its number alone
            key = key.lstrip("abcdefghijklmnopqrstuvwxyz")
        kind = "mbox" if row["kind"] == "mail" else row["kind"]  # the files name the format
        refs[f"{kind}:{key}"] = row["ref"]
    return refs


async def _measure(home: Path) -> None:
    real = load_settings()
    settings = fixed_settings(home, real.cache, real.model)
    reader = await open_reader(settings.memory_path)
    owner = await read_owner_settings(reader)
    assert owner is not None
    memory = Memory(reader, settings.clock, owner.time_zone, lazy_encoder(settings))
    asked = json.loads(QUESTIONS.read_text("utf-8"))
    for budget in BUDGETS:
        share = await _told(memory, asked["briefing_facts"], budget)
        print(f"briefing, {budget:>5} tokens: {share:.1%} of the facts")
    hit, recall = await _found(memory, asked["search"])
    how = (await search_context(memory, "Lisbon", limit=1)).mode
    print(f"search ({how}), {len(asked['search'])} questions: hit@10 {hit:.1%}, R@10 {recall:.1%}")
    await reader.close()


def main() -> None:
    """Make the demo's memory, measure, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        made = kinkeeper("demo", "--home", home, env=dict(os.environ))
        assert made.returncode == 0, f"{COMMAND}: {made.stderr}"
        asyncio.run(_measure(home))


if __name__ == "__main__":
    main()
