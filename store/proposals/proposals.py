"""Proposals as they are read: what was proposed, and what became of it.

A proposal never changes. Its state follows from the decision on it and from the time.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Final, Literal

from store.engine.connections import Reader, Row, Writer
from store.errors import StoreError

Kind = Literal["note", "conversation_summary", "follow_up", "life_event", "correction"]
State = Literal["pending", "accepted", "rejected", "expired", "taken back"]


class ProposalNotFound(StoreError):
    """No proposal has that reference."""

    def __init__(self, ref: str) -> None:
        super().__init__(
            f"There is no proposal “{ref[:40]}”. kinkeeper review --list shows what there is."
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """What is proposed. contact_id: its row. due_on: a date, maybe partial for a life event.

    corrects_kind, corrects_text: for a correction, the fact that is wrong.
    evidence: refs that it rests on.
    """

    contact_id: int
    contact_ref: str
    kind: Kind
    text: str
    due_on: str = ""
    corrects_kind: str = ""
    corrects_text: str = ""
    evidence: tuple[str, ...] = ()

    def sha256(self, text: str | None = None) -> str:
        """The hash that binds a decision to exactly this content; text: words to use instead."""
        content = (
            self.contact_ref,
            self.kind,
            self.text if text is None else text,
            self.due_on,
            self.corrects_kind,
            self.corrects_text,
            list(self.evidence),
        )
        return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A stored proposal. Times in UTC seconds; decided_at, surface, edited_text: of its decision.

    sha256: as stored; a row whose content no longer matches it is never acted on.
    """

    id: int
    ref: str
    draft: Draft
    sha256: str
    contact_name: str
    proposed_by: str
    created_at: int
    expires_at: int
    state: State
    decided_at: int | None
    surface: str
    edited_text: str


_STATE: Final = """CASE
  WHEN retraction.decision_id IS NOT NULL THEN 'taken back'
  WHEN decision.verdict = 'rejected' THEN 'rejected'
  WHEN decision.verdict IS NOT NULL THEN 'accepted'
  WHEN proposal.expires_at <= :now THEN 'expired'
  ELSE 'pending' END"""
# The contact as it is now: one that was merged away leads, step by step, to where its people went.
_SELECT: Final = f"""
SELECT proposal.*, contact.id AS now_id, contact.ref AS now_ref, contact.display_name,
  first.ref AS contact_ref, {_STATE} AS state, decision.id AS decision_id, decision.decided_at,
  decision.surface, decision.edited_text
FROM proposal
JOIN contact AS first ON first.id = proposal.contact_id
JOIN contact ON contact.id = coalesce((
  WITH RECURSIVE now(id) AS (SELECT first.id UNION SELECT step.merged_into_id FROM contact AS step
    JOIN now ON step.id = now.id WHERE step.merged_into_id IS NOT NULL)
  SELECT now.id FROM now JOIN contact AS last ON last.id = now.id AND last.merged_into_id IS NULL
), first.id)
LEFT JOIN decision ON decision.proposal_id = proposal.id
LEFT JOIN retraction ON retraction.decision_id = decision.id
"""


def _proposal(row: Row) -> Proposal:
    return Proposal(
        id=row["id"],
        ref=row["ref"],
        draft=Draft(
            contact_id=row["now_id"],
            contact_ref=row["contact_ref"],
            kind=row["kind"],
            text=row["text"],
            due_on=row["due_on"] or "",
            corrects_kind=row["corrects_kind"],
            corrects_text=row["corrects_text"],
            evidence=tuple(json.loads(row["evidence"])),
        ),
        sha256=row["content_sha256"],
        contact_name=row["display_name"],
        proposed_by=row["proposed_by"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        state=row["state"],
        decided_at=row["decided_at"],
        surface=row["surface"] or "",
        edited_text=row["edited_text"] or "",
    )


async def read_proposals(
    reader: Reader, now: int, state: str | None, limit: int, offset: int = 0
) -> list[Proposal]:
    """Proposals, the newest first; state: only those in it. now: UTC seconds."""
    rows = await reader.all(
        f"SELECT * FROM ({_SELECT}) WHERE :state IS NULL OR state = :state"
        " ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset",
        {"now": now, "state": state, "limit": limit, "offset": offset},
    )
    return [_proposal(row) for row in rows]


async def read_proposal(reader: Reader, ref: str, now: int) -> Proposal:
    """The proposal with this ref. Raises ProposalNotFound."""
    row = await reader.one(f"{_SELECT} WHERE proposal.ref = :ref", {"ref": ref, "now": now})
    if row is None:
        raise ProposalNotFound(ref)
    return _proposal(row)


def load_proposal(writer: Writer, ref: str, now: int) -> Proposal:
    """The proposal with this ref, read in the writer's transaction. Raises ProposalNotFound."""
    row = writer.one(f"{_SELECT} WHERE proposal.ref = :ref", {"ref": ref, "now": now})
    if row is None:
        raise ProposalNotFound(ref)
    return _proposal(row)


async def unknown_refs(reader: Reader, refs: list[str]) -> list[str]:
    """The refs that name nothing that this reader may see."""
    rows = await reader.all(
        "SELECT value FROM json_each(?) WHERE NOT EXISTS"
        "  (SELECT 1 FROM message WHERE message.ref = value)"
        " AND NOT EXISTS (SELECT 1 FROM interaction WHERE interaction.ref = value)"
        " AND NOT EXISTS (SELECT 1 FROM conversation WHERE conversation.ref = value)"
        " AND NOT EXISTS (SELECT 1 FROM note JOIN identity ON identity.id = note.identity_id"
        "  WHERE note.ref = value)",
        (json.dumps(refs),),
    )
    return [row[0] for row in rows]


async def may_confirm_in_client(reader: Reader) -> bool:
    """Whether the owner lets a client's dialog confirm; off until they switch it on."""
    value: str | None = await reader.value(
        "SELECT value FROM setting WHERE name = 'confirm_in_client'"
    )
    return value == "on"
