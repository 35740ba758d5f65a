"""What a connection may do, decided by SQLite itself before a statement runs.

`mode=ro` and `query_only` alone let ATTACH and VACUUM INTO write; a default-deny authorizer does
not. Action codes: https://sqlite.org/c3ref/c_alter_table.html
"""

from collections.abc import Callable
from typing import Final

Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]

_OK: Final = 0
_DENY: Final = 1
_INSERT: Final = 18
_PRAGMA: Final = 19
_READ: Final = 20
_SELECT: Final = 21
_TRANSACTION: Final = 22
_FUNCTION: Final = 31
_RECURSIVE: Final = 33

_HARMFUL_FUNCTIONS: Final = frozenset(
    {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "sqlcipher_export"}
)
# FTS5 asks for data_version on its first read; user_version is how a server notices an upgrade.
_READABLE_PRAGMAS: Final = frozenset({"data_version", "user_version"})
PROPOSER_TABLES: Final = frozenset({"proposal", "disclosure"})


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


def proposing_only(
    action: int, first: str | None, second: str | None, database: str | None, cause: str | None
) -> int:
    """Allow what reading allows, and INSERT into the proposer's tables within a transaction."""
    if action == _INSERT:
        return _OK if first in PROPOSER_TABLES else _DENY
    if action == _TRANSACTION:
        return _OK
    return reading_only(action, first, second, database, cause)
