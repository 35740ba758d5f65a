"""How much a burst tells a friend: by what it is about, how much it says, and how old it is."""

from collections import Counter
from heapq import heapify, heappop, heapreplace
from typing import Final

from tools.talk.bursts import Burst
from tools.talk.worth import FULL_LINE

# What the owner said themselves they remember better than what they were told.
_OWN_WORDS: Final = 0.4
HALF_LIFE_DAYS: Final = 450
# Weighing a burst against all others takes time; beyond this many, none that tells is missed.
CONSIDERED: Final = 200
# How many characters of date, reference and name stand beside a quote.
_BESIDE_A_QUOTE: Final = 40
_DAMPED: Final = 0.6
_DAY: Final = 86_400


def salience(burst: Burst, now: int) -> float:
    """A number to compare bursts by; higher tells more. now: UTC seconds.

    It grows with the subject, with how much is said, and with names and numbers. It falls with
    age, by half in `HALF_LIFE_DAYS`, but only to a floor: what was told once may matter for ever.
    """
    words = burst.content_words
    asks_only = burst.text.rstrip().endswith("?") and len(words) < FULL_LINE / 2
    age = max(0, now - burst.sent_at) / _DAY
    fresh: float = 0.5 ** (age / HALF_LIFE_DAYS)
    told = burst.told
    told *= (_OWN_WORDS if burst.first.from_owner else 1.0) * (0.5 if asks_only else 1.0)
    return told * (0.4 + 0.6 * fresh)


def _room(burst: Burst) -> float:
    """The room that a line takes, damped: a fact in many words is a fact all the same."""
    room: float = (_BESIDE_A_QUOTE + len(burst.text)) ** _DAMPED
    return room


def varied(bursts: list[Burst], now: int, limit: int) -> list[Burst]:
    """The most telling bursts, each weighed by what it adds to those before it.

    A burst loses weight for words and subjects that stand in a chosen one already, so that no
    single story fills the briefing, and for its length: two short lines tell more than one long.
    """
    weighed = sorted(
        ((salience(b, now) / _room(b), b.sent_at, b.first.id, b) for b in bursts), reverse=True
    )
    told: set[str] = set()
    subjects: Counter[str] = Counter()
    chosen: list[Burst] = []

    def gain(weight: float, burst: Burst) -> float:
        words = burst.content_words
        known = len(words & told) / len(words) if words else 1.0
        again = min((subjects[subject] for subject in burst.subjects), default=subjects[""])
        return weight * (1 - 0.6 * known) * 0.93**again

    # What a burst adds only falls, so one that still leads when weighed again is the best of all.
    queue = [(-weight, -at, id_, weight, burst) for weight, at, id_, burst in weighed[:CONSIDERED]]
    heapify(queue)
    while queue and len(chosen) < limit:
        _, at, id_, weight, burst = queue[0]
        entry = (-gain(weight, burst), at, id_, weight, burst)
        heapreplace(queue, entry)
        if queue[0] is not entry:
            continue
        heappop(queue)
        chosen.append(burst)
        told |= burst.content_words
        subjects.update(burst.subjects or [""])
    return chosen
