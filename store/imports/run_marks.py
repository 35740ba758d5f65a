"""What an import run found or stored, so that `store.imports.undo_run` takes it back exactly."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from store.engine.connections import Writer

Kind = Literal["message", "conversation", "interaction", "card"]
LinkKind = Literal["participant", "group", "owner"]
Span = tuple[int, int]


@dataclass(slots=True)
class RunMarks:
    """The marks of one run.

    Rows are kept as spans of ids: an import meets them in the order in which they were stored, so a
    mailbox of a hundred thousand mails is a handful of rows.
    """

    writer: Writer
    run_id: int
    _met: dict[Kind, set[int]] = field(default_factory=dict)
    _last: dict[Kind, Span] = field(default_factory=dict)
    _links: dict[tuple[LinkKind, int, int], None] = field(default_factory=dict)
    _shown: dict[tuple[int, str, str, str], None] = field(default_factory=dict)

    def meet(self, kind: Kind, row_id: int) -> None:
        """Note that the run brought this row, or would have if another had not."""
        self._met.setdefault(kind, set()).add(row_id)

    def link(self, kind: LinkKind, whole_id: int, identity_id: int) -> None:
        """Note that the run lists an account in a conversation or group, or as the owner's (0)."""
        self._links[kind, whole_id, identity_id] = None

    def show(
        self, identity_id: int, name: str, saved_as: str, methods: Iterable[tuple[str, str]]
    ) -> None:
        """Note that the run shows an account under this name, with these ways to reach it."""
        listed = json.dumps(sorted(methods), ensure_ascii=False)
        self._shown[identity_id, name, saved_as, listed] = None

    def save(self) -> None:
        """Write down the marks since the last call; in the transaction that stores their rows."""
        self.writer.run_many(
            "INSERT OR IGNORE INTO run_link(import_run_id, kind, whole_id, identity_id)"
            " VALUES (?, ?, ?, ?)",
            [(self.run_id, *link) for link in self._links],
        )
        self.writer.run_many(
            "INSERT OR IGNORE INTO run_account(import_run_id, identity_id, name, saved_as, methods)"
            " VALUES (?, ?, ?, ?, ?)",
            [(self.run_id, *shown) for shown in self._shown],
        )
        self._links, self._shown = {}, {}
        for kind, ids in self._met.items():
            for first, last in spans_of(ids):
                before = self._last.get(kind)
                start = before[0] if before and first == before[1] + 1 else first
                self.writer.run(
                    "INSERT INTO run_span(import_run_id, kind, first_id, last_id)"
                    " VALUES (?, ?, ?, ?) ON CONFLICT(kind, first_id, import_run_id)"
                    " DO UPDATE SET last_id = max(last_id, excluded.last_id)",
                    (self.run_id, kind, start, last),
                )
                self._last[kind] = (start, last)
        self._met = {}


def spans_of(ids: Iterable[int]) -> list[Span]:
    """The ids as spans, both ends included, in order."""
    spans: list[Span] = []
    for number in sorted(ids):
        if spans and number <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return spans


def only_in(mine: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The parts of my spans that no other one covers."""
    left: list[Span] = []
    covering = sorted(others)
    at = 0
    # Everything up to here is covered by spans already passed.
    reached = 0
    for first, last in sorted(mine):
        start = max(first, left[-1][1] + 1 if left else first)
        while at < len(covering) and covering[at][0] <= last:
            low, high = covering[at]
            start = max(start, reached + 1)
            if low > start:
                left.append((start, min(low - 1, last)))
            reached = max(reached, high)
            at += 1
        start = max(start, reached + 1)
        if start <= last:
            left.append((start, last))
    return left
