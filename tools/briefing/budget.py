"""Fitting a briefing into its tokens: the most telling lines of every part first."""

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import Final

from tools.views import Briefing, Line, Section

# Bytes of compact JSON for one token of a present-day model, on the low side: ids, dates and
# languages other than English take more tokens a byte than English prose (4 and above).
BYTES_PER_TOKEN: Final = 3.3
HOW_TO_GET_MORE: Final = "raise max_tokens, or ask search_context or get_contact"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the briefing. lines: best first. start, step: where its first line stands among
    the lines of all parts and how far apart the next ones are; lower is taken earlier.
    """

    title: str
    start: float
    step: float
    lines: list[Line]
    in_order_of_time: bool = False


def tokens(text: str) -> int:
    """How many tokens a text takes, estimated on the high side."""
    return math.ceil(len(text.encode()) / BYTES_PER_TOKEN)


def fit(briefing: Briefing, parts: list[Part], max_tokens: int) -> Briefing:
    """The briefing with as many lines as fit, in the order of the parts.

    briefing: the head, without sections. The budget counts the JSON that is sent, notes on what
    was left out included.
    """
    queue = sorted(
        (part.start + part.step * rank, number, rank)
        for number, part in enumerate(parts)
        for rank in range(len(part.lines))
    )
    taken: dict[int, list[int]] = {}
    spent = _size(briefing) + tokens(json.dumps(_left_out(parts, Counter()), ensure_ascii=False))
    for _, number, rank in queue:
        part = parts[number]
        cost = _size(part.lines[rank]) + 1
        if number not in taken:
            cost += tokens(json.dumps({"title": part.title, "lines": []}))
        if spent + cost <= max_tokens:
            spent += cost
            taken.setdefault(number, []).append(rank)
    sections = []
    for number, part in enumerate(parts):
        if number in taken:
            lines = [part.lines[rank] for rank in taken[number]]
            if part.in_order_of_time:
                lines.sort(key=lambda line: line.on)
            sections.append(Section(title=part.title, lines=lines))
    shown = Counter({number: len(ranks) for number, ranks in taken.items()})
    return briefing.model_copy(update={"sections": sections, "left_out": _left_out(parts, shown)})


def _left_out(parts: list[Part], shown: Counter[int]) -> list[str]:
    missing = [(len(part.lines) - shown[number], part.title) for number, part in enumerate(parts)]
    notes = [f"{count} more: {title.lower()}" for count, title in missing if count > 0]
    return [*notes, HOW_TO_GET_MORE] if notes else []


def _size(view: Line | Briefing) -> int:
    return tokens(view.model_dump_json())
