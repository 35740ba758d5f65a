"""`search_context`: what was said and noted, by words and by meaning, with the turns around it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from store.index.vectors import waiting_for_meaning
from store.people.contacts import Contact
from store.search.nearby_turns import Nearby
from store.search.search_facts import FoundFact
from store.search.search_words import Filter
from store.talk.conversations import StoredMessage, messages_by_id, texts_by_id
from store.text.index_words import content_terms
from store.text.quoting import named
from tools.cursors import make_cursor, read_cursor
from tools.days.bounds import bound
from tools.memory import Memory
from tools.origin import dated_origin
from tools.people import find_person
from tools.ranking.candidates import Hits, find_hits
from tools.ranking.duplicates import folded
from tools.ranking.facts import FactHit, facts_for
from tools.ranking.rank import rank_hits
from tools.talk.shown import (
    by_owner,
    conversation_in_line,
    conversation_name,
    cut,
    speaker,
    turn_line,
)
from tools.views import Hit, SearchAnswer

MOST_HITS = 20
# No more than ranking reads: store.search.nearby_turns.MOST_TURNS.
TURNS_BESIDE = 2
LONGEST_HIT = 1_500
_LIKELY_ALIKE = 4


async def search_context(
    memory: Memory,
    query: str,
    person: str | None = None,
    since: str | None = None,
    until: str | None = None,
    source: str | None = None,
    limit: int = 10,
    cursor: str | None = None,
) -> SearchAnswer:
    """Messages that answer `query`, best first, and what is written down that does.

    The same text in several places is one hit. since, until: days in the owner's zone, both
    included; a month or a year stands for all of it.
    Raises: WhichPerson, ContactNotFound, UnusableDate, UnusableCursor.
    """
    question = (query, person, since, until, source)
    offset = read_cursor(cursor, *question)
    limit = max(1, min(limit, MOST_HITS))
    contact = await find_person(memory, person) if person else None
    condition = Filter(
        person=contact.id if contact else None,
        since=bound(memory, "since", since, last=False) if since else None,
        until=bound(memory, "until", until, last=True) if until else None,
        source=source,
    )
    hits = await find_hits(memory, query, condition)
    page = _Page(offset, limit, lambda at: make_cursor(at, *question))
    return await memory.reader.in_one_go(
        lambda at_once: _answer(
            replace(memory, reader=at_once), query, contact, condition, hits, page
        )
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """Which part of the hits is asked for. cursor: makes the one for the part from a place on."""

    offset: int
    limit: int
    cursor: Callable[[int], str]


async def _answer(
    memory: Memory,
    query: str,
    contact: Contact | None,
    condition: Filter,
    found: Hits,
    asked: _Page,
) -> SearchAnswer:
    """The page that is asked for, with facts among the messages.

    memory: one whose reader answers at once, because it is asked several times.
    """
    ranking = await rank_hits(memory, query, found, condition)
    offset, limit = asked.offset, asked.limit
    terms = content_terms(query)
    facts = (
        []
        if condition.source
        else await facts_for(memory, terms, condition.person, condition.since, condition.until)
    )
    ranked = list(ranking.scores)
    looked_at, groups = await _groups(memory, ranked, offset + limit)
    entries = _entries(ranking.scores, groups, facts)
    hits = await _shown(memory, entries[offset : offset + limit], ranking.nearby)
    more = offset + limit < len(entries) + len(ranked) - looked_at
    model = ranking.model
    waiting = await waiting_for_meaning(memory.reader, model.id) if model else 0
    unread = f"{waiting:,} messages are not indexed by meaning yet" if waiting else None
    return SearchAnswer(
        hits=hits,
        mode="hybrid" if model else "lexical",
        reason=ranking.reason or unread,
        searched=None if hits else _what_was_searched(query, contact, condition),
        truncated=more,
        next_cursor=asked.cursor(offset + limit) if more else None,
    )


async def _groups(memory: Memory, ranked: list[int], wanted: int) -> tuple[int, list[list[int]]]:
    """At least so many hits, each with those that say the same, and how many were looked at.

    No more texts are read than it takes: an assistant's are searched for what is withheld.
    """
    count = wanted + _LIKELY_ALIKE
    while True:
        texts = await texts_by_id(memory.reader, ranked[:count])
        groups = folded((id_, texts[id_]) for id_ in ranked[:count] if id_ in texts)
        if len(groups) >= wanted or count >= len(ranked):
            return min(count, len(ranked)), groups
        count *= 2


@dataclass(frozen=True, slots=True)
class _Said:
    """One thing that was said. best: the message that is shown, alike: those that say the same."""

    best: int
    alike: Sequence[int]


def _entries(
    scores: dict[int, float], groups: list[list[int]], facts: list[FactHit]
) -> list[_Said | FoundFact]:
    """What is shown, in order. A fact that holds all of the words stands before every message."""
    best = max(scores.values(), default=1.0)
    ranked: list[tuple[float, _Said | FoundFact]] = [
        (hit.covered * best, hit.fact) for hit in facts
    ]
    ranked += [(scores[first], _Said(first, alike)) for first, *alike in groups]
    return [entry for _, entry in sorted(ranked, key=lambda pair: -pair[0])]


async def _shown(
    memory: Memory, page: list[_Said | FoundFact], nearby: dict[int, Nearby]
) -> list[Hit]:
    """The hits of a page, each message with the turns beside it."""
    said = [entry for entry in page if isinstance(entry, _Said)]
    before = {each.best: nearby[each.best].earlier[:TURNS_BESIDE][::-1] for each in said}
    after = {each.best: nearby[each.best].later[:TURNS_BESIDE] for each in said}
    wanted = {id_ for each in said for id_ in (each.best, *each.alike)}
    wanted.update(turn for beside in (before, after) for turns in beside.values() for turn in turns)
    found = await messages_by_id(memory.reader, sorted(wanted))

    def those(ids: Iterable[int]) -> list[StoredMessage]:
        return [found[id_] for id_ in ids if id_ in found]

    hits = []
    for entry in page:
        if isinstance(entry, FoundFact):
            hits.append(_fact_hit(memory, entry))
        elif message := found.get(entry.best):
            earlier, later = those(before[entry.best]), those(after[entry.best])
            hits.append(_hit(memory, earlier, message, later, those(entry.alike)))
    return hits


def _fact_hit(memory: Memory, fact: FoundFact) -> Hit:
    return Hit(
        ref=fact.ref,
        when=fact.on or memory.day(fact.recorded_at).isoformat(),
        source=f"{fact.kind}; {dated_origin(memory, fact)}",
        conversation=f"about {named(fact.contact_name)}",
        sender="",
        text=cut(fact.text, LONGEST_HIT),
    )


def _hit(
    memory: Memory,
    before: list[StoredMessage],
    message: StoredMessage,
    after: list[StoredMessage],
    alike: list[StoredMessage],
) -> Hit:
    return Hit(
        ref=message.ref,
        when=memory.when(message.sent_at),
        source=message.source,
        conversation=conversation_name(message),
        sender=speaker(message),
        by_owner=by_owner(message),
        text=cut(message.shown_text, LONGEST_HIT),
        before=[turn_line(turn) for turn in before],
        after=[turn_line(turn) for turn in after],
        also=[
            f"{other.ref} {conversation_in_line(other)}, {memory.when(other.sent_at)}"
            for other in alike
        ],
    )


def _what_was_searched(query: str, person: Contact | None, condition: Filter) -> str:
    where = f"conversations with {named(person.name)}" if person else "all conversations"
    within = ", within the dates given" if condition.since or condition.until else ""
    terms = ", ".join(content_terms(query)) or "nothing: the query holds no words"
    return f"Nothing found. Searched {where}{within} for: {terms}."
