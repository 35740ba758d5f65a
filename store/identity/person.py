"""People, as the rules put their accounts together."""

from collections import defaultdict
from dataclasses import dataclass, field

from store.identity.evidence import Key, Node


@dataclass(slots=True, eq=False)
class Person:
    """Accounts of one person. reasons: why each belongs, by row id."""

    is_owner: bool = False
    is_decided: bool = False
    members: list[Node] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    services: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    @property
    def cards(self) -> list[Node]:
        """The cards, in the order that settles which one counts."""
        return sorted((n for n in self.members if n.kind == "card"), key=lambda node: node.seed)

    @property
    def names(self) -> set[str]:
        """The names that count when people are compared: those of cards, otherwise of accounts."""
        named = {card.name for card in self.cards if card.name}
        return named or {node.saved_as or node.name for node in self.members} - {""}

    def add(self, node: Node, reason: str) -> None:
        """Add an account."""
        self.members.append(node)
        self.reasons[node.id] = reason


def holders_of_keys(
    people: list[Person], strong: list[set[Key]]
) -> tuple[dict[Key, list[int]], dict[Key, list[int]]]:
    """Who holds each key, by number: for certain, or as a phone number whose country was assumed.

    A mobile number without its country code is as good as one with it, if the names agree.
    """
    surely: dict[Key, list[int]] = defaultdict(list)
    assumed: dict[Key, list[int]] = defaultdict(list)
    for number, (person, keys) in enumerate(zip(people, strong, strict=True)):
        for key in keys:
            surely[key].append(number)
        for key in set().union(*(node.medium for node in person.members)) - keys:
            if key[0] == "phone":
                assumed[key].append(number)
    return surely, assumed
