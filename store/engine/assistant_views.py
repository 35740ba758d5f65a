"""What an assistant's connection sees in place of the tables: only what it may.

A TEMP VIEW stands before every table of the same name, so that every query is filtered, whoever
wrote it; a table that is not named here is empty to an assistant, and so is a column. Who and what
is unseen is worked out by `store/sharing/visibility.py`; what of a text is withheld is decided by
functions that the caller brings, because the owner's settings may change while the connection is
open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from store.engine import views_in_context as context
from store.engine.view_functions import FUNCTIONS, Functions


@dataclass(frozen=True, slots=True)
class _View:
    """where: which rows there are. Each column of the table is named once.

    as_it_stands: keys, days, numbers and words of ours, in which nobody can write. shown: by what
    takes the column's place. withheld: columns that no tool needs, empty like any that is not
    named.
    """

    where: str = "1"
    as_it_stands: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)
    withheld: str = ""

    @property
    def columns(self) -> list[str]:
        """Every column that is named."""
        return [*self.as_it_stands.split(), *self.shown, *self.withheld.split()]


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
# Whose title it is stands in `known_title`; a chat of two is called like the other one.
_TITLE: Final = (
    "CASE WHEN conversation.id IN (SELECT id FROM main.unseen_title) THEN ''"
    " WHEN conversation.kind = 'direct' THEN name_for_assistant(title,"
    " conversation.id IN (SELECT id FROM main.known_title), '')"
    " ELSE title_for_assistant(title, conversation.id IN (SELECT id FROM main.known_title)) END"
)
_TIME_LEFT: Final = (
    "CASE WHEN interaction.id IN (SELECT id FROM main.unseen_interaction) THEN (SELECT rest.{0}"
    " FROM main.unseen_interaction AS rest WHERE rest.id = interaction.id) ELSE {0} END"
)


def _fact(as_it_stands: str, **shown: str) -> _View:
    return _View(
        f"{_seen('identity', 'identity_id')} AND {_SEEN_SOURCE}",
        f"identity_id provenance_id {as_it_stands}",
        shown,
    )


def _unless_empty(column: str, shown: str) -> str:
    """Most rows have nothing there, and asking a function costs more than looking."""
    return f"CASE WHEN {column} = '' THEN '' ELSE {shown} END"


def _own(column: str, ref: str = "ref", beside: str = "") -> str:
    """A text of the owner's or of their address book: its author is known."""
    return f"text_for_assistant({column}, {ref}, 1{', ' if beside else ''}{beside})"


def _name(column: str, known: str = "1") -> str:
    return _unless_empty(column, f"name_for_assistant({column}, {known}, '')")


def _of_contact(column: str) -> str:
    """A name of a contact; most have been looked at before, and lists ask for everybody's."""
    return (
        "CASE WHEN contact.id IN (SELECT contact_id FROM main.harmless_name)"
        f" THEN {column} ELSE name_for_assistant({column}, 1, ref) END"
    )


def _of_work(column: str) -> str:
    shown = f"CASE WHEN {column} GLOB '*[0-9]*' THEN {context.WORK.format(column)}"
    return _unless_empty(column, f"{shown} ELSE label_for_assistant({column}, 1) END")


def _as_the_fact(column: str, kind: str, ref: str) -> str:
    """What a fact of that kind said, as the fact itself is shown."""
    return (
        f"CASE WHEN {column} = '' THEN ''"
        f" WHEN {kind} = 'address' THEN address_for_assistant({column}, '', {ref})"
        f" WHEN {kind} IN ('email', 'phone', 'url', 'im') THEN way_for_assistant({column}, 1)"
        f" WHEN {kind} IN ('name', 'other name') THEN name_for_assistant({column}, 1, '')"
        f" WHEN {kind} = 'role' THEN label_for_assistant({column}, 1)"
        f" ELSE {_own(column, ref, kind)} END"
    )


# What finds by words must not be there where the words are withheld.
_KEY_OF_ORGANIZATION: Final = "CASE WHEN label_for_assistant(name, 1) = name THEN key ELSE '' END"
_LABEL: Final = {"name": "label_for_assistant(name, 0) COLLATE NOCASE"}
_PROPOSED_BY_US: Final = context.made_of(
    context.EVIDENCE, "text", _own("text", context.FIRST_EVIDENCE), context.FIRST_EVIDENCE
)
_DECIDED_TEXT: Final = _as_the_fact("edited_text", "decided.corrects_kind", "decided.ref")
_KNOWN_ACCOUNT: Final = _known("identity.id")
_KNOWN_SENDER: Final = f"CASE WHEN unverified THEN -1 ELSE {_known('sender_id')} END"
# An entry's title is its organizer's. If the calendar tells none, nobody unknown may take part.
_KNOWN_ORGANIZER: Final = (
    f"CASE WHEN organizer_id IS NOT NULL THEN {_known('organizer_id')}"
    " ELSE NOT EXISTS (SELECT 1 FROM main.interaction_participant AS part"
    " WHERE part.interaction_id = interaction.id AND part.identity_id NOT IN"
    " (SELECT identity_id FROM main.known_sender)) END"
)
_VIEWS: Final[Mapping[str, _View]] = {
    "setting": _View("1", "name", {"value": "way_for_assistant(value, 1)"}),
    "disclosure": _View(withheld="id shown_at asked_by client tool about refs messages characters"),
    "opened_item": _View(as_it_stands="ref opened_until"),
    "source": _View("access <> 'none'", "id ref kind access title", withheld="account"),
    "provenance": _View(
        f"({_NO_SOURCE_HIDDEN} OR source_id NOT IN"
        " (SELECT s.id FROM main.source AS s WHERE s.access = 'none'))",
        "id source_id import_run_id recorded_at confirmed_how confirmed_at by_script",
        {"author": _name("author")},
        "reference",
    ),
    "contact": _View(  # a stranger is nobody, unless the owner shares them or has opened this one
        f"{_seen('contact', 'contact.id')} AND (contact.id NOT IN"
        " (SELECT id FROM main.unknown_contact) OR name_for_assistant('-', 0, ref) <> '')",
        "id ref kind closeness status cadence cadence_days snoozed_until_on access is_owner"
        " merged_into_id created_at",
        {
            "display_name": _of_contact("display_name"),
            "given_name": _of_contact("given_name"),
            "family_name": _of_contact("family_name"),
            "pronouns": _unless_empty("pronouns", _own("pronouns")),
            "how_we_met": _unless_empty("how_we_met", _own("how_we_met")),
            "why_they_matter": _unless_empty("why_they_matter", _own("why_they_matter")),
            "preferred_channel": _unless_empty("preferred_channel", _own("preferred_channel")),
        },
        "consent seed taken_over",
    ),
    "identity": _View(
        _seen("identity", "identity.id"),
        "id kind is_organization source_id contact_id last_run_id",
        {
            "name": _name("name", _KNOWN_ACCOUNT),
            # If exports know an account by its name alone, its key is that name.
            "key": f"CASE kind WHEN 'label' THEN name_for_assistant(key, {_KNOWN_ACCOUNT}, '')"
            f" ELSE way_for_assistant(key, {_KNOWN_ACCOUNT}) END",
        },
        "scope given_name family_name pronouns linked_how record_hash indexed_as changed_at",
    ),
    "contact_name": _fact("id kind", name=_name("name", _known("identity_id"))),
    "contact_method": _fact(
        "id kind strength preferred",
        value="CASE kind WHEN 'address' THEN address_for_assistant(value, label,"
        f" {context.WHOSE.format('ref')})"
        f" ELSE way_for_assistant(value, {_known('identity_id')}, label,"
        f" {context.WHOSE.format('display_name')}) END",
        key=_unless_empty(
            "key",
            f"way_for_assistant(key, {_known('identity_id')}, label,"
            f" {context.WHOSE.format('display_name')})",
        ),
        label=_unless_empty("label", _own("label", "''")),
    ),
    "organization": _View(
        _seen("organization", "organization.id"),
        "id ref",
        {"name": "label_for_assistant(name, 1)", "key": _KEY_OF_ORGANIZATION},
    ),
    "role": _fact(
        "id organization_id from_on to_on",
        title=_of_work("title"),
        department=_of_work("department"),
    ),
    "tag": _View(_seen("tag", "tag.id"), "id cadence cadence_days", _LABEL),
    "identity_tag": _fact("tag_id"),
    "contact_group": _View(
        _seen("contact_group", "contact_group.id"), "id cadence cadence_days", _LABEL
    ),
    "identity_group": _fact("group_id"),
    "relationship": _View(
        f"{_seen('identity', 'identity_id')}"
        f" AND (other_identity_id IS NULL OR {_seen('identity', 'other_identity_id')})"
        f" AND {_SEEN_SOURCE} AND NOT EXISTS (SELECT 1 FROM main.unseen_name"
        " WHERE unseen_name.name = other_name COLLATE NOCASE"
        " AND contact_id NOT IN (SELECT id FROM main.unknown_contact))",
        "id identity_id other_identity_id provenance_id",
        {
            "type": _own("type", "''", "other_name"),
            "other_name": _unless_empty(
                "other_name", "name_for_assistant(other_name, 1, '', type)"
            ),
        },
    ),
    "conversation": _View(
        _seen("conversation", "conversation.id"),
        "id ref source_id kind access",
        {"title": _TITLE},
        "key titled_at",
    ),
    "participant": _View(
        f"{_seen('conversation', 'conversation_id')} AND {_seen('identity', 'identity_id')}",
        "conversation_id identity_id",
    ),
    "message": _View(
        "hidden = 0",
        "id ref source_id conversation_id seq sender_id sent_at ordered_at utc_offset_minutes"
        " edited_at bulk hidden unverified import_run_id",
        context.columns_of_message(_KNOWN_SENDER),
        "left_text left_attachments key reply_to_key original reactions labels place"
        " content_sha256 given_away",
    ),
    "message_recipient": _View(
        f"{_seen('identity', 'identity_id')} AND {_SEEN_MESSAGE}", "message_id identity_id"
    ),
    "interaction": _View(
        "(conversation_id IS NULL OR " + _seen("conversation", "conversation_id") + ")"
        " AND (interaction.id NOT IN (SELECT id FROM main.unseen_interaction)"
        f" OR {_TIME_LEFT.format('started_at')} IS NOT NULL)"
        " AND (source_id IS NULL OR source_id NOT IN"
        " (SELECT s.id FROM main.source AS s WHERE s.access = 'none'))",
        "id ref kind conversation_id on_day source_id provenance_id",
        {
            "started_at": _TIME_LEFT.format("started_at"),
            "ended_at": _TIME_LEFT.format("ended_at"),
            "summary": _own("summary", beside="title"),
            # The title of a calendar's entry; no tool shows the rest of an invitation.
            "title": _unless_empty(
                "title", f"text_for_assistant(title, ref, {_KNOWN_ORGANIZER}, summary)"
            ),
        },
        "key details location content_sha256 organizer_id",
    ),
    "interaction_participant": _View(
        _seen("identity", "identity_id"),
        "interaction_id identity_id messages contact_at both_at accepted",
    ),
    "note": _fact("id ref kind about_on", text=_own("text")),
    "follow_up": _fact(
        "id ref owed_by due_on state snoozed_until_on state_changed_at message_id",
        text=context.made_of(context.ITS_MESSAGE, "text", _own("text", beside="after_event")),
        after_event=_unless_empty("after_event", _own("after_event", beside="text")),
    ),
    "follow_up_change": _View(
        "NOT EXISTS (SELECT 1 FROM main.follow_up AS whose WHERE whose.id = follow_up_id"
        " AND whose.identity_id IN (SELECT id FROM main.unseen_identity))",
        "id follow_up_id state until_on provenance_id",
    ),
    "typed_field": _View(_seen("contact", "contact_id"), "contact_id name provenance_id"),
    "life_event": _fact(
        "id ref date_on recurs_yearly lead_days",
        # Nearly all are one of these, and what is due asks for the kind of every one.
        kind="CASE WHEN kind IN ('birthday', 'anniversary', 'death') THEN kind"
        f" ELSE {_own('kind', beside='label')} END",
        label=_unless_empty("label", _own("label", beside="kind")),
    ),
    "gift": _fact("id ref state date_on", text=_own("text")),
    "interest": _fact("id", text=_own("text", "''")),
    "extra_field": _fact("id", name=_own("name", "''", "value"), value=_own("value", "''", "name")),
    "proposal": _View(
        # What Kinkeeper proposes are words of messages, which an assistant did not bring.
        f"{_seen('contact', 'contact_id')}"
        " AND contact_id NOT IN (SELECT id FROM main.unknown_contact)"
        " AND (proposed_by <> 'Kinkeeper' OR NOT EXISTS"
        " (SELECT 1 FROM json_each(evidence) AS rests"
        " JOIN main.message AS it ON it.ref = rests.value AND it.hidden = 1))",
        "id ref contact_id kind due_on evidence created_at expires_at",
        {
            "text": "CASE proposed_by WHEN 'Kinkeeper'"
            f" THEN {_PROPOSED_BY_US}"
            f" ELSE {_as_the_fact('text', 'corrects_kind', 'ref')} END",
            "corrects_kind": _unless_empty("corrects_kind", _own("corrects_kind", "''")),
            "corrects_text": _as_the_fact("corrects_text", "corrects_kind", "ref"),
            "proposed_by": _name("proposed_by"),
        },
        "content_sha256",
    ),
    "decision": _View(
        "proposal_id NOT IN (SELECT id FROM main.proposal WHERE contact_id IN"
        " (SELECT id FROM main.unseen_contact))",
        "id proposal_id verdict surface decided_at",
        {
            "edited_text": "(SELECT "
            + context.made_of(context.DECIDED_EVIDENCE, "edited_text", _DECIDED_TEXT, "decided.ref")
            + " FROM main.proposal AS decided WHERE decided.id = proposal_id)"
        },
        "text_sha256",
    ),
    "retraction": _View(as_it_stands="decision_id retracted_at"),
    "superseded_fact": _fact(
        "id", kind=_own("kind", "''"), text=_as_the_fact("text", "kind", "''")
    ),
}

# Without names or words of anybody, or holding nothing of what is unseen. A look into them has to
# be quick, or is one that no view can stand before.
_OPEN: Final[Mapping[str, str]] = {
    "relationship_inverse": "type inverse she he",
    "known_sender": "identity_id",
    "embedding_model": "id name revision sha256 runtime dimension max_tokens text_form state",
    "message_vec": "message_id model_id vector",
    "message_tokens": "message_id model_id codes",
    "embed_queue": "model_id message_id",
    "vector_block": "model_id block version packed",
    "message_fts": "text around speaker tag",
    "fact_fts": "text",
    # Names that assistants may find somebody by, no others: store/index/contact_names.py.
    "person_fts": "name contact_id",
}
OPEN_TABLES: Final = frozenset(_OPEN)
# What assistants have no use for: how things came here, and who is who.
EMPTY_TABLES: Final = frozenset(
    {
        "import_run",
        "import_omission",
        "run_span",
        "run_link",
        "run_account",
        "taken_back",
        "conversation_reach",
        "same_writer",
        "account_kind",
        "identity_event",
        "decided_account",
        "sitting",
        "tombstone",
        "fact_to_index",
        "unseen_contact",
        "unseen_identity",
        "unseen_conversation",
        "unseen_organization",
        "unseen_tag",
        "unseen_contact_group",
        "unseen_title",
        "unseen_name",
        "unseen_interaction",
        "harmless_name",
    }
) | frozenset("unknown_contact known_title held_back to_work_out".split())
_WORD_INDEXES: Final = ("message_fts_", "fact_fts_", "person_fts_", "sqlite_")


def named_columns() -> dict[str, list[str]]:
    """By table, every column that is named here, however it is shown."""
    shown = {table: view.columns for table, view in _VIEWS.items()}
    return shown | {table: columns.split() for table, columns in _OPEN.items()}


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
        shown = ", ".join(_shown(view, row) for row in rows)
        connection.execute(
            f"CREATE TEMP VIEW {table} AS SELECT {shown} FROM main.{table} WHERE {view.where}"
        )


def _shown(view: _View, column: Any) -> str:
    """A column of a view; `column` is a row of table_xinfo."""
    name = column["name"]
    if name in view.as_it_stands.split():
        return f'"{name}"'
    empty = "''" if column["type"] == "TEXT" and column["notnull"] else "NULL"
    return f'{view.shown.get(name, empty)} AS "{name}"'
