"""Relations between people as the owner types them: `sister of`, `introduced by`, any word."""

import re
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Writer
from store.facts.relationships import EVERYDAY_WORDS
from store.owner.typed_facts import NotYours
from store.owner.typed_line import (
    UnusableLine,
    owner_identity,
    owner_writes,
    typed_now,
    usable_line,
)
from store.text.names import visible

_LONGEST_TYPE: Final = 60
_TOWARDS_THE_OTHER: Final = re.compile(r"(?P<type>.+?) (?:of|to|for)")
_BEFORE_IT: Final = re.compile(r"(?:is |are |was )?(?:the |an? )?(?=.* (?:of|to|for|with)$)")
_TOGETHER: Final = re.compile(r"(?P<type>.+?) with")
# Said about the first person, it names what the second one is to them.
_NAMES_THE_OTHER: Final = frozenset({"introduced by"})
_SAID_OTHERWISE: Final = {
    "works with": "colleague",
    "work with": "colleague",
    "friends": "friend",
    "married": "spouse",
    "married to": "spouse",
    "works for": "report",
    "reports to": "report",
    "manages": "manager",
    "lives with": "flatmate",
    "met through": "introduced by",
    "met via": "introduced by",
}


@dataclass(frozen=True, slots=True)
class Relation:
    """`holder` has a `type`, who is `other`; row ids. Alex has a sister: Alex is the holder."""

    holder: int
    type: str
    other: int


def read_relation(writer: Writer, person_id: int, words: str, other_id: int) -> Relation:
    """The relation that `PERSON words OTHER` means. Raises: UnusableLine when it is ambiguous."""
    said = _BEFORE_IT.sub("", visible(usable_line(words, "relation")).casefold(), count=1)
    if len(said) > _LONGEST_TYPE:
        raise UnusableLine(f"A relation has at most {_LONGEST_TYPE} characters.")
    if person_id == other_id:
        raise UnusableLine("That is one and the same person. Nothing was stored.")
    type_ = _SAID_OTHERWISE.get(said, said)
    if type_ in _NAMES_THE_OTHER:
        return Relation(person_id, type_, other_id)
    if type_ != said or type_ == "introduced":
        return Relation(other_id, type_, person_id)
    if found := _TOGETHER.fullmatch(said) or _TOWARDS_THE_OTHER.fullmatch(said):
        said_type = found["type"]
        return Relation(other_id, EVERYDAY_WORDS.get(said_type, said_type), person_id)
    both_ways = writer.value(
        "SELECT inverse = type FROM relationship_inverse WHERE type = ?", (type_,)
    )
    if not both_ways:
        raise UnusableLine(
            f"“{said}” can be read both ways. Say who is whose: “{said} of”. Nothing was stored."
        )
    return Relation(other_id, type_, person_id)


def add_relation(writer: Writer, relation: Relation, now: int) -> None:
    """Store a relation; the same one again is stored once. now: UTC seconds."""
    with owner_writes(writer):
        other_identity = owner_identity(writer, relation.other)
        writer.run(
            "INSERT INTO relationship(identity_id, type, other_name, other_identity_id,"
            " provenance_id) SELECT ?, ?, ref, ?, ? FROM contact WHERE id = ?"
            " ON CONFLICT(identity_id, type, other_name) DO UPDATE SET"
            " other_identity_id = excluded.other_identity_id,"
            " provenance_id = excluded.provenance_id",
            (
                owner_identity(writer, relation.holder),
                relation.type,
                other_identity,
                typed_now(writer, now),
                relation.other,
            ),
        )


def remove_relations(writer: Writer, one_id: int, other_id: int, type_: str = "") -> int:
    """Remove the relations between two people that the owner typed, and return how many.

    type_: only those of this type, either way. Raises: NotYours when there is none.
    """
    with owner_writes(writer):
        rows = writer.all(
            "SELECT relationship.id, relationship.type, mine.kind, relationship.provenance_id"
            " FROM relationship JOIN identity AS mine ON mine.id = relationship.identity_id"
            " JOIN identity AS other ON other.id = other_identity_id"
            " WHERE (mine.contact_id = :one AND other.contact_id = :other)"
            " OR (mine.contact_id = :other AND other.contact_id = :one)",
            {"one": one_id, "other": other_id},
        )
        typed = [row for row in rows if row["kind"] == "owner" and type_ in ("", row["type"])]
        if not typed:
            raise NotYours(
                "That relation comes from an address book: change it there. Nothing was removed."
                if rows
                else "No relation between them is stored. Nothing was removed."
            )
        for row in typed:
            writer.run("DELETE FROM relationship WHERE id = ?", (row["id"],))
            writer.run("DELETE FROM provenance WHERE id = ?", (row["provenance_id"],))
    return len(typed)
