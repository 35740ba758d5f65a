"""What a connection may do, decided by SQLite itself before a statement runs.

`mode=ro` and `query_only` alone let ATTACH and VACUUM INTO write; a default-deny authorizer does
not. Action codes: https://sqlite.org/c3ref/c_alter_table.html
"""

from collections.abc import Callable
from typing import Final

from store.engine.fact_kinds import PROPOSABLE

Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]

_OK: Final = 0
_DENY: Final = 1
_DELETE: Final = 9
_INSERT: Final = 18
_PRAGMA: Final = 19
_READ: Final = 20
_SELECT: Final = 21
_TRANSACTION: Final = 22
_UPDATE: Final = 23
_FUNCTION: Final = 31
_RECURSIVE: Final = 33

_HARMFUL_FUNCTIONS: Final = frozenset(
    {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "sqlcipher_export"}
)
# FTS5 asks for data_version on its first read; user_version is how a server notices an upgrade.
_READABLE_PRAGMAS: Final = frozenset({"data_version", "user_version"})
PROPOSER_TABLES: Final = frozenset({"proposal", "disclosure"})
# What a yes in a client's dialog writes to; triggers hold it to the owner's setting.
DIALOG_TABLES: Final = frozenset(
    {"decision", "provenance", "identity", *(kind.table for kind in PROPOSABLE)}
)
_WORD_INDEX: Final = ("fact_fts", "fact_to_index")


def reading_only(
    action: int, first: str | None, second: str | None, _database: str | None, _cause: str | None
) -> int:
    """Allow SELECT and harmless functions; deny everything else."""
    if action in {_SELECT, _READ, _RECURSIVE}:
        return _OK
    if action == _FUNCTION:
        return _DENY if second in _HARMFUL_FUNCTIONS else _OK
    if action == _PRAGMA and first in _READABLE_PRAGMAS and second is None:
        return _OK
    return _DENY


def reading_views_only(guarded: frozenset[str]) -> Authorizer:
    """Allow what reading allows, but read the guarded tables only through a view of the same name.

    `cause` is the view that asks; a query that names `main.message` itself has none.
    """

    def allowed(
        action: int, first: str | None, second: str | None, database: str | None, cause: str | None
    ) -> int:
        past_the_view = database == "main" and first in guarded and cause not in guarded
        # Without a column, SQLite asks for a view that it has folded into the query.
        if action == _READ and second and past_the_view:
            return _DENY
        return reading_only(action, first, second, database, cause)

    return allowed


def proposing_only(
    action: int, first: str | None, second: str | None, database: str | None, cause: str | None
) -> int:
    """Allow what reading allows, and INSERT into the proposer's tables within a transaction."""
    return _inserting_only(PROPOSER_TABLES, action, first, second, database, cause)


def confirming_only(
    action: int, first: str | None, second: str | None, database: str | None, cause: str | None
) -> int:
    """Allow what reading allows, and INSERT of one decision and the fact that it makes.

    The fact is made findable, so its word index may be written.
    """
    if action in {_INSERT, _UPDATE, _DELETE} and (first or "").startswith(_WORD_INDEX):
        return _OK
    return _inserting_only(DIALOG_TABLES, action, first, second, database, cause)


def _inserting_only(
    tables: frozenset[str],
    action: int,
    first: str | None,
    second: str | None,
    database: str | None,
    cause: str | None,
) -> int:
    if action == _INSERT:
        return _OK if first in tables else _DENY
    if action == _TRANSACTION:
        return _OK
    return reading_only(action, first, second, database, cause)
