"""What can be wrong with the memory file, each with its own plain message."""

from pathlib import Path

from store.engine.driver import DatabaseError
from store.errors import StoreError


class AboutAFile(StoreError):
    """Something about the memory's file or folder, whose place is told to people on this computer.

    paths: those that the message holds.
    """

    def __init__(self, message: str, *paths: Path) -> None:
        super().__init__(message)
        self.paths = paths


class NoMemoryYet(AboutAFile):
    """The file does not exist."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"There is no memory at {path} yet. Make one with: kinkeeper init "
            "(or try the made-up one: kinkeeper demo --home DIR)",
            path,
        )


class EmptyMemoryFile(AboutAFile):
    """The file is there but holds nothing."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The memory file {path} is empty: nothing was ever stored in it, or another program "
            "cut it. If you have a backup, put it in its place; otherwise run: kinkeeper init",
            path,
        )


class ForeignFile(AboutAFile):
    """The file is something else."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"{path} is not a Kinkeeper memory: it is {what}. It was not changed. "
            "Point KINKEEPER_HOME at the folder of your memory.",
            path,
        )


class NewerSchema(AboutAFile):
    """A later Kinkeeper wrote the file."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"The memory {path} was written by a newer Kinkeeper (schema {found}; this one knows "
            f"{known}). It was not changed. Update Kinkeeper, then restart your assistant.",
            path,
        )


class OlderSchema(AboutAFile):
    """The file waits for a migration, which only an owner's command may run."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The memory {path} is from an older Kinkeeper. Run: kinkeeper doctor "
            "(it makes a backup, then brings the file up to date).",
            path,
        )


class DamagedMemory(AboutAFile):
    """SQLite says that the file is malformed."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"The memory {path} is damaged ({detail}). It was not changed. Run: kinkeeper doctor. "
            "Common causes: a full disk, a sync program (iCloud, Dropbox), a forced power-off.",
            path,
        )


class MemoryLocked(AboutAFile):
    """Another process has held the write lock for too long."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Another program is writing to {path} and did not finish in time. Nothing was lost; "
            "wait for the import or backup that is running, then try again.",
            path,
        )


class DiskFull(AboutAFile):
    """No space left."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The disk with {path} is full. Nothing was lost: what was saved before stays saved. "
            "Free some space and run the same command again.",
            path,
        )


class UnsafeLocation(AboutAFile):
    """Others could read the file, or a sync program would copy it away."""


class QueryTooSlow(StoreError):
    """A statement went past its time limit."""

    def __init__(self) -> None:
        super().__init__(
            "That took too long and was stopped. Ask for less: name a person or a span of time."
        )


def from_driver(error: Exception, path: Path) -> StoreError | None:
    """The plain error behind an error of the driver, or None when it is a bug of ours.

    They are told apart by SQLite's own messages (https://sqlite.org/rescode.html), because this
    driver gives no result codes.
    """
    if not isinstance(error, DatabaseError):
        return None
    text = str(error)
    if "is malformed" in text or "malformed database schema" in text:
        return DamagedMemory(path, text)
    if "not a database" in text or "file is encrypted" in text:
        return ForeignFile(path, "not an SQLite file (or it is encrypted, or its start is damaged)")
    if "is locked" in text or "is busy" in text:
        return MemoryLocked(path)
    if "is full" in text:
        return DiskFull(path)
    if "interrupted" in text:
        return QueryTooSlow()
    if "unable to open" in text or "readonly" in text or "disk I/O" in text:
        return UnsafeLocation(
            f"The memory {path} cannot be opened for this ({text}). Check that the folder exists, "
            "is on a local disk, and belongs to you.",
            path,
        )
    return None
