"""Opening a memory: what is refused, why, and what the owner is told to do."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from store.engine.driver import DatabaseError
from store.engine.file_errors import (
    DamagedMemory,
    EmptyMemoryFile,
    ForeignFile,
    NewerSchema,
    NoMemoryYet,
    OlderSchema,
    UnsafeLocation,
    from_driver,
)
from store.errors import StoreError
from store.memory import open_or_create, open_proposer, open_reader, open_writer
from tests.made_exports import CHATS, chat_of, made_memory, said, take_in


def _missing(path: Path) -> None:
    pass


def _empty(path: Path) -> None:
    path.touch(0o600)


def _random_bytes(path: Path) -> None:
    path.touch(0o600)
    path.write_bytes(bytes(n * n % 251 for n in range(20_000)))


def _other_program(path: Path) -> None:
    path.touch(0o600)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE song(title)")
    connection.close()


def _no_tables(path: Path) -> None:
    path.touch(0o600)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=0")
    connection.execute("VACUUM")
    connection.close()


def _version(path: Path, version: int) -> None:
    made_memory(path.parent).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version={version}")
    connection.close()


def _newer(path: Path) -> None:
    _version(path, 99)


def _older(path: Path) -> None:
    _version(path, 0)


def _truncated(path: Path) -> None:
    made_memory(path.parent).close()
    os.truncate(path, path.stat().st_size // 3)


def _zeroed_head(path: Path) -> None:
    made_memory(path.parent).close()
    with path.open("r+b") as stream:
        stream.write(b"\0" * 100)


def _readable_by_all(path: Path) -> None:
    made_memory(path.parent).close()
    path.chmod(0o644)


CASES = [
    (_missing, NoMemoryYet, "kinkeeper init"),
    (_empty, EmptyMemoryFile, "backup"),
    (_no_tables, EmptyMemoryFile, "kinkeeper init"),
    (_random_bytes, ForeignFile, "KINKEEPER_HOME"),
    (_other_program, ForeignFile, "another program"),
    (_zeroed_head, ForeignFile, "damaged"),
    (_newer, NewerSchema, "Update Kinkeeper"),
    (_truncated, DamagedMemory, "kinkeeper doctor"),
    (_readable_by_all, UnsafeLocation, "chmod 600"),
]


@pytest.mark.parametrize(
    ("prepare", "error", "advice"), CASES, ids=lambda case: getattr(case, "__name__", "")
)
async def test_a_file_that_is_no_sound_memory_is_refused_with_its_reason_and_left_alone(
    tmp_path: Path,
    prepare: object,
    error: type[StoreError],
    advice: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "memory.db"
    assert callable(prepare)
    prepare(path)
    before = path.read_bytes() if path.exists() else None
    for open_one in (open_reader, open_proposer):
        with pytest.raises(error, match=advice):
            await open_one(path)
    with pytest.raises(error, match=advice):
        open_writer(path)
    assert (path.read_bytes() if path.exists() else None) == before
    assert capfd.readouterr() == ("", "")


async def test_an_assistant_never_migrates_and_says_what_does(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    _older(path)
    before = path.read_bytes()
    for open_one in (open_reader, open_proposer):
        with pytest.raises(OlderSchema, match="kinkeeper doctor"):
            await open_one(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "part", ["Dropbox (Personal)", "OneDrive - Firm", "com~apple~CloudDocs", "CloudStorage"]
)
def test_a_memory_in_a_synced_folder_is_refused(tmp_path: Path, part: str) -> None:
    folder = tmp_path / part
    folder.mkdir()
    with pytest.raises(UnsafeLocation, match="KINKEEPER_HOME"):
        open_or_create(folder / "memory.db")
    assert list(folder.iterdir()) == []


def test_a_link_into_a_synced_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "Dropbox"
    folder.mkdir()
    made_memory(tmp_path).close()
    (tmp_path / "memory.db").rename(folder / "memory.db")
    (tmp_path / "memory.db").symlink_to(folder / "memory.db")
    with pytest.raises(UnsafeLocation):
        open_writer(tmp_path / "memory.db")


def test_a_folder_in_the_place_of_the_file_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "memory.db").mkdir(mode=0o700)
    with pytest.raises(UnsafeLocation, match="cannot be opened"):
        open_writer(tmp_path / "memory.db")


def test_a_damaged_page_is_told_when_it_is_met(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        take_in(
            writer, [CHATS, chat_of("a"), *(said(str(n), f"word{n} " * 30) for n in range(300))]
        )
        writer.run("PRAGMA wal_checkpoint(TRUNCATE)")
    with (tmp_path / "memory.db").open("r+b") as stream:
        stream.seek(4096 * 3)
        size = (tmp_path / "memory.db").stat().st_size
        stream.write(b"\xff" * (size - 4096 * 3))
    with (
        pytest.raises(DamagedMemory, match="kinkeeper doctor"),
        open_writer(tmp_path / "memory.db") as writer,
    ):
        writer.all("SELECT * FROM message")


def test_everything_that_is_made_is_private_and_durable(tmp_path: Path) -> None:
    os.umask(before := os.umask(0o022))
    assert before is not None
    with made_memory(tmp_path) as writer:
        writer.run("UPDATE setting SET value = value")
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
        assert modes == {"memory.db": 0o600, "memory.db-wal": 0o600, "memory.db-shm": 0o600}
        settings = {
            name: writer.value(f"PRAGMA {name}")
            for name in (
                "journal_mode",
                "synchronous",
                "secure_delete",
                "foreign_keys",
                "trusted_schema",
                "mmap_size",
            )
        }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "mmap_size": 0,
    }


def test_making_a_memory_again_changes_nothing(tmp_path: Path) -> None:
    made_memory(tmp_path).close()
    before = (tmp_path / "memory.db").read_bytes()
    open_or_create(tmp_path / "memory.db").close()
    assert (tmp_path / "memory.db").read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        "no such column: full_name",
        "malformed JSON",
        "no such table: locked",
        "UNIQUE constraint failed: x.full",
    ],
)
def test_a_bug_of_ours_is_not_taken_for_trouble_with_the_disk(text: str) -> None:
    assert from_driver(DatabaseError(text), Path("memory.db")) is None
