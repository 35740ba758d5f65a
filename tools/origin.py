"""Where a fact comes from, in few words: imported, typed, inferred or confirmed, and by whom."""

from typing import Final, Protocol

from store.text.quoting import named, quote, sourced
from tools.memory import Memory

# Nobody said it: it was worked out from what is stored.
INFERRED: Final = "inferred"
# As what Kinkeeper itself proposes is stored; a client's name is stored in quotes.
KINKEEPER: Final = "Kinkeeper"


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
            source = sourced(fact.source)
            said_by = f"{source}, {named(fact.author)}" if fact.author else source
            return f"{said_by}, imported"
        case "confirmed in client dialog":
            return f"confirmed in {proposer(fact.author)}'s dialog"
        case "confirmed in terminal" | "confirmed on page":
            return f"{fact.confirmed_how}, proposed by {proposer(fact.author)}"
        case how:
            # What is not imported stands on the owner's own source, which is called `You`.
            return f"{fact.source}, {how}"


def proposer(author: str) -> str:
    """Who proposed: `Kinkeeper`, or a client as it calls itself, which is stored in quotes."""
    return author if author == KINKEEPER else quote(author.removeprefix("“").removesuffix("”"))


def dated_origin(memory: Memory, fact: Stated) -> str:
    """The same with the owner's day on which it was recorded, where that is known."""
    day = f", {memory.day(fact.recorded_at).isoformat()}" if fact.recorded_at else ""
    return f"{origin(fact)}{day}"
