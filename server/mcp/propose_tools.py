"""The tools that propose, and tell what became of it. None of them decides.

`propose_note` stores first and then, where the owner allows it, has the client ask them.
What a tool does is imported at its first call: a server that nobody asks starts without it.
"""

# ruff: noqa: ARG001 the resolvers take a tool's arguments by name
import inspect
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final, Literal

import anyio.to_thread
from mcp.server.mcpserver import AcceptedElicitation, Context, Elicit, ElicitationResult, Resolve
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, ToolAnnotations
from pydantic import Field

from server.disclosing import OpenMemory
from server.mcp.app import App
from server.mcp.dialogs import Answer
from server.mcp.gate import client_name, disclose, write_down_question
from server.mcp.read_tools import READ, Cursor, Person
from server.mcp.schemas import published_answer, published_arguments
from store.errors import StoreError
from store.proposals.proposals import Kind, may_confirm_in_client, read_proposal
from store.text.quoting import named, quote
from tools.memory import Memory
from tools.views import ProposalAnswer, ProposalList
from tools.withholding import safe_for_assistant

if TYPE_CHECKING:
    from tools.propose_note import Stored

# A longer text may be cut by a client's dialog; it waits for the owner's terminal.
LONGEST_QUESTION: Final = 700
PROPOSE: Final = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
# Clients that know it ask their user before every call, whatever they were told to allow.
ASK_FIRST: Final = {"anthropic/requiresUserInteraction": True}


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of storing: the proposal, or why not."""

    stored: "Stored | None"
    refusal: Exception | None


async def store_first(
    ctx: Context[App],
    person: str,
    text: str,
    kind: Kind,
    due: str | None,
    corrects: str | None,
    evidence: list[str],
) -> Attempt:
    """Store the proposal before anybody is asked; asked again, it finds the same one."""
    from tools.propose_note import Wish, store_proposal

    wish = Wish(person, text, kind, due, corrects, evidence)
    try:
        opened = await ctx.request_context.lifespan_context.open()
        stored = await store_proposal(opened.memory, opened.proposer, client_name(ctx), wish)
    except Exception as error:  # noqa: BLE001 the gate says it, and writes down that it was said
        return Attempt(None, error)
    return Attempt(stored, None)


async def ask_the_owner(
    ctx: Context[App], attempt: Annotated[Attempt, Resolve(store_first)]
) -> Answer | Elicit[Answer]:
    """A question to the owner where that may count, else no answer."""
    app = ctx.request_context.lifespan_context
    if attempt.stored is None or not _client_can_ask(ctx):
        return Answer()
    opened = await app.open()
    contact, proposal = attempt.stored.contact, attempt.stored.proposal
    draft = proposal.draft
    due = f" ({draft.due_on})" if draft.due_on else ""
    what = f"{draft.kind.replace('_', ' ')}{due} about {named(contact.name)}"
    question = f"Remember this {what}?\n\n{draft.text}"
    if not await _dialog_counts(opened, attempt.stored, question):
        return Answer()
    first = not app.dialogs.asked(proposal.ref)
    if not app.dialogs.may_ask(proposal.ref):
        return Answer()
    if first:
        refs = [contact.ref, proposal.ref]
        await write_down_question(ctx, opened, "propose_note", refs, question)
    return Elicit(question, app.dialogs.form(proposal.ref))


def _client_can_ask(context: Context[App]) -> bool:
    """Whether the client declared that it shows forms; without that a question is an error."""
    capabilities = context.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    return elicitation is not None and (elicitation.form is not None or elicitation.url is None)


async def _dialog_counts(opened: OpenMemory, stored: "Stored", question: str) -> bool:
    """Corrections, and whatever needs a second look, wait for the owner's terminal.

    So does a text that would not be shown exactly as it is stored.
    """
    return (
        stored.proposal.state == "pending"
        and stored.proposal.draft.text == stored.text
        and stored.proposal.draft.kind != "correction"
        and await may_confirm_in_client(opened.memory.reader)
        and len(question) <= LONGEST_QUESTION
        and safe_for_assistant(question) == question
        and not await _is_doubtful(opened.memory, stored)
    )


async def _is_doubtful(memory: Memory, stored: "Stored") -> bool:
    """Whether the owner should look twice, which a client's dialog cannot be trusted to show."""
    from tools.proposal_warnings import warnings

    return bool(await warnings(memory, stored.proposal))


async def propose_note(
    ctx: Context[App],
    attempt: Annotated[Attempt, Resolve(store_first)],
    answer: Annotated[ElicitationResult[Answer], Resolve(ask_the_owner)],
    person: Person,
    text: Annotated[str, Field(max_length=4_000)],
    kind: Kind,
    due: Annotated[
        str | None, Field(description="2026-11-20; life_event also 2026-11, --11-20", max_length=30)
    ] = None,
    corrects: Annotated[
        str | None, Field(description="the wrong fact: id or text in get_contact", max_length=9_000)
    ] = None,
    evidence: Annotated[list[Annotated[str, Field(max_length=40)]], Field(description="m_…")] = [],  # noqa: B006 never changed
) -> Annotated[CallToolResult, ProposalAnswer]:
    """Propose something to remember. Stored as pending; the owner alone decides: say so.

    correction: text is what holds instead, or “none”.
    """

    from tools.propose_note import proposal_answer

    async def outcome(memory: Memory) -> ProposalAnswer:
        if attempt.stored is None:
            raise attempt.refusal or AssertionError("neither stored nor refused")
        remembered = await _remembered(ctx, memory, attempt.stored, answer)
        if remembered:
            ref = attempt.stored.proposal.ref
            now = await read_proposal(memory.reader, ref, memory.now())
            return proposal_answer(memory, replace(attempt.stored, proposal=now), remembered)
        doubtful = await _is_doubtful(memory, attempt.stored)
        return proposal_answer(memory, attempt.stored, doubtful=doubtful)

    return await disclose(ctx, "propose_note", outcome)


async def _remembered(
    ctx: Context[App], memory: Memory, stored: "Stored", answer: ElicitationResult[Answer]
) -> str:
    """Write down the owner's explicit yes, if it is one; says how, or nothing."""
    from store.proposals.decisions import confirm_in_dialog
    from tools.owed_by import owed_by

    app = ctx.request_context.lifespan_context
    ref, draft = stored.proposal.ref, stored.proposal.draft
    given = answer.data if isinstance(answer, AcceptedElicitation) else None
    if not app.dialogs.close(ref, given):
        return ""
    whose = owed_by(draft.text, stored.contact.name)
    path, now = app.settings.memory_path, memory.now()
    try:
        fact = await anyio.to_thread.run_sync(
            confirm_in_dialog, path, ref, draft.sha256(), whose, now
        )
    except StoreError:
        return ""  # decided meanwhile, or switched off: it says its state by itself
    return f"The owner chose to remember this in {quote(client_name(ctx))}'s dialog: {fact}"


async def list_proposals(
    ctx: Context[App],
    state: Literal["pending", "accepted", "rejected", "expired", "taken back"] | None = None,
    limit: Annotated[int, Field(ge=1, le=50)] = 20,
    cursor: Cursor = None,
) -> Annotated[CallToolResult, ProposalList]:
    """What was proposed, newest first, and what became of it. Pending ones are not facts."""
    from tools.list_proposals import list_proposals as read_list

    return await disclose(
        ctx, "list_proposals", lambda memory: read_list(memory, state, limit, cursor)
    )


def propose_tools() -> list[Tool]:
    """The proposing tools, in the order in which they are listed."""
    tools = []
    for function, title, annotations, meta in (
        (propose_note, "Propose a note", PROPOSE, ASK_FIRST),
        (list_proposals, "What was proposed", READ, None),
    ):
        tool = Tool.from_function(
            function,
            title=title,
            description=inspect.getdoc(function),
            annotations=annotations,
            meta=meta,
        )
        tool.parameters = published_arguments(tool.parameters)
        tool.fn_metadata.output_schema = published_answer(tool.fn_metadata.output_schema or {})
        tools.append(tool)
    return tools
