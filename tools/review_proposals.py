"""What an owner needs to see before they decide on a proposal, gathered from the memory."""

from dataclasses import dataclass
from typing import Final

from store.proposals.proposals import Proposal, read_proposals
from store.proposals.proposing import MOST_PENDING
from store.talk.conversations import ReferenceNotFound, message_by_ref
from store.text.quoting import sourced
from tools.corrections import corrects_line
from tools.doubtful_text import signs
from tools.memory import Memory
from tools.proposal_warnings import warnings
from tools.talk.shown import conversation_in_line, speaker_in_line

# As much of a message is shown beside a proposal.
LONGEST_EVIDENCE: Final = 600
_BECOMES = {
    "note": "a note",
    "conversation_summary": "a summary of a conversation",
    "follow_up": "a follow-up",
    "life_event": "a life event",
    "correction": "a correction",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a proposal rests on. where: source, conversation and date; text: its words."""

    ref: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A pending proposal with all that is shown of it. wrong: the fact that it corrects."""

    proposal: Proposal
    becomes: str
    wrong: str
    evidence: list[Evidence]
    warnings: list[str]


async def proposals_to_review(memory: Memory) -> list[ReviewItem]:
    """Every pending proposal, the oldest first, ready to be shown."""
    pending = await read_proposals(memory.reader, memory.now(), "pending", MOST_PENDING)
    return [await _item(memory, proposal) for proposal in reversed(pending)]


async def _item(memory: Memory, proposal: Proposal) -> ReviewItem:
    evidence = [await _evidence(memory, ref) for ref in proposal.draft.evidence]
    return ReviewItem(
        proposal=proposal,
        becomes=_BECOMES[proposal.draft.kind],
        wrong=corrects_line(proposal),
        evidence=evidence,
        warnings=[*await warnings(memory, proposal), *_of_evidence(evidence)],
    )


def _of_evidence(found: list[Evidence]) -> list[str]:
    return [
        f"Of what it rests on, {number}: {sign}"
        for number, evidence in enumerate(found, 1)
        for sign in signs(f"{evidence.where}\n{evidence.text[:LONGEST_EVIDENCE]}")
    ]


async def _evidence(memory: Memory, ref: str) -> Evidence:
    try:
        message = await message_by_ref(memory.reader, ref)
    except ReferenceNotFound:
        return Evidence(ref, "not a message; kinkeeper has it under this reference", "")
    told = f"{memory.when(message.sent_at)} · {speaker_in_line(message)}"
    where = f"{told} · {conversation_in_line(message)} · {sourced(message.source)}"
    return Evidence(ref, where, message.shown_text)
