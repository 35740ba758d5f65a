"""Contacts that nobody stands behind any more, and those that come back.

A contact is never deleted by a rule: its ref may have been told to somebody, and the owner may
have said something about it. It points to where its account went, and what the owner said of it
holds there too, for as long as it points there.
"""

import json
from collections import defaultdict
from typing import Any, Final

from store.database import Row, Writer
from store.identity_evidence import TYPED_ACCOUNT

_WORDS: Final = (
    "how_we_met", "why_they_matter", "preferred_channel", "pronouns", "consent", "closeness",
    "status", "cadence", "cadence_days", "snoozed_until_on", "access",
)  # fmt: skip
_UNSAID: Final = {"status": "active", "access": "full"}
_STRICTNESS: Final = ("full", "summary", "none")
# Without an account, a contact whom the owner wrote about stays, reachable by the name.
_STANDS: Final = f"""
SELECT contact_id, max(kind <> 'owner' OR {TYPED_ACCOUNT}) FROM identity
WHERE contact_id IS NOT NULL GROUP BY 1
"""


def settle_contacts(writer: Writer) -> None:
    """Retire the contacts that lost everybody, and bring back those that regained somebody.

    A retired contact points to where its people went; to itself when they went nowhere.
    """
    contacts = {
        int(row["id"]): row
        for row in writer.all("SELECT id, ref, seed, merged_into_id, is_owner FROM contact")
    }
    holds = {int(row[0]): bool(row[1]) for row in writer.all(_STANDS)}
    told = _told(writer, {row["ref"]: id_ for id_, row in contacts.items()})
    went_to = _went_to(writer, [row for id_, row in contacts.items() if not holds.get(id_)])
    goes: dict[int, int | None] = {}
    for id_, row in contacts.items():
        if row["is_owner"] or holds.get(id_):
            goes[id_] = None
        else:
            there = went_to.get(id_, id_)
            goes[id_] = None if there == id_ and id_ in told.values() else there
    writer.run_many(
        "UPDATE contact SET merged_into_id = ? WHERE id = ?",
        [(there, id_) for id_, there in goes.items() if there != contacts[id_]["merged_into_id"]],
    )
    # What the owner typed about a contact goes where the contact goes, and comes back with it.
    writer.run_many(
        "UPDATE identity SET contact_id = ? WHERE id = ? AND contact_id IS NOT ?",
        [
            (there, identity_id, there)
            for identity_id, id_ in told.items()
            for there in [goes[id_] or id_]
        ],
    )
    _take_over_words(writer)


def _told(writer: Writer, contact_by_ref: dict[str, int]) -> dict[int, int]:
    """The identities that the owner's words stand on: row id to the contact that they are about.

    Those that are accounts were placed with the others.
    """
    return {
        int(row["id"]): contact_by_ref[row["key"]]
        for row in writer.all(
            f"SELECT id, key FROM identity WHERE kind = 'owner' AND NOT {TYPED_ACCOUNT}"
        )
        if row["key"] in contact_by_ref
    }


def _went_to(writer: Writer, empty: list[Row]) -> dict[int, int]:
    found = {}
    for row in empty:
        seed = json.loads(row["seed"])[-3:] if row["seed"] else ("owner", "", row["ref"])
        there = writer.value(
            "SELECT contact_id FROM identity WHERE kind = ? AND scope = ? AND key = ?", seed
        )
        if there is not None:
            found[int(row["id"])] = int(there)
    return found


def _take_over_words(writer: Writer) -> None:
    """Let what the owner said of retired contacts hold where they went.

    Worked out anew from what each contact's own words are, so that it follows every merge and
    every undoing, in whatever order. A contact's own words win; of two rights to see somebody
    the narrower one holds.
    """
    columns = ", ".join(_WORDS)
    retired: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in writer.all(
        f"SELECT merged_into_id, taken_over, {columns} FROM contact WHERE merged_into_id <> id"
        " ORDER BY ref"
    ):
        retired[int(row["merged_into_id"])].append(_own_words(row))
    # The retired ones first: they keep their own words alone.
    for row in writer.all(
        f"SELECT id, taken_over, {columns} FROM contact WHERE taken_over IS NOT NULL"
        " OR id IN (SELECT merged_into_id FROM contact) ORDER BY merged_into_id IS NULL, id"
    ):
        own = _own_words(row)
        words = dict(own)
        for old in retired.get(int(row["id"]), []):
            _add_words(words, old)
        taken = {name: [own[name], words[name]] for name in _WORDS if own[name] != words[name]}
        text = json.dumps(taken, sort_keys=True) if taken else None
        if text != row["taken_over"] or any(words[name] != row[name] for name in _WORDS):
            writer.run(
                f"UPDATE contact SET {', '.join(f'{name} = ?' for name in _WORDS)},"
                " taken_over = ? WHERE id = ?",
                (*(words[name] for name in _WORDS), text, row["id"]),
            )


def _own_words(row: Row) -> dict[str, Any]:
    """What a contact had of its own before others were merged into it, or has been told since."""
    own = {name: row[name] for name in _WORDS}
    for name, (before, taken) in json.loads(row["taken_over"] or "{}").items():
        if own[name] == taken:
            own[name] = before
    return own


def _add_words(words: dict[str, Any], old: dict[str, Any]) -> None:
    has_cadence = words["cadence"] is not None
    for name in _WORDS:
        if name == "access":
            words[name] = max(words[name], old[name], key=_STRICTNESS.index)
        elif name == "cadence_days":
            words[name] = words[name] if has_cadence else old[name]
        elif words[name] in (None, "", _UNSAID.get(name)):
            words[name] = old[name]


def conflicting_words(writer: Writer, contact_id: int) -> list[tuple[str, str, str]]:
    """What the owner said differently of contacts that are one now: (what, kept, not kept)."""
    columns = ", ".join(_WORDS)
    kept = writer.one(f"SELECT {columns} FROM contact WHERE id = ?", (contact_id,))
    if kept is None:
        return []
    return [
        (name.replace("_", " "), str(kept[name]), str(old[name]))
        for old in writer.all(
            f"SELECT {columns} FROM contact WHERE merged_into_id = ? AND id <> ? ORDER BY ref",
            (contact_id, contact_id),
        )
        for name in _WORDS
        if old[name] not in (None, "", _UNSAID.get(name)) and old[name] != kept[name]
    ]
