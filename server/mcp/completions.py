"""Completing what is typed for a prompt or a resource: names of people, through the gate.

The SDK gives a completion handler nothing of the request that it belongs to, so that it could not
tell the log to whom a name was shown; a middleware keeps the request beside it.
"""

from contextvars import ContextVar
from typing import Any, Final

from mcp.server import MCPServer
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from server.mcp.app import App
from server.mcp.gate import disclose

LONGEST_BEGINNING: Final = 200
_NOTHING: Final = Completion(values=[])

_request: ContextVar[ServerRequestContext[App, Any]] = ContextVar("request")


async def keep_request(
    context: ServerRequestContext[Any, Any], call_next: CallNext
) -> HandlerResult:
    """Middleware: let the handlers that are called know whose request it is."""
    token = _request.set(context)
    try:
        return await call_next(context)
    finally:
        _request.reset(token)


def add_completions(server: MCPServer[App]) -> None:
    """Register the completion of `person`; of everything else there is none."""

    @server.completion()  # type: ignore[no-untyped-call, untyped-decorator]  # the SDK's
    async def complete(
        _ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        _context: CompletionContext | None,
    ) -> Completion:
        from tools.complete_name import complete_name

        begun = argument.value.strip()
        if argument.name != "person" or not begun or len(begun) > LONGEST_BEGINNING:
            return _NOTHING
        context = Context(request_context=_request.get())
        try:
            answer = await disclose(
                context, "completion", lambda memory: complete_name(memory, begun)
            )
        except ToolError:
            return _NOTHING  # a client shows a list, and has no place for a reason
        people = (answer.structured_content or {})["people"]
        return Completion(values=list(dict.fromkeys(person["name"] for person in people)))
