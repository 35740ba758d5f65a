"""`list_proposals`: what was proposed, and what became of it."""

from store.proposals.proposals import Proposal, read_proposals, unknown_refs
from store.text.quoting import own_field, quote, worded
from tools.cursors import make_cursor, read_cursor
from tools.memory import Memory
from tools.origin import proposer
from tools.views import ProposalList, ProposalView

MOST_PROPOSALS = 50
LONGEST_TEXT = 500


async def list_proposals(
    memory: Memory, state: str | None = None, limit: int = 20, cursor: str | None = None
) -> ProposalList:
    """Proposals, the newest first. state: only those in it. Raises: UnusableCursor."""
    offset = read_cursor(cursor, "proposals", state)
    limit = max(1, min(limit, MOST_PROPOSALS))
    found = await read_proposals(memory.reader, memory.now(), state, limit + 1, offset)
    more = len(found) > limit
    named = [ref for proposal in found[:limit] for ref in proposal.draft.evidence]
    # Evidence that was hidden or deleted since is no longer named.
    gone = set(await unknown_refs(memory.reader, named))
    return ProposalList(
        proposals=[_entry(memory, proposal, gone) for proposal in found[:limit]],
        truncated=more,
        next_cursor=make_cursor(offset + limit, "proposals", state) if more else None,
        note=None if found else "Nothing was proposed.",
    )


def _entry(memory: Memory, proposal: Proposal, gone: set[str]) -> ProposalView:
    """A proposal as it is listed; a long text is cut, with a mark. gone: refs to leave out."""
    draft = proposal.draft
    text = proposal.edited_text or draft.text
    decided = ""
    if proposal.decided_at is not None:
        edited = ", edited by the owner" if proposal.edited_text else ""
        decided = f"{memory.when(proposal.decided_at)} in {proposal.surface}{edited}"
    return ProposalView(
        ref=proposal.ref,
        id=draft.contact_ref,
        person=own_field(proposal.contact_name),
        kind=draft.kind,
        text=text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + " […]",
        due=draft.due_on,
        corrects=f"{worded(draft.corrects_kind)}: {quote(draft.corrects_text)}"
        if draft.corrects_kind
        else "",
        evidence=" ".join(ref for ref in draft.evidence if ref not in gone),
        state=proposal.state,
        proposed=memory.when(proposal.created_at),
        by=proposer(proposal.proposed_by),
        expires=memory.when(proposal.expires_at) if proposal.state == "pending" else "",
        decided=decided,
    )
