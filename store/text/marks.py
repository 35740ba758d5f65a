"""Square brackets are ours: nobody else's text can hold a mark such as `[withheld: health]`.

A mark is not told by its word, which can be spelt in a thousand ways, but by its brackets: those of
others, and all that look like them, are shown as round ones.
"""

import re
from typing import Final

# Half brackets, corners and the pieces that tall brackets are built of look like them too.
_OPENING: Final = "[［【〔〖〘〚⟦⟬⦋⦍⦏⦗❲⁅﹇﹝⸢⸤⸦⹕⹗⹙⹛⌈⌊⌜⌞⎡⎢⎣⎴┌└┍┎┏┕┖┗╒╓╔╘╙╚╭╰︗︻"
_CLOSING: Final = "]］】〕〗〙〛⟧⟭⦌⦎⦐⦘❳⁆﹈﹞⸣⸥⸧⹖⹘⹚⹜⌉⌋⌝⌟⎤⎥⎦⎵┐┘┑┒┓┙┚┛╕╖╗╛╜╝╮╯︘︼"
_OPEN, _CLOSE = re.escape(_OPENING), re.escape(_CLOSING)
_BRACKET: Final = re.compile(f"[{_OPEN}{_CLOSE}]")
_PAIR_OR_ONE: Final = re.compile(
    f"[{_OPEN}]([^{_OPEN}{_CLOSE}]{{0,40}})[{_CLOSE}]|[{_OPEN}]|[{_CLOSE}]"
)
# Footnotes, ticks and indexes; and words in letters that none of our marks can be spelt with.
_SHORT: Final = re.compile(r"\[[0-9A-Za-z ]{0,3}\]")
_OTHER_LETTERS: Final = re.compile(
    "[ 0-9\u3000-\u303f\uff01-\uff0f]*[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
    "[ 0-9\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff0f]*"
)
# A mark exactly as we write it.
_OURS: Final = re.compile(
    r"\[(withheld: [a-z][a-z0-9 -]{1,40}"
    r"(?:; the owner opens it with: kinkeeper open [a-z]_[0-9a-z]{7})?|…)\]"
)
# What others' texts must not hold where our marks stand beside them.
_LIKE_OURS: Final = re.compile(r"(?i)\[(?=\s*(?:withheld|…))")
# Two characters that no text holds stand for our brackets while others' are looked for.
HELD: Final = ("\ufdd0", "\ufdd1")
_NO_TEXT: Final = re.compile("[\ufdd0-\ufdef]")


def disarmed(text: str) -> str:
    """A text of others in which nothing is exactly a mark of ours; all else as it was written.

    For where texts are read; what only resembles one is looked for where they leave.
    """
    return _LIKE_OURS.sub("(", text) if "[" in text else text


def is_mark(text: str) -> bool:
    """Whether a text is a mark of ours and nothing else; what assistants read is `disarmed`."""
    return text.startswith("[") and bool(_OURS.fullmatch(text))


def held(text: str) -> str:
    """The text with our own marks put out of reach, for `released` to put back."""
    return _OURS.sub(lambda found: mark(found[1]), _NO_TEXT.sub("", text))


def mark(words: str) -> str:
    """A mark of ours, out of reach until it is `released`."""
    return f"{HELD[0]}{words}{HELD[1]}"


def released(text: str) -> str:
    """Our marks with their square brackets again."""
    return text.replace(HELD[0], "[").replace(HELD[1], "]")


def round_brackets(text: str) -> str:
    """The text with round brackets for every square one, and for what looks like one."""
    return _PAIR_OR_ONE.sub(_rounded, text) if _BRACKET.search(text) else text


def _rounded(found: re.Match[str]) -> str:
    whole, within = found[0], found[1]
    if within is None:
        return "(" if whole in _OPENING else ")"
    keeps = _SHORT.fullmatch(whole) or _OTHER_LETTERS.fullmatch(within)
    return whole if keeps else f"({within})"
