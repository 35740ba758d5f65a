"""What of a message the talk around it gives away: how it is written down, and read again.

A message is its subject, its text and the names of its files, one below the other; only what there
is of them.
"""

import json
import re
from collections.abc import Sequence
from functools import lru_cache

from store.sensitive.spans import Span


def whole_message(subject: str, text: str, attachments: str) -> str:
    """Subject, text and names of files, as places in them are counted.

    attachments: a JSON list, or empty.
    """
    whole = f"{subject}\n{text}" if subject else text
    return "\n".join([whole, *json.loads(attachments)]) if attachments else whole


def written(spans: Sequence[Span]) -> str:
    """The spans as the memory holds them; '' for none."""
    if not spans:
        return ""
    return json.dumps([[span.start, span.end, span.kind] for span in spans])


@lru_cache(maxsize=1_024)
def spans_of(given_away: str) -> tuple[Span, ...]:
    """The spans that the memory holds."""
    return tuple(Span(*span) for span in json.loads(given_away)) if given_away else ()


def part_of(given_away: str, start: int, length: int) -> list[Span]:
    """The spans of a part of the message, by their places in that part."""
    return [
        Span(max(span.start - start, 0), min(span.end - start, length), span.kind)
        for span in spans_of(given_away)
        if span.start < start + length and span.end > start
    ]


def spans_of_text(given_away: str, subject: str, text: str) -> list[Span]:
    """The spans of the text of a message."""
    return part_of(given_away, len(subject) + 1 if subject else 0, len(text))


def spans_of_message(given_away: str, subject: str, text: str) -> tuple[str, list[Span]]:
    """Subject and text in one line, and the spans in it."""
    # One character between them, as where the places are counted.
    said = f"{subject} {text}" if subject else text
    return said, part_of(given_away, 0, len(said))


def spans_of_files(
    given_away: str, subject: str, text: str, names: Sequence[str]
) -> list[list[Span]]:
    """The spans of each name of a file."""
    at = len(whole_message(subject, text, "")) + 1
    found = []
    for name in names:
        found.append(part_of(given_away, at, len(name)))
        at += len(name) + 1
    return found


@lru_cache(maxsize=1_024)
def quoted(text: str, messages: str) -> tuple[Span, ...]:
    """What of a text made of messages they give away.

    messages: JSON [[text, subject, given away], …].
    """
    from store.sensitive.in_context import merged

    values = {
        (value, span.kind)
        for said, subject, given_away in json.loads(messages)
        for span in spans_of_text(given_away, subject, said)
        if (value := said[span.start : span.end])
    }
    return tuple(
        merged(
            [
                Span(found.start(), found.end(), kind)
                for value, kind in values
                for found in re.finditer(re.escape(value), text)
            ],
            (),
        )
    )
