"""Naming files that no importer reads, so that the owner learns what they have there."""

import re
from pathlib import PurePosixPath
from typing import Final

# (pattern over the first bytes, what it is). The first that matches counts.
_KNOWN: Final = (
    (rb"\A%PDF-", "a PDF document"),
    (rb"\ASQLite format 3\x00", "an SQLite database"),
    (rb"\A(\xff\xd8\xff|\x89PNG|GIF8|RIFF)", "a picture or a sound"),
    (
        rb"\A(?:\xef\xbb\xbf)?\s*(?i:BEGIN:V(?:CALENDAR|EVENT|TODO|JOURNAL|TIMEZONE|FREEBUSY))",
        "a calendar (iCalendar)",
    ),
    (rb"\A\s*(?i:BEGIN:VCARD)", "a vCard address book"),
    (rb"\A\s*(?i:<!doctype html|<html)", "a web page; choose JSON when you export"),
    (
        rb"\A(?:\xef\xbb\xbf)?[^\n]*(?:First Name|Given Name|E-mail|Email Address)[^\n]*[,;\t]",
        "a table of contacts (CSV)",
    ),
    (rb"\A\W*\[?\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s", "a WhatsApp chat"),
    (rb"\"timestamp_ms\"", "a Facebook Messenger or Instagram export"),
    (rb"\A\s*[{\[]", "a JSON file of another program"),
    (
        rb"(?im)\A(?=[a-z][a-z-]*:)(?:.*\n)*?(?:from|to|date|subject|received|message-id|mime-version):",
        "a single e-mail",
    ),
)


_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_MEDIA: Final = frozenset(
    ".3gp .aac .aae .amr .avi .bmp .caf .flac .gif .heic .heif .jpeg .jpg .m4a .m4v .mov .mp3 .mp4"
    " .mpeg .mpg .oga .ogg .opus .png .svg .tgs .tif .tiff .wav .webm .webp .wma .wmv".split()
)


def is_zip(head: bytes) -> bool:
    """Whether a file with these first bytes is a zip, maybe an empty one."""
    return head.startswith(_ZIP)


def is_media(file: str) -> bool:
    """Whether a file is a picture, film or sound by its name, so that it need not be opened."""
    return PurePosixPath(file).suffix.lower() in _MEDIA


def name_of_unknown(head: bytes) -> str:
    """What a file seems to be, in a few plain words. head: its first bytes."""
    if not head.strip():
        return "an empty file"
    for pattern, name in _KNOWN:
        if re.search(pattern, head[:4096]):
            return name
    if b"\x00" in head[:1024]:
        return "a binary file"
    return "a text of no known format"
