"""The reading tools as assistants see them: names, arguments, descriptions, hints.

What a tool does is imported at its first call: a server that nobody asks starts without it.
"""

import inspect
from typing import Annotated, Final, Literal

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, ToolAnnotations
from pydantic import Field

from server.mcp.app import App
from server.mcp.gate import disclose
from server.mcp.schemas import published_answer, published_arguments
from tools.views import (
    Briefing,
    ContactView,
    ContextAnswer,
    DueList,
    FoundContacts,
    Review,
    SearchAnswer,
)

# The other two hints have a meaning only for tools that change something.
READ: Final = ToolAnnotations(read_only_hint=True, open_world_hint=False)

Person = Annotated[str, Field(description="id (c_…) or name", max_length=200)]
Text = Annotated[str, Field(max_length=1_000)]
Word = Annotated[str | None, Field(max_length=200)]
Day = Annotated[str | None, Field(description="2026-11-20, 2026-11 or 2026", max_length=30)]
Cursor = Annotated[str | None, Field(description="next_cursor of the last answer", max_length=200)]


async def find_contacts(
    ctx: Context[App],
    query: Annotated[str | None, Field(description="name or part of it", max_length=200)] = None,
    tag: Word = None,
    group: Word = None,
    organization: Word = None,
    status: Literal["active", "reconnect later", "reference", "archived"] | None = None,
    limit: Annotated[int, Field(ge=1, le=50)] = 20,
    cursor: Cursor = None,
) -> Annotated[CallToolResult, FoundContacts]:
    """Find people in the owner's memory by name, tag, group, organization or status.

    Says why each matched and what tells namesakes apart. Without arguments: everybody, by name.
    """
    from tools.find_contacts import find_contacts as list_contacts

    return await disclose(
        ctx,
        "find_contacts",
        lambda memory: list_contacts(
            memory, query, tag, group, organization, status, limit, cursor
        ),
    )


async def get_contact(ctx: Context[App], person: Person) -> Annotated[CallToolResult, ContactView]:
    """The record of one person: ways to reach them, work, family, rhythm, follow-ups, notes.

    Every fact names its source. For a conversation about to happen, brief_me is better.
    """
    from tools.get_contact import get_contact as read_contact

    return await disclose(ctx, "get_contact", lambda memory: read_contact(memory, person))


async def brief_me(
    ctx: Context[App],
    person: Annotated[
        str, Field(description="id or name; several with commas, or group:NAME", max_length=600)
    ],
    purpose: Annotated[str | None, Field(max_length=300)] = None,
    max_tokens: Annotated[int, Field(ge=200, le=8_000)] = 1_200,
    as_of: Annotated[str | None, Field(description="a past day", max_length=30)] = None,
) -> Annotated[CallToolResult, Briefing]:
    """Brief the owner before a call or meeting: start here.

    Since you last spoke, open promises, what to remember and ask, each with date and reference.
    """
    from tools.brief_me import brief_me as compose_briefing

    return await disclose(
        ctx,
        "brief_me",
        lambda memory: compose_briefing(memory, person, purpose, max_tokens, as_of),
    )


async def search_context(
    ctx: Context[App],
    query: Annotated[Text, Field(description="a question or words, in any language", min_length=1)],
    person: Annotated[
        str | None,
        Field(description="only conversations with them: id or name", max_length=200),
    ] = None,
    since: Day = None,
    until: Day = None,
    source: Annotated[str | None, Field(description="telegram, mail, …", max_length=40)] = None,
    limit: Annotated[int, Field(ge=1, le=20)] = 10,
    cursor: Cursor = None,
) -> Annotated[CallToolResult, SearchAnswer]:
    """Search the owner's conversations by words and by meaning ("who told me about …?").

    Each hit is the message with who, when and where, and the turns around it.
    """
    from tools.search_context import search_context as search_messages

    return await disclose(
        ctx,
        "search_context",
        lambda memory: search_messages(memory, query, person, since, until, source, limit, cursor),
    )


async def read_context(
    ctx: Context[App],
    ref: Annotated[str, Field(description="m_…, or v_…: a conversation's end", max_length=40)],
    around: Annotated[int, Field(ge=0, le=20)] = 5,
) -> Annotated[CallToolResult, ContextAnswer]:
    """Read the messages around a reference, exactly as they were written, for quoting."""
    from tools.read_context import read_context as read_messages

    return await disclose(ctx, "read_context", lambda memory: read_messages(memory, ref, around))


async def due_followups(
    ctx: Context[App],
    within_days: Annotated[int, Field(ge=0)] = 7,
    person: Word = None,
    kinds: list[Literal["follow_up", "rhythm", "life_event", "drift"]] | None = None,
    limit: Annotated[int, Field(ge=1, le=50)] = 10,
    cursor: Word = None,
) -> Annotated[CallToolResult, DueList]:
    """Who needs the owner now, why, and one next step."""
    from tools.due_followups import due_followups as list_due

    return await disclose(
        ctx,
        "due_followups",
        lambda memory: list_due(memory, within_days, person, kinds, limit, cursor),
    )


async def review_relationships(
    ctx: Context[App], period: Literal["week", "month"] = "week"
) -> Annotated[CallToolResult, Review]:
    """Look at all relationships: open, quiet, outdated; next steps."""
    from tools.review_relationships import review_relationships as look_back

    return await disclose(ctx, "review_relationships", lambda memory: look_back(memory, period))


def read_tools() -> list[Tool]:
    """The reading tools, in the order in which they are listed."""
    tools = []
    for function, title in (
        (brief_me, "Brief me on someone"),
        (find_contacts, "Find people"),
        (get_contact, "A person's record"),
        (search_context, "Search conversations"),
        (read_context, "Read around a message"),
        (due_followups, "Due"),
        (review_relationships, "Review"),
    ):
        tool = Tool.from_function(
            function, title=title, description=inspect.getdoc(function), annotations=READ
        )
        tool.parameters = published_arguments(tool.parameters)
        tool.fn_metadata.output_schema = published_answer(tool.fn_metadata.output_schema or {})
        tools.append(tool)
    return tools
