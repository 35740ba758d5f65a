"""More messages are read within an hour than the owner allows, by many servers or names at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from mcp import Client
from mcp.types import Implementation

from server.mcp.build import build_server
from server.settings import Settings
from store.importers.records import Account, OwnerAccount, Record
from store.memory import open_proposer, open_writer
from store.sharing.choices import choose, setting_named
from store.sharing.disclosures import Shown, record_disclosure
from tests.made_exports import BOOK, CHATS, NORA, card, chat_of, made_memory, said, take_in
from tests.running import NOW, environment, fixed_settings, structured, text_of
from tests.wire import serving

BUDGET: Final = 100
SERVERS: Final = 6
MESSAGES: Final = 700
BO: Final = Account("telegram", "user3", "Bo Ek", saved_by_owner=True)


class Greedy(NamedTuple):
    """A way to ask for more than the budget. names: what the clients call themselves, in turn."""

    what: str
    names: tuple[str, ...]
    tool: str


ATTEMPTS: Final = (
    Greedy("under one name, reading on", ("one",), "read_context"),
    Greedy("under a new name each time", tuple(f"client {n}" for n in range(20)), "read_context"),
    Greedy("under the name of scripts", ("a script", "script", "A SCRIPT"), "read_context"),
    Greedy("under a name in invisible letters", ("\u200b", "\u202e", ""), "read_context"),
    Greedy("by searches with large pages", ("one", "two"), "search_context"),
    Greedy("by resources", ("one", "two"), "resource"),
    Greedy("by briefings with large budgets", ("one", "two"), "brief_me"),
)
KNOWN_LIMITS: Final = (
    "Twenty thousand different messages an hour are no bound for a small memory: it is read whole,"
    " and the log says so.",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("budget")
    start = datetime.fromisoformat(NOW).astimezone(UTC) - timedelta(days=30)
    talk: list[Record] = [CHATS, OwnerAccount(NORA), BO, chat_of("a", BO)]
    for number in range(MESSAGES):
        at = (start + timedelta(minutes=20 * number)).replace(tzinfo=None).isoformat()
        by = BO if number % 2 else NORA
        talk.append(said(str(number), f"boat {number} in harbour {number * 7 % 97}", at, by))
    with made_memory(home) as writer:
        take_in(writer, [BOOK, card("1", "Bo Ek")])
        take_in(writer, talk)
        choose(writer, "disclosure_budget", str(BUDGET))
    return home


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "memory.db").touch(mode=0o600)
    (home / "memory.db").write_bytes((made / "memory.db").read_bytes())
    return fixed_settings(home, tmp_path)


def refs(settings: Settings) -> list[str]:
    with open_writer(settings.memory_path) as writer:
        return [row[0] for row in writer.all("SELECT ref FROM message ORDER BY id")]


def shown(settings: Settings) -> int:
    """How many different messages were shown."""
    with open_writer(settings.memory_path) as writer:
        return int(
            writer.value(
                "SELECT count(DISTINCT value) FROM disclosure, json_each(refs)"
                " WHERE value LIKE 'm_%'"
            )
        )


def words_in(answers: list[str]) -> set[str]:
    """The different messages whose words came back."""
    return {
        f"boat {number} in" for number in range(MESSAGES)
        if any(f"boat {number} in" in answer for answer in answers)
    }  # fmt: skip


async def _asked(client: Client, tool: str, ref: str, number: int) -> str:
    if tool == "resource":
        try:
            return (await client.read_resource(f"kinkeeper://conversation/{ref}")).model_dump_json()
        except Exception as error:  # noqa: BLE001 a refusal, as the client shows it
            return str(error)
    arguments: dict[str, Any] = {
        "read_context": {"ref": ref, "around": 20},
        "search_context": {"query": f"harbour {number * 7 % 97}", "limit": 20},
        "brief_me": {
            "person": "Bo Ek",
            "max_tokens": 8_000,
            "as_of": f"2026-11-{number % 28 + 1:02}",
        },
    }[tool]
    return text_of(await client.call_tool(tool, arguments))


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[each.what for each in ATTEMPTS])
async def test_no_more_than_the_budget_leaves(settings: Settings, attempt: Greedy) -> None:
    every = refs(settings)
    answers = []
    for number in range(14):
        name = attempt.names[number % len(attempt.names)]
        who = Implementation(name=name, version="1")
        async with Client(build_server(settings), client_info=who) as client:
            answers.append(await _asked(client, attempt.tool, every[20 + 41 * number], number))
    assert len(words_in(answers)) <= BUDGET
    assert shown(settings) <= BUDGET


def test_six_servers_at_once_share_one_budget(settings: Settings, tmp_path: Path) -> None:
    every = refs(settings)
    env = environment(settings.home, settings.cache)
    with ExitStack() as running, ThreadPoolExecutor(SERVERS) as threads:
        wires = [
            running.enter_context(serving(env, tmp_path / f"errors{number}"))
            for number in range(SERVERS)
        ]
        list(threads.map(lambda wire: wire.greet(), wires))

        def ask(at: int) -> list[str]:
            mine = every[at * 100 : (at + 1) * 100 : 7]
            return [json.dumps(wires[at].call("read_context", ref=ref, around=3)) for ref in mine]

        answers = [answer for told in threads.map(ask, range(SERVERS)) for answer in told]
    given = [answer for answer in answers if '"isError": true' not in answer]
    assert len(given) < len(answers)
    assert 90 < len(words_in(given)) <= BUDGET
    assert len(words_in(given)) == shown(settings)


async def test_what_was_shown_before_may_be_shown_again(settings: Settings) -> None:
    every = refs(settings)
    async with Client(build_server(settings)) as client:
        for _ in range(30):
            await _read(client, every[50], around=20)
            await _read(client, every[150], around=20)
        refused = await client.call_tool("read_context", {"ref": every[400], "around": 20})
        assert "messages an hour" in text_of(refused)


async def _read(client: Client, ref: str, around: int) -> None:
    structured(await client.call_tool("read_context", {"ref": ref, "around": around}))


async def test_an_honest_hour_passes_and_a_whole_life_does_not(settings: Settings) -> None:
    """60 briefings, 200 searches and a catch-up of 3,000, with nothing shown twice."""
    budget = int(setting_named("disclosure_budget").default)
    hour = [75] * 60 + [50] * 200 + [41] * 74
    proposer = await open_proposer(settings.memory_path)
    number = 0

    async def show(count: int, asked_by: Any = "assistant") -> bool:
        nonlocal number
        messages = [f"m_{number + at:07d}" for at in range(count)]
        number += count
        answer = Shown(
            int(settings.clock().timestamp()), asked_by, "client", "tool", [], messages, 1
        )
        return await record_disclosure(proposer, answer, budget)

    try:
        assert all([await show(count) for count in hour])
        more = [await show(100) for _ in range(40)]
        assert 0 < sum(more) < 40
        assert await show(100, "script"), "scripts have a budget of their own"
        assert not await show(100)
    finally:
        await proposer.close()


async def test_a_morning_of_real_questions_passes(demo: Settings) -> None:
    with open_writer(demo.memory_path) as writer:
        people = [
            row[0]
            for row in writer.all("SELECT ref FROM contact WHERE merged_into_id IS NULL LIMIT 30")
        ]
        messages = [row[0] for row in writer.all("SELECT ref FROM message ORDER BY id")]
    async with Client(build_server(demo)) as client:
        for person in people:
            structured(await client.call_tool("brief_me", {"person": person}))
        for word in ("school", "dinner", "boat", "house", "letter", "birthday", "train", "book"):
            for person in people[:5]:
                found = {"query": word, "person": person}
                structured(await client.call_tool("search_context", found))
        for ref in messages[:3_000:41]:
            await _read(client, ref, around=20)
