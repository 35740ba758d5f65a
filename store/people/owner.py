"""The owner as a contact: whose memory this is, and which accounts are theirs."""

from pathlib import Path

from store.engine.connections import Writer
from store.engine.opening import glance
from store.engine.refs import new_ref
from store.people.owner_settings import OwnerSettings, save_owner_settings
from store.text.keys import email_key, phone_key


def save_owner(writer: Writer, settings: OwnerSettings, now: int) -> None:
    """Store who the owner is, in one transaction; run again, it adds what is new.

    now: UTC seconds.
    """
    with writer.transaction():
        save_owner_settings(writer, settings)
        contact_id = writer.value("SELECT id FROM contact WHERE is_owner")
        if contact_id is None:
            contact_id = writer.run(
                "INSERT INTO contact(ref, display_name, is_owner, created_at) VALUES (?, ?, 1, ?)",
                (new_ref(writer, "contact", "owner"), settings.name, now),
            )
        writer.run("UPDATE contact SET display_name = ? WHERE id = ?", (settings.name, contact_id))
        source_id = ensure_owner_source(writer)
        keys = [("owner", "owner")]
        keys += [("email", email_key(email)) for email in settings.emails]
        keys += [("phone", phone_key(phone, settings.region)) for phone in settings.phones]
        for kind, key in keys:
            writer.run(
                "INSERT INTO identity(kind, key, name, source_id, contact_id, linked_how)"
                " VALUES (?, ?, ?, ?, ?, 'said by the owner')"
                " ON CONFLICT(kind, scope, key) DO UPDATE SET contact_id = excluded.contact_id,"
                " linked_how = excluded.linked_how",
                (kind, key, settings.name, source_id, contact_id),
            )


def leads_to_owner(path: Path, ref: str) -> bool:
    """Whether a contact's ref means the owner, by way of merges too.

    Raises as `opening.glance` does.
    """
    return bool(
        glance(
            path,
            "WITH RECURSIVE now(id) AS (SELECT id FROM contact WHERE ref = ? UNION"
            " SELECT contact.merged_into_id FROM contact JOIN now ON contact.id = now.id)"
            " SELECT EXISTS (SELECT 1 FROM contact JOIN now ON now.id = contact.id WHERE is_owner)",
            (ref.strip(),),
        )
    )


def ensure_owner_source(writer: Writer) -> int:
    """The source of everything that the owner types."""
    found = writer.value("SELECT id FROM source WHERE kind = 'owner'")
    if found is not None:
        return int(found)
    return writer.run(
        "INSERT INTO source(ref, kind, title) VALUES (?, 'owner', 'You')",
        (new_ref(writer, "source", "owner"),),
    )


def link_owner_account(writer: Writer, identity_id: int) -> None:
    """Link an account that an export marks as the owner's to the owner."""
    writer.run(
        "UPDATE identity SET contact_id = (SELECT id FROM contact WHERE is_owner),"
        " linked_how = 'marked as yours in the export' WHERE id = ?",
        (identity_id,),
    )
