"""Who is due, case by case: where the owner lives, what is stored, and what `due` says of it.

The cases stand in tests/data/due_cases.toml; its head says how they are written.
"""

import re
import shutil
import tomllib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from embeddings.lazy import LazyEncoder
from server.cli.commands.due import due_text
from store.index.contact_names import index_names
from store.memory import open_reader, open_reader_for_assistant, open_writer
from store.sharing.access import set_access
from tests.due_filler import Filler
from tests.made_exports import contact_named, made_memory
from tests.running import ROOT, environment, kinkeeper
from tools.due_followups import due_followups
from tools.get_contact import get_contact
from tools.memory import Memory
from tools.views import ContactView, DueList
from tools.withholding import Withholding

CASES: list[dict[str, Any]] = tomllib.loads(
    (ROOT / "tests" / "data" / "due_cases.toml").read_text("utf-8")
)["case"]
Answer = TypeVar("Answer")
LISTS = ("contact", "group", "tag", "wrote", "met", "promise", "event")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A memory with its owner alone, to be copied: making one takes longer than a case."""
    folder = tmp_path_factory.mktemp("empty")
    made_memory(folder).close()
    return folder / "memory.db"


async def ask(empty: Path, folder: Path, case: dict[str, Any]) -> DueList:
    """What `due` says in a case."""
    asked = case.get("ask", {})
    return await in_case(empty, folder, case, lambda memory: due_followups(memory, **asked))


async def in_case(
    empty: Path, folder: Path, case: dict[str, Any], tool: Callable[[Memory], Awaitable[Answer]]
) -> Answer:
    """What a tool says in a case."""
    zone = ZoneInfo(case.get("zone", "Europe/Lisbon"))
    shutil.copy(empty, folder / "memory.db")
    with open_writer(folder / "memory.db") as writer, writer.transaction():
        writer.run("UPDATE setting SET value = ? WHERE name = 'zone'", (zone.key,))
        filler = Filler(writer, zone)
        for name in LISTS:
            for values in case.get(name, []):
                getattr(filler, name)(**values)
        index_names(writer)
    now = datetime.fromisoformat(case.get("now", "2026-11-20T09:00"))
    now = now if now.tzinfo else now.replace(tzinfo=zone)
    reader = await open_reader(folder / "memory.db")
    encoder = LazyEncoder("toy", folder)
    memory = Memory(reader, lambda: now.astimezone(UTC), zone, encoder)
    try:
        return await tool(memory)
    finally:
        await reader.close()


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
async def test_who_is_due_and_why(empty: Path, tmp_path: Path, case: dict[str, Any]) -> None:
    found = await ask(empty, tmp_path, case)
    lines = [f"{each.name}: {line.why}" for each in found.due for line in each.lines]
    assert lines == case["due"]
    if "next" in case:
        assert [each.next for each in found.due] == case["next"]
    if "left_out" in case:
        assert found.left_out == case["left_out"]


@pytest.mark.parametrize(
    ("name", "due"),
    [
        ("monthly, over", "due since 12 Nov"),
        ("monthly, not yet", ""),
        ("monthly, within the week", ""),
    ],
)
async def test_the_record_of_a_person_says_the_same(
    empty: Path, tmp_path: Path, name: str, due: str
) -> None:
    case = next(each for each in CASES if each["name"] == name)
    view = await in_case(empty, tmp_path, case, _bo)
    assert (view.rhythm.cadence, view.rhythm.due) == ("monthly", due)


async def test_the_record_of_a_person_hints_at_the_same_silence(
    empty: Path, tmp_path: Path
) -> None:
    days = [f"2026-0{month}-{day:02d}T10:00" for month in (7, 8) for day in (1, 8, 15, 22)]
    case = {"wrote": [{"who": "Bo Ek", "at": days}]}
    found = await ask(empty, tmp_path, case)
    (tmp_path / "record").mkdir()
    view = await in_case(empty, tmp_path / "record", case, _bo)
    assert [line.why for line in found.due[0].lines] == [view.rhythm.due]
    assert view.rhythm.due.startswith("you used to speak every 7 days; it has been 13 weeks")
    assert view.rhythm.days_ago == 90


def _bo(memory: Memory) -> Awaitable[ContactView]:
    return get_contact(memory, "Bo Ek")


async def test_pages_hold_everybody_once_in_the_same_order(empty: Path, tmp_path: Path) -> None:
    promises = [
        {"who": f"Person{n:02d} Ek", "text": "call", "due_on": f"2026-11-{n + 1:02d}"}
        for n in range(17)
    ]
    case: dict[str, Any] = {"promise": promises, "ask": {"limit": 50}}
    (tmp_path / "whole").mkdir()
    whole = await ask(empty, tmp_path / "whole", case)
    assert [each.name for each in whole.due] == [each["who"] for each in promises]
    seen: list[str] = []
    cursor = None
    for number in range(4):
        (tmp_path / str(number)).mkdir()
        asked = {**case, "ask": {"limit": 5, "cursor": cursor}}
        page = await ask(empty, tmp_path / str(number), asked)
        seen += [each.name for each in page.due]
        cursor = page.next_cursor
        assert (cursor is None) is (number == 3)
        assert ("further down the list" in page.left_out) is (cursor is not None)
    assert seen == [each.name for each in whole.due]


async def test_who_waits_for_the_owner_is_found_among_many(empty: Path, tmp_path: Path) -> None:
    names = [f"Person{n:03d} Ek" for n in range(120)]
    waiting = {"Person070 Ek", "Person119 Ek"}
    case: dict[str, Any] = {
        "contact": [{"name": name, "cadence": "monthly"} for name in names],
        "wrote": [
            {"who": name, "at": [f"2025-{1 + n // 28:02d}-{1 + n % 28:02d}T10:00"]}
            for n, name in enumerate(names)
        ]
        + [
            {"who": name, "by": "them" if name in waiting else "you", "at": ["2026-03-01T10:00"]}
            for name in names
        ],
        "ask": {"limit": 3},
    }
    found = await ask(empty, tmp_path, case)
    assert [each.name for each in found.due] == [*sorted(waiting), "Person000 Ek"]
    assert found.left_out == "117 more people further down the list"


async def test_an_assistant_hears_of_nobody_hidden_and_of_nothing_withheld(
    empty: Path, tmp_path: Path
) -> None:
    path = tmp_path / "memory.db"
    shutil.copy(empty, path)
    number = "4111 1111 1111 1111"
    with open_writer(path) as writer, writer.transaction():
        filler = Filler(writer, ZoneInfo("Europe/Lisbon"))
        for name in ("Bo Ek", "Ann Lund"):
            filler.contact(name, cadence="monthly")
            filler.wrote(name, ["2026-09-01T10:00"])
            filler.promise(name, f"pay with {number}", due_on="2026-11-20", after_event=number)
            filler.event(name, "other", "2026-11-22", label=f"card {number} ends")
        filler.contact("Cy Dahl")
        days = [f"2026-0{month}-{day:02d}T10:00" for month in (7, 8) for day in (1, 8, 15, 22)]
        filler.wrote("Cy Dahl", days)
        index_names(writer)
    with open_writer(path) as writer:
        for name in ("Ann Lund", "Cy Dahl"):
            set_access(writer, contact_named(writer, name), "none")
    readers = [
        await open_reader(path),
        await open_reader_for_assistant(path, Withholding().functions()),
    ]
    now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    owners, assistants = [
        await due_followups(
            Memory(reader, lambda: now, ZoneInfo("Europe/Lisbon"), LazyEncoder("toy", tmp_path))
        )
        for reader in readers
    ]
    for reader in readers:
        await reader.close()
    assert {each.name for each in owners.due} == {"Bo Ek", "Ann Lund", "Cy Dahl"}
    assert number in owners.model_dump_json()
    assert {each.name for each in assistants.due} == {"Bo Ek"}
    assert [line.kind for line in assistants.due[0].lines] == ["follow_up", "life_event", "rhythm"]
    said = assistants.model_dump_json()
    assert not any(word in said for word in ("Ann", "Lund", "Cy", "Dahl", "1111"))
    assert "withheld" in said


async def test_the_terminal_says_when_contact_was_and_where_none_is_known(
    empty: Path, tmp_path: Path
) -> None:
    case: dict[str, Any] = {
        "contact": [{"name": "Ann Lund", "cadence": "monthly"}],
        "met": [{"who": "Bo Ek", "at": ["2026-11-10T10:00"]}],
        "promise": [{"who": "Bo Ek", "text": "call", "due_on": "2026-11-20"}],
    }
    told = [
        line for line in due_text(await ask(empty, tmp_path, case)).split("\n") if "(c_" in line
    ]
    assert [re.sub(r"c_\w+", "", line) for line in told] == [
        "Bo Ek () · last contact 10 Nov, 10 days ago",
        "Ann Lund () · no real contact is recorded yet",
    ]


def test_the_command_says_what_is_due(new_home: Path, tmp_path: Path) -> None:
    env = environment(new_home, tmp_path)
    nothing = kinkeeper("due", env=env)
    assert (nothing.returncode, nothing.stdout) == (0, "Nobody needs you now.\n")
    assert kinkeeper("due", "--json", env=env).stdout.split() == '{ "due": [] }'.split()
    assert kinkeeper("due", "--kind", "nonsense", env=env).returncode == 2
    unknown = kinkeeper("due", "--person", "Zorro", env=env)
    assert unknown.returncode != 0
    assert "Nobody called" in unknown.stderr
