"""Who is meant by a name: what others said about somebody, and whom their talk is about."""

from typing import Final

from store.facts.contact_facts import Fact
from store.people.circles import circles_of
from store.people.contacts import Contact
from store.talk.conversations import StoredMessage, latest_messages_with, mentions_by_others
from store.text.names import name_key
from tools.memory import Memory
from tools.talk.bursts import Burst, in_bursts
from tools.withholding import is_withheld

LATEST_MESSAGES: Final = 350
# Read to tell namesakes apart by the people whom they speak of.
_LATEST_OF_OTHERS: Final = 200
MOST_MENTIONS: Final = 80
MENTION_DAYS: Final = 365
SHORTEST_NAME: Final = 3
# When more people than this share a name, "Maria" tells nothing about which one is meant.
MOST_NAMESAKES: Final = 6
_DAY: Final = 86_400


async def mentions_of(
    memory: Memory, contact: Contact, names: list[Fact], bearers: dict[str, set[int]]
) -> list[Burst]:
    """What others, neither the contact nor the owner, said about the contact in the last year.

    bearers: contacts by the given names and nicknames that they bear. A name that several bear
    counts only from somebody who is acquainted with this contact and with none of the others.
    """
    sure = [contact.name] if " " in contact.name and not is_withheld(contact.name) else []
    shared: list[str] = []
    nicknames = (fact.text for fact in names if fact.kind == "nickname")
    for name in sorted({contact.short_name, *nicknames}):
        if len(name) >= SHORTEST_NAME and not is_withheld(name):
            alone = bearers.get(name_key(name), set()) <= {contact.id}
            (sure if alone else shared).append(name)
    namesakes = {holder for name in shared for holder in bearers[name_key(name)]} - {contact.id}
    if len(namesakes) > MOST_NAMESAKES:
        shared = []
    now = memory.now()
    found = await mentions_by_others(
        memory.reader, contact.id, sure + shared, now - MENTION_DAYS * _DAY, now, MOST_MENTIONS
    )
    kept = [message for message in found if _names(message, sure)]
    # The word index knows stems, so it may have found a word that is none of the names.
    doubtful = [m for m in found if not _names(m, sure) and _names(m, shared)]
    if doubtful:
        ours = await _acquainted_with(memory, contact.id, bearers)
        theirs = namesakes.union(
            *[await _acquainted_with(memory, namesake, bearers) for namesake in namesakes]
        )
        kept += [message for message in doubtful if message.sender_contact in ours - theirs]
    return in_bursts(sorted(kept, key=lambda message: (message.sent_at or 0, message.id)))


def people_in_talk(
    bursts: list[Burst], bearers: dict[str, set[int]], besides: int
) -> dict[int, tuple[int, StoredMessage]]:
    """Contacts who come up by a name that they alone bear: row id to (times, the last message).

    bearers: contacts by the names that they bear. besides: the row id of whoever is talked with.
    """
    found: dict[int, tuple[int, StoredMessage]] = {}
    for burst in bursts:
        for word in {word for word in burst.text.split() if word[:1].isupper()}:
            holders = bearers.get(name_key(word.removesuffix("'s").removesuffix("’s")), set())
            if len(holders) == 1 and len(word) >= SHORTEST_NAME and besides not in holders:
                [holder] = holders
                times = found[holder][0] if holder in found else 0
                found[holder] = (times + 1, burst.first)
    return found


async def _acquainted_with(
    memory: Memory, contact_id: int, bearers: dict[str, set[int]]
) -> set[int]:
    """Contacts who share a small circle with this one, or who come up in talk with them."""
    talk = await latest_messages_with(memory.reader, contact_id, _LATEST_OF_OTHERS, memory.now())
    spoken_of = people_in_talk(in_bursts(talk), bearers, contact_id)
    return await circles_of(memory.reader, contact_id) | set(spoken_of)


def _names(message: StoredMessage, names: list[str]) -> bool:
    words = f" {name_key(message.text)} "
    return any(f" {name_key(name)} " in words for name in names)
