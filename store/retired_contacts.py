"""Contacts that nobody stands behind any more, and those that come back.

A contact is never deleted by a rule: its ref may have been told to somebody, and the owner may
have said something about it.
"""

from typing import Final

from store.database import Writer

_EMPTY: Final = """
SELECT contact.id FROM contact WHERE merged_into_id IS NULL AND NOT is_owner
AND NOT EXISTS (
  SELECT 1 FROM identity WHERE identity.contact_id = contact.id AND (identity.kind <> 'owner'
    OR EXISTS (SELECT 1 FROM contact_method WHERE contact_method.identity_id = identity.id)))
"""
# What the owner said of the one that goes is kept where the other one has nothing; of two rights
# to see somebody, the narrower one holds.
_CARRY_OVER: Final = """
UPDATE contact SET
  how_we_met = coalesce(nullif(contact.how_we_met, ''), old.how_we_met),
  why_they_matter = coalesce(nullif(contact.why_they_matter, ''), old.why_they_matter),
  preferred_channel = coalesce(nullif(contact.preferred_channel, ''), old.preferred_channel),
  pronouns = coalesce(nullif(contact.pronouns, ''), old.pronouns),
  consent = coalesce(nullif(contact.consent, ''), old.consent),
  closeness = coalesce(contact.closeness, old.closeness),
  status = CASE contact.status WHEN 'active' THEN old.status ELSE contact.status END,
  cadence = coalesce(contact.cadence, old.cadence),
  cadence_days = CASE WHEN contact.cadence IS NULL THEN old.cadence_days
    ELSE contact.cadence_days END,
  snoozed_until_on = coalesce(contact.snoozed_until_on, old.snoozed_until_on),
  access = CASE WHEN 'none' IN (contact.access, old.access) THEN 'none'
    WHEN 'summary' IN (contact.access, old.access) THEN 'summary' ELSE 'full' END
FROM contact AS old WHERE old.id = :old AND contact.id = :new
"""


def settle_contacts(writer: Writer) -> None:
    """Retire the contacts that lost everybody, and bring back those that regained somebody.

    A retired contact points to where its people went; to itself when they went nowhere.
    """
    writer.run(
        "UPDATE contact SET merged_into_id = NULL WHERE merged_into_id IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM identity WHERE identity.contact_id = contact.id)"
    )
    empty = [int(row[0]) for row in writer.all(_EMPTY)]
    if not empty:
        return
    went_to = {
        int(row[0]): int(row[1])
        for row in writer.all(
            "SELECT other_contact_id, contact_id FROM identity_event WHERE contact_id IS NOT NULL"
            " AND other_contact_id IS NOT NULL ORDER BY id"
        )
    }
    for old in empty:
        new = went_to.get(old, old)
        told = writer.value("SELECT 1 FROM identity WHERE contact_id = ?", (old,)) is not None
        if new == old and told:
            continue  # the owner wrote about them: they stay, reachable by nothing but the name
        writer.run(_CARRY_OVER, {"old": old, "new": new})
        writer.run("UPDATE identity SET contact_id = ? WHERE contact_id = ?", (new, old))
        writer.run("UPDATE contact SET merged_into_id = ? WHERE id = ?", (new, old))
