"""The one SQLite driver: sqlcipher3, which brings its own current SQLite to every Python.

Python's own `sqlite3` is never used: it often cannot load extensions, and before 3.51.3 SQLite
could corrupt a WAL file that several processes write (https://sqlite.org/wal.html#walresetbug).
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import sqlcipher3

# The driver's own error classes; they are not subclasses of sqlite3's.
DatabaseError: Final[Any] = sqlcipher3.dbapi2.DatabaseError
OperationalError: Final[Any] = sqlcipher3.dbapi2.OperationalError
IntegrityError: Final[Any] = sqlcipher3.dbapi2.IntegrityError

OLDEST_SAFE_SQLITE: Final = (3, 51, 3)
# The driver's cache of prepared statements drops the newest of those used once. If opening a
# connection filled it, every query after that would be prepared again.
_CACHED_STATEMENTS: Final = 512


def sqlite_version() -> str:
    """The version of SQLite that the driver brings, such as `3.53.4`."""
    return str(sqlcipher3.sqlite_version)


def sqlite_is_safe() -> bool:
    """Whether the driver's SQLite is free of the WAL-reset bug."""
    return tuple(int(part) for part in sqlite_version().split(".")) >= OLDEST_SAFE_SQLITE


def connect(uri: str) -> Any:
    """Open a connection with sqlite-vec loaded and extension loading switched off again.

    uri: an SQLite `file:` URI. Transactions are explicit: none begins unless we begin it.
    """
    connection = sqlcipher3.connect(
        uri,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_CACHED_STATEMENTS,
    )
    connection.enable_load_extension(True)
    connection.load_extension(_sqlite_vec())
    connection.enable_load_extension(False)
    connection.row_factory = sqlcipher3.Row
    return connection


def connect_foreign(uri: str) -> Any:
    """Open a database that another program made, as plain SQLite without any extension.

    uri: an SQLite `file:` URI; it says whether the file may be written.
    """
    return sqlcipher3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)


def allow_reading_alone(connection: Any) -> None:
    """Let a connection read columns of tables from now on, and do nothing else: no functions."""
    allowed = {sqlcipher3.dbapi2.SQLITE_SELECT, sqlcipher3.dbapi2.SQLITE_READ}
    ok, deny = sqlcipher3.dbapi2.SQLITE_OK, sqlcipher3.dbapi2.SQLITE_DENY
    connection.set_authorizer(lambda action, *_: ok if action in allowed else deny)


@cache
def _sqlite_vec() -> str:
    """The extension's file. Importing its package instead would import numpy at every start."""
    spec = find_spec("sqlite_vec")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("sqlite-vec is not installed", name="sqlite_vec")
    return str(Path(spec.origin).with_name("vec0"))


def complete_statement(sql: str) -> bool:
    """Whether `sql` ends where a statement ends (the `;` inside a trigger does not count)."""
    return bool(sqlcipher3.dbapi2.complete_statement(sql))
