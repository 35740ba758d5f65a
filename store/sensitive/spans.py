"""Places in a text, and putting something else there."""

from collections.abc import Callable
from dataclasses import dataclass

from store.sensitive.canonical import Canonical


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text, from `start` to before `end`, and what it is."""

    start: int
    end: int
    kind: str


def joined(spans: list[Span], seen: Canonical) -> list[Span]:
    """Spans of the canonical text as spans of the text itself; of two that overlap, their union
    under the kind of the one that begins first."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        start, end = seen.place(span.start), seen.place(span.end - 1) + 1
        if found and start < found[-1].end:
            last = found.pop()
            start, end = last.start, max(last.end, end)
            span = last
        found.append(Span(start, end, span.kind))
    return found


def replaced(text: str, spans: list[Span], by: Callable[[Span], str]) -> str:
    """The text with something else in the place of each span; they are in order."""
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], by(span)]
        at = span.end
    return "".join([*parts, text[at:]])
