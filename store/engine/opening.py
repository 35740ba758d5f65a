"""Opening the memory file: the checks that come first, then the settings of every connection."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

from store.engine import driver
from store.engine import schema as migrations
from store.engine.assistant_views import guarded_tables, put_views_before_tables
from store.engine.authorizers import Authorizer, reading_only, reading_views_only
from store.engine.file_errors import (
    EmptyMemoryFile,
    ForeignFile,
    NewerSchema,
    NoMemoryYet,
    OlderSchema,
    from_driver,
)
from store.engine.location import make_private_file, refuse_place, refuse_readable_by_others
from store.engine.upgrade import back_up
from store.engine.view_functions import Functions
from store.sensitive.rules_mark import rules_mark

BUSY_MILLISECONDS: Final = 5_000
# The rules of what never leaves by which the indexes were made: store/index/index_anew.py.
RULES_SETTING: Final = "rules"
Mode = Literal["ro", "rw"]


def open_memory(path: Path, mode: Mode, authorizer: Authorizer | None) -> Any:
    """Open an existing memory and return the driver's connection, set up and checked.

    Raises: NoMemoryYet, EmptyMemoryFile, ForeignFile, NewerSchema, OlderSchema, DamagedMemory
        or UnsafeLocation.
    """
    latest = migrations.latest_version()
    connection, version = _open(path, mode, latest)
    if version < latest:
        connection.close()
        raise OlderSchema(path)
    if authorizer is not None:
        connection.set_authorizer(authorizer)
    return connection


def glance(path: Path, sql: str, parameters: Sequence[object] = ()) -> Any:
    """The first column of the first row of a query, or None where there is no memory yet.

    For what has to be known before a command begins; reads an older memory as well, and closes it.
    Raises as `open_memory` does, except NoMemoryYet, EmptyMemoryFile and OlderSchema.
    """
    try:
        connection, _ = _open(path, "ro", migrations.latest_version())
    except (NoMemoryYet, EmptyMemoryFile):
        return None
    with _closed_on_error(connection, path):
        connection.set_authorizer(reading_only)
        row = connection.execute(sql, parameters).fetchone()
    connection.close()
    return row[0] if row else None


def open_for_assistant(path: Path, functions: Functions) -> Any:
    """Open an existing memory read-only, with an assistant's views in front of its tables.

    Raises as `open_memory` does; OlderSchema too if its indexes were made by other rules of what
    never leaves, and could confirm what these withhold.
    """
    connection = open_memory(path, "ro", None)
    with _closed_on_error(connection, path):
        made_by = connection.execute(
            "SELECT value FROM setting WHERE name = ?", (RULES_SETTING,)
        ).fetchone()
        if made_by is None or made_by[0] != rules_mark():
            raise OlderSchema(path)
        connection.execute("PRAGMA query_only=0").fetchall()
        put_views_before_tables(connection, functions)
        connection.execute("PRAGMA query_only=1").fetchall()
        connection.set_authorizer(reading_views_only(guarded_tables(connection)))
    return connection


def open_or_upgrade(path: Path, scripts: Mapping[int, str] | None) -> Any:
    """Open an existing memory for the owner; back up an older one and bring it up to date.

    scripts: the migrations; None for those that are shipped.
    Raises as `open_memory` does, except OlderSchema; DiskFull when there is no room.
    """
    scripts = migrations.shipped() if scripts is None else scripts
    connection, version = _open(path, "rw", max(scripts))
    if version < max(scripts):
        with _closed_on_error(connection, path):
            back_up(connection, path, version)
            migrations.bring_up_to_date(connection, scripts)
    return connection


def create_memory(path: Path) -> None:
    """Make a new memory at `path`, in an existing folder; never touch a file with content.

    The schema comes in one transaction, so a killed `init` leaves at most an empty file.
    Raises: UnsafeLocation, DiskFull.
    """
    refuse_place(path)
    make_private_file(path)
    connection = _connect(path, "rw")
    with _closed_on_error(connection, path):
        connection.execute("PRAGMA journal_mode=WAL")
        _apply_settings(connection, "rw")
        migrations.bring_up_to_date(connection, migrations.shipped())
    connection.close()


def is_empty(path: Path) -> bool:
    """Whether nothing is stored: no bytes, and no write-ahead log that still holds some."""
    log = path.with_name(path.name + "-wal")
    return path.stat().st_size == 0 and not (log.exists() and log.stat().st_size > 0)


def _open(path: Path, mode: Mode, latest: int) -> tuple[Any, int]:
    """The connection with its settings, and the schema version that it found."""
    refuse_place(path)
    if not path.exists():
        raise NoMemoryYet(path)
    refuse_readable_by_others(path)
    if is_empty(path):
        raise EmptyMemoryFile(path)
    connection = _connect(path, mode)
    with _closed_on_error(connection, path):
        version = _checked_version(connection, path, latest)
        _apply_settings(connection, mode)
    return connection, version


def _connect(path: Path, mode: Mode) -> Any:
    try:
        return driver.connect(f"file:{quote(str(path))}?mode={mode}")
    except driver.DatabaseError as error:
        raise from_driver(error, path) or error from error


@contextmanager
def _closed_on_error(connection: Any, path: Path) -> Iterator[None]:
    try:
        yield
    except driver.DatabaseError as error:
        connection.close()
        raise from_driver(error, path) or error from error
    except BaseException:
        connection.close()
        raise


def _checked_version(connection: Any, path: Path, latest: int) -> int:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application_id != migrations.APPLICATION_ID:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            raise EmptyMemoryFile(path)
        raise ForeignFile(path, "the database of another program")
    if version > latest:
        raise NewerSchema(path, version, latest)
    return version


def _apply_settings(connection: Any, mode: Mode) -> None:
    """Apply the settings of every connection; docs/decisions.md has the reasons."""
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
        # On macOS a plain fsync does not reach the disk; elsewhere both fullfsync settings change
        # nothing.
        pragmas += ["synchronous=FULL", "fullfsync=1", "checkpoint_fullfsync=1", "secure_delete=ON"]
    else:
        pragmas += ["query_only=1"]
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").fetchall()
