"""Who is who, worked out from the evidence alone: the same people in whatever order it came.

The rules and their reasons: docs/identity.md. Nothing here reads or writes the memory.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from store.identity.components import components
from store.identity.evidence import PERHAPS_YOU, SURE_OWNER, Evidence, Key, Node
from store.identity.guards import (
    answers_a_shared_line,
    bears_the_name_of_another,
    called_the_same,
    facts_conflict,
    is_saved_card,
    shown_as_another,
    shown_as_two,
    stand_side_by_side,
    told_by_mobiles,
)
from store.identity.person import Person, holders_of_keys
from store.identity.rulings import Account, Partition
from store.text.keys import is_shared_line
from store.text.name_likeness import is_full_name, may_be_one

# More cards than this behind one key are a desk, not a person.
_MOST_CARDS: Final = 8
_MOST_KEYS_OF_A_KIND: Final = 8


@dataclass(slots=True)
class People:
    """The outcome: everybody, and why some accounts belong to nobody, by row id."""

    persons: list[Person]
    unlinked: dict[int, str]


def find_people(evidence: Evidence) -> People:
    """Work out every person from all that is stored."""
    return _Search(evidence).run()


class _Search:
    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.nodes = sorted(evidence.nodes.values(), key=lambda node: node.seed)
        self.partition = Partition(evidence.rulings)
        self.persons: list[Person] = []
        self.unlinked: dict[int, str] = {}
        self.placed: set[int] = set()
        self.owners: dict[Key, set[int]] = {}
        self.surely_held: set[Key] = set()
        # Whose cards bear a full name, by id().
        self.bearers: dict[str, set[int]] = defaultdict(set)
        self.contested: dict[Key, set[tuple[str, str]]] = {}
        self.services_by_key: dict[Key, list[tuple[tuple[str, str], set[str]]]] = defaultdict(list)
        self.merged_away: set[int] = set()

    def run(self) -> People:
        self._owner()
        self._decided_and_cards()
        self._find_contested_keys()
        self._merge_cards()
        self._own_keys()
        free = self._link_by_key([n for n in self.nodes if n.id not in self.placed])
        self._group(free)
        return People(self.persons, self.unlinked)

    def _place(self, person: Person, node: Node, reason: str) -> None:
        person.add(node, reason)
        self.placed.add(node.id)

    def _owner(self) -> None:
        owner = Person(is_owner=True)
        self.persons.append(owner)
        for node in self.nodes:
            if node.linked_how in SURE_OWNER and node.contact_id == self.evidence.owner_contact:
                self._place(owner, node, node.linked_how)
        mails = {key for node in owner.members for key in node.strong if key[0] == "email"}
        for node in self.nodes:
            # By e-mail only, because a family shares its telephone; by name too, because some
            # share an address.
            if (
                node.kind == "card"
                and node.strong & mails
                and node.seed not in self.partition.unit_of
                and not node.is_organization
                and may_be_one(node.name, self.evidence.owner_name) != "different"
            ):
                self._place(owner, node, "address book card")

    def _decided_and_cards(self) -> None:
        by_seed = {node.seed: node for node in self.nodes}
        for unit in self.partition.units:
            members = [by_seed[seed] for seed in sorted(unit) if seed in by_seed]
            members = [node for node in members if node.id not in self.placed]
            if members:
                person = Person(is_decided=True)
                self.persons.append(person)
                for node in members:
                    self._place(person, node, "decided by you")
        for node in self.nodes:
            if node.kind == "card" and node.id not in self.placed:
                person = Person()
                self.persons.append(person)
                self._place(person, node, "address book card")
        self._typed(by_seed)

    def _typed(self, by_seed: dict[Account, Node]) -> None:
        """Place what the owner typed with the account that the contact's ref is made of."""
        seeds = self.evidence.seed_of_contact
        person_of = {node.id: person for person in self.persons for node in person.members}
        for node_id, contact_id in sorted(self.evidence.typed.items()):
            node = self.evidence.nodes.get(node_id)
            if node is None or node.id in self.placed:
                continue
            kind, scope, key = seeds.get(contact_id, ("", "", ""))[-3:]
            home = by_seed.get((kind, scope, key))
            person = person_of.get(home.id) if home is not None else None
            if person is None or person.is_owner:
                person = Person()
                self.persons.append(person)
                if home is not None and home.id not in self.placed:
                    self._place(person, home, "the account itself")
                    person_of[home.id] = person
            self._place(person, node, "typed by you")

    def _find_contested_keys(self) -> None:
        """Find keys that two accounts of one service hold: a number that changed hands."""
        holders: dict[tuple[Key, tuple[str, str]], set[str]] = defaultdict(set)
        for node in self.nodes:
            if (service := node.stable_id) is not None:
                for key in node.strong | node.medium:
                    holders[(key, service)].add(node.seed[2])
        for (key, service), ids in holders.items():
            self.services_by_key[key].append((service, ids))
            if len(ids) > 1:
                self.contested.setdefault(key, set()).add(service)

    def _merge_cards(self) -> None:
        """Merge cards of several address books into one person, under every guard."""
        people = [person for person in self.persons if not person.is_owner]
        strong = [set[Key]().union(*(node.strong for node in each.members)) for each in people]
        self._note_services(people, strong)
        shared = self._keys_in_common(people, strong)
        for component in components(shared):
            found = [people[number] for number in sorted(component)]
            if self._is_one_person(found):
                why = sorted(
                    key[1] for pair, keys in shared.items() if pair[0] in component for key in keys
                )
                self._join(found, f"same person: {', '.join(why[:3])}")
        self.persons = [each for each in self.persons if id(each) not in self.merged_away]

    def _note_services(self, people: list[Person], strong: list[set[Key]]) -> None:
        """Note which accounts with an id are theirs: their own, and those that hold their keys."""
        for person, keys in zip(people, strong, strict=True):
            for key in keys:
                for service, ids in self.services_by_key.get(key, ()):
                    person.services.setdefault(service, set()).update(ids)
            for node in person.members:
                if node.stable_id:
                    person.services.setdefault(node.stable_id, set()).add(node.seed[2])

    def _keys_in_common(
        self, people: list[Person], strong: list[set[Key]]
    ) -> dict[tuple[int, int], set[Key]]:
        """The keys that make two people one, by their numbers in `people`."""
        surely, assumed = holders_of_keys(people, strong)
        owners_own = set().union(*(node.strong for node in self.persons[0].members), set())
        shared: dict[tuple[int, int], set[Key]] = defaultdict(set)
        for key, numbers in surely.items():
            together = sorted([*numbers, *assumed.get(key, ())])
            if not 1 < len(together) <= _MOST_CARDS or key in owners_own:
                continue
            # If a third person holds the key as well, it is nobody's.
            holding = [people[number] for number in together]
            if self._may_all_merge(key, holding, names_must_agree=key in assumed):
                for number in together[1:]:
                    shared[(together[0], number)].add(key)
        return shared

    def _may_all_merge(self, key: Key, holding: list[Person], *, names_must_agree: bool) -> bool:
        if names_must_agree and not all(called_the_same(holding[0], each) for each in holding):
            return False
        return all(
            self._may_merge(one, other) and not told_by_mobiles(key, one, other)
            for one, other in combinations(holding, 2)
        )

    def _may_merge(self, one: Person, other: Person) -> bool:
        mine, theirs = one.cards, other.cards
        if any(stand_side_by_side(a, b) for a in mine for b in theirs):
            # In one address book, two cards are two people until the owner says otherwise.
            return False
        kinds = [{(c.is_organization, c.is_couple) for c in cards} for cards in (mine, theirs)]
        if all(kinds) and kinds[0] != kinds[1]:
            return False
        if self._are_apart(one.members, other.members) or facts_conflict(one, other):
            return False
        if one.names and other.names:
            pairs = [may_be_one(mine, theirs) for mine in one.names for theirs in other.names]
            # When the owner put somebody together, one name that fits is enough.
            decided = one.is_decided or other.is_decided
            return any(p != "different" for p in pairs) if decided else "different" not in pairs
        return True

    def _is_one_person(self, together: list[Person]) -> bool:
        if len(together) > _MOST_CARDS:
            return False
        keys = set().union(*(n.strong | n.medium for p in together for n in p.members))
        if any(sum(key[0] == kind for key in keys) > _MOST_KEYS_OF_A_KIND for kind in _KINDS):
            return False
        return all(self._may_merge(one, other) for one, other in combinations(together, 2))

    def _join(self, together: list[Person], reason: str) -> None:
        first, *others = together
        for other in others:
            first.is_decided = first.is_decided or other.is_decided
            for node in other.members:
                first.add(node, other.reasons[node.id] if other.is_decided else reason)
            self.merged_away.add(id(other))

    def _are_apart(self, one: Iterable[Node], other: Collection[Node]) -> bool:
        apart = self.partition.apart
        theirs = {node.seed for node in other}
        return any(apart[node.seed] & theirs for node in one if node.seed in apart)

    def _own_keys(self) -> None:
        owners: dict[Key, set[int]] = defaultdict(set)
        for number, person in enumerate(self.persons):
            for node in person.members:
                if is_saved_card(node) and is_full_name(node.name):
                    self.bearers[node.name].add(id(person))
                self.surely_held |= node.strong
                for key in node.strong | node.medium:
                    owners[key].add(number)
        self.owners = owners

    def _link_by_key(self, candidates: list[Node]) -> list[Node]:
        """Give accounts to the one person who holds their key; return those that are left."""
        free = []
        found: list[tuple[Node, Person]] = []
        for node in candidates:
            keys = [key for key in node.strong if self._may_use(node, key)]
            owning = set().union(*(self.owners.get(key, ()) for key in keys))
            if not owning:
                keys = [key for key in node.medium if self._may_use(node, key)]
                owning = set().union(*(self.owners.get(key, ()) for key in keys))
            if len(owning) > 1:
                # Two people share this address, so the account is neither's.
                self.unlinked[node.id] = "shared by several people"
                continue
            person = self.persons[next(iter(owning))] if owning else None
            if person is None or self._speaks_against(node, person, keys):
                free.append(node)
            else:
                found.append((node, person))
        for node, person in found:
            self._place(person, node, "same address or number")
        return free

    def _may_use(self, node: Node, key: Key) -> bool:
        return node.stable_id is None or node.stable_id not in self.contested.get(key, ())

    def _speaks_against(self, node: Node, person: Person, keys: list[Key]) -> bool:
        if self._are_apart([node], person.members):
            return True
        held = [key for key in keys if key in self.owners]
        only_a_shared_line = all(
            k not in self.surely_held and k[0] == "phone" and is_shared_line(k[1]) for k in held
        )
        if only_a_shared_line and not answers_a_shared_line(node, person):
            return True
        # A profile is one person's, whatever they call themselves; the owner's were stated.
        by_profile = any(key[0] == "url" for key in keys)
        if by_profile or person.is_owner:
            return False
        return shown_as_another(node, person) or bears_the_name_of_another(
            node, person, self.bearers
        )

    def _group(self, free: list[Node]) -> None:
        """Join the rest by common keys, then by a saved name or as people of their own."""
        holder: dict[Key, list[int]] = defaultdict(list)
        for number, node in enumerate(free):
            for key in node.strong:
                if self._may_use(node, key):
                    holder[key].append(number)
        pairs = {(numbers[0], n): {key} for key, numbers in holder.items() for n in numbers[1:]}
        grouped: set[int] = set()
        groups: list[list[Node]] = []
        for component in components(pairs):
            group = [free[number] for number in sorted(component)]
            if self._holds_together(group):
                groups.append(group)
                grouped |= component
        groups += [[node] for number, node in enumerate(free) if number not in grouped]
        groups.sort(key=lambda group: group[0].seed)
        self._settle(groups)

    def _holds_together(self, group: list[Node]) -> bool:
        ids: dict[tuple[str, str], set[str]] = defaultdict(set)
        for node in group:
            if node.stable_id:
                ids[node.stable_id].add(node.seed[2])
        return (
            all(len(same) == 1 for same in ids.values())
            and not self._are_apart(group, group)
            and not shown_as_two(group)
        )

    def _settle(self, groups: list[list[Node]]) -> None:
        bearers = self._bearers_of_saved_names(groups)
        by_name: dict[str, list[list[Node]]] = defaultdict(list)
        for group in groups:
            if (name := _saved_name(group)) and bearers.get(name) is not None:
                by_name[name].append(group)
            else:
                self._on_their_own(group)
        for name, same in by_name.items():
            nodes = [node for group in same for node in group]
            person = bearers[name]
            if (
                person is None
                or not self._holds_together(nodes)
                or self._are_apart(nodes, person.members)
                or any(
                    service in person.services and node.seed[2] not in person.services[service]
                    for node in nodes
                    if (service := node.stable_id)
                )
            ):
                for group in same:
                    self._on_their_own(group)
                continue
            for node in nodes:
                self._place(person, node, "saved under this name")

    def _bearers_of_saved_names(self, groups: list[list[Node]]) -> dict[str, Person | None]:
        """Full names under which exactly one person is saved; None where two are."""
        bearers: dict[str, Person | None] = {}
        for person in self.persons:
            for name in {node.name for node in person.members if is_saved_card(node)} | (
                {self.evidence.owner_name} if person.is_owner else set()
            ):
                if is_full_name(name):
                    bearers[name] = None if name in bearers or person.is_owner else person
        for group in groups:
            if any(node.strong for node in group):
                for name in {node.saved_as for node in group if is_full_name(node.saved_as)}:
                    bearers[name] = None
        return bearers

    def _on_their_own(self, group: list[Node]) -> None:
        if any(node.linked_how == PERHAPS_YOU for node in group):
            for node in group:
                self.unlinked[node.id] = PERHAPS_YOU
        elif any(node.id in self.evidence.worthy for node in group):
            person = Person()
            self.persons.append(person)
            for node in group:
                self._place(person, node, "the account itself")
        else:
            for node in group:
                self.unlinked[node.id] = "nobody whom you have to do with"


_KINDS: Final = ("email", "phone")


def _saved_name(group: list[Node]) -> str:
    """The one full name under which the owner saved an account without keys.

    What people call themselves does not count: a namesake may be in no address book.
    """
    names = {node.saved_as for node in group}
    name = names.pop() if len(names) == 1 and not any(node.strong for node in group) else ""
    return name if is_full_name(name) else ""
