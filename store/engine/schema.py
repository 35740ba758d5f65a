"""The schema, as numbered SQL files, and the one way to bring a memory up to date.

A file is never edited once it has been released. Each runs statement by statement in one
transaction together with its version number: `executescript` would commit half-way.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from store.engine.driver import complete_statement

# "KINK" in the file's header tells a memory from other files.
APPLICATION_ID: Final = 0x4B494E4B


@cache
def shipped() -> Mapping[int, str]:
    """The migrations of this Kinkeeper: schema version to script."""
    scripts = {}
    for file in files("store.migrations").iterdir():
        if found := re.fullmatch(r"(\d{4})_\w+\.sql", file.name):
            scripts[int(found[1])] = file.read_text(encoding="utf-8")
    return scripts


@cache
def latest_version() -> int:
    """The schema version that this Kinkeeper reads and writes."""
    return max(shipped())


def bring_up_to_date(connection: Any, scripts: Mapping[int, str]) -> None:
    """Run the missing migrations on the driver's connection, all or nothing.

    scripts: as `shipped` returns them. Safe when two processes do it at once: the second finds
    nothing left to do. If the memory holds anything, the caller makes a backup first.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for number in sorted(scripts):
            if number > version:
                for statement in statements(scripts[number]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={number}")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one; a trigger with its body is one statement."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
