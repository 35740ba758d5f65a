"""What every line that the owner types needs: one transaction, a provenance, a ref of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from store.engine.connections import Writer
from store.errors import StoreError
from store.people.owner_settings import load_owner_settings
from store.sharing.visibility import anything_is_restricted, refresh_visibility
from store.text.keys import email_key, phone_key
from store.text.names import visible

_LONGEST_LINE: Final = 4_000
# For what is shown within a line: a name, a tag, the kind of an event.
_LONGEST_NAME: Final = 200


class UnusableLine(StoreError):
    """Words that cannot be stored as they are; the message says why."""


@contextmanager
def owner_writes(writer: Writer) -> Iterator[None]:
    """Open one transaction, after which assistants see no more of hidden people than before."""
    with writer.transaction():
        before = _newest_account(writer)
        yield
        # A fact about somebody hidden may belong to a new account, or be an interaction, a tag or
        # an
        # organization that only they have.
        if anything_is_restricted(writer) or _newest_account(writer) != before:
            refresh_visibility(writer)


def _newest_account(writer: Writer) -> int:
    return int(writer.value("SELECT coalesce(max(id), 0) FROM identity"))


def typed_now(writer: Writer, now: int) -> int:
    """The provenance of something that the owner types. now: UTC seconds."""
    return writer.run(
        "INSERT INTO provenance(source_id, recorded_at, confirmed_how, by_script)"
        " SELECT id, ?, 'typed', ? FROM source WHERE kind = 'owner'",
        (now, writer.by_script),
    )


def usable_name(text: str, what: str) -> str:
    """The words for use within a line: on one line, without invisible characters.

    Raises: UnusableLine.
    """
    name = visible(_usable(text, what, _LONGEST_NAME))
    if not name:
        raise UnusableLine(f"There is no {what} in what you typed. Nothing was stored.")
    return name


def usable_line(text: str, what: str) -> str:
    """The words without white space around them. what: for people, such as `note`.

    Raises: UnusableLine when they are empty, too long, or hold a character that cannot be stored.
    """
    return _usable(text, what, _LONGEST_LINE)


def _usable(text: str, what: str, longest: int) -> str:
    line = text.strip()
    if not line:
        raise UnusableLine(f"There are no words for the {what}. Nothing was stored.")
    if len(line) > longest or "\0" in line:
        raise UnusableLine(
            f"The {what} is too long: at most {longest:,} characters. Nothing was stored."
        )
    return line.encode("utf-8", "replace").decode()


class UnusableCorrection(StoreError):
    """The correction cannot be stored in that place."""


def owner_identity(writer: Writer, contact_id: int) -> int:
    """The identity that carries what the owner says about a contact."""
    found = writer.value(
        "SELECT identity.id FROM identity JOIN contact ON contact.id = contact_id"
        " WHERE identity.kind = 'owner' AND contact_id = ?"
        " AND identity.key IN (contact.ref, 'owner')",
        (contact_id,),
    )
    if found is not None:
        return int(found)
    return writer.run(
        "INSERT INTO identity(kind, key, source_id, contact_id, linked_how)"
        " SELECT 'owner', contact.ref, source.id, contact.id, 'said by the owner'"
        " FROM contact, source WHERE contact.id = ? AND source.kind = 'owner'",
        (contact_id,),
    )


def store_method(
    writer: Writer, identity_id: int, kind: str, text: str, provenance_id: int
) -> None:
    """Store a way to reach somebody, with its key. Raises: UnusableCorrection."""
    key = method_key(writer, kind, text)
    writer.run(
        "INSERT OR REPLACE INTO contact_method(identity_id, kind, value, key, provenance_id)"
        " VALUES (?, ?, ?, ?, ?)",
        (identity_id, kind, text.strip(), key, provenance_id),
    )


def method_key(writer: Writer, kind: str, text: str) -> str:
    """The key by which an address or a number is recognized; '' for other kinds.

    Raises: UnusableCorrection when it is neither.
    """
    owner = load_owner_settings(writer)
    region = owner.region if owner else None
    keys = {"email": email_key(text), "phone": phone_key(text, region)}
    key = keys.get(kind, "")
    if kind in keys and not key:
        what = {"email": "e-mail address", "phone": "telephone number"}[kind]
        hint = ", or it lacks its country: +351 912 345 678" if kind == "phone" else ""
        raise UnusableCorrection(f"“{visible(text)[:80]}” is no {what}{hint}. Nothing was changed.")
    return key
