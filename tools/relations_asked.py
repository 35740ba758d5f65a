"""Questions for a person by a relation: `Alex's sister`, `the manager of Maya`."""

import re
from dataclasses import dataclass
from typing import Final

from store.facts.relationships import is_relation, who_is
from store.people.contacts import ContactNotFound, owner_contact, resolve_contact
from store.text.quoting import quote, worded
from tools.memory import Memory
from tools.people import find_person

_OF: Final = re.compile(
    r"(?:who is )?(?:the )?(?P<relation>[^?]{2,40}?) of (?P<person>[^?]{1,80})\??"
)
_WHOSE: Final = re.compile(r"(?:who is )?(?P<person>[^?]{1,80}?)['’]s? (?P<relation>[^?]{2,40})\??")
_MY: Final = re.compile(r"(?:who is )?my (?P<relation>[^?]{2,40})\??", re.IGNORECASE)
_BY: Final = re.compile(r"(?:who was )?introduced by (?P<person>[^?]{1,80})\??")


@dataclass(frozen=True, slots=True)
class AskedRelation:
    """people: contact row ids with the reason; note: who is known by name alone, or None."""

    people: list[tuple[int, str]]
    note: str | None


async def asked_relation(memory: Memory, query: str) -> AskedRelation | None:
    """The people that a question by a relation means; None when it asks for none.

    Raises: WhichPerson when the name in it fits several.
    """
    text = " ".join(query[:200].split())
    if match := _BY.fullmatch(text):
        relation, name = "introduced", match["person"]
        said = f"introduced by {quote(name)}"
    elif match := _MY.fullmatch(text):
        relation, name = match["relation"], ""
        said = f"your {worded(relation)}"
    elif match := _WHOSE.fullmatch(text) or _OF.fullmatch(text):
        relation, name = match["relation"], match["person"]
        said = f"{worded(relation)} of {quote(name)}"
    else:
        return None
    try:
        contact = await (find_person(memory, name) if name else owner_contact(memory.reader))
    except ContactNotFound:
        return None
    facts = await who_is(memory.reader, contact.id, relation)
    if not facts:
        if not await is_relation(memory.reader, relation):
            return None
        return AskedRelation([], f"Nobody is stored as {said}.")
    people = [
        ((await resolve_contact(memory.reader, fact.other_ref)).id, f"{said}: {fact.shown_name}")
        for fact in facts
        if fact.other_ref
    ]
    by_name = [fact.shown_name for fact in facts if not fact.other_ref]
    note = f"Known by name alone, {said}: {', '.join(by_name)}." if by_name else None
    return AskedRelation(list(dict(people).items()), note)
