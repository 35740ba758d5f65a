"""The backup that is made before an older memory is brought up to date."""

import os
from pathlib import Path
from typing import Any, Final

from store.engine.file_errors import DamagedMemory
from store.engine.location import make_private_file

# In the memory's folder, followed by the schema version of the copy.
BACKUP_SUFFIX: Final = ".before-upgrade-from-"


def back_up(connection: Any, path: Path, version: int) -> None:
    """Copy the memory to its folder, checked and in one piece, before a migration.

    version: the schema that was found. The copy gets its name only when it is whole; a half-made
    one is removed. Raises DamagedMemory if the copy does not pass the integrity check.
    """
    unfinished = path.with_name(f"{path.name}.backup-{os.getpid()}")
    make_private_file(unfinished)
    try:
        connection.execute("VACUUM INTO ?", (str(unfinished),))
        if _checked_version(connection, path, unfinished) == version:
            _sync(unfinished)
            unfinished.replace(path.with_name(f"{path.name}{BACKUP_SUFFIX}{version}"))
            _sync(path.parent)
        # Otherwise another process was faster, and its backup must not be written over.
    finally:
        for left in (unfinished, Path(f"{unfinished}-journal")):
            left.unlink(missing_ok=True)


def _checked_version(connection: Any, path: Path, copy: Path) -> int:
    connection.execute("ATTACH ? AS backup", (str(copy),))
    try:
        pages = connection.execute("PRAGMA backup.integrity_check(1)").fetchone()[0]
        if pages != "ok":
            raise DamagedMemory(path, f"its backup is not sound: {pages}")
        return int(connection.execute("PRAGMA backup.user_version").fetchone()[0])
    finally:
        connection.execute("DETACH backup")


def _sync(path: Path) -> None:
    """Make sure that a file, or a folder's list of names, is on the disk."""
    if path.is_dir() and os.name != "posix":
        # On Windows a folder cannot be opened.
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
