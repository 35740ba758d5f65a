"""Keeping what of each message the talk around it gives away: `message.given_away`.

It is worked out from what is stored, whenever messages come, change or go, so that the order in
which they came does not matter.
"""

from collections.abc import Collection, Mapping, Sequence

from store.engine.connections import Row, Writer
from store.sensitive.given_away import whole_message, written


def needed_around() -> int:
    """How many turns on either side of a change have to be looked at.

    Those that it may reach, and what these depend on.
    """
    from store.sensitive.in_context import REACH

    return 2 * REACH


def refresh_given_away(
    writer: Writer, rows: Sequence[Row], changed: Collection[int]
) -> tuple[Mapping[int, str], set[int]]:
    """What each message gives away, and which of them give away something else than before.

    rows: turns of one conversation in their order, hidden ones too, with `needed_around()` more on
    either side of those that have changed, where there are as many. In the caller's transaction.
    """
    from store.sensitive.in_context import REACH, Turn, secrets_in_talk

    turns = [
        Turn(
            whole_message(row["subject"], row["text"], row["attachments"]),
            row["ordered_at"],
            row["sender_id"] or 0,
        )
        for row in rows
    ]
    places = [at for at, row in enumerate(rows) if row["id"] in changed]
    reached = {at for place in places for at in range(place - REACH, place + REACH + 1)}
    given_away: dict[int, str] = {}
    different: list[tuple[str, int]] = []
    for at, (row, spans) in enumerate(zip(rows, secrets_in_talk(turns), strict=True)):
        given_away[row["id"]] = row["given_away"]
        if at in reached and (now := written(spans)) != row["given_away"]:
            given_away[row["id"]] = now
            different.append((now, row["id"]))
    writer.run_many("UPDATE message SET given_away = ? WHERE id = ?", different)
    return given_away, {id_ for _, id_ in different}
