"""The contact of every account, written down as `store.identity.rules` works it out.

It is worked out anew after every import and every decision of the owner, from all that is stored,
so the order of imports does not matter. Contacts keep their ref: it is made of one account.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from store.engine.connections import Writer
from store.engine.refs import new_ref
from store.engine.rows import RowQueue
from store.identity.account_names import settle_account_names
from store.identity.evidence import Evidence, Node, load_evidence, no_collecting
from store.identity.gone import hashed
from store.identity.person import Person
from store.identity.retired import settle_contacts
from store.identity.rules import People, find_people
from store.text.name_likeness import is_full_name, is_name
from store.text.seeds import seed_text

NO_NAME = "No name"


def contact_of_seed(writer: Writer, seed: tuple[str, ...], name: str, now: int) -> int:
    """The contact whose ref is made of this account (kind, scope, key); created if it is new.

    A retired contact is found again, with its ref and all that the owner said about it.
    """
    text = seed_text(*seed)
    found = writer.value(
        "SELECT id FROM contact WHERE seed IN (?, ?)", (text, seed_text(*hashed(seed)))
    )
    if found is not None:
        return int(found)
    return writer.run(
        "INSERT INTO contact(ref, display_name, seed, created_at) VALUES (?, ?, ?, ?)",
        (new_ref(writer, "contact", *seed), name or NO_NAME, text, now),
    )


def _new_contact(rows: RowQueue, seed: tuple[str, ...], name: str, now: int) -> int:
    contact_id = rows.new_id("contact")
    rows.add_with_ref(
        "contact",
        seed,
        "INSERT INTO contact(ref, id, display_name, seed, created_at) VALUES (?, ?, ?, ?, ?)",
        (contact_id, name or NO_NAME, seed_text(*seed), now),
    )
    return contact_id


@dataclass(frozen=True, slots=True)
class _Link:
    """One account that changes its contact."""

    identity_id: int
    before: int | None
    contact_id: int | None
    how: str


@no_collecting()
def link_identities(writer: Writer, now: int) -> None:
    """Work out who is who and write it down; in the caller's transaction. now: UTC seconds."""
    settle_account_names(writer)
    evidence = load_evidence(writer)
    people = find_people(evidence)
    if _owner_accounts(people) - _known_of_owner(evidence):
        # Only now is it known to whom the owner wrote from those accounts.
        _write_people(writer, evidence, people, now)
        evidence = load_evidence(writer)
        people = find_people(evidence)
    named = _write_people(writer, evidence, people, now)
    # A contact that lost a name typed for somebody else is called what its own cards say again.
    no_longer_told = settle_contacts(writer)
    _write_names(writer, [each for each in named if each[0] in no_longer_told])


def _owner_accounts(people: People) -> set[int]:
    return {node.id for person in people.persons if person.is_owner for node in person.members}


def _known_of_owner(evidence: Evidence) -> set[int]:
    return {n.id for n in evidence.nodes.values() if n.contact_id == evidence.owner_contact}


def _write_people(
    writer: Writer, evidence: Evidence, people: People, now: int
) -> list[tuple[int, Person]]:
    """Write down whose each account is and what contacts are called; return people by row id."""
    links = [
        _Link(node_id, node.contact_id, None, why)
        for node_id, why in people.unlinked.items()
        if (node := evidence.nodes[node_id]).contact_id is not None
    ]
    named: list[tuple[int, Person]] = []
    for contact_id, person in _contacts_of(writer, evidence, people.persons, now):
        named.append((contact_id, person))
        links += [
            _Link(node.id, node.contact_id, contact_id, person.reasons[node.id])
            for node in person.members
            if node.contact_id != contact_id
        ]
    _write_links(writer, links, now)
    _write_names(writer, named)
    return named


def _contacts_of(
    writer: Writer, evidence: Evidence, persons: list[Person], now: int
) -> list[tuple[int, Person]]:
    """Give every person a contact: the one that the owner kept, else the first account's own."""
    person_of = {node.seed: person for person in persons for node in person.members}
    contact_of: dict[Person, int] = {}
    taken: set[int] = set()
    for ruling in reversed(evidence.rulings):
        for side, contact_id in (
            (ruling.left, ruling.contact_id),
            (ruling.right, ruling.other_contact_id if ruling.kind == "split" else None),
        ):
            found = {person_of[seed] for seed in side if seed in person_of}
            if ruling.kind != "not the same" and contact_id and len(found) == 1:
                person = found.pop()
                if person not in contact_of and contact_id not in taken and not person.is_owner:
                    contact_of[person] = contact_id
                    taken.add(contact_id)
    known = {seed: contact_id for contact_id, seed in evidence.seed_of_contact.items()}
    rows = RowQueue(writer)
    for person in sorted(persons, key=lambda each: _seeds(each)[0].seed):
        if person.is_owner and evidence.owner_contact is not None:
            contact_of[person] = evidence.owner_contact
        elif person not in contact_of:
            seeds = [n.seed for n in _seeds(person) if known.get(n.seed) not in taken]
            own = evidence.typed.get(person.members[0].id) if not person.cards else None
            if own is not None and own not in taken:
                contact_of[person] = own
            else:
                seed = seeds[0] if seeds else ("apart", *_seeds(person)[0].seed)
                contact_of[person] = known.get(seed) or _new_contact(
                    rows, seed, _best_named(person).shown, now
                )
            taken.add(contact_of[person])
    rows.write()
    return [(contact_of[person], person) for person in persons]


def _seeds(person: Person) -> list[Node]:
    """The accounts that may give a ref, the best first: cards, then those with a key."""
    return person.cards or sorted(
        person.members, key=lambda node: (node.kind == "owner", node.seed)
    )


def _best_named(person: Person) -> Node:
    """The account that a person is named after: a card with a full name before all others."""
    if cards := person.cards:
        return min(cards, key=_rank_of_card)

    def rank(node: Node) -> tuple[bool, bool, int, tuple[str, str, str]]:
        name = _shown(node)
        return not node.saved_as, "@" in name, -len(name.split()), node.seed

    return min(person.members, key=rank)


def _rank_of_card(card: Node) -> tuple[bool, bool, bool, tuple[str, str, str]]:
    has_initial = any(len(word) == 1 for word in card.name.split())
    return not is_full_name(card.name), not is_name(card.name), has_initial, card.seed


def _shown(node: Node) -> str:
    if node.kind == "card":
        return node.shown or NO_NAME
    shown = node.saved_shown or node.shown
    if not shown and node.kind == "telegram":
        # Telegram forgets the name with the account, and its number says nothing to anybody.
        return "Deleted account on Telegram"
    return shown or node.seed[2]


def _write_names(writer: Writer, named: list[tuple[int, Person]]) -> None:
    """Name contacts as their accounts do, unless the owner has named them."""
    known = {
        int(row["id"]): tuple(row)[1:]
        for row in writer.all(
            "SELECT id, display_name, given_name, family_name, kind, pronouns FROM contact"
            " WHERE NOT is_owner AND id NOT IN (SELECT contact_id FROM identity JOIN contact_name"
            "  ON identity_id = identity.id WHERE identity.kind = 'owner'"
            "  AND contact_name.kind = 'full' AND contact_id IS NOT NULL)"
        )
    }
    changes = []
    for contact_id, person in named:
        node = _best_named(person)
        if contact_id not in known or node.kind == "owner":
            continue
        pronouns = next((card.pronouns for card in person.cards if card.pronouns), "")
        kind = "organization" if node.is_organization else "person"
        wanted = (_shown(node), node.given, node.family, kind, pronouns or known[contact_id][4])
        if wanted != known[contact_id]:
            changes.append((*wanted, contact_id))
    writer.run_many(
        "UPDATE contact SET display_name = ?, given_name = ?, family_name = ?, kind = ?,"
        " pronouns = ? WHERE id = ?",
        changes,
    )


def _write_links(writer: Writer, links: Iterable[_Link], now: int) -> None:
    rows = list(links)
    writer.run_many(
        "UPDATE identity SET contact_id = ?, linked_how = ? WHERE id = ?",
        [(link.contact_id, link.how, link.identity_id) for link in rows],
    )
    writer.run_many(
        "INSERT INTO identity_event(kind, identity_id, contact_id, other_contact_id, happened_at,"
        " decided_by, evidence, before_state) VALUES (?, ?, ?, ?, ?, 'rule', ?, ?)",
        [
            (
                "unlink" if link.contact_id is None else "link",
                link.identity_id,
                link.contact_id,
                link.before,
                now,
                link.how,
                json.dumps({"contact_id": link.before}),
            )
            for link in rows
        ],
    )
