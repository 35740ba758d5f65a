"""The origin of follow-ups, life events, notes and messages, looked up by their refs."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Reader
from store.engine.fact_kinds import HOW, ON_IDENTITIES


@dataclass(frozen=True, slots=True)
class Origin:
    """Like `contact_facts.Fact`; for a message `recorded_at` is when it was sent, or 0."""

    source: str
    author: str
    recorded_at: int
    confirmed_how: str


_OF_FACTS: Final = " UNION ALL ".join(
    "SELECT fact.ref, source.title, provenance.author, provenance.recorded_at,"
    f" {HOW} FROM {kind.table} AS fact"
    " JOIN provenance ON provenance.id = fact.provenance_id"
    " JOIN source ON source.id = provenance.source_id"
    " WHERE fact.ref IN (SELECT value FROM json_each(:refs))"
    for kind in ON_IDENTITIES
    if kind.letter
)
_ORIGINS: Final = (
    f"{_OF_FACTS} UNION ALL SELECT message.ref, source.title, '', coalesce(message.sent_at, 0),"
    " 'imported' FROM message JOIN source ON source.id = message.source_id"
    " WHERE message.ref IN (SELECT value FROM json_each(:refs))"
)


async def origins_of(reader: Reader, refs: Collection[str]) -> dict[str, Origin]:
    """The origin of each of these; a ref to anything else is left out."""
    rows = await reader.all(_ORIGINS, {"refs": json.dumps(sorted(set(refs)))})
    return {row[0]: Origin(*tuple(row)[1:]) for row in rows}
