"""`search_context`: what was said, found by words and by meaning, with the turns around it."""

import re
from datetime import date, datetime, time, timedelta
from statistics import fmean, pstdev

from store.contacts import Contact
from store.conversations import StoredMessage, messages_around, messages_by_id
from store.database_errors import QueryTooSlow
from store.errors import StoreError
from store.search import Filter, content_terms, cosines_of, search_meaning, search_words
from tools.cursors import make_cursor, read_cursor
from tools.memory import Memory, utc
from tools.people import find_person
from tools.query_vector import QueryVector, query_vector
from tools.views import Hit, SearchAnswer

CANDIDATES = 200
MOST_HITS = 20
TURNS_BESIDE = 2
LONGEST_HIT = 1_500
LONGEST_TURN = 240
# Words weigh more: on chat, BM25 with the turns around beats the vectors of a small model.
WORDS_WEIGHT = 0.6
MEANING_WEIGHT = 0.4


class UnusableDate(StoreError):
    """A date that is not one."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(
            f"“{value[:40]}” is not a date for {name}. Write it as 2026-11-20, 2026-11 or 2026."
        )


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
    """Messages that answer `query`, best first.

    since, until: days in the owner's zone, both included; a month or a year stands for all of it.
    Raises: WhichPerson, ContactNotFound, UnusableDate, UnusableCursor.
    """
    question = (query, person, since, until, source)
    offset = read_cursor(cursor, *question)
    limit = max(1, min(limit, MOST_HITS))
    contact = await find_person(memory, person) if person else None
    condition = Filter(
        person=contact.id if contact else None,
        since=_bound(memory, "since", since, last=False) if since else None,
        until=_bound(memory, "until", until, last=True) if until else None,
        source=source,
    )
    vector = await query_vector(memory, query)
    ranked, reason = await rank_messages(memory, query, condition, vector)
    page = ranked[offset : offset + limit]
    found = await messages_by_id(memory.reader, page)
    hits = [await _hit(memory, found[message_id]) for message_id in page if message_id in found]
    more = offset + limit < len(ranked)
    return SearchAnswer(
        hits=hits,
        mode="lexical" if reason else "hybrid",
        reason=reason or None,
        searched=None if hits else _what_was_searched(query, contact, condition),
        truncated=more,
        next_cursor=make_cursor(offset + limit, *question) if more else None,
    )


async def rank_messages(
    memory: Memory, query: str, condition: Filter, vector: QueryVector
) -> tuple[list[int], str]:
    """Row ids of messages, best first, and why only words were searched (empty if both were)."""
    reader = memory.reader
    words = await search_words(reader, content_terms(query), condition, CANDIDATES)
    if vector.model_id is None:
        return list(words), vector.reason
    try:
        near = await search_meaning(reader, vector.model_id, vector.vector, condition, CANDIDATES)
        ids = sorted({*words, *near})
        cosines = await cosines_of(reader, vector.model_id, vector.vector, ids) | near
    except QueryTooSlow:
        return list(words), "searching by meaning took too long"
    top = max(words.values(), default=1.0)
    typical = fmean(cosines.values()) if cosines else 0.0
    spread = (pstdev(cosines.values()) if len(cosines) > 1 else 0.0) or 1.0
    scores = {
        message_id: WORDS_WEIGHT * words.get(message_id, 0.0) / top
        + MEANING_WEIGHT * (cosines.get(message_id, typical) - typical) / (4 * spread)
        for message_id in ids
    }
    return sorted(ids, key=lambda message_id: (-scores[message_id], message_id)), ""


async def _hit(memory: Memory, message: StoredMessage) -> Hit:
    around = await messages_around(memory.reader, message, TURNS_BESIDE, TURNS_BESIDE)
    at = next(i for i, turn in enumerate(around) if turn.id == message.id)
    return Hit(
        ref=message.ref,
        when=memory.when(message.sent_at),
        source=message.source,
        conversation=conversation_name(message),
        sender="you" if message.from_owner else message.sender,
        text=cut(message.shown_text, LONGEST_HIT),
        before=[turn_line(turn) for turn in around[:at]],
        after=[turn_line(turn) for turn in around[at + 1 :]],
    )


def turn_line(turn: StoredMessage) -> str:
    """A neighbouring turn in one line."""
    sender = "you" if turn.from_owner else turn.sender
    return f"{sender}: {cut(turn.shown_text, LONGEST_TURN)}"


def conversation_name(message: StoredMessage) -> str:
    """What people call the conversation."""
    if message.conversation_kind == "direct":
        return f"chat with {message.conversation}" if message.conversation else "chat"
    return message.conversation or message.subject or message.conversation_kind


def cut(text: str, longest: int) -> str:
    """The text, cut at a word with a mark when it is longer."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0] + " […]"


def _bound(memory: Memory, name: str, value: str, *, last: bool) -> int:
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?(?:T.*)?", value.strip())
    try:
        if found is None:
            raise ValueError(value)
        year, month, day = (int(part) if part else None for part in found.groups())
        first = date(year or 0, month or 1, day or 1)
        if last:
            if month is None:
                first = date(first.year + 1, 1, 1)
            elif day is None:
                first = (first + timedelta(days=31)).replace(day=1)
            else:
                first += timedelta(days=1)
        return utc(datetime.combine(first, time.min, memory.zone))
    except (ValueError, OverflowError):
        raise UnusableDate(name, value) from None


def _what_was_searched(query: str, person: Contact | None, condition: Filter) -> str:
    where = f"conversations with {person.name}" if person else "all conversations"
    within = ", within the dates given" if condition.since or condition.until else ""
    terms = ", ".join(content_terms(query)) or "nothing: the query holds no words"
    return f"Nothing found. Searched {where}{within} for: {terms}."
