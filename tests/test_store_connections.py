"""Three connections: nothing gets past the reader, the proposer adds and cannot change."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.engine.connections import Proposer, Reader
from store.engine.driver import DatabaseError, IntegrityError
from store.engine.file_errors import MemoryLocked, QueryTooSlow
from store.engine.schema import latest_version
from store.memory import open_proposer, open_reader, open_writer
from tests.made_exports import CHATS, NORA, chat_of, dump, made_memory, said, take_in

HASH = "a" * 64
PROPOSAL = (
    "INSERT INTO proposal(id, ref, contact_id, kind, text, content_sha256, proposed_by, created_at,"
    f" expires_at) VALUES (%s, '%s', 1, 'note', '%s', '{HASH}', 'test', 1, 2)"
)
BOMB = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"

ATTACKS = [
    "INSERT INTO setting VALUES ('a', 'b')",
    "UPDATE setting SET value = 'x'",
    "DELETE FROM message",
    "DROP TABLE message",
    "ALTER TABLE message ADD COLUMN x",
    "CREATE TABLE t(x)",
    "CREATE INDEX i ON message(text)",
    "CREATE TEMP TABLE t(x)",
    "CREATE VIRTUAL TABLE temp.t USING fts5(x)",
    "REPLACE INTO setting VALUES ('zone', 'UTC')",
    "INSERT INTO message_fts(message_fts) VALUES ('delete-all')",
    "INSERT INTO message_fts(message_fts) VALUES ('optimize')",
    "DELETE FROM message_fts WHERE rowid = 1",
    "INSERT INTO person_fts(name, contact_id) VALUES ('x', 1)",
    "ATTACH 'file:{path}?mode=rwc' AS other",
    "ATTACH 'file:{folder}/new.db?mode=rwc' AS other",
    "VACUUM",
    "VACUUM INTO '{folder}/copy.db'",
    "PRAGMA query_only=0",
    "PRAGMA writable_schema=1",
    "PRAGMA journal_mode=DELETE",
    "PRAGMA user_version=7",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "PRAGMA temp_store_directory='{folder}'",
    "PRAGMA key='x'",
    "SELECT load_extension('{folder}/x')",
    "SELECT fts3_tokenizer('simple')",
    "SELECT sqlcipher_export('main')",
    "SELECT writefile('{folder}/x', 'y')",
    "SAVEPOINT s",
    "REINDEX",
    "ANALYZE",
    "DETACH main",
]
PROPOSER_ATTACKS = [
    PROPOSAL % (1, "p_other", "another text"),
    PROPOSAL % ("NULL", "p_first", "another text"),
    (PROPOSAL % (1, "p_first", "another text")).replace("INSERT", "INSERT OR REPLACE"),
    (PROPOSAL % ("NULL", "p_first", "another text")).replace("INSERT", "REPLACE"),
    PROPOSAL % ("NULL", "p_first", "x") + " ON CONFLICT(ref) DO UPDATE SET text = 'another text'",
    "UPDATE proposal SET text = 'another text'",
    "DELETE FROM proposal",
    "INSERT INTO decision(proposal_id, verdict, surface, decided_at, text_sha256)"
    f" VALUES (1, 'accepted', 'terminal', 1, '{HASH}')",
    "INSERT INTO note(ref, identity_id, text, provenance_id) VALUES ('n_x', 1, 'x', 1)",
    "INSERT INTO identity_event(kind, happened_at, decided_by) VALUES ('merge', 1, 'owner')",
    "INSERT INTO tombstone VALUES (x'00', 1)",
    "INSERT OR REPLACE INTO disclosure(id, shown_at, client, tool, characters)"
    " VALUES (1, 9, 'x', 'y', 0)",
    "UPDATE disclosure SET tool = 'x'",
    "DELETE FROM disclosure",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    with made_memory(folder) as writer:
        take_in(
            writer, [CHATS, chat_of("a"), said("1", "the lamp is broken"), said("2", "which lamp")]
        )
        writer.run(PROPOSAL % (1, "p_first", "the text shown"))
        writer.run(
            "INSERT INTO disclosure(shown_at, client, tool, characters) VALUES (1, 'c', 't', 5)"
        )
    return folder / "memory.db"


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "memory.db"))


@pytest.fixture
async def reader(path: Path) -> AsyncIterator[Reader]:
    opened = await open_reader(path)
    yield opened
    await opened.close()


@pytest.fixture
async def proposer(path: Path) -> AsyncIterator[Proposer]:
    opened = await open_proposer(path)
    yield opened
    await opened.close()


def _everything(path: Path) -> set[str]:
    with open_writer(path) as writer:
        assert writer.all("PRAGMA integrity_check")[0][0] == "ok"
        return dump(writer, without=())


@pytest.mark.parametrize("attack", ATTACKS)
async def test_no_statement_writes_through_the_reader(
    path: Path, reader: Reader, attack: str
) -> None:
    before, files = _everything(path), set(path.parent.iterdir())
    with pytest.raises(DatabaseError):
        await reader.all(attack.format(path=path, folder=path.parent))
    with pytest.raises(DatabaseError):
        await reader.all("UPDATE setting SET value = 'after the attack'")
    assert _everything(path) == before
    assert {file.name for file in set(path.parent.iterdir()) - files} <= {
        "memory.db-wal",
        "memory.db-shm",
    }


async def test_the_reader_searches_by_words_and_by_meaning_and_counts_recursively(
    reader: Reader,
) -> None:
    found = await reader.all("SELECT rowid FROM message_fts WHERE message_fts MATCH 'lamp'")
    assert [row[0] for row in found] == [1, 2]
    assert await reader.value("SELECT name FROM person_fts WHERE name LIKE '%nor%'") == "Nora Lind"
    vectors = "[1, 0]", "[0, 1]"
    assert await reader.value("SELECT vec_distance_cosine(?, ?)", vectors) == 1
    assert await reader.value(f"{BOMB.replace('FROM n)', 'FROM n LIMIT 10)')}") == 10
    assert await reader.value("PRAGMA user_version") == latest_version()


async def test_a_statement_without_end_is_stopped_and_the_next_one_is_answered(
    reader: Reader,
) -> None:
    with pytest.raises(QueryTooSlow, match="Ask for less"):
        await reader.all(BOMB)
    assert await reader.value("SELECT 1") == 1


async def test_waiting_for_another_question_is_not_counted_as_time_of_ones_own(
    reader: Reader,
) -> None:
    slow = asyncio.create_task(reader.all(BOMB))
    await asyncio.sleep(0)
    short = BOMB.replace("FROM n)", "FROM n LIMIT 20000)")
    answers = await asyncio.gather(*(reader.value(short) for _ in range(3)))
    assert answers == [20_000] * 3
    with pytest.raises(QueryTooSlow):
        await slow


@pytest.mark.parametrize("attack", PROPOSER_ATTACKS + ATTACKS)
async def test_the_proposer_changes_nothing_that_is_there(
    path: Path, proposer: Proposer, attack: str
) -> None:
    before = _everything(path)
    with pytest.raises(DatabaseError):
        await proposer.insert(attack.format(path=path, folder=path.parent), ())
    assert _everything(path) == before


async def test_the_proposer_adds_proposals_and_disclosures(path: Path, proposer: Proposer) -> None:
    await proposer.insert(PROPOSAL % ("NULL", "p_second", "a thought"), ())
    await proposer.insert(
        "INSERT INTO disclosure(shown_at, client, tool, characters) VALUES (2, 'c', 't', 5)", ()
    )
    with open_writer(path) as writer:
        assert writer.value("SELECT count(*) FROM proposal") == 2
        assert writer.value("SELECT count(*) FROM disclosure") == 2


def test_a_failed_transaction_leaves_nothing_and_the_writer_usable(path: Path) -> None:
    with open_writer(path) as writer:
        before = dump(writer)
        with pytest.raises(IntegrityError), writer.transaction():  # noqa: PT012 the first write is the point
            writer.run("DELETE FROM message")
            writer.run("INSERT INTO embed_queue(message_id) VALUES (NULL), (1)")
        assert dump(writer) == before
        take_in(writer, [CHATS, chat_of("a"), said("3", "mended", by=NORA)])


def test_a_writer_that_waits_in_vain_says_that_another_one_is_at_work(path: Path) -> None:
    with open_writer(path) as first, open_writer(path) as second:
        second.run("PRAGMA busy_timeout=1")
        with first.transaction(), pytest.raises(MemoryLocked), second.transaction():
            pass
