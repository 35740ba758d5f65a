"""Accounts of people: found again by their key, whatever source they come from."""

from dataclasses import dataclass, field
from typing import Final

from store.database import Writer
from store.names import visible
from store.normalise import email_key, phone_key
from store.records import Account
from store.refs import make_ref

# A chat larger than this links nobody: having been in one room of 200 is no relationship.
LARGEST_CIRCLE: Final = 25


@dataclass(slots=True)
class ImportScope:
    """What storing a record needs to know about the run it belongs to.

    source_kind: where the keys of messages and chats are unique; source_key: where those of cards
    are. now: UTC seconds. region: country for national phone numbers, or None.
    """

    writer: Writer
    source_id: int
    source_kind: str
    source_key: str
    run_id: int
    now: int
    region: str | None
    known: dict[Account, int] = field(default_factory=dict)
    provenances: dict[tuple[str, str], int] = field(default_factory=dict)

    def provenance(self, reference: str = "", author: str = "") -> int:
        """The provenance row of a fact from this run; one row serves all facts of one record."""
        known = self.provenances.get((reference, author))
        if known is None:
            known = self.writer.run(
                "INSERT INTO provenance(source_id, import_run_id, reference, author, recorded_at,"
                " confirmed_how) VALUES (?, ?, ?, ?, ?, 'imported')",
                (self.source_id, self.run_id, reference, author, self.now),
            )
            self.provenances[(reference, author)] = known
        return known


def ensure_source(writer: Writer, kind: str, account: str, title: str) -> int:
    """The id of a source, made when it is met for the first time.

    An export that does not say whose account it is of (one Telegram chat) belongs to the only
    source of its kind, whichever of the two came first.
    """
    known = {
        row["account"]: int(row["id"])
        for row in writer.all("SELECT account, id FROM source WHERE kind = ?", (kind,))
    }
    if account in known:
        return known[account]
    if len(known) == 1 and (not account or "" in known):
        [source_id] = known.values()
        if account:
            writer.run("UPDATE source SET account = ? WHERE id = ?", (account, source_id))
        return source_id
    return writer.run(
        "INSERT INTO source(ref, kind, account, title) VALUES (?, ?, ?, ?)",
        (make_ref("s", kind, account), kind, account, title),
    )


def account_key(account: Account, region: str | None) -> str:
    """The key of an account within its kind; falls back to the value as written."""
    if account.kind == "email":
        return email_key(account.value) or visible(account.value).casefold()
    if account.kind == "phone":
        return phone_key(account.value, region) or visible(account.value)
    return visible(account.value)


def ensure_identity(scope: ImportScope, account: Account) -> int:
    """The identity of an account, made or completed with the names and numbers that it brings."""
    if (known := scope.known.get(account)) is not None:
        return known
    key = account_key(account, scope.region)
    # A label means one person within one chat of one source, nothing beyond.
    within = f"{scope.source_kind}/{account.scope}" if account.kind == "label" else account.scope
    identity_id = _find_or_make(scope, account.kind, within, key, visible(account.name))
    scope.known[account] = identity_id
    methods = [("phone", phone, "") for phone in account.phones]
    methods += [("email", email, "") for email in account.emails]
    saved_as = visible(account.name) if account.saved_by_owner else ""
    if (methods or saved_as) and not _knows(scope.writer, identity_id, saved_as, methods):
        provenance_id = scope.provenance(f"{account.kind} {key}")
        add_methods(scope, identity_id, methods, provenance_id)
        add_name(scope.writer, identity_id, "saved as", saved_as, provenance_id)
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


def add_name(writer: Writer, identity_id: int, kind: str, name: str, provenance_id: int) -> None:
    """Give an identity one more name; a name that it has already stays as it is."""
    if text := visible(name):
        writer.run(
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
        key = _method_key(kind, text, scope.region)
        if text:
            scope.writer.run(
                "INSERT OR IGNORE INTO contact_method(identity_id, kind, value, key, label,"
                " preferred, provenance_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (identity_id, kind, text, key, label, int(value in preferred), provenance_id),
            )


def _method_key(kind: str, value: str, region: str | None) -> str:
    if kind == "email":
        return email_key(value)
    return phone_key(value, region) if kind == "phone" else ""
