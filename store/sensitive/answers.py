"""What in a line would answer who asks for a secret: digits, a word made up, digits in words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from store.sensitive.asked import Strength
from store.sensitive.asked_words import Phrases, fold, folded_words, of_all
from store.sensitive.kinds import ACCOUNT, CODE, IDENTITY, PASSWORD
from store.sensitive.said import COMMON, LONGEST_LINE, MONEY, NO_NUMBER, Said, Token
from store.sensitive.spans import Span

_COLOUR: Final = re.compile(r"(?i)#(?:[0-9a-f]{3}){1,2}")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_LINK: Final = re.compile(
    r"(?i)https?:|www\.|.+@.+\.[a-z]{2,}|@\w+$|\w+\.(?:com|org|net|de|pl|se|fr|it|nl|es|pt)$"
)
_FILE: Final = re.compile(
    r"(?i).*\.(?:jpe?g|png|gif|webp|heic|pdf|docx?|mp[34]|mov|og[ga]|opus|m4a|txt)"
)
# 5pm, 20min, 3rd, 2x, 50kg, 12th: a number with what is counted.
_COUNTED: Final = re.compile(r"(?i)\d+(?:[.,:]\d+)?([a-z]{1,5}\.?)")
# 1507A: a letter that nothing is counted with.
_LETTER_AFTER: Final = re.compile(r"\d{3,}[A-F]")
_INNER_SIGN: Final = re.compile(r"\w[!@#$%&*+=?^~€§_]+(?:\w|$)|[!@#$%&*+=^~§]{1,}\w")
_QUOTED: Final = re.compile(r"[“„«\"`‘']\s?([^“”„«»\"`‘’'\n]{3,40}?)\s?[”“»\"`’'](?!\w)")
_SPELLING: Final = Phrases(of_all("answers", "spelling"))
_PARTS: Final = Phrases(of_all("answers", "parts"))
_FEWEST_OF_A_LOCK: Final = 3
_LONGEST_CODE: Final = 12
_SHORT_LINE: Final = 5
_SHORTEST_MADE_UP: Final = 8
_FEWEST_LETTERS: Final = 3
_FEWEST_SPELLED: Final = 4
_WIDEST_GAP: Final = 4
_LONGEST_HINTED: Final = 60
_MOST_DIGITS: Final = 8
_MOST_TYPED: Final = 6
_NEAR_A_VERB: Final = 2
_MOST_WORDS: Final = 6
_FEWEST: Final = {ACCOUNT: 5, IDENTITY: 5}


@dataclass
class Answer(Said):
    """A line, looked at as the answer to who asks for a secret."""

    def spans(self, kinds: tuple[str, ...], strength: Strength, near: bool) -> list[Span]:
        """What of the line answers, in places of the canonical text.

        near: it stands close enough that a bare word can be the answer.
        """
        found: list[Span] = []
        if strength is Strength.HINTED:
            if len(self.line.text) > _LONGEST_HINTED or len(self._tokens) > LONGEST_LINE:
                return []
            made_up = list(self._mixed(PASSWORD, strength))
            said = self._digits_alone(CODE in kinds)
            return self._as_spans(made_up, PASSWORD) + self._as_spans(said, CODE)
        if spelled := self._spelled():
            return self._as_spans(spelled, kinds[0])
        numbers = list(self._number_runs(kinds, strength))
        if CODE in kinds and (turns := self._turns_of_a_lock()):
            numbers = turns
        elif strength is not Strength.MEANT and len(self._tokens) > LONGEST_LINE:
            # A long line holds other numbers too, but seldom digits in words.
            spoken = [place for place in numbers if not _holds_digit(self.line.text[slice(*place)])]
            return self._as_spans(spoken, kinds[0])
        found += [Span(*place, kinds[-1]) for place in self._part()]
        for kind in kinds:
            found += [Span(start, end, kind) for start, end in numbers]
            found += [Span(*place, kind) for place in self._mixed(kind, strength)]
            if kind == PASSWORD and strength is Strength.MEANT and near and not found:
                found += [Span(*place, kind) for place in self._words()]
            if kind == PASSWORD and CODE in kinds and near and not found:
                found += [Span(*place, kind) for place in self._words_with_number()]
            if found:
                break
        at = self.line.start
        return [Span(at + span.start, at + span.end, span.kind) for span in found]

    def _as_spans(self, places: list[tuple[int, int]], kind: str) -> list[Span]:
        at = self.line.start
        return [Span(at + start, at + end, kind) for start, end in places]

    # Numbers ------------------------------------------------------------------------------

    def _number_runs(self, kinds: tuple[str, ...], strength: Strength) -> Iterator[tuple[int, int]]:
        tokens, at = self._tokens, 0
        while at < len(tokens):
            if not self._size(tokens[at]):
                at += 1
                continue
            end = last = at
            while end < len(tokens) and (
                self._size(tokens[end]) or (end > at and self._is("between", tokens[end]))
            ):
                if self._size(tokens[end]):
                    last = end
                end += 1
            if self._answers(at, last, kinds, strength):
                yield tokens[at].start, tokens[last].end
            at = last + 1

    def _turns_of_a_lock(self) -> list[tuple[int, int]]:
        """Left 12, right 33, left 5: as one place, if several numbers are all that is counted."""
        at = [n for n, token in enumerate(self._tokens) if token.core.isdigit()]
        if len(at) < _FEWEST_OF_A_LOCK or len(self._tokens) > 4 * len(at):
            return []
        if not all(self._stands_free(n, n) for n in at):
            return []
        return [(self._tokens[at[0]].start, self._tokens[at[-1]].end)]

    def _part(self) -> Iterator[tuple[int, int]]:
        """What follows "first half" and the like, in a short line."""
        row = [token.words[0] if token.words else "" for token in self._tokens]
        place = next(_PARTS.places(row), None)
        if place is None or place[0] > 1 or not 1 <= len(row) - place[1] <= 2:
            return
        last = self._tokens[-1]
        if place[1] - place[0] > 1 and not self._is_everyday(last):
            yield last.start, last.begins + len(last.whole)

    def _answers(self, first: int, last: int, kinds: tuple[str, ...], strength: Strength) -> bool:
        run = [token for token in self._tokens[first : last + 1] if self._size(token)]
        size = sum(map(self._size, run))
        spoken = not any(char.isdigit() for token in run for char in token.core)
        rest = self._tokens[:first] + self._tokens[last + 1 :]
        bare = all(self._is_everyday(token) or self._size(token) for token in rest)
        if spoken:
            return len(run) >= (2 if strength is Strength.MEANT and bare else 3)
        fewest = max(_FEWEST.get(kind, 0) for kind in kinds)
        if fewest:
            part = strength is Strength.MEANT and len(self._tokens) <= _FEWEST_OF_A_LOCK
            return size >= (fewest - 1 if part else fewest)
        if not self._stands_free(first, last):
            return False
        if strength is Strength.MEANT:
            return size >= 3 or bare
        alone = len(self._tokens) == 1
        if len(run) == 1 and _YEAR.fullmatch(run[0].core) and not alone:
            return False
        if strength is Strength.THING:
            known = first == 0 or self._is_beside(self._tokens[0])
            short = bare or (first <= 1 and known and len(self._tokens) <= _SHORT_LINE)
            return short and size >= (3 if alone else 4) and not self.line.text.endswith("?")
        opens = first == 0 or bare or self._is_entered(first, last)
        return (4 <= size <= 10 and opens) or (bare and size >= 3)

    def goes_on(self, size: int, next_to_it: bool) -> list[tuple[int, int]]:
        """Where a number stands that goes on with one just told, or puts it right.

        size: how many digits that one had. next_to_it: whether the line comes right after it.
        """
        tokens = self._tokens
        found = []
        for at, token in enumerate(tokens):
            if not (own := self._size(token)) or not self._stands_free(at, at):
                continue
            rest = tokens[:at] + tokens[at + 1 :]
            little = len(tokens) <= _SHORT_LINE + 1 and all(map(self._is_beside, rest))
            same = own == size >= _FEWEST_OF_A_LOCK and len(tokens) <= LONGEST_LINE
            opens = next_to_it and at == 0 and len(tokens) <= _SHORT_LINE + 1
            if same or (own > 1 and (little or opens)):
                found.append((self.line.start + token.start, self.line.start + token.end))
        return found

    def _digits_alone(self, written: bool) -> list[tuple[int, int]]:
        """Four digits and more, one by one, in a line that says nothing else.

        written: also a number as it is written.
        """
        tokens = [token for token in self._tokens if self._size(token)]
        rest = [token for token in self._tokens if not self._size(token)]
        size = sum(map(self._size, tokens))
        if not _FEWEST_SPELLED <= size <= _MOST_DIGITS or not all(map(self._is_beside, rest)):
            return []
        first, last = self._tokens.index(tokens[0]), self._tokens.index(tokens[-1])
        singly = len(tokens) == size
        alone = written and len(rest) <= _FEWEST_LETTERS and not _YEAR.fullmatch(tokens[0].core)
        if not (singly or alone) or not self._stands_free(first, last):
            return []
        return [(tokens[0].start, tokens[-1].end)]

    def entered(self) -> list[tuple[int, int]]:
        """Where a number stands that somebody is told to type: "tipp 4711", "4711 then hash"."""
        tokens = self._tokens
        if len(tokens) > LONGEST_LINE:
            return []
        found = []
        for at, token in enumerate(tokens):
            if not (token.core.isdigit() and _FEWEST_SPELLED <= len(token.core) <= _MOST_TYPED):
                continue
            year = _YEAR.fullmatch(token.core)
            if not year and self._is_entered(at, at) and self._stands_free(at, at):
                found.append((self.line.start + token.start, self.line.start + token.end))
        return found

    def _is_entered(self, first: int, last: int) -> bool:
        """Whether a word beside a number tells to type it."""
        row = [token.words[0] if token.words else "" for token in self._tokens]
        beside = set(range(first - _NEAR_A_VERB, last + _NEAR_A_VERB + 1))
        return any(
            not beside.isdisjoint(range(start, end))
            for language in self._languages
            for start, end in language["enters"].places(row)
        )

    def _spelled(self) -> list[tuple[int, int]]:
        """What is said letter by letter: P as in Peter, 4, K, double 2."""
        tokens = self._tokens
        single = [
            (len(token.core) == 1 and token.core.isalnum()) or self._size(token) == 1
            for token in tokens
        ]
        named = [self._size(token) == 0 and fold(token.core) in _SPELLING for token in tokens]
        if sum(named) > 1 and any(self._size(token) for token in tokens):
            single = [one or by_name for one, by_name in zip(single, named, strict=True)]
        at = [n for n, is_single in enumerate(single) if is_single]
        letters = sum(self._size(tokens[n]) == 0 for n in at)
        if len(at) < _FEWEST_SPELLED or letters < 2:
            return []
        gaps = [after - before for before, after in pairwise(at)]
        if max(gaps) > _WIDEST_GAP or 2 * sum(gap == 1 for gap in gaps) < len(gaps) - 1:
            return []
        last = tokens[-1] if len(tokens) - at[-1] <= _WIDEST_GAP else tokens[at[-1]]
        return [(tokens[at[0]].start, last.end)]

    def _words_with_number(self) -> list[tuple[int, int]]:
        """A few words and a number, and nothing said beside them: Marmalade 88 Otter."""
        tokens = self._tokens
        words = [token for token in tokens if token.core.isalpha() and len(token.core) > 2]
        numbers = [token for token in tokens if token.core.isdigit() and len(token.core) > 1]
        if not words or not numbers or len(words) + len(numbers) != len(tokens) != 1:
            return []
        capitals = sum(token.core[0].isupper() for token in words)
        if len(tokens) > _SHORT_LINE or capitals < min(len(words), 2):
            return []
        if any(map(self._is_everyday, words)):
            return []
        at = tokens.index(numbers[0])
        if not self._stands_free(at, at) or len(tokens) < _FEWEST_OF_A_LOCK:
            return []
        return [(tokens[0].start, tokens[-1].end)]

    # Words that are made up ---------------------------------------------------------------

    def _mixed(self, kind: str, strength: Strength) -> Iterator[tuple[int, int]]:
        for token in self._tokens:
            if self._is_mixed(token, kind, strength):
                yield (
                    token.begins if _opens_value(token) else token.start,
                    (token.begins + len(token.whole.rstrip(".,;:)\"'”»"))),
                )

    def _is_mixed(self, token: Token, kind: str, strength: Strength) -> bool:
        core = token.core
        digits = sum(map(str.isdigit, core))
        letters = sum(map(str.isalpha, core))
        if NO_NUMBER.fullmatch(core) or _COLOUR.fullmatch(token.whole):
            return False
        if strength is Strength.HINTED:
            return self._is_made_up(token)
        if len(core) < 4 or _LINK.match(core) or not letters or MONEY.match(token.whole):
            return bool(re.fullmatch(r"(?i)[a-z]{1,2}-?\d{2,3}[a-z]?", core)) and (
                kind == CODE and strength is Strength.MEANT and len(core) >= 3
            )
        counted = None if _LETTER_AFTER.fullmatch(core) else _COUNTED.fullmatch(core)
        if counted and (
            len(counted[1]) <= 2
            or any(fold(counted[1]) in each["units"] for each in self._languages)
        ):
            return False
        if kind == PASSWORD:
            signs = bool(_INNER_SIGN.search(core))
            if strength is Strength.MEANT:
                return bool(digits or signs) or _is_camel(core)
            least = 5 if self.is_bare() else 6
            return len(core) >= least and bool(digits or signs) and self._stands_alone(token)
        if kind == CODE:
            opens = token is self._tokens[0] and strength is Strength.MENTIONED
            meant = strength is Strength.MEANT or self.is_bare() or opens
            return digits >= 2 and len(core) <= _LONGEST_CODE and meant
        return digits >= 2 and len(core) >= _FEWEST[kind]

    def _is_made_up(self, token: Token) -> bool:
        """Whether a word looks like a password whatever was said: small letters with digits or
        signs among them, in a line that says little else."""
        core = token.core
        letters = sum(map(str.isalpha, core))
        mixed = _holds_digit(core) or bool(_INNER_SIGN.search(core))
        if len(core) < _SHORTEST_MADE_UP or letters < _FEWEST_LETTERS or not mixed:
            return False
        if not any(map(str.islower, core)) or _LINK.match(core) or _FILE.fullmatch(core):
            return False
        if _COUNTED.fullmatch(core) or token.whole.startswith(("@", "#")) or "/" in core:
            return False
        return len(self._tokens) <= _SHORT_LINE and self._stands_alone(token)

    def _stands_alone(self, token: Token) -> bool:
        """Whether nobody says with it what else it is: order AB1234."""
        at = self._tokens.index(token)
        return not (at and self._is("before", self._tokens[at - 1]))

    def _words(self) -> Iterator[tuple[int, int]]:
        """A word, or several, that nobody says every day, in a line that says little else."""
        text = self.line.text.rstrip()
        for quoted in _QUOTED.finditer(text):
            if not all(word in COMMON for word in folded_words(quoted[1])):
                yield quoted.span(1)
            return
        tokens = self._tokens
        if text.endswith("?") or len(tokens) > LONGEST_LINE:
            return
        strange = [token for token in tokens if not self._is_everyday(token)]
        strange = [token for token in strange if any(map(str.isalpha, token.core))]
        if not strange or len(strange) > _MOST_WORDS:
            return
        everyday = [token for token in tokens if self._is_everyday(token)]
        if any(self._is("elsewhere", token) for token in everyday):
            return
        if len(strange) > 2 and everyday:
            # A phrase of words may have one or two that are said every day.
            if 3 * len(everyday) > len(tokens):
                return
            strange = tokens
        first, last = strange[0], strange[-1]
        if len(first.core) < 3 or _LINK.match(first.core) or _FILE.fullmatch(first.core):
            return
        yield first.start, last.begins + len(last.whole)


def _holds_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _opens_value(token: Token) -> bool:
    """Whether the signs before a value may belong to it."""
    return token.whole[0] in "*#!$&"


def _is_camel(core: str) -> bool:
    return core.isalpha() and bool(re.search(r"[a-z][A-Z]", core)) and len(core) >= 8
