"""What an answer gives of what was read for it: whose words stand in it, and whose name.

Much is read to choose by, and not shown. A text counts as given when all of it stands in the
answer, or a long stretch of it, or what stands beside a mark that something was cut; a name, when
it stands there whole.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import Final, NamedTuple

from store.text.languages import words_of_all
from tools.clean import clean_for_assistant

_REF: Final = re.compile(r"\b[a-z]_[0-9a-z]{7}\b")
_WORD: Final = re.compile(r"\w+")
_NO_LETTER: Final = re.compile(r"[\W_]+")
# Our own mark names what it stands for by its reference.
_WITHHELD: Final = re.compile(r"\[withheld: [^\[\]]*\]")
# Letters and digits in a row that two texts have in common by chance only if they share a passage.
_STRETCH: Final = 40
_STEP: Final = 10
# What leaves words out puts one of these in their place.
_CUT: Final = re.compile(r"\[…\]|…|\.\.\.")
_BESIDE_A_CUT: Final = 12
# Scripts that put no space between words.
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af]")


@cache
def _months() -> frozenset[str]:
    return frozenset(words_of_all("months", "names"))


class _Name(NamedTuple):
    """A name of several words is compared without case; of a single word, as it is written."""

    words: list[str]
    single: str
    written: str


class Called:
    """Names, in order to find them in a text. bearers: who is called so, by the name."""

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        """names: (contact ref, name)."""
        self.bearers: dict[str, set[str]] = defaultdict(set)
        self.by_first_word: dict[str, list[_Name]] = defaultdict(list)
        self.anywhere: set[str] = set()
        for ref, written in names:
            name = clean_for_assistant(written).strip()
            if name and name not in self.bearers:
                self._add(name)
            self.bearers[name].add(ref)

    def _add(self, name: str) -> None:
        words = _WORD.findall(name)
        if not words or (len(name) > 1 and _UNSPACED.search(name)):
            self.anywhere.add(name)
            return
        single = words[0] if len(words) == 1 else ""
        words = [word.casefold() for word in words]
        self.by_first_word[words[0]].append(_Name(words, single, name))


class Given:
    """What stands in one answer."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._text = "\n".join(texts)
        self._written = _WORD.findall(self._text)
        self._words = [word.casefold() for word in self._written]
        self._run = _run(self._words)

    def refs(self) -> list[str]:
        """Every reference, in its order."""
        return list(dict.fromkeys(_REF.findall(self._text)))

    def holds_words_of_any(self, texts: Iterable[str]) -> bool:
        """Whether a stretch of one of these texts is given, or all of a short one."""
        return any(map(self._holds_words_of, texts))

    def _holds_words_of(self, text: str) -> bool:
        text = _WITHHELD.sub(" ", text).strip()
        if not text:
            return False
        cleaned = clean_for_assistant(text)
        return self._holds(text) or (cleaned != text and self._holds(cleaned))

    def _holds(self, text: str) -> bool:
        words = _WORD.findall(text.casefold())
        if _run(words) in self._run if words else text in self._text:
            return True
        letters = _letters(text)
        places = range(0, len(letters) - _STRETCH + 1, _STEP)
        return any(letters[at : at + _STRETCH] in self._stretches for at in places) or any(
            piece in letters for piece in self._beside_cuts
        )

    @cached_property
    def _stretches(self) -> frozenset[str]:
        mine = _letters(self._text)
        return frozenset(mine[at : at + _STRETCH] for at in range(len(mine) - _STRETCH + 1))

    @cached_property
    def _beside_cuts(self) -> list[str]:
        """The letters right before and right behind each place where something was cut."""
        pieces = set()
        for cut in _CUT.finditer(self._text):
            before = self._text[max(0, cut.start() - 4 * _BESIDE_A_CUT) : cut.start()]
            behind = self._text[cut.end() : cut.end() + 4 * _BESIDE_A_CUT]
            pieces |= {_letters(before)[-_BESIDE_A_CUT:], _letters(behind)[:_BESIDE_A_CUT]}
        return [piece for piece in pieces if len(piece) == _BESIDE_A_CUT]

    def names(self, called: Called) -> list[str]:
        """Those of the names that stand here, in their order."""
        found = {}
        for at, word in enumerate(self._words):
            for name in called.by_first_word.get(word, ()):
                if name.written not in found and self._stands_at(at, name):
                    found[name.written] = True
        if called.anywhere:
            pairs = {self._text[at : at + 2] for at in range(len(self._text))}
            found |= {
                name: True
                for name in sorted(called.anywhere)
                if (len(name) < 2 or name[:2] in pairs) and name in self._text
            }
        return list(found)

    def _stands_at(self, at: int, name: _Name) -> bool:
        if not name.single:
            return self._words[at : at + len(name.words)] == name.words
        return self._written[at] == name.single and not self._is_a_month(at)

    def _is_a_month(self, at: int) -> bool:
        beside = self._words[max(0, at - 1) : at] + self._words[at + 1 : at + 2]
        return self._words[at] in _months() and any(word.isdecimal() for word in beside)


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())


def _run(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "
