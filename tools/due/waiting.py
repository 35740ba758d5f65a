"""Who wrote last without an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from store.talk.rhythm import Exchange
from tools.days.shown import near, readable, span
from tools.memory import Memory

# How long an answer may take before it is natural to try another way.
PATIENCE_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class WhoWaits:
    """by_them: they wrote and the owner has not answered; else the owner wrote. on: when last."""

    by_them: bool
    on: date

    def words(self, name: str, today: date) -> str:
        """`you wrote on 3 Nov, no answer from Bo yet`."""
        if self.by_them:
            return f"{name} wrote on {near(self.on, today)}, no answer from you yet"
        return f"you wrote on {near(self.on, today)}, no answer from {name} yet"

    def act(self, name: str, today: date) -> str:
        """What is natural now."""
        if self.by_them:
            return f"Answer what {name} wrote on {near(self.on, today)}"
        if (today - self.on).days < PATIENCE_DAYS:
            return f"Give {name} a few more days"
        return f"Try {name} once more, perhaps another way"


def who_waits(exchanges: Sequence[Exchange]) -> WhoWaits | None:
    """Who has written since the last real contact without an answer; None where nobody has.

    exchanges: newest first. Where both wrote apart from each other, nobody is said to wait.
    """
    after: list[Exchange] = []
    for exchange in exchanges:
        if exchange.both_ways:
            break
        after.append(exchange)
    if not after:
        return None
    by_them = any(exchange.from_them for exchange in after)
    by_owner = any(exchange.from_owner for exchange in after)
    if by_them == by_owner:
        return None
    return WhoWaits(by_them, date.fromisoformat(after[0].on))


def waiting_line(memory: Memory, exchanges: list[Exchange], name: str) -> str:
    """Who wrote last without an answer since, or nothing when the last contact went both ways."""
    waiting = who_waits(exchanges)
    if waiting is None:
        return ""
    ago = span((memory.today() - waiting.on).days)
    if waiting.by_them:
        return f"{name} wrote on {readable(waiting.on)} ({ago}); no answer from you yet"
    return f"you wrote on {readable(waiting.on)} ({ago}); no answer from {name} yet"
