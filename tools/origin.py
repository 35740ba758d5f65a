"""Where a fact comes from, in few words: imported, typed, inferred or confirmed, and by whom."""

from typing import Final, Protocol

from tools.memory import Memory

# Nobody said it: it was worked out from what is stored.
INFERRED: Final = "inferred"


class Stated(Protocol):
    """A fact with what it stands on. author: who said or proposed it, '' where the source says it.

    recorded_at: UTC seconds.
    """

    @property
    def source(self) -> str: ...
    @property
    def author(self) -> str: ...
    @property
    def recorded_at(self) -> int: ...
    @property
    def confirmed_how(self) -> str: ...


def origin(fact: Stated) -> str:
    """Who says it and how it came here: `Apple Contacts, imported`, `You, typed`.

    `confirmed in “claude-code 2.1”'s dialog` names the client as it calls itself.
    """
    match fact.confirmed_how:
        case "imported":
            said_by = f"{fact.source}, {fact.author}" if fact.author else fact.source
            return f"{said_by}, imported"
        case "confirmed in client dialog":
            return f"confirmed in {fact.author}'s dialog"
        case "confirmed in terminal" | "confirmed on page":
            return f"{fact.confirmed_how}, proposed by {fact.author}"
        case how:
            return f"{fact.source}, {how}"


def dated_origin(memory: Memory, fact: Stated) -> str:
    """The same with the owner's day on which it was recorded, where that is known."""
    day = f", {memory.day(fact.recorded_at).isoformat()}" if fact.recorded_at else ""
    return f"{origin(fact)}{day}"
