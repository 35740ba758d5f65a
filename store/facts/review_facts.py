"""What a review asks about the facts: one statement each, for everybody."""

from typing import Final

from store.engine.connections import Reader

_MAY_DIFFER: Final = """
SELECT identity.contact_id FROM role JOIN identity ON identity.id = role.identity_id
JOIN provenance ON provenance.id = role.provenance_id
WHERE role.to_on IS NULL AND identity.contact_id IS NOT NULL GROUP BY identity.contact_id
HAVING count(DISTINCT role.organization_id) > 1 AND count(DISTINCT provenance.source_id) > 1
UNION
SELECT identity.contact_id FROM life_event JOIN identity ON identity.id = life_event.identity_id
WHERE life_event.kind IN ('birthday', 'death', 'wedding') AND identity.contact_id IS NOT NULL
GROUP BY identity.contact_id, life_event.kind HAVING count(DISTINCT life_event.date_on) > 1
"""
# Said or promised in a message, and decided on since, whatever the decision was.
_TAKEN_UP: Final = """
SELECT message.ref FROM follow_up JOIN message ON message.id = follow_up.message_id
UNION SELECT rests.value FROM proposal JOIN decision ON decision.proposal_id = proposal.id
  JOIN json_each(proposal.evidence) AS rests WHERE proposal.kind = 'follow_up'
"""


async def with_a_reason(reader: Reader) -> set[int]:
    """The contacts about whom the owner said why they matter."""
    rows = await reader.all("SELECT id FROM contact WHERE why_they_matter <> ''")
    return {int(row[0]) for row in rows}


async def times_put_off(reader: Reader) -> dict[str, int]:
    """How often each open follow-up was put off, by ref; those never put off are left out."""
    rows = await reader.all(
        "SELECT follow_up.ref, count(*) FROM follow_up_change"
        " JOIN follow_up ON follow_up.id = follow_up_change.follow_up_id"
        " WHERE follow_up_change.state = 'snoozed' AND follow_up.state IN ('open', 'snoozed')"
        " GROUP BY follow_up.id"
    )
    return {row[0]: int(row[1]) for row in rows}


async def messages_taken_up(reader: Reader) -> set[str]:
    """The messages that became a follow-up, or a proposal of one that the owner decided on."""
    return {row[0] for row in await reader.all(_TAKEN_UP)}


async def may_contradict(reader: Reader) -> list[int]:
    """Contacts with several employers from several sources, or several days for a single event."""
    return [int(row[0]) for row in await reader.all(_MAY_DIFFER)]
