"""Searching what is hidden from assistants, for the owner alone."""

from store.search.search_hidden import search_hidden
from store.search.search_words import Filter
from store.talk.conversations import messages_by_id
from store.text.index_words import content_terms
from tools.memory import Memory
from tools.people import find_person
from tools.search_context import LONGEST_HIT
from tools.talk.shown import by_owner, conversation_name, cut, speaker
from tools.views import Hit

MOST_LOOKED_AT = 1_000


async def search_hidden_words(
    memory: Memory,
    query: str,
    person: str | None,
    since: str | None,
    until: str | None,
    source: str | None,
    limit: int,
) -> list[Hit]:
    """Hidden messages that hold every telling word of the query, newest first.

    since, until: a day, month or year, both included, as `search_context` has checked them.
    Raises: WhichPerson, ContactNotFound.
    """
    contact = await find_person(memory, person) if person else None
    condition = Filter(person=contact.id if contact else None, source=source)
    ids = await search_hidden(memory.reader, content_terms(query), condition, MOST_LOOKED_AT)
    found = await messages_by_id(memory.reader, ids)
    hits = []
    for message in (found[message_id] for message_id in ids):
        when = memory.when(message.sent_at)
        if (since and when < since) or (until and when[: len(until)] > until):
            continue
        hits.append(
            Hit(
                ref=message.ref,
                when=when,
                source=message.source,
                conversation=conversation_name(message),
                sender=speaker(message),
                by_owner=by_owner(message),
                text=cut(message.shown_text, LONGEST_HIT),
            )
        )
    return hits[:limit]
