"""Completion of names passes the gate: seen people alone, few, and written down for the client."""

from typing import Any, Final

import pytest
from mcp import Client
from mcp.types import Implementation, PromptReference, ResourceTemplateReference

from server.mcp.build import build_server
from server.settings import Settings
from store.memory import open_writer
from store.sharing.access import set_access
from tests.made_exports import contact_named
from tests.proposing import ALEX, change, rows
from tests.running import ERAS
from tools.complete_name import MOST_NAMES

BRIEF: Final = PromptReference(name="brief_me")
CONTACT: Final = ResourceTemplateReference(uri="kinkeeper://contact/{person}")
CONVERSATION: Final = ResourceTemplateReference(uri="kinkeeper://conversation/{ref}")


async def completed(client: Client, begun: str, reference: Any = BRIEF) -> list[str]:
    answer = await client.complete(reference, {"name": "person", "value": begun})
    return list(answer.completion.values)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("reference", [BRIEF, CONTACT])
async def test_a_name_is_completed_and_the_log_says_to_whom(
    demo: Settings, era: str, reference: Any
) -> None:
    who = Implementation(name="a client", version="7")
    async with Client(build_server(demo), mode=era, client_info=who) as client:
        assert await completed(client, "ale", reference) == ["Alex Lindqvist", ALEX]
        assert await completed(client, "alex mor", reference) == [ALEX]
    logged = rows(demo, "SELECT client, tool, json_array_length(about) FROM disclosure")
    assert logged == [("a client 7", "completion", 2), ("a client 7", "completion", 1)]


async def test_nothing_typed_completes_to_nobody(demo: Settings) -> None:
    async with Client(build_server(demo)) as client:
        for begun in ("", "  ", "zz", "a" * 300, "%", "*", "m_4dhagge"):
            assert await completed(client, begun) == []
        for name, reference in (("ref", CONVERSATION), ("purpose", BRIEF), ("x", CONTACT)):
            answer = await client.complete(reference, {"name": name, "value": "ale"})
            assert answer.completion.values == []


async def test_the_list_is_small_and_clean(demo: Settings) -> None:
    change(demo, "UPDATE person_fts SET name = 'Zed ' || name")
    change(demo, "UPDATE contact SET display_name = '<b>' || display_name || char(8238)")
    async with Client(build_server(demo)) as client:
        names = await completed(client, "zed")
    assert len(names) == MOST_NAMES
    assert not any("<" in name or "\u202e" in name for name in names)


async def test_somebody_hidden_completes_to_nobody(demo: Settings) -> None:
    async with Client(build_server(demo)) as client:
        assert ALEX in await completed(client, "alex")
        with open_writer(demo.memory_path) as writer:
            set_access(writer, contact_named(writer, ALEX), "none")
        assert await completed(client, "alex") == ["Alex Lindqvist"]


async def test_what_cannot_be_written_down_is_not_completed(demo: Settings) -> None:
    change(
        demo,
        "CREATE TRIGGER no_more BEFORE INSERT ON disclosure BEGIN SELECT RAISE(ABORT, 'x'); END",
    )
    async with Client(build_server(demo)) as client:
        assert await completed(client, "ale") == []
