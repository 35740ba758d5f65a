"""Finding what is written down about people: notes, follow-ups, life events, calls and meetings.

The index holds words alone, and only those that assistants may see (`store/index/fact_words.py`);
the texts are in their own tables. Hidden facts are found for the owner without the index.
"""

import json
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Reader
from store.engine.fact_kinds import FINDABLE, HOW, FindableKind
from store.search.search_hidden import search_hidden_facts

_MOST_LOOKED_AT: Final = 40


@dataclass(frozen=True, slots=True)
class FoundFact:
    """A fact that matches. kind: its name, as in `store/engine/fact_kinds.py`.

    contact_id, contact_name: whom it is about; for an interaction, the names of everybody who took
    part except the owner, and the row id of one of them.

    recorded_at: UTC seconds; for an interaction, when it took place. source, author, confirmed_how:
    as in `contact_facts.Fact`.
    """

    kind: str
    ref: str
    contact_id: int
    contact_name: str
    text: str
    on: str
    recorded_at: int
    source: str
    author: str
    confirmed_how: str


_STANDING: Final = """
SELECT '{kind}' AS kind, fact.ref, contact.id AS contact_id, contact.display_name AS contact_name,
  {words} AS text, coalesce(fact.{day}, '') AS "on", provenance.recorded_at,
  source.title, provenance.author, {how}
FROM {table} AS fact JOIN identity ON identity.id = fact.identity_id
JOIN contact ON contact.id = identity.contact_id
JOIN provenance ON provenance.id = fact.provenance_id
JOIN source ON source.id = provenance.source_id
WHERE fact.id IN (SELECT value FROM json_each(:ids{number}))
  AND (:person IS NULL OR contact.id = :person)
"""
_MEETINGS: Final = """
SELECT '{kind}', fact.ref, min(contact.id), group_concat(contact.display_name, ', '),
  {words}, fact.{day}, fact.started_at, coalesce(source.title, ''),
  coalesce(provenance.author, ''), coalesce({how}, 'imported')
FROM {table} AS fact
LEFT JOIN provenance ON provenance.id = fact.provenance_id
LEFT JOIN source ON source.id = coalesce(provenance.source_id, fact.source_id)
JOIN interaction_participant AS part ON part.interaction_id = fact.id
JOIN identity ON identity.id = part.identity_id JOIN contact ON contact.id = identity.contact_id
WHERE fact.id IN (SELECT value FROM json_each(:ids{number})) AND NOT contact.is_owner
GROUP BY fact.id HAVING :person IS NULL OR max(contact.id = :person)
"""


def _select(kind: FindableKind) -> str:
    facts = _STANDING if kind.on_identity else _MEETINGS
    return facts.format(
        kind=kind.name,
        table=kind.table,
        words=kind.words,
        day=kind.day,
        number=kind.number,
        how=HOW,
    )


_SELECT: Final = " UNION ALL ".join(map(_select, FINDABLE))
# For an assistant nothing counts as hidden, because its views do not contain what is.
_FITTING: Final = f"""
SELECT (SELECT json_group_array(entry) FROM (SELECT rowid AS entry FROM fact_fts
    WHERE fact_fts MATCH ? ORDER BY rank LIMIT {_MOST_LOOKED_AT})),
  EXISTS (SELECT 1 FROM unseen_identity) OR EXISTS (SELECT 1 FROM unseen_interaction)
    OR EXISTS (SELECT 1 FROM source WHERE access = 'none')
"""


async def search_facts(reader: Reader, terms: list[str], person: int | None) -> list[FoundFact]:
    """Facts that hold any of the words, the best match first; superseded ones too.

    person: a contact's row id, or None for everybody.
    """
    if not terms:
        return []
    found, some_hidden = await reader.one(
        _FITTING, (" OR ".join(f'"{term}"' for term in terms),)
    ) or ("[]", 0)
    hidden = await search_hidden_facts(reader, terms, _MOST_LOOKED_AT) if some_hidden else []
    return await _facts(reader, [*json.loads(found), *hidden], person)


async def fact_by_ref(reader: Reader, ref: str) -> FoundFact | None:
    """The fact with this public id (n_…, f_…, e_…, i_…), or None."""
    ref = ref.strip()
    for kind in FINDABLE:
        if ref.startswith(f"{kind.letter}_"):
            found = await reader.value(f"SELECT id FROM {kind.table} WHERE ref = ?", (ref,))
            facts = await _facts(reader, [] if found is None else [kind.entry(int(found))], None)
            return facts[0] if facts else None
    return None


async def _facts(reader: Reader, entries: list[int], person: int | None) -> list[FoundFact]:
    if not entries:
        return []
    ids: dict[str, list[int]] = {f"ids{kind.number}": [] for kind in FINDABLE}
    for entry in entries:
        kind, row_id = FindableKind.of_entry(entry)
        ids[f"ids{kind.number}"].append(row_id)
    rows = await reader.all(
        _SELECT,
        {"person": person, **{name: json.dumps(of_kind) for name, of_kind in ids.items()}},
    )
    return [FoundFact(*tuple(row)) for row in rows]
