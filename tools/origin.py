"""Where a fact comes from, in few words: imported, typed, inferred or confirmed, and by whom."""

from store.contact_facts import Fact


def origin(fact: Fact) -> str:
    """The source of an imported fact, else how the owner or Kinkeeper came to it.

    `confirmed in “claude-code 2.1”'s dialog` names the client as it calls itself.
    """
    match fact.confirmed_how:
        case "imported":
            return f"{fact.source}, {fact.author}" if fact.author else fact.source
        case "confirmed in client dialog":
            return f"confirmed in {fact.author}'s dialog"
        case "confirmed in terminal" | "confirmed on page":
            return f"{fact.confirmed_how}, proposed by {fact.author}"
        case how:
            return f"{fact.source}, {how}"
