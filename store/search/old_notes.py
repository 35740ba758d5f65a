"""Old notes, found by the words of what they may be about."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Reader
from store.engine.fact_kinds import NOTE
from store.search.search_hidden import search_hidden_facts

_MOST_HIDDEN: Final = 40
_OLD_NOTES: Final = """
SELECT identity.contact_id, note.ref, note.text,
  coalesce(note.about_on, date(provenance.recorded_at, 'unixepoch')) AS 'on'
FROM note JOIN identity ON identity.id = note.identity_id
JOIN provenance ON provenance.id = note.provenance_id
WHERE note.id IN (SELECT value FROM json_each(:notes)) AND identity.contact_id IS NOT NULL
ORDER BY 4 DESC, note.ref
"""
# Read before the texts, because for each text that is read SQLite works out who may see it.
_OLD_ENTRIES: Final = f"""
SELECT note.id FROM note JOIN provenance ON provenance.id = note.provenance_id
WHERE note.kind IN ('note', 'card note')
  AND coalesce(note.about_on, date(provenance.recorded_at, 'unixepoch')) < :before
  AND note.id IN (SELECT {NOTE.row_id_sql("rowid")} FROM fact_fts
    WHERE fact_fts MATCH :words AND {NOTE.is_entry_sql("rowid")}
    UNION SELECT {NOTE.row_id_sql("value")} FROM json_each(:hidden)
    WHERE {NOTE.is_entry_sql("value")})
ORDER BY coalesce(note.about_on, date(provenance.recorded_at, 'unixepoch')) DESC, note.ref
LIMIT {{most}}
"""


@dataclass(frozen=True, slots=True)
class OldNote:
    """An old note. on: the day that it is about or was written down, maybe partial."""

    contact_id: int
    ref: str
    text: str
    on: str


async def notes_with(
    reader: Reader, phrases: Iterable[str], before: str, most: int
) -> list[OldNote]:
    """Notes from before a day (ISO) that contain one of the phrases, the latest first."""
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
