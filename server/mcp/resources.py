"""Resources: what the reading tools give, for clients whose users attach things by hand.

Nothing exists as a resource alone, and each passes the gate like the tool that it mirrors.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.types import TextContent

from server.mcp.app import App
from server.mcp.gate import disclose
from tools.memory import Memory
from tools.views import View

_JSON: Final = "application/json"


def add_resources(server: MCPServer[App]) -> None:
    """Register the resources; a person is an id or a name, a conversation its reference (v_…)."""

    @server.resource("kinkeeper://contact/{person}", title="A person's record", mime_type=_JSON)
    async def contact(person: str, ctx: Context[Any, Any]) -> str:
        """The record of one person, as get_contact gives it."""
        from tools.get_contact import get_contact

        return await _read(ctx, "contact", lambda memory: get_contact(memory, person))

    @server.resource("kinkeeper://briefing/{person}", title="A briefing", mime_type=_JSON)
    async def briefing(person: str, ctx: Context[Any, Any]) -> str:
        """The briefing on one person, as brief_me gives it."""
        from tools.brief_me import brief_me

        return await _read(ctx, "briefing", lambda memory: brief_me(memory, person))

    @server.resource("kinkeeper://conversation/{ref}", title="A conversation", mime_type=_JSON)
    async def conversation(ref: str, ctx: Context[Any, Any]) -> str:
        """The end of a conversation, as read_context gives it."""
        from tools.read_context import MOST_AROUND, read_context

        return await _read(
            ctx, "conversation", lambda memory: read_context(memory, ref, MOST_AROUND)
        )


async def _read(
    ctx: Context[App, Any], resource: str, ask: Callable[[Memory], Awaitable[View]]
) -> str:
    try:
        answer = await disclose(ctx, f"resource {resource}", ask)
    except ToolError as error:
        raise ResourceNotFoundError(str(error)) from None
    [content] = answer.content
    assert isinstance(content, TextContent)  # noqa: S101 the gate gives nothing else
    return content.text
