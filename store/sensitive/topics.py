"""What a text is about: health, money, family conflict, by words in two grades.

Grave words leave little doubt in any language. Everyday words are what people say of the same
things among themselves (pregnant, my salary, she moved out); they are taken in the language that
the text is written in, because a word of one is often another word of the next. Words that tell
little alone (doctor, results) tell enough together. What is said of a film or a game is about
nobody, and so are a few set phrases (a pregnant pause, a bank holiday).

A list names stems with a `*`, whole words, and phrases. Money takes two things where the words are
those of anybody's household: such a word, and an amount.

A short label may hold such a word and tell nothing: Anna Krebs, Nurse at Cancer Research UK. A few
words say that it is a name, a job or an organization, and others that it is none.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.kinds import FAMILY, HEALTH, MONEY
from store.sensitive.phrases import Phrase, Phrases, Told
from store.sensitive.words import ALL_LANGUAGES, entries_of, language_bits, words_of

_AMOUNT: Final = re.compile(
    r"[€$£¥₹]\s?\d|\d\s?[€$£¥₹]|\d\s?k\b|(?<!\w)(?:eur|usd|gbp|sek|nok|dkk|chf|brl|inr|pln|r\$)\s?\d"
    r"|\d\s?(?:eur|euros?|usd|dollars?|gbp|pounds?|quid|sek|kr|kronor|nok|dkk|chf|franken|francs?"
    r"|brl|reais|inr|rupees|pln|zl|zlotych|dolares|libras|pesos|pfund|mil\b|tausend|thousand|mille"
    r"|grand|tys|papp|laken|lappen|mila|tusen|duizend|tysiecy|pavos|balles)"
    r"(?!\w)|\d[.,\s]\d{3}(?!\d)"
)
_ANY_AMOUNT: Final = "money, where an amount stands beside it"
_ANY_NUMBER: Final = "money, where any number stands beside it"
_THOUSANDS: Final = "money, where thousands stand beside it"
_TRIFLE: Final = "what nobody is serious about"
_CONFIDENCE: Final = "what nobody shall know"
_INNOCENT: Final = "nothing"
_FICTION: Final = "what is told in a work"
_KIN: Final = "somebody of the family"
_OF_KIN: Final = "health, where somebody of the family is meant"
_EVERYDAY: Final = "everyday "
_HINT: Final = "hint of "
_GRAVE: Final = frozenset({HEALTH, MONEY, FAMILY, _ANY_AMOUNT})
# Medicines and illnesses by the endings that they share in all these languages.
_MEDICAL: Final = re.compile(
    r"(?:\w{3,}(?:oxetina?e?|pramine?a?|azepamu?|azolamu?|zepam|sartane?a?|prazole?|statine?a?"
    r"|[iu]mabu?|tinib|gliptine?a?|glutide?|traline?a?|triptane?a?|profene?|mycin|micina"
    r"|ektomi[ea]?|ectom(?:y|ia|ie)|plasti[ae]?k|algi[ae]|emi[ae]|patia|pathie|patie|itis|pram|oprame?)"
    r"|\w*(?:skler\w{2,5}|thrombos\w|trombos\w|ostomi[ea]?|ostomy|carcinom\w{0,2}|karcinom\w{0,2}"
    r"|karzinom\w?|sarcom\w|sarkom\w?|lymfom\w?|lymphom\w|linfom\w|fobie|fobia|phobie))"
)
_NO_ILLNESS: Final = frozenset(
    "academia academie akademia akademie epidemia epidemie pandemia pandemie bohemia boemia"
    " nostalgia nostalgie anemia simpatia simpatie sympatia sympathie antipatia empatia empathie"
    " telepathie telepatia telepatie chemie chemia alchemie alchemia premia premie"
    .split()
)  # fmt: skip
_AN_ILLNESS: Final = Phrase(("",), _EVERYDAY + HEALTH, 0)
# What is said of a bakery as of a husband: betrayal, divorce, addiction.
_HYPERBOLES: Final = tuple(words_of("topics", "hyperboles"))
_LONG: Final = 6
_TWO: Final = 2
_OF_ONE_LANGUAGE: Final = 7
_OF_NO_LANGUAGE: Final = 5
_OF_A_WORK: Final = 8
_OF_A_WORK_GRAVE: Final = 4
_OF_ONE_ANOTHER: Final = 10
_OF_KIN_ALONE: Final = 3
# What everybody drinks and forgets.
_DRINKS: Final = frozenset(words_of("topics", "drinks"))


def _entries() -> Iterator[tuple[str, str, int]]:
    for section, topic in (("health", HEALTH), ("family", FAMILY), ("money", MONEY)):
        for entry in words_of(section, "words"):
            yield entry, topic, ALL_LANGUAGES
        for name, kind in (("everyday", _EVERYDAY), ("hints", _HINT)):
            yield from ((way, kind + topic, bits) for way, bits in _spelt(section, name))
    for entry in words_of("money", "with_amount"):
        yield entry, _ANY_AMOUNT, ALL_LANGUAGES
    for section, name, kind in (
        ("money", "loose_amount", _ANY_NUMBER), ("confidence", "words", _CONFIDENCE),
        ("innocent", "words", _INNOCENT), ("fiction", "words", _FICTION),
        ("fiction", "animals", _FICTION), ("fiction", "trifles", _TRIFLE),
        ("money", "with_thousands", _THOUSANDS), ("health", "with_kin", _OF_KIN),
        ("family", "kin", _KIN),
    ):  # fmt: skip
        yield from ((way, kind, bits) for way, bits in _spelt(section, name))


def _spelt(section: str, name: str) -> Iterator[tuple[str, int]]:
    """The entries of a list, also without apostrophes: "don t" and "dont"."""
    for entry, bits in entries_of(section, name):
        yield entry, bits
        if (joined := re.sub(r"(?<=n) t(?= |$)", "t", entry)) != entry:
            yield joined, bits


_PHRASES: Final = Phrases(_entries())


class _List:
    """Entries of a list, to be asked whether one of them is meant; a `*` stands for the rest."""

    def __init__(self, name: str) -> None:
        entries = words_of("label", name)
        self._whole = frozenset(entry for entry in entries if not entry.endswith("*"))
        self._stems = tuple(entry[:-1] for entry in entries if entry.endswith("*"))

    def __contains__(self, said: str) -> bool:
        return said in self._whole or said.startswith(self._stems)


_BORNE: Final = _List("borne")
_WORK: Final = _List("work")
_TELLS: Final = _List("tells")


def find_topic(seen: Canonical, everyday: bool = True) -> str:
    """What the text is about, or nothing. everyday: whether by everyday words too."""
    told = _told(seen.words)
    if not told:
        return ""
    grave = {each.phrase.tells for each in told if each.phrase.tells in _GRAVE}
    topic = _main_topic(seen, grave)
    return topic or (_everyday_topic(seen, told) if everyday else "")


def find_topic_of_label(seen: Canonical, borne: bool) -> str:
    """The same of a label; nothing of one that is a job, an organization or, if `borne`, a name.

    borne: people and organizations are called so. What is given to somebody, such as a tag, tells
    of them: `Krebs` is a family, or an illness.
    """
    words = seen.words
    told = [
        (each.phrase.tells, " ".join(words[each.start : each.end]))
        for each in _PHRASES.find(words)
        if each.phrase.tells in _GRAVE
    ]
    if told and not any(word in _TELLS for word in words):
        if any(word in _WORK for word in words):
            return ""
        told = [(topic, said) for topic, said in told if not borne or said not in _BORNE]
    return _main_topic(seen, {topic for topic, _ in told})


def _told(words: list[str]) -> list[Told]:
    """What the words tell in the language of the text, without what only sounds like it."""
    found = list(_PHRASES.find(words))
    if not any(each.phrase.tells not in (_KIN, _FICTION, _INNOCENT, _TRIFLE) for each in found):
        return _medical(words)
    bits = language_bits(words)
    found = [
        each
        for each in found
        if each.phrase.tells in _GRAVE
        or each.phrase.languages & bits
        or _is_of_one(each.phrase, bits)
    ]
    innocent = {
        at for each in found if each.phrase.tells == _INNOCENT for at in range(each.start, each.end)
    }
    works = {each.start for each in found if each.phrase.tells == _FICTION}
    trifles = {each.start for each in found if each.phrase.tells == _TRIFLE}
    has_kin = any(each.phrase.tells == _KIN for each in found)
    kept = []
    for each in found:
        tells = each.phrase.tells
        if tells in (_INNOCENT, _FICTION, _TRIFLE) or not innocent.isdisjoint(
            range(each.start, each.end)
        ):
            continue
        if trifles and each.phrase.words[0].startswith(_HYPERBOLES):
            continue
        reach = _OF_A_WORK_GRAVE if tells in _GRAVE else _OF_A_WORK
        of_a_work = bool(works) and _is_near(each.start, works, reach)
        if not of_a_work or tells == _KIN or (has_kin and tells in _GRAVE):
            kept.append(each)
    return kept + ([] if works else _medical(words))


def _is_near(at: int, places: set[int], reach: int) -> bool:
    return any(at + step in places for step in range(-reach, reach + 1))


def _is_of_one(phrase: Phrase, bits: int) -> bool:
    """Whether a phrase is so long that it is of no other language by chance.

    bits: of the languages of the text; a line of a few words may be of none.
    """
    length = len("".join(phrase.words).replace("*", ""))
    return length >= (_OF_ONE_LANGUAGE if bits else _OF_NO_LANGUAGE)


def _medical(words: list[str]) -> list[Told]:
    return [
        Told(at, at + 1, _AN_ILLNESS)
        for at, word in enumerate(words)
        if len(word) > _LONG and word not in _NO_ILLNESS and _MEDICAL.fullmatch(word)
    ]


# A number that may be an amount: no year, time or date; and amounts in words.
_A_NUMBER: Final = re.compile(
    r"(?<![\w:/.,-])(?!(?:19|20)\d\d(?!\w))[1-9]\d{1,2}(?:[.,\s]?\d{3})*k?(?![\w:/-]|[.,]\d)"
    r"|(?<!\w)(?:hundred|thousand|grand|hundert|tausend|cien|doscientos|quinientos|mil|cent|cents"
    r"|mille|cento|duecento|trecento|cinquecento|mila|honderd|duizend|sto|dwiescie|tysiac|tysiace"
    r"|tysiecy|stowe|stow|hundra|tusen|tusenlapp|lucas|duzentos|trezentos|quinhentos|cem)(?!\w)"
)


_MANY: Final = re.compile(
    r"(?<![\w:/.,-])(?!(?:19|20)\d\d(?!\w))[1-9]\d{0,2}[.,\s]?\d{3}(?![\w:/-]|[.,]\d)"
    r"|(?<!\w)(?:\d+[ ]?)?(?:k|mil|mille|mila|tausend|thousand|grand|tusen|duizend|tys|tysiecy"
    r"|tysiac|tysiace|contos?|lakh|palos|lucas|papp|tonnen|ruggen|briques|laken|lappar)(?!\w)"
    r"|(?<!\w)\d+(?:k|mila)(?!\w)"
)


def _everyday_topic(seen: Canonical, told: list[Told]) -> str:
    kinds = {each.phrase.tells for each in told}
    numbers = [found[0] for found in _A_NUMBER.finditer(seen.plain)]
    has_amount = any(len(n) > _TWO for n in numbers) or bool(_AMOUNT.search(seen.plain))
    if has_amount and not kinds.isdisjoint({_ANY_NUMBER, _ANY_AMOUNT}):
        return MONEY
    if numbers and _ANY_NUMBER in kinds:
        return MONEY
    if _THOUSANDS in kinds and _MANY.search(seen.plain):
        return MONEY
    if _CONFIDENCE in kinds:
        if has_amount and _HINT + HEALTH not in kinds:
            return MONEY
        for topic in (HEALTH, MONEY):
            if _HINT + topic in kinds:
                return topic
        if _KIN in kinds or _HINT + FAMILY in kinds:
            return FAMILY
    for topic in (HEALTH, FAMILY, MONEY):
        if any(each.phrase.tells == _EVERYDAY + topic for each in told):
            return topic
    for topic in (HEALTH, MONEY):
        hints = [each for each in told if each.phrase.tells == _HINT + topic]
        # If any two hints that differ stand close, two neighbours among them do.
        if any(
            one.phrase.words != other.phrase.words
            and 0 < other.start - one.start <= _OF_ONE_ANOTHER
            for one, other in pairwise(hints)
        ):
            return topic
    kin = {each.start for each in told if each.phrase.tells == _KIN}
    for each in told:
        if each.phrase.tells == _HINT + FAMILY and _is_near(each.start, kin, _OF_ONE_ANOTHER):
            return FAMILY
        if each.phrase.tells == _OF_KIN and _is_near(each.start, kin, _OF_KIN_ALONE):
            return "" if not _DRINKS.isdisjoint(seen.vocabulary) else HEALTH
    return ""


def _main_topic(seen: Canonical, told: set[str]) -> str:
    if HEALTH in told:
        return HEALTH
    if MONEY in told or (_ANY_AMOUNT in told and _AMOUNT.search(seen.plain)):
        return MONEY
    return FAMILY if FAMILY in told else ""
