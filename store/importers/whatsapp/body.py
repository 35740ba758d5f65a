"""The rest of a WhatsApp message after its date: who wrote, and which words are their own."""

import re
from dataclasses import dataclass
from typing import Final

from store.importers.whatsapp import words
from store.importers.whatsapp.header import Form, without_marks

LONGEST_TEXT: Final = 200_000
_LONGEST_LABEL: Final = 100
# What WhatsApp writes itself is not longer than this.
_LONGEST_OWN_WORDS: Final = 700

# `<attached: NAME>` at the end of the words, and `NAME (file attached)` on a line of its own.
_ATTACHED_IPHONE: Final = re.compile(
    r"\s*\u200e?<\u200e?[^<>:\n]{1,30}:\s?(?P<name>[^<>\n]{1,200}\.\w{1,8})>\s*\Z"
)
_FILE_NAME: Final = re.compile(r"\u200e?(?P<name>[^\n/\\]{1,200}\.\w{1,8}) \([^()\n]{2,40}\)\s*\Z")
_OF_WHATSAPP: Final = re.compile(r"\u200e|(?:IMG|VID|AUD|PTT|STK|DOC)-\d{8}-WA\d+\.")
_OMITTED_ANDROID: Final = re.compile(r"\u200e?<(?P<name>[^<>:\n]{3,40})>\s*\Z")
_OMITTED_IPHONE: Final = re.compile(r"\u200e(?P<name>[^\u200e\n]{3,60})\s*\Z")
_OMITTED_UNMARKED: Final = re.compile(r"[^\W\d_]{2,20}(?: [^\W\d_]{1,20}){1,3}")
_FILE_AND_PAGES: Final = re.compile(r"\A(?P<name>[^\n•]{1,200}\.\w{1,8})(?: • [^\n]{1,40})?\s*\Z")


@dataclass(frozen=True, slots=True)
class Body:
    """sender: the label, or empty for a line that WhatsApp wrote. text: as it is there."""

    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a message says.

    reason: why it is left out, else empty. call_seconds: the length of a call, else None.
    is_taken_back: it was deleted. lasting: the words that are the same in an export with files and
    in one without.
    """

    text: str = ""
    attachments: tuple[str, ...] = ()
    is_edited: bool = False
    reason: str = ""
    call_seconds: int | None = None
    lasting: str = ""
    is_taken_back: bool = False


def body_of(rest: str, *, is_spaced: bool) -> Body:
    """Divide what follows the date into sender and text.

    is_spaced: a space follows the colon after the sender, as almost everywhere.
    """
    head = rest[: _LONGEST_LABEL * 2]
    at = -1
    if is_spaced:
        at = head.find(": ")
        if at < 0 and rest.endswith(":") and len(rest) <= len(head):
            at = len(rest) - 1
    if at < 0:
        at = head.find(":")
    label = without_marks(head[:at]).strip() if at > 0 else ""
    if (
        not label
        or len(label) > _LONGEST_LABEL
        or words.NOTICE_BEFORE_COLON.search(label)
        or _ends_within_quotes(label)
    ):
        return Body("", rest)
    text = rest[at + 1 :]
    return Body(label, text.removeprefix(" "))


def _ends_within_quotes(label: str) -> bool:
    """Whether a quotation begins in it and does not end, as in a notice that quotes a name."""
    if label.isascii():
        return label.count('"') % 2 == 1
    opened = sum(map(label.count, "“„«‹「『"))
    closed = sum(map(label.count, "”»›」』")) or (opened and label.count("“") - 1)
    # Finns and Swedes open with the mark that closes elsewhere.
    same = label.count("”") if not opened else 0
    return label.count('"') % 2 == 1 or same % 2 == 1 or opened > max(closed, 0)


def reason_of_notice(text: str) -> str:
    """Say in a few plain words what a line of WhatsApp's own means."""
    if len(text) <= _LONGEST_OWN_WORDS:
        for pattern, reason in words.NOTICES:
            if pattern.search(text):
                return reason
        if words.MISSED_CALL.match(text):
            return "a call that nobody took"
        if words.GROUP_NOTICE.search(text):
            return "a notice of who joined, left or changed the group"
    return "a line that WhatsApp wrote"


def is_group_notice(text: str) -> bool:
    """Whether a line of WhatsApp's own can only be in a group."""
    return reason_of_notice(text).endswith("the group")


def told_in(text: str, *, form: Form) -> Told:
    """Tell a sender's words from what WhatsApp wrote into the message.

    form: of the export's lines. On most iPhones a mark precedes every word of WhatsApp's.
    """
    has_marks = form.opening == "["
    if len(text) <= _LONGEST_OWN_WORDS:
        left_out = _left_out(text)
        if left_out is not None:
            return left_out
    is_edited = False
    tail = text[-_LONGEST_OWN_WORDS:]
    if edited := words.EDITED.search(tail):
        is_edited = True
        text = text[: len(text) - len(tail) + edited.start()]
    if poll := words.POLL.match(text):
        return _poll(text[poll.end() :])
    attachment, rest = _attachment(text, may_lack_marks=has_marks)
    if attachment:
        rest = without_marks(rest).strip()
        return Told(rest, (attachment,), is_edited, lasting=f"\0file\0{rest}")
    if len(text) <= _LONGEST_OWN_WORDS and words.LOCATION.match(text):
        plain = without_marks(text).strip()
        return Told(plain, ("location",), is_edited, lasting=plain)
    is_notice = has_marks and text.startswith("\u200e")
    if is_notice or (60 < len(text) <= _LONGEST_OWN_WORDS and words.ENCRYPTION.search(text)):
        return Told(reason=reason_of_notice(text))
    plain = without_marks(text).strip()
    if not plain:
        return Told(reason="a message of which the export shows nothing")
    return Told(plain, is_edited=is_edited, lasting=plain)


def is_own_deletion(text: str) -> bool:
    """Whether the text says “You deleted this message”: its sender is the owner."""
    return len(text) <= _LONGEST_OWN_WORDS and bool(words.OWN_DELETED.fullmatch(text))


def _left_out(text: str) -> Told | None:
    if words.DELETED.fullmatch(text) or words.OWN_DELETED.fullmatch(text):
        return Told(reason="a message that was taken back", is_taken_back=True)
    if words.NOT_SHOWN.fullmatch(text):
        return Told(reason="a message of which the export shows nothing")
    if words.MISSED_CALL.match(text):
        return Told(reason="a call that nobody took")
    if call := words.CALL.match(text):
        seconds = sum(
            int(found[1]) * unit
            for pattern, unit in words.LENGTHS
            if (found := pattern.search(call["rest"]))
        )
        if seconds:
            return Told(call_seconds=seconds, lasting="\0call")
        # Without the mark it is somebody writing about a call.
        if "\u200e" in text:
            return Told(reason="a call that nobody took")
    return None


def _attachment(text: str, *, may_lack_marks: bool) -> tuple[str, str]:
    """Find a file that belongs to the message: its name, and the remaining words.

    may_lack_marks: old iPhones write “image omitted” and nothing else, without a mark.
    """
    if may_lack_marks and _OMITTED_UNMARKED.fullmatch(text) and words.OMITTED.search(text):
        return text.strip(), ""
    tail = text[-_LONGEST_OWN_WORDS:]
    before = text[: len(text) - len(tail)]
    if found := _ATTACHED_IPHONE.search(tail):
        return found["name"], before + tail[: found.start()]
    first, _, rest = text.partition("\n")
    if len(first) <= _LONGEST_OWN_WORDS:
        named = _FILE_NAME.match(first)
        if named and (_OF_WHATSAPP.match(first) or words.ATTACHED.search(first)):
            return named["name"], rest
        omitted = _OMITTED_ANDROID.match(first)
        if omitted and (" " in omitted["name"] or words.OMITTED.search(omitted["name"])):
            return without_marks(omitted["name"]), rest
    where = tail.rfind("\u200e")
    marked = _OMITTED_IPHONE.match(tail, where) if where >= 0 else None
    if marked and words.OMITTED.search(marked["name"]):
        rest = before + tail[:where]
        if named := _FILE_AND_PAGES.match(without_marks(rest).strip()):
            return named["name"], ""
        return marked["name"].strip(), rest
    return "", text


def _poll(text: str) -> Told:
    """Read a poll. Its votes go on, so only the question lasts."""
    lines = [without_marks(words.POLL_OPTION.sub("", line, count=1)) for line in text.split("\n")]
    question = next((line for line in lines if line.strip()), "").strip()
    told = "\n".join(line.strip() for line in lines).strip()
    return Told(told, (f"poll: {question}",), lasting=f"\0poll\0{question}")
