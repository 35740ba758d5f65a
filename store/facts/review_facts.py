"""What a review asks of what is written down: of everybody in one statement each."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Reader
from store.search.search_hidden import search_hidden_facts

_MOST_HIDDEN: Final = 40
_NOTE_ENTRY: Final = 0  # of a row of fact_fts: id * 4 + the kind
_OLD_NOTES: Final = """
SELECT identity.contact_id, note.ref, note.text,
  coalesce(note.about_on, date(provenance.recorded_at, 'unixepoch')) AS 'on'
FROM note JOIN identity ON identity.id = note.identity_id
JOIN provenance ON provenance.id = note.provenance_id
WHERE note.id IN (SELECT value FROM json_each(:notes)) AND identity.contact_id IS NOT NULL
ORDER BY 4 DESC, note.ref
"""
# Read before the texts, because of each text that is read it is worked out who may see it.
_OLD_ENTRIES: Final = f"""
SELECT note.id FROM note JOIN provenance ON provenance.id = note.provenance_id
WHERE note.kind IN ('note', 'card note')
  AND coalesce(note.about_on, date(provenance.recorded_at, 'unixepoch')) < :before
  AND note.id IN (SELECT rowid / 4 FROM fact_fts
    WHERE fact_fts MATCH :words AND rowid % 4 = {_NOTE_ENTRY}
    UNION SELECT value / 4 FROM json_each(:hidden) WHERE value % 4 = {_NOTE_ENTRY})
ORDER BY coalesce(note.about_on, date(provenance.recorded_at, 'unixepoch')) DESC, note.ref
LIMIT {{most}}
"""
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


@dataclass(frozen=True, slots=True)
class OldNote:
    """A note of long ago. on: the day that it is about or was written down, maybe partial."""

    contact_id: int
    ref: str
    text: str
    on: str


async def with_a_reason(reader: Reader) -> set[int]:
    """The contacts of whom the owner has said why they matter."""
    rows = await reader.all("SELECT id FROM contact WHERE why_they_matter <> ''")
    return {int(row[0]) for row in rows}


async def times_put_off(reader: Reader) -> dict[str, int]:
    """How often each open follow-up was put off, by ref; never is left out."""
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
    """Contacts with several employers from several sources, or several days of what is one."""
    return [int(row[0]) for row in await reader.all(_MAY_DIFFER)]


async def notes_with(
    reader: Reader, phrases: Iterable[str], before: str, most: int
) -> list[OldNote]:
    """Notes from before a day (ISO) in which one of the phrases stands, the latest first."""
    phrases = list(phrases)
    hidden = await search_hidden_facts(reader, phrases, _MOST_HIDDEN)
    found = await reader.all(
        _OLD_ENTRIES.format(most=most),
        {
            "words": " OR ".join(f'"{phrase}"' for phrase in phrases),
            "hidden": json.dumps(hidden),
            "before": before,
        },
    )
    rows = await reader.all(_OLD_NOTES, {"notes": json.dumps([row[0] for row in found])})
    return [OldNote(*tuple(row)) for row in rows]
