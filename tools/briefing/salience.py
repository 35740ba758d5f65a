"""How much a burst tells a friend: by what it is about, how much it says, and how old it is."""

import re
from collections import Counter
from typing import Final

from tools.briefing.bursts import Burst

# What a friend would be sorry to have forgotten comes first. Chosen by hand on the demo memory.
_WEIGHTS: Final = {
    "loss": 1.0,
    "health": 0.9,
    "family": 0.8,
    "work": 0.8,
    "home": 0.7,
    "careful": 0.7,
    "preference": 0.6,
    "promise": 0.5,
    "trip": 0.45,
    "request": 0.2,
}
# What the owner said themselves they remember better than what they were told.
_OWN_WORDS: Final = 0.55
HALF_LIFE_DAYS: Final = 300
FULL_LINE: Final = 14
# Weighing one against all others takes time; what is less telling than these is not missed.
CONSIDERED: Final = 300
_DAY: Final = 86_400
_NAME_OR_NUMBER: Final = re.compile(r"(?<=[a-zà-ÿ,;:] )[A-ZÀ-Þ][a-zà-ÿ]{2,}|\d{1,4}")


def salience(burst: Burst, now: int) -> float:
    """A number to compare bursts by; higher tells more. now: UTC seconds.

    Subject, how much is said, names and numbers in it; less the older it is, by half in
    `HALF_LIFE_DAYS` down to a floor, for what was told once may matter for ever.
    """
    about = sorted((_WEIGHTS[cue] for cue in burst.cues if cue in _WEIGHTS), reverse=True)
    subject = about[0] + 0.25 * sum(about[1:3]) if about else 0.0
    words = burst.content_words
    says = min(len(words), FULL_LINE) / FULL_LINE
    details = min(len(set(_NAME_OR_NUMBER.findall(burst.text))), 4) / 4
    asks_only = burst.text.rstrip().endswith("?") and len(words) < FULL_LINE / 2
    age = max(0, now - burst.sent_at) / _DAY
    fresh: float = 0.5 ** (age / HALF_LIFE_DAYS)
    told = subject + 0.6 * says + 0.35 * details
    told *= (_OWN_WORDS if burst.first.from_owner else 1.0) * (0.5 if asks_only else 1.0)
    return told * (0.4 + 0.6 * fresh)


def varied(bursts: list[Burst], now: int, limit: int) -> list[Burst]:
    """The most telling bursts, each weighed by what it adds to those before it.

    A burst loses weight for words and subjects that stand in a chosen one already, so that no
    single story fills the briefing.
    """
    weighed = [(salience(burst, now), burst) for burst in bursts]
    weighed.sort(key=lambda item: -item[0])
    left = {burst.first.id: (weight, burst) for weight, burst in weighed[:CONSIDERED]}
    told: set[str] = set()
    subjects: Counter[str] = Counter()
    chosen: list[Burst] = []

    def gain(item: tuple[float, Burst]) -> float:
        weight, burst = item
        words = burst.content_words
        known = len(words & told) / len(words) if words else 1.0
        again = min((subjects[subject] for subject in burst.subjects), default=subjects[""])
        return weight * (1 - 0.6 * known) * 0.93**again

    while left and len(chosen) < limit:
        best = max(left.values(), key=lambda item: (gain(item), item[1].sent_at))[1]
        del left[best.first.id]
        chosen.append(best)
        told |= best.content_words
        subjects.update(best.subjects or [""])
    return chosen
