"""Contacts that have lost all their accounts, and those that come back.

A rule never deletes a contact: its ref may have been told to somebody, and the owner may have said
something about it. It points to where its account went, and what the owner said about it holds
there too, for as long as it points there.
"""

import json
from collections import defaultdict
from typing import Any, Final

from store.engine.connections import Row, Writer
from store.identity.evidence import TYPED_ACCOUNT
from store.identity.gone import returned
from store.people.fields import FIELDS

_WORDS: Final = {field.column: field for field in FIELDS if field.kept_when_retired}
_STRICTNESS: Final = ("full", "summary", "none")
# A contact that the owner wrote about stays without an account, and can be reached by its name.
_STANDS: Final = f"""
SELECT contact_id, max(kind <> 'owner' OR {TYPED_ACCOUNT}) FROM identity
WHERE contact_id IS NOT NULL GROUP BY 1
"""


def settle_contacts(writer: Writer) -> set[int]:
    """Retire the contacts that lost everybody, and bring back those that regained somebody.

    A retired contact points to where its people went, or to itself when they went nowhere. Return
    the contacts that no longer have what the owner typed about another one.
    """
    contacts = {
        int(row["id"]): row
        for row in writer.all("SELECT id, ref, seed, merged_into_id, is_owner FROM contact")
    }
    holds = {int(row[0]): bool(row[1]) for row in writer.all(_STANDS)}
    told = _told(writer, {row["ref"]: id_ for id_, row in contacts.items()})
    told_about = {about for _, about, _ in told}
    went_to = _went_to(writer, [row for id_, row in contacts.items() if not holds.get(id_)])
    goes: dict[int, int | None] = {}
    for id_, row in contacts.items():
        if row["is_owner"] or holds.get(id_):
            goes[id_] = None
        else:
            there = went_to.get(id_, id_)
            goes[id_] = None if there == id_ and id_ in told_about else there
    writer.run_many(
        "UPDATE contact SET merged_into_id = ? WHERE id = ?",
        [(there, id_) for id_, there in goes.items() if there != contacts[id_]["merged_into_id"]],
    )
    # What the owner typed about a contact goes where the contact goes, and comes back with it.
    moving = [
        (goes[about] or about, identity_id, now_with)
        for identity_id, about, now_with in told
        if now_with != (goes[about] or about)
    ]
    writer.run_many(
        "UPDATE identity SET contact_id = ? WHERE id = ?",
        [(there, id_) for there, id_, _ in moving],
    )
    _take_over_words(writer)
    return {now_with for _, _, now_with in moving if now_with is not None}


def _told(writer: Writer, contact_by_ref: dict[str, int]) -> list[tuple[int, int, int | None]]:
    """The identities that hold the owner's words: row id, whom they are about, who has them.

    Those that are accounts were placed with the others.
    """
    return [
        (int(row["id"]), contact_by_ref[row["key"]], row["contact_id"])
        for row in writer.all(
            f"SELECT id, key, contact_id FROM identity WHERE kind = 'owner' AND NOT {TYPED_ACCOUNT}"
        )
        if row["key"] in contact_by_ref
    ]


def _went_to(writer: Writer, empty: list[Row]) -> dict[int, int]:
    found = {}
    again = returned(writer)
    for row in empty:
        seed = tuple(json.loads(row["seed"])) if row["seed"] else ("owner", "", row["ref"])
        seed = again.get(seed, seed)[-3:]
        there = writer.value(
            "SELECT contact_id FROM identity WHERE kind = ? AND scope = ? AND key = ?", seed
        )
        if there is not None:
            found[int(row["id"])] = int(there)
    return found


def _take_over_words(writer: Writer) -> None:
    """Make what the owner said about retired contacts hold where they went.

    It is worked out anew from each contact's own words, so it follows every merge and every undo,
    in whatever order. A contact's own words win. When two tiers limit who may see a contact, the
    narrower one holds, until the owner says otherwise about the merged contact.
    """
    columns = ", ".join(_WORDS)
    limits = _limits_of_splits(writer)
    retired: dict[int, list[dict[str, Any]]] = defaultdict(list)
    # The retired ones first: what then holds for them is taken over by the contact they went to.
    for row in writer.all(
        f"SELECT id, ref, merged_into_id, taken_over, {columns} FROM contact"
        " WHERE taken_over IS NOT NULL OR merged_into_id <> id OR access <> 'full'"
        " OR id IN (SELECT merged_into_id FROM contact) OR id IN (SELECT value FROM json_each(?))"
        " ORDER BY merged_into_id IS NULL OR merged_into_id = id, ref",
        (json.dumps(sorted(limits)),),
    ):
        own = _own_words(row)
        words = dict(own)
        for old in retired.get(int(row["id"]), []):
            _add_words(words, old)
            if old["access"] != "full":
                limits[int(row["id"])][old["ref"]] = old["access"]
        taken: dict[str, Any] = {
            name: [own[name], words[name]]
            for name in _WORDS
            if own[name] != words[name] and name != "access"
        }
        if limit := limits.get(int(row["id"])):
            overruled = {what: limit[what] for what in _overruled(row) if what in limit}
            holding = [tier for what, tier in limit.items() if overruled.get(what) != tier]
            words["access"] = max([own["access"], *holding], key=_STRICTNESS.index)
            taken["access"] = [own["access"], words["access"], limit, overruled]
        if row["merged_into_id"] not in (None, row["id"]):
            retired[int(row["merged_into_id"])].append({**words, "ref": row["ref"]})
        text = json.dumps(taken, sort_keys=True) if taken else None
        if text != row["taken_over"] or any(words[name] != row[name] for name in _WORDS):
            writer.run(
                f"UPDATE contact SET {', '.join(f'{name} = ?' for name in _WORDS)},"
                " taken_over = ? WHERE id = ?",
                (*(words[name] for name in _WORDS), text, row["id"]),
            )


def _limits_of_splits(writer: Writer) -> dict[int, dict[str, str]]:
    """How narrowly contacts were seen when the owner split them, which holds for both sides.

    By the contact's row id: what limits it, and to which tier.
    """
    limits: dict[int, dict[str, str]] = defaultdict(dict)
    for row in writer.all(
        "SELECT id, contact_id, other_contact_id, before_state FROM identity_event"
        " WHERE kind = 'split' AND decided_by = 'owner' AND undone_at IS NULL"
        " AND before_state <> ''"
    ):
        for contact_id in (row["contact_id"], row["other_contact_id"]):
            tier = json.loads(row["before_state"])["access"]
            limits[int(contact_id)][f"split {row['id']}"] = tier
    return limits


def _own_words(row: Row) -> dict[str, Any]:
    """What a contact had of its own before others were merged into it, or has been told since."""
    own = {name: row[name] for name in _WORDS}
    for name, (before, taken, *_) in json.loads(row["taken_over"] or "{}").items():
        if own[name] == taken:
            own[name] = before
    return own


def _overruled(row: Row) -> dict[str, str]:
    """The limits that the owner knew when they said who may see a merged contact."""
    _, taken, limit, overruled = json.loads(row["taken_over"] or "{}").get(
        "access", [None, row["access"], {}, {}]
    )
    return overruled if row["access"] == taken else {**overruled, **limit}


def _add_words(words: dict[str, Any], old: dict[str, Any]) -> None:
    has_cadence = words["cadence"] is not None
    for name, field in _WORDS.items():
        if name == "access":
            continue
        if name == "cadence_days":
            words[name] = words[name] if has_cadence else old[name]
        elif words[name] in (None, "", field.unsaid):
            words[name] = old[name]


def conflicting_words(writer: Writer, contact_id: int) -> list[tuple[str, str, str]]:
    """What the owner said differently about contacts that are one now: (what, kept, not kept)."""
    columns = ", ".join(_WORDS)
    kept = writer.one(f"SELECT {columns} FROM contact WHERE id = ?", (contact_id,))
    if kept is None:
        return []
    return [
        (field.label, str(kept[name]), str(old[name]))
        for old in writer.all(
            f"SELECT {columns} FROM contact WHERE merged_into_id = ? AND id <> ? ORDER BY ref",
            (contact_id, contact_id),
        )
        for name, field in _WORDS.items()
        if old[name] not in (None, "", field.unsaid) and old[name] != kept[name]
    ]
