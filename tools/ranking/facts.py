"""What is written down about people, among the hits of a search: only what answers, and little."""

from dataclasses import dataclass
from typing import Final

from store.engine.fact_kinds import INTERACTION, LIFE_EVENT
from store.facts import contact_facts
from store.search.search_facts import FoundFact, search_facts
from store.text.names import name_key
from tools.memory import Memory

MOST_FACTS: Final = 3
_LEAST_COVERED: Final = 0.5
_MOST_PEOPLE: Final = 8
_STEM: Final = 4


@dataclass(frozen=True, slots=True)
class FactHit:
    """covered: the part of the question's words that it holds."""

    fact: FoundFact
    covered: float


async def facts_for(
    memory: Memory, terms: list[str], person: int | None, since: int | None, until: int | None
) -> list[FactHit]:
    """The facts that hold at least half of what a question asks, the best first.

    since, until: UTC seconds, until excluded, for when a fact was written down.
    """
    hits = []
    standing: dict[int, set[str]] = {}
    for fact in await search_facts(memory.reader, terms, person):
        if (since and fact.recorded_at < since) or (until and fact.recorded_at >= until):
            continue
        covered = _covered(terms, fact)
        if covered < _LEAST_COVERED or (
            fact.contact_id not in standing and len(standing) == _MOST_PEOPLE
        ):
            continue
        if fact.kind != INTERACTION.name:
            if fact.contact_id not in standing:
                standing[fact.contact_id] = await _standing(memory, fact.contact_id)
            if fact.ref not in standing[fact.contact_id]:
                continue
        hits.append(FactHit(fact, covered))
    return sorted(hits, key=lambda hit: (-hit.covered, hit.fact.ref))[:MOST_FACTS]


async def _standing(memory: Memory, contact_id: int) -> set[str]:
    """The public ids of the facts that still hold."""
    reader = memory.reader
    return {
        fact.ref
        for read in (
            contact_facts.notes,
            contact_facts.open_follow_ups,
            contact_facts.life_events,
        )
        for fact in await read(reader, contact_id)
    }


def _covered(terms: list[str], fact: FoundFact) -> float:
    """The share of the words asked for, the name aside, that stand in what is shown of the fact.

    What is withheld of its text is not there to be confirmed.
    """
    names = name_key(fact.contact_name).split()
    asked = [key for term in terms if (key := name_key(term)) and key not in names]
    said = name_key(fact.text).split()
    if not asked:
        return 1.0 if fact.kind == LIFE_EVENT.name else 0.0
    return sum(any(_alike(word, other) for other in said) for word in asked) / len(asked)


def _alike(first: str, second: str) -> bool:
    """The same word, or two forms of one."""
    shared = max(_STEM, min(len(first), len(second)) - 2)
    return first == second or (
        min(len(first), len(second)) >= _STEM and first[:shared] == second[:shared]
    )
