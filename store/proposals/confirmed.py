"""What the owner says about a contact: facts that belong to an identity of kind 'owner'.

No import writes or removes them, and a merge moves them like everything else of that contact.
"""

from typing import Final

from store.engine.connections import Writer
from store.engine.fact_kinds import PROPOSABLE
from store.engine.refs import new_ref
from store.facts.organizations import ensure_organization
from store.index.contact_names import index_names
from store.owner.typed_line import UnusableCorrection, owner_identity, store_method
from store.proposals.proposals import Draft
from store.text.names import name_key, visible

# Typed in place of new words: the fact is wrong, and nothing is known instead.
NOTHING: Final = "none"
_YEARLY: Final = {"birthday": "birthday born", "anniversary": "anniversary wedding married"}
_METHODS: Final = frozenset({"email", "phone", "address", "url", "im"})
_NAMES: Final = {"name": "full", "other name": "nickname"}
_OF_A_PROPOSAL: Final = (
    "SELECT id FROM provenance WHERE reference = :ref OR reference LIKE :ref || ' %'"
)
_TABLES: Final = (
    *(kind.table for kind in PROPOSABLE),
    "role",
    "contact_method",
    "contact_name",
    "superseded_fact",
)


def store_confirmed(
    writer: Writer, draft: Draft, text: str, owed_by: str, provenance_id: int, proposal_ref: str
) -> str:
    """Write the fact that a proposal becomes, in the caller's transaction; return its ref or ''.

    text: the confirmed words. owed_by: `owner` or `contact`, for a follow-up.
    Raises: UnusableCorrection.
    """
    identity_id = owner_identity(writer, draft.contact_id)
    match draft.kind:
        case "note" | "conversation_summary":
            kind = draft.kind.replace("_", " ")
            return _note(writer, identity_id, kind, text, provenance_id, proposal_ref)
        case "follow_up":
            ref = new_ref(writer, "follow_up", "proposal", proposal_ref)
            writer.run(
                "INSERT INTO follow_up(ref, identity_id, owed_by, text, due_on, message_id,"
                " provenance_id) VALUES (?, ?, ?, ?, ?, (SELECT id FROM message WHERE ref = ?), ?)",
                (
                    ref,
                    identity_id,
                    owed_by,
                    text,
                    draft.due_on or None,
                    next((r for r in draft.evidence if r.startswith("m_")), None),
                    provenance_id,
                ),
            )
            return ref
        case "life_event":
            kind, label = _event(text)
            return _life_event(
                writer, identity_id, kind, label, draft.due_on, provenance_id, proposal_ref
            )
        case "correction":
            return _correct(writer, identity_id, draft, text, provenance_id, proposal_ref)


def remove_confirmed(writer: Writer, proposal_ref: str) -> None:
    """Remove what a proposal became, in the caller's transaction; what it corrected holds again."""
    named = writer.one(
        "SELECT identity.contact_id, superseded_fact.text, superseded_fact.kind"
        " FROM superseded_fact JOIN identity ON identity.id = identity_id"
        f" WHERE superseded_fact.kind LIKE '%name' AND provenance_id IN ({_OF_A_PROPOSAL})",
        {"ref": proposal_ref},
    )
    for table in _TABLES:
        writer.run(
            f"DELETE FROM {table} WHERE provenance_id IN ({_OF_A_PROPOSAL})", {"ref": proposal_ref}
        )
    if named is not None:
        if named["kind"] == "name":
            writer.run(
                "UPDATE contact SET display_name = ? WHERE id = ?",
                (named["text"], named["contact_id"]),
            )
        index_names(writer)


def _note(
    writer: Writer, identity_id: int, kind: str, text: str, provenance_id: int, proposal_ref: str
) -> str:
    ref = new_ref(writer, "note", "proposal", proposal_ref)
    writer.run(
        "INSERT INTO note(ref, identity_id, kind, text, provenance_id) VALUES (?, ?, ?, ?, ?)",
        (ref, identity_id, kind, text, provenance_id),
    )
    return ref


def _event(text: str) -> tuple[str, str]:
    """The kind of a life event, judged by its words, and its label."""
    words = set(name_key(text).split())
    for kind, signs in _YEARLY.items():
        if words & set(signs.split()):
            return kind, "" if kind == "birthday" else text
    return "event", text


def _life_event(
    writer: Writer,
    identity_id: int,
    kind: str,
    label: str,
    date_on: str,
    provenance_id: int,
    proposal_ref: str,
) -> str:
    ref = new_ref(writer, "life_event", "proposal", proposal_ref)
    writer.run(
        "INSERT OR IGNORE INTO life_event(ref, identity_id, kind, label, date_on, recurs_yearly,"
        " provenance_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (ref, identity_id, kind, label, date_on, int(kind in _YEARLY), provenance_id),
    )
    return ref


def _correct(
    writer: Writer,
    identity_id: int,
    draft: Draft,
    text: str,
    provenance_id: int,
    proposal_ref: str,
) -> str:
    """Mark the fact that is wrong, and store what replaces it."""
    writer.run(
        "INSERT INTO superseded_fact(identity_id, kind, text, provenance_id) VALUES (?, ?, ?, ?)",
        (identity_id, draft.corrects_kind, draft.corrects_text, provenance_id),
    )
    kind = draft.corrects_kind
    if text.casefold() == NOTHING:
        if kind == "name":
            raise UnusableCorrection("A person needs a name. Nothing was changed.")
        return ""
    if kind in _NAMES:
        writer.run(
            "INSERT OR REPLACE INTO contact_name(identity_id, kind, name, provenance_id)"
            " VALUES (?, ?, ?, ?)",
            (identity_id, _NAMES[kind], visible(text), provenance_id),
        )
        index_names(writer)
    elif kind == "role":
        title, _, organization = text.rpartition(" at ")
        writer.run(
            "INSERT OR REPLACE INTO role(identity_id, organization_id, title, provenance_id)"
            " VALUES (?, ?, ?, ?)",
            (
                identity_id,
                ensure_organization(writer, visible(organization)),
                visible(title),
                provenance_id,
            ),
        )
    elif kind == "note":
        return _note(writer, identity_id, "note", text, provenance_id, proposal_ref)
    elif kind in _METHODS:
        store_method(writer, identity_id, kind, text, provenance_id)
    else:
        if not draft.due_on:
            raise UnusableCorrection("The correction of a date needs the new date. It has none.")
        return _life_event(writer, identity_id, kind, "", draft.due_on, provenance_id, proposal_ref)
    return ""
