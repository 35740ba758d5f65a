"""Accounts of people: found again by their key, whatever source they come from."""

import hashlib
from dataclasses import dataclass, field

from store.engine.connections import Writer
from store.engine.refs import new_ref
from store.engine.rows import RowQueue
from store.importers.records import Account
from store.imports.run_marks import RunMarks
from store.text.keys import email_key, is_role_address, linkedin_slug, profile_key, read_phone
from store.text.names import visible
from store.text.quoting import is_plain_source
from store.text.seeds import seed_text
from store.text.services import SERVICES


@dataclass(slots=True)
class ImportScope:
    """What storing a record needs to know about its run.

    source_kind: where the keys of messages and chats are unique; source_key: where those of cards
    are. now: UTC seconds. region: country for national phone numbers, or None. marks: what the run
    met, for undoing it. knows_cards: earlier imports brought cards of this address book;
    is_same_book: and most names are the same. is_older: the export says that it shows people as
    they were before what is known of them. rows: of cards, waiting for the end of their batch;
    code that reads cards, or numbers accounts and provenances by hand, has them written first.
    """

    writer: Writer
    source_id: int
    source_kind: str
    source_key: str
    run_id: int
    now: int
    region: str | None
    marks: RunMarks
    rows: RowQueue
    knows_cards: bool = False
    is_same_book: bool = False
    is_older: bool = False
    known: dict[Account, int] = field(default_factory=dict)
    provenances: dict[tuple[str, str], int] = field(default_factory=dict)

    def provenance(self, reference: str = "", author: str = "") -> int:
        """The provenance row of a fact from this run; one row serves all facts of one record."""
        known = self.provenances.get((reference, author))
        if known is None:
            self.rows.write()
            known = self.writer.run(
                "INSERT INTO provenance(source_id, import_run_id, reference, author, recorded_at,"
                " confirmed_how) VALUES (?, ?, ?, ?, ?, 'imported')",
                (self.source_id, self.run_id, reference, author, self.now),
            )
            self.provenances[(reference, author)] = known
        return known


def ensure_source(writer: Writer, kind: str, account: str, title: str) -> int:
    """The id of a source, created if it is new.

    An export that does not say whose account it comes from (one Telegram chat) belongs to the only
    source of its kind, whichever of the two came first.
    """
    known = {
        row["account"]: int(row["id"])
        for row in writer.all("SELECT account, id FROM source WHERE kind = ?", (kind,))
    }
    if account in known:
        return known[account]
    if (source_id := known.get(nameless_account(kind, account))) is not None:
        writer.run("UPDATE source SET account = ? WHERE id = ?", (account, source_id))
        return source_id
    if len(known) == 1 and (not account or "" in known):
        [source_id] = known.values()
        if account:
            writer.run("UPDATE source SET account = ? WHERE id = ?", (account, source_id))
        return source_id
    return writer.run(
        "INSERT INTO source(ref, kind, account, title) VALUES (?, ?, ?, ?)",
        (
            new_ref(writer, "source", kind, account),
            kind,
            account,
            # An importer of ours gives plain words; a parser that was taken over could give any.
            title if is_plain_source(title) else kind,
        ),
    )


def nameless_account(kind: str, account: str) -> str:
    """What a source is known by again once all that it brought was taken back: a hash."""
    text = seed_text(kind, account)
    return account and f"gone {hashlib.sha256(text.encode()).hexdigest()}"


def ensure_identity(scope: ImportScope, account: Account) -> int:
    """The identity of an account, created or completed with the names and numbers it brings."""
    if (known := scope.known.get(account)) is not None:
        return known
    scope.rows.write()
    service = SERVICES[account.kind]
    key = service.key(visible(account.value), scope.region)
    within = service.scope(account.scope, scope.source_kind, scope.source_key)
    identity_id = _find_or_make(scope, account.kind, within, key, visible(account.name))
    scope.known[account] = identity_id
    methods = [("phone", phone, "") for phone in account.phones]
    methods += [("email", email, "") for email in account.emails]
    saved_as = visible(account.name) if account.saved_by_owner else ""
    shown = [(kind, visible(value)) for kind, value, _ in methods]
    scope.marks.show(identity_id, visible(account.name), saved_as, shown)
    if (methods or saved_as) and not _knows(scope.writer, identity_id, saved_as, methods):
        provenance_id = scope.provenance(f"{account.kind} {key}")
        add_methods(scope, identity_id, methods, provenance_id)
        add_name(scope.rows, identity_id, "saved as", saved_as, provenance_id)
        scope.rows.write()
    return identity_id


def _knows(
    writer: Writer, identity_id: int, saved_as: str, methods: list[tuple[str, str, str]]
) -> bool:
    values = {
        row[0]
        for row in writer.all(
            "SELECT value FROM contact_method WHERE identity_id = ?"
            " UNION ALL SELECT name FROM contact_name WHERE identity_id = ?",
            (identity_id, identity_id),
        )
    }
    return {saved_as, *(visible(value) for _, value, _ in methods)} <= values | {""}


def _find_or_make(scope: ImportScope, kind: str, within: str, key: str, name: str) -> int:
    row = scope.writer.one(
        "SELECT id, name FROM identity WHERE kind = ? AND scope = ? AND key = ?",
        (kind, within, key),
    )
    if row is None:
        return scope.writer.run(
            "INSERT INTO identity(kind, scope, key, name, source_id, last_run_id)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (kind, within, key, name, scope.source_id, scope.run_id),
        )
    if name and not row["name"]:
        scope.writer.run("UPDATE identity SET name = ? WHERE id = ?", (name, row["id"]))
    return int(row["id"])


def add_name(rows: RowQueue, identity_id: int, kind: str, name: str, provenance_id: int) -> None:
    """Give an identity another name; a name that it has already stays as it is."""
    if text := visible(name):
        rows.add(
            "INSERT OR IGNORE INTO contact_name(identity_id, kind, name, provenance_id)"
            " VALUES (?, ?, ?, ?)",
            (identity_id, kind, text, provenance_id),
        )


def add_methods(
    scope: ImportScope,
    identity_id: int,
    methods: list[tuple[str, str, str]],
    provenance_id: int,
    preferred: frozenset[str] = frozenset(),
) -> None:
    """Store ways to reach someone as (kind, value, label), with keys for e-mail and phone."""
    for kind, value, label in methods:
        text = value.strip() if kind == "address" else visible(value)
        key, strength = _method_key(kind, text, scope.region)
        if key:
            scope.rows.waiting.add((kind, key))
        if text:
            scope.rows.add(
                "INSERT OR IGNORE INTO contact_method(identity_id, kind, value, key, strength,"
                " label, preferred, provenance_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    identity_id,
                    kind,
                    text,
                    key,
                    strength,
                    label,
                    int(value in preferred),
                    provenance_id,
                ),
            )


def _method_key(kind: str, value: str, region: str | None) -> tuple[str, str]:
    """The key of a way to reach someone, and how surely it means one person alone."""
    if kind == "email":
        key = email_key(value)
        return key, "medium" if is_role_address(key) else "strong" if key else ""
    if kind == "url":
        slug = linkedin_slug(value)
        return (profile_key(slug), "strong") if slug else ("", "")
    read = read_phone(value, region) if kind == "phone" else None
    if read is None:
        return "", ""
    return read.key, "strong" if read.is_personal else "medium"


def rename_identity(writer: Writer, identity_id: int, key: str) -> None:
    """Give an account another key: its contact keeps its ref, and decisions still hold."""
    old = writer.one("SELECT kind, scope, key FROM identity WHERE id = ?", (identity_id,))
    if old is None or old["key"] == key:
        return
    writer.run("UPDATE identity SET key = ? WHERE id = ?", (key, identity_id))
    writer.run(
        "UPDATE OR IGNORE contact SET seed = ? WHERE seed = ?",
        (seed_text(old["kind"], old["scope"], key), seed_text(*tuple(old))),
    )
    writer.run(
        "UPDATE OR IGNORE decided_account SET key = ? WHERE kind = ? AND scope = ? AND key = ?",
        (key, *tuple(old)),
    )
