"""How much of what is worth knowing of somebody stands in their briefing, at several budgets.

    python -m tests.benchmarks.briefing_coverage [LOCOMO_FILE]

Without a file: the hand-written facts on the people of the demo, `tests/data/demo/questions.json`;
a fact is told when the briefing holds words of the evidence that were chosen with it. Those on
the held-out people are four others, for whom no rule was made.

With a file in the format of LoCoMo (github.com/snap-research/locomo): each speaker is briefed on as
a friend whose chat with the owner is all there is. The data set lists observations, each with the
turn that it stands on; an observation is told when the briefing quotes from that turn. Its
observations are many (often more than a hundred a person), so the figure also says which share of
the quotes that fit were such turns.
"""

import argparse
import asyncio
import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from embeddings.lazy import LazyEncoder
from server.cli.session import lazy_encoder
from store.importers.records import Account, Conversation, Message, OwnerAccount, Record
from store.memory import open_reader
from store.people.owner_settings import read_owner_settings
from tests.made_exports import CHATS, NORA, made_memory, take_in
from tests.running import COMMAND, ROOT, fixed_settings, kinkeeper
from tools.brief_me import brief_me
from tools.memory import Memory
from tools.views import Briefing

QUESTIONS: Final = ROOT / "tests" / "data" / "demo" / "questions.json"
BUDGETS: Final = (400, 1_200, 4_000)
_SESSION: Final = "%I:%M %p on %d %B, %Y"
_SHORTEST_OVERLAP: Final = 20


@dataclass(frozen=True, slots=True)
class Chat:
    """One speaker of a data set, with the other as the owner. observed: texts of turns."""

    friend: str
    turns: list[tuple[str, str, datetime]]
    observed: list[str]


def told(briefing: Briefing, facts: list[dict[str, Any]]) -> list[bool]:
    """For each hand-written fact whether the briefing tells it."""
    text = briefing.model_dump_json().casefold()
    return [any(word.casefold() in text for word in fact["any_of"]) for fact in facts]


def quoted(briefing: Briefing) -> list[str]:
    """The pieces that a briefing quotes, as they were written."""
    lines = (line for lines in briefing.sections.values() for line in lines)
    quotes = (quote for line in lines for quote in re.findall(r"“(.+)”", line))
    return [piece.strip("…, ") for quote in quotes for piece in quote.split(" / ")]


def chats(path: Path) -> Iterator[Chat]:
    """Every speaker of a data set in the format of LoCoMo."""
    for sample in json.loads(path.read_text("utf-8")):
        talk = sample["conversation"]
        turns: dict[str, tuple[str, str, datetime]] = {}
        session = 1
        while said := talk.get(f"session_{session}"):
            began = talk[f"session_{session}_date_time"]
            start = datetime.strptime(began, _SESSION).replace(tzinfo=UTC)
            for minute, turn in enumerate(said):
                at = start + timedelta(minutes=minute)
                turns[turn["dia_id"]] = (turn["speaker"], turn["text"], at)
            session += 1
        for friend in (talk["speaker_a"], talk["speaker_b"]):
            named = {
                place
                for observations in sample["observation"].values()
                for _, places in observations.get(friend, [])
                for place in re.findall(r"D\d+:\d+", str(places))
            }
            observed = [turns[place][1] for place in sorted(named) if place in turns]
            yield Chat(friend, list(turns.values()), observed)


def _records(chat: Chat) -> Iterator[Record]:
    friend = Account("telegram", "user2", chat.friend, saved_by_owner=True)
    yield CHATS
    yield OwnerAccount(NORA)
    yield Conversation("chat", "direct", chat.friend, (NORA, friend))
    for number, (speaker, text, at) in enumerate(chat.turns):
        yield Message(
            key=f"chat/{number}",
            conversation_key="chat",
            sender=friend if speaker == chat.friend else NORA,
            sent_at=at,
            text=text,
        )


async def _measure_demo(home: Path) -> None:
    settings = fixed_settings(home, home)
    reader = await open_reader(settings.memory_path)
    owner = await read_owner_settings(reader)
    assert owner is not None
    memory = Memory(reader, settings.clock, owner.time_zone, lazy_encoder(settings))
    questions = json.loads(QUESTIONS.read_text("utf-8"))
    for title, kind in (("demo", "briefing_facts"), ("held out", "held_out_briefing_facts")):
        for budget in BUDGETS:
            told_of = await _coverage(memory, questions[kind], budget)
            print(f"{title}, {budget:>5} tokens: {told_of}")
    await reader.close()


async def _coverage(memory: Memory, facts: dict[str, list[dict[str, Any]]], budget: int) -> str:
    found = {
        person: told(await brief_me(memory, person, max_tokens=budget), about)
        for person, about in facts.items()
    }
    everything = [one for about in found.values() for one in about]
    worst = min(found, key=lambda person: sum(found[person]) / len(found[person]))
    return (
        f"{sum(everything) / len(everything):.1%} of {len(everything)} facts on {len(found)}"
        f" people; least on {worst}, {sum(found[worst])} of {len(found[worst])}"
    )


async def _measure_chats(found: list[Chat], folder: Path) -> None:
    sums = dict.fromkeys(BUDGETS, (0.0, 0, 0))
    for number, chat in enumerate(found):
        home = folder / str(number)
        home.mkdir()
        with made_memory(home) as writer:
            take_in(writer, _records(chat))
        reader = await open_reader(home / "memory.db")
        now = chat.turns[-1][2] + timedelta(days=1)
        encoder: LazyEncoder = lazy_encoder(fixed_settings(home, home))
        memory = Memory(reader, lambda now=now: now, ZoneInfo("UTC"), encoder)  # type: ignore[misc]
        observed = [" ".join(text.split()) for text in chat.observed]
        for budget in BUDGETS:
            pieces = quoted(await brief_me(memory, chat.friend, max_tokens=budget))
            long = [piece for piece in pieces if len(piece) >= _SHORTEST_OVERLAP]
            hits = sum(any(_holds(text, piece) for piece in long) for text in observed)
            of_use = sum(any(_holds(text, piece) for text in observed) for piece in long)
            shares, useful, pieces_so_far = sums[budget]
            share = hits / len(observed)
            sums[budget] = (shares + share, useful + of_use, pieces_so_far + len(long))
        await reader.close()
    print(f"{len(found)} people, {sum(len(c.observed) for c in found) // len(found)} turns each")
    for budget, (shares, useful, quotes) in sums.items():
        print(
            f"LoCoMo, {budget:>5} tokens: {shares / len(found):.1%} of the turns with observations;"
            f" {useful / max(quotes, 1):.1%} of {quotes} quoted pieces are from such turns"
        )


def _holds(turn: str, piece: str) -> bool:
    return piece in turn.replace("“", "‘").replace("”", "’").replace('"', "'")


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description="Measure what briefings tell.")
    parser.add_argument("locomo", type=Path, nargs="?")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.locomo:
            asyncio.run(_measure_chats(list(chats(asked.locomo)), Path(folder)))
            return
        home = Path(folder) / "home"
        made = kinkeeper("demo", "--home", home, env={**os.environ, "KINKEEPER_MODEL": "toy"})
        assert made.returncode == 0, f"{COMMAND}: {made.stderr}"
        asyncio.run(_measure_demo(home))


if __name__ == "__main__":
    main()
