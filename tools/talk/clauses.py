"""The telling part of what somebody wrote: whole sentences where they fit, else a clause."""

import math
import re
from datetime import date
from functools import lru_cache
from typing import Final

from tools.days.mentioned import mentioned_day
from tools.talk.cues import cues_in
from tools.talk.worth import weight_of_words

_ENDS: Final = re.compile(r"(?: / |(?<=[.!?…])\s+)")
_CLAUSES: Final = re.compile(r"(?<=[,;:])\s+|\s+(?=[–—(])")
# More units than this are looked at only from the beginning: a burst is short anyway.
_MOST_UNITS: Final = 40
_ASKED_FOR: Final = 1.5
# How much a sentence must tell per character to stand beside one that tells more.
_PRICE: Final = 0.004
DAY: Final = "day"
_ANY_DAY: Final = date(2026, 1, 1)


@lru_cache(maxsize=4_096)
def telling_part(text: str, most: int, wanted: str = "", has_room: bool = True) -> str:
    """At most `most` characters of a text, those that tell most, in their order.

    wanted: a cue that the part should show, such as `promise`, or `DAY`. has_room: a text that is
    short enough stands whole; else only what tells enough for the room that it takes. A sentence
    that is cut ends in `…`, or begins so; whole sentences stand as they are.
    """
    units = _units(text, _ENDS)
    if len(text) <= most and (has_room or len(units) < 2):
        return text
    price = 0.0 if has_room else _PRICE
    begin, end = _best_run(units, most, wanted, price)
    shown = "".join(unit + gap for unit, gap in units[begin:end]).rstrip(" /")
    if len(shown) <= most:
        return shown
    inner = _units(shown, _CLAUSES)
    first, last = _best_run(inner, most - 1, wanted, price)
    clause = "".join(unit + gap for unit, gap in inner[first:last]).rstrip(" ,;:")
    if len(clause) > most:
        clause = clause[: most - 1].rpartition(" ")[0] or clause[: most - 1]
        last = 0
    return f"{'' if first == 0 else '…'}{clause}{'' if last == len(inner) else '…'}"


def _units(text: str, between: re.Pattern[str]) -> list[tuple[str, str]]:
    """The pieces of a text, each with what stands between it and the next."""
    units: list[tuple[str, str]] = []
    at = 0
    for match in between.finditer(text):
        if match.start() > at:
            units.append((text[at : match.start()], match.group()))
        at = match.end()
        if len(units) == _MOST_UNITS:
            break
    return [*units, (text[at:], "")] if at < len(text) else units


def _shows(text: str, wanted: str) -> bool:
    if wanted == DAY:
        return mentioned_day(text, _ANY_DAY) is not None
    return wanted in cues_in(text)


def _best_run(
    units: list[tuple[str, str]], most: int, wanted: str, price: float
) -> tuple[int, int]:
    """From where to where the run of units lies that tells most within the length.

    price: what a character must tell.
    """
    worth = [
        weight_of_words(unit, cues_in(unit)) + _ASKED_FOR * _shows(unit, wanted)
        for unit, _ in units
    ]
    best, found = -math.inf, (0, 1)
    for begin in range(len(units)):
        length, told = 0, 0.0
        for end in range(begin, len(units)):
            length += len(units[end][0]) + (len(units[end - 1][1]) if end > begin else 0)
            if length > most and end > begin:
                break
            # A unit that must be cut tells less than one that stands whole.
            told += worth[end] * (1.0 if length <= most else most / length)
            worthwhile = told - price * length
            if worthwhile > best + 1e-9:
                best, found = worthwhile, (begin, end + 1)
    return found
