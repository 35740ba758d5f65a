"""Accounts that may be those of somebody whom the owner keeps from assistants.

Somebody who is hidden and writes from a new address, or under their name in another service, is the
same person to everybody but the rules that link accounts. Such an account is kept back like the
person until the owner says whose it is; `store.identity.suggestions` asks. Everything is compared
anew each time, so it does not matter who came first.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from anyascii import anyascii
from rapidfuzz.distance import JaroWinkler

from store.engine.connections import Writer
from store.identity.rulings import Account, Partition, load_rulings
from store.text.keys import is_role_address, mailbox
from store.text.name_likeness import (
    generation,
    is_full_name,
    is_generic,
    is_name,
    is_nickname,
    is_somebody_else,
    may_be_one,
    name_words,
)
from store.text.names import name_key
from store.text.nicknames import FULL_FORMS
from store.text.services import SERVICES

# A first name that more people bear, whom assistants may see, says nothing about whose it is.
_MOST_NAMESAKES: Final = 3
_FEWEST_LETTERS: Final = 6
_NEAR_WORD: Final = 0.85
_PARTS: Final = re.compile(r"[^\w]+|[\d_]+")
_key_of_name = lru_cache(maxsize=200_000)(name_key)


class Lookalike(NamedTuple):
    """An account that may be a kept-back contact's. reason: in plain words, for the owner."""

    identity_id: int
    contact_id: int
    reason: str


@dataclass(slots=True)
class _Who:
    """A contact, or an account without one. names, other_names: as keys, the second nicknames."""

    contact_id: int | None
    ids: list[int] = field(default_factory=list)
    seeds: set[Account] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    other_names: set[str] = field(default_factory=set)
    keys: set[tuple[str, str]] = field(default_factory=set)
    handles: set[str] = field(default_factory=set)
    books: set[str] = field(default_factory=set)
    birthdays: set[str] = field(default_factory=set)
    # What the owner's own address books call them.
    on_cards: set[str] = field(default_factory=set)

    def words(self) -> set[str]:
        """Every word of every name, in Latin letters, with the full forms of nicknames."""
        found = {word for name in self.names | self.other_names for word in name_words(name)}
        found |= {form for word in found for form in FULL_FORMS.get(word, ())}
        return {_latin(word) for word in found}


# Everybody but the owner; a contact's own words are an account with its name alone.
_ACCOUNTS: Final = """
SELECT identity.id, identity.kind, identity.scope, identity.key, identity.name,
  identity.contact_id FROM identity LEFT JOIN contact ON contact.id = identity.contact_id
WHERE NOT coalesce(contact.is_owner, 0)
"""
_NAMES: Final = "SELECT identity_id, kind, name FROM contact_name"
_METHODS: Final = """
SELECT identity_id, kind, key FROM contact_method WHERE key <> '' AND kind IN ('email', 'phone')
"""
_BIRTHDAYS: Final = "SELECT identity_id, date_on FROM life_event WHERE kind = 'birthday'"
_KEPT: Final = """
SELECT id, display_name FROM contact
WHERE access <> 'full' AND merged_into_id IS NULL AND NOT is_owner
"""


def find_lookalikes(writer: Writer) -> list[Lookalike]:
    """Every account that may be that of somebody kept from assistants; nobody who is surely not."""
    kept_names = {int(row["id"]): row["display_name"] for row in writer.all(_KEPT)}
    if not kept_names:
        return []
    everybody = _everybody(writer, kept_names)
    kept = [who for who in everybody if who.contact_id in kept_names]
    others = [who for who in everybody if who.contact_id not in kept_names]
    apart = Partition(load_rulings(writer)).apart
    bearers = _bearers(others)
    by_word: dict[str, list[_Who]] = defaultdict(list)
    by_key: dict[tuple[str, str], list[_Who]] = defaultdict(list)
    for hidden in kept:
        for word in hidden.words() | {each for name in hidden.names for each in _together(name)}:
            by_word[word].append(hidden)
        for key in hidden.keys:
            by_key[key].append(hidden)
    found: list[Lookalike] = []
    for other in others:
        near = [each for word in other.words() | other.handles for each in by_word.get(word, ())]
        near += [each for key in other.keys for each in by_key.get(key, ())]
        for hidden in {id(each): each for each in near}.values():
            reason = _reason(hidden, other, bearers)
            if reason and not any(apart.get(seed, set()) & other.seeds for seed in hidden.seeds):
                assert hidden.contact_id is not None  # noqa: S101 - those kept are contacts
                found += [Lookalike(each, hidden.contact_id, reason) for each in other.ids]
    return sorted(set(found))


def _everybody(writer: Writer, kept_names: dict[int, str]) -> list[_Who]:
    found: dict[tuple[str, int], _Who] = {}
    who: _Who | None
    of_account: dict[int, _Who] = {}
    for row in writer.all(_ACCOUNTS):
        contact = row["contact_id"]
        at = ("account", int(row["id"])) if contact is None else ("contact", int(contact))
        made = of_account[int(row["id"])] = found.setdefault(at, _Who(contact))
        _add_account(made, row["id"], (row["kind"], row["scope"], row["key"]), row["name"])
    for row in writer.all(_NAMES):
        if who := of_account.get(row["identity_id"]):
            is_other = row["kind"] in ("nickname", "saved as")
            (who.other_names if is_other else who.names).add(_key_of_name(row["name"]))
    for row in writer.all(_METHODS):
        if who := of_account.get(row["identity_id"]):
            _add_key(who, row["kind"], row["key"])
    for row in writer.all(_BIRTHDAYS):
        if who := of_account.get(row["identity_id"]):
            who.birthdays.add(row["date_on"])
    for who in [*found.values()]:
        if who.contact_id not in kept_names and who.books:
            # The owner knows who that is, whatever their other accounts call themselves.
            who.names = who.on_cards
        elif who.contact_id in kept_names:
            who.names.add(_key_of_name(kept_names[who.contact_id]))
        who.names = {name for name in who.names if is_name(name)}
        who.other_names = {name for name in who.other_names if is_name(name)}
    return list(found.values())


def _add_account(who: _Who, id_: int, seed: Account, name: str) -> None:
    kind, scope, key = seed
    who.ids.append(id_)
    who.seeds.add(seed)
    named = _key_of_name(name or (key if kind == "label" else ""))
    if kind == "card":
        who.books.add(scope)
        who.on_cards.add(named)
    who.names.add(named)
    if address := SERVICES[kind].address(key):
        _add_key(who, *address)
    if kind not in ("card", "owner", "label", "phone") and not key.startswith("+"):
        _add_handle(who, key)


def _add_key(who: _Who, kind: str, key: str) -> None:
    if kind == "email":
        if is_role_address(key):
            return
        who.keys.add((kind, mailbox(key)))
        _add_handle(who, key)
    elif kind == "phone":
        who.keys.add((kind, key))


def _add_handle(who: _Who, key: str) -> None:
    """The words of an address before its @: `hilde.strand` names somebody as well."""
    who.handles |= {_latin(part) for part in _PARTS.split(key.partition("@")[0]) if len(part) > 1}


def _bearers(others: Iterable[_Who]) -> Counter[str]:
    """How many people on cards bear a first name, whom nobody keeps from assistants."""
    return Counter(
        word
        for who in others
        if who.books
        for word in {name_words(name)[0] for name in who.names if is_full_name(name)}
    )


def _reason(hidden: _Who, other: _Who, bearers: Counter[str]) -> str:
    """Why the two may be one person, or '' if they are not alike."""
    if _birthdays_differ(hidden, other):
        return ""
    full = [
        (mine, theirs)
        for mine in hidden.names
        for theirs in other.names
        if is_full_name(mine) and is_full_name(theirs)
    ]
    if hidden.keys & other.keys and not (full and all(is_somebody_else(*each) for each in full)):
        kind, _ = min(hidden.keys & other.keys)
        return f"has the same {'number' if kind == 'phone' else 'address'}"
    if hidden.books & other.books:
        # Two in one address book are two people, but if they are called the same: files of several
        # address books are one to us, and a new export gives everybody a new id.
        same = next((theirs for mine, theirs in full if _is_same_name(mine, theirs)), "")
        return f"is called “{same.title()}”" if same else ""
    for mine in sorted(hidden.names | hidden.other_names):
        for theirs in sorted(other.names | other.other_names):
            if _is_alike(mine, theirs, other, bearers):
                return f"is called “{theirs.title()}”"
    for mine in sorted(hidden.names):
        words = set(map(_latin, name_words(mine)))
        whole = _together(mine)
        if len("".join(words)) < _FEWEST_LETTERS or len(words) < 2 or other.books:
            continue
        if words <= other.handles or whole & other.handles:
            return "has an address that is written like the name"
    return ""


def _birthdays_differ(hidden: _Who, other: _Who) -> bool:
    return bool(
        hidden.birthdays
        and other.birthdays
        and not {day[-5:] for day in hidden.birthdays} & {day[-5:] for day in other.birthdays}
    )


def _is_alike(mine: str, theirs: str, other: _Who, bearers: Counter[str]) -> bool:
    if generation(mine) != generation(theirs):
        return False
    my_words, their_words = name_words(mine), name_words(theirs)
    if len(my_words) > 1 and len(their_words) > 1:
        if _is_same_name(mine, theirs):
            return True
        if mine.isascii() != theirs.isascii() and _sounds_alike(my_words, their_words):
            return True
        # A card of its own with another name is somebody else, unless the name is a short form.
        return may_be_one(mine, theirs) == "compatible" and not (
            other.books and _is_shorter(my_words, their_words)
        )
    if other.books and is_full_name(theirs):
        return False
    short, long = sorted((my_words, their_words), key=len)
    if is_generic(short[0]):
        return mine == theirs
    first = _latin(short[0]) == _latin(long[0]) or is_nickname(short[0], long[0])
    return first and bearers[long[0]] < _MOST_NAMESAKES


def _is_same_name(one: str, other: str) -> bool:
    """Whether two names have the same words in any order, and are of one generation."""
    words = [sorted(map(_latin, name_words(name))) for name in (one, other)]
    return generation(one) == generation(other) and words[0] == words[1]


def _sounds_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names in two scripts are nearly the same in Latin letters."""
    latin = [sorted(map(_latin, words)) for words in (one, other)]
    ordered = [list(map(_latin, words)) for words in (one, other)]
    return any(
        len(mine) == len(theirs)
        and all(
            JaroWinkler.similarity(a, b) >= _NEAR_WORD for a, b in zip(mine, theirs, strict=True)
        )
        for mine, theirs in (latin, ordered)
    )


def _is_shorter(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one of two names is but an initial and a family name: that fits many."""
    return any(len(word) == 1 for word in (*one, *other))


def _together(name: str) -> set[str]:
    """A name in one word, from either end."""
    words = [_latin(word) for word in name_words(name)]
    return {"".join(words), "".join([words[-1], *words[:-1]])}


@lru_cache(maxsize=100_000)
def _latin(word: str) -> str:
    return word if word.isascii() else anyascii(word).casefold()
