"""Fitting a briefing into its tokens: the most telling lines of every part first."""

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import Final

from tools.briefing.briefing_lines import Line
from tools.briefing.sizes import SHORT_TOKENS
from tools.views import Briefing

# Bytes of compact JSON for one token of a present-day model, between those of English prose (4 and
# above) and those of dates, references and other languages (2.5).
BYTES_PER_TOKEN: Final = 3.3
HOW_TO_GET_MORE: Final = "raise max_tokens, or ask search_context"
_REMEMBER: Final = "Remember (unsigned: their words)"
SHORT_TITLES: Final = {
    "In touch": "Who",
    "People around them": "Who",
    "Since you last spoke": "Now",
    "What they wrote": "Now",
    "Open between you": "Now",
    "Ahead": "Now",
    "Does not fit together": "Now",
    "When you last spoke": _REMEMBER,
    "Worth asking": _REMEMBER,
    "Remember": _REMEMBER,
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the briefing. lines: best first. start, step: where its first line stands among
    the lines of all parts and how far apart the next ones are; lower is taken earlier.

    of: in a briefing on several people, the ref of whom it is about; '' for what they share.
    """

    title: str
    start: float
    step: float
    lines: list[Line]
    in_order_of_time: bool = False
    of: str = ""

    def shown_title(self, is_short: bool) -> str:
        """The title; in a short briefing, several parts share one."""
        return SHORT_TITLES.get(self.title, self.title) if is_short and not self.of else self.title


def tokens(text: str) -> int:
    """How many tokens a text takes, estimated."""
    return math.ceil(len(text.encode()) / BYTES_PER_TOKEN)


def fit(briefing: Briefing, parts: list[Part], max_tokens: int) -> Briefing:
    """The briefing with as many lines as fit, in the order of the parts.

    briefing: the head, without sections, of several people with an entry for each; what it says as
    left out stays. The budget counts the JSON that is sent, notes on what was left out included.
    """
    is_short = max_tokens < SHORT_TOKENS
    nothing_shown = _left_out(briefing, parts, Counter(), is_short)
    head = briefing.model_copy(update={"left_out": nothing_shown})
    spent = len(head.model_dump_json().encode())
    taken = _taken(parts, spent, max_tokens * BYTES_PER_TOKEN, is_short)
    sections: dict[str, dict[str, list[str]]] = {}
    for number, ranks in sorted(taken.items()):
        part = parts[number]
        lines = [part.lines[rank] for rank in sorted(ranks)]
        if part.in_order_of_time:
            lines.sort(key=lambda line: (line.on, line.at))
        told = sections.setdefault(part.of, {}).setdefault(part.shown_title(is_short), [])
        told += [line.shown() for line in lines]
    people = [
        person.model_copy(update={"sections": sections.get(person.id, {})})
        for person in briefing.people
    ]
    shown = Counter({number: len(ranks) for number, ranks in taken.items()})
    left_out = _left_out(briefing, parts, shown, is_short)
    return briefing.model_copy(
        update={"sections": sections.get("", {}), "people": people, "left_out": left_out}
    )


def _taken(parts: list[Part], spent: int, most: float, is_short: bool) -> dict[int, list[int]]:
    """The lines that fit, the most telling first: their places in each part, by its number.

    spent, most: bytes.
    """
    queue = sorted(
        (part.start + part.step * rank + line.later, number, rank)
        for number, part in enumerate(parts)
        for rank, line in enumerate(part.lines)
    )
    taken: dict[int, list[int]] = {}
    titles: set[tuple[str, str]] = set()
    for _, number, rank in queue:
        part = parts[number]
        cost = _bytes(part.lines[rank].shown()) + 1
        title = (part.of, part.shown_title(is_short))
        if title not in titles:
            cost += _bytes(title[1]) + len(":[],")
        if spent + cost <= most:
            spent += cost
            titles.add(title)
            taken.setdefault(number, []).append(rank)
    return taken


def _left_out(briefing: Briefing, parts: list[Part], shown: Counter[int], is_short: bool) -> str:
    missing: Counter[str] = Counter()
    for number, part in enumerate(parts):
        missing[part.title] += len(part.lines) - shown[number]
    notes = [f"{count} {title}" for title, count in missing.items() if count > 0]
    if notes and is_short:
        said = [f"{missing.total()} more lines: raise max_tokens"]
    else:
        said = [f"{', '.join(notes)}: {HOW_TO_GET_MORE}"] if notes else []
    return "; ".join(filter(None, [briefing.left_out, *said]))


def _bytes(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode())
