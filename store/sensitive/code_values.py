"""What a PIN, a code of a door, a combination looks like where a word tells that there is one.

Places are those of `Canonical.told`: small letters without accents, an O among digits a nought.
"""

import re
from collections.abc import Iterator
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.kinds import CODE
from store.sensitive.number_words import is_number_word, says_digits
from store.sensitive.spans import Span
from store.sensitive.words import OTHER_NUMBERS, words_of

_REACH: Final = 90
_REACH_BACK: Final = 60
_MOST_WORDS_BETWEEN: Final = 9
_WORDS_OF_SPEECH: Final = 14
_FEWEST_SPOKEN: Final = 3

_VALUE: Final = re.compile(
    r"(?<![\w€$£+])(?<!\d[.,:/])(?P<value>"
    r"[#*]{0,2}\d(?:[ .–-]{0,2}\d){2,15}(?:[a-z]{1,2}\d{0,4})?[#*]{0,2}(?![\w])"
    r"|(?:[lr][ -]?)?\d{1,2}(?:[ ]?(?:-|–|/|>|→|,|,? then|dann|puis|luego|poi|dan|potem|sen)?[ ]?"
    r"(?:(?:[lr]|left|right|links|rechts)[ -]?)?\d{1,2}){2,5}(?![\w:])"
    r"|[a-z]{1,4}-?\d{3,10}[a-z#*]?(?![\w])"
    r"|(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{4,12}[#*]?(?![\w])"
    r"|(?=[a-z]*-?\d)(?=\d*-?[a-z])[a-z0-9]{2,5}(?:-[a-z0-9]{2,5}){1,3}(?![\w])"
    r"|[#*]\d{2,8}[#*]?|\d{2,8}[#*]"
    r")"
)
# Alone behind a sign, and in capitals: "pickup code: QWXZ".
_CAPITALS: Final = re.compile(r"(?<!\w)[A-Z]{4,10}(?!\w)")
_IS: Final = "|".join(
    sorted(map(re.escape, words_of("password", "is")), key=lambda w: (-len(w), w))
)
_SIGN: Final = re.compile(rf"(?:[:=#>→(«“\"'`*_~|]|(?<=\s)[-–]|(?<!\w)(?:{_IS}))[\s\"'«“`(*_]*$")
_ONLY_SPACE: Final = re.compile(r"[\s\"'«“`*_(,.!-]*$")
_BACK: Final = re.compile(rf"\s*[\"'»”`)*_]*\s*(?:[=(:,–-]|(?:{_IS})(?!\w))")
_FOR: Final = "|".join(map(re.escape, words_of("code", "for")))
_BACK_FOR: Final = re.compile(rf"\s*(?:{_FOR})(?!\w)[ ](?:[^\W\d_]{{1,12}}[ ]){{0,3}}$")
_BEGINNING: Final = re.compile(
    rf"(?:^|[\n.!?:;,–(-]|(?<!\w)(?:{'|'.join(map(re.escape, words_of('code', 'opens')))}))\s*$"
)
# What follows a code is no thing that is counted: a sign, or a word that every sentence has.
_GOES_ON: Final = re.compile(
    r"[ \t]*(?:[^\w\s]|\n|$)|[ \t]+(?:"
    + "|".join(map(re.escape, [*words_of("code", "goes_on"), *words_of("language", "words")]))
    + r")(?!\w)"
)
_STOP: Final = re.compile(r"\n[ \t]*\n|(?<=[.!?…])\s+(?=\D)|(?<=[.!?…])\s+(?=\d[^\n]*\s\w)")
_YEAR: Final = re.compile(r"19\d\d|20[0-4]\d")
_DATE: Final = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:(?:19|20)\d\d|\d\d)"
    r"|(?:19|20)\d\d([./-])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01])"
)
_MEASURES: Final = re.compile(
    r"(?:%|€|\$|£|°|:\d\d|[.,]\d{2}\b|st|nd|rd|th|x|er|e|ers|h|m|l|g)(?!\w)"
    r"|\s?(?:%|€|\$|£|°|(?:km|kg|cm|mm|ml|mb|gb|tb|hrs?|mins?|am|pm|uhr|usd|eur|euros?|dollars?"
    r"|pounds?|quid|kr|kronor|zl|reais|pln|sek|gbp|chf|tage?n?|days?|weeks?|months?|years?|hours?"
    r"|minutes?|seconds?|secs?|jours?|dias?|giorni|dagen|dagar|dni|minuten|minutos|minuti|minut"
    r"|minuter|stunden|horas|ore|uur|godzin|timmar|heures|stuks?|pcs|pieces|percent"
    + "".join(f"|{re.escape(word)}" for word in words_of("code", "counted"))
    + r")(?!\w))"
)
_TIMES: Final = re.compile(r"\d{1,2}[h.]\d{2}|\d{1,4}(?:st|nd|rd|th|km|kg|cm|mm|mb|gb|min|am|pm|x)")
_FAR: Final = re.compile(r"\d{4,10}|[#*]\d{3,8}|\d{3,8}[#*]|\d{3}[ -]\d{3}|\d(?:[ .-]\d){3,9}")
_COORDINATE: Final = re.compile(r"\d{1,3}\.\d{3,}")
_LIKE_A_TELEPHONE: Final = 7
_LONG_FOR_A_COUNT: Final = 4
_TELEPHONES: Final = frozenset(
    "phone telefon telefonu telefoon telefono telefone telephone tel mobil mobile mobilen handy"
    " movil telemovel celular portable cellulare komorka iphone".split()
)
# Flats, pages and trains have numbers.
NUMBERED: Final = frozenset(words_of("code", "numbered"))
_HAS_SIGN: Final = re.compile(r"[#*]")
_WORDS: Final = re.compile(r"[^\W\d_]+")


def codes_after(seen: Canonical, end: int, *, strict: bool) -> Iterator[Span]:
    """Codes behind a word that ends at `end`. strict: the word is one for a place, not a code."""
    tail = seen.told[end : end + _REACH]
    if (stop := _STOP.search(tail, 14)) is not None:
        tail = tail[: stop.start()]
    was_found = False
    for found in _VALUE.finditer(tail):
        between = tail[: found.start()]
        if was_found or _is_code(seen, end, tail, found, between, strict):
            if was_found and not _FAR.fullmatch(found["value"].strip("#* ")):
                continue
            if was_found and (
                _YEAR.fullmatch(found["value"]) or _MEASURES.match(tail, found.end())
            ):
                continue
            was_found = True
            yield Span(end + found.start("value"), end + found.end("value"), CODE)
    if not was_found and not strict:
        yield from _in_capitals(seen, end, tail)


def _is_code(
    seen: Canonical, end: int, tail: str, found: re.Match[str], between: str, strict: bool
) -> bool:
    value = found["value"]
    if _MEASURES.match(tail, found.end()) or _TIMES.fullmatch(value):
        return False
    digits = sum(map(str.isdigit, value))
    said = _WORDS.findall(between)
    if len(said) > _MOST_WORDS_BETWEEN or (said and _is_of_another(said[-1], digits)):
        return False
    if _COORDINATE.fullmatch(value):
        return False
    is_signed = _SIGN.search(between) is not None
    is_direct = not said and _ONLY_SPACE.search(between) is not None
    has_letters = any(map(str.isalpha, value))
    is_shouted = (
        has_letters and seen.text[end + found.start("value") : end + found.end("value")].isupper()
    )
    if has_letters and not (is_signed or is_shouted) and not (is_direct and digits >= 3):
        return False
    if has_letters and digits < 2 and not (is_shouted and len(value) >= 5):
        return False
    if _DATE.fullmatch(value) and not (is_direct or (is_signed and len(said) < 3)):
        return False
    if strict:
        if not is_signed and is_a_time(said, value):
            return False
        return _is_code_of_a_place(tail, found, is_signed or is_direct, digits, is_shouted)
    if is_signed and digits >= 2:
        return True
    if is_shouted and digits >= 2 and not value.isdigit():
        return True
    if _YEAR.fullmatch(value) or not _stands_alone(tail, found.end(), value):
        return False
    if is_shouted:
        return True
    return digits >= 3 if is_direct else bool(_FAR.fullmatch(value))


def _stands_alone(tail: str, end: int, value: str) -> bool:
    """Whether nothing is counted by a number: what is counted is mostly round."""
    if _GOES_ON.match(tail, end):
        return True
    return len(value) >= _LONG_FOR_A_COUNT and value.isdigit() and not value.endswith("00")


def _is_of_another(word: str, digits: int) -> bool:
    """Whether a word before a number says that it is no code; a telephone has a code, too."""
    if word in NUMBERED:
        return True
    return word in OTHER_NUMBERS and (digits >= _LIKE_A_TELEPHONE or word not in _TELEPHONES)


def _is_code_of_a_place(
    tail: str, found: re.Match[str], is_led: bool, digits: int, is_shouted: bool
) -> bool:
    value = found["value"]
    if _HAS_SIGN.search(value) and digits >= 2:
        return True
    if _YEAR.fullmatch(value):
        return False
    if is_led and digits >= 4 and (is_shouted or not any(map(str.isalpha, value))):
        return digits <= 10
    if not _stands_alone(tail, found.end(), value):
        return False
    in_parts = len(re.findall(r"\d+", value)) >= 3 and digits <= 8
    if any(map(str.isalpha, value)):
        return is_led and is_shouted and len(value) >= 5
    return (digits >= (3 if is_led else 4) and digits <= 10) or in_parts


_FLIGHTS: Final = frozenset(words_of("code", "flights"))


def is_of_a_house(seen: Canonical) -> bool:
    """Whether a gate is none of an airport."""
    return _FLIGHTS.isdisjoint(seen.vocabulary)


_A_TIME: Final = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
_CLOCK: Final = frozenset(words_of("code", "clock"))


def is_a_time(before: list[str], number: str) -> bool:
    """Whether four digits behind these words are a time of the day."""
    return bool(before) and before[-1] in _CLOCK and _A_TIME.fullmatch(number) is not None


def is_year(number: str) -> bool:
    """Whether four digits may be a year."""
    return _YEAR.fullmatch(number) is not None


def is_counted(text: str, end: int, number: str) -> bool:
    """Whether a number that ends at `end` is an amount, a time, or counts something."""
    return bool(_MEASURES.match(text, end)) or not (
        _HAS_SIGN.search(number) or _stands_alone(text, end, number)
    )


def _in_capitals(seen: Canonical, end: int, tail: str) -> Iterator[Span]:
    found = _CAPITALS.search(seen.text, end, end + len(tail))
    if found is None:
        return
    sign = re.fullmatch(r"[^:=\n]{0,40}[:=]\s*[\"'“*]?", seen.text[end : found.start()])
    if sign and _GOES_ON.match(seen.told, found.end()):
        yield Span(*found.span(), CODE)


def codes_before(seen: Canonical, start: int, *, strict: bool) -> Iterator[Span]:
    """Codes before a word that begins at `start`: "4812 is the PIN", "2231# for the gate"."""
    low = max(0, start - _REACH_BACK)
    head = seen.told[low:start]
    for found in _VALUE.finditer(head):
        value, rest = found["value"].strip(), head[found.end() :]
        digits = sum(map(str.isdigit, value))
        if digits < 4 and not (_HAS_SIGN.search(value) and digits >= 2):
            continue
        if _MEASURES.match(head, found.end()) or _TIMES.fullmatch(value) or _DATE.fullmatch(value):
            continue
        said = _WORDS.findall(rest)
        before = _WORDS.findall(head[: found.start()])
        if (
            len(said) > 5
            or (before and before[-1] in OTHER_NUMBERS)
            or re.search(r"[.!?\n]\s", rest)
        ):
            continue
        has_sign = bool(_HAS_SIGN.search(value))
        led = bool(_BACK.match(rest)) and (has_sign or not strict)
        led = led or (not said and not strict and value.isdigit() and len(value) >= 5)
        goes = bool(_BACK_FOR.match(rest)) and (
            has_sign or bool(_BEGINNING.search(head[: found.start()]))
        )
        if (led and not _YEAR.fullmatch(value)) or goes:
            yield Span(low + found.start("value"), low + found.end("value"), CODE)


_SENT: Final = re.compile(
    r"(?<![\w€$£+.,:/-])(?:\d{6}|\d{3}[ -]\d{3}|[a-z]-\d{6})(?![\w€%]|[.,:/-]\d)"
)
_SENT_BACK: Final = 48


def codes_sent(seen: Canonical, start: int, end: int) -> Iterator[Span]:
    """Six digits beside a word for a message that a service sends, or for who sends it."""
    low = max(0, start - _SENT_BACK)
    for found in _SENT.finditer(seen.told, low, min(len(seen.told), end + _REACH)):
        before = _WORDS.findall(seen.told[low : found.start()])
        if not before or before[-1] not in OTHER_NUMBERS:
            yield Span(*found.span(), CODE)


def spoken_beside(words: list[tuple[int, int, str]], first: int, after: int) -> Iterator[Span]:
    """Digits in words, behind the word that leads to them or before it."""
    for low, high in (
        (after, min(len(words), after + _WORDS_OF_SPEECH)),
        (max(0, first - _WORDS_OF_SPEECH), first),
    ):
        for begin, end in spoken_runs(words[low:high]):
            yield Span(words[low + begin][0], words[low + end - 1][1], CODE)


def spoken_runs(words: list[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    """Rows of number words that say at least three digits."""
    begin: int | None = None
    for at, (*_, word) in enumerate([*words, (0, 0, "")]):
        if is_number_word(word):
            begin = at if begin is None else begin
        elif begin is not None:
            if says_digits([word for *_, word in words[begin:at]]) >= _FEWEST_SPOKEN:
                yield begin, at
            begin = None
