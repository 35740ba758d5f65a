"""How many of a made-up circle are recognised, in eight exports, and whether anybody is mistaken.

    python -m tests.benchmarks.identity [PEOPLE] [ORDERS] [SEED]
    python -m tests.benchmarks.identity tricky [PEOPLE] [ORDERS] [SEED]
    python -m tests.benchmarks.identity scale   # 20,000 cards, 100,000 accounts

Every card and every message holds the mark of its true person (`tests/made_world.py`; tricky: with
what misleads, `tests/made_traps.py`).
precision: of the pairs of accounts that Kinkeeper put together, those that are one person.
recall: of the accounts of people who are on a card, those that stand with a card of theirs.
asked: of what is one person and was not put together, what is suggested to the owner.
"""

import random
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from store.engine.connections import Writer
from store.identity.links import link_identities
from store.identity.suggestions import Suggestion, suggest
from store.importers.records import Account, Record, SourceInfo
from store.imports.find_exports import find_exports
from store.imports.import_run import import_export
from store.imports.parser_process import Answers
from store.imports.settling import settle_imports
from tests.made_exports import (
    BOOK,
    CHATS,
    NOW,
    OWNER,
    card,
    links,
    made_memory,
    people,
    take_in,
)
from tests.made_traps import TrickyWorld
from tests.made_world import World, made_people

_MARK = re.compile(r"p\d{5}")


@dataclass(frozen=True)
class Figures:
    """What an import of the world came to. mistaken: contacts that hold two true people."""

    precision: float
    mistaken: tuple[tuple[str, ...], ...]
    recall: dict[str, tuple[int, int]]
    merged: tuple[int, int]
    people: int


def truth(writer: Writer) -> dict[int, str]:
    """The mark of each account's true person, where anything of theirs holds one."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for row in writer.all(
        "SELECT sender_id AS id, text FROM message WHERE sender_id IS NOT NULL"
        " UNION ALL SELECT identity_id, text FROM note"
        " UNION ALL SELECT identity_id, title FROM role"
    ):
        for mark in _MARK.findall(row["text"]):
            found[row["id"]][mark] += 1
    return {id_: "+".join(sorted(marks)) for id_, marks in found.items()}


def measure(writer: Writer) -> Figures:
    """Hold who is who in the memory against the truth."""
    who = truth(writer)
    rows = [
        (row["id"], row["kind"], row["contact_id"], row["scope"])
        for row in writer.all("SELECT id, kind, contact_id, scope FROM identity")
        if row["id"] in who
    ]
    # A couple's card is the card of each of them; a couple's account is neither's.
    couples = {
        id_: who[id_].split("+") for id_, kind, _, _ in rows if kind == "card" and "+" in who[id_]
    }
    members: dict[int, list[str]] = defaultdict(list)
    for id_, _, contact, _ in rows:
        if contact is not None and id_ not in couples:
            members[contact].append(who[id_])
    for id_, _, contact, _ in rows:
        if id_ in couples:
            members[contact] = [m if m not in couples[id_] else who[id_] for m in members[contact]]
            members[contact].append(who[id_])
    right = wrong = 0
    for marks in members.values():
        for one, other in combinations(marks, 2):
            right, wrong = right + (one == other), wrong + (one != other)
    cards: dict[str, set[int]] = defaultdict(set)
    books: dict[str, int] = Counter()
    for id_, kind, contact, _ in rows:
        if kind == "card":
            cards[who[id_]].add(contact)
            books[who[id_]] += 1
    recall: dict[str, tuple[int, int]] = {}
    for id_, kind, contact, scope in rows:
        if kind != "card" and who[id_] in cards:
            name = f"{kind} {scope.partition('/')[0]}".strip()
            linked, all_ = recall.get(name, (0, 0))
            recall[name] = (linked + (contact in cards[who[id_]]), all_ + 1)
    several = [mark for mark, count in books.items() if count > 1]
    return Figures(
        right / max(right + wrong, 1),
        tuple(tuple(marks) for marks in members.values() if len(set(marks)) > 1),
        recall,
        (sum(len(cards[mark]) == 1 for mark in several), len(several)),
        len(people(writer)),
    )


def suggested(writer: Writer, found: list[Suggestion]) -> tuple[int, int, int]:
    """(suggestions that are true, true pairs that are suggested, true pairs that were left apart).

    Pairs of contacts, and of accounts that belong to nobody.
    """
    who = truth(writer)
    sides: dict[str, set[int]] = defaultdict(set)
    side_of: dict[int, int] = {}
    for row in writer.all("SELECT id, contact_id FROM identity"):
        if row["id"] in who:
            side_of[row["id"]] = -row["id"] if row["contact_id"] is None else row["contact_id"]
            sides[who[row["id"]]].add(side_of[row["id"]])
    apart = {frozenset(pair) for same in sides.values() for pair in combinations(sorted(same), 2)}
    pairs = [
        {
            frozenset((side_of[one.id], side_of[other.id]))
            for one in each.one.nodes
            for other in each.other.nodes
            if one.id in side_of and other.id in side_of
        }
        for each in found
    ]
    return sum(bool(pair & apart) for pair in pairs), len(set().union(*pairs) & apart), len(apart)


def take_in_world(writer: Writer, paths: list[Path]) -> None:
    """Import the exports of the world, in this order."""
    answers = Answers(zone=OWNER.zone, me=("Nora Lind",), date_order="day first")
    for path in paths:
        for export in find_exports([path], None).exports:
            import_export(writer, export, answers, {}, OWNER, NOW, lambda _done, _all: None)
    settle_imports(writer, NOW)


def scale(people_in_all: int = 20_000) -> None:
    """Print how long linking and suggesting take with so many cards and five times the accounts."""
    circle = made_people(people_in_all)
    book: list[Record] = [BOOK]
    google: list[Record] = [SourceInfo("google-contacts", "", "Google Contacts")]
    for person in circle:
        ways = [("email", person.mails[0]), ("phone", person.mobiles[0])]
        ways += [("phone", person.landline)] if person.landline else []
        target = book if person.number % 5 else google
        target.append(card(person.mark, person.saved or person.name, *ways))
        if person.number % 10 == 1:
            google.append(card(person.mark, person.name, ("email", person.mails[0])))
    chats: list[Record] = [CHATS]
    for number in range(5 * people_in_all):
        person = circle[number % len(circle)]
        kind = ("telegram", "email", "phone", "signal", "label")[number // len(circle)]
        match kind:
            case "telegram":
                chats.append(Account("telegram", f"user{number}", phones=(person.mobiles[0],)))
            case "email":
                chats.append(Account("email", person.mails[number % 2], person.name))
            case "phone":
                chats.append(Account("phone", person.mobiles[number % 2], saved_by_owner=True))
            case "signal":
                chats.append(Account("signal", f"aci-{number}", person.given))
            case _:
                chats.append(Account("label", person.name, person.name, scope=str(number)))
    with tempfile.TemporaryDirectory() as folder, made_memory(Path(folder)) as writer:
        for records in (book, google, chats):
            start = time.perf_counter()
            take_in(writer, records)
            print(f"import of {len(records):,}: {time.perf_counter() - start:.1f} s")
        for what, run in (
            ("linking", lambda: link_identities(writer, NOW)),
            ("suggestions", lambda: suggest(writer)),
        ):
            for _ in range(2):
                start, cpu = time.perf_counter(), time.process_time()
                run()
                print(
                    f"{what}: {time.perf_counter() - start:.2f} s,"
                    f" CPU {time.process_time() - cpu:.2f} s"
                )


def main() -> None:
    """Print the figures."""
    if sys.argv[1:] == ["scale"]:
        scale()
        return
    kind = TrickyWorld if sys.argv[1:2] == ["tricky"] else World
    given = [int(word) for word in sys.argv[1:] if word != "tricky"]
    count, orders, seed = [*given, *(300, 3, 1)[len(given) :]]
    chance = random.Random(3)  # noqa: S311 nothing secret
    with tempfile.TemporaryDirectory() as folder:
        paths = kind(made_people(count, seed), Path(folder) / "world").write()
        outcomes = []
        for order in range(orders):
            home = Path(folder) / str(order)
            home.mkdir()
            with made_memory(home) as writer:
                take_in_world(writer, paths)
                outcomes.append((links(writer), people(writer)))
                if order == 0:
                    _report(writer)
            chance.shuffle(paths)
        same = all(outcome == outcomes[0] for outcome in outcomes)
        print(f"{orders} orders of import give the same people: {same}")


def _report(writer: Writer) -> None:
    figures = measure(writer)
    print(f"contacts {figures.people:,}; precision {figures.precision:.4f}")
    for marks in figures.mistaken[:10]:
        print(f"  mistaken: {marks}")
    print(f"cards of one person in several books made one: {figures.merged}")
    for kind, (linked, all_) in sorted(figures.recall.items()):
        print(f"  {kind}: {linked:,} of {all_:,} stand with their card")
    start = time.perf_counter()
    link_identities(writer, NOW)
    linking = time.perf_counter() - start
    start = time.perf_counter()
    found = suggest(writer)
    print(
        f"{len(found)} suggestions in {time.perf_counter() - start:.2f} s; linking {linking:.2f} s"
    )
    right, asked, apart = suggested(writer, found)
    print(f"  of these {right} are one person; {asked} of {apart} who were left apart are asked")


if __name__ == "__main__":
    main()
