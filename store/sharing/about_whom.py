"""About whom something is that is shown: who is called so, and whose are the messages and facts.

Read past what assistants may see: the log is the owner's, and a name of somebody hidden that stands
in another's message was given all the same.
"""

import json
from collections.abc import Collection
from typing import Final

from store.engine.connections import Proposer

_NAMES: Final = """
SELECT json_group_array(json_array(contact.ref, called.name))
FROM (SELECT name, contact_id FROM person_fts UNION SELECT name, contact_id FROM unseen_name)
  AS called JOIN contact ON contact.id = called.contact_id
WHERE NOT contact.is_owner
"""
# The author of a message, and in a chat of two the other one whoever wrote it; to whom a mail of
# the owner's went; whom a fact, a proposal or an occasion is about.
_PEOPLE: Final = """
WITH shown(ref) AS (SELECT value FROM json_each(:refs)),
accounts(ref, id) AS (
  SELECT message.ref, message.sender_id FROM shown JOIN message USING (ref)
  UNION SELECT message.ref, participant.identity_id FROM shown JOIN message USING (ref)
    JOIN conversation ON conversation.id = message.conversation_id
    JOIN participant ON participant.conversation_id = conversation.id
    WHERE conversation.kind = 'direct'
  UNION SELECT message.ref, recipient.identity_id FROM shown JOIN message USING (ref)
    JOIN identity AS sender ON sender.id = message.sender_id
    JOIN contact AS author ON author.id = sender.contact_id AND author.is_owner
    JOIN message_recipient AS recipient ON recipient.message_id = message.id
  UNION SELECT conversation.ref, participant.identity_id FROM shown JOIN conversation USING (ref)
    JOIN participant ON participant.conversation_id = conversation.id
    WHERE conversation.kind = 'direct'
  UNION SELECT interaction.ref, part.identity_id FROM shown JOIN interaction USING (ref)
    JOIN interaction_participant AS part ON part.interaction_id = interaction.id
    WHERE interaction.kind IN ('call', 'meeting', 'logged')
  UNION SELECT ref, identity_id FROM shown JOIN note USING (ref)
  UNION SELECT ref, identity_id FROM shown JOIN follow_up USING (ref)
  UNION SELECT ref, identity_id FROM shown JOIN life_event USING (ref)
  UNION SELECT ref, identity_id FROM shown JOIN gift USING (ref)
),
people(ref, id) AS (
  SELECT accounts.ref, identity.contact_id FROM accounts JOIN identity USING (id)
  UNION SELECT proposal.ref, proposal.contact_id FROM shown JOIN proposal USING (ref)
  UNION SELECT contact.ref, contact.id FROM shown JOIN contact USING (ref)
)
SELECT json_group_array(DISTINCT contact.ref) FROM people JOIN contact ON contact.id = people.id
WHERE NOT contact.is_owner
"""


class NamesOfAll:
    """Every name of every contact, read again when somebody else has changed the memory."""

    def __init__(self, proposer: Proposer) -> None:
        self._proposer = proposer
        self._version = 0
        self._names: list[tuple[str, str]] = []

    async def read(self) -> list[tuple[str, str]]:
        """(contact ref, name); the same list as long as nothing has changed."""
        # What this connection writes itself does not count, and it writes no names.
        version = int(await self._proposer.value("PRAGMA data_version", ()))
        if version != self._version:
            told = await self._proposer.value(_NAMES, ())
            self._names = [(ref, name) for ref, name in json.loads(told)]
            self._version = version
        return self._names


async def people_of(proposer: Proposer, refs: Collection[str]) -> list[str]:
    """Refs of the contacts whom these references are about, or whose words they hold."""
    found = await proposer.value(_PEOPLE, {"refs": json.dumps(list(refs))})
    return [str(ref) for ref in json.loads(found)]
