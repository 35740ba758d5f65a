"""Keys by their form, whoever made them: long runs without a space that no person would think up.

Makers come and go, and each has a form of its own. What their keys share is that chance wrote them:
letters and digits change places all the time. Names of files, dates, words in a row and addresses
do not look so; hashes and UUIDs do, and are known by their length.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from typing import Final

from store.sensitive.canonical import Canonical
from store.sensitive.kinds import KEY, PASSWORD
from store.sensitive.spans import Span

# Forms that are shorter than chance can tell, that hold spaces, or that are nothing but digits or
# small letters. Each has one place to begin.
_FORMS: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[^-]|-(?!----END)){0,20000}(?:-----END [A-Z0-9 ]{0,40}-----)?"
    r"|(?<![A-Za-z0-9_])(?:"
    r"(?:AKIA|ASIA)[A-Z0-9]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|gl[a-z]{2,6}-[A-Za-z0-9_-]{18,}"
    r"|sk-[A-Za-z0-9_-]{20,}|[spr]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9]{20,}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|AIza[A-Za-z0-9_-]{30,}"
    r"|ya29\.[A-Za-z0-9_-]{20,}"
    r"|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{40,}|hf_[A-Za-z0-9]{30,}|dop_v1_[a-f0-9]{40,}"
    r"|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{30,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"
    r"|[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}|[a-z]prv[1-9A-HJ-NP-Za-km-z]{80,}"
    r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*)*"
    r"|AGE-SECRET-KEY-1[A-Z0-9]{50,}|nsec1[a-z0-9]{50,}"
    r"|A[34]-[A-Z0-9]{6}(?:-[A-Z0-9]{5,6}){4,5}"
    r"|[Bb]earer +[A-Za-z0-9._~+/-]{16,}=*|[Bb]asic +(?=[A-Za-z0-9+/]*[A-Z0-9])[A-Za-z0-9+/]{16,}=*"
    r")"
)
# One of these stands in each; looking for them is ten times as fast as trying the forms. And all
# but a private key have so many characters without a space.
SHORTEST_KEY: Final = 15
_SIGNS: Final = (
    "-----BEGIN", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_", "gl", "sk-",
    "sk_", "pk_", "rk_", "whsec", "xox", "xapp", "AIza", "ya29", "npm_", "pypi-", "hf_", "dop_",
    "shp", "SG.", ":AA", "prv", "eyJ", "AGE-", "nsec1", "A3-", "A4-", "earer ", "asic ",
)  # fmt: skip
KEY_IN_LINES: Final = "-----BEGIN"
# Before the hosts of links, and in the strings by which programs connect.
LINK_SIGN: Final = "://"
_IN_A_LINK: Final = re.compile(r"://[^\s/@:]{0,100}:([^\s@]{1,200})@")
_A_PORT: Final = re.compile(r"\d{1,5}/")
_TEXT_OF_A_CODE: Final = re.compile(
    r"(?i)(?<!\w)(?:wifi:(?=[^\n]{0,120}?(?<!\w)p:)(?:\\.|[^\n;\\]|;(?!;)){1,200}(?:;;)?"
    r"|otpauth(?:-migration)?://[^\s\"'<>]{1,600})"
)

_RUN: Final = re.compile(r"[A-Za-z0-9_+=./~%-]{20,}")
_SHORTEST_RUN: Final = 20
_PART: Final = re.compile(r"[A-Za-z0-9]+")
_HASH: Final = re.compile(r"(?:[0-9a-f]+|[0-9A-F]+)")
_LENGTHS_OF_HASHES: Final = frozenset({32, 40, 56, 96, 128})
_UUID: Final = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# A UUID is an id, unless what stands beside it says that it lets in.
_NAMED_UUID: Final = re.compile(
    r"(?i)(?:token|secret|key|schlüssel|nyckel\w*|sleutel|klucz\w*|chave|clave|clé|chiave|llave)"
    r"\b(?![ ]?id\b)[^\n]{0,32}?(?<![\w-])"
    rf"({_UUID.pattern[4:]}(?::fx)?)(?![\w-])"
)
_DEEPL: Final = re.compile(rf"{_UUID.pattern}:fx(?!\w)")
_SECRET_HEX: Final = re.compile(r"(?<![0-9A-Za-z])(?:0x)?[0-9a-fA-F]{64}(?![0-9A-Za-z])")
# A hash is told by its name: sha256:…, SHA256 (file) = …, the checksum is …
_OF_A_HASH: Final = re.compile(
    r"(?i)(?:sha-?\d*|md5|digest|hash|checksum|prüfsumme|commit|fingerprint|integrity|etag|tx|txid"
    r"|transaction|block|merkle)\b[^\n]{0,24}$"
)
_OF_A_FILE: Final = re.compile(
    r"(?i)\.(?:jpe?g|png|gif|heic|webp|svg|mp[34]|m4[av]|mov|avi|wav|ogg|opus|pdf|docx?|xlsx?|pptx?"
    r"|od[tsp]|txt|csv|md|zip|rar|7z|t?gz|tar|dmg|exe|apk|msi|iso|ics|vcf|eml|html?|json|ya?ml|xml"
    r"|toml|py|js|ts|log|epub|mobi|gpx|whl|deb|rpm)$"
)
_PUBLIC_KEY: Final = re.compile(r"AAAA[A-Z]3Nza|AAAAE2V")
_WIREGUARD: Final = re.compile(
    r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=(?![A-Za-z0-9+/=])"
)
_BASE_58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ADDRESS_OF_MONEY: Final = re.compile(
    r"(?:bc1|tb1|ltc1|addr1|cosmos1|npub1)[a-z0-9]{20,}|0x[0-9a-fA-F]{40}"
)

# Groups: a key that is to be typed. Their form is that of serial numbers of things as well, so that
# most need several of them, or as many as no serial number has.
_GROUPS: Final = re.compile(
    r"(?<![A-Za-z0-9-])(?:"
    r"[0-9]{6}(?:-[0-9]{6}){7}|[0-9]{6}(?: [0-9]{6}){7}"
    r"|[0-9]{5}(?:[ \n-][0-9]{5}){5,11}|[0-9]{4}(?:[ -][0-9]{4}){7,}"
    r"|[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3,12}|[A-Z0-9]{5}(?:-[A-Z0-9]{5}){3,7}"
    r"|[A-Z0-9]{6}(?:-[A-Z0-9]{6}){3,7}|[a-z0-9]{4}(?:-[a-z0-9]{4}){3,12}"
    r"|[a-z0-9]{5}(?:-[a-z0-9]{5}){3,7}|[A-Za-z0-9]{4}(?: [A-Za-z0-9]{4}){5,15}"
    r")(?![A-Za-z0-9-])"
)
_LISTED_CODE: Final = r"(?=[a-zA-Z]*\d)(?=\d*[a-zA-Z])[A-Za-z0-9]{4,6}-[A-Za-z0-9]{4,6}"
_LISTED: Final = re.compile(
    rf"(?<![\w-]){_LISTED_CODE}(?:[\s,;|/•·*]{{1,4}}(?:\d{{1,2}}[.)]\s?)?{_LISTED_CODE}){{2,}}(?![\w-])"
)
_GROUP_SIGN: Final = re.compile(r"[A-Za-z0-9]{4}[ -][A-Za-z0-9]{4}[ -][A-Za-z0-9]{4}|\w-\w+[\s,;]")
_CHANGES: Final = 0.18
# WordsThatStandSideBySide are words: their capitals are no change.
_CAPITALIZED: Final = re.compile(r"[A-Z](?=[a-z]{2})")
_CHANGES_OF_LETTERS: Final = 0.38
_ENTROPY: Final = 3.0
_DIGITS_OF_A_KEY: Final = 30


_LONGEST_LINK: Final = 2_000
_BARE_LINK: Final = re.compile(r"(?:www\.|[A-Za-z0-9-]{1,63}\.)(?:[A-Za-z0-9-]{1,63}\.)*[a-z]{2,}/")
_PIECE: Final = re.compile(r"[A-Za-z0-9_+.~%=-]+")
_WITH_SLASHES: Final = re.compile(r"[A-Za-z0-9_+./~%-]+=*")


def find_keys(seen: Canonical) -> Iterator[Span]:
    """Keys and tokens by their form; places in the canonical text."""
    text = seen.text
    longest = max(map(len, text.split()), default=0)
    if (longest >= SHORTEST_KEY or KEY_IN_LINES in text) and any(s in text for s in _SIGNS):
        yield from (Span(*key.span(), KEY) for key in _FORMS.finditer(text))
    if longest >= _SHORTEST_RUN:
        yield from _runs(text)
    if ":" in text:
        yield from (Span(*code.span(), PASSWORD) for code in _TEXT_OF_A_CODE.finditer(text))
    if LINK_SIGN in text:
        for each in _IN_A_LINK.finditer(text):
            if not _A_PORT.match(each[1]):
                yield Span(*each.span(1), PASSWORD)
    if _GROUP_SIGN.search(text):
        yield from _groups(text)
        yield from (Span(*found.span(1), KEY) for found in _NAMED_UUID.finditer(text))
        yield from (Span(*found.span(), KEY) for found in _DEEPL.finditer(text))


def _runs(text: str) -> Iterator[Span]:
    for found in _WIREGUARD.finditer(text):
        yield Span(*found.span(), KEY)
    for run in _RUN.finditer(text):
        if _is_elsewhere(text, run.start(), run.end()):
            continue
        start, end = run.span()
        for found in _SECRET_HEX.finditer(text, start, end):
            if not _OF_A_HASH.search(text, max(0, found.start() - 40), found.start()):
                yield Span(*found.span(), KEY)
        for part in _pieces(run[0]):
            low, high = start + part.start(), start + part.end()
            # What led to it stands in the run or before it: password=…, TOKEN=…
            if looks_random(part[0]) and not _OF_A_HASH.search(text, max(0, low - 40), low):
                yield Span(low, high, KEY)


def _pieces(run: str) -> Iterator[re.Match[str]]:
    """What of a run may be a key: the parts of a path, or all of it where chance put the `/`."""
    if "/" in run and _is_base_64(run):
        yield from _WITH_SLASHES.finditer(run)
    else:
        yield from _PIECE.finditer(run)


def _is_base_64(run: str) -> bool:
    parts = run.split("/")
    return all(_share_of_changes(part) >= _CHANGES for part in parts if len(part) > 5) and any(
        len(part) > 9 for part in parts
    )


def _is_elsewhere(text: str, start: int, end: int) -> bool:
    """Whether a run is a hashtag, or a part of a link or an address: others look at those."""
    if text[end : end + 1] == "@" or text[start - 1 : start] in ("@", "#"):
        return True
    since = max(text.rfind(space, max(0, start - _LONGEST_LINK), start) for space in " \n\t")
    return LINK_SIGN in text[since + 1 : start + 2] or bool(_BARE_LINK.match(text, start, end))


def looks_random(run: str) -> bool:
    """Whether chance wrote a run of letters and digits, and not a person or a clock."""
    run = run.strip("._-+~%")
    if len(run) < _SHORTEST_RUN or _UUID.search(run) or _OF_A_FILE.search(run):
        return False
    if any(_is_a_part_by_chance(part, run) for part in re.split(r"[-_.]", run)):
        return True
    needed = _CHANGES if sum(map(str.isdigit, run)) >= 2 else _CHANGES_OF_LETTERS
    if _share_of_changes(run) < needed:
        return False
    bare = run.rpartition("=")[2] or run
    if _HASH.fullmatch(bare) and len(bare) in _LENGTHS_OF_HASHES:
        return False
    if _PUBLIC_KEY.match(run) or _ADDRESS_OF_MONEY.fullmatch(run) or _is_paid_to(run):
        return False
    return _entropy(run) >= _ENTROPY


def _is_a_part_by_chance(part: str, run: str) -> bool:
    """Whether chance wrote a part of a run that has other parts, as a maker's name before it."""
    return (
        len(part) >= _SHORTEST_RUN
        and len(part) < len(run)
        and sum(map(str.isdigit, part)) >= 2
        and _share_of_changes(part) >= _CHANGES
        and _entropy(part) >= _ENTROPY
    )


def _share_of_changes(run: str) -> float:
    """In how many places of a run its parts change between small and large letters and digits."""
    changes = 0
    for part in _PART.findall(_CAPITALIZED.sub(lambda found: found[0].lower(), run)):
        classes = [("0" if c.isdigit() else "a" if c.islower() else "A") for c in part]
        changes += sum(one != next_ for one, next_ in pairwise(classes))
    return changes / len(run) if run else 0.0


def _entropy(run: str) -> float:
    return -sum(n / len(run) * math.log2(n / len(run)) for n in Counter(run).values())


def _is_paid_to(run: str) -> bool:
    """Whether it is an address that one pays to, which whoever pays has to know."""
    if not 26 <= len(run) <= 35 or run[0] not in "13" or any(c not in _BASE_58 for c in run):
        return False
    number = 0
    for character in run:
        number = number * 58 + _BASE_58.index(character)
    if number >= 1 << 200:
        return False
    raw = number.to_bytes(25, "big")
    return sha256(sha256(raw[:21]).digest()).digest()[:4] == raw[21:]


def _groups(text: str) -> Iterator[Span]:
    for found in _GROUPS.finditer(text):
        groups = re.split(r"[ \n-]", found[0])
        mixed = sum(any(map(str.isdigit, g)) and any(map(str.isalpha, g)) for g in groups)
        digits = sum(map(str.isdigit, found[0]))
        letters = sum(map(str.isalpha, found[0]))
        if digits >= _DIGITS_OF_A_KEY or (mixed >= 2 and digits >= 3 and letters >= 3):
            yield Span(*found.span(), KEY)
    for found in _LISTED.finditer(text):
        yield Span(*found.span(), KEY)
