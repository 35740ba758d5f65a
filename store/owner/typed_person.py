"""What the owner types about a person: names, pronouns, ways to reach them, work; a new contact.

A name that the owner gave wins over every card: it belongs to the identity of kind 'owner', and
`store.index.contact_names` and `store.identity.links` leave it alone.
"""

from typing import Final, Literal

from store.engine.connections import Writer
from store.engine.refs import new_ref
from store.facts.organizations import ensure_organization
from store.index.contact_names import index_names
from store.owner.typed_facts import NotYours
from store.owner.typed_fields import mark_typed
from store.owner.typed_line import (
    UnusableLine,
    method_key,
    owner_identity,
    owner_writes,
    store_method,
    typed_now,
    usable_name,
)
from store.people.fields import FIELDS
from store.sharing.settle_people import settle_people
from store.text.names import name_key

Method = Literal["email", "phone"]
# A person may have several of these, and each can be removed again.
OneOfSeveral = Literal["nickname", "email", "phone", "role"]
_ON_CARDS: Final = {field.column: field for field in FIELDS if field.on_cards}
_TYPED_NAMES: Final = (
    "DELETE FROM contact_name WHERE identity_id = ? AND kind = 'full' AND provenance_id IN"
    " (SELECT id FROM provenance WHERE reference = '')"
)


def add_contact(writer: Writer, name: str, now: int) -> tuple[int, str]:
    """Add a contact by hand, known only by what the owner types; return row id and ref.

    No import removes them; one that brings the same person leads to a suggestion to merge.
    now: UTC seconds. Raises: UnusableLine.
    """
    called = usable_name(name, "name")
    if not name_key(called):
        raise UnusableLine(f"“{called[:80]}” is no name. Nothing was stored.")
    with settle_people(writer, now):
        ref = new_ref(writer, "contact", "typed", called, str(now))
        contact_id = writer.run(
            "INSERT INTO contact(ref, display_name, created_at) VALUES (?, ?, ?)",
            (ref, called, now),
        )
        owner_identity(writer, contact_id)
        _name(writer, contact_id, called, typed_now(writer, now))
    return contact_id, ref


def rename_contact(writer: Writer, contact_id: int, name: str, now: int) -> None:
    """Give a contact this name, whatever cards say; '' for the name on their cards again.

    Raises: UnusableLine.
    """
    called = usable_name(name, "name") if name else ""
    if name and not name_key(called):
        raise UnusableLine(f"“{called[:80]}” is no name. Nothing was changed.")
    with settle_people(writer, now):
        identity_id = owner_identity(writer, contact_id)
        if not called and _is_typed_alone(writer, contact_id):
            raise UnusableLine("You added them by hand: without a name nobody is left.")
        if called:
            _name(writer, contact_id, called, typed_now(writer, now))
        else:
            writer.run(_TYPED_NAMES, (identity_id,))
            writer.run(
                "UPDATE identity SET name = '', given_name = '', family_name = '' WHERE id = ?",
                (identity_id,),
            )


def set_name_part(writer: Writer, contact_id: int, column: str, value: str, now: int) -> None:
    """Set the given name, the family name or the pronouns, whatever cards say.

    Once a part of it is set, the whole name is the owner's too. Raises: UnusableLine.
    """
    field = _ON_CARDS[column]
    called = usable_name(value, field.label) if value else ""
    with settle_people(writer, now):
        provenance_id = typed_now(writer, now)
        identity_id = owner_identity(writer, contact_id)
        if field.shown_as == "name":
            shown = writer.value("SELECT display_name FROM contact WHERE id = ?", (contact_id,))
            _name(writer, contact_id, str(shown), provenance_id)
        writer.run(f"UPDATE identity SET {column} = ? WHERE id = ?", (called, identity_id))
        if field.shown_as != "name":
            writer.run(f"UPDATE contact SET {column} = ? WHERE id = ?", (called, contact_id))
        mark_typed(writer, contact_id, column, provenance_id)


def _name(writer: Writer, contact_id: int, called: str, provenance_id: int) -> None:
    identity_id = owner_identity(writer, contact_id)
    writer.run(_TYPED_NAMES, (identity_id,))
    writer.run(
        "INSERT OR REPLACE INTO contact_name(identity_id, kind, name, provenance_id)"
        " VALUES (?, 'full', ?, ?)",
        (identity_id, called, provenance_id),
    )
    # The name by which an account is compared with the names on cards.
    writer.run("UPDATE identity SET name = ? WHERE id = ?", (called, identity_id))


def _is_typed_alone(writer: Writer, contact_id: int) -> bool:
    return not writer.value(
        "SELECT EXISTS (SELECT 1 FROM identity WHERE contact_id = ? AND kind <> 'owner')",
        (contact_id,),
    )


def add_nickname(writer: Writer, contact_id: int, nickname: str, now: int) -> None:
    """Add another name by which a contact is found. Raises: UnusableLine."""
    called = usable_name(nickname, "nickname")
    with owner_writes(writer):
        writer.run(
            "INSERT OR IGNORE INTO contact_name(identity_id, kind, name, provenance_id)"
            " VALUES (?, 'nickname', ?, ?)",
            (owner_identity(writer, contact_id), called, typed_now(writer, now)),
        )
        index_names(writer)


def add_method(writer: Writer, contact_id: int, kind: Method, value: str, now: int) -> None:
    """Store an address or a number; accounts that have it may become theirs.

    Raises: UnusableCorrection when it is neither.
    """
    with settle_people(writer, now):
        store_method(
            writer, owner_identity(writer, contact_id), kind, value, typed_now(writer, now)
        )


def set_role(
    writer: Writer, contact_id: int, role: str, now: int, from_on: str = "", to_on: str = ""
) -> None:
    """Store where a contact works: `Title at Organization`, or the organization alone.

    from_on, to_on: maybe partial; with to_on it is over, whatever a card goes on saying.
    Raises: UnusableLine.
    """
    line, title, name = read_role(role)
    with owner_writes(writer):
        identity_id = owner_identity(writer, contact_id)
        provenance_id = typed_now(writer, now)
        writer.run(
            "INSERT INTO role(identity_id, organization_id, title, from_on, to_on, provenance_id)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(identity_id, organization_id, title,"
            " department) DO UPDATE SET from_on = coalesce(excluded.from_on, from_on),"
            " to_on = excluded.to_on, provenance_id = excluded.provenance_id",
            (
                identity_id,
                ensure_organization(writer, name),
                title,
                from_on or None,
                to_on or None,
                provenance_id,
            ),
        )
        said = "SELECT 1 FROM superseded_fact WHERE identity_id = ? AND kind = 'role' AND text = ?"
        if to_on and writer.value(said, (identity_id, line)) is None:
            writer.run(
                "INSERT INTO superseded_fact(identity_id, kind, text, provenance_id)"
                " VALUES (?, 'role', ?, ?)",
                (identity_id, line, provenance_id),
            )


def read_role(role: str) -> tuple[str, str, str]:
    """A role on one line, its title (may be '') and its organization. Raises: UnusableLine."""
    line = usable_name(role, "role")
    title, _, name = line.rpartition(" at ")
    if not name_key(name):
        raise UnusableLine(f"“{line[:80]}” names no organization. Write: Engineer at Acme")
    return line, title, name


def remove_one(writer: Writer, contact_id: int, what: OneOfSeveral, value: str, now: int) -> None:
    """Remove a nickname, an address, a number or a role that the owner typed.

    Raises: NotYours when they typed no such thing, UnusableLine, UnusableCorrection.
    """
    bound: tuple[str, ...]
    match what:
        case "nickname":
            table, called = "contact_name", "kind = 'nickname' AND name = ? COLLATE NOCASE"
            bound = (usable_name(value, what),)
        case "role":
            _, title, name = read_role(value)
            table, bound = "role", (title, name_key(name))
            called = (
                "title = ? COLLATE NOCASE AND organization_id IN"
                " (SELECT id FROM organization WHERE key = ?)"
            )
        case _:
            table, called = "contact_method", "kind = ? AND key = ?"
            bound = (what, method_key(writer, what, value))
    with settle_people(writer, now):
        # What a proposal became is removed by undoing the decision on it.
        rows = writer.all(
            f"SELECT id, provenance_id FROM {table} WHERE {called} AND identity_id IN"
            " (SELECT id FROM identity WHERE kind = 'owner' AND contact_id = ?)"
            " AND provenance_id IN (SELECT id FROM provenance WHERE reference = '')",
            (*bound, contact_id),
        )
        if not rows:
            raise NotYours(
                f"You typed no such {what} of theirs; what is on a card is changed there. Nothing"
                " was removed."
            )
        for row in rows:
            writer.run(f"DELETE FROM {table} WHERE id = ?", (row["id"],))
            # The statement that it is over was about this role.
            writer.run(
                "DELETE FROM superseded_fact WHERE kind = 'role' AND provenance_id = ?",
                (row["provenance_id"],),
            )
        if what == "role":
            writer.run(
                "DELETE FROM organization WHERE key = ? AND id NOT IN"
                " (SELECT organization_id FROM role)",
                bound[1:],
            )
