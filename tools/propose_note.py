"""`propose_note`: something to remember, stored as pending; only the owner can make it a fact."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from store.engine.connections import Proposer
from store.errors import StoreError
from store.people.contacts import Contact
from store.proposals.proposals import Draft, Kind, Proposal, read_proposal, unknown_refs
from store.proposals.proposing import LONGEST_TEXT, TooManyProposals, propose, same_proposal
from store.text.quoting import quote
from tools.corrections import find_corrected
from tools.days.shown import readable
from tools.memory import Memory
from tools.people import find_person
from tools.views import ProposalAnswer

MOST_EVIDENCE: Final = 10
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?|--(\d\d)-(\d\d)")
_REVIEW: Final = "The owner decides with: kinkeeper review"
_AT_THE_TERMINAL: Final = "It waits for the owner's terminal, which shows what to look at twice."


class UnusableProposal(StoreError):
    """Something about the proposal cannot be stored; the message says how to do better."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be remembered, as an assistant says it.

    due: for a follow-up the day, for a life event its date. corrects: for a correction, the fact
    that is wrong. evidence: refs of what it rests on.
    """

    person: str
    text: str
    kind: Kind
    due: str | None = None
    corrects: str | None = None
    evidence: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """A proposal as it is stored. new: it was not there before this call.

    text: its words, all of them; what an assistant reads of a proposal may be less.
    """

    proposal: Proposal
    contact: Contact
    new: bool
    text: str


async def store_proposal(memory: Memory, proposer: Proposer, client: str, wish: Wish) -> Stored:
    """Store a proposal, or find the same one that is pending or was decided.

    client: as it calls itself.
    Raises: WhichPerson, ContactNotFound, UnusableProposal, WhichFact, TooManyProposals.
    """
    contact = await find_person(memory, wish.person)
    draft = await _checked(memory, contact, wish)
    now = memory.now()
    known = await same_proposal(proposer, draft, client, now)
    ref = known or await propose(proposer, draft, client, now)
    if ref is None:
        # Another server may have stored the same meanwhile.
        ref = known = await same_proposal(proposer, draft, client, now)
    if ref is None:
        raise TooManyProposals
    proposal = await read_proposal(memory.reader, ref, now)
    return Stored(proposal, contact, new=known is None, text=draft.text)


async def _checked(memory: Memory, contact: Contact, wish: Wish) -> Draft:
    text = _checked_text(wish.text)
    evidence = await _checked_evidence(memory, wish.evidence)
    corrects_kind, corrects_text = await _checked_correction(memory, contact, wish)
    return Draft(
        contact.id,
        contact.ref,
        wish.kind,
        text,
        _checked_due(wish.kind, wish.due),
        corrects_kind,
        corrects_text,
        evidence,
    )


def _checked_text(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not 1 <= len(text) <= LONGEST_TEXT or "\0" in text:
        raise UnusableProposal(
            f"`text` must have 1 to {LONGEST_TEXT:,} characters, none of them NUL."
        )
    return text


async def _checked_evidence(memory: Memory, evidence: Sequence[str]) -> tuple[str, ...]:
    refs = list(dict.fromkeys(ref.strip() for ref in evidence))
    if len(refs) > MOST_EVIDENCE:
        raise UnusableProposal(f"`evidence` takes at most {MOST_EVIDENCE} references.")
    if unknown := await unknown_refs(memory.reader, refs):
        raise UnusableProposal(
            f"There is nothing under {', '.join(quote(ref[:40]) for ref in unknown)}. `evidence`"
            " takes references (m_…, i_…, v_…, n_…) that search_context, brief_me and"
            " get_contact gave."
        )
    return tuple(refs)


async def _checked_correction(memory: Memory, contact: Contact, wish: Wish) -> tuple[str, str]:
    """The kind and the words of the fact that is wrong; nothing but for a correction."""
    if wish.kind != "correction":
        if wish.corrects:
            raise UnusableProposal("`corrects` belongs to the kind correction alone.")
        return "", ""
    if not wish.corrects:
        raise UnusableProposal(
            "A correction needs `corrects`: the id or the exact text of the fact that is wrong,"
            " as get_contact shows it. `text` says what holds instead, or “none”."
        )
    return await find_corrected(memory, contact, wish.corrects)


def _checked_due(kind: Kind, due: str | None) -> str:
    due = (due or "").strip()
    if kind == "life_event" and not due:
        raise UnusableProposal(
            "A life event needs `due`: its date, such as 2026-11-20, 2026-11, 2026 or --11-20."
        )
    if not due:
        return ""
    if kind in {"note", "conversation_summary"}:
        raise UnusableProposal("`due` belongs to follow_up, life_event and correction.")
    parts = _DATE.fullmatch(due)
    if parts is None or not _is_date(parts) or (kind == "follow_up" and not parts[3]):
        raise UnusableProposal(
            f"`due` is {quote(due[:40])}. A follow-up takes a day such as 2026-11-20; a life event"
            " also 2026-11, 2026 or --11-20."
        )
    return due


def _is_date(parts: re.Match[str]) -> bool:
    year, month, day, yearly_month, yearly_day = parts.groups()
    try:
        # 29 February is a day of some years.
        date(int(year or 2000), int(month or yearly_month or 1), int(day or yearly_day or 1))
    except ValueError:
        return False
    return True


def proposal_answer(
    memory: Memory, stored: Stored, remembered: str = "", *, doubtful: bool = False
) -> ProposalAnswer:
    """What is stored and what happens next. remembered: said instead, when it was confirmed.

    doubtful: the owner's client was not asked, because of what a terminal has to show.
    """
    proposal = stored.proposal
    waits = f" {_AT_THE_TERMINAL}" if doubtful and proposal.state == "pending" else ""
    return ProposalAnswer(
        ref=proposal.ref,
        id=stored.contact.ref,
        state=proposal.state,
        text=stored.text,
        next=remembered or f"{_what_next(memory, stored)}{waits}",
    )


def _what_next(memory: Memory, stored: Stored) -> str:
    proposal = stored.proposal
    if stored.new:
        until = readable(memory.day(proposal.expires_at))
        return f"Pending until {until}. Nothing is remembered yet. {_REVIEW}"
    day = readable(memory.day(proposal.created_at))
    if proposal.state == "pending":
        return (
            f"The same was proposed on {day} and is pending; nothing is remembered yet. {_REVIEW}"
        )
    decided = readable(memory.day(proposal.decided_at or proposal.created_at))
    return f"The same was {proposal.state} on {decided}; it is not proposed again."
