"""The names that find a contact: as on cards, saved, nicknames, and on the accounts themselves.

Names of other scripts are found in Latin letters as well.

What is withheld of a name cannot be confirmed: an assistant finds nobody by it, the owner does.
"""

from functools import lru_cache

from store.engine.connections import Writer
from store.sensitive import never_out, on_request_of_label
from store.text.latin import in_latin

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
# One that was changed, or set to the same again. What looks like a mark of ours is never cleared.
_DOUBTFUL = """
SELECT id, display_name, given_name, family_name FROM contact
  WHERE id NOT IN (SELECT contact_id FROM harmless_name)
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
    share = writer.value("SELECT value FROM setting WHERE name = 'sensitive'") == "share"
    if writer.value("SELECT value FROM setting WHERE name = 'unknown_senders'") != "share":
        # A stranger's name is as much their word as what they write.
        unseen |= {int(row[0]) for row in writer.all("SELECT id FROM unknown_contact")}
    kept_apart = {name for name in names if name[1] in unseen or _is_withheld(name[0], share)}
    for name, contact_id in [*names]:
        # Found in Latin letters too, unless the name itself must not be.
        spelled = (in_latin(name), contact_id)
        if spelled not in names:
            names.add(spelled)
            if (name, contact_id) in kept_apart or _is_withheld(spelled[0], share):
                kept_apart.add(spelled)
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
    writer.run_many(
        "INSERT INTO harmless_name(contact_id) VALUES (?)",
        [
            (row["id"],)
            for row in writer.all(_DOUBTFUL)
            if not any("[" in name or _is_withheld(name, False) for name in tuple(row)[1:])
        ],
    )


# As many as there are names in a large address book, which is gone through as a whole.
@lru_cache(maxsize=65_536)
def _is_withheld(name: str, share: bool) -> bool:
    return bool(never_out(name) or (not share and on_request_of_label(name, borne=True)))
