"""Storing proposals: pending, never changed, and no more of them than an owner can read."""

import json
import secrets
from typing import Final

from store.engine.connections import Proposer, Writer
from store.engine.refs import LETTERS, make_ref
from store.errors import StoreError
from store.proposals.proposals import Draft

EXPIRE_SECONDS: Final = 30 * 86_400
MOST_PENDING_A_PERSON: Final = 20
MOST_PENDING: Final = 100
MOST_AN_HOUR: Final = 30
LONGEST_TEXT: Final = 4_000
# Kinkeeper's name for its own proposals. No client can use it: a client's name is always quoted.
OURSELVES: Final = "Kinkeeper"


class TooManyProposals(StoreError):
    """More is waiting for the owner than they can be asked to read."""

    def __init__(self) -> None:
        super().__init__(
            "Not stored: too much is waiting for the owner already, or was proposed within the"
            f" hour (at most {MOST_PENDING_A_PERSON} pending for one person, {MOST_PENDING} in"
            f" all, {MOST_AN_HOUR} an hour). Ask the owner to run: kinkeeper review"
        )


# What an assistant's proposals are compared and counted with: as if hidden things did not exist.
_SEEN: Final = """(:client IS NULL OR (proposal.contact_id NOT IN (SELECT id FROM unseen_contact)
  AND (proposed_by <> 'Kinkeeper' OR NOT EXISTS (SELECT 1 FROM json_each(evidence) AS rests
    JOIN message ON message.ref = rests.value AND message.hidden = 1))))"""
_SAME: Final = f"""kind = :kind AND text = :text AND due_on IS :due
    AND corrects_kind = :corrects_kind AND corrects_text = :corrects_text
    AND (decision.id IS NOT NULL OR expires_at > :now) AND {_SEEN}"""
# It also looks at the contacts that were merged into this one.
_FIND: Final = f"""
SELECT proposal.ref FROM proposal LEFT JOIN decision ON proposal_id = proposal.id
WHERE contact_id IN (
  WITH RECURSIVE same(id) AS (SELECT :contact UNION SELECT contact.id FROM contact
    JOIN same ON contact.merged_into_id = same.id) SELECT id FROM same)
  AND {_SAME} ORDER BY proposal.id DESC LIMIT 1
"""
# One statement, so that two servers cannot both find that it is not there yet. `client` is NULL
# for our own proposals, which have no hourly limit.
_INSERT: Final = f"""
INSERT INTO proposal(ref, contact_id, kind, text, due_on, corrects_kind, corrects_text, evidence,
  content_sha256, proposed_by, created_at, expires_at)
SELECT :ref, :contact, :kind, :text, :due, :corrects_kind, :corrects_text, :evidence, :sha256, :by,
  :now, :expires
WHERE NOT EXISTS (SELECT 1 FROM proposal LEFT JOIN decision ON proposal_id = proposal.id
    WHERE contact_id = :contact AND {_SAME})
  AND (SELECT count(*) FROM proposal WHERE expires_at > :now AND contact_id = :contact AND {_SEEN}
    AND id NOT IN (SELECT proposal_id FROM decision)) < :most_a_person
  AND (SELECT count(*) FROM proposal WHERE expires_at > :now AND {_SEEN}
    AND id NOT IN (SELECT proposal_id FROM decision)) < :most
  AND (:client IS NULL OR (SELECT count(*) FROM proposal WHERE proposed_by = :client
    AND created_at > :now - 3600) < :most_an_hour)
"""


async def propose(proposer: Proposer, draft: Draft, client: str, now: int) -> str | None:
    """Store an assistant's proposal and return its ref; None if it exists or too much is pending.

    client: as it calls itself. now: UTC seconds.
    """
    values = _values(draft, f"“{client}”", now)
    return str(values["ref"]) if await proposer.insert(_INSERT, values) > 0 else None


async def same_proposal(proposer: Proposer, draft: Draft, client: str, now: int) -> str | None:
    """The ref of a proposal with the same words that is pending or was decided; else None.

    The words compared are the full ones; an assistant may be shown fewer.
    """
    found: str | None = await proposer.value(_FIND, _values(draft, f"“{client}”", now))
    return found


def propose_ourselves(writer: Writer, draft: Draft, now: int) -> str | None:
    """Store a proposal of Kinkeeper's own, for the owner to decide on like any other.

    Return its ref, or None when it exists, was decided before, or too much is pending.
    """
    values = _values(draft, None, now)
    return str(values["ref"]) if writer.changed(_INSERT, values) > 0 else None


def _values(draft: Draft, client: str | None, now: int) -> dict[str, str | int | None]:
    sha256 = draft.sha256()
    return {
        "ref": make_ref(LETTERS["proposal"], sha256, secrets.token_hex(8)),
        "contact": draft.contact_id,
        "kind": draft.kind,
        "text": draft.text,
        "due": draft.due_on or None,
        "corrects_kind": draft.corrects_kind,
        "corrects_text": draft.corrects_text,
        "evidence": json.dumps(list(draft.evidence)),
        "sha256": sha256,
        "by": client or OURSELVES,
        "client": client,
        "now": now,
        "expires": now + EXPIRE_SECONDS,
        "most_a_person": MOST_PENDING_A_PERSON,
        "most": MOST_PENDING,
        "most_an_hour": MOST_AN_HOUR,
    }
