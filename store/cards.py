"""Address-book cards: each fact of a card in its own place, standing on the card's identity."""

import hashlib
from dataclasses import replace
from typing import Final, Literal

from store.contact_links import adopt_card
from store.identities import ImportScope, add_methods, add_name
from store.names import name_key, visible
from store.records import Card
from store.refs import make_ref

Outcome = Literal["new", "updated", "unchanged"]

# What stands on a card and is written anew when the card has changed.
_FACTS_OF_A_CARD: Final = (
    "contact_name",
    "contact_method",
    "role",
    "relationship",
    "identity_tag",
    "extra_field",
    "life_event",
    "note",
)
_RECURRING: Final = frozenset({"birthday", "anniversary", "death"})


def store_card(scope: ImportScope, card: Card) -> Outcome:
    """Store one card; the same card again changes nothing, a changed one replaces its facts."""
    writer = scope.writer
    # Where in the file a card stands is not content: it moves when another card is added.
    content = repr((replace(card, place=""), scope.region))
    content_hash = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    row = writer.one(
        "SELECT id, record_hash FROM identity WHERE kind = 'card' AND scope = ? AND key = ?",
        (scope.source_key, card.uid),
    )
    if row is not None:
        writer.run("UPDATE identity SET last_run_id = ? WHERE id = ?", (scope.run_id, row["id"]))
        if row["record_hash"] == content_hash:
            return "unchanged"
        identity_id = int(row["id"])
        for table in _FACTS_OF_A_CARD:
            writer.run(f"DELETE FROM {table} WHERE identity_id = ?", (identity_id,))
        writer.run(
            "UPDATE identity SET name = ?, record_hash = ? WHERE id = ?",
            (visible(card.full_name), content_hash, identity_id),
        )
    else:
        identity_id = writer.run(
            "INSERT INTO identity(kind, scope, key, name, source_id, record_hash, last_run_id)"
            " VALUES ('card', ?, ?, ?, ?, ?, ?)",
            (
                scope.source_key,
                card.uid,
                visible(card.full_name),
                scope.source_id,
                content_hash,
                scope.run_id,
            ),
        )
    _store_facts(scope, card, identity_id)
    adopt_card(scope, card, identity_id)
    return "new" if row is None else "updated"


def _store_facts(scope: ImportScope, card: Card, identity_id: int) -> None:
    writer = scope.writer
    provenance_id = scope.provenance(f"vcard:{card.uid}")
    add_name(writer, identity_id, "full", card.full_name, provenance_id)
    for nickname in card.nicknames:
        add_name(writer, identity_id, "nickname", nickname, provenance_id)
    add_methods(
        scope,
        identity_id,
        [(method.kind, method.value, method.label) for method in card.methods],
        provenance_id,
        frozenset(method.value for method in card.methods if method.preferred),
    )
    for affiliation in card.affiliations:
        if organization := visible(affiliation.organization):
            writer.run(
                "INSERT OR IGNORE INTO role(identity_id, organization_id, title, department,"
                " provenance_id) VALUES (?, ?, ?, ?, ?)",
                (
                    identity_id,
                    _ensure_organization(scope, organization),
                    visible(affiliation.title),
                    visible(affiliation.department),
                    provenance_id,
                ),
            )
    for category in card.categories:
        if name := visible(category):
            writer.run("INSERT OR IGNORE INTO tag(name) VALUES (?)", (name,))
            writer.run(
                "INSERT OR IGNORE INTO identity_tag(identity_id, tag_id, provenance_id)"
                " SELECT ?, id, ? FROM tag WHERE name = ?",
                (identity_id, provenance_id, name),
            )
    for date in card.dates:
        kind = date.kind if date.kind != "other" else visible(date.label).casefold() or "date"
        writer.run(
            "INSERT OR IGNORE INTO life_event(ref, identity_id, kind, label, date_on,"
            " recurs_yearly, provenance_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                _ref(scope, "e", "life_event", card.uid, kind, date.label, date.date),
                identity_id,
                kind,
                visible(date.label),
                date.date,
                int(date.kind in _RECURRING),
                provenance_id,
            ),
        )
    for note in card.notes:
        if text := note.strip():
            writer.run(
                "INSERT OR IGNORE INTO note(ref, identity_id, kind, text, provenance_id)"
                " VALUES (?, ?, 'card note', ?, ?)",
                (_ref(scope, "n", "note", card.uid, text), identity_id, text, provenance_id),
            )
    for relation in card.relations:
        if relation.name or relation.uid:
            writer.run(
                "INSERT OR IGNORE INTO relationship(identity_id, type, other_name,"
                " other_identity_id, provenance_id) VALUES (?, ?, ?, NULL, ?)",
                (
                    identity_id,
                    visible(relation.type).casefold() or "related",
                    visible(relation.name) or f"uid:{relation.uid}",
                    provenance_id,
                ),
            )
    fields = list(card.extra)
    fields += [
        (name, value)
        for name, value in (
            ("prefix", card.prefix),
            ("additional names", card.additional_names),
            ("suffix", card.suffix),
            ("gender", card.gender),
        )
        if value
    ]
    fields += [("languages", ", ".join(card.languages))] if card.languages else []
    writer.run_many(
        "INSERT INTO extra_field(identity_id, name, value, provenance_id) VALUES (?, ?, ?, ?)",
        [(identity_id, name, value, provenance_id) for name, value in fields],
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
    for uid in sorted(members - cards_in_it.keys()):
        identity_id = writer.value(
            "SELECT id FROM identity WHERE kind = 'card' AND scope = ? AND key = ?",
            (scope.source_key, uid),
        )
        if identity_id is not None:
            writer.run(
                "INSERT INTO identity_group(identity_id, group_id, provenance_id) VALUES (?, ?, ?)",
                (identity_id, group_id, scope.provenance(f"vcard:{card.uid}")),
            )


def connect_relations(scope: ImportScope) -> None:
    """Find who is meant by the relations of this source, once all its cards are stored.

    By UID, or by a full name of two words or more that exactly one contact bears; a first name
    alone stays a name.
    """
    writer = scope.writer
    # OR IGNORE: the card may name the same person in words as well, and once is enough.
    writer.run(
        "UPDATE OR IGNORE relationship SET other_identity_id = other.id, other_name = other.name"
        " FROM identity AS mine, identity AS other"
        " WHERE mine.id = relationship.identity_id AND mine.kind = 'card' AND mine.scope = ?"
        " AND relationship.other_name LIKE 'uid:%' AND other.kind = 'card'"
        " AND other.scope = mine.scope"
        " AND other.key = replace(substr(relationship.other_name, 5), 'urn:uuid:', '')",
        (scope.source_key,),
    )
    open_rows = writer.all(
        "SELECT id, other_name FROM relationship WHERE other_identity_id IS NULL"
        " AND other_name LIKE '% %'"
    )
    if not open_rows:
        return
    bearers: dict[str, dict[int, int]] = {}
    for row in writer.all(
        "SELECT identity.id, identity.contact_id, identity.name FROM identity"
        " WHERE kind = 'card' AND contact_id IS NOT NULL"
    ):
        bearers.setdefault(name_key(row["name"]), {})[row["contact_id"]] = row["id"]
    for row in open_rows:
        found = bearers.get(name_key(row["other_name"]), {})
        if len(found) == 1:
            writer.run(
                "UPDATE relationship SET other_identity_id = ? WHERE id = ?",
                (next(iter(found.values())), row["id"]),
            )


def _ensure_organization(scope: ImportScope, name: str) -> int:
    key = name_key(name)
    found = scope.writer.value("SELECT id FROM organization WHERE key = ?", (key,))
    if found is not None:
        return int(found)
    return scope.writer.run(
        "INSERT INTO organization(ref, name, key) VALUES (?, ?, ?)",
        (_ref(scope, "o", "organization", key), name, key),
    )


def _ref(scope: ImportScope, prefix: str, table: str, *key: str) -> str:
    def taken(ref: str) -> bool:
        sql = f"SELECT 1 FROM {table} WHERE ref = ?"
        return scope.writer.value(sql, (ref,)) is not None

    return make_ref(prefix, *key, taken=taken)
