"""Bringing a memory up to date: all or nothing, with a checked backup first."""

import hashlib
import re
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from store.engine import driver
from store.engine import schema as migrations
from store.engine.file_errors import DiskFull, NewerSchema
from store.engine.schema import bring_up_to_date, latest_version, shipped, statements
from store.memory import open_reader, open_writer
from tests.made_exports import CHATS, chat_of, dump, made_memory, said, take_in

SECOND = """
-- A made-up step: more room for notes.
CREATE TABLE shelf (id INTEGER PRIMARY KEY, label TEXT NOT NULL) STRICT;
INSERT INTO shelf (label) VALUES ('a; b');
CREATE TRIGGER shelf_stays BEFORE DELETE ON shelf
BEGIN
  SELECT RAISE(ABORT, 'no'); -- an inner end;
END;
ALTER TABLE tag ADD COLUMN shelf_id INTEGER;
CREATE VIRTUAL TABLE shelf_fts USING fts5(label);
DROP INDEX message_run;
"""
NEXT = latest_version() + 1
SCRIPTS = {**shipped(), NEXT: SECOND}

# What a migration said when it was frozen: it is never edited, and a change is a file of its own.
FROZEN = {
    1: "9feacc5c99e86d3ea7bc173b5da05d6a669c93a7f57169360d45ae0a1720c9e6",
    2: "b00b189a1edcd5361b50c27519e4f92c6d648877b3893fce8d15ad2336db02b2",
    3: "35715abe4e3aaabc30262a317e8c83c8bdbc4271345919b62a6fbc02ca88f4a3",
    4: "f35957ce04b947a24958115c3d60d377ae04757d5bba75e093b4354dc1e2c62e",
    5: "242232ad6719b50f2bb459ba4f5fc9f31a2b13cf2617b554ce0b3045667cc754",
    6: "0e09ee604d49402e5d960fc87aa8fc15ba23fa0834820cb66df79d53bdef9532",
    7: "9410f7da338329c4fecd2ac7a4229407bd124cb8196703bba66d341776608344",
}

TABLES = """
account_kind contact contact_group contact_method contact_name conversation conversation_reach
decided_account decision disclosure embed_queue embedding_model extra_field fact_fts fact_to_index
follow_up follow_up_change gift harmless_name held_back identity identity_event identity_group
identity_tag import_omission import_run interaction interaction_participant interest known_sender
known_title life_event message message_fts message_recipient message_tokens message_vec note
opened_item organization participant person_fts proposal provenance relationship
relationship_inverse retraction role run_account run_link run_span same_writer setting sitting
source superseded_fact tag taken_back to_work_out tombstone typed_field unknown_contact
unseen_contact unseen_contact_group unseen_conversation unseen_identity unseen_interaction
unseen_name unseen_organization unseen_tag unseen_title vector_block
""".split()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with made_memory(tmp_path) as writer:
        take_in(writer, [CHATS, chat_of("a"), said("1", "the lamp is broken")])
    return tmp_path / "memory.db"


def _names(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir() if file.name != "export.txt")


def _schema(path: Path) -> tuple[int, list[str]]:
    connection = sqlite3.connect(path)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        return version, [str(row) for row in connection.execute("SELECT sql FROM sqlite_master")]
    finally:
        connection.close()


def test_a_migration_is_never_edited() -> None:
    assert {
        number: hashlib.sha256(script.encode()).hexdigest() for number, script in shipped().items()
    } == FROZEN


def test_the_tables_are_those_of_the_plan(path: Path) -> None:
    with open_writer(path) as writer:
        names = [row[0] for row in writer.all("SELECT name FROM sqlite_master WHERE type='table'")]
    assert sorted(n for n in names if not re.search(r"_fts_|^sqlite_", n)) == TABLES


def test_nothing_in_the_store_runs_a_script_as_a_whole() -> None:
    for file in (Path(__file__).parents[1] / "store").rglob("*.py"):
        assert "executescript(" not in file.read_text(encoding="utf-8"), file


def test_a_script_falls_apart_into_whole_statements() -> None:
    found = list(statements(SECOND))
    assert len(found) == 6
    assert found[2].rstrip().endswith("END;")


def test_an_older_memory_is_brought_up_to_date_and_its_backup_kept(path: Path) -> None:
    with open_writer(path) as writer:
        before = dump(writer)
    with open_writer(path, SCRIPTS) as writer:
        assert writer.value("PRAGMA user_version") == NEXT
        assert writer.value("SELECT label FROM shelf") == "a; b"
        assert before <= {row.replace(", 'shelf_id': None", "") for row in dump(writer)}
    backup = path.with_name(f"memory.db.before-upgrade-from-{NEXT - 1}")
    assert _names(path) == ["memory.db", backup.name]
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with open_writer(backup) as writer:
        assert dump(writer) == before
        found = writer.all("SELECT rowid FROM message_fts WHERE message_fts MATCH 'lamp'")
        assert [row[0] for row in found] == [1]


def test_bringing_up_to_date_twice_changes_nothing_and_keeps_the_backup(path: Path) -> None:
    open_writer(path, SCRIPTS).close()
    files = {name: (path.parent / name).read_bytes() for name in _names(path)}
    open_writer(path, SCRIPTS).close()
    assert {name: (path.parent / name).read_bytes() for name in _names(path)} == files


async def test_a_memory_brought_up_to_date_is_refused_by_the_older_kinkeeper(path: Path) -> None:
    open_writer(path, SCRIPTS).close()
    with pytest.raises(NewerSchema):
        await open_reader(path)


@pytest.mark.parametrize("number", range(len(list(statements(SECOND))) + 1))
def test_a_migration_that_fails_at_any_statement_leaves_the_memory_as_it_was(
    path: Path, number: int
) -> None:
    steps = list(statements(SECOND))
    broken = "".join([*steps[:number], "INSERT INTO nowhere VALUES (1);\n", *steps[number:]])
    before = _schema(path)
    with pytest.raises(driver.DatabaseError):
        open_writer(path, {**shipped(), NEXT: broken})
    assert _schema(path) == before
    open_writer(path).close()


class _Killed(BaseException):
    pass


class _KilledConnection:
    """Lets so many statements through, then dies without a word to the database."""

    in_transaction = False  # as a dead process, it rolls nothing back

    def __init__(self, path: Path, left: int) -> None:
        self.real = driver.connect(f"file:{path}?mode=rw")
        self.left = left

    def execute(self, sql: str) -> object:
        if self.left == 0:
            raise _Killed
        self.left -= 1
        return self.real.execute(sql)


def test_a_kill_at_any_statement_leaves_the_memory_as_it_was(path: Path, tmp_path: Path) -> None:
    before = _schema(path)
    statements_in_all = len(list(statements(SECOND))) + 5  # begin, versions, mark, commit
    for number in range(statements_in_all):
        copy = Path(shutil.copy(path, tmp_path / f"copy{number}.db"))
        killed = _KilledConnection(copy, number)
        with pytest.raises(_Killed):
            bring_up_to_date(killed, SCRIPTS)
        killed.real.close()
        assert _schema(copy) == before
    done = _KilledConnection(path, statements_in_all)
    bring_up_to_date(done, SCRIPTS)
    done.real.close()
    assert _schema(path)[0] == NEXT


def test_creating_is_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    connection = driver.connect(f"file:{path}?mode=rwc")
    with pytest.raises(driver.DatabaseError):
        bring_up_to_date(
            connection, {1: migrations.shipped()[1] + "\nINSERT INTO nowhere VALUES (1);"}
        )
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    connection.close()


class _FullDisk:
    """A connection on whose disk there is no room for a copy."""

    def __init__(self, connection: object) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def execute(self, sql: str, parameters: tuple[str, ...] = ()) -> object:
        if sql.startswith("VACUUM INTO"):
            Path(parameters[0]).write_bytes(b"half")
            Path(f"{parameters[0]}-journal").touch()
            raise driver.OperationalError("database or disk is full")
        execute = getattr(self._connection, "execute")  # noqa: B009 the type is unknown
        return execute(sql, parameters)


def test_a_full_disk_stops_the_upgrade_before_anything_changes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, names = _schema(path), _names(path)
    connect = driver.connect
    monkeypatch.setattr(driver, "connect", lambda uri: _FullDisk(connect(uri)))
    with pytest.raises(DiskFull, match="Free some space"):
        open_writer(path, SCRIPTS)
    monkeypatch.undo()
    assert (_schema(path), _names(path)) == (before, names)
    open_writer(path, SCRIPTS).close()


def test_chats_of_a_memory_of_the_first_version_are_met_again(tmp_path: Path) -> None:
    """What is derived is worked out anew, so that nothing has to be imported again."""
    path = tmp_path / "memory.db"
    connection = driver.connect(f"file:{path}?mode=rwc")
    bring_up_to_date(connection, {1: shipped()[1]})
    connection.execute("INSERT INTO source(ref, kind, title) VALUES ('s', 'telegram', 'Telegram')")
    connection.execute(
        "INSERT INTO import_run(format, file_name, file_sha256, file_bytes, started_at)"
        " VALUES ('telegram', 'a', '', 0, 0)"
    )
    connection.execute(
        "INSERT INTO conversation(ref, source_id, key, kind, title)"
        " VALUES ('v', 1, 'a', 'group', 'Rowing'), ('t', 1, 'm', 'mail', 'Re: x')"
    )
    for number, chat, sent, edited in [(1, 1, 100, 900), (2, 1, 500, None), (3, 2, 700, None)]:
        connection.execute(
            "INSERT INTO message(ref, source_id, key, conversation_id, seq, sent_at, ordered_at,"
            " edited_at, text, content_sha256, import_run_id)"
            " VALUES (?1, 1, ?1, ?2, ?1, ?3, ?3, ?4, 'x', x'00', 1)",
            (number, chat, sent, edited),
        )
    connection.execute("COMMIT") if connection.in_transaction else None
    connection.close()
    path.chmod(0o600)
    with open_writer(path) as writer:
        reach = writer.all(
            "SELECT conversation_id, import_run_id, newest_at, title, key FROM conversation_reach"
        )
        assert [tuple(row) for row in reach] == [(1, 1, 900, "Rowing", "a")]
        titled = writer.all("SELECT titled_at FROM conversation ORDER BY id")
        assert [row[0] for row in titled] == [900, 0]
        assert writer.value("SELECT count(*) FROM message") == 3
