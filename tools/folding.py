"""Text of others cut down to what can be read: what is empty, piled up or endless is counted.

The stored text stays as it is. What is left out is said where it stood, in ‹…› within a line and in
a line of its own between lines, which `Folded.lines` tells apart from lines of the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from tools.clean import reveal_hidden

MOST_EMPTY_LINES: Final = 2
MOST_SAME_LINES: Final = 3
MOST_BLANKS: Final = 8
MOST_MARKS: Final = 4
LONGEST_WORD: Final = 60
_WORD_BEGINS: Final = 40
_WORD_ENDS: Final = 12
_SPELT_ONE_BY_ONE: Final = 3
# They show nothing, although their category says letter, mark or symbol.
_NO_INK: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffc"
    "\U00013441\U00013442\U00016fe4\U0001d159"
)
_NO_INK_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# One at a time they belong to Persian, Indic scripts and emoji.
_JOINERS: Final = frozenset({"\u200c", "\u200d", *map(chr, range(0xFE00, 0xFE10))})
# Scripts that are written without spaces: a long row of their letters is a sentence.
_WITHOUT_SPACES: Final = re.compile(
    "[\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff\u1a20-\u1aaf\u3000-\u30ff\u31f0-\u9fff\uf900-\ufaff"
    "\uff00-\uff9f\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line. is_ours: it is no line of the text, but says what was left out there."""

    text: str
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it can be read. folds: what was left out, each in a few words; () if nothing."""

    lines: tuple[Line, ...]
    folds: tuple[str, ...]


def fold(text: str) -> Folded:
    """Fold a text: empty lines, lines that repeat, blanks, marks on one letter, endless words."""
    folds: list[str] = []
    lines: list[Line] = []
    for key, group in groupby(text.split("\n"), key=lambda line: "" if is_empty(line) else line):
        same = list(group)
        most = MOST_SAME_LINES if key else MOST_EMPTY_LINES
        shown = same if len(same) <= most else same[: 1 if key else 0]
        lines += [Line(_folded_line(line, folds) if key else "") for line in shown]
        if left := len(same) - len(shown):
            what = f"{left:,} empty lines" if not key else f"the same line {left:,} times more"
            folds.append(what)
            lines.append(Line(f"… {what} left out …", is_ours=True))
    return Folded(tuple(lines), tuple(folds))


def shows_nothing(character: str) -> bool:
    """Whether a character leaves no ink and no room, or only pretends to be a letter."""
    if character in {"\t", "\n"}:
        return False
    return character in _NO_INK or unicodedata.category(character) in _NO_INK_CATEGORIES


def holds_hidden(text: str) -> bool:
    """Whether a text holds what does not show, but for the joiners that some scripts need."""
    runs = ("".join(run) for kind, run in groupby(text, key=_kind) if kind == "hidden")
    return any(len(run) > 1 or run not in _JOINERS for run in runs)


def spelt(text: str) -> str:
    """The whole text, with everything that does not show spelt as ‹U+2800›; lines stay lines."""
    return "".join(
        f"‹U+{ord(each):04X}›" if shows_nothing(each) and each not in _JOINERS else each
        for each in reveal_hidden(text)
    )


def is_empty(line: str) -> bool:
    """Whether a line has nothing to see on it."""
    return all(each.isspace() or shows_nothing(each) or each in _JOINERS for each in line)


def _folded_line(line: str, folds: list[str]) -> str:
    return "".join(_FOLDED[kind]("".join(run), folds) for kind, run in groupby(line, key=_kind))


def _kind(character: str) -> str:
    if character in _JOINERS or shows_nothing(character):
        return "hidden"
    return "blank" if character.isspace() else "ink"


def _blanks(run: str, folds: list[str]) -> str:
    if len(run) <= MOST_BLANKS:
        return run
    folds.append(f"{len(run):,} blanks")
    return f" ‹{len(run):,} blanks› "


def _hidden(run: str, folds: list[str]) -> str:
    if len(run) == 1 and run in _JOINERS:
        return run
    if len(run) <= _SPELT_ONE_BY_ONE:
        return "".join(f"‹U+{ord(each):04X}›" for each in run)
    folds.append(f"{len(run):,} characters that do not show")
    return f"‹{len(run):,} characters that do not show, from U+{ord(run[0]):04X} on›"


def _ink(run: str, folds: list[str]) -> str:
    letters = list(_without_piles(run, folds))
    if len(letters) <= LONGEST_WORD or _WITHOUT_SPACES.search(run):
        return "".join(letters)
    left = len(letters) - _WORD_BEGINS - _WORD_ENDS
    folds.append(f"{left:,} letters of one word")
    return "".join([*letters[:_WORD_BEGINS], f"‹{left:,} letters›", *letters[-_WORD_ENDS:]])


def _without_piles(run: str, folds: list[str]) -> Iterator[str]:
    """The letters of a word with their marks, each one text; of a pile, the first marks."""
    for letter in _letters(run):
        marks = len(letter) - 1
        if marks > MOST_MARKS:
            folds.append(f"{marks:,} marks on one letter")
            yield f"{letter[: MOST_MARKS // 2]}‹{marks:,} marks›"
        else:
            yield letter


def _letters(run: str) -> list[str]:
    letters: list[str] = []
    for character in run:
        if letters and unicodedata.category(character) in {"Mn", "Me"}:
            letters[-1] += character
        else:
            letters.append(character)
    return letters


_FOLDED: Final = {"blank": _blanks, "hidden": _hidden, "ink": _ink}
