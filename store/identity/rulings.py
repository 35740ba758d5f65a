"""What the owner decided about who is who: remembered for ever, undone exactly.

Such a decision is a ruling in the code, so that it is not taken for one on a proposal. It names
accounts by their key, not contacts: contacts are worked out from what is stored, and an import may
bring the same accounts back under other row ids.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from store.engine.connections import Writer
from store.identity.gone import returned

RulingKind = Literal["merge", "split", "not the same"]
Account = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Ruling:
    """One ruling. left, right: accounts (kind, scope, key); contacts by row id.

    merge: left and right are one person, `contact_id`. split: left stays `contact_id`, right
    becomes `other_contact_id`. evidence: in the owner's or the rule's words. happened_at: UTC
    seconds.
    """

    id: int
    kind: RulingKind
    contact_id: int
    other_contact_id: int | None
    left: frozenset[Account]
    right: frozenset[Account]
    evidence: str
    happened_at: int
    undone_at: int | None


def write_ruling(
    writer: Writer,
    kind: RulingKind,
    contacts: tuple[int, int | None],
    left: Iterable[Account],
    right: Iterable[Account],
    evidence: str,
    now: int,
) -> int:
    """Write a decision in the caller's transaction and return its id. now: UTC seconds."""
    ruling_id = writer.run(
        "INSERT INTO identity_event(kind, contact_id, other_contact_id, happened_at, decided_by,"
        " evidence) VALUES (?, ?, ?, ?, 'owner', ?)",
        (kind, *contacts, now, evidence),
    )
    writer.run_many(
        "INSERT INTO decided_account(event_id, side, kind, scope, key) VALUES (?, ?, ?, ?, ?)",
        [(ruling_id, "left", *account) for account in sorted(set(left))]
        + [(ruling_id, "right", *account) for account in sorted(set(right))],
    )
    return ruling_id


def load_rulings(writer: Writer, *, undone_too: bool = False) -> list[Ruling]:
    """The owner's decisions, oldest first."""
    sides: dict[tuple[int, str], set[Account]] = defaultdict(set)
    again = returned(writer)
    for row in writer.all("SELECT event_id, side, kind, scope, key FROM decided_account"):
        account = (row["kind"], row["scope"], row["key"])
        kind, scope, key = again.get(account, account)
        sides[(row["event_id"], row["side"])].add((kind, scope, key))
    found = [
        Ruling(
            id=row["id"],
            kind=row["kind"],
            contact_id=row["contact_id"],
            other_contact_id=row["other_contact_id"],
            left=frozenset(sides[(row["id"], "left")]),
            right=frozenset(sides[(row["id"], "right")]),
            evidence=row["evidence"],
            happened_at=row["happened_at"],
            undone_at=row["undone_at"],
        )
        for row in writer.all(
            "SELECT id, kind, contact_id, other_contact_id, evidence, happened_at, undone_at"
            " FROM identity_event WHERE decided_by = 'owner' ORDER BY id"
        )
    ]
    return [each for each in found if undone_too or each.undone_at is None]


class Partition:
    """What the decisions say, one after the other: who is one person, and who certainly is not."""

    def __init__(self, decisions: Iterable[Ruling]) -> None:
        self.unit_of: dict[Account, int] = {}
        self.apart: dict[Account, set[Account]] = defaultdict(set)
        self._units: dict[int, set[Account]] = {}
        for decision in decisions:
            match decision.kind:
                case "merge":
                    self._join(decision.id, decision.left | decision.right)
                case "split":
                    self._take_out(decision.id, decision.right)
                    self._join(-decision.id, decision.left)
                    self._part(decision.left, decision.right)
                case "not the same":
                    self._part(decision.left, decision.right)

    @property
    def units(self) -> list[set[Account]]:
        """The accounts that the owner put together, one set for each person."""
        return [unit for unit in self._units.values() if unit]

    def _join(self, number: int, accounts: frozenset[Account]) -> None:
        together = set(accounts)
        for old in {self.unit_of[each] for each in accounts if each in self.unit_of}:
            together |= self._units.pop(old)
        self._units[number] = together
        for account in together:
            self.unit_of[account] = number
            # The latest word counts: two people who were told apart are one now.
            self.apart[account] -= together

    def _take_out(self, number: int, accounts: frozenset[Account]) -> None:
        for account in accounts:
            if account in self.unit_of:
                self._units[self.unit_of[account]].discard(account)
            self.unit_of[account] = number
        self._units[number] = set(accounts)

    def _part(self, left: frozenset[Account], right: frozenset[Account]) -> None:
        for one in left:
            self.apart[one] |= right
        for one in right:
            self.apart[one] |= left
