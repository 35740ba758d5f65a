"""UIDs for cards and rows without one: made of the name, so that they stay when a card changes."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from store.importers.records import Card, Skipped
from store.text.names import name_key, visible

ROW_UID: Final = "row:"


def name_uid(name: str) -> str:
    """The UID of a card whose name nobody else in the address book bears."""
    return _uid(name_key(name) or visible(name))


def with_row_keys(cards: Iterable[Card], word: str = "row") -> Iterator[Card | Skipped]:
    """Give each card without a UID one that stays when the card changes.

    It is made from the name if only one card has it. Namesakes are told apart by their first
    address or number; a card without a name is known by that alone. The same card twice counts
    once. word: what a card is called here.
    """
    found = list(cards)
    bearers = Counter(name_key(card.full_name) for card in found)
    uids = Counter(card.uid for card in found if card.uid)
    seen: set[Card] = set()
    numbers: Counter[str] = Counter()
    for card in found:
        content = replace(card, place="")
        if content in seen:
            yield Skipped(f"the same {word} twice", card.place)
            continue
        seen.add(content)
        if card.uid and uids[card.uid] == 1:
            yield card
            continue
        uid = name_uid(card.full_name)
        if bearers[name_key(card.full_name)] > 1:
            ways = sorted(f"{each.kind}:{each.value.casefold()}" for each in card.methods)
            told = name_key(card.full_name) or visible(card.full_name)
            uid = _uid("\x1f".join((told, *ways[:1])))
        numbers[uid] += 1
        yield replace(card, uid=f"{uid}#{numbers[uid]}" if numbers[uid] > 1 else uid)


def _uid(told: str) -> str:
    return ROW_UID + hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]
