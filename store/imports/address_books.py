"""Which address book an export is of, and which known card a card without an id continues.

Google, Android and Outlook give their cards no ids, a table is called whatever the owner called
it, and a few cards of a book do not tell which program wrote them. What lasts are the people in it.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from store.engine.connections import Row, Writer
from store.importers.cards.row_keys import ROW_UID, name_uid
from store.importers.records import Card, SourceInfo
from store.imports.store_accounts import ImportScope
from store.text.generations import generation_and_rest
from store.text.keys import email_key, read_phone
from store.text.name_likeness import is_nickname, name_words
from store.text.names import name_key

# Keys of cards that no program gave: made of the name, or by older versions of all ways as well.
_MADE_UP: Final = (ROW_UID, "hash:")
# How many cards, and which share of the smaller of two books, show that they are one.
_FEWEST_IN_COMMON: Final = 2
_SHARE_IN_COMMON: Final = 0.5
# Sources whose account is only what their file happens to be called or to hold.
_UNSURE: Final = {"contact-table": None, "vcard": "other"}


def is_made_up(uid: str) -> bool:
    """Whether a card's UID is made of what stands on it."""
    return uid.startswith(_MADE_UP)


def settled_source(writer: Writer, info: SourceInfo, cards: Sequence[Card]) -> SourceInfo:
    """The source as it is known already, where its account alone does not tell.

    A renamed table, and a part of an address book that no longer shows its program, are known by
    the people in them. cards: the first of the export.
    """
    if info.kind not in _UNSURE or not cards:
        return info
    accounts = [
        row["account"]
        for row in writer.all("SELECT account FROM source WHERE kind = ?", [info.kind])
    ]
    if info.account in accounts:
        return info
    unsure = _UNSURE[info.kind]
    found = []
    for account in accounts:
        if unsure is None or unsure in (account, info.account):
            share = _share_in_common(writer, f"{info.kind}:{account}", cards)
            if share >= _SHARE_IN_COMMON:
                found.append((share, account))
    return replace(info, account=max(found)[1]) if found else info


def _share_in_common(writer: Writer, scope: str, cards: Sequence[Card]) -> float:
    """The share of the smaller book's cards that the other holds: by UID, or by name and way."""
    known = _ways_in(writer, scope)
    if not known:
        return 0.0
    common = 0
    for card in cards:
        told = _told(card)
        common += not told.isdisjoint(known)
    size = writer.value(_COUNT, (scope,))
    smaller = min(len(cards), int(size or 0))
    return common / smaller if common >= _FEWEST_IN_COMMON else 0.0


_COUNT: Final = "SELECT count(*) FROM identity WHERE kind = 'card' AND scope = ?"


def _told(card: Card) -> set[tuple[str, str]]:
    name = name_key(card.full_name)
    return {(name, way.value.casefold()) for way in card.methods} | (
        set() if is_made_up(card.uid) else {("", card.uid)}
    )


def _ways_in(writer: Writer, scope: str) -> set[tuple[str, str]]:
    found = set()
    for row in writer.all(
        "SELECT identity.key, identity.name, value FROM identity"
        " LEFT JOIN contact_method ON identity_id = identity.id"
        " WHERE identity.kind = 'card' AND scope = ?",
        (scope,),
    ):
        found.add((name_key(row["name"]), (row["value"] or "").casefold()))
        if not is_made_up(row["key"]):
            found.add(("", row["key"]))
    return found


def names_in(writer: Writer, scope: str) -> set[str]:
    """The names on the cards of a book, as keys."""
    rows = writer.all("SELECT name FROM identity WHERE kind = 'card' AND scope = ?", (scope,))
    return {name_key(row["name"]) for row in rows}


def hold_the_same_people(known: set[str], cards: Iterable[Card]) -> bool:
    """Whether most names of an export, or of the book so far, are in the other as well.

    If so, a name alone tells that two cards are one; two Google accounts have few in common.
    """
    names = {name_key(card.full_name) for card in cards}
    smaller = min(len(known), len(names))
    return bool(smaller) and len(known & names) >= _SHARE_IN_COMMON * smaller


def known_card(scope: ImportScope, card: Card) -> Row | None:
    """The card of an earlier import that has this UID, or that this one without an id continues.

    Of several the one with the same name and a common way to reach it counts; then the one with the
    same name, if this is a newer export of the same book.
    """
    if ("card", card.uid) in scope.rows.waiting:
        scope.rows.write()
    exact = scope.writer.one(_KNOWN, (scope.source_key, card.uid))
    if not is_made_up(card.uid) or not scope.knows_cards:
        return exact
    mine = _keys(scope, card)
    if exact is not None and mine & _keys_of(scope.writer, int(exact["id"])):
        return exact
    name = name_key(card.full_name)
    same = [row for row in _holders(scope, mine) if name_key(row["name"]) == name]
    if same := [row for row in same if _is_left(scope, row)]:
        return max(same, key=lambda row: (row["last_run_id"] or 0, row["id"]))
    if not scope.is_same_book:
        return exact if exact is not None and _is_plain(scope, exact, mine) else None
    return exact or _of_older_versions(scope, card)


_COLUMNS: Final = (
    "SELECT DISTINCT identity.id, identity.key, identity.name, record_hash, last_run_id, changed_at"
)
_KNOWN: Final = f"{_COLUMNS} FROM identity WHERE kind = 'card' AND scope = ? AND key = ?"


def _is_left(scope: ImportScope, row: Row) -> bool:
    """Whether this export has not brought the card so far, and no program gave it an id."""
    return row["last_run_id"] != scope.run_id and is_made_up(row["key"])


def _is_plain(scope: ImportScope, row: Row, mine: set[tuple[str, str]]) -> bool:
    return not mine or not _keys_of(scope.writer, int(row["id"]))


def _of_older_versions(scope: ImportScope, card: Card) -> Row | None:
    """The one card of this name that an older version stored, if the name is its alone here."""
    if card.uid != name_uid(card.full_name):
        return None
    rows = scope.writer.all(
        f"{_COLUMNS} FROM identity WHERE kind = 'card' AND scope = ? AND key LIKE 'hash:%'"
        " AND name = ?",
        (scope.source_key, card.full_name),
    )
    left = [row for row in rows if _is_left(scope, row)]
    return left[0] if len(left) == 1 else None


def may_be_renamed(scope: ImportScope, card: Card) -> bool:
    """Whether an unknown card may be a known one under another name: said when all are stored."""
    return (
        is_made_up(card.uid)
        and scope.knows_cards
        and any(_is_left(scope, row) for row in _holders(scope, _keys(scope, card)))
    )


def renamed_card(scope: ImportScope, card: Card) -> Row | None:
    """The card that this one without an id continues under another name, such as after a wedding.

    It has an address or a number of this one that nobody else in the book has, this export has not
    brought it, and the given name fits (a family may share its address).
    """
    for key in sorted(_keys(scope, card)):
        rows = _holders(scope, {key})
        if len(rows) == 1 and _is_left(scope, rows[0]) and _may_be_called(card, rows[0]["name"]):
            return rows[0]
    return None


def _may_be_called(card: Card, before: str) -> bool:
    now, then = name_key(card.full_name), name_key(before)
    if generation_and_rest(now)[0] != generation_and_rest(then)[0]:
        return False
    given = name_key(card.given_name).partition(" ")[0] or next(iter(name_words(now)), "")
    first = next(iter(name_words(then)), "")
    return first.startswith(given) or given.startswith(first) or is_nickname(first, given)


def _keys(scope: ImportScope, card: Card) -> set[tuple[str, str]]:
    found = set()
    for way in card.methods:
        if way.kind == "email":
            found.add(("email", email_key(way.value)))
        elif way.kind == "phone" and (read := read_phone(way.value, scope.region)):
            found.add(("phone", read.key))
    return {key for key in found if key[1]}


def _keys_of(writer: Writer, identity_id: int) -> set[tuple[str, str]]:
    return {
        (row["kind"], row["key"])
        for row in writer.all(
            "SELECT kind, key FROM contact_method WHERE identity_id = ? AND key <> ''"
            " AND kind IN ('email', 'phone')",
            (identity_id,),
        )
    }


def _holders(scope: ImportScope, keys: set[tuple[str, str]]) -> list[Row]:
    """The cards of this book that have one of the addresses or numbers."""
    found: dict[int, Row] = {}
    for key in sorted(keys):
        if key in scope.rows.waiting:
            scope.rows.write()
        for row in scope.writer.all(
            f"{_COLUMNS} FROM contact_method JOIN identity ON identity.id = identity_id"
            " WHERE contact_method.kind = ? AND contact_method.key = ?"
            " AND identity.kind = 'card' AND identity.scope = ?",
            (*key, scope.source_key),
        ):
            found[int(row["id"])] = row
    return list(found.values())


def free_uid(scope: ImportScope, card: Card, known: Row | None) -> str:
    """The UID under which to keep a card: its own, unless another card of the book has it."""
    holder = scope.writer.one(_KNOWN, (scope.source_key, card.uid))
    if holder is None or (known is not None and holder["id"] == known["id"]):
        return card.uid
    if known is not None:
        return str(known["key"])
    told = "\x1f".join((card.uid, *sorted(f"{way.kind}:{way.value}" for way in card.methods)))
    return ROW_UID + hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]
