"""Resources pass the gate like tools; prompts hold nothing from the memory."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from mcp import Client, MCPError
from mcp.types import TextContent, TextResourceContents

from server.mcp.build import build_server
from server.settings import Settings
from tests.proposing import ALEX, change, rows
from tests.running import ERAS, structured

TWINS = {"contact": "get_contact", "briefing": "brief_me", "conversation": "read_context"}


async def read(client: Client, uri: str) -> dict[str, Any]:
    [content] = (await client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    assert content.mime_type == "application/json"
    answer: dict[str, Any] = json.loads(content.text)
    return answer


async def uris(client: Client, settings: Settings) -> dict[str, str]:
    """Every resource that is listed, filled in."""
    [conversation] = rows(
        settings,
        "SELECT conversation.ref FROM conversation JOIN message ON conversation_id ="
        " conversation.id WHERE conversation.kind = 'direct' GROUP BY 1 ORDER BY count(*) DESC"
        " LIMIT 1",
    )
    values = {"{person}": quote(ALEX), "{ref}": conversation[0]}
    found = {}
    for template in (await client.list_resource_templates()).resource_templates:
        uri = template.uri_template
        for name, value in values.items():
            uri = uri.replace(name, value)
        assert "{" not in uri
        found[template.name] = uri
    assert (await client.list_resources()).resources == []
    return found


@pytest.mark.parametrize("era", ERAS)
async def test_every_resource_passes_the_gate_and_has_a_tool_that_says_the_same(
    demo: Settings, era: str
) -> None:
    async with Client(build_server(demo), mode=era) as client:
        found = await uris(client, demo)
        assert found.keys() == TWINS.keys()
        for name, uri in found.items():
            before = rows(demo, "SELECT count(*) FROM disclosure")[0][0]
            answer = await read(client, uri)
            [(tool,)] = rows(demo, f"SELECT tool FROM disclosure WHERE id > {before}")
            assert tool == f"resource {name}"
            argument = (
                {"ref": uri.rpartition("/")[2], "around": 20}
                if name == "conversation"
                else {"person": ALEX}
            )
            assert structured(await client.call_tool(TWINS[name], argument)) == answer


async def test_injected_text_comes_out_cleaned(demo: Settings) -> None:
    change(demo, "UPDATE message SET text = '<b>' || char(8238) || 'x https://evil.example/y'")
    async with Client(build_server(demo)) as client:
        for uri in (await uris(client, demo)).values():
            shown = json.dumps(await read(client, uri), ensure_ascii=False)
            for trace in ("<", "\u202e", "https:", "evil.example/"):
                assert trace not in shown


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("kinkeeper://contact/Alex", "fits 2 people"),
        ("kinkeeper://briefing/Nobody%20Atall", "Nobody called"),
        ("kinkeeper://conversation/v_0000000", "search_context"),
        ("kinkeeper://conversation/..%2Fx", ""),
        ("kinkeeper://proposal/p_0000000/accept", ""),
        ("file:///etc/passwd", ""),
    ],
)
async def test_what_is_not_there_is_answered_with_how_to_ask(
    demo: Settings, uri: str, said: str
) -> None:
    async with Client(build_server(demo)) as client:
        with pytest.raises(MCPError) as error:
            await client.read_resource(uri)
        assert said in str(error.value)
        assert "Traceback" not in str(error.value)


async def test_prompts_hold_what_was_typed_and_nothing_else(demo: Settings) -> None:
    async with Client(build_server(demo)) as client:
        prompts = (await client.list_prompts()).prompts
        assert len(prompts) >= 3
        tools = {tool.name for tool in (await client.list_tools()).tools}
        for prompt in prompts:
            assert prompt.title
            arguments = {argument.name: "Zed Zoe" for argument in prompt.arguments or []}
            [message] = (await client.get_prompt(prompt.name, arguments)).messages
            assert isinstance(message.content, TextContent)
            if prompt.arguments:
                assert "Zed Zoe" in message.content.text
            assert any(tool in message.content.text for tool in tools)
    assert rows(demo, "SELECT 1 FROM disclosure") == []
