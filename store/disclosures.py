"""The disclosure log: what was shown to which assistant, when, about whom."""

import json
from collections.abc import Sequence

from store.database import Proposer


async def record_disclosure(
    proposer: Proposer,
    *,
    now: int,
    client: str,
    tool: str,
    about: Sequence[str],
    refs: Sequence[str],
    characters: int,
) -> None:
    """Write down one answer to an assistant, before it is given.

    now: UTC seconds. client: as it calls itself. about: contact refs; refs: everything else that
    was shown. characters: of the answer.
    """
    await proposer.insert(
        "INSERT INTO disclosure(shown_at, client, tool, about, refs, characters)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (now, client, tool, json.dumps(list(about)), json.dumps(list(refs)), characters),
    )
