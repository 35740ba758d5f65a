"""The SDK's server with our manners: wrong calls are answered with how to call right."""

from collections.abc import Sequence
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, InputRequiredResult

from server.mcp.app import App
from server.mcp.errors import plain


class KinkeeperServer(MCPServer[App]):
    """Answers every failing call with one plain sentence, and logs no word of it."""

    def __init__(self, name: str, *, tools: Sequence[Tool], **options: Any) -> None:
        super().__init__(name, tools=list(tools), **options)
        self._arguments = {tool.name: list(tool.parameters["properties"]) for tool in tools}

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[App, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool. Raises: ToolError."""
        self._refuse_unknown(name, arguments)
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            raise plain(name, error) from None

    def _refuse_unknown(self, name: str, arguments: dict[str, Any]) -> None:
        """A mistyped condition that is passed over would show more than was asked for."""
        known = self._arguments.get(name)
        if known is None:
            raise ToolError(f"There is no such tool. There are: {', '.join(self._arguments)}.")
        if not set(arguments) <= set(known):
            raise ToolError(f"{name} takes these arguments and no other: {', '.join(known)}.")
