"""Whether a line asks for a secret, announces one, or names one that stands beside it."""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from store.sensitive.asked_words import LANGUAGES, Phrases, fold, folded_words, languages_of, of_all
from store.sensitive.canonical import canonical
from store.sensitive.kinds import ACCOUNT, CODE, IDENTITY, PASSWORD

_LISTS: Final = {CODE: "code", PASSWORD: "password", ACCOUNT: "account", IDENTITY: "identity"}
_NAMES: Final = {kind: Phrases(of_all("names", name)) for kind, name in _LISTS.items()}
_ENDINGS: Final = {
    CODE: tuple(map(fold, of_all("names", "code_endings"))),
    PASSWORD: tuple(map(fold, of_all("names", "password_endings"))),
}
_ALL_ENDINGS: Final = _ENDINGS[CODE] + _ENDINGS[PASSWORD]
_THINGS: Final = Phrases(of_all("names", "things"))
_ACCOUNTS: Final = Phrases(of_all("names", "accounts"))
_DIGITS: Final = Phrases(of_all("names", "digits"))
_SERVICES: Final = Phrases(of_all("names", "services"))
_OPENS: Final = Phrases(of_all("names", "opens"))
_PAY_TO: Final = Phrases(of_all("names", "pay_to"))
_MESSAGES: Final = Phrases(of_all("names", "sms"))
_NO_SECRET: Final = Phrases(of_all("names", "no_secret"))
_WORDS: Final = re.compile(r"\w+")
# A line or a sentence; what stands in one piece without an end is one as well.
_LINE: Final = re.compile(r"[^\n]+")
_SENTENCE: Final = re.compile(r"\S.*?(?:[.!?…](?=\s)|$)")
_MARK: Final = re.compile(r"\[withheld: [^\]\n]{1,80}\]")
_MOST_LINES: Final = 200
_LONGEST_LABEL: Final = 6
_LONGEST_OF_A_THING: Final = 9
_LONGEST_WAY_IN: Final = 16
_MOST_STRANGE_WORDS: Final = 2
_QUESTION_MARKS: Final = ("?", "？", "¿")
_COLONS: Final = (":", "：", "=", "->", "→", "👇", "⬇️", "⬇")


class Strength(IntEnum):
    """How sure it is that a secret is beside it.

    HINTED: something is named that takes a password, as hundreds of things do; only a word that
    is clearly made up answers. MENTIONED: it is talked of. THING: what has a code is named, and no
    code. MEANT: it is asked for, announced or named.
    """

    HINTED = 0
    MENTIONED = 1
    THING = 2
    MEANT = 3


@dataclass(frozen=True, slots=True)
class Lead:
    """A line that leads to a secret.

    kinds: what it may be. points_back: what it names may have been said before it. asks: somebody
    else has to answer.
    """

    kinds: tuple[str, ...]
    strength: Strength
    points_back: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line or a sentence of a text: where it stands in the canonical text, and its words."""

    start: int
    text: str
    lead: Lead | None


def _pattern(entries: list[str]) -> re.Pattern[str]:
    """Any of these phrases in a row of words; `..` stands for some words between."""
    phrases = {
        r"(?: \w+){0,6} ".join(" ".join(folded_words(part)) for part in entry.split(" .. "))
        for entry in entries
    }
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(phrases, key=len, reverse=True))})(?!\w)")


_WAY_IN: Final = Phrases(of_all("names", "way_in"))
_WAY_IN_APART: Final = _pattern([entry for entry in of_all("names", "way_in") if ".." in entry])
# Said so often that a quick look for them clears nothing.
_EVERYWHERE: Final = frozenset(
    "what was how can does get back time into number let going the in on to up out it me my you"
    " one your der die das nicht niet vad hur far vill ist is wie was que com como non pas est"
    " sul".split()
)
_EVERYDAY: Final = Phrases(of_all("answers", "common") + of_all("names", "beside"))


def _rareness(word: str) -> tuple[bool, bool, int]:
    # The shortest are said too often, whatever they are.
    common = word in _EVERYWHERE or word.isdigit()
    return word not in _EVERYDAY and not common, not common and len(word) > 3, len(word)


def _rarest(*lists: str) -> frozenset[str]:
    """The rarest word of each entry: where none stands there is nothing to look for."""
    return frozenset(
        max(folded_words(entry), key=_rareness) for name in lists for entry in of_all("names", name)
    )


_WAY_IN_WORDS: Final = _rarest("way_in")
_RARE_WORDS: Final = _WAY_IN_WORDS | _rarest(
    *_LISTS.values(), "things", "accounts", "opens", "services", "pay_to", "sms"
)


@lru_cache(maxsize=8_192)
def may_lead(text: str) -> bool:
    """Whether some word of a text could lead to a secret: a quick look that clears most texts."""
    if not text.isascii():
        text = fold(canonical(text).text)
    return not all(map(_leads_nowhere, set(_WORDS.findall(text.lower()))))


@lru_cache(maxsize=65_536)
def _leads_nowhere(word: str) -> bool:
    return not (word in _RARE_WORDS or word.endswith(_ALL_ENDINGS))


@lru_cache(maxsize=2_048)
def lines_of(text: str) -> tuple[Line, ...]:
    """The lines and sentences of a text, each with what it leads to."""
    # Our own marks name secrets, and ask for none.
    seen = _MARK.sub(lambda mark: " " * len(mark[0]), canonical(text).text)
    leads = may_lead(text)
    return tuple(
        Line(start, said, lead_of(said) if leads else None) for start, said in _sentences(seen)
    )


def _sentences(seen: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for line in _LINE.finditer(seen):
        for sentence in _SENTENCE.finditer(line[0]):
            found.append((line.start() + sentence.start(), sentence[0]))
            if len(found) == _MOST_LINES:
                return found
    return found


def lead_of(said: str) -> Lead | None:
    """What a line leads to, or None."""
    row = folded_words(said)
    kinds, named = _named(row)
    if kinds:
        return _lead_by_name(said, row, kinds, named)
    return _lead_without_name(said, row)


def _lead_without_name(said: str, row: list[str]) -> Lead | None:
    asks = any(mark in said for mark in _QUESTION_MARKS)
    no_secret = _no_secrets(row)
    things = {at for start, end in _THINGS.places(row) for at in range(start, end)} - no_secret
    services = {at for start, end in _SERVICES.places(row) for at in range(start, end)}
    services -= no_secret
    accounts = {at for start, end in _ACCOUNTS.places(row) for at in range(start, end)}
    pays, messages = _PAY_TO.stand_in(row), _MESSAGES.stand_in(row)
    way_in = not _WAY_IN_WORDS.isdisjoint(row) and _is_way_in(row)
    opens = len(row) <= _LONGEST_WAY_IN and _OPENS.stand_in(row)
    if not (things or services or accounts or pays or messages or way_in or opens):
        return None
    languages = languages_of([word for at, word in enumerate(row) if at not in things])

    def holds(name: str) -> bool:
        return any(language[name].stand_in(row) for language in languages)

    if holds("other"):
        return None
    if things and _DIGITS.stand_in(row):
        return Lead((CODE,), Strength.MEANT, asks=asks)
    if pays:
        return Lead((ACCOUNT,), Strength.MEANT, asks=True)
    if messages:
        return Lead((CODE,), Strength.MENTIONED, asks=True)
    if way_in or (opens and holds("opens") and (asks or holds("stuck"))):
        return Lead((CODE, PASSWORD), Strength.MENTIONED, asks=True)
    doubts = holds("doubts")
    if not doubts and asks and accounts and _is_label(row, accounts | things):
        return Lead((PASSWORD,), Strength.MEANT, asks=True)
    if not doubts and things and len(row) <= _LONGEST_OF_A_THING:
        back = _is_label(row, things) or holds("points_back")
        return Lead((CODE, PASSWORD), Strength.THING, back, asks)
    if things:
        return Lead((CODE, PASSWORD), Strength.HINTED, holds("points_back"), asks)
    if services:
        return Lead((PASSWORD,), Strength.HINTED, holds("points_back"), asks)
    return None


def _is_way_in(row: list[str]) -> bool:
    return _WAY_IN.stand_in(row) or bool(_WAY_IN_APART.search(" ".join(row)))


def _named(row: list[str]) -> tuple[tuple[str, ...], set[int]]:
    """The kinds of secret that are named, and at which words; not what is only called so."""
    no_secret = _no_secrets(row)
    kinds: list[str] = []
    named: set[int] = set()
    # A longer name wins: "wifi code" is no code of digits.
    places = sorted(
        ((start, end, kind) for kind, names in _NAMES.items() for start, end in names.places(row)),
        key=lambda place: place[0] - place[1],
    )
    places += [
        (at, at + 1, kind)
        for at, word in enumerate(row)
        for kind, endings in _ENDINGS.items()
        if endings and word.endswith(endings)
    ]
    for start, end, kind in places:
        at = set(range(start, end))
        if not at & (no_secret | named):
            kinds.append(kind)
            named |= at
    return tuple(dict.fromkeys(kinds)), named


def _no_secrets(row: list[str]) -> set[int]:
    return {at for start, end in _NO_SECRET.places(row) for at in range(start, end)}


def _lead_by_name(said: str, row: list[str], kinds: tuple[str, ...], named: set[int]) -> Lead:
    languages = languages_of([word for at, word in enumerate(row) if at not in named])

    def holds(name: str) -> bool:
        return any(language[name].stand_in(row) for language in languages)

    end = said.rstrip()
    things = {at for start, last in _THINGS.places(row) for at in range(start, last)}
    is_label = _is_label(row, named | things)
    asks = any(mark in said for mark in _QUESTION_MARKS) or holds("wants")
    if holds("announces") or end.endswith(_COLONS):
        strength, asks = Strength.MEANT, False
    elif holds("doubts"):
        strength = Strength.MENTIONED
    elif asks or is_label:
        strength = Strength.MEANT
    else:
        strength = Strength.MENTIONED
    return Lead(kinds, strength, is_label or holds("points_back"), asks)


def _is_label(row: list[str], named: set[int]) -> bool:
    """Whether the words are a name and what belongs to it, and no sentence."""
    rest = [word for at, word in enumerate(row) if at not in named]
    if len(row) > _LONGEST_LABEL:
        return False
    languages = languages_of(rest) if rest else LANGUAGES
    strange = [word for word in rest if not any(word in each["beside"] for each in languages)]
    return len(strange) <= _MOST_STRANGE_WORDS and not any(
        word in each["common"] or word in each["elsewhere"]
        for word in strange
        for each in languages
    )
