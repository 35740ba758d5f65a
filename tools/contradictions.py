"""Facts that cannot both hold: two sources that name another employer, another birthday."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from store.facts.contact_facts import Fact
from store.text.names import name_key
from store.text.quoting import worked
from tools.days.shown import length, readable
from tools.memory import Memory
from tools.origin import origin

# A person has only one of each of these days.
_ONLY_ONE: Final = ("birthday", "death", "wedding")
_ENDED: Final = " (until "


@dataclass(frozen=True, slots=True)
class Contradiction:
    """about: `work`, `birthday`, …; facts: those that disagree, the one said last first."""

    about: str
    facts: tuple[Fact, ...]


def contradictions(roles: Sequence[Fact], life_events: Sequence[Fact]) -> list[Contradiction]:
    """What two sources say differently. A date known in part agrees with every date that it fits.

    Two jobs in one source are two jobs, and what is over contradicts nothing.
    """
    found = []
    current = [role for role in roles if _ENDED not in role.text]
    by_source: dict[str, set[str]] = {}
    for role in current:
        by_source.setdefault(role.source, set()).add(_employer(role))
    if any(not a & b for a, b in combinations(by_source.values(), 2)):
        found.append(_newest_first("work", {_employer(role): role for role in reversed(current)}))
    for kind in _ONLY_ONE:
        events = [event for event in life_events if event.kind == kind]
        if any(not same_day(a.on, b.on) for a, b in combinations(events, 2)):
            found.append(_newest_first(kind, {event.on: event for event in events}))
    return found


def _newest_first(about: str, facts: dict[str, Fact]) -> Contradiction:
    ordered = sorted(facts.values(), key=lambda fact: -fact.recorded_at)
    return Contradiction(about, tuple(ordered))


def _employer(role: Fact) -> str:
    return name_key(role.text.rpartition(" at ")[2])


def same_day(one: str, other: str) -> bool:
    """Whether two dates, either maybe partial, can be the same: `--04-12` and `1990-04-12` can."""
    return all(a == b for a, b in zip(_parts(one), _parts(other), strict=True) if a and b)


def _parts(day: str) -> tuple[str, str, str]:
    year, _, rest = ("", "", day[2:]) if day.startswith("--") else day.partition("-")
    month, _, number = rest.partition("-")
    return year, month, number


def conflict_text(memory: Memory, conflict: Contradiction) -> str:
    """The facts that disagree, each with where it comes from and how old it is."""
    return " / ".join(
        f"{worked(fact.text) if conflict.about == 'work' else readable(fact.on)}"
        f" ({origin(fact)}, {_age(memory, fact)})"
        for fact in conflict.facts
    )


def _age(memory: Memory, fact: Fact) -> str:
    days = (memory.today() - memory.day(fact.recorded_at)).days
    return "from today" if days <= 0 else f"{length(days)} old"
