"""How much a text tells a friend: what it is about, how much it says, names and numbers in it."""

import re
from typing import Final

from store.text.index_words import STOP_WORDS
from tools.talk.cues import ANSWER, OWN_LIFE, TIME

FULL_LINE: Final = 10
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
# What people tell about themselves, and when it was, is remembered; answers to others mostly not.
_KINDS: Final = {OWN_LIFE: 0.3, TIME: 0.2, ANSWER: -0.2}
_WORD: Final = re.compile(r"[^\W_]{2,}")
_NAME_OR_NUMBER: Final = re.compile(r"(?<=[a-zà-ÿ,;:] )[A-ZÀ-Þ][a-zà-ÿ]{2,}|\d{1,4}")


def weight_of_words(text: str, cues: frozenset[str], words: frozenset[str] | None = None) -> float:
    """How much a text tells, whoever wrote it and whenever. words: its content words, if known."""
    about = sorted((_WEIGHTS[cue] for cue in cues if cue in _WEIGHTS), reverse=True)
    subject = about[0] + 0.25 * sum(about[1:3]) if about else 0.0
    says = min(len(content_words(text) if words is None else words), FULL_LINE) / FULL_LINE
    details = min(len(set(_NAME_OR_NUMBER.findall(text))), 4) / 4
    kind = sum(weight for cue, weight in _KINDS.items() if cue in cues)
    return max(subject + 0.6 * says + 0.35 * details + kind, 0.0)


def content_words(text: str) -> frozenset[str]:
    """The words that say something, small words left out."""
    return frozenset(_WORD.findall(text.casefold())) - STOP_WORDS
