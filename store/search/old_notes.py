"""Notes of long ago, found by the words of what they may be about."""

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


@dataclass(frozen=True, slots=True)
class OldNote:
    """A note of long ago. on: the day that it is about or was written down, maybe partial."""

    contact_id: int
    ref: str
    text: str
    on: str


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
