"""Where a memory may lie: on a local disk, in a folder that nobody else can read or write."""

import os
import stat
import sys
from pathlib import Path
from typing import Final

from store.engine import file_systems
from store.engine.file_errors import UnsafeLocation
from store.engine.synced import syncing_program

MEMORY_FILE_NAME: Final = "memory.db"
# What SQLite keeps beside the file, with the same words in it.
_BESIDE: Final = ("-wal", "-shm", "-journal")


def make_private_folder(folder: Path) -> None:
    """Create the memory's folder, and those above it that are missing, with mode 0700.

    An empty one that is there is made private; another is left as it is, and refused if others may
    write into it.
    """
    refuse_place(folder)
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        # With the mode named for each: `parents` would go by the umask alone.
        each.mkdir(mode=0o700, exist_ok=True)
    if sys.platform != "win32" and folder.is_dir() and not any(folder.iterdir()):
        _make_private(folder, 0o700)
    refuse_writable_by_others(folder)


def make_private_file(path: Path) -> None:
    """Create an empty file with mode 0600 before SQLite opens it; keep one that exists."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    os.close(descriptor)


def refuse_place(path: Path) -> None:
    """Raise UnsafeLocation for a file or folder that lies on, or is copied to, another computer."""
    real = path.resolve()
    if found := syncing_program(real):
        program, folder = found
        raise UnsafeLocation(
            f"{path} lies in “{folder.name}”, which {program} copies to other computers. A memory"
            " of people must stay on this one, and syncing damages it. Choose another folder with"
            " KINKEEPER_HOME.",
            path,
        )
    there = next(each for each in (real, *real.parents) if each.exists())
    if file_systems.is_remote(type_name := file_systems.type_of(there)):
        raise UnsafeLocation(
            f"{path} lies on another computer (its disk is of the type {type_name}). A memory of"
            " people must stay on this one, and such disks damage it. Choose another folder with"
            " KINKEEPER_HOME.",
            path,
        )


def refuse_readable_by_others(path: Path) -> None:
    """Raise UnsafeLocation if another user owns the file or can read or write it.

    What SQLite left beside it, and what an older Kinkeeper or a copy made readable there, is made
    private.
    """
    if sys.platform == "win32":
        return
    status = path.stat()
    if status.st_uid != os.getuid():
        raise UnsafeLocation(
            f"{path} belongs to another user of this computer. It was not opened.", path
        )
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise UnsafeLocation(
            f"Other users of this computer can open {path}. It was not opened. "
            f"Make it yours alone with: chmod 600 '{path}'",
            path,
        )
    real = path.resolve()
    for ending in _BESIDE:
        beside = real.with_name(real.name + ending)
        if beside.exists() and stat.S_IMODE(beside.lstat().st_mode) & 0o077:
            _make_private(beside, 0o600)
    refuse_writable_by_others(path.parent)


def refuse_writable_by_others(folder: Path) -> None:
    """Raise UnsafeLocation if others can put another file, or another folder, in this one's place.

    A folder above it may be shared, as /tmp is, if only the owner of a file can move it there.
    """
    if sys.platform == "win32":
        return
    for way in dict.fromkeys((Path(os.path.abspath(folder)), folder.resolve())):  # noqa: PTH100 links count
        for each in (way, *way.parents):
            mode = each.stat().st_mode
            may_write = 0o022 if each == way else 0o002
            if mode & may_write and (each == way or not mode & stat.S_ISVTX):
                raise UnsafeLocation(
                    f"Other users of this computer can change what lies in {each}. The memory was"
                    f" not opened. Make it yours alone with: chmod go-w '{each}'",
                    each,
                )


def _make_private(path: Path, mode: int) -> None:
    try:
        path.chmod(mode)
    except OSError:
        raise UnsafeLocation(
            f"Other users of this computer can open {path}, and it is not yours to change. The"
            " memory was not opened.",
            path,
        ) from None
