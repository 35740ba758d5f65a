"""`brief_me`: what a friend would want to know before meeting somebody, from what is stored.

Composed without a language model: the assistant that asks is one. It gets the best-chosen
evidence, each line with its reference and date, within the tokens it can spare.
"""

from typing import Final

from store.conversations import messages_by_id
from store.search import Filter
from tools.briefing import parts
from tools.briefing.budget import Part, fit
from tools.briefing.bursts import Burst, in_bursts
from tools.briefing.gather import Evidence, gather
from tools.memory import Memory
from tools.people import find_person
from tools.query_vector import query_vector
from tools.search_context import rank_messages
from tools.views import Briefing

DEFAULT_TOKENS: Final = 1_200
FEWEST_TOKENS: Final = 200
MOST_TOKENS: Final = 8_000
HITS_FOR_A_PURPOSE: Final = 8
SHORTEST_QUOTE: Final = 80
LONGEST_QUOTE: Final = 240


async def brief_me(
    memory: Memory, person: str, purpose: str | None = None, max_tokens: int = DEFAULT_TOKENS
) -> Briefing:
    """The briefing on one person, within `max_tokens` (at least 200, at most 8,000).

    purpose: what the meeting is for, in a few words; evidence that bears on it comes first.
    Raises: WhichPerson or ContactNotFound when the name does not say who.
    """
    contact = await find_person(memory, person)
    max_tokens = max(FEWEST_TOKENS, min(max_tokens, MOST_TOKENS))
    evidence = await gather(memory, contact, _quote_length(max_tokens))
    found = await _purpose_part(memory, evidence, purpose) if purpose else None
    composed = compose(memory, evidence, found)
    head = Briefing(
        id=contact.ref,
        name=contact.name,
        as_of=f"{memory.when(memory.now())} {memory.zone.key}",
        sections=[],
    )
    return fit(head, composed, max_tokens)


def _quote_length(max_tokens: int) -> int:
    """How long a quote may be: in a short briefing, two short ones tell more than one long."""
    return max(SHORTEST_QUOTE, min(max_tokens // 6, LONGEST_QUOTE))


def compose(memory: Memory, evidence: Evidence, purpose_part: Part | None) -> list[Part]:
    """Every part of the briefing in its order, no quote twice."""
    composed = [
        parts.who_they_are(memory, evidence),
        parts.being_in_touch(memory, evidence),
        *([purpose_part] if purpose_part else []),
        parts.since_you_last_spoke(memory, evidence),
        parts.loops(memory, evidence),
        parts.conflicts(memory, evidence),
        parts.with_care(memory, evidence),
        parts.ahead(memory, evidence),
        parts.when_you_last_spoke(memory, evidence),
    ]
    shown = {line.ref for part in composed for line in part.lines if line.quote}
    composed += [
        parts.what_to_remember(memory, evidence, shown),
        parts.worth_asking(memory, evidence),
        parts.people_around(memory, evidence),
    ]
    return _no_quote_twice(composed)


def _no_quote_twice(composed: list[Part]) -> list[Part]:
    """Keep each quote where the briefing would take it first."""
    place: dict[str, tuple[float, int]] = {}
    for number, part in enumerate(composed):
        for rank, line in enumerate(part.lines):
            if line.quote:
                here = (part.start + part.step * rank, number)
                place[line.ref] = min(place.get(line.ref, here), here)
    kept = []
    for number, part in enumerate(composed):
        lines = [line for line in part.lines if not line.quote or place[line.ref][1] == number]
        unique = list({(line.ref, line.text, line.quote): line for line in lines}.values())
        kept.append(Part(part.title, part.start, part.step, unique, part.in_order_of_time))
    return kept


async def _purpose_part(memory: Memory, evidence: Evidence, purpose: str) -> Part:
    vector = await query_vector(memory, purpose)
    condition = Filter(person=evidence.contact.id)
    ranked, _ = await rank_messages(memory, purpose, condition, vector)
    ids = ranked[:HITS_FOR_A_PURPOSE]
    found = await messages_by_id(memory.reader, ids)
    hits: list[Burst] = [in_bursts([found[i]])[0] for i in ids if found[i].shown_text]
    return parts.for_the_purpose(memory, evidence, hits, purpose[:60])
