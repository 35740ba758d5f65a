"""Opening the memory file: the checks that come first, then the settings of every connection."""

from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

from store import driver, migrations
from store.authorizers import Authorizer
from store.database_errors import (
    EmptyMemoryFile,
    ForeignFile,
    NewerSchema,
    NoMemoryYet,
    OlderSchema,
    from_driver,
)
from store.location import make_private_file, refuse_readable_by_others, refuse_synced

BUSY_MILLISECONDS: Final = 5_000


def open_memory(path: Path, mode: Literal["ro", "rw"], authorizer: Authorizer | None) -> Any:
    """Open an existing memory and give the driver's connection, set up and checked.

    Raises: NoMemoryYet, EmptyMemoryFile, ForeignFile, NewerSchema, OlderSchema, DamagedMemory
        or UnsafeLocation.
    """
    refuse_synced(path.parent)
    if not path.exists():
        raise NoMemoryYet(path)
    refuse_readable_by_others(path)
    if is_empty(path):
        raise EmptyMemoryFile(path)
    connection = driver.connect(f"file:{quote(str(path))}?mode={mode}")
    try:
        _check_schema(connection, path)
        _apply_settings(connection, mode)
        if authorizer is not None:
            connection.set_authorizer(authorizer)
    except driver.DatabaseError as error:
        connection.close()
        if plain := from_driver(error, path):
            raise plain from error
        raise
    except BaseException:
        connection.close()
        raise
    return connection


def create_memory(path: Path) -> None:
    """Make a new memory at `path`, in an existing folder; a file with content is never touched.

    The schema comes in one transaction, so that a killed `init` leaves an empty file at most.
    Raises: UnsafeLocation, DiskFull.
    """
    refuse_synced(path.parent)
    make_private_file(path)
    connection = driver.connect(f"file:{quote(str(path))}?mode=rw")
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        _apply_settings(connection, "rw")
        migrations.bring_up_to_date(connection)
    except driver.DatabaseError as error:
        if plain := from_driver(error, path):
            raise plain from error
        raise
    finally:
        connection.close()


def is_empty(path: Path) -> bool:
    """Whether nothing is stored: no bytes, and no write-ahead log that still holds them."""
    log = path.with_name(path.name + "-wal")
    return path.stat().st_size == 0 and not (log.exists() and log.stat().st_size > 0)


def _check_schema(connection: Any, path: Path) -> None:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application_id != migrations.APPLICATION_ID:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            raise EmptyMemoryFile(path)
        raise ForeignFile(path, "the database of another program")
    if version > migrations.latest_version():
        raise NewerSchema(path, version, migrations.latest_version())
    if version < migrations.latest_version():
        raise OlderSchema(path)


def _apply_settings(connection: Any, mode: str) -> None:
    """The settings that every connection has; reasons in docs/decisions.md."""
    pragmas = [
        f"busy_timeout={BUSY_MILLISECONDS}",
        "cipher_log_level=NONE",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "mmap_size=0",
        "temp_store=MEMORY",
    ]
    if mode == "rw":
        # On macOS a plain fsync does not reach the disk; elsewhere these change nothing.
        pragmas += ["synchronous=FULL", "fullfsync=1", "checkpoint_fullfsync=1", "secure_delete=ON"]
    else:
        pragmas += ["query_only=1"]
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").fetchall()
