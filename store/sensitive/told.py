"""Passwords, PINs and codes by the words that lead to them, in whatever order they are told.

A word for it (`words/<language>/sensitive.toml`) and what stands close by: behind a sign or a verb
almost anything, without one what looks chosen, or a number that nothing else explains.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.code_values import (
    codes_after,
    codes_before,
    codes_sent,
    is_of_a_house,
    spoken_beside,
)
from store.sensitive.kinds import CODE, KEY, PASSWORD
from store.sensitive.passwords import DEVICE, LOOSE, SIGNED, passwords_after
from store.sensitive.spans import Span
from store.sensitive.words import words_of

# Kinds of words that lead to something.
PLACE: Final = "what a code opens"
OPENS: Final = "that a code opens it"
BACKUP: Final = "codes for later"
LOGIN: Final = "name and password"
SEED: Final = "seed"
SENT: Final = "sent by a service"

_WORD: Final = re.compile(r"\w+")
_NOUNS: Final = {
    PASSWORD: words_of("password", "nouns"),
    LOOSE: words_of("password", "loose_nouns"),
    LOGIN: words_of("password", "logins"),
    DEVICE: words_of("password", "devices"),
    SENT: words_of("code", "senders"),
    SEED: words_of("password", "seed"),
    BACKUP: words_of("code", "backup"),
    CODE: words_of("code", "nouns"),
    PLACE: words_of("code", "places"),
    OPENS: words_of("code", "opens"),
}
# Words that are written as one in German, Dutch and Swedish: Haustürcode, bankpas-pin, portkoden.
_ENDINGS: Final = {
    PASSWORD: tuple(words_of("password", "endings")),
    CODE: tuple(words_of("code", "endings")),
}
# As programs write them: DB_PASSWORD=, AccountKey=
_ENDINGS_OF_NAMES: Final = (
    "_password", "_passwd", "_pass", "_pwd", "_pw", "_secret", "_token", "_key", "_credentials",
    "password", "passwd", "apikey", "accesskey", "accountkey", "privatekey", "secretkey",
    "presharedkey", "clientsecret", "accesstoken", "authtoken", "apitoken", "bottoken",
)  # fmt: skip
_ALL_ENDINGS: Final = (
    *_ENDINGS[PASSWORD], *_ENDINGS[CODE], *_ENDINGS_OF_NAMES, *words_of("code", "ends_of_places"),
)  # fmt: skip
_NOT_SECRET: Final = frozenset(words_of("code", "not_secret"))
_NOT_SECRET_ENDINGS: Final = tuple(
    stem + ending for stem in sorted(_NOT_SECRET) for ending in _ENDINGS[CODE]
)
# "sconto con codice", "rabatt med kod"
_WORDS_BEFORE: Final = 2
_NOT_SECRET_AFTER: Final = frozenset(words_of("code", "not_secret_after"))
_OFFERS: Final = frozenset(words_of("code", "offers"))
_OF_AN_OFFER: Final = re.compile(r"[A-Z]{3,}\d{1,3}")
_PURPOSES: Final = words_of("code", "purposes")


def _by_first_word() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    found: defaultdict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
    for kind, nouns in _NOUNS.items():
        for noun in nouns:
            first, *rest = _WORD.findall(noun)
            found[first].setdefault(tuple(rest), kind)
    # The longest first, so that "backup code" is not a "code".
    return {
        first: sorted(rests.items(), key=lambda entry: -len(entry[0]))
        for first, rests in found.items()
    }


_PHRASES: Final = _by_first_word()
_PURPOSE_WORDS: Final = frozenset(_WORD.findall(each)[0] for each in _PURPOSES)


def leads_on(word: str) -> bool:
    """Whether a word, folded, may lead to a password or a code."""
    return word in _PHRASES or word in _PURPOSE_WORDS or word.endswith(_ALL_ENDINGS)


def find_told(seen: Canonical) -> Iterator[Span]:
    """Passwords, PINs, one-time codes and codes of doors; places in the canonical text."""
    if not any(map(leads_on, seen.vocabulary)):
        return
    words = [(found.start(), found.end(), found[0]) for found in _WORD.finditer(seen.plain)]
    for first, after, kind in _nouns(words):
        yield from _told_by(seen, words, first, after, kind)
    if not _PURPOSE_WORDS.isdisjoint(seen.vocabulary):
        yield from (Span(*each.span(1), CODE) for each in _FOR_A_PURPOSE.finditer(seen.told))


def _nouns(words: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Words that lead to something: the number of the first, that after the last, their kind."""
    at = 0
    while at < len(words):
        length, kind = _noun_at(words, at)
        if kind:
            yield at, at + length, kind
        at += length


def _noun_at(words: list[tuple[int, int, str]], at: int) -> tuple[int, str]:
    word = words[at][2]
    for rest, kind in _PHRASES.get(word, ()):
        if all(
            at + i < len(words) and words[at + i][2] == part for i, part in enumerate(rest, start=1)
        ):
            return 1 + len(rest), kind
    if word.endswith(_ENDINGS[PASSWORD]):
        return 1, PASSWORD
    if word.endswith(_ENDINGS[CODE]):
        return 1, "" if word.endswith(_NOT_SECRET_ENDINGS) else CODE
    return 1, SIGNED if word.endswith(_ENDINGS_OF_NAMES) else ""


def _told_by(
    seen: Canonical, words: list[tuple[int, int, str]], first: int, after: int, kind: str
) -> Iterable[Span]:
    start, end = words[first][0], words[after - 1][1]
    if kind in (CODE, PLACE, OPENS):
        if kind != OPENS and _is_no_secret(words, first, after):
            return []
        if kind == PLACE and not is_of_a_house(seen):
            return []
        strict = kind != CODE
        found = [
            *codes_after(seen, end, strict=strict),
            *([] if kind == OPENS else codes_before(seen, start, strict=strict)),
            *spoken_beside(words, first, after),
        ]
        if kind == CODE and not _OFFERS.isdisjoint(seen.vocabulary):
            found = [
                each
                for each in found
                if not _OF_AN_OFFER.fullmatch(seen.text[each.start : each.end])
            ]
        return found
    if kind == SENT:
        return codes_sent(seen, start, end)
    if kind == BACKUP:
        return _listed(seen, end)
    if kind == SEED:
        return [Span(*each.span(1), KEY) for each in _SEED.finditer(seen.plain, end, end + 600)]
    return passwords_after(seen, end, kind)


def _is_no_secret(words: list[tuple[int, int, str]], first: int, after: int) -> bool:
    if any(word in _NOT_SECRET for *_, word in words[max(0, first - _WORDS_BEFORE) : first]):
        return True
    # "code of conduct", but "the pin of her card"
    return after < len(words) and (
        not words[after - 1][2].endswith("pin")
        and words[after][2] in _NOT_SECRET_AFTER
        and words[after][0] - words[after - 1][1] <= 1
    )


_LIST_ITEM: Final = (
    r"(?:\d{1,2}[.):]\s)?(?=[a-z-]*\d)[a-z0-9]{3,12}(?:[ -](?=[a-z]*\d)[a-z0-9]{3,8})*"
)
_LIST: Final = re.compile(
    rf"[^\n\d]{{0,60}}?[:=\s(\"'-]\s*(?P<all>{_LIST_ITEM}(?:[\s,;|/•·*–-]{{1,4}}{_LIST_ITEM}){{0,40}})"
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def _listed(seen: Canonical, end: int) -> Iterator[Span]:
    yield from _of_one_length(seen, end)
    found = _LIST.match(seen.told, end)
    if found and not _YEAR.fullmatch(found["all"]) and sum(map(str.isalnum, found["all"])) >= 4:
        yield Span(*found.span("all"), KEY)


_CODES_IN_A_ROW: Final = re.compile(
    r"(?<![\w-])[a-z0-9]{6,12}(?:[ ,;|/\n]{1,3}[a-z0-9]{6,12}){2,30}(?![\w-])"
)
_REACH_OF_A_LIST: Final = 400


def _of_one_length(seen: Canonical, end: int) -> Iterator[Span]:
    """Codes in a row of which one happens to have no digit; all are as long as one another."""
    for found in _CODES_IN_A_ROW.finditer(seen.told, end, end + _REACH_OF_A_LIST):
        codes = list(re.finditer(r"[a-z0-9]+", found[0]))
        mixed = [code for code in codes if any(map(str.isdigit, code[0]))]
        if len(mixed) < 2:
            continue
        length = len(mixed[0][0])
        same = [code for code in codes if len(code[0]) == length]
        if len(same) > 2 and 2 * len(mixed) >= len(same):
            yield Span(found.start() + same[0].start(), found.start() + same[-1].end(), KEY)


_SEED: Final = re.compile(
    r"[^\n:=]{0,40}[:=\n]\s*"
    r"((?:\d{1,2}[.)]?\s*)?[a-z]{3,8}(?:[\s,]+(?:\d{1,2}[.)]?\s*)?[a-z]{3,8}){11,23})"
)
_FOR_A_PURPOSE: Final = re.compile(
    r"(?<![\w#+.,/:€$£-])(\d{3}[ -]?\d{3}|[a-z]-\d{4,8}|\d{4,8})[ ]*"
    r"(?:[^\W\d_]{1,20}[ ]|[-–,.] ?){1,4}?"
    rf"(?:{'|'.join(re.escape(each) for each in _PURPOSES)})(?!\w)"
)
