"""`chat.md` of signal-export, and the text of its forerunners: messages for people to read."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

_LONGEST_MESSAGE: Final = 200_000
_BEGIN: Final = re.compile(
    r"\[(?P<date>\d{4}-\d\d-\d\d),? (?P<time>\d\d:\d\d(?::\d\d)?)\] (?P<sender>[^:\n]{1,200}): ?"
)
_ATTACHMENT: Final = re.compile(r"!?\[(?P<name>[^\[\]\n]{1,200})\]\(\.?/?media/[^)\n]{1,300}\)\s*")
_REACTIONS: Final = re.compile(r"\n?\(- (?P<all>[^\n]{1,2000}) -\)\s*\Z")
_STICKER: Final = re.compile(r"\n\(\( (?P<emoji>[^\n()]{1,30}) \)\)\s*\Z")
_DELETED: Final = "(This message was deleted)"


def is_markdown(head: bytes) -> bool:
    """Whether a file begins with a message in the form of signal-export."""
    text = head.decode("utf-8", "replace").removeprefix("\ufeff").lstrip()
    return _BEGIN.match(text) is not None


def entries_of_markdown(lines: Iterable[str]) -> Iterator[tuple[dict[str, Any] | str, int]]:
    """Yield what each message would be in `data.json`, and the line at which it begins."""
    begun = 0
    first: re.Match[str] | None = None
    gathered: list[str] = []
    length = 0
    for number, line in enumerate(lines, start=1):
        found = _BEGIN.match(line)
        if found:
            if first:
                yield _entry(first, "\n".join(gathered)), begun
            begun, first, gathered, length = number, found, [line[found.end() :]], 0
        elif first:
            length += len(line) + 1
            if length <= _LONGEST_MESSAGE:
                gathered.append(line)
        elif line.strip():
            yield "it belongs to no message", number
    if first:
        yield _entry(first, "\n".join(gathered)), begun


def _entry(first: re.Match[str], text: str) -> dict[str, Any]:
    reactions: list[list[str]] = []
    if found := _REACTIONS.search(text[-2100:]):
        text = text[: len(text) - len(text[-2100:]) + found.start()]
        pairs = (pair.rpartition(": ") for pair in found["all"].split(", "))
        reactions = [[name, emoji] for name, _, emoji in pairs]
    sticker = ""
    if found := _STICKER.search(text[-100:]):
        text = text[: len(text) - len(text[-100:]) + found.start()]
        sticker = found["emoji"]
    files = [{"name": found["name"]} for found in _ATTACHMENT.finditer(text)]
    own = _ATTACHMENT.sub("", text).split("\n")
    quoted = [line for line in own if line.startswith("> ")] if own[0] == "" else []
    body = "\n".join(line for line in own if line not in quoted).strip()
    return {
        "date": f"{first['date']}T{first['time']}",
        "sender": first["sender"],
        "body": "" if body == _DELETED else body,
        "quote": "\n".join(quoted),
        "sticker": sticker,
        "reactions": reactions,
        "attachments": files,
        "deleted": body == _DELETED,
        "is_rounded": True,
    }
