"""A memory of the version before keeps its log, and loses what was taken back, when it upgrades."""

from pathlib import Path
from typing import Final

import pytest

from store.engine import driver
from store.engine.schema import bring_up_to_date, shipped
from store.memory import open_proposer, open_writer
from store.sharing.disclosures import Shown, record_disclosure

NUMBER: Final = 4
AT: Final = 1_763_629_200
FILLED: Final = (
    "INSERT INTO setting(name, value) VALUES ('zone', 'UTC'), ('disclosure_budget', '3')",
    "INSERT INTO source(id, ref, kind, title) VALUES (1, 's_1', 'telegram', 'Telegram')",
    "INSERT INTO contact(id, ref, display_name, given_name, created_at) VALUES"
    " (1, 'c_1', 'Alex Moreira', 'Alex', 1), (2, 'c_2', 'Zebracorn Ek', 'Zebracorn', 1),"
    " (3, 'c_3', 'Alex M.', '', 1)",
    "UPDATE contact SET merged_into_id = 2 WHERE id = 2",
    "UPDATE contact SET merged_into_id = 1 WHERE id = 3",
    "INSERT INTO identity(id, kind, key, name, source_id, contact_id) VALUES"
    " (1, 'telegram', 'user2', 'Alex M.', 1, 1)",
    "INSERT INTO import_run(id, source_id, format, file_name, file_sha256, file_bytes, started_at,"
    " state) VALUES (1, 1, 'telegram', 'zebracorn.json', 'x', 1, 1, 'undone'),"
    " (2, 1, 'telegram', 'alex.json', 'x', 1, 1, 'finished')",
    "INSERT INTO import_omission(import_run_id, broken, reason, place) VALUES"
    " (1, 1, 'cut', 'zebracorn.json, line 3'), (2, 1, 'cut', 'alex.json, line 3')",
    "INSERT INTO provenance(id, source_id, recorded_at, confirmed_how) VALUES (1, 1, 1, 'typed')",
    "INSERT INTO note(id, ref, identity_id, text, provenance_id) VALUES"
    " (2, 'n_2', 1, 'lends the atlas', 1)",
    "INSERT INTO fact_fts(rowid, text) VALUES (4, 'zebracorn likes tea'), (8, 'lends the atlas')",
    "DELETE FROM fact_fts WHERE rowid = 4",
    f"INSERT INTO disclosure(shown_at, client, tool, about, refs, messages, characters) VALUES"
    f" ({AT - 60}, 'one', 'search_context', '[\"c_1\"]', '[\"m_1\", \"m_2\"]', 2, 10)",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "memory.db"
    file.touch(mode=0o600)
    connection = driver.connect(f"file:{file}?mode=rw")
    connection.execute("PRAGMA journal_mode=WAL")
    before = {number: script for number, script in shipped().items() if number < NUMBER}
    bring_up_to_date(connection, before)
    for statement in FILLED:
        connection.execute(statement)
    connection.close()
    return file


def test_the_log_stays_and_counts_for_assistants(path: Path) -> None:
    with open_writer(path) as writer:
        [row] = writer.all("SELECT asked_by, client, about, refs, messages FROM disclosure")
        assert tuple(row) == ("assistant", "one", '["c_1"]', '["m_1", "m_2"]', 2)


async def test_what_was_shown_before_counts_in_the_hour(path: Path) -> None:
    open_writer(path).close()
    proposer = await open_proposer(path)

    async def shown(*messages: str) -> bool:
        answer = Shown(AT, "assistant", "two", "read_context", [], messages, 1)
        return await record_disclosure(proposer, answer, 3)

    try:
        assert not await shown("m_3", "m_4")
        assert await shown("m_1", "m_3")
    finally:
        await proposer.close()


def test_what_was_taken_back_before_is_gone_and_the_rest_stays(path: Path) -> None:
    with open_writer(path) as writer:
        names = [row[0] for row in writer.all("SELECT display_name FROM contact ORDER BY id")]
        assert names == ["Alex Moreira", "", "Alex M."]
        files = [row[0] for row in writer.all("SELECT file_name FROM import_run ORDER BY id")]
        assert files == ["", "alex.json"]
        assert (
            writer.value("SELECT group_concat(place) FROM import_omission") == "alex.json, line 3"
        )
        found = writer.all("SELECT rowid FROM fact_fts WHERE fact_fts MATCH 'atlas'")
        assert [row[0] for row in found] == [8]
        writer.empty_log()
        assert b"ebracorn" not in path.read_bytes()
