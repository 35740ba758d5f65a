"""What speaks against linking two accounts or cards as one person, whatever key they share.

The rules and their reasons: docs/identity.md.
"""

from collections.abc import Collection, Mapping
from itertools import combinations, product

from store.identity.evidence import Key, Node, is_state
from store.identity.person import Person
from store.text.keys import is_shared_line
from store.text.name_likeness import is_full_name, is_somebody_else, may_be_one


def stand_side_by_side(one: Node, other: Node) -> bool:
    """Whether two cards are in one address book, and not one entry as two exports showed it."""
    if one.seed[1] != other.seed[1]:
        return False
    are_states = is_state(one.seed) or is_state(other.seed)
    return not (
        are_states
        and one.name == other.name
        and bool(one.runs)
        and bool(other.runs)
        and one.runs.isdisjoint(other.runs)
    )


def facts_conflict(one: Person, other: Person) -> bool:
    """Whether birthdays, genders, what stands behind the name, or accounts of one service differ.

    Then they are two people.
    """
    mine = {day for node in one.members for day in node.birthdays}
    theirs = {day for node in other.members for day in node.birthdays}
    if mine and theirs and not any(_same_day(a, b) for a in mine for b in theirs):
        return True
    genders = [{n.gender for n in person.members if n.gender} for person in (one, other)]
    if all(genders) and not genders[0] & genders[1]:
        return True
    suffixes = [{card.suffix for card in person.cards} for person in (one, other)]
    if all(suffixes) and any(suffixes[0] | suffixes[1]) and not suffixes[0] & suffixes[1]:
        return True
    return any(
        not one.services[service] & other.services[service]
        for service in one.services.keys() & other.services.keys()
    )


def _same_day(one: str, other: str) -> bool:
    """Whether two birthdays may be the same; either may lack its year."""
    return one[-5:] == other[-5:] if one[:2] == "--" or other[:2] == "--" else one == other


def told_by_mobiles(key: Key, one: Person, other: Person) -> bool:
    """Whether two people share nothing but a mailbox, and each has a mobile of their own.

    Families share a mailbox, and some people in them a name as well: a mother and her daughter.
    """
    mine, theirs = _keys(one), _keys(other)
    if key[0] != "email" or mine & theirs & (_strong(one) | _strong(other)) != {key}:
        return False
    return _has_mobile(mine) and _has_mobile(theirs)


def _strong(person: Person) -> set[Key]:
    return set().union(*(node.strong for node in person.members))


def _keys(person: Person) -> set[Key]:
    return set().union(*(node.strong | node.medium for node in person.members))


def _has_mobile(keys: set[Key]) -> bool:
    return any(kind == "phone" and not is_shared_line(key) for kind, key in keys)


def called_the_same(one: Person, other: Person) -> bool:
    """Whether two people have the same full name and no other."""
    return len(one.names | other.names) == 1 and all(map(is_full_name, one.names | other.names))


def shown_as_another(node: Node, person: Person) -> bool:
    """Whether an account calls itself, or was saved, by names that cannot be the person's.

    Numbers go to others after a while, families share a mailbox, assistants write for somebody;
    their own full names show it. Of several names, one that fits is enough.
    """
    if node.is_couple and not any(card.is_couple for card in person.cards):
        return True
    said = _said(node)
    # A first name that is part of a full one, both shown for the account, says nothing more.
    parts = {word for name in said if is_full_name(name) for word in name.split()}
    pairs = list(product(said - parts, _full_names(person)))
    return bool(pairs) and all(is_somebody_else(one, other) for one, other in pairs)


def is_saved_card(node: Node) -> bool:
    """Whether the owner wrote the name; LinkedIn's connections wrote theirs."""
    return node.kind == "card" and not node.seed[1].startswith("linkedin")


def bears_the_name_of_another(
    node: Node, person: Person, bearers: Mapping[str, Collection[int]]
) -> bool:
    """Whether an account has the full name on somebody else's card, and none that is the person's.

    An assistant may have the first name of the boss. bearers: full names on cards, with the id()
    of those whose cards they are.
    """
    full = {name for name in _said(node) if is_full_name(name)}
    own = _full_names(person)
    return any(bearers.get(name, ()) and id(person) not in bearers[name] for name in full) and all(
        may_be_one(name, mine) == "different" for name in full for mine in own
    )


def answers_a_shared_line(node: Node, person: Person) -> bool:
    """Whether an account with somebody's landline or switchboard has their full name."""
    return any(
        may_be_one(one, other) == "equal"
        for one, other in product(_said(node), _full_names(person))
    )


def _full_names(person: Person) -> list[str]:
    others = {name for node in person.members for name in node.other_names}
    return [name for name in person.names | others if is_full_name(name)]


def shown_as_two(group: Collection[Node]) -> bool:
    """Whether two of the accounts that share a key call themselves by different full names."""
    return any(
        all(is_somebody_else(a, b) for a, b in product(_said(one), _said(other)))
        for one, other in combinations(group, 2)
        if _said(one) and _said(other)
    )


def _said(node: Node) -> set[str]:
    return {node.saved_as} if node.saved_as else node.shown_as | ({node.name} - {""})
