"""Recording what is shown to which assistant, when, about whom; and how much an hour may be."""

import json
from collections.abc import Sequence
from typing import Final

from store.engine.connections import Proposer, Reader
from store.errors import StoreError

BUDGET_SECONDS: Final = 3_600


async def record_disclosure(
    proposer: Proposer,
    *,
    now: int,
    client: str,
    tool: str,
    about: Sequence[str],
    refs: Sequence[str],
    messages: int,
    characters: int,
) -> None:
    """Record one answer to an assistant, before it is given.

    now: UTC seconds. client: as it calls itself. about: contact refs; refs: everything else that
    was shown. messages: how many were shown. characters: in the answer.
    """
    await proposer.insert(
        "INSERT INTO disclosure(shown_at, client, tool, about, refs, messages, characters)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (now, client, tool, json.dumps(list(about)), json.dumps(list(refs)), messages, characters),
    )


class BudgetSpent(StoreError):
    """The client has been shown as many messages in an hour as the owner allows."""

    def __init__(self, budget: int, free_at: str) -> None:
        when = f" The next ones are free at {free_at}." if free_at else " Ask for less at once."
        super().__init__(
            f"The owner lets an assistant see {budget:,} messages an hour, and this answer would be"
            f" more.{when} The owner can change that: kinkeeper settings disclosure_budget"
        )


async def budget_frees_at(
    reader: Reader, client: str, messages: int, budget: int, now: int
) -> int | None:
    """When a client may be shown this many more messages: now if it may, None if never at once.

    now: UTC seconds, and so is the answer.
    """
    shown = await reader.all(
        "SELECT shown_at, messages FROM disclosure WHERE shown_at > ? AND client = ?"
        " AND messages > 0 ORDER BY shown_at",
        (now - BUDGET_SECONDS, client),
    )
    too_many = sum(row["messages"] for row in shown) + messages - budget
    if too_many <= 0:
        return now
    for row in shown:
        too_many -= row["messages"]
        if too_many <= 0:
            return int(row["shown_at"]) + BUDGET_SECONDS
    return None
