"""Finding for the owner what assistants cannot find: messages and facts that are in no index."""

from typing import Final

from store.engine.connections import Reader
from store.engine.fact_kinds import FINDABLE, FindableKind
from store.search.search_words import Filter


async def search_hidden(
    reader: Reader, terms: list[str], condition: Filter, limit: int
) -> list[int]:
    """Hidden messages with all of these terms, newest first, as row ids; for the owner alone.

    Also those of which a part is kept back, for the index holds only the rest. Through an
    assistant's connection nothing is found. This is a plain scan of the hidden messages:
    they are few, and an index of their own would need upkeep.
    """
    if not terms:
        return []
    said = " AND ".join(
        f"(message.text LIKE :term{at} OR message.subject LIKE :term{at})"
        for at in range(len(terms))
    )
    rows = await reader.all(
        f"SELECT message.id FROM message WHERE (message.hidden = 1"
        f" OR message.left_text IS NOT NULL) AND {said}"
        f" AND {condition.sql()} ORDER BY message.ordered_at DESC, message.id LIMIT :limit",
        {
            **{f"term{at}": f"%{term}%" for at, term in enumerate(terms)},
            **condition.parameters(),
            "limit": limit,
        },
    )
    return [int(row[0]) for row in rows]


_OF_SOMEBODY: Final = """
SELECT {entry} AS entry FROM unseen_identity
CROSS JOIN {table} AS fact ON fact.identity_id = unseen_identity.id WHERE {said}
UNION SELECT {entry} FROM {table} AS fact
JOIN provenance ON provenance.id = fact.provenance_id
WHERE EXISTS (SELECT 1 FROM source WHERE access = 'none')
  AND provenance.source_id IN (SELECT id FROM source WHERE access = 'none') AND {said}
"""
_MEETINGS: Final = """
SELECT {entry} AS entry FROM unseen_interaction AS unseen
JOIN {table} AS fact ON fact.id = unseen.id WHERE unseen.started_at IS NULL AND {said}
"""


async def search_hidden_facts(reader: Reader, terms: list[str], limit: int) -> list[int]:
    """Hidden facts with any of these terms, as rows of the word index that does not hold them.

    For the owner alone: through an assistant's connection nothing is found.
    """

    def wanted(kind: FindableKind) -> str:
        said = " OR ".join(f"{kind.words} LIKE :term{at}" for at in range(len(terms)))
        facts = _OF_SOMEBODY if kind.on_identity else _MEETINGS
        return facts.format(entry=kind.entry_sql("fact.id"), table=kind.table, said=f"({said})")

    rows = await reader.all(
        f"{' UNION '.join(map(wanted, FINDABLE))} ORDER BY entry DESC LIMIT :limit",
        {**{f"term{at}": f"%{term}%" for at, term in enumerate(terms)}, "limit": limit},
    )
    return [int(row[0]) for row in rows]
