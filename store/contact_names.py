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


def index_names(writer: Writer) -> None:
    """Make every name of every contact findable; in the caller's transaction.

    Worked out anew as a whole: even 20,000 contacts take well under a second.
    """
    writer.run("DELETE FROM person_fts")
    writer.run(
        f"INSERT INTO person_fts(name, contact_id) SELECT DISTINCT name, contact_id FROM ({_NAMES})"
    )
