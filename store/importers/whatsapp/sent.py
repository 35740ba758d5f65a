"""What people sent in a WhatsApp chat, as files beside it."""

import re
import unicodedata
from typing import Final

from store.importers import ExportFolder
from store.importers.reading.known_files import is_media
from store.importers.reading.lines import lines
from store.importers.whatsapp.header import without_marks
from store.importers.whatsapp.words import TITLE

# An iPhone numbers what it puts beside the chat.
_NUMBERED: Final = re.compile(r"\d{8}-")
_NAMED: Final = re.compile(
    r"<[^<>:\n]{1,30}:\s?([^<>\n]{1,250})>|([^<>:\n]{1,250}) \([^()\n]{2,40}\)"
)


def sent_with(folder: ExportFolder, file: str) -> tuple[str, ...]:
    """The files that came with a chat; a folder ends with `/`, and '' is everything.

    All of a zip or folder that is named as WhatsApp names it, or that holds only this chat; of any
    other folder what its messages name, and what an iPhone numbered.
    """
    place, _, name = file.rpartition("/")
    place = f"{place}/" if place else ""
    if _NUMBERED.match(name):
        # It was forwarded into the chat beside it.
        return ()
    holder = title_of(place.rstrip("/").rpartition("/")[2] or folder.name)
    title = title_of(name)
    if holder and (not title or title == holder):
        return (place,)
    beside = [
        each
        for each in folder.files()
        if each.startswith(place) and "/" not in each[len(place) :] and each != file
    ]
    if folder.is_packed and not any(title_of(each[len(place) :]) for each in beside):
        return (place,)
    others = {_plain(each[len(place) :]): each for each in beside if not is_media(each)}
    named = _named_in(folder, file, others) if others else set()
    numbered = {each for name, each in others.items() if _NUMBERED.match(name)} if not title else ()
    return tuple(sorted(named.union(numbered)))


def title_of(name: str) -> str:
    """The chat's name in the name of a file, zip or folder, or an empty string."""
    found = TITLE.match(without_marks(name))
    return found["name"].strip() if found else ""


def _named_in(folder: ExportFolder, file: str, others: dict[str, str]) -> set[str]:
    found: set[str] = set()
    with folder.open(file) as stream:
        for line, _ in lines(stream):
            if "." not in line or not line.rstrip("\u200e").endswith((">", ")")):
                continue
            for match in _NAMED.finditer(line[-1_000:]):
                words = _plain(match[1] or match[2])
                # Android writes the file's name after the sender's.
                for name in (words, words.rpartition(": ")[2]):
                    if name in others:
                        found.add(others[name])
    return found


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", without_marks(name)).strip()
