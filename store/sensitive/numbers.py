"""Cards, bank accounts, identity numbers: digits of the right length with their check digits."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.identity_numbers import LETTERED, RULES, Rule, luhn
from store.sensitive.kinds import ACCOUNT, CARD, IDENTITY, NUMBERS
from store.sensitive.number_words import is_number_word
from store.sensitive.spans import Span
from store.sensitive.words import ACCOUNT_WORDS, CARD_WORDS, OTHER_NUMBERS

_DIGITS: Final = re.compile(r"[0-9]+")
FEWEST_DIGITS: Final = 6
_GAP: Final = re.compile(r"[\s.\-/_,+]{1,4}")
_MOST_DIGITS: Final = 26
# Fewer may be a telephone number.
FEWEST_SPOKEN: Final = 12
_WORDS_OR_DIGITS: Final = re.compile(r"\w+")
_CCC_WEIGHTS: Final = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
_REACH_OF_A_CARD: Final = 60
_OF_A_CARD: Final = re.compile(
    r"(?<![\w/])(?:0[1-9]|1[0-2])[ ]?[/-][ ]?(?:20)?[2-4]\d(?![\w/])"
    r"|(?<![\w/.,:€$£-])\d{3,4}(?![\w%€:/])"
)
_UUID: Final = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOST_LOOKS: Final = 4_000
_BEFORE: Final = 48
_AFTER: Final = 24
_WORDS: Final = re.compile(r"[^\W\d_]+")
# ISO/IEC 7812 issuer ranges that cards for paying are given from, with their lengths.
_BRANDS: Final = (
    (re.compile(r"4"), {13, 16, 19}),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"3(?:0[0-5]|[689])"), {14, 16}),
    (re.compile(r"35"), {16}),
    (re.compile(r"2131|1800"), {15}),
    (re.compile(r"6(?:011|4[4-9]|5)"), {16, 19}),
    (re.compile(r"62|81"), {16, 17, 18, 19}),
    (re.compile(r"5018|5020|5038|5[678]|6304|6759|676[123]|220[0-4]|60|63|67"), {16, 18, 19}),
)
# Short ones of the same family: of 12 digits where no word says that it is something else (one
# number of twelve digits in 300 looks so by chance), the others beside a word for a card alone.
_SHORT_MAESTRO: Final = re.compile(r"5018|5020|5038|5[678]|6304|6390|6759|676")
_USUAL_CARDS: Final = {
    (4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (6, 13), (8, 8), (13,), (14,), (15,),
    (16,), (18,), (19,),
}  # fmt: skip
# A Polish account; a British sort code with its account.
_USUAL_ACCOUNTS: Final = {(2, 4, 4, 4, 4, 4, 4), (6, 8), (2, 2, 2, 8)}
_LONGEST: Final = 26
# What an account is called in Argentina.
ALIAS_WORDS: Final = frozenset({"cbu", "cvu", "alias"})
_ALIAS: Final = re.compile(
    r"(?<![\w.])([A-Z]{2,12}(?:\.[A-Z0-9]{2,12}){1,3}"
    r"|(?<=alias )[a-z]{2,12}(?:\.[a-z0-9]{2,12}){1,3})(?!\w)"
)
_LETTERED: Final = [
    (re.compile(rf"(?<![A-Z0-9])(?:{form})(?![A-Z0-9])"), valid) for form, valid in LETTERED
]
# Lengths of the registry of ISO 13616.
_IBAN_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FO FI GL NL", 19: "MK SI", 20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ TL OM",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR",
        27: "FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB PL SV", 29: "BR PS QA UA",
        30: "JO KW MU", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
_IBAN_START: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[\s.-]{0,2}[0-9][\s.-]{0,2}[0-9]")
_IBAN_PART: Final = re.compile(r"[\s.\-]{0,3}([A-Z0-9])")
_by_length: defaultdict[int, list[Rule]] = defaultdict(list)
for _rule in RULES:
    _by_length[_rule.digits].append(_rule)


def find_numbers(seen: Canonical) -> list[Span]:
    """Payment cards, bank accounts and identity numbers; places in the canonical text."""
    spoken = list(_spoken_cards(seen))
    if not ALIAS_WORDS.isdisjoint(seen.vocabulary):
        spoken += [Span(*each.span(1), ACCOUNT) for each in _ALIAS.finditer(seen.text)]
    if sum(map(len, _DIGITS.findall(seen.digits))) < FEWEST_DIGITS:
        return spoken
    groups = [found.span() for found in _DIGITS.finditer(seen.digits)]
    upper = seen.lower.upper()
    if len(upper) != len(seen.text):
        upper = "".join(c.upper()[:1] for c in seen.lower)
    found = list(_runs(seen, groups))
    of_cards = _beside_cards(seen, [span for span in found if span.kind == CARD])
    found = [*_ibans(upper), *_lettered(seen, upper), *found]
    uuids = [each.span() for each in _UUID.finditer(seen.text)]
    if uuids:
        found = [
            span
            for span in found
            if not any(start < span.end and span.start < end for start, end in uuids)
        ]
    return [*found, *of_cards, *spoken]


def _ibans(upper: str) -> Iterator[Span]:
    for start in _IBAN_START.finditer(upper):
        length = _IBAN_LENGTHS.get(start[0][:2])
        if length is None:
            continue
        characters, at = list(start[0][:2]), start.start() + 2
        while len(characters) < length and (part := _IBAN_PART.match(upper, at)):
            characters.append(part[1])
            at = part.end()
        number = "".join(characters)
        if len(number) == length and _mod_97(number[4:] + number[:4]) == 1:
            yield Span(start.start(), at, ACCOUNT)


def _mod_97(characters: str) -> int:
    return int("".join(str(int(character, 36)) for character in characters)) % 97


def _lettered(seen: Canonical, upper: str) -> Iterator[Span]:
    for form, valid in _LETTERED:
        for found in form.finditer(upper):
            bare = re.sub(r"[ .]|-(?=.?$)|(?<=^[XYZ])-", "", found[0])
            apart = " " in found[0][-2:] and seen.text[found.end() - 1].islower()
            if not apart and valid(bare if "-" in bare[6:7] else bare.replace("-", "")):
                yield Span(*found.span(), IDENTITY)


def _runs(seen: Canonical, groups: list[tuple[int, int]]) -> Iterator[Span]:
    """Groups of digits that follow one another, from each group on as far as a number can reach."""
    at = looked = 0
    while at < len(groups):
        if looked > _MOST_LOOKS:  # a table of numbers: what nobody has looked at does not leave
            yield Span(groups[at][0], groups[-1][1], NUMBERS)
            return
        reach, looks = _number_at(seen, groups, at)
        looked += looks
        if reach is None:
            at += 1
        else:
            last, kind = reach
            yield Span(groups[at][0], groups[last][1], kind)
            at = last + 1


def _number_at(
    seen: Canonical, groups: list[tuple[int, int]], first: int
) -> tuple[tuple[int, str] | None, int]:
    """The longest number from a group on, as its last group and kind; how many were looked at."""
    start = groups[first][0]
    if seen.text[start - 1 : start].isalpha() or seen.text[start - 1 : start] == "+":
        return None, 1
    looks = 1
    digits, lengths, gaps = "", [], set[str]()
    longest: tuple[int, str] | None = None
    for at in range(first, len(groups)):
        low, high = groups[at]
        if at > first:
            gap = seen.digits[groups[at - 1][1] : low]
            if not _GAP.fullmatch(gap):
                break
            gaps.update(gap)
        if len(digits) + high - low > _MOST_DIGITS:
            break
        digits += seen.digits[low:high]
        lengths.append(high - low)
        if seen.text[high : high + 1].isalpha():
            break
        looks += len(digits) >= FEWEST_DIGITS
        if len(digits) >= FEWEST_DIGITS and (
            kind := _kind(seen, start, high, digits, tuple(lengths), gaps)
        ):
            longest = at, kind
    return longest, looks


def _kind(
    seen: Canonical, start: int, end: int, digits: str, lengths: tuple[int, ...], gaps: set[str]
) -> str:
    if _is_card(digits) and (lengths in _USUAL_CARDS or gaps <= set(" \t\n\r-.")):
        around = _words_around(seen, start, end)
        has_end = _OF_A_CARD.search(seen.digits, end, end + _REACH_OF_A_CARD)
        is_in_groups = len(lengths) > 1 and (lengths in _USUAL_CARDS or not around & OTHER_NUMBERS)
        if is_in_groups or around & CARD_WORDS or has_end or not around & OTHER_NUMBERS:
            return CARD
    is_short = len(digits) in {12, 13, 14, 15} and _SHORT_MAESTRO.match(digits) and luhn(digits)
    if is_short:
        around = _words_around(seen, start, end)
        alone = lengths in {(12,), (4, 4, 4)} and not around & OTHER_NUMBERS
        if alone or around & CARD_WORDS:
            return CARD
    for rule in _by_length[len(digits)]:
        if rule.valid(digits) and _is_told(seen, start, end, lengths, gaps, rule):
            return IDENTITY
    if lengths in _USUAL_ACCOUNTS or (
        _is_account_number(digits)
        and (len(digits) == _LONGEST or not _words_around(seen, start, end) & OTHER_NUMBERS)
    ):
        return ACCOUNT
    before = _words_around(seen, start, end, after=0)
    if len(lengths) <= 6 and before & ACCOUNT_WORDS and not _is_date(digits, lengths):
        return ACCOUNT
    if lengths == (4, 4, 4, 4) and digits[0] in "23456" and before & CARD_WORDS:
        return CARD  # mistyped, but a card
    return ""


def _is_date(digits: str, lengths: tuple[int, ...]) -> bool:
    return lengths in {(2, 2, 4), (4, 2, 2), (1, 1, 4), (1, 2, 4), (2, 1, 4)} or (
        len(lengths) == 1 and digits[:2] in {"19", "20"} and len(digits) in {6, 8}
    )


def _is_account_number(digits: str) -> bool:
    """Account numbers of Poland, Portugal, Spain and Mexico by their own check digits."""
    if len(digits) == 26:
        return _mod_97(digits[2:] + "2521" + digits[:2]) == 1
    if len(digits) == 21:
        return _mod_97(digits + "252950") == 1
    if len(digits) == 20:
        return _ccc_digit("00" + digits[:8]) == digits[8] and _ccc_digit(digits[10:]) == digits[9]
    return False


def _ccc_digit(ten: str) -> str:
    rest = 11 - sum(int(d) * w for d, w in zip(ten, _CCC_WEIGHTS, strict=True)) % 11
    return {10: "1", 11: "0"}.get(rest, str(rest))


def _beside_cards(seen: Canonical, cards: list[Span]) -> Iterator[Span]:
    """What belongs to a card and stands behind it: until when it is valid, its three digits."""
    for card in cards:
        low, high = max(0, card.start - _REACH_OF_A_CARD), card.end + _REACH_OF_A_CARD
        for start, end in ((low, card.start), (card.end, high)):
            for found in _OF_A_CARD.finditer(seen.digits, start, end):
                yield Span(*found.span(), CARD)


def _spoken_cards(seen: Canonical) -> Iterator[Span]:
    """A card number, an account or the like that is read out in words."""
    if sum(map(is_number_word, seen.words)) < FEWEST_SPOKEN:
        return
    begin, last, count = -1, 0, 0
    for found in [*_WORDS_OR_DIGITS.finditer(seen.plain), None]:
        if found is not None and is_number_word(found[0]):
            begin = found.start() if not count else begin
            last, count = found.end(), count + 1
            continue
        if count >= FEWEST_SPOKEN:
            yield Span(begin, last, NUMBERS)
        count = 0


def _is_card(digits: str) -> bool:
    return luhn(digits) and any(
        len(digits) in lengths and prefix.match(digits) for prefix, lengths in _BRANDS
    )


def _is_told(
    seen: Canonical,
    start: int,
    end: int,
    lengths: tuple[int, ...],
    gaps: set[str],
    rule: Rule,
) -> bool:
    around = _words_around(seen, start, end)
    if around & rule.words:
        return True
    if around & OTHER_NUMBERS:
        return False
    if lengths in rule.groups and gaps <= set(rule.separators):
        return rule.grouped
    return rule.alone and len(lengths) == 1


def _words_around(seen: Canonical, start: int, end: int, after: int = _AFTER) -> set[str]:
    """The words of the line that the number stands in, up to a bound on each side."""
    left = seen.plain[max(0, start - _BEFORE) : start].rpartition("\n\n")[2]
    right = seen.plain[end : end + after].partition("\n\n")[0]
    return {*_WORDS.findall(left), *_WORDS.findall(right)}
