"""A foreign SQLite file, opened so that it can neither be changed nor do harm.

Nothing is written beside it, views and virtual tables are not touched, and only columns that hold
data are read, never those that a formula fills.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from store.engine.driver import DatabaseError, allow_reading_alone, connect_foreign

_FEWEST_BYTES_OF_ROW: Final = 4
_MOST_TABLES: Final = 500
_SETTINGS: Final = ("trusted_schema=OFF", "cell_size_check=ON", "temp_store=MEMORY", "mmap_size=0")


class DamagedDatabaseError(Exception):
    """The file does not continue as a database must. The message is a fragment for people."""


class ForeignDatabase:
    """The plain tables of an SQLite file."""

    def __init__(self, path: Path) -> None:
        """Open the file where it is, without what a `-wal` file beside it may hold.

        Raises DamagedDatabaseError.
        """
        self._most_rows = path.stat().st_size // _FEWEST_BYTES_OF_ROW
        where = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
        try:
            self._connection = connect_foreign(where)
            self._connection.text_factory = _text
            for setting in _SETTINGS:
                self._connection.execute(f"PRAGMA {setting}")
            tables = self._connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
                f" AND sql NOT LIKE 'CREATE VIRTUAL%' LIMIT {_MOST_TABLES}"
            ).fetchall()
            names = [name for (name,) in tables if isinstance(name, str) and name.isidentifier()]
            self._columns = {name: self._columns_of(name) for name in names}
            allow_reading_alone(self._connection)
        except (DatabaseError, ValueError, OverflowError) as error:
            raise DamagedDatabaseError("it is no database that SQLite can read") from error

    def _columns_of(self, table: str) -> frozenset[str]:
        # Unlike table_xinfo, this does not name the columns that a formula fills.
        rows = self._connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        return frozenset(str(row[1]) for row in rows)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def has(self, table: str, *columns: str) -> bool:
        """Whether there is a plain table with all these columns."""
        return table in self._columns and self._columns[table] >= set(columns)

    def chosen(self, table: str, columns: Sequence[str]) -> str:
        """The columns for a SELECT; NULL in place of those that this version does not have."""
        known = self._columns.get(table, frozenset())
        return ", ".join(
            f'"{table}"."{name}" AS "{name}"' if name in known else f'NULL AS "{name}"'
            for name in columns
        )

    def rows(self, sql: str, *values: int | str) -> Iterator[dict[str, Any]]:
        """The rows of a query, by the names of their columns. Raises DamagedDatabaseError."""
        try:
            cursor = self._connection.execute(sql, values)
            names = [column[0] for column in cursor.description]
            for count, row in enumerate(cursor):
                # Pages that point at each other can make endless rows out of a small file.
                if count > self._most_rows:
                    raise DamagedDatabaseError("it holds more rows than can lie in it")
                yield dict(zip(names, row, strict=True))
        except (DatabaseError, OverflowError, UnicodeError) as error:
            # UnicodeError comes from a name that is not text.
            raise DamagedDatabaseError("the database is damaged") from error


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
