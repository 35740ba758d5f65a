"""Names as address books write them, made into names as people say them."""

import re
from typing import Final

from store.text.generations import generation_and_rest
from store.text.names import name_key

_LAST_FIRST: Final = re.compile(r"([^,()]{1,80}), ?([^,()]{1,80}?)(?: ?\(([^()]{1,80})\))?")
_FIRM: Final = frozenset(
    "inc ltd llc llp gmbh ag kg ab as sa sarl srl spa bv nv oy plc co corp lda ltda pty limited"
    " company und and".split()
)
_EAST_ASIAN: Final = re.compile("[\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
_MOST_WORDS: Final = 3


def said_name(full_name: str, given: str, family: str) -> tuple[str, str]:
    """The name as it is said, and the department that stood behind it, or ''.

    `Moreira, Alex (Sales)` is how companies sort their people. given, family: what the export says
    apart; without it, only what can be nothing else is turned round.
    """
    match = _LAST_FIRST.fullmatch(full_name.strip())
    if match is None:
        return full_name, ""
    last, first, behind = match[1].strip(), match[2].strip(), (match[3] or "").strip()
    if given and family:
        is_sorted = name_key(family) == name_key(last) and name_key(first).startswith(
            name_key(given)
        )
    else:
        is_sorted = bool(behind) and _may_be_a_name(last) and _may_be_a_name(first)
    return (f"{first} {last}", behind) if is_sorted else (full_name, "")


def in_order(prefix: str, given: str, additional: str, family: str, suffix: str) -> str:
    """The parts of a name as one text; in East Asia the family comes first."""
    parts = (prefix, given, additional, family, suffix)
    if _EAST_ASIAN.fullmatch(given) and _EAST_ASIAN.fullmatch(family):
        parts = (prefix, family, additional, given, suffix)
    return " ".join(part for part in parts if part)


def _may_be_a_name(part: str) -> bool:
    words = name_key(part).split()
    return (
        0 < len(words) <= _MOST_WORDS
        and all(word.isalpha() for word in words)
        and not _FIRM & set(words)
        and part[:1] == part[:1].upper()
        # A mark or a degree: "Karl Weber, Jr", "Ida Berg, PMP".
        and not generation_and_rest(f"x x {name_key(part)}")[0]
        and not (len(words) == 1 and part.isupper() and part.isascii())
        and not (len(words) == 1 and "." in part)
    )
