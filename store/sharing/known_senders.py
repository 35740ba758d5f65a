"""Who is known: only whom the owner turned to. Whatever a stranger writes makes nobody known.

An account is known when it is in the owner's address book, when the owner wrote to that address,
answered its mail or accepted its invitation, when they were on the phone, when the owner logged
something about them, or when both wrote in a chat that is small enough for people to know each
other. A mail thread is no such chat: its threads are made of what senders write of themselves.
"""

from typing import Final

from store.engine.connections import Writer
from store.people.circles import LARGEST_CIRCLE

_KNOWN: Final = f"""
WITH owners AS MATERIALIZED (
  SELECT identity.id FROM identity JOIN contact ON contact.id = contact_id WHERE contact.is_owner
), talked AS MATERIALIZED (
  SELECT DISTINCT interaction.conversation_id, part.identity_id
  FROM interaction_participant AS part JOIN interaction ON interaction.id = part.interaction_id
  WHERE part.messages > 0 AND interaction.kind = 'chat'
    AND interaction.conversation_id IS NOT NULL
), both_ways AS (
  SELECT identity_id FROM talked WHERE conversation_id IN
    (SELECT conversation_id FROM talked WHERE identity_id IN (SELECT id FROM owners))
  AND (SELECT count(*) FROM participant
    WHERE participant.conversation_id = talked.conversation_id) <= {LARGEST_CIRCLE}
), own_mail AS MATERIALIZED (
  SELECT message.id, message.source_id, message.reply_to_key, message.ordered_at FROM message
  WHERE message.sender_id IN (SELECT id FROM owners)
    AND NOT message.bulk AND NOT message.unverified
), written_to AS (
  SELECT identity_id FROM own_mail JOIN message_recipient ON message_id = own_mail.id
), answered AS (
  -- If two mails bear one id, nobody can say which of them was meant.
  SELECT asked.sender_id FROM own_mail
  JOIN message AS asked ON asked.source_id = own_mail.source_id
    AND asked.key = own_mail.reply_to_key
  JOIN conversation ON conversation.id = asked.conversation_id AND conversation.kind = 'mail'
  WHERE own_mail.reply_to_key <> '' AND NOT asked.bulk AND NOT asked.unverified
    AND asked.ordered_at <= own_mail.ordered_at
    AND NOT EXISTS (SELECT 1 FROM message AS other WHERE other.source_id = asked.source_id
      AND other.key > asked.key || '#' AND other.key < asked.key || '$')
    AND (SELECT count(*) FROM participant
      WHERE participant.conversation_id = asked.conversation_id) <= {LARGEST_CIRCLE}
), spoken_to AS (
  SELECT part.identity_id FROM interaction
  LEFT JOIN conversation ON conversation.id = interaction.conversation_id
  JOIN interaction_participant AS part ON part.interaction_id = interaction.id
  WHERE interaction.kind = 'logged'
    OR (interaction.kind = 'call' AND coalesce(conversation.kind, 'direct') = 'direct')
), accepted AS (
  SELECT interaction.organizer_id FROM interaction_participant AS own
  JOIN interaction ON interaction.id = own.interaction_id
  WHERE own.accepted AND own.identity_id IN (SELECT id FROM owners)
    AND interaction.organizer_id IS NOT NULL
), known AS (
  SELECT id FROM identity WHERE kind IN ('card', 'owner')
  UNION SELECT id FROM owners
  UNION SELECT identity_id FROM contact_name WHERE kind = 'saved as'
  UNION SELECT identity_id FROM both_ways
  UNION SELECT identity_id FROM written_to
  UNION SELECT sender_id FROM answered WHERE sender_id IS NOT NULL
  UNION SELECT identity_id FROM spoken_to
  UNION SELECT organizer_id FROM accepted
)
SELECT id FROM known UNION SELECT id FROM identity WHERE contact_id IN
  (SELECT contact_id FROM identity JOIN known ON known.id = identity.id)
"""
# A contact of whom nothing is left but the owner's own words is known by these.
_UNKNOWN_CONTACTS: Final = """
INSERT INTO unknown_contact(id)
SELECT contact_id FROM identity JOIN contact ON contact.id = identity.contact_id
WHERE NOT contact.is_owner
GROUP BY contact_id
HAVING max(identity.id IN (SELECT identity_id FROM known_sender)) = 0
"""
# The title of a chat is somebody's in it, perhaps a stranger's who invited the owner; that of a
# mail is the subject of whoever wrote first, or last in the newest export. A chat of two is called
# like the other one.
_KNOWN_TITLES: Final = """
INSERT INTO known_title(id)
SELECT conversation_id FROM participant JOIN conversation ON conversation.id = conversation_id
  AND conversation.kind = 'direct'
JOIN identity ON identity.id = participant.identity_id
LEFT JOIN contact ON contact.id = identity.contact_id
WHERE NOT coalesce(contact.is_owner, 0)
  AND identity_id IN (SELECT known_sender.identity_id FROM known_sender)
UNION
SELECT id FROM conversation WHERE kind IN ('group', 'channel') AND title <> ''
  AND EXISTS (SELECT 1 FROM message WHERE message.conversation_id = conversation.id
    AND message.sender_id IN (SELECT identity_id FROM known_sender))
UNION
SELECT id FROM conversation WHERE kind = 'mail' AND title <> ''
  AND EXISTS (SELECT 1 FROM message WHERE message.conversation_id = conversation.id
    AND message.hidden = 0 AND NOT message.unverified
    AND message.sender_id IN (SELECT identity_id FROM known_sender)
    -- What a program of the owner's answers by itself repeats the title that it was sent.
    AND NOT (message.bulk AND message.sender_id IN (SELECT identity.id FROM identity
      JOIN contact ON contact.id = identity.contact_id WHERE contact.is_owner))
    AND substr(message.subject, -length(title)) = title)
"""


def refresh_known_senders(writer: Writer) -> None:
    """Work out who is known, and who is nobody to an assistant; in the caller's transaction."""
    known = {int(row[0]) for row in writer.all(_KNOWN)}
    stored = {int(row[0]) for row in writer.all("SELECT identity_id FROM known_sender")}
    writer.run_many(
        "DELETE FROM known_sender WHERE identity_id = ?", [(gone,) for gone in stored - known]
    )
    writer.run_many(
        "INSERT INTO known_sender(identity_id) VALUES (?)", [(new,) for new in known - stored]
    )
    writer.run("DELETE FROM unknown_contact")
    writer.run(_UNKNOWN_CONTACTS)


def refresh_known_titles(writer: Writer) -> None:
    """Work out which conversations have a title of somebody known; after what is hidden is."""
    writer.run("DELETE FROM known_title")
    writer.run(_KNOWN_TITLES)
