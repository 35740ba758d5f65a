"""What a password looks like where a word tells that there is one."""

import re
from collections.abc import Iterator
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.kinds import PASSWORD
from store.sensitive.spans import Span
from store.sensitive.words import words_of

LOOSE: Final = "word for a password and for other things"
SIGNED: Final = "name of a variable"
DEVICE: Final = "what a password is for"

_REACH: Final = 160
_MOST_WORDS_BETWEEN: Final = 8
_MOST_WORDS: Final = 6
_WORDS_OF_A_PHRASE: Final = 4
_SHORTEST: Final = 4
_SHORTEST_CHOSEN: Final = 5
_NEAR: Final = 1
_LONG_NUMBER: Final = 14
_AS_LONG_AS_A_KEY: Final = 20
SHORTEST_MADE_UP: Final = 8
_SHORTEST_OF_A_PAIR: Final = 6
_OF_A_FILE: Final = re.compile(r"\.[A-Za-z]\w{1,4}$")

_NO_VALUES: Final = frozenset(words_of("password", "no_values"))
_FICTION: Final = frozenset(words_of("fiction", "words"))
# The word of a crossword, the words of a page for search engines, a motto.
_RIDDLES: Final = frozenset(words_of("password", "riddles"))
_JOINS: Final = frozenset(words_of("password", "joins"))
_IS: Final = "|".join(
    sorted(map(re.escape, words_of("password", "is")), key=lambda w: (-len(w), w))
)
_SIGN: Final = re.compile(
    rf"(?P<sign>\"?\s*(?::=|:|=|->|→|–>|=>)|[ \t](?:-|–|—)(?=[ \t]))\s*"
    rf"|(?<!\w)(?P<is>{_IS})(?!\w)\s*[:=]?\s*"
)
_QUOTED: Final = re.compile(r"[\"“„«`‘”']\s*([^\"”“»`’'\n]{2,100})[\"”“»`’']")
_TOKEN: Final = re.compile(r"\S{1,200}")
_CUT: Final = re.compile(r"[\s;<>\"“”»]|&(?=\w+=)")
_END: Final = ".,;?)\"'”»’`*_]}"
_STOP: Final = re.compile(r"\n[ \t]*\n|(?<=[.!?…])\s+(?=\S+\s+\S+\s+\S)")
_WORDY: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# How a word ends that says how something is, and is no name for anything.
_REMARK: Final = re.compile(
    r".*(?:ing|ed|able|ible|ous|less|ado|ada|ido|ida|ato|ata|uto|uta|owane|one|ony|iert|ert|isch|lich"
    r"|bar|los|eerd|lijk|baar|eux|euse|bile|able|at|ad|t)"
)
_MEANT: Final = re.compile(r"[\d!$&@#%*_?+=^~]")
_LINKED: Final = re.compile(r"(?:https?://|www\.)\S*|[\w.+-]+@[\w-]+\.[\w.-]+")
_NUMBERED: Final = re.compile(
    r"\d{1,2}[.:h]\d{2}\S*|\d{1,3}[.)]?|\d+(?:st|nd|rd|th|er|x|%|€)|[€$£]\d[\d.,]*k?|\d+[.,]\d+\S*|(?:19|20)\d\d"
)
_HIDDEN: Final = re.compile(r"[*•.…_\-x]+")
_PAIR: Final = re.compile(r"(?<!\S)([\w.@-]{2,40})[ ]?/[ ]?([^\s/]{3,64})(?!\S)")


def passwords_after(seen: Canonical, end: int, kind: str) -> Iterator[Span]:
    """Passwords behind a word that ends at `end`."""
    tail = seen.text[end : end + _REACH]
    if (stop := _STOP.search(tail, 12)) is not None:
        tail = tail[: stop.start()]
    low = seen.plain[end : end + len(tail)]
    if kind == DEVICE:
        of_a_user = is_of_a_user(seen)
        yield from (
            Span(end + a, end + b, PASSWORD)
            for a, b in _made_up(tail)
            if not (of_a_user and _NAME_OF_A_USER.fullmatch(tail[a:b]))
        )
        return
    if kind == PASSWORD and not _RIDDLES.isdisjoint(seen.vocabulary):
        kind = LOOSE
    if kind not in (PASSWORD, LOOSE, SIGNED):
        yield from (Span(end + low_, end + high, PASSWORD) for low_, high in _of_a_login(tail))
        return
    found = _behind_a_sign(tail, low, kind)
    if found is None and kind != SIGNED:
        found = _chosen(tail, 0, loose=kind == LOOSE)
    if found is not None:
        yield Span(end + found[0], end + found[1], PASSWORD)
        if (pair := _also(tail, found[1])) is not None:
            yield Span(end + pair[0], end + pair[1], PASSWORD)


# A word that somebody made up for the purpose: Volvo240turbo, no-more-brian-2026.
_MADE_UP: Final = re.compile(
    r"[^\W\d_a-z]?[^\W\d_]{3,}\d{2,}(?:[^\W\d_]{0,12}|[!?*$&@.]{1,3})"
    r"|(?:[^\W\d_]{2,}[-._]){1,5}[^\W\d_]*\d{1,6}[!?*$]?|\d{2,6}[-._]?[^\W\d_]{4,}[!?*$]{0,2}"
)


_WITH_SIGNS: Final = re.compile(r"(?=\S*\d)(?=\S*[^\W\d_])(?=\S+[!#$&@%*+=_-]\S)\S{8,64}")


def _made_up(tail: str) -> Iterator[tuple[int, int]]:
    for token in _TOKEN.finditer(tail):
        start = token.start() + (len(token[0]) - len(token[0].lstrip("(\"'“„«`*_[")))
        value = _stripped(tail[start : token.end()])
        if len(value) < SHORTEST_MADE_UP or _LINKED.match(value) or _OF_A_FILE.search(value):
            continue
        if _WITH_SIGNS.fullmatch(value) or (
            _MADE_UP.fullmatch(value)
            and (value[:1].isupper() or "-" in value or "." in value[1:-1])
        ):
            yield start, _with_more(tail, start + len(value))


_NAME_OF_A_USER: Final = re.compile(r"[^\W\dA-Z_]+(?:[._-][^\W\dA-Z_]+)*[._-]?\d{0,4}")
_SAYS_WHO: Final = re.compile(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, words_of('password', 'users')))})(?!\w)"
)


def is_of_a_user(seen: Canonical) -> bool:
    """Whether a text says what somebody is called somewhere: "on duolingo I'm …"."""
    return _SAYS_WHO.search(seen.plain) is not None


# What nothing but a password looks like: words joined by signs, of which one begins with a capital
# in the middle or has a digit for a letter.
_STRONG: Final = re.compile(
    r"(?=\S*\d)(?=\S*[a-z])(?:[^\W_]+[._#&*+$%])+[^\W\d_a-z]\w*(?:[._#&*+$%-]\w*)*[!?*$#]*"
    r"|(?:[^\W\d_]+[._])+[^\W\d_]+[#&*+$%]\d+[!?*$#]*"
    r"|[^\W\d_]*[b-df-hj-np-tv-z][013457][b-df-hj-np-tv-z][a-z]{2,}(?:[._-]\w+)+[!?*$#]*"
)
_LEET: Final = re.compile(
    r"[^\W\d_]?[b-df-hj-np-tv-z][013457][b-df-hj-np-tv-z][a-z]{2,}\S*[_\d-]\S*"
)
_JOINED: Final = re.compile(r"(?=\S*[A-Z])[^\W\d_]+(?:[._-][^\W\d_]+){2,}\d*[!?*$#]*")
_WORD_AND_NUMBER: Final = re.compile(
    r"[^\W\d_A-Z]{8,}\d{1,4}[!?*$#]*|[A-Z][^\W\d_A-Z]{4,}(?:\d{2,6}[!?*$#]{0,3}|\d[!?*$#]{1,3})"
)
# A quotation, or an option of a command: -p'…'
_OPENS: Final = re.compile(r"(?:-p)?[(\"'“„«`*_\[]+")
_NO_PASSWORD: Final = re.compile(
    r"(?i:windows|iphone|ipad|galaxy|pixel|ryzen|core|python|android|formel|formula|covid|office|euro"
    r"|playstation|fifa|java|macos|photoshop|ubuntu|debian|radeon|geforce|bluetooth|usb)\S*"
    r"|(?:https?:|www\.|[@#/])\S*|\S*[/@]\S*|[A-Z]{1,8}-\d+|[A-Z]+\d*|[0-9a-f]+|\d\S*|\S+\.[a-z]{2,4}"
)


_A_FILE: Final = re.compile(r"\.(?:[a-z]\w{1,4}|[A-Z]{2,4}\d?)$")


def made_up_tokens(seen: Canonical, *, in_context: bool, of_a_user: bool) -> Iterator[Span]:
    """Words that somebody made up for the purpose. in_context: beside what one logs in to."""
    if in_context:
        for pair in _PAIR.finditer(seen.text):
            value = pair[2]
            if len(value) >= _SHORTEST_OF_A_PAIR and _MEANT.search(value) and not value.isdigit():
                yield Span(*pair.span(2), PASSWORD)
    for found in _TOKEN.finditer(seen.text):
        token = found[0]
        if len(token) < SHORTEST_MADE_UP or token.isalpha() or ";" in token[:-1]:
            continue
        opened = _OPENS.match(token)
        start = found.start() + (opened.end() if opened else 0)
        value = _stripped(seen.text[start : found.end()])
        if len(value) < SHORTEST_MADE_UP or _NO_PASSWORD.fullmatch(value):
            continue
        if _A_FILE.search(value) or (of_a_user and _NAME_OF_A_USER.fullmatch(value)):
            continue
        if _STRONG.fullmatch(value) or (
            in_context
            and (
                _JOINED.fullmatch(value)
                or _WORD_AND_NUMBER.fullmatch(value)
                or _LEET.fullmatch(value)
            )
        ):
            yield Span(start, _with_more(seen.text, start + len(value)), PASSWORD)


def _behind_a_sign(tail: str, low: str, kind: str) -> tuple[int, int] | None:
    for sign in _SIGN.finditer(low):
        if sign["is"] == "e" and tail[sign.start() : sign.start() + 1] == "e":
            continue  # "and", where no accent makes it "is"
        between = low[: sign.start()]
        if len(between.split()) > _MOST_WORDS_BETWEEN:
            return None
        if kind == SIGNED and (between.strip("\"' ") or sign["sign"] is None):
            return None
        at = sign.end()
        if quoted := _QUOTED.match(tail, at):
            if not sign["sign"] and not _FICTION.isdisjoint(re.findall(r"\w+", low)):
                return None
            if kind == PASSWORD or _MEANT.search(quoted[1]):
                return quoted.span(1)
            continue
        if (value := _value_at(tail, low, at, bool(sign["sign"]), kind)) is not None:
            return value
    return None


def _value_at(tail: str, low: str, at: int, signed: bool, kind: str) -> tuple[int, int] | None:
    token = _TOKEN.match(tail, at)
    if token is None:
        return None
    end = at + len(_stripped(token[0]))
    value = tail[at:end]
    if not value or _HIDDEN.fullmatch(value.lower()):
        return None
    if low[at:end] in _NO_VALUES and kind != PASSWORD:
        return None
    if _LINKED.match(value):
        return None
    if looks_chosen(value) or (kind == SIGNED and len(value) >= 6):
        return at, _with_more(tail, end)
    if kind != PASSWORD:
        return None
    if not signed and not _FICTION.isdisjoint(re.findall(r"\w+", low)):
        return None  # the password of a story, the solution of a crossword
    words_end = _plain_words(tail, low, at, signed)
    return None if words_end is None else (at, words_end)


def _stripped(value: str) -> str:
    cut = _CUT.search(value)
    value = value[: cut.start()] if cut and cut.start() else value
    return value.rstrip(_END) or value


def _with_more(tail: str, end: int) -> int:
    """Signs at the end of a password may be a part of it, and so what looks chosen behind it."""
    while end < len(tail) and tail[end] in "!?*#$%)._":
        end += 1
    following = _TOKEN.match(tail, end + 1) if tail[end : end + 1] == " " else None
    if following and looks_chosen(_stripped(following[0])) and not _LINKED.match(following[0]):
        return following.start() + len(_stripped(following[0]))
    return end


def looks_chosen(value: str) -> bool:
    """Whether a word is none of a language: letters and digits, or signs inside it."""
    if len(value) < _SHORTEST_CHOSEN or _LINKED.fullmatch(value) or _NUMBERED.fullmatch(value):
        return False
    core = value.strip("!?.,;:()\"'*_~")
    has_letter, has_digit = any(map(str.isalpha, core)), any(map(str.isdigit, core))
    if has_letter and has_digit:
        return True
    if has_digit:
        return len(core) >= 6 and not re.fullmatch(r"[\d./:-]*(?:19|20)\d\d[\d./:-]*", core)
    if re.search(r"[!$&@#%*_+=^~]", core):
        return True
    return has_letter and value[-1] in "!$#%*" and len(value) >= 8 and value.lower() != value


def _plain_words(tail: str, low: str, at: int, signed: bool) -> int | None:
    """Where a password of plain words ends, or None where they are a remark."""
    end, words, is_remark = at, 0, False
    while words <= _MOST_WORDS and (word := _WORDY.match(low, end if not words else end + 1)):
        if words and tail[end : end + 1] != " ":
            break
        if word[0] in _JOINS and words:
            break
        if word[0] in _NO_VALUES:
            if words:
                return None
            is_remark = True  # unless it is the first of many: correct horse battery staple
        words, end = words + 1, word.end()
    if is_remark and words < _WORDS_OF_A_PHRASE:
        return None
    if words == 0:
        token = _TOKEN.match(tail, at)
        value = _stripped(token[0]) if token else ""
        is_value = len(value) >= _SHORTEST and not _NUMBERED.fullmatch(value)
        return at + len(value) if (is_value and signed) or looks_chosen(value) else None
    if signed:
        return end if end - at >= 3 else None
    if end - at < _SHORTEST or words > _MOST_WORDS:
        return None
    first = _WORDY.match(low, at)
    if words == 1 and first and _REMARK.fullmatch(first[0]):
        return None
    return end if re.match(r"\s*(?:[.,;!?)\n–(…-]|$)|\s+\w", tail[end:]) else None


def _chosen(tail: str, at: int, *, loose: bool) -> tuple[int, int] | None:
    """What looks chosen, a few words behind the word that leads to it and without a sign."""
    for count, token in enumerate(_TOKEN.finditer(tail, at)):
        if count > _MOST_WORDS_BETWEEN:
            return None
        is_long = len(token[0]) >= _AS_LONG_AS_A_KEY
        if loose and count > 1 and not is_long:
            continue
        if count > _MOST_WORDS_BETWEEN:
            return None
        start = token.start() + (len(token[0]) - len(token[0].lstrip("(\"'“„«`*_[")))
        value = _stripped(tail[start : token.end()])
        is_mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
        is_number = value.isdigit()
        if (
            looks_chosen(value)
            and not (loose and not is_mixed)
            and (
                count <= _NEAR or len(value) >= _LONG_NUMBER
                if is_number
                else is_mixed or _MEANT.search(value[:-1])
            )
        ):
            return start, _with_more(tail, start + len(value))
    return None


def _also(tail: str, at: int) -> tuple[int, int] | None:
    """A second one behind "or", "and", "/": the old and the new, the one for guests."""
    joined = re.match(r"\s*(?:,|/|;|\w{1,6})\s+", tail[at:])
    if joined is None:
        return None
    return _chosen(tail, at + joined.end(), loose=False)


def _of_a_login(tail: str) -> Iterator[tuple[int, int]]:
    pair = _PAIR.search(tail)
    if pair and not _LINKED.fullmatch(pair[0]) and not pair[2].isdigit():
        yield pair.start(1), pair.end(2)
        return
    for token in _TOKEN.finditer(tail):
        start = token.start() + (len(token[0]) - len(token[0].lstrip("(\"'“„«`*_[")))
        value = _stripped(tail[start : token.end()])
        if looks_chosen(value):
            yield start, _with_more(tail, start + len(value))


# A word and a number that a sign joins, or the other way round, as nothing else is written.
_BY_ITSELF: Final = re.compile(
    r"(?<![\w@#/&=?.-])(?:[^\W\d_]{3,}[!$&@%*+=]{1,2}\d{1,8}[!$&*?]*|\d{1,8}[!$&@*+=]{1,2}[^\W\d_]{4,}"
    r"|[^\W\d_]{1,8}[&$!@*=]\d{1,6}[-_.!$&*][^\W\d_]{3,}\d{0,6}"
    r"|[^\W\d_]{3,}\d{1,6}[!$&@*+=]{1,3}[^\W\d_]*|(?=[^\s]{0,20}\d)[^\W\d_]{3,}[!$&@*=][^\W\d_]{2,}\d{1,6})"
    r"(?![\w@/=.-]*[\w@/=])"
)
SIGNS_IN_PASSWORDS: Final = frozenset("!$&@%*+=")


def find_by_themselves(seen: Canonical) -> Iterator[Span]:
    """Passwords that need no word for them: `Storczyk!70`."""
    if not any(sign in seen.text for sign in SIGNS_IN_PASSWORDS):
        return
    for found in _BY_ITSELF.finditer(seen.text):
        has_sign_inside = any(sign in found[0][1:-1] for sign in SIGNS_IN_PASSWORDS)
        if len(found[0]) >= SHORTEST_MADE_UP and has_sign_inside:
            yield Span(*found.span(), PASSWORD)
