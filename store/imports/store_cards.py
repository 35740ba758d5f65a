"""Address-book cards: each fact of a card in its own table, on the card's identity."""

import hashlib
from dataclasses import replace
from typing import Literal

from store.engine.connections import Writer
from store.importers.records import Card
from store.imports.address_books import (
    free_uid,
    is_made_up,
    known_card,
    may_be_renamed,
    renamed_card,
)
from store.imports.record_parts import plain
from store.imports.store_accounts import ImportScope, rename_identity
from store.imports.store_card_facts import remove_facts, store_facts
from store.text.names import name_key, visible

Outcome = Literal["new", "updated", "unchanged"]


def store_card(scope: ImportScope, card: Card, *, may_wait: bool = True) -> Outcome | None:
    """Store one card; the same card again changes nothing, a changed one replaces its facts.

    New rows wait in `scope.rows`; `link_identities` gives the card a contact.
    may_wait: None is returned, and nothing stored, for a card that may be a known one under another
        name: give it again when all others are stored.
    """
    row = known_card(scope, card)
    if row is None and may_be_renamed(scope, card):
        if may_wait:
            return None
        row = renamed_card(scope, card)
    if is_made_up(card.uid) and scope.knows_cards:
        card = replace(card, uid=free_uid(scope, card, row))
    content_hash = _content_hash(scope, card)
    changed_at = _seconds(card)
    if row is None:
        store_facts(scope, card, _new_card(scope, card, content_hash))
        return "new"
    scope.writer.run("UPDATE identity SET last_run_id = ? WHERE id = ?", (scope.run_id, row["id"]))
    scope.marks.meet("card", row["id"])
    if _is_older(changed_at, row["changed_at"]):
        scope.is_older = True
        return "unchanged"
    if row["record_hash"] == content_hash:
        if changed_at != row["changed_at"]:
            sql = "UPDATE identity SET changed_at = ? WHERE id = ?"
            scope.writer.run(sql, (changed_at, row["id"]))
        return "unchanged"
    scope.rows.write()
    _empty_known_card(scope, card, int(row["id"]), content_hash)
    store_facts(scope, card, int(row["id"]))
    # Otherwise its facts would decide the order, and those of a new card come before the card.
    scope.rows.write()
    return "updated"


def _seconds(card: Card) -> int | None:
    return None if card.changed_at is None else int(card.changed_at.timestamp())


def _is_older(changed_at: int | None, known: int | None) -> bool:
    """Whether an export shows a card as it was before what is known of it."""
    return changed_at is not None and known is not None and changed_at < known


def _content_hash(scope: ImportScope, card: Card) -> str:
    told = plain(card)
    if isinstance(told[-1], dict):
        # Its place in the file is not content: it moves when another card is added. Its time is
        # that of the content.
        told[-1].pop("place", None)
        told[-1].pop("changed_at", None)
    content = repr((told, scope.region))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _new_card(scope: ImportScope, card: Card, content_hash: str) -> int:
    identity_id = scope.rows.new_id("identity")
    scope.rows.waiting.add(("card", card.uid))
    scope.rows.add(
        "INSERT INTO identity(id, kind, scope, key, source_id, last_run_id, name, given_name,"
        " family_name, pronouns, is_organization, record_hash, changed_at)"
        " VALUES (?, 'card', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            identity_id,
            scope.source_key,
            card.uid,
            scope.source_id,
            scope.run_id,
            *_names(card),
            content_hash,
            _seconds(card),
        ),
    )
    scope.marks.meet("card", identity_id)
    return identity_id


def _empty_known_card(scope: ImportScope, card: Card, identity_id: int, content_hash: str) -> None:
    """Remove what the card said before, and give it its present name."""
    remove_facts(scope.writer, identity_id)
    rename_identity(scope.writer, identity_id, card.uid)
    scope.writer.run(
        "UPDATE identity SET name = ?, given_name = ?, family_name = ?, pronouns = ?,"
        " is_organization = ?, record_hash = ?, changed_at = ? WHERE id = ?",
        (*_names(card), content_hash, _seconds(card), identity_id),
    )


def _names(card: Card) -> tuple[str, str, str, str, int]:
    return (
        visible(card.full_name),
        visible(card.given_name),
        visible(card.family_name),
        card.pronouns,
        int(card.kind == "organization"),
    )


def store_group_card(scope: ImportScope, card: Card) -> None:
    """Give an address book's own group the members that it has now; cards come first."""
    name = visible(card.full_name)
    if not name:
        return
    writer = scope.writer
    writer.run("INSERT OR IGNORE INTO contact_group(name) VALUES (?)", (name,))
    group_id = writer.value("SELECT id FROM contact_group WHERE name = ?", (name,))
    cards_in_it = {
        row["key"]: row["id"]
        for row in writer.all(
            "SELECT identity.id, identity.key FROM identity_group"
            " JOIN identity ON identity.id = identity_id"
            " WHERE group_id = ? AND identity.kind = 'card' AND identity.scope = ?",
            (group_id, scope.source_key),
        )
    }
    members = {uid.removeprefix("urn:uuid:") for uid in card.members}
    writer.run_many(
        "DELETE FROM identity_group WHERE group_id = ? AND identity_id = ?",
        [(group_id, cards_in_it[uid]) for uid in sorted(cards_in_it.keys() - members)],
    )
    for uid in sorted(members):
        identity_id = cards_in_it.get(uid) or writer.value(
            "SELECT id FROM identity WHERE kind = 'card' AND scope = ? AND key = ?",
            (scope.source_key, uid),
        )
        if identity_id is not None:
            scope.marks.link("group", int(group_id), int(identity_id))
        if identity_id is not None and uid not in cards_in_it:
            writer.run(
                "INSERT INTO identity_group(identity_id, group_id, provenance_id) VALUES (?, ?, ?)",
                (identity_id, group_id, scope.provenance(f"card:{card.uid}")),
            )


def connect_relations(scope: ImportScope) -> None:
    """Find who is meant by the relations of this source, once all its cards are stored.

    By UID, or by a full name of two words or more that exactly one contact has; a first name alone
    stays a name.
    """
    _connect_by_uid(scope)
    _connect_by_full_name(scope.writer)


def _connect_by_uid(scope: ImportScope) -> None:
    # OR IGNORE: the card may also name the same person in words, and once is enough.
    scope.writer.run(
        "UPDATE OR IGNORE relationship SET other_identity_id = other.id, other_name = other.name"
        " FROM identity AS mine, identity AS other"
        " WHERE mine.id = relationship.identity_id AND mine.kind = 'card' AND mine.scope = ?"
        " AND relationship.other_name LIKE 'uid:%' AND other.kind = 'card'"
        " AND other.scope = mine.scope"
        " AND other.key = replace(substr(relationship.other_name, 5), 'urn:uuid:', '')",
        (scope.source_key,),
    )


def _connect_by_full_name(writer: Writer) -> None:
    open_rows = writer.all(
        "SELECT id, other_name FROM relationship WHERE other_identity_id IS NULL"
        " AND other_name LIKE '% %'"
    )
    if not open_rows:
        return
    cards_by_name = _cards_by_name(writer)
    for row in open_rows:
        card_of_contact = cards_by_name.get(name_key(row["other_name"]), {})
        if len(card_of_contact) == 1:
            writer.run(
                "UPDATE relationship SET other_identity_id = ? WHERE id = ?",
                (next(iter(card_of_contact.values())), row["id"]),
            )


def _cards_by_name(writer: Writer) -> dict[str, dict[int, int]]:
    """For each name, as a key, the contacts that have it, each with one of its cards."""
    found: dict[str, dict[int, int]] = {}
    # A new card counts as a contact of its own until people are linked.
    for row in writer.all(
        "SELECT identity.id, coalesce(identity.contact_id, -identity.id) AS contact_id,"
        " identity.name FROM identity WHERE kind = 'card'"
    ):
        found.setdefault(name_key(row["name"]), {})[row["contact_id"]] = row["id"]
    return found
