"""What assistants may see, worked out from the access tiers of contacts, chats and sources.

`none`: it does not exist for an assistant. `summary`: facts and rhythm, no words that were said.
What follows from the tiers is stored (`message.hidden`, the `unseen_…` tables, `known_sender`), so
that a query pays nothing for it. Everything is worked out anew from what is stored, so the order in
which things came in does not matter.

A chat of two belongs to the person as a whole, and so does any conversation in which nobody but
them and the owner takes part; in a group only their own words do.
"""

import json
from collections import defaultdict
from collections.abc import Collection
from typing import Final

from store.engine.connections import Writer
from store.identity.lookalikes import find_lookalikes
from store.index.contact_names import index_names
from store.index.fact_words import index_facts_seen_now
from store.index.message_words import (
    count_words_anew,
    index_messages,
    turns_beside,
    unindex_message,
)
from store.sharing.known_senders import refresh_known_senders, refresh_known_titles
from store.sharing.repeated_words import find_repeated_words, refresh_repeated_words

_RESTRICTED: Final = """
SELECT EXISTS (SELECT 1 FROM contact WHERE access <> 'full')
  OR EXISTS (SELECT 1 FROM conversation WHERE access <> 'full')
  OR EXISTS (SELECT 1 FROM source WHERE access <> 'full')
"""
# A contact merged into somebody unseen leads to them, so it does not exist either. Nor does a
# person
# whom only an unseen source knows.
_UNSEEN_CONTACTS: Final = """
WITH RECURSIVE gone(id) AS (
  SELECT id FROM contact WHERE access = 'none'
  UNION
  SELECT contact_id FROM identity JOIN source ON source.id = identity.source_id
    WHERE contact_id IN (SELECT contact_id FROM identity WHERE source_id IN
      (SELECT id FROM source WHERE access = 'none'))
    GROUP BY contact_id HAVING min(source.access = 'none')
  UNION
  SELECT identity.contact_id FROM held_back JOIN identity ON identity.id = held_back.identity_id
    JOIN contact ON contact.id = held_back.contact_id
    WHERE contact.access = 'none' AND identity.contact_id IS NOT NULL
  UNION
  SELECT contact.id FROM contact JOIN gone ON contact.merged_into_id = gone.id
)
INSERT INTO unseen_contact(id)
SELECT id FROM gone WHERE id IS NOT NULL
  AND id NOT IN (SELECT id FROM contact WHERE is_owner)
"""
# When a rule took an account from somebody, such as a number that several share, it stays unseen
# with that person as long as it belongs to nobody.
_ACCOUNTS_OF: Final = """
SELECT id FROM identity WHERE contact_id IN ({people})
UNION SELECT identity.id FROM identity_event AS event
JOIN identity ON identity.id = event.identity_id
WHERE identity.contact_id IS NULL
  AND (event.contact_id IN ({people}) OR event.other_contact_id IN ({people}))
"""
# Conversations in which only these accounts and the owner take part.
_ONLY_WITH: Final = """
SELECT participant.conversation_id FROM participant
JOIN identity ON identity.id = participant.identity_id
LEFT JOIN contact ON contact.id = identity.contact_id
WHERE participant.conversation_id IN (
    SELECT conversation_id FROM participant WHERE identity_id IN ({accounts}))
  AND NOT coalesce(contact.is_owner, 0)
GROUP BY participant.conversation_id
HAVING min(identity.id IN ({accounts}))
"""
# Messages of the owner, or of these accounts, that went to these accounts alone. What somebody else
# wrote with them in copy is that one's.
_ONLY_TO: Final = """
SELECT message_id FROM message_recipient JOIN identity ON identity.id = identity_id
LEFT JOIN contact ON contact.id = identity.contact_id
WHERE message_id IN (SELECT message_id FROM message_recipient WHERE identity_id IN ({accounts}))
  AND NOT coalesce(contact.is_owner, 0)
  AND EXISTS (SELECT 1 FROM message LEFT JOIN identity AS by ON by.id = message.sender_id
    LEFT JOIN contact AS writer ON writer.id = by.contact_id WHERE message.id = message_id
    AND (coalesce(writer.is_owner, 0) OR message.sender_id IN ({accounts})))
GROUP BY message_id HAVING min(identity.id IN ({accounts}))
"""
_UNSEEN_PEOPLE: Final = "SELECT id FROM unseen_contact"
_UNSEEN_ACCOUNTS: Final = "SELECT id FROM unseen_identity"
_QUIET_PEOPLE: Final = f"SELECT id FROM contact WHERE access <> 'full' UNION {_UNSEEN_PEOPLE}"
# Those that may be somebody's who is kept back are kept back as well.
_QUIET_ACCOUNTS: Final = (
    f"{_ACCOUNTS_OF.format(people=_QUIET_PEOPLE)} UNION SELECT identity_id FROM held_back"
)
_UNSEEN_IDENTITIES: Final = f"""
INSERT OR IGNORE INTO unseen_identity(id) {_ACCOUNTS_OF.format(people=_UNSEEN_PEOPLE)}
UNION SELECT held_back.identity_id FROM held_back
  JOIN contact ON contact.id = held_back.contact_id WHERE contact.access = 'none'
"""
_UNSEEN_CONVERSATIONS: Final = f"""
INSERT INTO unseen_conversation(id)
SELECT id FROM conversation WHERE access = 'none'
  OR source_id IN (SELECT id FROM source WHERE access = 'none')
UNION SELECT conversation_id FROM ({_ONLY_WITH.format(accounts=_UNSEEN_ACCOUNTS)})
"""
_QUIET_MESSAGES: Final = f"""
SELECT id FROM message WHERE sender_id IN ({_QUIET_ACCOUNTS})
UNION SELECT id FROM message WHERE conversation_id IN (
  SELECT id FROM conversation WHERE access <> 'full'
    OR source_id IN (SELECT id FROM source WHERE access <> 'full')
  UNION SELECT id FROM unseen_conversation
  UNION {_ONLY_WITH.format(accounts=_QUIET_ACCOUNTS)})
UNION SELECT message_id FROM ({_ONLY_TO.format(accounts=_QUIET_ACCOUNTS)})
"""
# What is left of an interaction in which somebody unseen took part. Chats and mail are made of
# messages, whose times tell what is left; for others it is enough that somebody else was there.
_UNSEEN_INTERACTIONS: Final = f"""
WITH touched AS (
  SELECT DISTINCT interaction_id AS id FROM interaction_participant
  WHERE identity_id IN ({_UNSEEN_ACCOUNTS})
)
INSERT INTO unseen_interaction(id, started_at, ended_at)
SELECT interaction.id,
  CASE WHEN kind IN ('chat', 'mail') THEN min(message.sent_at)
    WHEN {{others}} THEN interaction.started_at END,
  CASE WHEN kind IN ('chat', 'mail') THEN max(message.sent_at)
    WHEN {{others}} THEN interaction.ended_at END
FROM touched JOIN interaction ON interaction.id = touched.id
LEFT JOIN message ON interaction.kind IN ('chat', 'mail')
  AND message.conversation_id = interaction.conversation_id AND NOT message.bulk
  AND NOT message.unverified
  AND message.sent_at BETWEEN interaction.started_at AND interaction.ended_at
  AND (message.hidden = 0 OR NOT (
    coalesce(message.sender_id IN ({_UNSEEN_ACCOUNTS}), 0)
    OR message.id IN ({_ONLY_TO.format(accounts=_UNSEEN_ACCOUNTS)})))
GROUP BY interaction.id
""".replace(
    "{others}",
    "EXISTS (SELECT 1 FROM interaction_participant AS part JOIN identity ON identity.id ="
    " part.identity_id LEFT JOIN contact ON contact.id = identity.contact_id WHERE"
    " part.interaction_id = interaction.id AND NOT coalesce(contact.is_owner, 0) AND"
    f" identity.id NOT IN ({_UNSEEN_ACCOUNTS}))",
)
# A tag, group or organization that only unseen people have; one that nobody has is no secret.
_UNSEEN_LABELS: Final = """
INSERT INTO unseen_{kind}(id)
SELECT {column} FROM {table} JOIN identity ON identity.id = {table}.identity_id
JOIN provenance ON provenance.id = {table}.provenance_id
JOIN source ON source.id = provenance.source_id
GROUP BY {column} HAVING min(source.access = 'none' OR identity.id IN
  (SELECT id FROM unseen_identity))
"""
_LABELS: Final = (
    ("organization", "role", "organization_id"),
    ("tag", "identity_tag", "tag_id"),
    ("contact_group", "identity_group", "group_id"),
)
_WORKED_OUT: Final = (
    "contact", "identity", "conversation", "organization", "tag", "contact_group", "title",
    "interaction",
)  # fmt: skip
_UNSEEN_TITLES: Final = """
INSERT INTO unseen_title(id)
SELECT id FROM conversation WHERE title <> ''
  AND title COLLATE NOCASE IN (SELECT name FROM unseen_name
    WHERE contact_id NOT IN (SELECT id FROM unknown_contact))
"""


def anything_is_restricted(writer: Writer) -> bool:
    """Whether assistants may not see everybody and everything."""
    return bool(writer.value(_RESTRICTED))


def refresh_visibility(writer: Writer) -> None:
    """Bring everything that assistants see up to date; in the caller's transaction.

    Call it when a tier, a link between an account and a contact, or who is in the address book has
    changed.
    """
    refresh_known_senders(writer)
    for table in _WORKED_OUT:
        writer.run(f"DELETE FROM unseen_{table}")
    writer.run("DELETE FROM held_back")
    if anything_is_restricted(writer):
        writer.run_many(
            "INSERT INTO held_back(identity_id, contact_id, reason) VALUES (?, ?, ?)",
            find_lookalikes(writer),
        )
        writer.run(_UNSEEN_CONTACTS)
        writer.run(_UNSEEN_IDENTITIES)
        writer.run(_UNSEEN_CONVERSATIONS)
        for kind, table, column in _LABELS:
            writer.run(_UNSEEN_LABELS.format(kind=kind, table=table, column=column))
    index_names(writer)
    writer.run(_UNSEEN_TITLES)
    _refresh_messages(writer)
    writer.run(_UNSEEN_INTERACTIONS)
    if index_facts_seen_now(writer):
        count_words_anew(writer, "fact_fts")
    refresh_known_titles(writer)
    writer.run("DELETE FROM to_work_out WHERE what = 'visibility'")


def hide_arriving(writer: Writer, message_ids: Collection[int]) -> None:
    """Mark those of these messages that are hidden, before they are indexed.

    This goes by who is known so far; `refresh_visibility` has the last word when the import ends.
    """
    if message_ids and anything_is_restricted(writer):
        emptied = find_repeated_words(writer, _QUIET_ACCOUNTS, message_ids).emptied
        writer.run_many(
            "UPDATE message SET hidden = 1 WHERE id = ?", [(each,) for each in sorted(emptied)]
        )
        marks = json.dumps(sorted(message_ids))
        writer.run(
            "UPDATE message SET hidden = 1 WHERE id IN (SELECT value FROM json_each(?)) AND hidden"
            f" = 0 AND id IN ({_QUIET_MESSAGES})",
            (marks,),
        )


def _refresh_messages(writer: Writer) -> None:
    if not writer.value(
        f"SELECT EXISTS (SELECT 1 FROM message WHERE hidden = 1) OR ({_RESTRICTED})"
        " OR EXISTS (SELECT 1 FROM message WHERE left_text IS NOT NULL)"
    ):
        return
    quiet = {int(row[0]) for row in writer.all(_QUIET_MESSAGES)}
    repeated = refresh_repeated_words(writer, _QUIET_ACCOUNTS, quiet)
    quiet |= repeated.emptied
    hidden = {int(row[0]) for row in writer.all("SELECT id FROM message WHERE hidden = 1")}
    to_hide = sorted(quiet - hidden)
    to_show = sorted(hidden - quiet)
    if to_hide:
        _hide(writer, to_hide, quiet)
    if to_show:
        _show(writer, to_show)
    _index_anew(writer, sorted(repeated.changed - quiet))
    if to_hide or to_show or repeated.changed:
        count_words_anew(writer, "message_fts")


def _hide(writer: Writer, message_ids: list[int], quiet: set[int]) -> None:
    beside: set[int] = set()
    for message_id in message_ids:
        beside |= turns_beside(writer, message_id)
    for message_id in message_ids:
        unindex_message(writer, message_id)
    one_each = [(message_id,) for message_id in message_ids]
    # Triggers on `message` delete their vectors with the flag.
    writer.run_many("UPDATE message SET hidden = 1 WHERE id = ?", one_each)
    _index_anew(writer, sorted(beside - quiet))


def _show(writer: Writer, message_ids: list[int]) -> None:
    writer.run_many(
        "UPDATE message SET hidden = 0 WHERE id = ?", [(message_id,) for message_id in message_ids]
    )
    _index_anew(writer, message_ids)


def _index_anew(writer: Writer, message_ids: list[int]) -> None:
    """Index the messages again whose surroundings changed."""
    by_conversation: dict[int, list[int]] = defaultdict(list)
    for row in writer.all(
        "SELECT id, conversation_id FROM message WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(message_ids),),
    ):
        by_conversation[int(row["conversation_id"])].append(int(row["id"]))
    for conversation_id, ids in by_conversation.items():
        index_messages(writer, {conversation_id: ids})
