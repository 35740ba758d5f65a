"""`kinkeeper promises`, and what an import finds: proposals for the owner, never facts."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from server.mcp.build import build_server
from server.settings import Settings
from store.memory import open_writer
from store.proposals.decisions import accept
from store.proposals.proposals import load_proposal
from store.sharing.access import Tier, set_access
from store.sharing.choices import choose
from tests.proposing import remembered, rows
from tests.running import environment, fixed_settings, kinkeeper, structured
from tests.terminal import in_terminal
from tools.owed_by import owed_by
from tools.promises.candidates import MOST_WAITING

CHAT = """15/11/2025, 10:00 - Ana Reis: hi Nora, I'll bring you the atlas on Friday
15/11/2025, 10:01 - Nora: great
13/11/2026, 09:00 - Ana Reis: can you send me the photos from the lake?
13/11/2026, 09:05 - Nora: sure, on the 27th
14/11/2026, 09:00 - Nora: I'll return your drill by Tuesday
16/11/2026, 18:00 - Ana Reis: thanks for the drill!
18/11/2026, 20:00 - Ana Reis: I'll lend you my tent, promise
18/11/2026, 20:05 - Ana Reis: it's my birthday on Saturday, by the way
19/11/2026, 21:00 - Ana Reis: I'll lend you the tent next week!
19/11/2026, 21:02 - Nora: maybe I'll come and get it
"""
LATER = "19/11/2026, 22:00 - Nora: I'll bring the bread on Saturday\n"
SAID = ("--me", "Nora", "--date-order", "day-first", "--no-index")


def run(settings: Settings, *arguments: str | Path) -> str:
    done = kinkeeper(*arguments, env=environment(settings.home, settings.cache))
    assert done.returncode == 0, done.stderr
    return done.stdout


def found(settings: Settings, *arguments: str) -> list[dict[str, Any]]:
    promises: list[dict[str, Any]] = json.loads(run(settings, "promises", "--json", *arguments))[
        "promises"
    ]
    return promises


def imported(settings: Settings, text: str, title: str = "Ana") -> int:
    """Import a chat, of two or a group, and return how much of it was proposed."""
    chat = settings.home.parent / f"WhatsApp Chat with {title}.txt"
    chat.write_text(text, encoding="utf-8")
    proposed: int = json.loads(run(settings, "import", "--json", *SAID, chat))["proposed"]
    return proposed


@pytest.fixture
def nora(new_home: Path, tmp_path: Path) -> Settings:
    """A memory with an owner and nothing else."""
    shutil.copytree(new_home, tmp_path / "home")
    return fixed_settings(tmp_path / "home", tmp_path / "cache")


@pytest.fixture
def ana(nora: Settings) -> Settings:
    """A memory with a chat of a year, and what its import proposed."""
    assert imported(nora, CHAT) == 3
    return nora


def pending(settings: Settings) -> list[tuple[Any, ...]]:
    return rows(settings, "SELECT kind, text, due_on FROM proposal ORDER BY text")


def test_an_import_proposes_what_is_open_and_remembers_nothing(ana: Settings) -> None:
    # Not the atlas of a year ago, not the drill that came, the tent once.
    assert pending(ana) == [
        ("follow_up", "Ana will lend you the tent", "2026-11-29"),
        ("life_event", "Birthday", "--11-21"),
        ("follow_up", "Send Ana the photos from the lake", "2026-11-27"),
    ]
    assert rows(ana, "SELECT DISTINCT proposed_by FROM proposal") == [("Kinkeeper",)]
    assert remembered(ana) == []
    [(evidence,)] = rows(ana, "SELECT evidence FROM proposal WHERE text LIKE 'Send%'")
    texts = dict(rows(ana, "SELECT ref, text FROM message"))
    assert [texts[ref] for ref in json.loads(evidence)] == [
        "sure, on the 27th",
        "can you send me the photos from the lake?",
    ]


def test_a_yes_in_the_terminal_makes_a_follow_up_with_its_message(ana: Settings) -> None:
    env = environment(ana.home, ana.cache)
    with in_terminal("review", env=env) as terminal:
        for _ in range(3):
            shown = terminal.until("[q]uit")
            assert "Proposed by Kinkeeper on" in shown
            terminal.type("a" if "will lend" in shown else "r")
            if "will lend" in shown:
                assert "│ I'll lend you the tent next week!" in shown
                assert "follow-up: Ana Reis owes you this, due 29 Nov 2026" in shown
        terminal.end()
    assert rows(
        ana,
        "SELECT owed_by, follow_up.text, due_on, message.text FROM follow_up"
        " JOIN message ON message.id = message_id",
    ) == [
        ("contact", "Ana will lend you the tent", "2026-11-29", "I'll lend you the tent next week!")
    ]
    # Decided either way, none is proposed again, and the earlier word of the tent neither.
    assert found(ana, "--since", "2026-01-01") == []


def test_only_what_is_new_is_read_after_the_next_import(ana: Settings) -> None:
    with open_writer(ana.memory_path) as writer:
        writer.run("DELETE FROM proposal")
    assert imported(ana, CHAT + LATER) == 1
    assert pending(ana) == [("follow_up", "Bring the bread", "2026-11-21")]
    # The command reads everything, and a dry run stores nothing.
    assert len(found(ana, "--dry-run")) == 3
    assert len(pending(ana)) == 1
    # As far back as is asked for, but nothing that is long over.
    assert len(found(ana, "--dry-run", "--since", "2025-01-01")) == 3


def test_the_owner_can_switch_it_off(nora: Settings) -> None:
    with open_writer(nora.memory_path) as writer:
        choose(writer, "find_promises", "off")
    assert imported(nora, CHAT) == 0
    assert len(found(nora)) == 3


def test_in_a_group_nobody_is_promised_anything_but_news_count(ana: Settings) -> None:
    said = """18/11/2026, 09:00 - Ana Reis: I'll bring the cake on Saturday
18/11/2026, 09:01 - Bo Dahl: I'll send you the map tomorrow
18/11/2026, 09:02 - Nora: I'll bring you the bread on Saturday
18/11/2026, 09:03 - Ana Reis: we're moving to Porto in January
"""
    before = pending(ana)
    assert imported(ana, said, "Hiking") == 1
    assert [each for each in pending(ana) if each not in before] == [
        ("life_event", "Move to Porto", "2027-01")
    ]


def test_no_more_wait_than_an_owner_would_read(nora: Settings) -> None:
    things = (
        "kayak ladder violin teapot blanket helmet camera hammer saddle banjo carpet bucket lantern"
        " trumpet pillow basket mirror candle drawer jacket whistle napkin racket sponge"
    ).split()
    said = "".join(
        f"19/11/2026, 10:{number:02} - Nora: I'll bring you the {thing}\n"
        for number, thing in enumerate(things)
    )
    imported(nora, "19/11/2026, 09:00 - Ana Reis: hi\n" + said)
    assert len(pending(nora)) == MOST_WAITING < len(things)
    assert found(nora) == []


def listed(settings: Settings) -> list[dict[str, str]]:
    """What an assistant gets of the proposals."""

    async def ask() -> list[dict[str, str]]:
        async with Client(build_server(settings)) as client:
            answer = structured(await client.call_tool("list_proposals", {}))
            proposals: list[dict[str, str]] = answer["proposals"]
            return proposals

    return asyncio.run(ask())


@pytest.mark.parametrize("tier", ["none", "summary"])
def test_what_is_hidden_is_proposed_to_the_owner_alone(ana: Settings, tier: Tier) -> None:
    assert len(listed(ana)) == 3
    [(ref,)] = rows(ana, "SELECT ref FROM contact WHERE NOT is_owner")
    with open_writer(ana.memory_path) as writer:
        writer.run("DELETE FROM proposal")
        set_access(writer, ref, tier)
    assert len(found(ana)) == 3
    assert listed(ana) == []


def test_sensitive_words_of_a_promise_are_withheld(ana: Settings) -> None:
    results = "19/11/2026, 23:00 - Nora: I'll bring you my chemotherapy results on Saturday\n"
    assert imported(ana, CHAT + results) == 1
    assert any("chemotherapy" in text for _, text, _ in pending(ana))
    answer = listed(ana)
    assert len(answer) == 4
    assert "chemotherapy" not in json.dumps(answer)


def test_what_the_demo_promises_makes_sense(demo: Settings) -> None:
    proposed = {each["text"]: each for each in found(demo)}
    assert proposed["Look at trains and tell Beatriz"]["due"] == "2026-11-15"
    assert proposed["Maya owes you a bowl"]["owes"] == "contact"
    assert proposed["Move to Lisbon"]["due"] == "2027-01"
    ref = proposed["Look at trains and tell Beatriz"]["ref"]
    with open_writer(demo.memory_path) as writer:
        draft = load_proposal(writer, ref, demo.now()).draft
        whose = owed_by(draft.text, "Beatriz Moreira")
        made = accept(writer, ref, draft.sha256(), "terminal", demo.now(), owed_by=whose)
    assert rows(
        demo,
        "SELECT follow_up.ref, owed_by, due_on, message.ref FROM follow_up"
        f" JOIN message ON message.id = message_id WHERE follow_up.ref = '{made}'",
    ) == [(made, "owner", "2026-11-15", draft.evidence[0])]
    assert found(demo) == []
