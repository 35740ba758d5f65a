"""What the owner says about who is who: one person, two people, or an earlier decision undone."""

import json
from dataclasses import dataclass

from store.engine.connections import Row, Writer
from store.errors import StoreError
from store.identity.links import contact_of_seed
from store.identity.rulings import Account, load_rulings, write_ruling
from store.sharing.settle_people import settle_people
from store.text.quoting import quote


class ImpossibleRuling(StoreError):
    """The owner asks for something that cannot be done; the message says why."""


@dataclass(frozen=True, slots=True)
class ContactAccount:
    """One account of a contact, for the owner to choose from. messages: how many it wrote."""

    id: int
    account: Account
    name: str
    source: str
    how: str
    messages: int


def accounts_of(writer: Writer, contact_id: int) -> list[ContactAccount]:
    """The accounts of a contact, cards first, always in the same order."""
    return [
        ContactAccount(
            id=row["id"],
            account=(row["kind"], row["scope"], row["key"]),
            name=row["name"],
            source=row["title"],
            how=row["linked_how"],
            messages=row["messages"],
        )
        for row in writer.all(
            "SELECT identity.id, identity.kind, scope, identity.key, name, title, linked_how,"
            " (SELECT count(*) FROM message WHERE sender_id = identity.id) AS messages"
            " FROM identity JOIN source ON source.id = identity.source_id WHERE contact_id = ?"
            " AND (identity.kind <> 'owner' OR identity.key IN"
            "  (SELECT ref FROM contact WHERE seed IS NULL AND NOT is_owner))"
            " ORDER BY identity.kind <> 'card', identity.kind, scope, identity.key",
            (contact_id,),
        )
    ]


def merge_contacts(writer: Writer, kept_id: int, other_id: int, now: int) -> int:
    """Merge two contacts in one transaction and return the decision's id. now: UTC seconds.

    The first one keeps its id and its words. Raises ImpossibleRuling.
    """
    kept, other = _contact(writer, kept_id), _contact(writer, other_id)
    if kept_id == other_id:
        raise ImpossibleRuling(f"{quote(kept['display_name'])} is one contact already.")
    evidence = f"{quote(kept['display_name'])} and {quote(other['display_name'])} are one person"
    return _decide(
        writer,
        "merge",
        (kept_id, other_id),
        (_anchors(writer, kept_id), _anchors(writer, other_id)),
        evidence,
        now,
    )


def add_account(writer: Writer, contact_id: int, identity_id: int, now: int) -> int:
    """Give a contact an account that belongs to nobody, and return the decision's id."""
    contact, account = _contact(writer, contact_id), _account(writer, identity_id)
    return _decide(
        writer,
        "merge",
        (contact_id, None),
        (_anchors(writer, contact_id), [account]),
        f"{quote(_called(writer, identity_id))} is {quote(contact['display_name'])}",
        now,
    )


def keep_apart(
    writer: Writer, contact_id: int, other: int, now: int, *, is_account: bool = False
) -> int:
    """Record that these are two people, for ever, and return the decision's id.

    other: a contact, or an account that belongs to nobody. Raises ImpossibleRuling.
    """
    contact = _contact(writer, contact_id)
    if is_account:
        theirs, name, other_id = [_account(writer, other)], _called(writer, other), None
    else:
        if contact_id == other:
            raise ImpossibleRuling(
                f"{quote(contact['display_name'])} is one contact. To make two of it: kinkeeper"
                " split"
            )
        theirs, other_id = _anchors(writer, other), other
        name = _contact(writer, other)["display_name"]
    return _decide(
        writer,
        "not the same",
        (contact_id, other_id),
        (_anchors(writer, contact_id), theirs),
        f"{quote(contact['display_name'])} and {quote(name)} are two people",
        now,
    )


@dataclass(frozen=True, slots=True)
class SplitOff:
    """The contact that a split made. access: the tier that holds for both."""

    ruling_id: int
    ref: str
    name: str
    access: str


def split_contact(writer: Writer, contact_id: int, identity_ids: list[int], now: int) -> SplitOff:
    """Move some accounts of a contact to a new one; no more people see either than before.

    Raises ImpossibleRuling.
    """
    contact = _contact(writer, contact_id)
    accounts = accounts_of(writer, contact_id)
    right = [each.account for each in accounts if each.id in identity_ids]
    left = [each.account for each in accounts if each.id not in identity_ids]
    if not left or not right:
        raise ImpossibleRuling(
            f"{quote(contact['display_name'])} has {len(accounts)} accounts; at least one has to"
            " stay, and at least one has to go."
        )
    with settle_people(writer, now):
        # The account that the ref is made of may be among those that move; the ref stays all the
        # same.
        new_id = contact_of_seed(writer, right[0], "", now)
        if new_id == contact_id:
            new_id = contact_of_seed(writer, ("split", *right[0]), "", now)
        what = ", ".join(f"{kind} {quote(key)}" for kind, _, key in right)
        ruling_id = write_ruling(
            writer,
            "split",
            (contact_id, new_id),
            left,
            right,
            f"not {quote(contact['display_name'])}: {what}",
            now,
        )
        if contact["access"] != "full":
            # Nobody may see more of either than before, unless the owner says so.
            writer.run(
                "UPDATE identity_event SET before_state = ? WHERE id = ?",
                (json.dumps({"access": contact["access"]}), ruling_id),
            )
    made = writer.one("SELECT ref, display_name, access FROM contact WHERE id = ?", (new_id,))
    return SplitOff(ruling_id, *made) if made else SplitOff(ruling_id, "", "", "full")


def undo_ruling(writer: Writer, ruling_id: int | None, now: int) -> str:
    """Undo a decision, or the last one, as if it had never been made; say which it was.

    Raises ImpossibleRuling.
    """
    standing = load_rulings(writer)
    found = [each for each in standing if ruling_id in (None, each.id)]
    if not found:
        raise ImpossibleRuling(
            f"There is no decision {ruling_id} to take back. To see them: kinkeeper decisions"
            if ruling_id is not None
            else "There is no decision to take back."
        )
    with settle_people(writer, now):
        writer.run("UPDATE identity_event SET undone_at = ? WHERE id = ?", (now, found[-1].id))
    return found[-1].evidence


def _decide(
    writer: Writer,
    kind: str,
    contacts: tuple[int, int | None],
    sides: tuple[list[Account], list[Account]],
    evidence: str,
    now: int,
) -> int:
    with settle_people(writer, now):
        return write_ruling(
            writer, "merge" if kind == "merge" else "not the same", contacts, *sides, evidence, now
        )


def _contact(writer: Writer, contact_id: int) -> Row:
    row = writer.one(
        "SELECT id, display_name, is_owner, access FROM contact"
        " WHERE id = ? AND merged_into_id IS NULL",
        (contact_id,),
    )
    if row is None:
        raise ImpossibleRuling("That contact is no longer there.")
    if row["is_owner"]:
        raise ImpossibleRuling(
            "That is you. Your own accounts are told with: kinkeeper init --email … --phone …"
        )
    return row


def _account(writer: Writer, identity_id: int) -> Account:
    row = writer.one("SELECT kind, scope, key FROM identity WHERE id = ?", (identity_id,))
    if row is None:
        raise ImpossibleRuling("That account is no longer there.")
    return row["kind"], row["scope"], row["key"]


def _called(writer: Writer, identity_id: int) -> str:
    sql = "SELECT coalesce(nullif(name, ''), key) FROM identity WHERE id = ?"
    return str(writer.value(sql, (identity_id,)))


def _anchors(writer: Writer, contact_id: int) -> list[Account]:
    """The accounts that a decision about a contact names: its cards, or else its accounts.

    Accounts that a card brought along may still move when the card changes.
    """
    accounts = [each.account for each in accounts_of(writer, contact_id)]
    return [account for account in accounts if account[0] == "card"] or accounts
