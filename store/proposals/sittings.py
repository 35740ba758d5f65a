"""When the owner sat down to decide, and what was decided since the time before.

Whoever decides in the owner's place leaves a trace that the owner is shown at their next sitting.
"""

from dataclasses import dataclass
from typing import Final

from store.engine.connections import Writer

_A_WEEK: Final = 7 * 86_400


@dataclass(frozen=True, slots=True)
class DecidedSince:
    """What was decided since an instant. since: UTC seconds, None for ever.

    by_surface: how many decisions on proposals, and when the last was, by where they were made.
    rulings: how many decisions about who is who.
    """

    since: int | None
    by_surface: tuple[tuple[str, int, int], ...]
    rulings: int


def sit_down(writer: Writer, now: int) -> DecidedSince:
    """Write down that a sitting begins, and tell what was decided since a week before the last.

    A week more, so that a second sitting of somebody else's cannot hide what they decided in their
    first. now: UTC seconds.
    """
    with writer.transaction():
        last = writer.value("SELECT max(began_at) FROM sitting")
        writer.run("INSERT OR IGNORE INTO sitting(began_at) VALUES (?)", (now,))
        since = None if last is None else int(last) - _A_WEEK
        rows = writer.all(
            "SELECT surface, count(*), max(decided_at) FROM decision WHERE decided_at >= ?"
            " GROUP BY surface ORDER BY surface DESC",
            (since or 0,),
        )
        rulings = writer.value(
            "SELECT count(*) FROM identity_event WHERE decided_by = 'owner' AND happened_at >= ?",
            (since or 0,),
        )
    return DecidedSince(since, tuple((row[0], row[1], row[2]) for row in rows), int(rulings))
