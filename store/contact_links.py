"""Who is who: which contact each identity belongs to, by strong keys owned by one person.

Links that the rules made are worked out anew after every import from all that is stored, so they
do not depend on the order of imports. What the owner decided is never touched. The rules are
those of docs/decisions.md: never by a name alone, never across a key that two people share.
"""

import json
from collections import defaultdict
from dataclasses import dataclass

from store.database import Row, Writer
from store.identities import LARGEST_CIRCLE, ImportScope
from store.names import name_key, visible
from store.normalise import is_role_address
from store.records import Card
from store.refs import make_ref
from store.retired_contacts import settle_contacts

# Said by somebody who knows, so that no rule takes it back.
_SURE_OWNER = ("said by the owner", "marked as yours in the export")
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An identity that is no card, with the strong keys that it holds."""

    id: int
    kind: str
    name: str
    contact_id: int | None
    seed: tuple[str, str, str]
    keys: frozenset[Key]
    saved_as: str


def adopt_card(scope: ImportScope, card: Card, identity_id: int) -> None:
    """Give a card its contact: the owner's if it is the owner's own card, else one of its own."""
    writer = scope.writer
    before = writer.value("SELECT contact_id FROM identity WHERE id = ?", (identity_id,))
    contact_id = before or _owner_of_card(writer, identity_id)
    if contact_id is None:
        contact_id = contact_of_seed(
            writer,
            identity_id,
            ("card", scope.source_key, card.uid),
            visible(card.full_name) or "No name",
            scope.now,
            kind="organization" if card.kind == "organization" else "person",
        )
    _link(writer, identity_id, before, int(contact_id), "address book card", scope.now)
    writer.run(
        "UPDATE contact SET display_name = CASE WHEN is_owner THEN display_name ELSE ? END,"
        " given_name = ?, family_name = ?, pronouns = coalesce(nullif(?, ''), pronouns)"
        " WHERE id = ?",
        (
            visible(card.full_name) or "No name",
            visible(card.given_name),
            visible(card.family_name),
            card.pronouns,
            contact_id,
        ),
    )


def _owner_of_card(writer: Writer, identity_id: int) -> int | None:
    # By e-mail only: a family shares its telephone, hardly ever its owner's address.
    found = writer.value(
        "SELECT owner.contact_id FROM contact_method AS mine"
        " JOIN identity AS owner ON owner.kind = 'email' AND owner.key = mine.key"
        " JOIN contact ON contact.id = owner.contact_id AND contact.is_owner"
        " WHERE mine.identity_id = ? AND mine.kind = 'email'",
        (identity_id,),
    )
    return None if found is None else int(found)


def contact_of_seed(
    writer: Writer,
    identity_id: int,
    seed: tuple[str, str, str],
    name: str,
    now: int,
    kind: str = "person",
) -> int:
    """The contact whose ref follows from this identity (kind, scope, key), made if it is new.

    One that was retired is met again, with its ref and all that the owner said of it.
    """
    own: list[int] = []

    def taken(ref: str) -> bool:
        found = writer.value("SELECT id FROM contact WHERE ref = ?", (ref,))
        if found is not None and writer.value(
            "SELECT 1 FROM identity_event WHERE identity_id = ? AND contact_id = ?",
            (identity_id, found),
        ):
            own.append(int(found))
            return False
        return found is not None

    ref = make_ref("c", *seed, taken=taken)
    if own:
        return own[0]
    return writer.run(
        "INSERT INTO contact(ref, display_name, kind, created_at) VALUES (?, ?, ?, ?)",
        (ref, name, kind, now),
    )


def link_identities(writer: Writer, now: int) -> None:
    """Work out the contact of every identity that is not a card; in the caller's transaction."""
    decided = _decided_by_owner(writer)
    owners = _owners_by_key(writer, decided)
    names = _contacts_by_saved_name(writer)
    people = _people_worth_a_contact(writer)
    groups: dict[int, list[_Candidate]] = defaultdict(list)
    candidates = _candidates(writer, decided)
    roots = _join_by_key([c for c in candidates if not _owning(owners, c)])
    for candidate in candidates:
        owning = _owning(owners, candidate)
        if len(owning) == 1:
            _move(writer, candidate, next(iter(owning)), "same address or number", now)
        elif len(owning) > 1:
            # Two people share this address: nobody is taken for the other.
            _move(writer, candidate, None, "shared by several people", now)
        else:
            groups[roots[candidate.id]].append(candidate)
    with_card = {
        row[0] for row in writer.all("SELECT DISTINCT contact_id FROM identity WHERE kind = 'card'")
    }
    for group in groups.values():
        saved = {names[key] for c in group if (key := name_key(c.saved_as)) in names}
        if len(saved) == 1 and None not in saved and not any(c.keys for c in group):
            for candidate in group:
                _move(writer, candidate, next(iter(saved)), "saved under this name", now)
        elif any(candidate.id in people for candidate in group):
            _link_group(writer, group, now)
        else:
            for candidate in group:
                if candidate.contact_id in with_card:
                    _move(writer, candidate, None, "no longer on the card", now)
    settle_contacts(writer)


def _link_group(writer: Writer, group: list[_Candidate], now: int) -> None:
    """Give accounts that belong together one contact, whatever order they came in."""
    first = min(group, key=lambda candidate: candidate.seed)
    name = _best_name(group)
    contact_id = contact_of_seed(writer, first.id, first.seed, name, now)
    writer.run(
        "UPDATE contact SET display_name = ? WHERE id = ? AND display_name <> ?",
        (name, contact_id, name),
    )
    for candidate in group:
        _move(writer, candidate, contact_id, "the account itself", now)


def _best_name(group: list[_Candidate]) -> str:
    names = [c.saved_as or c.name or c.seed[2] for c in sorted(group, key=lambda c: c.seed)]
    return max(names, key=lambda name: ("@" not in name, len(name.split())))


def _owning(owners: dict[Key, set[int]], candidate: _Candidate) -> set[int]:
    return set().union(*(owners.get(key, set()) for key in candidate.keys))


def _decided_by_owner(writer: Writer) -> set[int]:
    return {
        int(row[0])
        for row in writer.all(
            "SELECT identity_id FROM identity_event WHERE decided_by = 'owner'"
            " AND undone_at IS NULL AND identity_id IS NOT NULL"
        )
    }


def _owners_by_key(writer: Writer, decided: set[int]) -> dict[Key, set[int]]:
    """For each strong key, the contacts that surely hold it.

    On their cards, in what the owner typed, or on accounts that the owner gave to them.
    """
    owners: dict[Key, set[int]] = defaultdict(set)
    for row in writer.all(
        "WITH sure AS (SELECT id, kind, key, contact_id FROM identity"
        "  WHERE contact_id IS NOT NULL AND (kind IN ('card', 'owner')"
        "   OR linked_how IN (SELECT value FROM json_each(:ways))"
        "   OR id IN (SELECT value FROM json_each(:decided))))"
        " SELECT method.kind, method.key, sure.contact_id FROM contact_method AS method"
        "  JOIN sure ON sure.id = method.identity_id WHERE method.key <> ''"
        " UNION SELECT kind, key, contact_id FROM sure WHERE kind IN ('email', 'phone')",
        {"ways": json.dumps(_SURE_OWNER), "decided": json.dumps(sorted(decided))},
    ):
        if row["kind"] == "phone" or not is_role_address(row["key"]):
            owners[(row["kind"], row["key"])].add(row["contact_id"])
    return owners


def _contacts_by_saved_name(writer: Writer) -> dict[str, int | None]:
    """Full names of two words or more that exactly one card bears; None where two do."""
    names: dict[str, int | None] = {}
    for row in writer.all(
        "SELECT name, contact_id FROM identity WHERE kind = 'card' AND contact_id IS NOT NULL"
    ):
        key = name_key(row["name"])
        if " " in key:
            same = names.get(key, row["contact_id"]) == row["contact_id"]
            names[key] = row["contact_id"] if same else None
    return names


def _candidates(writer: Writer, decided: set[int]) -> list[_Candidate]:
    keys: dict[int, set[Key]] = defaultdict(set)
    for row in writer.all(
        "SELECT identity_id, method.kind, method.key FROM contact_method AS method"
        " JOIN identity ON identity.id = method.identity_id"
        " WHERE identity.kind NOT IN ('card', 'owner') AND method.key <> ''"
    ):
        keys[row["identity_id"]].add((row["kind"], row["key"]))
    saved = {
        row["identity_id"]: row["name"]
        for row in writer.all("SELECT identity_id, name FROM contact_name WHERE kind = 'saved as'")
    }
    found = []
    for row in writer.all(
        "SELECT id, kind, scope, key, name, contact_id, linked_how FROM identity"
        " WHERE kind NOT IN ('card', 'owner')"
    ):
        if row["id"] in decided or row["linked_how"] in _SURE_OWNER:
            continue
        own = keys[row["id"]]
        if row["kind"] in {"email", "phone"} and not is_role_address(row["key"]):
            own.add((row["kind"], row["key"]))
        found.append(
            _Candidate(
                id=row["id"],
                kind=row["kind"],
                name=row["name"],
                contact_id=row["contact_id"],
                seed=(row["kind"], row["scope"], row["key"]),
                keys=frozenset(own),
                saved_as=saved.get(row["id"], ""),
            )
        )
    return found


def _join_by_key(candidates: list[_Candidate]) -> dict[int, int]:
    """Join identities that hold a common key: for each, the id that stands for its group."""
    parent = {candidate.id: candidate.id for candidate in candidates}

    def root(member: int) -> int:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    holder: dict[Key, int] = {}
    for candidate in candidates:
        for key in candidate.keys:
            first = holder.setdefault(key, candidate.id)
            parent[root(candidate.id)] = root(first)
    return {candidate.id: root(candidate.id) for candidate in candidates}


def _people_worth_a_contact(writer: Writer) -> set[int]:
    """Identities that a real person stands behind and the owner has to do with.

    Saved by the owner; in a chat of two or a small group; or written to by the owner in a mail
    that was not a circular. Everybody else stays an identity without a contact.
    """
    rows: list[Row] = writer.all(
        "SELECT identity_id FROM contact_name WHERE kind = 'saved as'"
        " UNION SELECT participant.identity_id FROM participant"
        "  JOIN conversation ON conversation.id = participant.conversation_id"
        "  WHERE conversation.kind IN ('direct', 'group') AND conversation.id IN"
        "   (SELECT conversation_id FROM participant GROUP BY 1 HAVING count(*) <= :circle)"
        " UNION SELECT recipient.identity_id FROM message_recipient AS recipient"
        "  WHERE recipient.message_id IN (SELECT message.id FROM contact"
        "   JOIN identity ON identity.contact_id = contact.id"
        "   JOIN message ON message.sender_id = identity.id"
        "   JOIN message_recipient ON message_recipient.message_id = message.id"
        "   WHERE contact.is_owner GROUP BY 1 HAVING count(*) <= :circle)",
        {"circle": LARGEST_CIRCLE},
    )
    desks = {
        row["id"]
        for row in writer.all("SELECT id, key FROM identity WHERE kind = 'email'")
        if is_role_address(row["key"])
    }
    return {row[0] for row in rows} - desks


def _move(
    writer: Writer, candidate: _Candidate, contact_id: int | None, how: str, now: int
) -> None:
    _link(writer, candidate.id, candidate.contact_id, contact_id, how, now)


def _link(
    writer: Writer, identity_id: int, before: int | None, contact_id: int | None, how: str, now: int
) -> None:
    if before == contact_id:
        return
    writer.run(
        "UPDATE identity SET contact_id = ?, linked_how = ? WHERE id = ?",
        (contact_id, how, identity_id),
    )
    writer.run(
        "INSERT INTO identity_event(kind, identity_id, contact_id, other_contact_id, happened_at,"
        " decided_by, evidence, before_state) VALUES (?, ?, ?, ?, ?, 'rule', ?, ?)",
        (
            "unlink" if contact_id is None else "link",
            identity_id,
            contact_id,
            before,
            now,
            how,
            json.dumps({"contact_id": before}),
        ),
    )
