"""The disclosure gate: everything that leaves for an assistant passes here, and nothing else does.

Access tiers, strangers' words and sensitive texts are withheld where an assistant's connection
reads them (`store/engine/assistant_views.py`, `tools/withholding.py`), before anything is cut. Here
every string is cleaned, and looked at once more for what never leaves. The keys of objects have to
be those of the answer's model, at every depth: what is in the memory is never one. Then the size
and the owner's budget are checked, the disclosure is written down, and the answer is given. An
answer that could not be written down is not given.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, Final

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, TextContent

from server.mcp.answer_keys import refuse_unknown_keys
from server.mcp.app import App, OpenMemory
from server.mcp.errors import as_tool_errors
from store.errors import StoreError
from store.sharing.disclosures import BudgetSpent, budget_frees_at, record_disclosure
from store.text.names import visible
from tools.memory import Memory
from tools.views import View
from tools.withholding import safe, safe_for_assistant

MOST_CHARACTERS: Final = 40_000
# The fields of a hit whose turns are words of messages without a reference of their own.
_TURNS_BESIDE: Final = ("before", "after")
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
        app = context.request_context.lifespan_context
        opened = await app.open()
        try:
            view = await ask(opened.memory)
        except StoreError as error:
            # A refusal tells something too: the candidates for a name, the nearest names.
            text = safe_for_assistant(str(error))
            await _write_down(context, opened, tool, _REF.findall(text), len(text))
            raise
        answer: dict[str, Any] = safe(view.model_dump(mode="json", warnings=False))
        refuse_unknown_keys(type(view), answer)
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        if len(text) > MOST_CHARACTERS:
            raise AnswerTooLarge
        shown = list(_refs(answer))
        async with app.disclosing:  # two answers at once must not share what is left
            messages = _messages(answer)
            await _refuse_past_budget(context, opened, messages)
            await _write_down(context, opened, tool, shown, len(text), messages)
        return CallToolResult(
            content=[TextContent(type="text", text=text)], structured_content=answer
        )


async def _refuse_past_budget(context: Context[App], opened: OpenMemory, messages: int) -> None:
    budget, memory = opened.choices.disclosure_budget, opened.memory
    if budget is None or not messages:
        return
    now = memory.now()
    free_at = await budget_frees_at(memory.reader, client_name(context), messages, budget, now)
    if free_at != now:
        raise BudgetSpent(budget, memory.when(free_at) if free_at else "")


async def write_down_question(
    context: Context[App], opened: OpenMemory, tool: str, refs: Iterable[str], question: str
) -> None:
    """Write down a question to the owner, which passes through their client, before it is asked."""
    await _write_down(context, opened, tool, refs, len(question))


async def _write_down(
    context: Context[App],
    opened: OpenMemory,
    tool: str,
    shown: Iterable[str],
    characters: int,
    messages: int = 0,
) -> None:
    refs = list(dict.fromkeys(shown))
    await record_disclosure(
        opened.proposer,
        now=opened.memory.now(),
        client=client_name(context),
        tool=tool,
        about=[ref for ref in refs if ref.startswith("c_")],
        refs=[ref for ref in refs if not ref.startswith("c_")],
        messages=messages,
        characters=characters,
    )


def _messages(answer: Any) -> int:
    """How many messages' words an answer holds, the turns beside a hit included."""
    refs = {ref for ref in _refs(answer) if ref.startswith("m_")}
    return len(refs) + _turns_beside(answer)


def _turns_beside(value: Any) -> int:
    if isinstance(value, list):
        return sum(map(_turns_beside, value))
    if isinstance(value, dict):
        beside = sum(len(value.get(name, ())) for name in _TURNS_BESIDE)
        return beside + sum(map(_turns_beside, value.values()))
    return 0


def _refs(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _refs(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in {"id", "ref"} and isinstance(item, str):
                yield from _REF.findall(item)
            elif key == "sections":  # a briefing's lines are texts with their references in them
                yield from _REF.findall(json.dumps(item))
            else:
                yield from _refs(item)


def client_name(context: Context[App]) -> str:
    """What the client calls itself, on one line; nobody vouches for it."""
    parameters = context.session.client_params
    info = parameters.client_info if parameters else None
    return visible(f"{info.name} {info.version}")[:120] if info else "unnamed client"
