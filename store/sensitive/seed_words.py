"""Words that give a wallet: twelve or more in a row of the lists of BIP-39, and none between."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.kinds import KEY
from store.sensitive.spans import Span

FEWEST: Final = 12
_ONE: Final = re.compile(r"[^\W\d_]+|\d+")


@cache
def _lists() -> tuple[frozenset[str], ...]:
    text = (files("store.sensitive") / "words" / "seed_words.txt").read_text(encoding="utf-8")
    found: list[set[str]] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            found[-1].update(line.split())
        elif " " not in line[2:]:
            found.append(set())
    return tuple(map(frozenset, found))


@cache
def _any_list() -> frozenset[str]:
    return frozenset().union(*_lists())


def may_hold_a_seed(words: list[str]) -> bool:
    """Whether there are as many words of the lists among some words, folded."""
    if len(words) < FEWEST:
        return False
    known = _any_list()
    return sum(word in known for word in words) >= FEWEST


def find_seeds(seen: Canonical) -> Iterator[Span]:
    """Rows of twelve words of one list or more; places in the canonical text."""
    if not may_hold_a_seed(seen.words):
        return
    # Their numbers may stand between them: "1. abandon 2. ability".
    words = [found for found in _ONE.finditer(seen.plain) if not found[0].isdigit()]
    for known in _lists():
        begin: int | None = None
        for at in range(len(words) + 1):
            if at < len(words) and words[at][0] in known:
                begin = at if begin is None else begin
            elif begin is not None:
                if at - begin >= FEWEST:
                    yield Span(words[begin].start(), words[at - 1].end(), KEY)
                begin = None
