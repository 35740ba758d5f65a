"""The disclosure gate: everything that leaves for an assistant passes here, and nothing else does.

Clean → check the size → write the disclosure down → answer. An answer that could not be written
down is not given.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, Final

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, TextContent

from server.mcp.app import App, OpenMemory
from server.mcp.errors import as_tool_errors
from store.disclosures import record_disclosure
from store.errors import StoreError
from tools.clean import clean_for_assistant, cleaned
from tools.memory import Memory
from tools.views import View

MOST_CHARACTERS: Final = 40_000
_REF: Final = re.compile(r"\b[a-z]_[0-9a-z]{7}\b")


class AnswerTooLarge(StoreError):
    """More than an assistant can take in one answer."""

    def __init__(self) -> None:
        super().__init__("The answer is too large. Ask for less: a smaller limit, or a person.")


async def disclose(
    context: Context[App], tool: str, ask: Callable[[Memory], Awaitable[View]]
) -> CallToolResult:
    """Ask the memory and give the answer to the assistant, cleaned and written down.

    Raises: ToolError with a message that says how to do better.
    """
    with as_tool_errors(tool):
        opened = await context.request_context.lifespan_context.open()
        try:
            view = await ask(opened.memory)
        except StoreError as error:
            # A refusal tells something too: the candidates for a name, the nearest names.
            text = clean_for_assistant(str(error))
            await _write_down(context, opened, tool, _REF.findall(text), len(text))
            raise
        answer: dict[str, Any] = cleaned(view.model_dump(mode="json"))
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        if len(text) > MOST_CHARACTERS:
            raise AnswerTooLarge
        await _write_down(context, opened, tool, _refs(answer), len(text))
        return CallToolResult(
            content=[TextContent(type="text", text=text)], structured_content=answer
        )


async def _write_down(
    context: Context[App], opened: OpenMemory, tool: str, shown: Iterable[str], characters: int
) -> None:
    refs = list(dict.fromkeys(shown))
    await record_disclosure(
        opened.proposer,
        now=opened.memory.now(),
        client=_client_name(context),
        tool=tool,
        about=[ref for ref in refs if ref.startswith("c_")],
        refs=[ref for ref in refs if not ref.startswith("c_")],
        characters=characters,
    )


def _refs(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _refs(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in {"id", "ref"} and isinstance(item, str):
                yield item
            else:
                yield from _refs(item)


def _client_name(context: Context[App]) -> str:
    """What the client calls itself; nobody vouches for it."""
    parameters = context.session.client_params
    info = parameters.client_info if parameters else None
    return f"{info.name} {info.version}"[:120] if info else "unnamed client"
