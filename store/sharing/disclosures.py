"""Recording what is shown to which assistant, when, about whom; and how much an hour may be.

What counts is messages, each once an hour however often it is shown: what is repeated discloses
nothing new. All assistants share one budget, because nothing proves what a client calls itself.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from store.engine.connections import Proposer
from store.errors import StoreError

BUDGET_SECONDS: Final = 3_600
AskedBy = Literal["assistant", "script"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer, before it is given.

    at: UTC seconds. asked_by: whose budget it counts in. client: as it calls itself. about: contact
    refs; refs: everything else that is shown, the messages among them. characters: in the answer.
    """

    at: int
    asked_by: AskedBy
    client: str
    tool: str
    about: Sequence[str]
    refs: Sequence[str]
    characters: int

    @property
    def messages(self) -> tuple[str, ...]:
        """The messages whose words are shown."""
        return tuple(ref for ref in self.refs if ref.startswith("m_"))


class BudgetSpent(StoreError):
    """As many messages were shown within an hour as the owner allows."""

    def __init__(self, shown: Shown, budget: int, free_at: str) -> None:
        whom = "assistants" if shown.asked_by == "assistant" else "scripts"
        when = f" The next ones are free at {free_at}." if free_at else " Ask for less at once."
        super().__init__(
            f"The owner lets {whom} see {budget:,} messages an hour, and this answer would be"
            f" more.{when} The owner can change that: kinkeeper settings disclosure_budget"
        )


_OF_THE_HOUR: Final = """
SELECT told.value AS ref, max(disclosure.shown_at) AS last_at
FROM disclosure, json_each(disclosure.refs) AS told
WHERE disclosure.shown_at > :since AND disclosure.asked_by = :asked_by AND told.value GLOB 'm_*'
GROUP BY told.value
"""
# Counted and written down in one statement, which has the only right to write while it runs:
# several servers cannot share out the same rest.
_WRITE_DOWN: Final = f"""
WITH hour AS MATERIALIZED ({_OF_THE_HOUR}),
  new AS MATERIALIZED (SELECT value FROM json_each(:messages)
    WHERE value NOT IN (SELECT ref FROM hour))
INSERT INTO disclosure(shown_at, asked_by, client, tool, about, refs, messages, characters)
SELECT :at, :asked_by, :client, :tool, :about, :refs, json_array_length(:messages), :characters
WHERE :budget IS NULL OR json_array_length(:messages) = 0
  OR (SELECT count(*) FROM hour) + (SELECT count(*) FROM new) <= :budget
"""


async def record_disclosure(proposer: Proposer, shown: Shown, budget: int | None) -> bool:
    """Record one answer, unless it holds more new messages than are left of the hour.

    budget: different messages an hour, None for no limit. Returns whether it may be given.
    """
    added = await proposer.insert(
        _WRITE_DOWN,
        {
            **_hour(shown),
            "at": shown.at,
            "client": shown.client,
            "tool": shown.tool,
            "about": json.dumps(list(shown.about)),
            "refs": json.dumps(list(shown.refs)),
            "messages": json.dumps(shown.messages),
            "characters": shown.characters,
            "budget": budget,
        },
    )
    return added == 1


async def budget_frees_at(proposer: Proposer, shown: Shown, budget: int) -> int | None:
    """When an answer that was refused may be given, in UTC seconds; None if never at once."""
    rows = json.loads(
        await proposer.value(
            "SELECT json_group_array(json_array(ref, last_at))"
            f" FROM (SELECT * FROM ({_OF_THE_HOUR}) ORDER BY last_at)",
            _hour(shown),
        )
    )
    old = {ref for ref, _ in rows}
    too_many = len(old) + len(set(shown.messages) - old) - budget
    for _, last_at in rows:
        too_many -= 1
        if too_many <= 0:
            return int(last_at) + BUDGET_SECONDS
    return None


def _hour(shown: Shown) -> dict[str, object]:
    return {"since": shown.at - BUDGET_SECONDS, "asked_by": shown.asked_by}
