"""The names that find a contact: as on cards, saved, nicknames, and on the accounts themselves."""

from store.database import Writer

_NAMES = """
SELECT contact.id AS contact_id, contact.display_name AS name FROM contact
  WHERE merged_into_id IS NULL
UNION
SELECT identity.contact_id, identity.name FROM identity
  WHERE identity.contact_id IS NOT NULL AND identity.name <> ''
UNION
SELECT identity.contact_id, contact_name.name FROM contact_name
  JOIN identity ON identity.id = contact_name.identity_id WHERE identity.contact_id IS NOT NULL
"""
# What the owner typed or confirmed as somebody's name wins over every card, also one read later.
_CALLED_BY_OWNER = """
UPDATE contact SET display_name = said.name, given_name = said.given_name,
  family_name = said.family_name FROM (
  SELECT identity.contact_id, contact_name.name, identity.given_name, identity.family_name,
    max(contact_name.provenance_id) FROM contact_name
    JOIN identity ON identity.id = contact_name.identity_id
    WHERE identity.kind = 'owner' AND contact_name.kind = 'full' GROUP BY identity.contact_id
) AS said WHERE contact.id = said.contact_id AND NOT contact.is_owner
"""
_PRONOUNS_BY_OWNER = """
UPDATE contact SET pronouns = identity.pronouns FROM identity
  WHERE identity.contact_id = contact.id AND identity.kind = 'owner' AND identity.pronouns <> ''
"""


def index_names(writer: Writer) -> None:
    """Make every name of every contact findable; in the caller's transaction.

    Compared as a whole, a moment even for 20,000 contacts, and changed where it differs.
    """
    writer.run(_CALLED_BY_OWNER)
    writer.run(_PRONOUNS_BY_OWNER)
    names = {(row["name"], row["contact_id"]) for row in writer.all(_NAMES)}
    unseen = {int(row[0]) for row in writer.all("SELECT id FROM unseen_contact")}
    # A name that an assistant may not find must not weigh on the scores of the others either.
    kept_apart = {name for name in names if name[1] in unseen}
    wanted = names - kept_apart
    writer.run("DELETE FROM unseen_name")
    writer.run_many("INSERT INTO unseen_name(name, contact_id) VALUES (?, ?)", sorted(kept_apart))
    found = {
        (row["name"], row["contact_id"]): row["rowid"]
        for row in writer.all("SELECT rowid, name, contact_id FROM person_fts")
    }
    writer.run_many(
        "DELETE FROM person_fts WHERE rowid = ?",
        [(found[name],) for name in found.keys() - wanted],
    )
    writer.run_many(
        "INSERT INTO person_fts(name, contact_id) VALUES (?, ?)", sorted(wanted - found.keys())
    )
