"""How much a burst tells a friend: by what it is about, how much it says, and how old it is."""

import re
from typing import Final

from tools.briefing.bursts import Burst

# What a friend would be sorry to have forgotten comes first. Chosen by hand on the demo memory.
_WEIGHTS: Final = {
    "loss": 1.0,
    "health": 0.9,
    "family": 0.8,
    "work": 0.8,
    "home": 0.7,
    "careful": 0.6,
    "promise": 0.5,
    "preference": 0.5,
    "trip": 0.45,
    "request": 0.2,
}
HALF_LIFE_DAYS: Final = 240
_DAY: Final = 86_400
_NAME_OR_NUMBER: Final = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ][a-zà-ÿ]{2,}|\d{1,4}")


def salience(burst: Burst, now: int) -> float:
    """A number to compare bursts by; higher tells more. now: UTC seconds."""
    about = sorted((_WEIGHTS[cue] for cue in burst.cues if cue in _WEIGHTS), reverse=True)
    subject = about[0] + 0.3 * sum(about[1:3]) if about else 0.0
    words = len(burst.text.split())
    says = min(words, 30) / 30
    details = min(len(_NAME_OR_NUMBER.findall(burst.text)), 4) / 4
    age = max(0, now - burst.sent_at) / _DAY
    fresh: float = 0.5 ** (age / HALF_LIFE_DAYS)
    if words < 3 and not burst.cues:
        return 0.05 * fresh
    return (subject + 0.35 * says + 0.25 * details) * (0.35 + 0.65 * fresh)
