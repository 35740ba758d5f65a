"""Labelled lines of talk, and how well promises and news are found in them."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from tools.promises.detect import Found, Turn, find_promises
from tools.promises.news import find_news

LINES: Final = Path(__file__).parent / "data" / "promises"
SAID_ON: Final = date(2026, 11, 18)  # a Wednesday


@dataclass(slots=True)
class Score:
    """right: kind and who owes it are as labelled. due_right: the date too, where one is or was."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    dated: int = 0
    due_right: int = 0
    mistakes: list[str] = field(default_factory=list)

    def precision(self, kind: str | None = None) -> float:
        """Of what was found, how much was labelled so."""
        right, wrong = _count(self.right, kind), _count(self.wrong, kind)
        return right / (right + wrong) if right + wrong else 1.0

    def recall(self, kind: str | None = None) -> float:
        """Of what was labelled, how much was found."""
        right, missed = _count(self.right, kind), _count(self.missed, kind)
        return right / (right + missed) if right + missed else 1.0


def _count(counts: Counter[str], kind: str | None) -> int:
    return counts.total() if kind is None else counts[kind]


def lines(name: str) -> list[dict[str, Any]]:
    """The lines of one part: `held_out` or `tuning`."""
    text = (LINES / f"{name}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def found_in(line: dict[str, Any]) -> list[Found]:
    """What is found in a line, as `kinkeeper promises` looks for it."""
    by_owner = line["by"] == "owner"
    before = [Turn(by == "owner", text) for by, text in line.get("before", [])]
    found = find_promises(Turn(by_owner, line["text"]), SAID_ON, "Alex", before)
    return found if by_owner else [*found, *find_news(line["text"], SAID_ON, "Alex")]


def score(name: str) -> Score:
    """Every line of one part against its label; a line has one label or none."""
    result = Score()
    for line in lines(name):
        label = line.get("expect")
        found = found_in(line)
        hits = [hit for hit in found if label and _fits(hit, label)]
        if label and hits:
            result.right[label["kind"]] += 1
            if label["due"] or hits[0].due:
                result.dated += 1
                result.due_right += hits[0].due == label["due"]
                if hits[0].due != label["due"]:
                    result.mistakes.append(f"due {hits[0].due!r}: {line}")
        elif label:
            result.missed[label["kind"]] += 1
            result.mistakes.append(f"missed: {line}")
        for hit in found:
            if hit not in hits:
                result.wrong[hit.kind] += 1
                result.mistakes.append(f"wrong, {hit.kind} by “{hit.rule}”: {line}")
    return result


def _fits(hit: Found, label: dict[str, str]) -> bool:
    return (hit.kind, hit.owes) == (label["kind"], label["owes"])
