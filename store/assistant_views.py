"""What an assistant's connection sees in place of the tables: only what it may.

A TEMP VIEW stands before every table of the same name, so that every query is filtered, whoever
wrote it; a table that is not named here is empty to an assistant. Who and what is unseen is worked
out by `store/visibility.py`; what of a text is withheld is decided by functions that the caller
brings, because the owner's settings may change while the connection is open.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# Each takes a text, or a JSON list of them. ref: what the owner opens it by. known: whether its
# author is in the owner's address book or had an exchange with them both ways.
Functions = Mapping[str, Callable[..., str]]
FUNCTIONS: Final = {
    "text_for_assistant": 3,  # text, ref, known
    "list_for_assistant": 3,  # JSON, ref, known
    "name_for_assistant": 2,  # name or title, known
    "address_for_assistant": 3,  # postal address, label, ref of the contact
}


@dataclass(frozen=True, slots=True)
class _View:
    """where: which rows there are; shown: columns that are not given as they stand."""

    where: str = "1"
    shown: Mapping[str, str] = field(default_factory=dict)


def _seen(kind: str, column: str) -> str:
    """`kind` names a table of ids: SQLite looks into it by row id, without a list of its own."""
    return f"{column} NOT IN (SELECT id FROM main.unseen_{kind})"


def _known(column: str) -> str:
    return f"EXISTS (SELECT 1 FROM main.known_sender WHERE identity_id = {column})"


# The first part is asked once a statement: most memories hide no source.
_NO_SOURCE_HIDDEN: Final = "NOT EXISTS (SELECT 1 FROM main.source AS s WHERE s.access = 'none')"
_SEEN_SOURCE: Final = (
    f"({_NO_SOURCE_HIDDEN} OR NOT EXISTS (SELECT 1 FROM main.provenance AS stands_on"
    " JOIN main.source AS origin ON origin.id = stands_on.source_id"
    " WHERE stands_on.id = provenance_id AND origin.access = 'none'))"
)
_SEEN_MESSAGE: Final = (
    "NOT EXISTS (SELECT 1 FROM main.message AS it WHERE it.id = message_id AND it.hidden = 1)"
)
# A mail's title is its subject: a stranger's words when nobody known takes part but the owner.
_TITLE: Final = (
    "CASE WHEN conversation.id IN (SELECT id FROM main.unseen_title) THEN ''"
    " ELSE name_for_assistant(title,"
    " conversation.kind <> 'mail' OR EXISTS (SELECT 1 FROM main.participant AS part"
    " JOIN main.known_sender ON known_sender.identity_id = part.identity_id"
    " LEFT JOIN main.identity AS who ON who.id = part.identity_id"
    " LEFT JOIN main.contact AS person ON person.id = who.contact_id"
    " WHERE part.conversation_id = conversation.id AND NOT coalesce(person.is_owner, 0))) END"
)
_TIME_LEFT: Final = (
    "CASE WHEN interaction.id IN (SELECT id FROM main.unseen_interaction) THEN (SELECT rest.{0}"
    " FROM main.unseen_interaction AS rest WHERE rest.id = interaction.id) ELSE {0} END"
)


def _fact(**shown: str) -> _View:
    return _View(f"{_seen('identity', 'identity_id')} AND {_SEEN_SOURCE}", shown)


def _own(column: str, ref: str = "ref") -> str:
    """A text of the owner's or of their address book: its author is known."""
    return f"text_for_assistant({column}, {ref}, 1)"


def _own_or_address(column: str, kind: str, ref: str) -> str:
    """The same where `kind` may say that it is a postal address."""
    return (
        f"CASE WHEN {kind} = 'address' AND {column} <> ''"
        f" THEN address_for_assistant({column}, '', {ref}) ELSE {_own(column, ref)} END"
    )


_FIRST_EVIDENCE: Final = "coalesce(json_extract(evidence, '$[0]'), ref)"
_VIEWS: Final[Mapping[str, _View]] = {
    "source": _View("access <> 'none'"),
    "provenance": _View(
        f"({_NO_SOURCE_HIDDEN} OR source_id NOT IN"
        " (SELECT s.id FROM main.source AS s WHERE s.access = 'none'))"
    ),
    "contact": _View(
        _seen("contact", "contact.id"),
        {
            "how_we_met": _own("how_we_met"),
            "why_they_matter": _own("why_they_matter"),
            "consent": "''",
        },
    ),
    "identity": _View(
        _seen("identity", "identity.id"),
        {"name": f"name_for_assistant(name, {_known('identity.id')})"},
    ),
    "contact_name": _fact(),
    "contact_method": _fact(
        value="CASE kind WHEN 'address' THEN address_for_assistant(value, label,"
        " (SELECT whose.ref FROM main.identity AS who JOIN main.contact AS whose"
        " ON whose.id = who.contact_id WHERE who.id = identity_id)) ELSE value END"
    ),
    "organization": _View(_seen("organization", "organization.id")),
    "role": _fact(),
    "tag": _View(_seen("tag", "tag.id")),
    "identity_tag": _fact(),
    "contact_group": _View(_seen("contact_group", "contact_group.id")),
    "identity_group": _fact(),
    "relationship": _View(
        f"{_seen('identity', 'identity_id')}"
        f" AND (other_identity_id IS NULL OR {_seen('identity', 'other_identity_id')})"
        f" AND {_SEEN_SOURCE} AND NOT EXISTS (SELECT 1 FROM main.unseen_name"
        " WHERE unseen_name.name = other_name COLLATE NOCASE)"
    ),
    "conversation": _View(_seen("conversation", "conversation.id"), {"title": _TITLE}),
    "participant": _View(
        f"{_seen('conversation', 'conversation_id')} AND {_seen('identity', 'identity_id')}"
    ),
    "message": _View(
        "hidden = 0",
        {
            "text": f"text_for_assistant(text, ref, {_known('sender_id')})",
            "subject": f"name_for_assistant(subject, {_known('sender_id')})",
            "attachments": f"list_for_assistant(attachments, ref, {_known('sender_id')})",
            "original": "''",
            "reactions": "''",
            "place": "''",
        },
    ),
    "message_recipient": _View(f"{_seen('identity', 'identity_id')} AND {_SEEN_MESSAGE}"),
    "interaction": _View(
        "(conversation_id IS NULL OR " + _seen("conversation", "conversation_id") + ")"
        " AND (interaction.id NOT IN (SELECT id FROM main.unseen_interaction)"
        f" OR {_TIME_LEFT.format('started_at')} IS NOT NULL)"
        " AND (source_id IS NULL OR source_id NOT IN"
        " (SELECT s.id FROM main.source AS s WHERE s.access = 'none'))",
        {
            "started_at": _TIME_LEFT.format("started_at"),
            "ended_at": _TIME_LEFT.format("ended_at"),
            "summary": _own("summary"),
            # Of a calendar's entry; no tool shows the rest of what an invitation may hold.
            "title": _own("title"),
            "details": "''",
            "location": "''",
        },
    ),
    "interaction_participant": _View(_seen("identity", "identity_id")),
    "note": _fact(text=_own("text")),
    "follow_up": _fact(text=_own("text"), after_event=_own("after_event")),
    "follow_up_change": _View(
        "NOT EXISTS (SELECT 1 FROM main.follow_up AS whose WHERE whose.id = follow_up_id"
        " AND whose.identity_id IN (SELECT id FROM main.unseen_identity))"
    ),
    "typed_field": _View(_seen("contact", "contact_id")),
    "life_event": _fact(label=_own("label")),
    "gift": _fact(text=_own("text")),
    "interest": _fact(text=_own("text", "''")),
    "extra_field": _fact(value=_own("value", "''")),
    "proposal": _View(
        # What Kinkeeper proposes are words of messages, which an assistant did not bring.
        f"{_seen('contact', 'contact_id')} AND (proposed_by <> 'Kinkeeper' OR NOT EXISTS"
        " (SELECT 1 FROM json_each(evidence) AS rests"
        " JOIN main.message AS it ON it.ref = rests.value AND it.hidden = 1))",
        {
            "text": "CASE proposed_by WHEN 'Kinkeeper'"
            f" THEN {_own('text', _FIRST_EVIDENCE)}"
            f" ELSE {_own_or_address('text', 'corrects_kind', 'ref')} END",
            "corrects_text": _own_or_address("corrects_text", "corrects_kind", "ref"),
        },
    ),
    "decision": _View(
        "proposal_id NOT IN (SELECT id FROM main.proposal WHERE contact_id IN"
        " (SELECT id FROM main.unseen_contact))",
        {
            "edited_text": "(SELECT "
            + _own_or_address("edited_text", "decided.corrects_kind", "decided.ref")
            + " FROM main.proposal AS decided WHERE decided.id = proposal_id)"
        },
    ),
    "retraction": _View(),
    "superseded_fact": _fact(text=_own_or_address("text", "kind", "''")),
}

# Without names or words of anybody, or holding nothing of what is unseen.
OPEN_TABLES: Final = frozenset(
    {
        "setting",
        "relationship_inverse",
        "disclosure",
        "opened_item",
        "known_sender",
        "embedding_model",
        "message_vec",
        "message_tokens",
        "embed_queue",
        "vector_block",
        "message_fts",
        "fact_fts",
        "person_fts",
    }
)
_WORD_INDEXES: Final = ("message_fts_", "fact_fts_", "person_fts_", "sqlite_")


def guarded_tables(connection: Any) -> frozenset[str]:
    """The tables that an assistant may read through a view alone."""
    return frozenset(
        row[0]
        for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if row[0] not in OPEN_TABLES and not row[0].startswith(_WORD_INDEXES)
    )


def put_views_before_tables(connection: Any, functions: Functions) -> None:
    """Make the views on this connection. It must not have `query_only` set yet."""
    for name, arguments in FUNCTIONS.items():
        connection.create_function(name, arguments, functions[name])
    for table in sorted(guarded_tables(connection)):
        view = _VIEWS.get(table, _View("0"))
        # table_xinfo also names the columns that a formula fills.
        rows = connection.execute(f"PRAGMA main.table_xinfo({table})").fetchall()
        columns = [row["name"] for row in rows]
        shown = ", ".join(
            f'{view.shown[column]} AS "{column}"' if column in view.shown else f'"{column}"'
            for column in columns
        )
        connection.execute(
            f"CREATE TEMP VIEW {table} AS SELECT {shown} FROM main.{table} WHERE {view.where}"
        )
