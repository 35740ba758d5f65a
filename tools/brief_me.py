"""`brief_me`: what a friend would want to know before meeting somebody, from what is stored.

Composed without a language model: the assistant that asks is one. It gets the best-chosen
evidence, each line with its reference and date, within the tokens it can spare.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from store.search.search_words import Filter
from store.talk.conversations import messages_by_id
from store.text.quoting import named, own_field
from tools.briefing import fact_parts, talk_parts
from tools.briefing.budget import Part, fit
from tools.briefing.gather import Evidence, gather
from tools.briefing.group import shared_parts, turns_taken
from tools.briefing.people_meant import people_meant
from tools.days.bounds import bound
from tools.memory import Memory
from tools.ranking.rank import rank_messages
from tools.talk.bursts import Burst, in_bursts
from tools.views import Briefing, PersonBriefing

DEFAULT_TOKENS: Final = 1_200
FEWEST_TOKENS: Final = 200
MOST_TOKENS: Final = 8_000
HITS_FOR_A_PURPOSE: Final = 8


async def brief_me(
    memory: Memory,
    person: str,
    purpose: str | None = None,
    max_tokens: int = DEFAULT_TOKENS,
    as_of: str | None = None,
) -> Briefing:
    """The briefing on one person or several, within `max_tokens` (at least 200, at most 8,000).

    person: an id or a name, several with commas between them, or `group:` and a name. purpose: what
    the meeting is for, in a few words; evidence that bears on it comes first. as_of: a day, month
    or year; only what was said and recorded until its end is told, and days count from it.
    Raises: WhichPerson, ContactNotFound, GroupNotFound, TooManyPeople or UnusableDate.
    """
    people = await people_meant(memory, person)
    max_tokens = max(FEWEST_TOKENS, min(max_tokens, MOST_TOKENS))
    then = _at_the_end_of(memory, as_of) if as_of else memory
    is_past = then is not memory
    everybody = [
        await gather(then, contact, max_tokens // len(people), is_past) for contact in people
    ]
    if len(people) == 1:
        composed = await _parts_of(then, everybody[0], purpose)
    else:
        composed = await shared_parts(then, everybody)
        for evidence in everybody:
            # Every line says whose words it holds, as in a long one.
            long = replace(evidence, is_short=False)
            composed += turns_taken(long.contact, await _parts_of(then, long, purpose))
        composed = _no_quote_twice(composed)
    not_known_yet = sum(evidence.not_known_yet for evidence in everybody)
    several = everybody if len(people) > 1 else []
    names = [named(contact.name) if several else own_field(contact.name) for contact in people]
    head = Briefing(
        id=", ".join(contact.ref for contact in people),
        name=", ".join(names),
        as_of=f"{then.when(then.now())} {then.zone.key}",
        since="" if several or everybody[0].is_short else everybody[0].last_spoke,
        sections={},
        people=[
            PersonBriefing(
                id=evidence.contact.ref,
                name=own_field(evidence.contact.name),
                since=evidence.last_spoke,
                sections={},
            )
            for evidence in several
        ],
        left_out=f"{not_known_yet} facts recorded after that day" if not_known_yet else "",
    )
    return fit(head, composed, max_tokens)


def _at_the_end_of(memory: Memory, as_of: str) -> Memory:
    """The memory with its clock at the end of a day gone by; itself when that is still to come."""
    end = datetime.fromtimestamp(bound(memory, "as_of", as_of, last=True) - 1, UTC)
    return replace(memory, clock=lambda: end) if end < memory.clock() else memory


async def _parts_of(memory: Memory, evidence: Evidence, purpose: str | None) -> list[Part]:
    """Every part of the briefing on one person in its order, no quote twice."""
    for_the_purpose = [await _purpose_part(memory, evidence, purpose)] if purpose else []
    composed = [
        fact_parts.who_they_are(memory, evidence),
        fact_parts.being_in_touch(memory, evidence),
        *for_the_purpose,
        talk_parts.since_you_last_spoke(memory, evidence),
        talk_parts.open_between_you(memory, evidence),
        fact_parts.conflicts(memory, evidence),
        talk_parts.with_care(memory, evidence),
        talk_parts.ahead(memory, evidence),
        talk_parts.when_you_last_spoke(memory, evidence),
    ]
    shown = {line.burst for part in composed for line in part.lines if line.burst}
    composed += [
        talk_parts.what_to_remember(memory, evidence, shown),
        talk_parts.worth_asking(memory, evidence),
        fact_parts.people_around(memory, evidence),
    ]
    return _no_quote_twice(composed)


def _no_quote_twice(composed: list[Part]) -> list[Part]:
    """Keep each quote where the briefing would take it first."""
    place: dict[str, tuple[float, int]] = {}
    for number, part in enumerate(composed):
        for rank, line in enumerate(part.lines):
            if line.burst:
                here = (part.start + part.step * rank, number)
                place[line.burst] = min(place.get(line.burst, here), here)
    kept = []
    for number, part in enumerate(composed):
        lines = [line for line in part.lines if not line.burst or place[line.burst][1] == number]
        kept.append(replace(part, lines=list(dict.fromkeys(lines))))
    return kept


async def _purpose_part(memory: Memory, evidence: Evidence, purpose: str) -> Part:
    condition = Filter(person=evidence.contact.id, until=memory.now() + 1)
    ranking = await rank_messages(memory, purpose, condition)
    ids = list(ranking.scores)[:HITS_FOR_A_PURPOSE]
    found = await messages_by_id(memory.reader, ids)
    hits: list[Burst] = [in_bursts([found[i]])[0] for i in ids if found[i].shown_text]
    return talk_parts.for_the_purpose(memory, evidence, hits)
