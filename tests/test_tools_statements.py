"""What an assistant asks again is not planned again: SQLite plans a statement once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from server.cli.session import lazy_encoder
from store.engine import authorizers
from store.engine.view_functions import FUNCTIONS
from store.memory import open_reader_for_assistant
from store.people.owner_settings import read_owner_settings
from tests.running import fixed_settings
from tools.brief_me import brief_me
from tools.due_followups import due_followups
from tools.get_contact import get_contact
from tools.memory import Memory
from tools.search_context import search_context

TOOLS: dict[str, Callable[[Memory], Awaitable[object]]] = {
    "search_context": lambda memory: search_context(memory, "which school in Lisbon?"),
    "search_context of a person": lambda memory: search_context(memory, "the school", "Maya"),
    "brief_me": lambda memory: brief_me(memory, "Maya"),
    "get_contact": lambda memory: get_contact(memory, "Maya"),
    "due_followups": lambda memory: due_followups(memory),
}


@pytest_asyncio.fixture
async def memory(demo_home: Path, tmp_path: Path) -> AsyncIterator[Memory]:
    settings = fixed_settings(demo_home, tmp_path)
    reader = await open_reader_for_assistant(
        settings.memory_path, dict.fromkeys(FUNCTIONS, lambda first, *_: first)
    )
    owner = await read_owner_settings(reader)
    assert owner is not None
    yield Memory(reader, settings.clock, owner.time_zone, lazy_encoder(settings))
    await reader.close()


@pytest.mark.parametrize("tool", TOOLS)
async def test_a_second_answer_plans_no_statement(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, tool: str
) -> None:
    planned: list[str] = []
    allowed = authorizers.reading_only

    def counted(action: int, first: str | None, *rest: str | None) -> int:
        # For `ORDER BY rank` FTS5 plans a statement of its own.
        if first and not first.endswith("_fts"):
            planned.append(first)
        return allowed(action, first, *rest)

    monkeypatch.setattr(authorizers, "reading_only", counted)
    await TOOLS[tool](memory)
    assert planned
    planned.clear()
    await TOOLS[tool](memory)
    assert planned == []
