"""Marking in a terminal the words that were searched for."""

import re
from collections.abc import Iterable
from typing import Final

import click

_STEM: Final = 4
_ENDING: Final = 2


def highlighted(text: str, terms: Iterable[str]) -> str:
    """The text with the words searched for in bold, other forms of them included.

    text: already cleaned for a terminal. `click.echo` takes the marks out where nobody sees them.
    """
    starts = {
        term if len(term) <= _STEM else term[: max(_STEM, len(term) - _ENDING)] for term in terms
    }
    if not starts:
        return text
    either = "|".join(re.escape(start) for start in sorted(starts, key=lambda s: (-len(s), s)))
    return re.sub(
        rf"(?<!\w)(?:{either})\w*",
        lambda word: click.style(word[0], bold=True),
        text,
        flags=re.IGNORECASE,
    )
