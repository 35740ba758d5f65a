"""Decisions on proposals: the one way in which something proposed becomes a fact.

A decision is bound to what was shown: it names the hash of the text that the owner read, and is
refused when the stored proposal differs.
"""

from pathlib import Path
from typing import Final, Literal

from store.engine.connections import Writer
from store.engine.driver import IntegrityError
from store.engine.fact_kinds import PROPOSABLE
from store.errors import StoreError
from store.index.fact_words import purge_old_fact_words
from store.memory import open_for_one_yes
from store.proposals.confirmed import remove_confirmed, store_confirmed
from store.proposals.proposals import Proposal, ProposalNotFound, load_proposal
from store.proposals.proposing import LONGEST_TEXT

Surface = Literal["terminal", "client dialog"]
OwedBy = Literal["owner", "contact"]
_CONFIRMED: Final = {
    "terminal": "confirmed in terminal",
    "client dialog": "confirmed in client dialog",
}


class NotWhatWasShown(StoreError):
    """The stored proposal is not the one that was read."""

    def __init__(self, ref: str) -> None:
        super().__init__(
            f"{ref} is not what was shown: its stored text does not fit. Nothing was decided."
        )


class NotPending(StoreError):
    """There is nothing left to decide."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(f"{proposal.ref} is {proposal.state}; it is decided once and for all.")


class NotAccepted(StoreError):
    """There is nothing to take back."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(f"{proposal.ref} is {proposal.state}: there is nothing to take back.")


class DialogsDoNotCount(StoreError):
    """The owner has not allowed a client's dialog to decide this."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"{ref} stays pending: the owner decides with kinkeeper review.")


class UnusableText(StoreError):
    """Edited words that cannot be stored."""

    def __init__(self) -> None:
        super().__init__(f"The text must have 1 to {LONGEST_TEXT:,} characters. Nothing was kept.")


def accept(
    writer: Writer,
    ref: str,
    shown_sha256: str,
    surface: Surface,
    now: int,
    *,
    edited_text: str = "",
    owed_by: OwedBy = "owner",
) -> str:
    """Make a proposal a fact, in one transaction; return the fact's ref, or '' if it has none.

    shown_sha256: `Draft.sha256` of what the owner read. edited_text: their words, if they changed
    them. now: UTC seconds.
    Raises: NotWhatWasShown, NotPending, ProposalNotFound, UnusableText, UnusableCorrection.
    """
    unusable = len(edited_text) > LONGEST_TEXT or "\0" in edited_text
    if unusable or (edited_text and not edited_text.strip()):
        raise UnusableText
    with writer.transaction():
        proposal = _pending(writer, ref, shown_sha256, now)
        draft = proposal.draft
        verdict = "edited" if edited_text else "accepted"
        _decide(writer, proposal, verdict, surface, now, edited_text)
        provenance_id = writer.run(
            "INSERT INTO provenance(source_id, reference, author, recorded_at, confirmed_how,"
            " confirmed_at) SELECT id, ?, ?, ?, ?, ? FROM source WHERE kind = 'owner'",
            (
                " ".join((ref, *draft.evidence)),
                proposal.proposed_by,
                now,
                _CONFIRMED[surface],
                now,
            ),
        )
        return store_confirmed(
            writer, draft, edited_text or draft.text, owed_by, provenance_id, ref
        )


def reject(writer: Writer, ref: str, shown_sha256: str, surface: Surface, now: int) -> None:
    """Say no to a proposal; it stays stored, so that the same words are not proposed again.

    Raises: NotWhatWasShown, NotPending, ProposalNotFound.
    """
    with writer.transaction():
        _decide(writer, _pending(writer, ref, shown_sha256, now), "rejected", surface, now, "")


def take_back(writer: Writer, ref: str, now: int) -> Proposal:
    """Remove what an accepted proposal became; a corrected fact holds again as it was.

    ref: of the proposal, or of the note, follow-up or life event that it became.
    Raises: NotAccepted, ProposalNotFound.
    """
    with writer.transaction():
        proposal = load_proposal(writer, _proposal_ref(writer, ref), now)
        if proposal.state != "accepted":
            raise NotAccepted(proposal)
        remove_confirmed(writer, proposal.ref)
        writer.run(
            "INSERT INTO retraction(decision_id, retracted_at)"
            " SELECT id, ? FROM decision WHERE proposal_id = ?",
            (now, proposal.id),
        )
    purge_old_fact_words(writer)
    return proposal


def confirm_in_dialog(path: Path, ref: str, shown_sha256: str, owed_by: OwedBy, now: int) -> str:
    """Record an explicit yes from a client's dialog and return the fact's ref.

    This uses a connection of its own that can do nothing else, and the memory itself refuses it
    unless the owner has switched `confirm_in_client` on.
    Raises: as `accept` does, and DialogsDoNotCount.
    """
    with open_for_one_yes(path) as writer:
        try:
            return accept(writer, ref, shown_sha256, "client dialog", now, owed_by=owed_by)
        except IntegrityError:
            raise DialogsDoNotCount(ref) from None


def _pending(writer: Writer, ref: str, shown_sha256: str, now: int) -> Proposal:
    proposal = load_proposal(writer, ref, now)
    if proposal.state != "pending":
        raise NotPending(proposal)
    if not shown_sha256 == proposal.sha256 == proposal.draft.sha256():
        raise NotWhatWasShown(ref)
    return proposal


def _decide(
    writer: Writer, proposal: Proposal, verdict: str, surface: Surface, now: int, edited: str
) -> None:
    writer.run(
        "INSERT INTO decision(proposal_id, verdict, surface, decided_at, text_sha256, edited_text)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            proposal.id,
            verdict,
            surface,
            now,
            proposal.draft.sha256(edited or None),
            edited,
        ),
    )


def _proposal_ref(writer: Writer, ref: str) -> str:
    """The proposal that a confirmed fact came from, or the ref itself."""
    if ref.startswith("p_"):
        return ref
    for kind in PROPOSABLE:
        found = writer.value(
            f"SELECT provenance.reference FROM {kind.table} AS fact"
            " JOIN provenance ON provenance.id = fact.provenance_id WHERE fact.ref = ?",
            (ref,),
        )
        if found is not None:
            return str(found).partition(" ")[0]
    raise ProposalNotFound(ref)
