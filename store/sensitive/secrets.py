"""Keys and tokens by their prefix, passwords and codes by the words that lead to them."""

import re
from collections.abc import Iterator
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.spans import Span
from store.sensitive.words import words_of

KEY: Final = "key"
PASSWORD: Final = "password"  # noqa: S105 the name of a kind
CODE: Final = "code"

# What these services publish about the form of their own tokens. Each has one place to begin.
_KEYS: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[^-]|-(?!----END)){0,20000}(?:-----END [A-Z0-9 ]{0,40}-----)?"
    r"|(?<![A-Za-z0-9_])(?:"
    r"(?:AKIA|ASIA)[A-Z0-9]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{18,}"
    r"|sk-[A-Za-z0-9_-]{20,}|[spr]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9]{20,}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}"
    r"|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{40,}|hf_[A-Za-z0-9]{30,}|dop_v1_[a-f0-9]{40,}"
    r"|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{30,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"
    r"|[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}|[xyz]prv[1-9A-HJ-NP-Za-km-z]{80,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*)?"
    r"|AGE-SECRET-KEY-1[A-Z0-9]{50,}|[Bb]earer +[A-Za-z0-9._~+/-]{16,}=*"
    r")"
)
# One of these stands in each; looking for them is ten times as fast as trying the forms. And all
# but a private key have so many characters without a space.
SHORTEST_KEY: Final = 15
_KEY_SIGNS: Final = (
    "-----BEGIN", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_", "glpat-",
    "sk-", "sk_", "pk_", "rk_", "whsec", "xox", "AIza", "ya29", "npm_", "pypi-", "hf_", "dop_",
    "shp", "SG.", ":AA", "prv", "eyJ", "AGE-", "earer ",
)  # fmt: skip
KEY_IN_LINES: Final = "-----BEGIN"
LINK_SIGN: Final = "://"
_IN_A_LINK: Final = re.compile(r"://[^\s/@:]{1,100}:([^\s/@]{1,200})@")


def _any_of(entries: list[str]) -> str:
    # The longer first, so that "passwords" is not left with an "s".
    return "|".join(re.escape(entry) for entry in sorted(entries, key=lambda e: (-len(e), e)))


_PASSWORD_NOUNS: Final = words_of("password", "nouns")
# Words for other things too: a password follows them after a sign alone.
_LOOSE_NOUNS: Final = words_of("password", "loose_nouns")
_CODE_NOUNS: Final = words_of("code", "nouns")
_SEED_NOUNS: Final = words_of("password", "seed")
_IS: Final = _any_of(words_of("password", "is"))
_NO_VALUES: Final = frozenset(words_of("password", "no_values"))
_NOT_SECRET: Final = frozenset(words_of("code", "not_secret"))
_FIRST_WORDS: Final = frozenset(
    re.findall(r"\w+", noun)[0]
    for noun in [*_PASSWORD_NOUNS, *_LOOSE_NOUNS, *_CODE_NOUNS, *_SEED_NOUNS]
)
# "the password", "password for the wifi", "o código da porta": a few words may stand between.
_BETWEEN: Final = rf"(?:[ \t]+(?!(?:{_IS})\b)[\w’'.@&-]{{1,24}}){{0,6}}?"
_VALUE: Final = r"(?:[\"'“„«`‘]\s*([^\"'”“»`’\n]{1,100})|(\S{1,200}))"
_LED_TO: Final = re.compile(
    rf"(?<!\w)(?:{_any_of(_PASSWORD_NOUNS)})(?!\w)"
    rf"(?:{_BETWEEN}\)?[ \t]*(?P<sign>:|=|->|→)[ \t]*(?:\n[ \t]*)?|{_BETWEEN}[ \t]+"
    rf"(?P<is>{_IS})(?!\w)[ \t]*[:=]?\s*){_VALUE}"
)
_AFTER_A_SIGN: Final = re.compile(
    rf"(?<!\w)(?:{_any_of(_LOOSE_NOUNS)})(?!\w)[ \t]*[:=][ \t]*(\S{{1,200}})"
)
_DIRECT: Final = re.compile(
    rf"(?<!\w)(?:{_any_of(_PASSWORD_NOUNS)})(?!\w)(?:[ \t]*\n[ \t]*|[ \t]+)"
    r"(?=\S*\d)(?=\S*[^\W\d_])(\S{5,64})"
)
_DIGITS_OF_CODE: Final = (
    r"(?P<digits>[a-z]-?\d{4,8}|\d{3,4}[ -]\d{3,4}|\d{3,10}|\d(?:[ .-]\d){3,9})(?![\w%€$£/:])"
)
_CODE: Final = re.compile(
    rf"(?<!\w)((?:[^\W\d_]{{1,20}}[ -])?)(?:{_any_of(_CODE_NOUNS)})(?!\w)"
    rf"(?:{_BETWEEN}\)?[ \t]*(?P<sign>:|=|->|→|#|(?:{_IS})(?!\w)[ \t]*:?)\s*|[ \t]+)[*_\"'“]?"
    + _DIGITS_OF_CODE
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_GOES_ON: Final = re.compile(
    rf"[ \t]*(?:[^\w\s]|\n|$)|[ \t]+(?:{_any_of(words_of('code', 'goes_on'))})(?!\w)"
)
_CODE_FIRST: Final = re.compile(
    rf"(?<![\w#+.,/:€$£-])(\d{{3}}[ -]?\d{{3}}|\d{{4,8}}|[a-z]-\d{{4,8}})[ \t]+(?:{_IS})[ \t]+"
    rf"(?:[^\W\d_]{{1,20}}[ \t]+){{0,4}}?(?:{_any_of(_CODE_NOUNS)})(?!\w)"
)
# "Use 123456 to sign in": without a word for a code, what it is good for tells it.
_PURPOSES: Final = words_of("code", "purposes")
_PURPOSE_WORDS: Final = frozenset(re.findall(r"\w+", each)[0] for each in _PURPOSES)
_FOR_A_PURPOSE: Final = re.compile(
    rf"(?<![\w#+.,/:€$£-])(\d{{3}}[ -]?\d{{3}}|\d{{4,8}})[ ](?:[^\W\d_]{{1,20}}[ ]){{1,3}}?"
    rf"(?:{_any_of(_PURPOSES)})(?!\w)"
)
LEADING_WORDS: Final = _FIRST_WORDS | _PURPOSE_WORDS
_SEED: Final = re.compile(
    rf"(?<!\w)(?:{_any_of(_SEED_NOUNS)})(?!\w)[^\n:=]{{0,40}}[:=\n]\s*"
    r"((?:\d{1,2}[.)]?\s*)?[a-z]{3,8}(?:[\s,]+(?:\d{1,2}[.)]?\s*)?[a-z]{3,8}){11,23})"
)


def find_secrets(seen: Canonical) -> list[Span]:
    """Keys, passwords, one-time codes and PINs; places in the canonical text."""
    found: list[Span] = []
    longest = max(map(len, seen.text.split()), default=0)
    if (longest >= SHORTEST_KEY or KEY_IN_LINES in seen.text) and any(
        sign in seen.text for sign in _KEY_SIGNS
    ):
        found += [Span(*key.span(), KEY) for key in _KEYS.finditer(seen.text)]
    if LINK_SIGN in seen.text:
        found += [Span(*each.span(1), PASSWORD) for each in _IN_A_LINK.finditer(seen.text)]
    if not _FIRST_WORDS.isdisjoint(seen.vocabulary):
        found += [*_passwords(seen), *_codes(seen.lower)]
        found += [Span(*each.span(1), KEY) for each in _SEED.finditer(seen.lower)]
    if not _PURPOSE_WORDS.isdisjoint(seen.vocabulary):
        found += [Span(*each.span(1), CODE) for each in _FOR_A_PURPOSE.finditer(seen.lower)]
    return found


def _passwords(seen: Canonical) -> Iterator[Span]:
    for found in _LED_TO.finditer(seen.lower):
        group = 3 if found[3] is not None else 4
        start, end = found.span(group)
        value = found[group].rstrip(".,;!?)\"'”»’`*_")
        if group == 3:
            yield Span(start, end, PASSWORD)
        elif (
            value
            and value.strip("*•._…-x")
            and ((found["sign"] is not None and value not in _NO_VALUES) or _looks_chosen(value))
        ):
            yield Span(start, start + len(value), PASSWORD)
    for found in _DIRECT.finditer(seen.lower):
        yield Span(*found.span(1), PASSWORD)
    for found in _AFTER_A_SIGN.finditer(seen.lower):
        if found[1] not in _NO_VALUES and any(map(str.isdigit, found[1])):
            yield Span(*found.span(1), PASSWORD)


def _looks_chosen(value: str) -> bool:
    """Whether what follows "is" can be the password itself, not a remark about it."""
    return value not in _NO_VALUES and len(value) >= 4 and not value.endswith(("ing", "ed"))


def _codes(lower: str) -> Iterator[Span]:
    for found in _CODE.finditer(lower):
        # "code 2006", "code 1000 lines": without a sign between them it takes more.
        is_loose = not found["sign"] and (
            _YEAR.fullmatch(found["digits"]) or not _GOES_ON.match(lower, found.end("digits"))
        )
        if found[1].strip(" -") not in _NOT_SECRET and not is_loose:
            yield Span(*found.span("digits"), CODE)
    for found in _CODE_FIRST.finditer(lower):
        yield Span(*found.span(1), CODE)
