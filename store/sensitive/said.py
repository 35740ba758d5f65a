"""A line, cut into what stands between blanks: which of it is a number, and what is said daily."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from store.sensitive.asked import Line
from store.sensitive.asked_words import Language, Phrases, fold, folded_words, languages_of, of_all

_TOKEN: Final = re.compile(r"\S+")
_AROUND: Final = ".,;:!?()[]{}<>\"'“”„«»‘’`…*_~|"
_DIGITS: Final = re.compile(r"[#*]{0,2}\d(?:[\d.\-–/]*\d)?[#*]{0,2}")
NO_NUMBER: Final = re.compile(
    r"\d{1,2}[:h]\d{0,2}(?::\d\d)?|\d{1,2}[./]\d{1,2}[./](?:\d\d){0,2}|\d{4}-\d\d-\d\d|\d+[.,]\d{1,2}|\d{1,3}/\d{1,3}"
    r"|\d{1,3}(?:[.,]\d{3})+"
)
MONEY: Final = re.compile(r"[€$£¥₹%°+]")
COMMON: Final = Phrases(of_all("answers", "common") + of_all("names", "beside"))
_NUMBER_WORDS: Final = Phrases(of_all("answers", "numbers"))
# Dutch, German and Swedish write forty-seven as one word.
_MORPHEMES: Final = "|".join(
    sorted({fold(word) for word in of_all("answers", "numbers") if len(word) > 2}, key=len)[::-1]
)
_COMPOUND: Final = re.compile(
    rf"(?:{_MORPHEMES})(?:(?:und|en|e)?(?:{_MORPHEMES}))+|"
    rf"(?:ein|en|een)(?:und|en)(?:{_MORPHEMES})"
)
LONGEST_LINE: Final = 8
_SHORT_WORD: Final = 3


@dataclass(slots=True)
class Token:
    """A run of characters without a space. start, end: of its core, without what stands around."""

    whole: str
    begins: int
    start: int
    end: int
    core: str

    @property
    def words(self) -> list[str]:
        return folded_words(self.core)


@dataclass
class Said:
    """A line, and its words."""

    line: Line

    @cached_property
    def _tokens(self) -> list[Token]:
        found = []
        for each in _TOKEN.finditer(self.line.text):
            core = each[0].strip(_AROUND)
            start = each.start() + (each[0].index(core) if core else 0)
            found.append(Token(each[0], each.start(), start, start + len(core), core))
        return [token for token in found if any(map(str.isalnum, token.core))]

    @cached_property
    def _languages(self) -> tuple[Language, ...]:
        return languages_of(folded_words(self.line.text))

    def _is(self, name: str, token: Token) -> bool:
        words = token.words
        return bool(words) and all(
            any(word in language[name] for language in self._languages) for word in words
        )

    def _is_everyday(self, token: Token) -> bool:
        words = token.words
        return all(word in COMMON or (len(word) == 1 and not word.isdigit()) for word in words)

    def is_bare(self) -> bool:
        """Whether the line is little more than a value."""
        strange = [token for token in self._tokens if not self._is_everyday(token)]
        return len(strange) == 1 and len(self._tokens) <= LONGEST_LINE // 2

    def _size(self, token: Token) -> int:
        """How many digits a token says; 0 for none."""
        if MONEY.search(token.whole) or NO_NUMBER.fullmatch(token.core):
            return 0
        if _DIGITS.fullmatch(token.core):
            return sum(map(str.isdigit, token.core))
        words = token.words
        if words and all(_is_number_word(word, self._languages) for word in words):
            return len(words)
        return 0

    def _stands_free(self, first: int, last: int) -> bool:
        """Whether no word before or after a number says what else it is."""
        tokens = self._tokens
        goes_on = last + 1 < len(tokens) and not tokens[last].whole.endswith((",", ";", "."))
        after = tokens[last + 1] if goes_on else None
        if after and (self._is("units", after) or MONEY.search(after.whole[:1])):
            return False
        if first == 0 or len(tokens) == last - first + 1:
            return True
        before = tokens[first - 1]
        if MONEY.search(before.whole[-1:]):
            return False
        if before.whole.endswith(":"):
            return True
        # "train de 2312": a short word may stand between.
        between = first > 1 and len(before.core) <= _SHORT_WORD and before.core.isalpha()
        return not (
            self._is("before", before) or (between and self._is("before", tokens[first - 2]))
        )

    def _is_beside(self, token: Token) -> bool:
        """Whether a word may stand beside a number that goes on."""
        return self._is_everyday(token) or bool(self._size(token)) or self._is("between", token)


def _is_number_word(word: str, languages: tuple[Language, ...]) -> bool:
    if len(word) > 6 and _COMPOUND.fullmatch(word):
        return True
    return word in _NUMBER_WORDS and any(word in language["numbers"] for language in languages)
