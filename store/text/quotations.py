"""A text without what it repeats of somebody's words: quotations, forwarded messages, shared cards.

Every step looks at each line a fixed number of times, so that no text can make it slow.
"""

import re
from typing import Final, Protocol

from store.text.names import name_key
from store.text.quoting_words import (
    FROM,
    OTHERS,
    SEPARATORS,
    says_forwarded,
    says_said,
    says_wrote,
)

# No line that names who speaks is longer.
_LONGEST: Final = 400
_DEPTH: Final = re.compile(r"(?:\s{0,3}>)+ ?")
_BLANK: Final = re.compile(r"[\s>]*")
_HEADER: Final = re.compile(r"[*_ ]*([^:*\n]{1,24})[*_ ]*[:：]")
# As chats copy them: "[10:00, 01/11/2026] Name: words", "Name, [01.11.26 10:00]".
_COPIED: Final = re.compile(r"\s*\[[^\]\n]{4,40}\]\s*([^:\n]{1,80}):\s?(.*)")
_COPIED_NAME: Final = re.compile(r"\s*([^\[\n]{1,80}?),? \[[^\]\n]{4,40}\]:?\s*")
_SAID: Final = re.compile(r"\s*([^:\n]{2,80}?)\s*[:：]\s?(.*)")
_QUOTED: Final = re.compile(
    r"“([^”\n]{1,4000})”|„([^“”\n]{1,4000})[“”]|«([^»\n]{1,4000})»|\"([^\"\n]{1,4000})\""
)
# As IRC and old mail programs write it: "<Name> words", "Name> words".
_ANGLED: Final = re.compile(r"\s*<?([^<>:\n]{2,80})>[ \t]+(.*)")
# A day and a clock beside a name, as chats copy them without brackets.
_CLOCK: Final = re.compile(
    r"(?:\d{1,4}[./-]\d{1,2}(?:[./-]\d{2,4})?,?\s{1,3}|\b\w{3,10} at )?[(\[]?\b\d{1,2}[:.]\d{2}"
    r"(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\b\.?)?[)\]]?(?:\s{0,3}[-–—])?"
)
_PASSED_ON: Final = re.compile(
    r"(?i)\W{0,4}(?:(?:fwd?|wg|tr|rv|enc|doorst|vb)\b\s?:?|(?:\w{4,16} )?(?:message|nachricht"
    r"|mensaje|mensagem|messaggio|bericht|meddelande|melding|wiadomość|сообщени[ея])"
    r"(?: \w{4,16})?)"
    r" (?:(?:from|von|de|da|van|från|fra|od|от) )?([^:\n]{2,80}?)(?::(.*))?"
)
_EDGES: Final = " \t*_@~-–—,:|•>"
_MOST_WORDS_BESIDE: Final = 4
_OPENS_QUOTE: Final = ("“", "„", "«", '"', "»", "‘", "'")
_VCARD: Final = re.compile(r"(?is)BEGIN:VCARD.{0,20000}?(?:END:VCARD|\Z)")
_THREE_DIGITS: Final = re.compile(r"\d\D*\d\D*\d")
# Fewer words are everybody's.
_FEWEST_WORDS: Final = 3
_FEWEST_CHARACTERS: Final = 12


class Speakers(Protocol):
    """Some people, and what is known of what they wrote."""

    def is_one(self, line: str) -> bool:
        """Whether a line that names a speaker names one of them."""

    def is_name(self, text: str) -> bool:
        """Whether a text is the name or the address of one of them, and nothing else."""

    def said(self, words: str) -> bool:
        """Whether one of them wrote these words (a `name_key`, a space on either side) there."""


def may_repeat(text: str) -> bool:
    """Whether a text has any form that this looks for, at little cost."""
    return any(sign in text for sign in (">", ":", "：", "“", "„", "«", '"', "["))


def without_their_words(text: str, them: Speakers) -> str:
    """The text without the words of some people."""
    text = _VCARD.sub(lambda card: "" if them.is_one(card[0].replace("\n", " ")) else card[0], text)
    lines = text.split("\n")
    gone = _Gone(lines, them).found()
    _find_unnamed(lines, gone, them)
    for at in range(1, len(lines)):
        # The gap behind what is gone would show that something was there.
        gone[at] = gone[at] or (gone[at - 1] and not lines[at].strip())
    kept = [_without_quoted(line, them) for line, out in zip(lines, gone, strict=True) if not out]
    if not any(gone) and kept == lines:
        return text
    return "\n".join(kept).strip("\n")


class _Gone:
    """Which lines of a text are theirs by what stands above them or before them."""

    def __init__(self, lines: list[str], them: Speakers) -> None:
        self._lines = lines
        self._them = them
        self._gone = [False] * len(lines)
        # How deep the introduction of their words lies: whoever answers between the lines quotes
        # them again and again.
        self._quoting: int | None = None

    def found(self) -> list[bool]:
        """One mark for each line."""
        at = 0
        while at < len(self._lines):
            at = self._look_at(at)
        return self._gone

    def _look_at(self, at: int) -> int:
        """Mark what begins at this line if it is theirs, and return where to go on."""
        lines, them = self._lines, self._them
        line = lines[at]
        if not line.strip() or len(line) > _LONGEST:
            return at + 1
        depth, bare = _depth(line), _DEPTH.sub("", line, count=1)
        if says_forwarded(bare) and them.is_one(bare):
            return self._mark(at, _end_at_depth(lines, at, depth))
        copied = _COPIED.fullmatch(bare) or _COPIED_NAME.fullmatch(bare)
        if copied:
            is_theirs = them.is_name(copied[1])
            return self._mark(at, _next_copied(lines, at)) if is_theirs else at + 1
        start = _header_start(lines, at)
        if start is not None:
            is_theirs = them.is_one(bare)
            return self._mark(start, _end_at_depth(lines, at, depth)) if is_theirs else at + 1
        end = self._end_of_marked(at, bare)
        if end is not None:
            return self._mark(at, end)
        introduced = _introduction(lines, at, depth)
        if introduced is not None:
            last, named = introduced
            is_theirs = them.is_one(named)
            self._quoting = depth if is_theirs else None
            return self._mark(at, _end_of_quote(lines, last, depth)) if is_theirs else last + 1
        told = _SAID.fullmatch(bare)
        if told and self._is_told(told[1], told[2], at):
            end = at + 1 if told[2].strip() else _end_of_quote(lines, at, depth)
            return self._mark(at, end)
        if self._quoting is not None and depth > self._quoting:
            return self._mark(at, at + 1)
        return at + 1

    def _end_of_marked(self, at: int, bare: str) -> int | None:
        """Where words end that begin here with their name and a clock, or that were passed on."""
        lines, them = self._lines, self._them
        unclocked = _CLOCK.sub(" ", bare, count=1)
        if unclocked != bare:
            name = unclocked.strip(_EDGES)
            if " " in name and them.is_name(name):
                return _end_of_paragraph(lines, at)
            told = _SAID.fullmatch(unclocked)
            if told and " " in told[1].strip(_EDGES) and them.is_name(told[1].strip(_EDGES)):
                return at + 1
        elif _is_clock("".join(lines[at + 1 : at + 2])) and them.is_name(bare.strip(_EDGES)):
            return _end_of_paragraph(lines, at)
        angled = _ANGLED.fullmatch(lines[at])
        if angled and them.is_name(angled[1].strip(_EDGES)):
            return at + 1
        head, colon, rest = bare.partition(":")
        if colon and head.strip(_EDGES).casefold() in FROM and them.is_name(rest.strip(_EDGES)):
            return _end_of_paragraph(lines, at)
        passed_on = _PASSED_ON.fullmatch(bare)
        if passed_on and them.is_name(passed_on[1].strip(_EDGES)):
            return at + 1 if (passed_on[2] or "").strip() else _end_of_paragraph(lines, at)
        return None

    def _mark(self, start: int, end: int) -> int:
        self._gone[start:end] = [True] * (end - start)
        return end

    def _is_told(self, name: str, words: str, at: int) -> bool:
        """Whether "Name: words" repeats words of theirs, and does not address whom it names."""
        if says_wrote(name) and self._them.is_one(name):
            return True
        if says_said(name) and _begins_with(name, self._them):
            return True
        if not self._them.is_name(name):
            return False
        if not words.strip():
            return _is_quote_next(self._lines, at)
        return " " in name.strip() or "@" in name or words.lstrip()[:1] in _OPENS_QUOTE


def _is_clock(line: str) -> bool:
    return bool(line.strip()) and not _CLOCK.sub("", line[:_LONGEST], count=1).strip(_EDGES)


def _begins_with(text: str, them: Speakers) -> bool:
    """Whether a few words begin with the name of one of them."""
    words = text.split()
    return len(words) <= _MOST_WORDS_BESIDE + 2 and any(
        them.is_name(" ".join(words[:count]).strip(_EDGES)) for count in (1, 2, 3)
    )


def _end_of_paragraph(lines: list[str], at: int) -> int:
    end = at + 1
    while end < len(lines) and lines[end].strip():
        end += 1
    return end


def _is_quote_next(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at + 1 : at + 4] if line.strip()), "")
    return _depth(following) > _depth(lines[at]) or following.lstrip()[:1] in _OPENS_QUOTE


def _depth(line: str) -> int:
    found = _DEPTH.match(line)
    return found[0].count(">") if found else 0


def _end_at_depth(lines: list[str], at: int, depth: int) -> int:
    """Where what is quoted as deep as this line, or deeper, ends; for no depth, the end."""
    end = at + 1
    while end < len(lines) and (_depth(lines[end]) >= depth or _BLANK.fullmatch(lines[end])):
        end += 1
    return end


def _next_copied(lines: list[str], at: int) -> int:
    end = at + 1
    while end < len(lines):
        if _COPIED.fullmatch(lines[end]) or _COPIED_NAME.fullmatch(lines[end]):
            break
        if not lines[end].strip():
            break
        end += 1
    return end


def _header_start(lines: list[str], at: int) -> int | None:
    """Where "From: … To: …" begins whose first line this is, the line above it included."""
    names: list[str] = []
    for line in lines[at : at + 6]:
        match = _HEADER.match(_DEPTH.sub("", line[:_LONGEST], count=1))
        if match is None:
            break
        names.append(match[1].strip(" *_").casefold())
    if not names or names[0] not in FROM or not any(name in OTHERS for name in names[1:]):
        return None
    start = at
    while start and (not lines[start - 1].strip() or _is_separator(lines[start - 1])):
        start -= 1
        if _is_separator(lines[start]):
            return start
    return at


def _is_separator(line: str) -> bool:
    bare = line[:_LONGEST].strip("-_=>* \t:：").casefold().replace("’", "'")
    return bare in SEPARATORS or (len(line.strip()) > 2 and not line.strip("-_=>* \t"))


def _introduction(lines: list[str], at: int, depth: int) -> tuple[int, str] | None:
    """The last line of "On …, somebody wrote:" that begins here, and the whole of it."""
    joined = ""
    for last in range(at, min(at + 3, len(lines))):
        line = lines[last]
        if not line.strip() or (last > at and _depth(line) != depth):
            return None
        joined = f"{joined} {_DEPTH.sub('', line, count=1)}".strip()
        if len(joined) > _LONGEST:
            return None
        if joined.rstrip("\u200e\u200f ").endswith((":", "：")):
            if last > at and not _begins(lines[at : last + 1]):
                return None
            # Some programs write no verb: "вт, 3 нояб. 2026 г. в 10:00, Name <address>:".
            is_one = says_wrote(joined) or _is_quote_next(lines, last)
            return (last, joined) if is_one else None
        if last == at and joined.startswith("--") and joined.endswith("--") and says_wrote(joined):
            return last, joined
    return None


def _begins(lines: list[str]) -> bool:
    """Whether an introduction of several lines begins with the first: there the day stands."""
    with_day = [_THREE_DIGITS.search(line) is not None for line in lines]
    return with_day[0] and not any(with_day[1:])


def _end_of_quote(lines: list[str], last: int, depth: int) -> int:
    """Where the quotation ends that the line `last` introduces."""
    first = last + 1
    while first < len(lines) and _BLANK.fullmatch(lines[first]) and _depth(lines[first]) <= depth:
        first += 1
    if first >= len(lines) or _depth(lines[first]) <= depth:
        # Nothing marks it: what follows is theirs, down to the end of what holds it.
        return _end_at_depth(lines, last, depth)
    end = first
    while end < len(lines) and _depth(lines[end]) > depth:
        end += 1
    return end


def _find_unnamed(lines: list[str], gone: list[bool], them: Speakers) -> None:
    """Mark quotations that name nobody, if somebody is known to have written what they hold."""
    at = 0
    while at < len(lines):
        if gone[at] or not _depth(lines[at]):
            at += 1
            continue
        depth, end = _depth(lines[at]), at
        while end < len(lines) and not gone[end] and _depth(lines[end]) == depth:
            end += 1
        block = [name_key(_DEPTH.sub("", line, count=1)) for line in lines[at:end]]
        whole = " ".join(filter(None, block))
        if any(_is_said(words, them) for words in (whole, *block)):
            gone[at:end] = [True] * (end - at)
        at = end


def _is_said(words: str, them: Speakers) -> bool:
    is_enough = words.count(" ") + 1 >= _FEWEST_WORDS or len(words) >= _FEWEST_CHARACTERS
    return bool(words) and is_enough and them.said(f" {words} ")


def _without_quoted(line: str, them: Speakers) -> str:
    """A line without what it holds in quotation marks that one of them wrote."""

    def left(found: re.Match[str]) -> str:
        words = next(filter(None, found.groups()), "")
        is_theirs = _is_said(name_key(words.rstrip("….")), them) or _is_named_beside(found, them)
        return "" if is_theirs else found[0]

    return _QUOTED.sub(left, line)


def _is_named_beside(found: re.Match[str], them: Speakers) -> bool:
    """Whether it is said right before or behind a quotation that one of them said it."""
    before = re.split(r"[.!?;]\s|[”»]", found.string[max(0, found.start() - 80) : found.start()])[
        -1
    ]
    if says_said(before) and _begins_with(before.strip(_EDGES), them):
        return True
    after = re.split(r"[.!?;:(]", found.string[found.end() : found.end() + 80])[0].strip(_EDGES)
    words = after.split()[:_MOST_WORDS_BESIDE]
    return says_said(after) and any(
        says_said(" ".join(words[:at])) and them.is_name(" ".join(words[at : at + count]))
        for at in (1, 2)
        for count in (1, 2, 3)
    )
