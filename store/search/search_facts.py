"""Finding what is written down about people: notes, follow-ups, life events, calls and meetings.

The index holds words alone, and those of what assistants may see (`store/index/fact_words.py`); the
texts stand in their own tables. What is hidden is found for the owner without it.
"""

import json
from dataclasses import dataclass
from typing import Final, Literal

from store.engine.connections import Reader
from store.search.search_hidden import search_hidden_facts

FactKind = Literal["note", "follow-up", "life event", "interaction"]
# A row of the index is id * 4 + the place in this list.
_KINDS: Final[tuple[FactKind, ...]] = ("note", "follow-up", "life event", "interaction")
_MOST_LOOKED_AT: Final = 40


@dataclass(frozen=True, slots=True)
class FoundFact:
    """A fact whose words fit. contact_id, contact_name: whom it is about; of an interaction,
    everybody who took part but the owner, and the row id of one of them.

    recorded_at: UTC seconds; of an interaction, when it took place. source, author, confirmed_how:
    as `contact_facts.Fact` has them.
    """

    kind: FactKind
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
  {text} AS text, coalesce(fact.{on}, '') AS "on", provenance.recorded_at,
  source.title, provenance.author, provenance.confirmed_how
FROM {table} AS fact JOIN identity ON identity.id = fact.identity_id
JOIN contact ON contact.id = identity.contact_id
JOIN provenance ON provenance.id = fact.provenance_id
JOIN source ON source.id = provenance.source_id
WHERE fact.id IN (SELECT value FROM json_each(:ids{number}))
  AND (:person IS NULL OR contact.id = :person)
"""
_MEETINGS: Final = """
SELECT 'interaction', interaction.ref, min(contact.id), group_concat(contact.display_name, ', '),
  interaction.summary, interaction.on_day, interaction.started_at, coalesce(source.title, ''),
  coalesce(provenance.author, ''), coalesce(provenance.confirmed_how, 'imported')
FROM interaction
LEFT JOIN provenance ON provenance.id = interaction.provenance_id
LEFT JOIN source ON source.id = coalesce(provenance.source_id, interaction.source_id)
JOIN interaction_participant AS part ON part.interaction_id = interaction.id
JOIN identity ON identity.id = part.identity_id JOIN contact ON contact.id = identity.contact_id
WHERE interaction.id IN (SELECT value FROM json_each(:ids3)) AND NOT contact.is_owner
GROUP BY interaction.id HAVING :person IS NULL OR max(contact.id = :person)
"""
_SELECT: Final = " UNION ALL ".join(
    (
        _STANDING.format(kind="note", table="note", text="fact.text", on="about_on", number=0),
        _STANDING.format(
            kind="follow-up", table="follow_up", text="fact.text", on="due_on", number=1
        ),
        _STANDING.format(
            kind="life event",
            table="life_event",
            text="trim(fact.kind || ' ' || fact.label)",
            on="date_on",
            number=2,
        ),
        _MEETINGS,
    )
)


# To an assistant nothing is hidden: what is stands in no view of theirs.
_FITTING: Final = f"""
SELECT (SELECT json_group_array(entry) FROM (SELECT rowid AS entry FROM fact_fts
    WHERE fact_fts MATCH ? ORDER BY rank LIMIT {_MOST_LOOKED_AT})),
  EXISTS (SELECT 1 FROM unseen_identity) OR EXISTS (SELECT 1 FROM unseen_interaction)
    OR EXISTS (SELECT 1 FROM source WHERE access = 'none')
"""


async def search_facts(reader: Reader, terms: list[str], person: int | None) -> list[FoundFact]:
    """Facts that hold any of the words, those that fit best first; superseded ones too.

    person: a contact's row id, or None for everybody.
    """
    if not terms:
        return []
    found, some_hidden = await reader.one(
        _FITTING, (" OR ".join(f'"{term}"' for term in terms),)
    ) or ("[]", 0)
    hidden = await search_hidden_facts(reader, terms, _MOST_LOOKED_AT) if some_hidden else []
    entries = [*json.loads(found), *hidden]
    return await _facts(reader, entries, person) if entries else []


async def fact_by_ref(reader: Reader, ref: str) -> FoundFact | None:
    """The fact with this public id (n_…, f_…, e_…, i_…), or None."""
    for place, table in enumerate(("note", "follow_up", "life_event", "interaction")):
        found = await reader.value(f"SELECT id FROM {table} WHERE ref = ?", (ref.strip(),))
        if found is not None:
            facts = await _facts(reader, [int(found) * 4 + place], None)
            return facts[0] if facts else None
    return None


async def _facts(reader: Reader, entries: list[int], person: int | None) -> list[FoundFact]:
    ids: list[list[int]] = [[], [], [], []]
    for entry in entries:
        ids[entry % 4].append(entry // 4)
    rows = await reader.all(
        _SELECT,
        {"person": person, **{f"ids{n}": json.dumps(of_kind) for n, of_kind in enumerate(ids)}},
    )
    return [FoundFact(*tuple(row)) for row in rows]
