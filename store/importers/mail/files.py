"""Mails in files of their own: `.eml` and `.emlx` files, and Maildir folders.

A folder of them is one export, however many they are. Maildir: https://cr.yp.to/proto/maildir.html
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from store.importers import ExportFolder, FolderExport, ReadingContext, UnreadableExport
from store.importers.mail.headers import split_header
from store.importers.mail.mbox import MESSAGE_BYTES, envelope_date
from store.importers.mail.message import MailReader
from store.importers.records import Problem, Record, Skipped, SourceInfo

_SUFFIXES: Final = (".eml", ".emlx")
# With nothing but `Subject:` in its header a file is a text; two of these make it a mail.
_TELLING: Final = frozenset(
    "from to date subject received message-id mime-version return-path delivered-to".split()
)
# Apple Mail writes the length of the mail before it and a property list after it.
_EMLX_LENGTH: Final = re.compile(rb"\A(\d{1,10})[ \t]*\r?\n")
_MAILDIR_FOLDERS: Final = frozenset({"cur", "new"})
# In a Maildir the file's name says that a mail is a draft or deleted.
_MAILDIR_FLAGS: Final = re.compile(r"[:;!]2,([A-Za-z]*)\Z")
_LEFT_OUT_FLAGS: Final = {"D": "a draft", "T": "a mail in the trash"}
_LEFT_OUT_FOLDERS: Final = {
    "trash": "a mail in the trash",
    "deleted items": "a mail in the trash",
    "drafts": "a draft",
    "spam": "a mail in spam",
    "junk": "a mail in spam",
}


class MailFileImporter:
    """One mail in one file."""

    format = "eml"
    title = "a single mail (.eml)"

    def recognises(self, path: Path, head: bytes) -> bool:
        """See `Importer.recognises`."""
        return is_mail(path.name, head)

    def extract(self, stream: BinaryIO, context: ReadingContext) -> Iterator[Record]:
        """See `Importer.extract`."""
        yield SourceInfo("mail", "", "Mailbox")
        reader = MailReader(context.me)
        yield from _mail(reader, stream, context.name, "the mail")


class MailFolderImporter:
    """A folder of single mails, or a Maildir with its folders."""

    format = "maildir"
    title = "a folder of mails (.eml, Maildir)"

    def find(self, folder: ExportFolder) -> Sequence[FolderExport]:
        """See `FolderImporter.find`."""
        files = tuple(file for file in folder.files() if _may_be_mail(file))
        mails = tuple(file for file in files if is_mail(file, folder.head(file)))
        return [FolderExport("", mails)] if mails else []

    def extract(self, folder: ExportFolder, context: ReadingContext) -> Iterator[Record]:
        """See `FolderImporter.extract`."""
        files = folder.files()
        if not files:
            raise UnreadableExport(f"{context.name} holds no mail.")
        yield SourceInfo("mail", "", "Mailbox")
        reader = MailReader(context.me)
        for file in files:
            if why := _left_out_because(file):
                yield Skipped(why, file)
                continue
            try:
                with folder.open(file) as stream:
                    yield from _mail(reader, stream, file, file)
            except UnreadableExport as error:
                yield Problem(str(error), file)


def is_mail(name: str, head: bytes) -> bool:
    """Say whether a file holds one mail, from its name and first bytes."""
    raw = _EMLX_LENGTH.sub(b"", head, count=1) if name.lower().endswith(".emlx") else head
    first, _, rest = raw.partition(b"\n")
    if envelope_date(first) is not None:
        if not name.lower().endswith(_SUFFIXES):
            # It is a mailbox of many mails.
            return False
        raw = rest
    telling = _TELLING & split_header(raw.lstrip(b"\r\n"))[0].fields.keys()
    return len(telling) >= (1 if name.lower().endswith(_SUFFIXES) else 3)


def _may_be_mail(file: str) -> bool:
    path = PurePosixPath(file)
    return path.name.lower().endswith(_SUFFIXES) or path.parent.name in _MAILDIR_FOLDERS


def _left_out_because(file: str) -> str:
    """Why a mail is left out, judged by its folder and its Maildir flags; or empty."""
    path = PurePosixPath(file)
    for part in path.parts[:-1]:
        # Maildir++ writes a folder within a folder as `.Parent.Child`.
        for name in part.casefold().split("."):
            if name in _LEFT_OUT_FOLDERS:
                return _LEFT_OUT_FOLDERS[name]
    flags = _MAILDIR_FLAGS.search(path.name)
    for flag in flags[1] if flags else "":
        if flag in _LEFT_OUT_FLAGS:
            return _LEFT_OUT_FLAGS[flag]
    return ""


def _mail(reader: MailReader, stream: BinaryIO, name: str, place: str) -> Iterator[Record]:
    raw = stream.read(MESSAGE_BYTES + 1)
    if length := _EMLX_LENGTH.match(raw) if name.lower().endswith(".emlx") else None:
        raw = raw[length.end() : length.end() + int(length[1])]
    raw = raw.lstrip(b"\r\n")
    first, _, rest = raw.partition(b"\n")
    date = envelope_date(first)
    if date is not None:
        raw = rest
    if len(raw) > MESSAGE_BYTES:
        yield Problem("the message is larger than 25 MB; its beginning was kept", place)
    if not raw.strip():
        yield Problem("the file is empty", place)
        return
    yield from reader.records(raw[:MESSAGE_BYTES], place, date)


IMPORTER = MailFileImporter()
FOLDER_IMPORTER = MailFolderImporter()
