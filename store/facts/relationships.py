"""Who is whose what: relations with the right word for the way back, and how the owner knows them.

A relation names what the other one is to somebody: Alex has a sister, who is Maya. For Maya the
word is `brother`, `sister` or `sibling`, depending on what is known of Alex.
"""

from dataclasses import dataclass, replace
from typing import Final

from store.engine.connections import Reader
from store.facts.contact_facts import Fact, related
from store.people.circles import LARGEST_CIRCLE, circles_of, contacts_by_id, given_names
from store.text.names import name_key
from store.text.quoting import named

_MOST_COMMON_GROUPS: Final = 5
_GENDERS: Final = """
SELECT contact.ref, CASE
  WHEN contact.pronouns LIKE 'she%' THEN 'she' WHEN contact.pronouns LIKE 'he%' THEN 'he'
  WHEN contact.pronouns <> '' THEN '' WHEN max(extra_field.value) LIKE 'f%' THEN 'she'
  WHEN max(extra_field.value) LIKE 'm%' THEN 'he' ELSE '' END AS said
FROM contact JOIN identity ON identity.contact_id = contact.id
LEFT JOIN extra_field ON extra_field.identity_id = identity.id AND extra_field.name = 'gender'
WHERE contact.id IN (
  SELECT other.contact_id FROM relationship JOIN identity AS other
    ON other.id = relationship.other_identity_id
    JOIN identity AS mine ON mine.id = relationship.identity_id WHERE mine.contact_id = :contact
  UNION SELECT mine.contact_id FROM relationship JOIN identity AS mine
    ON mine.id = relationship.identity_id
    JOIN identity AS other ON other.id = relationship.other_identity_id
    WHERE other.contact_id = :contact)
GROUP BY contact.id
"""
_COMMON_GROUPS: Final = f"""
SELECT conversation.title FROM participant JOIN identity ON identity.id = participant.identity_id
JOIN conversation ON conversation.id = participant.conversation_id
WHERE identity.contact_id = ? AND conversation.kind = 'group' AND conversation.title <> ''
  AND (SELECT count(*) FROM participant AS other
    WHERE other.conversation_id = conversation.id) <= {LARGEST_CIRCLE}
GROUP BY conversation.id ORDER BY conversation.title LIMIT {_MOST_COMMON_GROUPS}
"""


# Everyday words, and the words by which relations are stored.
EVERYDAY_WORDS: Final = {
    "mum": "mother", "mom": "mother", "dad": "father", "grandma": "grandmother",
    "gran": "grandmother", "granny": "grandmother", "grandpa": "grandfather",
    "granddad": "grandfather", "sis": "sister", "bro": "brother", "kid": "child",
    "hubby": "husband",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a relation for a woman and a man, '' where there is none."""

    she: str
    he: str


async def relationships(reader: Reader, contact_id: int) -> list[Fact]:
    """Who they are to whom: `kind` is what the other one is to them, `text` the other's name.

    Somebody who appears on a card by first name alone is `Maya (probably Maya Moreira)` if exactly
    one contact in the same circle has that name; `other_ref` is then that contact's.
    """
    facts = await related(reader, contact_id)
    words = {
        row["type"]: _Words(row["she"], row["he"])
        for row in await reader.all("SELECT type, she, he FROM relationship_inverse")
    }
    told = {(fact.other_ref, fact.kind.casefold()) for fact in facts if fact.other_ref}
    kept = [fact for fact in facts if not _is_said_better(fact, words.get(fact.kind), told)]
    genders = {
        row["ref"]: row["said"] for row in await reader.all(_GENDERS, {"contact": contact_id})
    }
    return [
        _called_by_gender(fact, words, genders.get(fact.other_ref, "")) if fact.other_ref else fact
        for fact in await _probable(reader, contact_id, kept)
    ]


def _is_said_better(fact: Fact, words: _Words | None, told: set[tuple[str, str]]) -> bool:
    """Whether their own card says `sister` where the way back is `sibling` at best."""
    return words is not None and any(
        word and (fact.other_ref, word) in told for word in (words.she, words.he)
    )


def _called_by_gender(fact: Fact, words: dict[str, _Words], gender: str) -> Fact:
    known = words.get(fact.kind)
    word = getattr(known, gender) if known and gender else ""
    return replace(fact, kind=word) if word else fact


async def _probable(reader: Reader, contact_id: int, facts: list[Fact]) -> list[Fact]:
    """Relations by name alone, with the one contact in the same circle who fits."""
    if all(fact.other_ref for fact in facts):
        return facts
    bearers = await given_names(reader)
    circle = await circles_of(reader, contact_id)
    circle |= await _in_the_family(reader, contact_id)
    found = []
    for fact in facts:
        wanted = name_key(fact.text).split()
        nearby = (bearers.get(wanted[0], set()) & circle) - {contact_id} if wanted else set()
        if not fact.other_ref and len(nearby) == 1:
            ((ref, name),) = (await contacts_by_id(reader, list(nearby))).values()
            if set(wanted) <= set(name_key(name).split()):
                text = f"{named(fact.text)} (probably {named(name)})"
                found.append(replace(fact, text=text, is_probable=True, other_ref=ref))
                continue
        found.append(fact)
    return found


async def _in_the_family(reader: Reader, contact_id: int) -> set[int]:
    """Contacts with the same family name."""
    rows = await reader.all(
        "SELECT other.id FROM contact AS other JOIN contact AS mine ON mine.id = ?"
        " WHERE mine.family_name <> '' AND other.family_name = mine.family_name COLLATE NOCASE"
        " AND other.merged_into_id IS NULL AND NOT other.is_owner LIMIT ?",
        (contact_id, LARGEST_CIRCLE),
    )
    return {int(row[0]) for row in rows}


async def who_is(reader: Reader, contact_id: int, relation: str) -> list[Fact]:
    """Who is a contact's `sister`, `manager`, …; `sibling` means a sister or a brother too."""
    asked = relation.casefold().strip()
    wanted = EVERYDAY_WORDS.get(asked, asked)
    narrower = {wanted}
    row = await reader.one("SELECT she, he FROM relationship_inverse WHERE type = ?", (wanted,))
    if row is not None:
        narrower |= {row["she"], row["he"]} - {""}
    broader = await reader.value(
        "SELECT type FROM relationship_inverse WHERE ? IN (she, he)", (wanted,)
    )
    facts = await relationships(reader, contact_id)
    exact = [fact for fact in facts if fact.kind.casefold() in narrower]
    # A sibling about whom nothing more is known may be the sister that is asked for.
    return exact or [fact for fact in facts if broader and fact.kind == broader]


async def is_relation(reader: Reader, word: str) -> bool:
    """Whether a word, such as `sister`, is a relation with a known way back."""
    said = word.casefold().strip()
    return bool(
        await reader.value(
            "SELECT EXISTS (SELECT 1 FROM relationship_inverse WHERE type = ?)",
            (EVERYDAY_WORDS.get(said, said),),
        )
    )


async def introduced_by(reader: Reader, contact_id: int) -> list[Fact]:
    """Who introduced them to the owner, and whom they introduced."""
    facts = await relationships(reader, contact_id)
    return [fact for fact in facts if fact.kind in {"introduced by", "introduced"}]


async def groups_in_common(reader: Reader, contact_id: int) -> list[str]:
    """The titles of the small groups that the owner and they are both in, at most five."""
    return [row["title"] for row in await reader.all(_COMMON_GROUPS, (contact_id,))]
