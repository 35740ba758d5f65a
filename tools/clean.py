"""Cleaning text before it is shown: what others wrote must not act, hide or pretend.

For everybody: control characters (a terminal obeys them), bidirectional overrides, zero-width and
tag characters. For assistants also markup, images and links: a link becomes its host. Square
brackets are left to our own marks.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from store.text.marks import held, mark, released, round_brackets

_INVISIBLE: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
# Joiners and variation selectors stay: Persian, Indic scripts and emoji need them one at a time.
# In rows they spell hidden text.
_HIDDEN_ROW: Final = re.compile("([\u200c\u200d])[\u200c\u200d]+|([\ufe00-\ufe0f])[\ufe00-\ufe0f]+")
# Each pattern has one place to begin in a run of characters, or a bound: the time grows with the
# length of the text, not with its square.
_LINK: Final = re.compile(
    r"(?i)(?:[a-z][a-z0-9+.-]{0,30}:|(?<![\w:/]))//[^\s<>\"'“”)\]]+|www\.[^\s<>\"'“”)\]]*"
)
_BARE_LINK: Final = re.compile(
    r"(?i)(?<![\w.-])[\w.-]+\.[a-z]{2,}(?::\d+)?(?:/|\?[\w-]+=)[^\s<>\"'“”)\]]*"
)
# Letters, digits and signs that none of the patterns here begins with or needs, which is most talk.
# A colon counts only before a space, where it belongs to no scheme.
_PLAIN_TALK: Final = re.compile(
    r"(?:[\t\n !\"#$%&'()*+,.0-9;?@A-Z^_`a-z{|}~\u00a1-\u00ac\u00ae-\u024f‘’“”„–—…€-]++|:(?= ))*+"
)
_HOST: Final = re.compile(r"[\w.-]+")
_IMAGE: Final = re.compile(r"!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])?")
_MARKDOWN_LINK: Final = re.compile(r"\[([^\[\]]*)\]\(([^()]*)\)")
# Not the plain words: "data: 12 de outubro" is a date, "file: the lease" is a file. What stands
# right before `data:` does not make it harmless.
_ACTIVE_SCHEME: Final = re.compile(
    r"(?i)\b(?:javascript|vbscript):(?=\S)|data:(?=[\w.+-]*[/;,])|\bfile:(?=/)"
)


# In our own strings: a place on this computer, up to a blank. What other people write may hold
# such things, and stays.
_PATH: Final = re.compile(
    r"(?i)\bfile:/+[^\s\"'“”<>()]+|(?<![\w~])~[\w.-]*[/\\][^\s\"'“”<>()]*"
    r"|(?<!\w)[a-z]:[/\\][^\s\"'“”<>()]*|(?<![\w\\])\\\\[^\s\"'“”<>()]+"
    r"|(?<![\w/.:…])/(?:[^\s/\"'“”<>()]+/)+[^\s\"'“”<>(),;]*"
)
_ENDS_A_SENTENCE: Final = ".,;:!?"
_SEPARATOR: Final = re.compile(r"[/\\]")


def without_paths(text: str) -> str:
    """A text of our own with only the last part of every absolute path in it."""
    return _PATH.sub(lambda found: _last_part(found[0]), text)


def file_name(path: str) -> str:
    """The name of a file alone, of a path as any system writes it; what is no path stays."""
    if _PATH.match(path) or path.startswith("/"):
        return _SEPARATOR.split(path.rstrip("/\\"))[-1]
    return path


def _last_part(path: str) -> str:
    bare = path.rstrip(_ENDS_A_SENTENCE)
    return _SEPARATOR.split(bare.rstrip("/\\"))[-1] + path[len(bare) :]


def clean_for_terminal(text: str) -> str:
    """The text without what a terminal would obey or hide; line breaks stay."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n"))
    return _HIDDEN_ROW.sub(lambda found: found[1] or found[2], text)


def reveal_hidden(text: str) -> str:
    """The text with everything that does not show, or that a terminal obeys, spelt as ‹U+202E›.

    Line breaks stay; a carriage return is spelt, for it would let a line be written over.
    """
    spelt = _INVISIBLE.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)
    return _HIDDEN_ROW.sub(
        lambda found: f"{found[1] or found[2]}‹{len(found[0]) - 1} hidden›", spelt
    )


def clean_for_assistant(text: str) -> str:
    """The text without control and hidden characters, markup, images; links only as hosts."""
    if _PLAIN_TALK.fullmatch(text) and "www." not in text.lower():
        return text
    # Before anything is taken out: the rest, joined, could be a mark.
    text = clean_for_terminal(held(text))
    text = _IMAGE.sub(mark("image"), text)
    text = _MARKDOWN_LINK.sub(lambda found: f"{found[1]} {found[2]}", text)
    text = _BARE_LINK.sub(_host_only, _LINK.sub(_host_only, text))
    text = _ACTIVE_SCHEME.sub(mark("removed"), text)
    text = released(round_brackets(text))
    # Once more, because taking a part out may have joined the rest into an image or a link.
    text = text.replace("![", "! [").replace("](", "] (").replace("://", ": //")
    return text.replace("<", "‹").replace(">", "›")


def _host_only(found: re.Match[str]) -> str:
    address = found[0] if "//" in found[0] else f"https://{found[0]}"
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    return mark(f"link: {host}" if _HOST.fullmatch(host) else "link")
