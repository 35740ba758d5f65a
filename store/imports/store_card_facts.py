"""The facts of an address-book card, each in its own table, on the card's identity."""

from typing import Final

from store.engine.connections import Writer
from store.engine.fact_kinds import FOLLOW_UP, ON_IDENTITIES
from store.facts.organizations import ensure_organization
from store.importers.records import Card
from store.imports.store_accounts import ImportScope, add_methods, add_name
from store.text.names import visible

# The facts of a card, which are written anew when the card has changed.
_FACTS_OF_A_CARD: Final = (
    "contact_name",
    "contact_method",
    "role",
    "relationship",
    "identity_tag",
    "extra_field",
    *(kind.table for kind in ON_IDENTITIES),
)
# The owner has said what became of it.
_STAYS: Final = {FOLLOW_UP.table: "state_changed_at IS NOT NULL"}
_RECURRING: Final = frozenset({"birthday", "anniversary", "death"})


def remove_facts(writer: Writer, identity_id: int) -> None:
    """Remove what a card said, except follow-ups whose state the owner has changed."""
    for table in _FACTS_OF_A_CARD:
        stays = _STAYS.get(table, "0")
        writer.run(f"DELETE FROM {table} WHERE identity_id = ? AND NOT ({stays})", (identity_id,))


def store_facts(scope: ImportScope, card: Card, identity_id: int) -> None:
    """Store everything that a card says about its person; nothing of it may be stored yet.

    The rows wait in `scope.rows`.
    """
    provenance_id = scope.rows.new_id("provenance")
    scope.rows.add(
        "INSERT INTO provenance(id, source_id, import_run_id, reference, recorded_at,"
        " confirmed_how) VALUES (?, ?, ?, ?, ?, 'imported')",
        (provenance_id, scope.source_id, scope.run_id, f"card:{card.uid}", scope.now),
    )
    for store in (
        _store_names,
        _store_methods,
        _store_roles,
        _store_tags,
        _store_dates,
        _store_notes,
        _store_interests,
        _store_gifts,
        _store_follow_ups,
        _store_relations,
        _store_other_fields,
    ):
        store(scope, card, identity_id, provenance_id)


def _store_names(scope: ImportScope, card: Card, identity_id: int, provenance_id: int) -> None:
    add_name(scope.rows, identity_id, "full", card.full_name, provenance_id)
    for nickname in card.nicknames:
        add_name(scope.rows, identity_id, "nickname", nickname, provenance_id)
    for name in card.other_names:
        add_name(scope.rows, identity_id, "full", name, provenance_id)
    for name in card.former_names:
        add_name(scope.rows, identity_id, "former", name, provenance_id)


def _store_methods(scope: ImportScope, card: Card, identity_id: int, provenance_id: int) -> None:
    add_methods(
        scope,
        identity_id,
        [(method.kind, method.value, method.label) for method in card.methods],
        provenance_id,
        frozenset(method.value for method in card.methods if method.preferred),
    )


def _store_roles(scope: ImportScope, card: Card, identity_id: int, provenance_id: int) -> None:
    for affiliation in card.affiliations:
        if organization := visible(affiliation.organization):
            scope.rows.add(
                "INSERT OR IGNORE INTO role(identity_id, organization_id, title, department,"
                " from_on, to_on, provenance_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    identity_id,
                    ensure_organization(scope.writer, organization),
                    visible(affiliation.title),
                    visible(affiliation.department),
                    affiliation.from_on or None,
                    affiliation.to_on or None,
                    provenance_id,
                ),
            )


def _store_tags(scope: ImportScope, card: Card, identity_id: int, provenance_id: int) -> None:
    for category in card.categories:
        if name := visible(category):
            scope.rows.add("INSERT OR IGNORE INTO tag(name) VALUES (?)", (name,))
            scope.rows.add(
                "INSERT OR IGNORE INTO identity_tag(identity_id, tag_id, provenance_id)"
                " SELECT ?, id, ? FROM tag WHERE name = ?",
                (identity_id, provenance_id, name),
            )


def _store_dates(scope: ImportScope, card: Card, identity_id: int, provenance_id: int) -> None:
    for date in card.dates:
        kind = date.kind if date.kind != "other" else visible(date.label).casefold() or "date"
        scope.rows.add_with_ref(
            "life_event",
            (card.uid, kind, date.label, date.date),
            "INSERT OR IGNORE INTO life_event(ref, identity_id, kind, label, date_on,"
            " recurs_yearly, provenance_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                identity_id,
                kind,
                visible(date.label),
                date.date,
                int(date.yearly or date.kind in _RECURRING),
                provenance_id,
            ),
        )


def _store_notes(scope: ImportScope, card: Card, identity_id: int, provenance_id: int) -> None:
    notes = [("card note", text, "") for text in card.notes]
    notes += [(note.kind, note.text, note.on) for note in card.dated_notes]
    for kind, written, on in notes:
        if text := written.strip():
            # Without a date the key is the words alone, so that the ref stays what it always was.
            scope.rows.add_with_ref(
                "note",
                (card.uid, text, *([on] if on else [])),
                "INSERT OR IGNORE INTO note(ref, identity_id, kind, text, about_on, provenance_id)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (identity_id, kind, text, on or None, provenance_id),
            )


def _store_interests(scope: ImportScope, card: Card, identity_id: int, provenance_id: int) -> None:
    for interest in card.interests:
        if text := visible(interest):
            scope.rows.add(
                "INSERT OR IGNORE INTO interest(identity_id, text, provenance_id) VALUES (?, ?, ?)",
                (identity_id, text, provenance_id),
            )


def _store_gifts(scope: ImportScope, card: Card, identity_id: int, provenance_id: int) -> None:
    for gift in card.gifts:
        if text := visible(gift.text):
            scope.rows.add_with_ref(
                "gift",
                (card.uid, gift.state, text, gift.on),
                "INSERT INTO gift(ref, identity_id, state, text, date_on, provenance_id)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (identity_id, gift.state, text, gift.on or None, provenance_id),
            )


def _store_follow_ups(scope: ImportScope, card: Card, identity_id: int, provenance_id: int) -> None:
    said: set[str] = set()
    for follow_up in card.follow_ups:
        text = visible(follow_up.text)
        if not text or text in said or _has_follow_up(scope, identity_id, text):
            continue
        said.add(text)
        scope.rows.add_with_ref(
            "follow_up",
            (card.uid, text),
            "INSERT INTO follow_up(ref, identity_id, owed_by, text, due_on, state, provenance_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                identity_id,
                follow_up.owed_by,
                text,
                follow_up.due_on or None,
                "done" if follow_up.done else "open",
                provenance_id,
            ),
        )


def _has_follow_up(scope: ImportScope, identity_id: int, text: str) -> bool:
    """Whether it is there already: kept, because the owner said what became of it."""
    return bool(
        scope.writer.value(
            "SELECT 1 FROM follow_up WHERE identity_id = ? AND text = ?", (identity_id, text)
        )
    )


def _store_relations(scope: ImportScope, card: Card, identity_id: int, provenance_id: int) -> None:
    for relation in card.relations:
        if relation.name or relation.uid:
            scope.rows.add(
                "INSERT OR IGNORE INTO relationship(identity_id, type, other_name,"
                " other_identity_id, provenance_id) VALUES (?, ?, ?, NULL, ?)",
                (
                    identity_id,
                    visible(relation.type).casefold() or "related",
                    visible(relation.name) or f"uid:{relation.uid}",
                    provenance_id,
                ),
            )


def _store_other_fields(
    scope: ImportScope, card: Card, identity_id: int, provenance_id: int
) -> None:
    for name, value in _other_fields(card):
        scope.rows.add(
            "INSERT INTO extra_field(identity_id, name, value, provenance_id) VALUES (?, ?, ?, ?)",
            (identity_id, name, value, provenance_id),
        )


def _other_fields(card: Card) -> list[tuple[str, str]]:
    """What a card says that has no column of its own: name and value."""
    titles = [
        ("title", job.title) for job in card.affiliations if not job.organization and job.title
    ]
    named = (
        ("prefix", card.prefix),
        ("additional names", card.additional_names),
        ("suffix", card.suffix),
        ("gender", card.gender),
        ("languages", ", ".join(card.languages)),
    )
    return [*card.extra, *titles, *((name, value) for name, value in named if value)]
