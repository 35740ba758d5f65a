"""What never leaves, told by what stands around it: question and answer, label and value.

"What's the code for the gate?" and, two turns on, "4711": neither is a secret by itself. All of
this is worked out from texts alone, so that it comes out the same in whatever order they arrived.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from store.sensitive import never_out
from store.sensitive.answers import Answer
from store.sensitive.asked import Lead, Line, Strength, lines_of, may_lead
from store.sensitive.canonical import Canonical, canonical
from store.sensitive.kinds import CODE, PASSWORD
from store.sensitive.spans import Span, joined, replaced

# How far an answer may be from what asks for it, in turns; a bare word is one close by alone.
TURNS_AFTER: Final = {
    Strength.HINTED: 5,
    Strength.MEANT: 7,
    Strength.THING: 4,
    Strength.MENTIONED: 5,
}
TURNS_BEFORE: Final = 3
_WORDS_AFTER: Final = 4
# What was told is said again soon: "4711 worked, thanks".
_TURNS_AGAIN: Final = 3
# How many turns on either side what is withheld of a turn may depend on.
REACH: Final = max(TURNS_AFTER.values()) + _TURNS_AGAIN
# Who asks in the evening is answered the next day, or the day after.
SECONDS_APART: Final = 2 * 86_400
_LINES_AFTER: Final = 6
_DIGITS: Final = re.compile(r"\d{4}")
_SHORTEST_AGAIN: Final = 4
_LONGEST_VALUE: Final = 100


class Turn(NamedTuple):
    """A message of a conversation. at: UTC seconds. sender: who, by any mark."""

    text: str
    at: int
    sender: int


def secrets_in_talk(turns: Sequence[Turn]) -> list[list[Span]]:
    """What of each turn answers what another one asks for, announces or names.

    Spans are in order and do not overlap. What a turn tells by itself is not among them.
    """
    found: list[list[Span]] = [[] for _ in turns]
    for at, turn in enumerate(turns):
        leads = may_lead(turn.text)
        if not (leads or _DIGITS.search(turn.text)):
            continue
        for number, line in enumerate(lines_of(turn.text)):
            if line.lead is not None:
                _follow(turns, at, number, line.lead, found)
            if _DIGITS.search(line.text):
                found[at] += [Span(*place, CODE) for place in Answer(line).entered()]
    if not any(found):
        return found
    _add_what_goes_on(turns, found)
    _add_repeated(turns, found)
    return [
        joined(spans, canonical(turn.text)) if spans else spans
        for turn, spans in zip(turns, found, strict=True)
    ]


def _follow(
    turns: Sequence[Turn], at: int, number: int, lead: Lead, found: list[list[Span]]
) -> None:
    """Add what answers a lead, in its turn and in those around it."""
    mine = turns[at]
    own = lines_of(mine.text)
    mentioned = _own_line(own[number], lead)
    for line in own[number + 1 : number + 1 + _LINES_AFTER]:
        # One bare word is the answer; the lines after it go on.
        mentioned += Answer(line).spans(lead.kinds, lead.strength, near=not mentioned)
    found[at] += mentioned
    for distance, turn in enumerate(turns[at + 1 : at + 1 + TURNS_AFTER[lead.strength]], start=1):
        if abs(turn.at - mine.at) > SECONDS_APART:
            break
        # A bare word answers only if somebody else was asked, or comes from whoever announced it.
        near = distance <= _WORDS_AFTER and (turn.sender != mine.sender) == lead.asks
        for line in lines_of(turn.text):
            found[at + distance] += Answer(line).spans(lead.kinds, lead.strength, near)
    if lead.points_back or lead.strength is Strength.MEANT:
        _look_back(turns, at, number, lead, found)


def _own_line(line: Line, lead: Lead) -> list[Span]:
    """What stands beside the name itself: of a line that asks, digits in words alone."""
    if lead.strength is Strength.HINTED:
        return []
    told = lead.strength is Strength.MEANT and not lead.asks
    strength = Strength.MEANT if told else Strength.MENTIONED
    spans = Answer(line).spans(lead.kinds, strength, near=False)
    return [span for span in spans if told or _is_spoken(line, span)]


def _is_spoken(line: Line, span: Span) -> bool:
    said = line.text[span.start - line.start : span.end - line.start]
    return not any(map(str.isdigit, said))


def _look_back(
    turns: Sequence[Turn], at: int, number: int, lead: Lead, found: list[list[Span]]
) -> None:
    for line in lines_of(turns[at].text)[max(0, number - 2) : number]:
        found[at] += _named_afterwards(line, lead, same=True)
    for distance in range(1, min(TURNS_BEFORE, at) + 1):
        turn = turns[at - distance]
        if abs(turns[at].at - turn.at) > SECONDS_APART:
            break
        for line in lines_of(turn.text):
            same = turn.sender == turns[at].sender and distance == 1
            found[at - distance] += _named_afterwards(line, lead, same)


def _named_afterwards(line: Line, lead: Lead, same: bool) -> list[Span]:
    answer = Answer(line)
    if line.lead is not None or not answer.is_bare():
        return []
    words = same and lead.points_back and lead.strength is Strength.MEANT
    strength = Strength.MEANT if words else min(lead.strength, Strength.THING)
    return answer.spans(lead.kinds, strength, near=words)


def _add_what_goes_on(turns: Sequence[Turn], found: list[list[Span]]) -> None:
    """Add the rest of a number that comes in pieces, and what puts it right: "sorry, 4812"."""
    for at, turn in enumerate(turns):
        seen = canonical(turn.text).text if found[at] else ""
        told = [seen[span.start : span.end] for span in found[at]]
        sizes = [sum(map(str.isdigit, value)) for value in told]
        if not any(sizes):
            continue
        kind = found[at][0].kind
        for other in range(at + 1, min(at + _TURNS_AGAIN + 1, len(turns))):
            if turns[other].sender != turn.sender or found[other]:
                continue
            for line in lines_of(turns[other].text):
                places = (
                    Answer(line).goes_on(sizes[0], other == at + 1) if line.lead is None else []
                )
                found[other] += [Span(*place, kind) for place in places]


def _add_repeated(turns: Sequence[Turn], found: list[list[Span]]) -> None:
    """Add what was found where it is said again close by."""
    told = [
        (at, canonical(turn.text).lower[span.start : span.end], span.kind)
        for at, turn in enumerate(turns)
        for span in found[at]
    ]
    for at, value, kind in told:
        if len(value) < _SHORTEST_AGAIN:
            continue
        low, high = max(0, at - _TURNS_AGAIN), at + _TURNS_AGAIN + 1
        for other in range(low, min(high, len(turns))):
            text = canonical(turns[other].text).lower
            start = text.find(value)
            while start >= 0:
                found[other].append(Span(start, start + len(value), kind))
                start = text.find(value, start + len(value))


@lru_cache(maxsize=4_096)
def never_leaves(text: str) -> list[Span]:
    """What of a text never leaves, also by what one line of it says of another."""
    spans = never_out(text)
    if not may_lead(text):
        return spans
    [told] = secrets_in_talk([Turn(text, 0, 0)])
    return merged(spans, told) if told else spans


def merged(spans: Sequence[Span], more: Sequence[Span]) -> list[Span]:
    """Both, in order and without overlaps; places are those of the text as it stands."""
    return joined([*spans, *more], Canonical("", None))


def searchable(text: str, told: Sequence[Span] = ()) -> str:
    """The text without what never leaves, for a search index. told: spans of it that the talk
    around it gives away."""
    spans = never_leaves(text)
    if told:
        spans = merged(spans, told)
    return replaced(text, spans, lambda _: " ") if spans else text


@lru_cache(maxsize=4_096)
def never_leaves_under(label: str, value: str) -> list[Span]:
    """What of a value never leaves because of the label that it stands under."""
    if not (label and value) or not may_lead(label):
        return []
    leads = [line.lead for line in lines_of(label) if line.lead is not None]
    if not leads:
        return []
    kinds = leads[0].kinds
    if len(value) <= _LONGEST_VALUE and any(lead.strength is not Strength.THING for lead in leads):
        return [Span(0, len(value), kinds[0])]
    strength = max(lead.strength for lead in leads)
    spans = [
        span
        for line in lines_of(value)
        for span in Answer(line).spans(kinds, strength, near=PASSWORD in kinds)
    ]
    return joined(spans, canonical(value))
