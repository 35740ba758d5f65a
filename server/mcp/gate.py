"""The disclosure gate: everything that leaves for an assistant passes here, and nothing else does.

What the gate does stands in `server/disclosing.py`; here it is done for one call of the protocol.
The keys of objects have to be those of the answer's model, at every depth: what is in the memory is
never one.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, TextContent

from server.disclosing import (
    MOST_CHARACTERS,
    AnswerTooLarge,
    Asker,
    OpenMemory,
    write_down,
    write_down_refusal,
)
from server.mcp.answer_keys import refuse_unknown_keys
from server.mcp.app import App
from server.mcp.errors import as_tool_errors
from store.errors import StoreError
from store.text.names import visible
from tools.memory import Memory
from tools.views import View
from tools.withholding import safe, texts_of


async def disclose(
    context: Context[App], tool: str, ask: Callable[[Memory], Awaitable[View]]
) -> CallToolResult:
    """Ask the memory and give the answer to the assistant, cleaned and written down.

    Raises: ToolError with a message that says how to do better.
    """
    with as_tool_errors(tool):
        opened = await context.request_context.lifespan_context.open()
        asker = Asker("assistant", client_name(context))
        try:
            view = await ask(opened.memory)
        except StoreError as error:
            await write_down_refusal(opened, asker, tool, error)
            raise
        answer: dict[str, Any] = safe(view.model_dump(mode="json", warnings=False))
        refuse_unknown_keys(type(view), answer)
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        if len(text) > MOST_CHARACTERS:
            raise AnswerTooLarge
        await write_down(opened, asker, tool, texts_of(answer), len(text))
        return CallToolResult(
            content=[TextContent(type="text", text=text)], structured_content=answer
        )


async def write_down_question(
    context: Context[App], opened: OpenMemory, tool: str, refs: list[str], question: str
) -> None:
    """Write down a question to the owner, which passes through their client, before it is asked.

    refs: what it is about.
    """
    asker = Asker("assistant", client_name(context))
    await write_down(opened, asker, tool, [*refs, question], len(question))


def client_name(context: Context[App]) -> str:
    """What the client calls itself, on one line; nobody vouches for it."""
    parameters = context.session.client_params
    info = parameters.client_info if parameters else None
    return visible(f"{info.name} {info.version}")[:120] if info else "unnamed client"
