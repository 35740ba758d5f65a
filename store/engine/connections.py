"""The three kinds of connection to the memory.

- Reader: every read, by an assistant or the owner; cannot write, whatever statement it is given.
- Proposer: the assistant's server; may INSERT proposals and disclosures, nothing else.
- Writer: the owner's commands; a narrow one, for one yes, serves a client's dialog.

`store/memory.py` opens them: it alone knows what has to be indexed before a commit.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import aiosqlite
import anyio.to_thread

from store.engine.file_errors import from_driver
from store.engine.handed_out import HandedOut, Notebook

STATEMENT_SECONDS: Final = 2.0
_STEPS_BETWEEN_CHECKS: Final = 10_000

Parameters = Sequence[object] | Mapping[str, object]
# sqlcipher3.Row, by position and by name: the driver has no types.
Row = Any
_T = TypeVar("_T")


class _PlainErrors:
    """Turn the driver's errors into plain ones; one instance serves a whole connection."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, Exception) and (plain := from_driver(error, self._path)):
            raise plain from error


async def _under_aiosqlite(opened: Any) -> aiosqlite.Connection:
    """A connection of the driver for asynchronous use.

    `aiosqlite.connect` always takes sqlite3; its public class takes any connector. The file is
    opened before, because aiosqlite's thread cannot report a failure once the loop has ended.
    """
    return await aiosqlite.Connection(lambda: opened, 64)


class _Limit:
    """When the statement that runs now has had its time."""

    def __init__(self) -> None:
        self.at = 0.0

    def is_over(self) -> bool:
        return time.monotonic() > self.at


class Reader:
    """A connection that cannot write: read-only file mode, query_only, and an authorizer.

    Every statement has a time limit (`STATEMENT_SECONDS`), not counting the wait for its turn.
    handed_out: the texts that it has handed out, where somebody wants to know: `noting`.
    """

    def __init__(
        self, path: Path, opened: Any, connection: aiosqlite.Connection, notebook: Notebook
    ) -> None:
        self.path = path
        self.handed_out: HandedOut = {}
        self._opened = opened
        self._connection = connection
        self._notebook = notebook
        self._plain_errors = _PlainErrors(path)
        self._turn = asyncio.Lock()
        self._limit = _Limit()
        opened.set_progress_handler(self._limit.is_over, _STEPS_BETWEEN_CHECKS)

    @classmethod
    async def over(cls, path: Path, opened: Any, notebook: Notebook | None = None) -> Self:
        """A reader over the driver's connection, which it closes in the end.

        notebook: where the connection's views note what they hand out, if it has any.
        """
        return cls(path, opened, await _under_aiosqlite(opened), notebook or Notebook())

    def noting(self) -> "Reader":
        """The same connection, with a page of its own for what it hands out from now on.

        An answer is made through one of these, whatever other answers are made meanwhile.
        """
        other = copy(self)
        other.handed_out = {}
        return other

    async def all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Every row of a query. Raises QueryTooSlow past the time limit."""
        async with self._turn:
            self._begin()
            with self._plain_errors:
                return list(await self._connection.execute_fetchall(sql, parameters))

    async def one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query, or None."""
        rows = await self.all(sql, parameters)
        return rows[0] if rows else None

    async def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first column of the first row, or None."""
        row = await self.one(sql, parameters)
        return None if row is None else row[0]

    async def in_one_go(self, work: "Callable[[Reader], Coroutine[Any, Any, _T]]") -> _T:
        """Run several reads in a row with one step to another thread instead of one for each.

        work: gets a reader that answers at once; it may wait for nothing else.
        """
        async with self._turn:
            return await anyio.to_thread.run_sync(lambda: _finished(work(_AtOnce(self))))

    def _begin(self) -> None:
        self._notebook.page = self.handed_out
        self._limit.at = time.monotonic() + STATEMENT_SECONDS

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()


class _AtOnce(Reader):
    """A reader's connection while it is its turn, in whatever thread that is."""

    def __init__(self, whose: Reader) -> None:
        self.path = whose.path
        self.handed_out = whose.handed_out
        self._whose = whose

    async def all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        self._whose._begin()
        with self._whose._plain_errors:
            return list(self._whose._opened.execute(sql, parameters).fetchall())

    async def in_one_go(self, work: Callable[[Reader], Coroutine[Any, Any, _T]]) -> _T:
        return await work(self)


def _finished(work: Coroutine[Any, Any, _T]) -> _T:
    """The result of a coroutine that never waits."""
    try:
        work.send(None)
    except StopIteration as end:
        found: _T = end.value
        return found
    work.close()
    raise AssertionError("what is read in one go may not wait for anything else")


class Proposer:
    """The assistant's only way to write: INSERT into `proposal` and `disclosure`."""

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._plain_errors = _PlainErrors(path)

    @classmethod
    async def over(cls, path: Path, opened: Any) -> Self:
        """A proposer over the driver's connection, which it closes in the end."""
        return cls(path, await _under_aiosqlite(opened))

    async def value(self, sql: str, parameters: Parameters) -> Any:
        """The first column of the first row, or None; not held to what assistants may see."""
        with self._plain_errors:
            rows = list(await self._connection.execute_fetchall(sql, parameters))
            return rows[0][0] if rows else None

    async def insert(self, sql: str, parameters: Parameters) -> int:
        """Run one INSERT in a transaction of its own and return how many rows it added."""
        with self._plain_errors:
            # By then an INSERT has run to its end; closing its cursor would be one step more.
            return (await self._connection.execute(sql, parameters)).rowcount

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()


class Writer:
    """The owner's connection, which may do everything.

    Synchronous, unlike the others: an import runs many small statements a message, and a hop to
    another thread for each would cost more than the statement.
    """

    def __init__(
        self, path: Path, connection: Any, before_commit: "Callable[[Writer], None]"
    ) -> None:
        """before_commit: what every transaction does last, before it commits."""
        self.path = path
        # Whether what is typed from here on comes from a script that the owner lets write.
        self.by_script = False
        self._connection = connection
        self._before_commit = before_commit
        self._plain_errors = _PlainErrors(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement and return the rowid of this connection's last INSERT."""
        with self._plain_errors:
            return int(self._connection.execute(sql, parameters).lastrowid or 0)

    def changed(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement and return how many rows it changed."""
        with self._plain_errors:
            return int(self._connection.execute(sql, parameters).rowcount)

    def run_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Run one statement for each row of parameters."""
        with self._plain_errors:
            self._connection.executemany(sql, rows)

    def all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Every row of a query."""
        with self._plain_errors:
            return list(self._connection.execute(sql, parameters).fetchall())

    def one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query, or None."""
        with self._plain_errors:
            row: Row | None = self._connection.execute(sql, parameters).fetchone()
            return row

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.one(sql, parameters)
        return None if row is None else row[0]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One write transaction, from BEGIN IMMEDIATE to COMMIT; rolled back on any error.

        BEGIN IMMEDIATE waits its turn; a plain BEGIN that turns into a write later is refused at
        once while another process writes.
        """
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self._before_commit(self)
            self.run("COMMIT")
        except BaseException:
            # On a full disk SQLite has rolled back already.
            if self._connection.in_transaction:
                self.run("ROLLBACK")
            raise

    def empty_log(self) -> None:
        """Fold the write-ahead log into the file and empty it, so that it holds nothing deleted.

        A reader in the middle of a query keeps it from that; the last to close does it then.
        """
        self.all("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connection; the last one to close folds the write-ahead log back."""
        self._connection.close()
