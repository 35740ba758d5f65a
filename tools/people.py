"""Finding the person who is meant, and saying what tells two of one name apart."""

from store.errors import StoreError
from store.facts import contact_facts
from store.facts.contact_facts import Fact
from store.people.contacts import AmbiguousContact, Contact, get_contact, resolve_contact
from store.talk.rhythm import exchanges_with
from store.text.quoting import named, own_field, quote
from tools.days.shown import readable, span
from tools.memory import Memory
from tools.origin import dated_origin
from tools.views import PersonHint


class WhichPerson(StoreError):
    """A name fits several people; `candidates` with what tells them apart."""

    def __init__(self, asked: str, candidates: list[PersonHint]) -> None:
        lines = [f"- {named(person.name)} ({person.id}): {person.hint}" for person in candidates]
        super().__init__(
            f"{quote(asked[:80])} fits {len(candidates)} people. Ask which one is meant, then"
            " use the id or the full name:\n" + "\n".join(lines)
        )
        self.candidates = candidates


async def find_person(memory: Memory, person: str) -> Contact:
    """The one contact that `person` (an id, a name, an address) means.

    Raises: WhichPerson with the candidates, or ContactNotFound with the nearest names.
    """
    try:
        return await resolve_contact(memory.reader, person)
    except AmbiguousContact as error:
        candidates = [
            await describe(memory, await get_contact(memory.reader, candidate))
            for candidate in error.candidates[:10]
        ]
        raise WhichPerson(person, candidates) from None


async def describe(memory: Memory, contact: Contact, why: str = "") -> PersonHint:
    """A contact in one line: work, tags, relation, and when you were last in touch."""
    reader = memory.reader
    roles = (await contact_facts.roles(reader, contact.id))[:1]
    tags = {tag.text: tag for tag in await contact_facts.tags(reader, contact.id)}
    hints = _with_origins(memory, [*roles, *list(tags.values())[:3]])
    exchanges = await exchanges_with(reader, contact.id, memory.now())
    if real := next((e for e in exchanges if e.both_ways), None):
        days = (memory.today() - memory.day(real.started_at)).days
        hints.append(f"last in touch {readable(memory.day(real.started_at))} ({span(days)})")
    elif exchanges:
        hints.append(f"one-sided messages, last {readable(memory.day(exchanges[0].started_at))}")
    if not hints:
        methods = (await contact_facts.contact_methods(reader, contact.id))[:1]
        hints = _with_origins(memory, methods)
    if not hints:
        is_listed = await contact_facts.is_in_address_book(reader, contact.id)
        hints = [f"{'in your address book, ' if is_listed else ''}nothing else known"]
    return PersonHint(id=contact.ref, name=own_field(contact.name), why=why, hint="; ".join(hints))


def _with_origins(memory: Memory, facts: list[Fact]) -> list[str]:
    """What facts say, with their origin once for all that share it."""
    told: dict[str, list[str]] = {}
    for fact in facts:
        told.setdefault(dated_origin(memory, fact), []).append(quote(fact.text))
    return [f"{', '.join(texts)} ({said})" for said, texts in told.items()]
