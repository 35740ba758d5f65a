"""Who may be one person: pairs worth asking the owner about, ranked, with their reasons.

Names are only ever a reason to ask. A pair is weighed by how rare the things that it shares are in
this very memory: the sum of log(people / bearers). What the owner refused is never asked, nor a
pair with evidence against it (birthdays, genders, a father and his son).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import Final, Literal

from rapidfuzz.distance import JaroWinkler

from store.engine.connections import Writer
from store.engine.refs import make_ref
from store.identity.evidence import Evidence, load_evidence, no_collecting
from store.identity.rulings import Account, Partition
from store.identity.suggestion_sides import Side, load_sides
from store.text.keys import mailbox
from store.text.latin import latin_key
from store.text.name_likeness import (
    are_short_forms,
    generation,
    is_full_name,
    is_generic,
    is_name,
    is_nickname,
    may_be_one,
    name_words,
)

MOST_SUGGESTIONS: Final = 200
# A block of more people says nothing about any two of them.
_LARGEST_BLOCK: Final = 25
_MOST_PAIRS: Final = 50_000
_NEAR_NAME: Final = 0.93
_NEAR_WORD: Final = 0.85
# log(people / members): a group with one in twelve people in it is no support.
_RARE_GROUP: Final = 2.5
_MOST_NAMESAKES: Final = 3
# The weight of a key that means one person, where both have it as their own.
_OWN_KEY: Final = 9.0
# Above every weight: assistants do not see these until the owner has decided.
_ASKED_FIRST: Final = 1_000.0
# What two similar names need as well to be worth asking about.
Needs = Literal["", "support", "key"]
Likeness = tuple[float, str, Needs]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two that may be one person. id: stays while both are there. score: higher is surer.

    held_back: one of them is kept from assistants, and so is the other until the owner says who
    that is.
    """

    id: str
    one: Side
    other: Side
    score: float
    reasons: tuple[str, ...]
    held_back: bool = False


@no_collecting()
def suggest(writer: Writer) -> list[Suggestion]:
    """The pairs worth asking about, the surest first, at most MOST_SUGGESTIONS.

    Before them come those of whom one is kept back with somebody hidden; all of these.
    """
    evidence = load_evidence(writer)
    sides = load_sides(writer, evidence)
    held = _held_back(writer, evidence, sides)
    weights = _Weights(sides)
    partition = Partition(evidence.rulings)
    found: list[tuple[float, tuple[Side, Side], list[str]]] = []
    for one, other in _pairs(sides):
        if _is_impossible(one, other):
            continue
        weighed = _weigh(one, other, weights)
        if weighed is not None and not _is_refused(partition, one, other):
            found.append((round(weighed[0], 2), (one, other), weighed[1]))
    scores = sorted((score for score, _, _ in found), reverse=True)[:MOST_SUGGESTIONS]
    surest = [_suggestion(*each) for each in found if each[0] >= scores[-1]]
    surest.sort(key=lambda each: (-each.score, each.id))
    asked = {each.id for each in held}
    return held + [each for each in surest[:MOST_SUGGESTIONS] if each.id not in asked]


def _held_back(writer: Writer, evidence: Evidence, sides: list[Side]) -> list[Suggestion]:
    """Each account or contact that is kept back, with whom it may be, in the order of their ids."""
    contacts = {side.contact_id: side for side in sides if side.contact_id is not None}
    found: dict[str, Suggestion] = {}
    for row in writer.all(
        "SELECT identity_id, held_back.contact_id, reason, identity.contact_id AS own, source.title"
        " FROM held_back JOIN identity ON identity.id = identity_id"
        " JOIN source ON source.id = identity.source_id ORDER BY identity_id"
    ):
        hidden, node = contacts.get(row["contact_id"]), evidence.nodes.get(row["identity_id"])
        other = contacts.get(row["own"])
        if other is None and node is not None:
            other = Side(None, make_ref("i", *node.seed), node.shown or node.seed[2], row["title"])
            other.nodes.append(node)
        if hidden is None or other is None:
            continue
        reasons = [f"{row['reason']}; kept from assistants until you say who it is"]
        made = _suggestion(_ASKED_FIRST, (hidden, other), reasons)
        found[made.id] = replace(made, held_back=True)
    return sorted(found.values(), key=lambda each: each.id)


def _suggestion(score: float, pair: tuple[Side, Side], reasons: list[str]) -> Suggestion:
    first, second = sorted(pair, key=lambda side: (not side.has_card, side.ref))
    id_ = make_ref("g", *sorted((first.ref, second.ref)))
    return Suggestion(id_, first, second, score, tuple(reasons))


def _is_refused(partition: Partition, one: Side, other: Side) -> bool:
    theirs: set[Account] = {node.seed for node in other.nodes}
    return any(partition.apart.get(node.seed, set()) & theirs for node in one.nodes)


def _is_impossible(one: Side, other: Side) -> bool:
    if one.kinds != other.kinds:
        return True
    if one.birthdays and other.birthdays and not _shared_birthday(one, other):
        return True
    if one.genders and other.genders and not one.genders & other.genders:
        return True
    return any(
        one.services[service] != other.services[service]
        for service in one.services.keys() & other.services.keys()
    )


def _shared_birthday(one: Side, other: Side) -> bool:
    return any(
        a[-5:] == b[-5:] and (a == b or "--" in (a[:2], b[:2]))
        for a in one.birthdays
        for b in other.birthdays
    )


class _Weights:
    """How rare words, organizations and domains are in this memory."""

    def __init__(self, sides: list[Side]) -> None:
        self._people = max(len(sides), 2)
        self._words = Counter(
            word for side in sides for word in {w for name in side.names for w in name_words(name)}
        )
        self._groups = Counter(
            group for side in sides for group in side.organizations | side.domains
        )

    def bearers(self, word: str) -> int:
        """How many people have this word in a name."""
        return self._words[word]

    def of_words(self, words: Iterable[str]) -> float:
        """The weight of sharing these words of a name."""
        return sum(math.log(self._people / max(self._words[word], 1)) for word in words)

    def of_group(self, group: str) -> float:
        """The weight of belonging to one organization or domain."""
        return math.log(self._people / max(self._groups[group], 1))


def _pairs(sides: list[Side]) -> list[tuple[Side, Side]]:
    """Pairs that share anything that people are found by; no others are compared."""
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, side in enumerate(sides):
        for block in _blocks(side):
            blocks[block].append(number)
    pairs: set[tuple[int, int]] = set()
    # What few share comes first: if there is too much to compare, common things are skipped.
    shared = [(len(numbers), block, numbers) for block, numbers in blocks.items() if numbers[1:]]
    for size, _, numbers in sorted(shared):
        if size > _LARGEST_BLOCK or len(pairs) > _MOST_PAIRS:
            break
        pairs.update(combinations(numbers, 2))
    return [
        (sides[a], sides[b])
        for a, b in sorted(pairs)
        # One of the two has to be a contact, or the account could be added to nobody.
        if sides[a].contact_id is not None or sides[b].contact_id is not None
    ]


def _blocks(side: Side) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for kind, key in side.keys:
        found.add((kind, key))
        if kind == "email":
            found.add(("mailbox", mailbox(key)))
            found.add(("joined", _letters(key.partition("@")[0])))
        elif key.startswith("+55"):
            # Brazil put a 9 before mobile numbers.
            found.add(("brazil", key[:5] + key[-8:]))
        elif kind == "phone":
            found.add(("phone end", key[-7:]))
    for name in side.names | side.nicknames:
        words = name_words(name)
        latin = sorted(latin_key(word) for word in words)
        found.add(("name", *latin))
        if len(words) > 1:
            found.add(("joined", _written_together(name)))
            found |= {("family", word[:3], other[:1]) for word in latin for other in latin}
        elif is_name(name):
            found.add(("called", name))
        if side.has_card and words:
            found.add(("called", words[0]))
    return found


@lru_cache(maxsize=100_000)
def _written_together(name: str) -> str:
    return "".join(map(latin_key, name_words(name)))


@lru_cache(maxsize=100_000)
def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalpha())


def _weigh(one: Side, other: Side, weights: _Weights) -> tuple[float, list[str]] | None:
    """The weight and the reasons of a pair, or None when it is not worth asking."""
    likeness = _names_alike(one, other, weights)
    shared = _shared_key(one, other)
    if shared is not None:
        if likeness is not None:
            return likeness[0] + shared[0], [why for why in (shared[1], likeness[1]) if why]
        return _weigh_key_alone(one, other, shared)
    if likeness is None or not likeness[1]:
        return None
    score, reason, needs = likeness
    support = _support(one, other, weights)
    if needs == "key" or (needs and not support):
        return None
    return score + sum(weight for weight, _ in support), [reason, *(why for _, why in support)]


def _weigh_key_alone(
    one: Side, other: Side, shared: tuple[float, str, str]
) -> tuple[float, list[str]] | None:
    """For two who share a key but not a name: whose is it?"""
    weight, reason, kind = shared
    if one.has_card and other.has_card:
        # Two full names tell a family's members apart; “Mum” and a full name do not.
        full = [any(map(is_full_name, side.names)) for side in (one, other)]
        if all(full) or one.books & other.books or weight < _OWN_KEY:
            return None
        return weight / 2, [reason, "the names differ: one may be what you call them"]
    if one.has_card == other.has_card:
        return None
    others = "gone to somebody else" if kind == "phone" else "been shared, or be written from"
    what = "number" if kind == "phone" else "address"
    return 1.0, [reason, f"the names differ: the {what} may have {others}"]


def _names_alike(one: Side, other: Side, weights: _Weights) -> Likeness | None:
    """How two are called, or None when their names are those of different people."""
    best: Likeness | None = None
    if not _any_name(one) or not _any_name(other):
        best = (0.0, "", "key")
    for mine in one.names | one.nicknames:
        for theirs in other.names | other.nicknames:
            found = _alike(mine, theirs, one, other, weights)
            if found is not None and (best is None or found[0] > best[0]):
                best = found
    return best


def _any_name(side: Side) -> bool:
    return any(is_name(name) for name in side.names)


def _alike(mine: str, theirs: str, one: Side, other: Side, weights: _Weights) -> Likeness | None:
    if not is_name(mine) or not is_name(theirs) or generation(mine) != generation(theirs):
        return None
    my_words, their_words = name_words(mine), name_words(theirs)
    if sorted(my_words) == sorted(their_words):
        if is_full_name(mine):
            # Two of one name in one address book are two people whom the owner can tell apart.
            needs: Needs = "support" if one.books & other.books else ""
            return weights.of_words(my_words), f"both are called “{mine.title()}”", needs
        if mine in one.nicknames or theirs in other.nicknames:
            needs = "support" if one.has_card and other.has_card else ""
            return weights.of_words(my_words), f"“{mine.title()}” is what you call them", needs
        needs = "support" if one.has_card == other.has_card else ""
        return weights.of_words(my_words) / 2, f"both are called “{mine.title()}”", needs
    if len(my_words) == 1 or len(their_words) == 1:
        return _called_by_one_word(my_words, their_words, one.has_card and other.has_card, weights)
    if may_be_one(mine, theirs) == "compatible":
        weight = weights.of_words(set(my_words) & set(their_words))
        is_rare = weight >= _RARE_GROUP and not one.books & other.books
        why = f"“{mine.title()}” may be another way to write “{theirs.title()}”"
        return weight, why, "" if is_rare else "support"
    if are_short_forms(mine, theirs):
        why = f"“{mine.title()}” and “{theirs.title()}” are short forms of one name"
        return weights.of_words(set(my_words) & set(their_words)), why, "support"
    latin = [sorted(map(latin_key, words)) for words in (my_words, their_words)]
    if latin[0] == latin[1]:
        return (
            6.0,
            f"“{mine.title()}” and “{theirs.title()}” are one name in two scripts",
            "support",
        )
    if _is_near(*latin):
        return 3.0, f"“{mine.title()}” and “{theirs.title()}” are nearly the same", "support"
    if my_words[0] == their_words[0] and is_full_name(mine) and is_full_name(theirs):
        return (
            weights.of_words([my_words[0]]) - 2,
            f"both are called “{my_words[0].title()}”, with another family name",
            "key",
        )
    return None


def _called_by_one_word(
    mine: tuple[str, ...], theirs: tuple[str, ...], are_cards: bool, weights: _Weights
) -> Likeness | None:
    short, long = (mine, theirs) if len(mine) == 1 else (theirs, mine)
    if is_generic(short[0]) or not (short[0] == long[0] or is_nickname(short[0], long[0])):
        return None
    weight = weights.of_words([long[0]]) / 2
    needs: Needs = "support" if are_cards else ""
    if weights.bearers(long[0]) > _MOST_NAMESAKES:
        needs = "key"
    return weight, f"“{short[0].title()}” may be “{' '.join(long).title()}”", needs


def _is_near(mine: list[str], theirs: list[str]) -> bool:
    """Whether every word of two names differs by a letter or two at most."""
    return (
        len(mine) == len(theirs)
        and JaroWinkler.similarity(" ".join(mine), " ".join(theirs)) >= _NEAR_NAME
        and all(
            JaroWinkler.similarity(a, b) >= _NEAR_WORD for a, b in zip(mine, theirs, strict=True)
        )
    )


def _shared_key(one: Side, other: Side) -> tuple[float, str, str] | None:
    """(weight, reason, kind of key)."""
    keys = one.keys & other.keys
    if keys:
        strong = [
            set().union(*(node.strong for node in side.nodes)) & keys for side in (one, other)
        ]
        both = strong[0] & strong[1]
        kind, key = min(both or keys)
        what = "number" if kind == "phone" else "address"
        return (_OWN_KEY if both else 6.0), f"both have the {what} {key}", kind
    boxes = [{mailbox(k[1]) for k in side.keys if k[0] == "email"} for side in (one, other)]
    if same := boxes[0] & boxes[1]:
        return 6.0, f"mail for both reaches {min(same)}", "email"
    ends = [
        {k[1][:5] + k[1][-8:] for k in side.keys if k[0] == "phone" and k[1].startswith("+55")}
        for side in (one, other)
    ]
    if ends[0] & ends[1]:
        why = "their numbers differ only by the 9 before Brazilian mobile numbers"
        return 5.0, why, "phone"
    return None


def _support(one: Side, other: Side, weights: _Weights) -> list[tuple[float, str]]:
    """What else two people with one name have in common."""
    found = [
        (weights.of_group(name), f"both belong to {name.title()}")
        for name in sorted(one.organizations & other.organizations)
        if weights.of_group(name) >= _RARE_GROUP
    ]
    found += [
        (weights.of_group(domain), f"both have mail at {domain}")
        for domain in sorted(one.domains & other.domains)
        if weights.of_group(domain) >= _RARE_GROUP
    ]
    if one.birthdays and other.birthdays:
        found.append((math.log(365), "both have the same birthday"))
    for mine, theirs in ((one, other), (other, one)):
        names = set(map(_written_together, theirs.names))
        for key in sorted(key[1] for key in mine.keys if key[0] == "email"):
            if len(local := _letters(key.partition("@")[0])) > 5 and local in names:
                found.append((4.0, f"{key} is written like the name"))
        for node in mine.nodes:
            if node.kind == "linkedin" and _letters(node.seed[2]) in names:
                found.append((4.0, "the LinkedIn address is written like the name"))
    return found
