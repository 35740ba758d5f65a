"""The evidence for a briefing, read once: facts, exchanges, talk, and what others said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from store.engine.connections import Reader
from store.facts.cadences import effective_cadences
from store.facts.contact_facts import Fact
from store.people.circles import contacts_by_id, given_names
from store.people.contacts import Contact, resolve_contact
from store.talk.conversations import StoredMessage, latest_messages_with
from store.talk.rhythm import Exchange, latest_exchanges
from tools.briefing.known_facts import KnownFacts, each_day_once, read_facts, recorded_until
from tools.briefing.mentions import LATEST_MESSAGES, mentions_of, people_in_talk
from tools.briefing.sizes import (
    FULL_QUOTE,
    LONGEST_QUOTE,
    SHORT_TOKENS,
    SHORTEST_QUOTE,
    TOKENS_A_LINE,
)
from tools.memory import Memory
from tools.talk.bursts import Burst, in_bursts

# How many characters of quotes go to a token of the budget, and how many of date, reference and
# name stand beside each quote.
_OF_QUOTES: Final = 2
_BESIDE_A_QUOTE: Final = 40
_STEP: Final = 20
LATEST_OF_FAMILY: Final = 30
LATEST_EXCHANGES: Final = 200
CLOSEST: Final = frozenset({"spouse", "husband", "wife", "partner"})


class Mentioned(NamedTuple):
    """Another contact who comes up in the talk: how many times, and where last."""

    ref: str
    name: str
    times: int
    last: StoredMessage


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that a briefing is made of. bursts, mentions, family_bursts: in order of time.

    longest_quote: characters after which a quote is cut. has_room: all talk fits in, so that a
    quote needs no cutting to what tells most. most_lines: that can be shown at all.
    is_short: every word counts. cadence: in the owner's words.
    not_known_yet: facts left out because they were recorded after the day that is asked about.
    """

    contact: Contact
    longest_quote: int
    has_room: bool
    most_lines: int
    is_short: bool
    facts: KnownFacts
    exchanges: list[Exchange]
    bursts: list[Burst]
    mentions: list[Burst]
    family_bursts: list[Burst]
    people_mentioned: list[Mentioned]
    cadence: str
    not_known_yet: int

    @property
    def last_real(self) -> Exchange | None:
        """The last contact in both directions."""
        return next((e for e in self.exchanges if e.both_ways), None)

    @property
    def last_spoke(self) -> str:
        """The day of it, in ISO form; '' where there was none."""
        return self.last_real.on if self.last_real else ""


async def gather(
    memory: Memory, contact: Contact, max_tokens: int, is_past: bool = False
) -> Evidence:
    """Read the evidence on one contact.

    is_past: the memory's clock stands on a day gone by; what was recorded later is left out.
    """
    return await memory.reader.in_one_go(
        lambda at_once: _gather(replace(memory, reader=at_once), contact, max_tokens, is_past)
    )


async def _gather(memory: Memory, contact: Contact, max_tokens: int, is_past: bool) -> Evidence:
    reader, now = memory.reader, memory.now()
    stored = await read_facts(reader, contact.id, open_at=now if is_past else None)
    facts = recorded_until(memory, stored) if is_past else stored
    bearers = await given_names(reader)
    bursts = in_bursts(await latest_messages_with(reader, contact.id, LATEST_MESSAGES, now))
    mentions = await mentions_of(memory, contact, stored.names, bearers)
    exchanges = await latest_exchanges(reader, [contact.id], now, LATEST_EXCHANGES)
    longest_quote, has_room = _quote_length([*bursts, *mentions], max_tokens)
    return Evidence(
        contact=contact,
        longest_quote=longest_quote,
        has_room=has_room,
        most_lines=max_tokens // TOKENS_A_LINE,
        is_short=max_tokens < SHORT_TOKENS,
        facts=facts._replace(life_events=each_day_once(facts.life_events)),
        exchanges=exchanges.get(contact.id, []),
        bursts=bursts,
        mentions=mentions,
        family_bursts=await _family_bursts(memory, facts.relationships),
        people_mentioned=await _people_mentioned(memory, contact, bursts, bearers),
        # Which cadence held on a day gone by is not known.
        cadence="" if is_past else await _cadence(reader, contact),
        not_known_yet=stored.total - facts.total,
    )


async def _cadence(reader: Reader, contact: Contact) -> str:
    cadence = (await effective_cadences(reader, contact.id)).get(contact.id)
    return cadence.words if cadence else ""


def _quote_length(quoted: Sequence[Burst], max_tokens: int) -> tuple[int, bool]:
    """How long a quote may be, in characters, and whether all talk fits in so.

    A short briefing tells most in short quotes; where there is little to quote they are longer.
    """
    lengths = [len(burst.text) for burst in quoted]
    room = max_tokens * _OF_QUOTES - _BESIDE_A_QUOTE * len(lengths)
    least = max(min(max_tokens // 10, FULL_QUOTE), SHORTEST_QUOTE)
    for longest in range(LONGEST_QUOTE, least, -_STEP):
        if sum(min(length, longest) for length in lengths) <= room:
            return longest, True
    return least, False


async def _people_mentioned(
    memory: Memory, contact: Contact, bursts: list[Burst], bearers: dict[str, set[int]]
) -> list[Mentioned]:
    spoken_of = people_in_talk(bursts, bearers, contact.id)
    people = await contacts_by_id(memory.reader, list(spoken_of))
    found = [Mentioned(*people[holder], *spoken_of[holder]) for holder in people]
    return sorted(found, key=lambda person: (-person.times, person.name))


async def _family_bursts(memory: Memory, relationships: Iterable[Fact]) -> list[Burst]:
    """What the closest family wrote to the owner lately: it is about the same household."""
    found: list[Burst] = []
    for fact in relationships:
        if fact.kind in CLOSEST and fact.other_ref:
            other = await resolve_contact(memory.reader, fact.other_ref)
            messages = await latest_messages_with(
                memory.reader, other.id, LATEST_OF_FAMILY, memory.now()
            )
            found += in_bursts(messages)
    return found
