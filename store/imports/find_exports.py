"""Finding the exports in what the owner points to: each file has one importer, or none."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from store.errors import StoreError
from store.importers import (
    HEAD_BYTES,
    ExportFolder,
    FolderExport,
    FolderImporter,
    Importer,
    SendsFiles,
    UnreadableExport,
    all_folder_importers,
    all_importers,
    holding_module,
)
from store.importers.reading.known_files import is_media, is_zip, name_of_unknown
from store.importers.reading.unread import not_read
from store.imports.export_folders import DiskFolder, ZipFolder
from store.imports.sent_files import SentFiles

EXAMPLES_KEPT: Final = 3
# Files of an archive whose names are looked at to tell what made it.
_LISTED: Final = 100
_MEDIA: Final = "a picture, a film or a sound"
_SENT: Final = "sent in a chat; to read one as your own, name it by itself"


class UnknownFormat(StoreError):
    """`--as` names a format that does not exist."""

    def __init__(self, asked: str) -> None:
        formats = {each.format for each in all_importers()}
        formats |= {each.format for each in all_folder_importers()}
        known = ", ".join(sorted(formats))
        super().__init__(f"There is no format “{asked}”. Known: {known}.")


class TwoFormats(StoreError):
    """Two importers claim one file."""

    def __init__(self, name: str, titles: list[str]) -> None:
        super().__init__(f"{name} could be {' or '.join(titles)}. Say which one with --as FORMAT.")


class MissingFile(StoreError):
    """The path leads nowhere, or cannot be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be read: {why}.")


@dataclass(frozen=True, slots=True)
class Export:
    """One export, and which importer reads it.

    path: the file, zip or folder on disk. files: what belongs to it inside a zip or folder, as
    paths from its top; empty when `path` is the one file. together: the files need each other and
    are read by a `FolderImporter`, as if their paths began after `root`. module: holds the
    importer. name: for people. size, sha256: for several files or one inside a zip, the bytes in
    all and a hash over their names and sizes; empty for a file on disk.
    """

    path: Path
    name: str
    format: str
    title: str
    module: str
    root: str = ""
    files: tuple[str, ...] = ()
    together: bool = False
    size: int = 0
    sha256: str = ""

    def fingerprint(self) -> tuple[str, int]:
        """A hash that tells the export from others, and its size in bytes."""
        if self.sha256:
            return self.sha256, self.size
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest(), self.path.stat().st_size


@dataclass(slots=True)
class Found:
    """What was found.

    refused: a sentence for each file that was named and cannot be read. others: what the files
    that nobody reads seem to be, with how many of them and a few names.
    """

    exports: list[Export] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    others: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)

    def add_other(self, seems: str, name: str, count: int = 1) -> None:
        """Count a file that nobody reads."""
        known, names = self.others.get(seems, (0, ()))
        if name and len(names) < EXAMPLES_KEPT:
            names = (*names, name)
        self.others[seems] = (known + count, names)


def find_exports(
    paths: Iterable[Path], asked_format: str | None, told: Callable[[], None] = lambda: None
) -> Found:
    """The exports at these paths, in a stable order; folders and zips are searched.

    A zip inside a folder is searched as well, a zip inside a zip is not.
    asked_format: read every file as this format, whatever it looks like. told: called for every
    file, so that somebody sees that it goes on.
    Raises: MissingFile, UnknownFormat, TwoFormats.
    """
    search = _Search(asked_format, told)
    found = search.found
    for path in paths:
        try:
            if path.is_dir():
                search.through(DiskFolder(path), path)
            else:
                search.at(path)
        except UnreadableExport as error:
            found.refused.append(str(error))
        except OSError as error:
            why = (error.strerror or "not readable").lower()
            raise MissingFile(path, why) from None
    return found


@dataclass(frozen=True, slots=True)
class _Inside:
    """What one file of a folder or zip is. sent: see `SendsFiles`."""

    claims: tuple[Importer, ...] = ()
    seems: str = ""
    sent: tuple[str, ...] = ()
    is_zip: bool = False
    refused: str = ""


class _Search:
    """One search through everything that the owner named."""

    def __init__(self, asked: str | None, told: Callable[[], None]) -> None:
        self.found = Found()
        self._asked = asked
        self._told = told
        self._alone: Sequence[Importer] = all_importers()
        self._together: Sequence[FolderImporter] = all_folder_importers()
        if asked is not None:
            name = asked.casefold()
            self._alone = [each for each in self._alone if each.format == name]
            self._together = [each for each in self._together if each.format == name]
            if not self._alone and not self._together:
                raise UnknownFormat(asked)

    def at(self, path: Path) -> None:
        """Look at one file that the owner named."""
        if not path.exists():
            raise MissingFile(path, "there is no such file or folder")
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
        if is_zip(head):
            self.through(ZipFolder(path), path)
            return
        claims, seems = self._claims(path, path.name, head)
        if len(claims) > 1:
            raise TwoFormats(path.name, [importer.title for importer in claims])
        if claims:
            self.found.exports.append(_single(claims[0], path, path.name))
        else:
            self.found.refused.append(f"{path.name}: not imported; it is {seems}.")

    def through(self, folder: DiskFolder | ZipFolder, path: Path) -> None:
        """Search a folder or zip: exports of several files first, then file by file.

        What people sent in a chat belongs to that chat, whatever it looks like.
        """
        if isinstance(folder, ZipFolder) and (seems := _document(path.name, folder)):
            self.found.refused.append(f"{path.name}: not imported; it is {seems}.")
            return
        parts: list[tuple[FolderImporter, FolderExport]] = []
        for importer in self._together:
            self._told()
            parts += [(importer, part) for part in importer.find(folder)]
        inside = self._read_alone(folder, {file for _, part in parts for file in part.files})
        sent = SentFiles(
            [(part.files, part.sent) for _, part in parts]
            + [((file,), each.sent) for file, each in inside.items() if each.sent]
        )
        taken: set[str] = set()
        for importer, part in parts:
            left = [file for file in part.files if not sent.holds(file)]
            if left and taken.isdisjoint(left):
                taken.update(left)
                mine = replace(part, files=tuple(left))
                self.found.exports.append(_several(importer, path, folder, mine))
        if self._asked and not self._alone and not taken:
            raise UnreadableExport(f"{folder.name} holds no {self._together[0].title}.")
        for file in folder.files():
            if file in taken:
                continue
            if sent.holds(file) and not is_media(file):
                self.found.add_other(_SENT, file)
            else:
                self._told()
                self._inside(folder, path, file, inside.get(file))
        for reason, count in folder.skipped.items():
            self.found.add_other(reason, "", count)

    def _read_alone(
        self, folder: DiskFolder | ZipFolder, elsewhere: Collection[str]
    ) -> dict[str, "_Inside"]:
        """Look at each file of a folder or zip that is no part of an export of several files."""
        found = {}
        for file in folder.files():
            if file not in elsewhere and not is_media(file):
                self._told()
                found[file] = self._look_at(folder, file)
        return found

    def _look_at(self, folder: DiskFolder | ZipFolder, file: str) -> "_Inside":
        try:
            head = folder.head(file)
            if is_zip(head):
                return _Inside(is_zip=True)
            claims, seems = self._claims(Path(file), file, head)
            sent = (
                tuple(claims[0].sent_with(folder, file))
                if len(claims) == 1 and isinstance(claims[0], SendsFiles)
                else ()
            )
        except UnreadableExport as error:
            return _Inside(refused=str(error))
        except OSError:
            return _Inside(seems="a file that cannot be read")
        return _Inside(tuple(claims), seems, sent)

    def _inside(
        self, folder: DiskFolder | ZipFolder, path: Path, file: str, known: "_Inside | None"
    ) -> None:
        """Take one file of a folder or zip for what it is."""
        if is_media(file):
            self.found.add_other(_MEDIA, "")
            return
        each = known or self._look_at(folder, file)
        if each.is_zip and isinstance(folder, DiskFolder):
            try:
                self.through(ZipFolder(path / file), path / file)
            except UnreadableExport as error:
                self.found.refused.append(str(error))
        elif each.is_zip:
            self.found.add_other("a zip inside a zip; unpack the outer one", file)
        elif each.refused:
            self.found.refused.append(each.refused)
        elif len(each.claims) > 1:
            titles = [importer.title for importer in each.claims]
            self.found.refused.append(str(TwoFormats(f"{folder.name}/{file}", titles)))
        elif not each.claims:
            self.found.add_other(each.seems, file)
        elif isinstance(folder, DiskFolder):
            self.found.exports.append(_single(each.claims[0], path / file, file))
        else:
            self.found.exports.append(_inside_zip(each.claims[0], path, folder, file))

    def _claims(self, path: Path, file: str, head: bytes) -> tuple[list[Importer], str]:
        """The importers that take a file, and what it seems to be when none does."""
        if self._asked is not None:
            return list(self._alone), ""
        if seems := not_read(file, head):
            return [], seems
        claims = [importer for importer in self._alone if importer.recognises(path, head)]
        return claims, "" if claims else not_read(file, head, last=True) or name_of_unknown(head)


def _document(name: str, folder: ZipFolder) -> str:
    """What a zip is that is the file of an office or mail program, or nothing."""
    files = folder.files()
    if "[Content_Types].xml" in files or "mimetype" in files or "Index/Document.iwa" in files:
        return not_read(name, b"") or "an office document"
    return next((seems for file in files[:_LISTED] if (seems := _archive(file))), "")


def _archive(file: str) -> str:
    return not_read(file, b"") if file.startswith("com.microsoft.__") else ""


def _single(importer: Importer, path: Path, name: str) -> Export:
    return Export(path, name, importer.format, importer.title, holding_module(importer))


def _inside_zip(importer: Importer, path: Path, folder: ZipFolder, file: str) -> Export:
    size, sha256 = _listed(folder, (file,))
    return Export(
        path,
        f"{folder.name}/{file}",
        importer.format,
        importer.title,
        holding_module(importer),
        files=(file,),
        size=size,
        sha256=sha256,
    )


def _several(
    importer: FolderImporter, path: Path, folder: ExportFolder, part: FolderExport
) -> Export:
    size, sha256 = _listed(folder, part.files)
    return Export(
        path,
        f"{folder.name}/{part.root}".rstrip("/"),
        importer.format,
        importer.title,
        holding_module(importer),
        part.root,
        tuple(part.files),
        together=True,
        size=size,
        sha256=sha256,
    )


def _listed(folder: ExportFolder, files: Sequence[str]) -> tuple[int, str]:
    sizes = [(file, folder.size(file)) for file in files]
    listed = repr(sizes).encode("utf-8", "surrogatepass")
    return sum(size for _, size in sizes), hashlib.sha256(listed).hexdigest()
