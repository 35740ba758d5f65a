"""The files of an export, in a folder on disk or in a zip, behind one interface.

Nothing from a zip is ever written to disk, and what it may unpack is bounded: a file of a few
kilobytes can claim to hold petabytes.
"""

import io
import os
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Final

from store.importers import HEAD_BYTES, ExportFolder, UnreadableExport

MOST_FILES: Final = 200_000
MOST_BYTES_OF_ONE_FILE: Final = 16 * 1024**3
MOST_BYTES_IN_ALL: Final = 64 * 1024**3
# Chats and mail pack to a tenth or a thirtieth; only a file made to do harm packs better than this.
MOST_UNPACKED_PER_PACKED: Final = 100
RATIO_COUNTS_FROM_BYTES: Final = 16 * 1024**2
_BUFFER_BYTES: Final = 256 * 1024

ByteCount = Callable[[int], None]


@dataclass
class DiskFolder:
    """A folder on disk. Hidden files are passed over, except the folders of a Maildir.

    Symbolic links are not followed.

    skipped: reasons with counts, for what is there and will not be read.
    """

    path: Path
    skipped: Counter[str] = field(default_factory=Counter)
    _files: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """See `ExportFolder.name`."""
        return self.path.resolve().name or str(self.path)

    @property
    def is_packed(self) -> bool:
        """See `ExportFolder.is_packed`."""
        return False

    def files(self) -> Sequence[str]:
        """See `ExportFolder.files`. Raises UnreadableExport past `MOST_FILES`."""
        if self._files is None:
            self._files = tuple(sorted(self._walk()))
        return self._files

    def size(self, file: str) -> int:
        """See `ExportFolder.size`."""
        return (self.path / file).stat().st_size

    def head(self, file: str) -> bytes:
        """See `ExportFolder.head`."""
        with (self.path / file).open("rb") as stream:
            return stream.read(HEAD_BYTES)

    def open(self, file: str) -> BinaryIO:
        """See `ExportFolder.open`."""
        return (self.path / file).open("rb", buffering=_BUFFER_BYTES)

    def _walk(self) -> Iterable[str]:
        count = 0
        for folder, subfolders, names in os.walk(self.path):
            subfolders[:] = [
                name
                for name in subfolders
                if _is_worth_a_look(name) or _is_mail_folder(Path(folder, name))
            ]
            for name in names:
                file = Path(folder, name)
                if not _is_worth_a_look(name):
                    continue
                if file.is_symlink():
                    self.skipped["a link to somewhere else"] += 1
                elif file.is_file():
                    count += 1
                    if count > MOST_FILES:
                        raise _too_many_files(self.name)
                    yield file.relative_to(self.path).as_posix()


class ZipFolder:
    """A zip, read where it is.

    skipped: reasons with counts, for entries that will not be read.
    Raises UnreadableExport when it is not a whole zip, has a password, or claims more than the
    caps.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.skipped: Counter[str] = Counter()
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
            raise UnreadableExport(
                f"{path.name} is not a whole zip: it was cut or damaged. Download it once more."
            ) from error
        self._entries = self._take(self._zip.infolist())

    @property
    def name(self) -> str:
        """See `ExportFolder.name`."""
        return self.path.name

    @property
    def is_packed(self) -> bool:
        """See `ExportFolder.is_packed`."""
        return True

    def files(self) -> Sequence[str]:
        """See `ExportFolder.files`."""
        return sorted(self._entries)

    def size(self, file: str) -> int:
        """See `ExportFolder.size`."""
        return self._entries[file].file_size

    def head(self, file: str) -> bytes:
        """See `ExportFolder.head`."""
        with self.open(file) as stream:
            return stream.read(HEAD_BYTES)

    def open(self, file: str) -> BinaryIO:
        """See `ExportFolder.open`."""
        entry = self._entries[file]
        try:
            member = self._zip.open(entry)
        except _ZIP_ERRORS as error:
            raise _unreadable(self.name, file) from error
        return io.BufferedReader(_Member(self, file, entry, member), _BUFFER_BYTES)

    def count_unpacked(self, count: int) -> None:
        """Count bytes that were unpacked. Raises UnreadableExport past `MOST_BYTES_IN_ALL`."""
        self._unpacked += count
        if self._unpacked > MOST_BYTES_IN_ALL:
            raise UnreadableExport(
                f"{self.name} unpacks to more than {MOST_BYTES_IN_ALL // 1024**3} GB; the rest "
                "of it was left out."
            )

    def _take(self, entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        if len(entries) > MOST_FILES:
            raise _too_many_files(self.name)
        taken: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            name = entry.filename.replace("\\", "/")
            if entry.is_dir() or not all(map(_is_worth_a_look, PurePosixPath(name).parts)):
                continue
            if entry.flag_bits & 0x1:
                raise UnreadableExport(
                    f"{self.name} is locked with a password. Unpack it with the password and "
                    "import the folder."
                )
            if reason := _refusal(entry, name):
                self.skipped[reason] += 1
            elif name in taken:
                self.skipped["a second entry of one name"] += 1
            else:
                taken[name] = entry
        return taken


class _Member(io.RawIOBase):
    """One entry of a zip as a stream that stops where a bomb would begin to hurt."""

    def __init__(
        self, folder: ZipFolder, file: str, entry: zipfile.ZipInfo, member: IO[bytes]
    ) -> None:
        self._folder = folder
        self._file = file
        self._packed = entry.compress_size
        self._member = member
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # any writable buffer
        try:
            data = self._member.read(len(buffer))
        except _ZIP_ERRORS as error:
            raise _unreadable(self._folder.name, self._file) from error
        buffer[: len(data)] = data
        self._read += len(data)
        self._folder.count_unpacked(len(data))
        if self._read > max(RATIO_COUNTS_FROM_BYTES, MOST_UNPACKED_PER_PACKED * self._packed):
            raise UnreadableExport(
                f"{self._file} in {self._folder.name} unpacks to far more than it can hold in "
                "earnest, like a file made to fill up a computer. Reading it was stopped."
            )
        return len(data)

    def close(self) -> None:
        self._member.close()
        super().close()


@dataclass(frozen=True)
class FolderPart:
    """Some files of a folder, as if there were no others.

    root: what their paths begin with in the whole, empty or `some/folder/`.
    told: called with the number of bytes read, as they are read.
    """

    whole: ExportFolder
    root: str
    kept: tuple[str, ...]
    told: ByteCount

    @property
    def name(self) -> str:
        """See `ExportFolder.name`."""
        return self.root.rstrip("/").rpartition("/")[2] or self.whole.name

    @property
    def is_packed(self) -> bool:
        """See `ExportFolder.is_packed`."""
        return self.whole.is_packed

    def files(self) -> Sequence[str]:
        """See `ExportFolder.files`."""
        return [file.removeprefix(self.root) for file in self.kept]

    def size(self, file: str) -> int:
        """See `ExportFolder.size`."""
        return self.whole.size(self.root + file)

    def head(self, file: str) -> bytes:
        """See `ExportFolder.head`."""
        return self.whole.head(self.root + file)

    def open(self, file: str) -> BinaryIO:
        """See `ExportFolder.open`."""
        return counted(self.whole.open(self.root + file), self.told)


class _Counted(io.RawIOBase):
    def __init__(self, stream: BinaryIO, told: ByteCount) -> None:
        self._stream = stream
        self._told = told

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # any writable buffer
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._told(len(data))
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def counted(stream: BinaryIO, told: ByteCount) -> BinaryIO:
    """The stream, reporting how many bytes are read from it."""
    return io.BufferedReader(_Counted(stream, told), _BUFFER_BYTES)


_ZIP_ERRORS: Final = (
    zipfile.BadZipFile,
    # A way of packing that Python does not know.
    NotImplementedError,
    # A password.
    RuntimeError,
    zlib.error,
    LZMAError,
    EOFError,
    ValueError,
    OSError,
)


def _unreadable(name: str, file: str) -> UnreadableExport:
    return UnreadableExport(
        f"{file} in {name} cannot be unpacked: it is damaged or packed in an unusual way. Unpack "
        f"{name} yourself and import the folder."
    )


def _too_many_files(name: str) -> UnreadableExport:
    return UnreadableExport(
        f"{name} holds more than {MOST_FILES:,} files. Import the folder of the export alone."
    )


def _refusal(entry: zipfile.ZipInfo, name: str) -> str:
    """Why an entry is not read, or ''."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a link to somewhere else"
    if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/", 1)[0]:
        return "a name that leads out of the zip"
    if entry.file_size > MOST_BYTES_OF_ONE_FILE:
        return f"a file of more than {MOST_BYTES_OF_ONE_FILE // 1024**3} GB"
    return ""


def _is_worth_a_look(name: str) -> bool:
    """Whether this is neither a hidden file nor what macOS puts beside every file in a zip."""
    return name == ".." or not (name.startswith(".") or name == "__MACOSX")


def _is_mail_folder(folder: Path) -> bool:
    """Whether this is a folder within a Maildir, such as `.Sent`, that only looks hidden.

    https://www.courier-mta.org/maildirmake.html
    """
    return folder.name.startswith(".") and any((folder / name).is_dir() for name in ("cur", "new"))


def open_folder(path: Path) -> ExportFolder:
    """The folder or zip at a path. Raises UnreadableExport."""
    return DiskFolder(path) if path.is_dir() else ZipFolder(path)
