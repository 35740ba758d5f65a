"""Where a memory may lie: on a local disk, in a folder that nobody else can read."""

import os
import stat
import sys
from pathlib import Path
from typing import Final

from store.engine.file_errors import UnsafeLocation

MEMORY_FILE_NAME: Final = "memory.db"
# Syncing copies private data out, and breaks the memory that SQLite shares between processes.
SYNCED_FOLDERS: Final = (
    "dropbox",
    "onedrive",
    "icloud drive",
    "com~apple~clouddocs",
    "cloudstorage",
    "mobile documents",
    "google drive",
    "googledrive",
)


def make_private_folder(folder: Path) -> None:
    """Create the memory's folder with mode 0700; an existing folder is left as it is."""
    refuse_synced(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def make_private_file(path: Path) -> None:
    """Create an empty file with mode 0600 before SQLite opens it; keep one that exists."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    os.close(descriptor)


def refuse_synced(path: Path) -> None:
    """Raise UnsafeLocation for a file or folder in a folder that a sync program watches."""
    for part in path.resolve().parts:
        if part.casefold().startswith(SYNCED_FOLDERS):
            raise UnsafeLocation(
                f"{path} lies in “{part}”, which is copied to other computers. A memory of "
                "people must stay on this one, and syncing damages it. Choose another folder "
                "with KINKEEPER_HOME."
            )


def refuse_readable_by_others(path: Path) -> None:
    """Raise UnsafeLocation if another user owns the file or can read or write it."""
    if sys.platform == "win32":
        return
    status = path.stat()
    if status.st_uid != os.getuid():
        raise UnsafeLocation(f"{path} belongs to another user of this computer. It was not opened.")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise UnsafeLocation(
            f"Other users of this computer can open {path}. It was not opened. "
            f"Make it yours alone with: chmod 600 '{path}'"
        )
