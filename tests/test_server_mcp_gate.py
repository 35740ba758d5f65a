"""Nothing leaves for an assistant but through the gate: cleaned, bounded, and written down."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp.types import Implementation

from server.mcp.app import App
from server.mcp.build import build_server
from server.mcp.calls import KinkeeperServer
from server.mcp.errors import as_tool_errors
from server.settings import Settings
from store.memory import open_writer
from store.text.quoting import quote
from tests.running import ERAS, environment, structured, text_of
from tests.wire import serving

NASTY = (
    "<script>x</script> ![a](https://evil.example/p?d=1) [b](https://evil.example/q)"
    " https://evil.example/r?s=t <img src=//evil.example> javascript:alert(1)"
    " \x1b[31m\x07\u202e\u2066\u200b\U000e0041\U000e0042 [[c]](//evil.example/u) evil.example/v"
)
# What an argument of each name is given; a tool with another required argument adds to it.
ARGUMENTS = {"person": "Alex Moreira", "query": "school", "kind": "note", "text": f"Tea {NASTY}"}
PRIVATE = "pomegranate"


def disclosures(settings: Settings) -> list[dict[str, Any]]:
    with open_writer(settings.memory_path) as writer:
        return [dict(row) for row in writer.all("SELECT * FROM disclosure ORDER BY id")]


def change(settings: Settings, *statements: str) -> None:
    with open_writer(settings.memory_path) as writer:
        for statement in statements:
            writer.run(statement)


async def arguments_for(client: Client) -> list[tuple[str, dict[str, Any]]]:
    """A call of every tool that is listed, with what it requires."""
    found = structured(await client.call_tool("search_context", {"query": "school"}))
    values = {**ARGUMENTS, "ref": found["hits"][0]["ref"]}
    tools = (await client.list_tools()).tools
    return [
        (tool.name, {name: values[name] for name in tool.input_schema.get("required", [])})
        for tool in tools
    ]


@pytest.mark.parametrize("era", ERAS)
async def test_every_tool_passes_the_gate(demo: Settings, era: str) -> None:
    async with Client(build_server(demo), mode=era) as client:
        for tool, arguments in await arguments_for(client):
            before = len(disclosures(demo))
            answer = await client.call_tool(tool, arguments)
            structured(answer)
            after = disclosures(demo)
            assert len(after) == before + 1, f"{tool} goes around the gate"
            assert after[-1]["tool"] == tool
            assert after[-1]["characters"] == len(text_of(answer))


@pytest.mark.parametrize("era", ERAS)
async def test_the_log_holds_who_asked_what_was_shown_and_about_whom(
    demo: Settings, era: str
) -> None:
    who = Implementation(name="a client", version="7")
    async with Client(build_server(demo), mode=era, client_info=who) as client:
        found = structured(await client.call_tool("search_context", {"query": "school"}))
        contact = structured(await client.call_tool("get_contact", {"person": "Alex Moreira"}))
    searched, read = disclosures(demo)[-2:]
    assert searched["client"] == read["client"] == "a client 7"
    shown = [hit["ref"] for hit in found["hits"]]
    assert json.loads(searched["refs"])[: len(shown)] == shown
    assert json.loads(read["about"])[0] == contact["id"]
    assert searched["shown_at"] == int(demo.clock().timestamp())


async def test_what_a_refusal_tells_is_written_down_too(demo: Settings) -> None:
    async with Client(build_server(demo)) as client:
        said = text_of(await client.call_tool("brief_me", {"person": "Alex"}))
        await client.call_tool("brief_me", {"person": "Alex Moriera"})
    candidates, nearest = disclosures(demo)[-2:]
    assert len(json.loads(candidates["about"])) == 2
    assert all(ref in said for ref in json.loads(candidates["about"]))
    assert candidates["characters"] == len(said)
    assert nearest["characters"] > 0


async def test_an_answer_that_cannot_be_written_down_is_not_given(demo: Settings) -> None:
    change(
        demo,
        "CREATE TRIGGER no_more BEFORE INSERT ON disclosure"
        f" BEGIN SELECT RAISE(ABORT, '{PRIVATE}'); END",
    )
    async with Client(build_server(demo)) as client:
        for tool, arguments in (
            ("get_contact", {"person": "Alex Moreira"}),
            ("find_contacts", {}),
            ("search_context", {"query": "school"}),
            ("brief_me", {"person": "Alex"}),
        ):
            answer = await client.call_tool(tool, arguments)
            assert answer.is_error
            assert answer.structured_content is None
            assert "Moreira" not in text_of(answer)
            assert PRIVATE not in text_of(answer)


async def test_an_answer_that_is_too_large_is_not_given(demo: Settings) -> None:
    change(demo, "UPDATE contact SET display_name = display_name || printf('%.9000c', 'x')")
    async with Client(build_server(demo)) as client:
        answer = await client.call_tool("find_contacts", {"limit": 50})
        assert answer.is_error
        assert "smaller limit" in text_of(answer)
        assert len(text_of(answer)) < 500


@pytest.mark.parametrize("era", ERAS)
async def test_injected_text_comes_out_cleaned_in_every_tool(demo: Settings, era: str) -> None:
    nasty = NASTY.replace("'", "''")
    change(
        demo,
        f"UPDATE message SET text = 'school ' || '{nasty}' || text, subject = '{nasty}' || subject",
        f"UPDATE conversation SET title = title || '{nasty}'",
        f"UPDATE contact SET display_name = display_name || '{nasty}'",
        f"UPDATE contact_method SET value = value || '{nasty}', label = label || '{nasty}'",
        f"UPDATE organization SET name = name || '{nasty}'",
        f"UPDATE tag SET name = name || '{nasty}'",
        f"UPDATE note SET text = text || '{nasty}'",
    )
    async with Client(build_server(demo), mode=era) as client:
        answers = [
            (await client.call_tool(tool, arguments), tool)
            for tool, arguments in await arguments_for(client)
        ]
        answers.append((await client.call_tool("brief_me", {"person": "Alex"}), "refusal"))
        for answer, tool in answers:
            shown = text_of(answer) + json.dumps(answer.structured_content, ensure_ascii=False)
            assert "evil.example" in shown, tool
            for trace in ("<", "![", "](", "://", "evil.example/", "//evil", "javascript:"):
                assert trace not in shown, tool
            for character in "\x1b\x07\u202e\u2066\u200b\U000e0041":
                assert character not in shown, tool
                assert json.dumps(character)[1:-1] not in shown, tool


def test_private_words_never_reach_stderr(demo: Settings, tmp_path: Path) -> None:
    change(
        demo,
        f"UPDATE message SET text = '{PRIVATE} ' || text",
        "CREATE TRIGGER no_more BEFORE INSERT ON disclosure WHEN NEW.tool = 'get_contact'"
        f" BEGIN SELECT RAISE(ABORT, '{PRIVATE}'); END",
    )
    errors = tmp_path / "stderr"
    with serving(environment(demo.home, demo.cache), errors) as wire:
        wire.greet()
        assert PRIVATE in json.dumps(wire.call("search_context", query=PRIVATE))
        wire.call("brief_me", person=PRIVATE)
        wire.call("brief_me", person="Alex", max_tokens=PRIVATE)
        fault = wire.call("get_contact", person="Alex Moreira")
        wire.call(PRIVATE)
        wire.ask(f"tools/{PRIVATE}", {PRIVATE: PRIVATE})
        wire.ask("tools/call", {"name": [PRIVATE], "arguments": PRIVATE})
        for line in (PRIVATE, f'{{"{PRIVATE}": ', f'{{"jsonrpc":"2.0","method":"{PRIVATE}"}}'):
            wire.send(line)
        wire.send(f'{{"jsonrpc":"2.0","id":99,"result":{{"{PRIVATE}":"{PRIVATE}"}}}}')
        wire.ask("tools/list")
        assert wire.hang_up() == 0
    logged = errors.read_text()
    assert PRIVATE not in logged
    assert "Alex" not in logged
    number = fault["content"][0]["text"].partition("(fault ")[2].partition(")")[0]
    assert f"fault {number} in get_contact: " in logged


async def test_a_fault_gives_a_number_and_no_word_of_the_exception(
    demo: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async def inside(ctx: Context[App]) -> str:
        with as_tool_errors("inside"):
            raise ValueError(PRIVATE)

    async def outside(ctx: Context[App]) -> str:
        raise ValueError(PRIVATE)

    async def badly_typed() -> dict[str, int]:
        return {"value": PRIVATE}  # type: ignore[dict-item]  # what a bug would do

    server = KinkeeperServer(
        "faulty", tools=[Tool.from_function(each) for each in (inside, outside, badly_typed)]
    )
    async with Client(server) as client:
        for tool in ("inside", "outside", "badly_typed"):
            caplog.clear()
            answer = await client.call_tool(tool, {})
            assert answer.is_error
            assert PRIVATE not in text_of(answer)
            number = text_of(answer).partition("(fault ")[2].partition(")")[0]
            assert len(number) == 8
            logged = [record for record in caplog.records if record.levelno >= logging.WARNING]
            assert [record.name for record in logged] == ["kinkeeper"]
            assert number in logged[0].getMessage()
            assert PRIVATE not in caplog.text


async def test_every_message_whose_words_are_given_counts(demo: Settings) -> None:
    async with Client(build_server(demo)) as client:
        hits = structured(await client.call_tool("search_context", {"query": "school"}))["hits"]
        ref = hits[0]["ref"]
        turns = structured(await client.call_tool("read_context", {"ref": ref}))["messages"]
    searched, read = disclosures(demo)[-2:]
    # A turn that stands beside two hits is one message.
    beside = {line for hit in hits for line in [*hit.get("before", []), *hit.get("after", [])]}
    own = {f"{hit['sender']}: {quote(hit['text'])}" for hit in hits}
    assert beside - own
    assert searched["messages"] == len(own | beside)
    assert read["messages"] == len(turns)


async def test_a_proposal_does_not_name_what_was_hidden_after_it(demo: Settings) -> None:
    async with Client(build_server(demo)) as client:
        found = structured(await client.call_tool("search_context", {"query": "school"}))
        refs = [hit["ref"] for hit in found["hits"][:2]]
        arguments = {"person": "Alex Moreira", "text": "Quince", "kind": "note", "evidence": refs}
        structured(await client.call_tool("propose_note", arguments))
        [before] = structured(await client.call_tool("list_proposals", {}))["proposals"]
        change(demo, f"UPDATE message SET hidden = 1 WHERE ref = '{refs[0]}'")
        [after] = structured(await client.call_tool("list_proposals", {}))["proposals"]
    assert (before["evidence"], after["evidence"]) == (" ".join(refs), refs[1])
