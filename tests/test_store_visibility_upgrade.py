"""A memory of the first schema, upgraded: who is known and hidden, without importing again."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from store.engine import driver
from store.engine.file_errors import OlderSchema
from store.engine.schema import bring_up_to_date, shipped
from store.memory import open_reader_for_assistant, open_writer
from tests.made_exports import contact_named
from tools.withholding import Withholding

AT: Final = 1_790_000_000
PEOPLE: Final = (
    # id, kind of account, key, name, contact, access
    (1, "owner", "owner", "Nora Lind", 1, "full"),
    (2, "email", "nora@lind.example", "Nora Lind", 1, "full"),
    (3, "email", "bo@lund.example", "Bo Lund", 2, "full"),
    (4, "email", "eve@x.example", "Eve Stranger", 3, "full"),
    (5, "card", "h1", "Hilde Strand", 4, "none"),
    (6, "email", "hilde@new.example", "Hilde Strand", 5, "full"),
    (7, "card", "b1", "Bea Rook", 6, "full"),
)
MAILS: Final = (
    # id, thread, sender, recipients, text
    (1, 1, 3, (2,), "Bo asks for the boat"),
    (2, 1, 2, (3,), "The owner answers Bo"),
    (3, 1, 4, (2,), "Eve forges the thread"),
    (4, 2, 6, (2, 7), "Hilde writes from anew"),
    (5, 2, 7, (2, 5), "Bea copies\nOn 3 Nov 2026, Hilde Strand wrote:\n> the hidden words"),
)


def _fill(run: Any) -> None:
    """What an older Kinkeeper stored: everybody that wrote in a thread of the owner's is known."""
    run("INSERT INTO source(id, ref, kind, title) VALUES (1, 's_aaaaaaa', 'mail', 'Mail')")
    run(
        "INSERT INTO import_run(id, source_id, format, file_name, file_sha256, file_bytes,"
        " started_at, state, settled) VALUES (1, 1, 'mbox', 'm', '', 1, ?, 'finished', 1)",
        (AT,),
    )
    for id_, kind, key, name, contact, access in PEOPLE:
        run(
            "INSERT OR IGNORE INTO contact(id, ref, display_name, access, is_owner, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (contact, f"c_00000{contact:02}", name, access, contact == 1, AT),
        )
        run(
            "INSERT INTO identity(id, kind, key, name, source_id, contact_id)"
            " VALUES (?, ?, ?, ?, 1, ?)",
            (id_, kind, key, name, contact),
        )
        run("INSERT INTO known_sender(identity_id) VALUES (?)", (id_,))
        run("INSERT INTO person_fts(name, contact_id) VALUES (?, ?)", (name, contact))
    for thread in (1, 2):
        run(
            "INSERT INTO conversation(id, ref, source_id, key, kind, title)"
            " VALUES (?, ?, 1, ?, 'mail', 'Boat')",
            (thread, f"v_000000{thread}", f"t{thread}"),
        )
    for id_, thread, sender, recipients, text in MAILS:
        run(
            "INSERT INTO message(id, ref, source_id, key, conversation_id, seq, sender_id, sent_at,"
            " ordered_at, text, subject, content_sha256, import_run_id)"
            " VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, 'Re: Boat', x'00', 1)",
            (id_, f"m_000000{id_}", f"k{id_}", thread, id_, sender, AT + id_, AT + id_, text),
        )
        run(
            "INSERT INTO message_fts(rowid, text, around, speaker, tag) VALUES (?, ?, '', '', ?)",
            (id_, text, f"zv{thread} zs{sender}"),
        )
        for who in {sender, *recipients}:
            run("INSERT OR IGNORE INTO participant VALUES (?, ?)", (thread, who))
        for who in recipients:
            run("INSERT INTO message_recipient VALUES (?, ?)", (id_, who))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A memory of schema 1."""
    file = tmp_path / "memory.db"
    file.touch(mode=0o600)
    connection = driver.connect(f"file:{file}?mode=rw")
    connection.execute("PRAGMA journal_mode=WAL")
    bring_up_to_date(connection, {1: shipped()[1]})

    def run(sql: str, parameters: Sequence[object] = ()) -> None:
        connection.execute(sql, parameters)

    _fill(run)
    connection.close()
    return file


async def _told(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """As an assistant sees them: names by ref, and texts by ref."""
    reader = await open_reader_for_assistant(path, Withholding().functions())
    people = {
        row[0]: row[1]
        for row in await reader.all("SELECT ref, display_name FROM contact WHERE NOT is_owner")
    }
    texts = {row[0]: row[1] for row in await reader.all("SELECT ref, text FROM message")}
    await reader.close()
    return people, texts


async def test_all_is_worked_out_anew(path: Path) -> None:
    open_writer(path).close()
    people, texts = await _told(path)
    assert people == {"c_0000002": "Bo Lund", "c_0000006": "Bea Rook"}
    assert texts["m_0000001"] == "Bo asks for the boat"
    assert texts["m_0000002"] == "The owner answers Bo"
    assert texts["m_0000003"].startswith("[withheld: unknown sender")
    assert "m_0000004" not in texts
    assert texts["m_0000005"] == "Bea copies"


async def test_the_indexes_hold_what_is_left(path: Path) -> None:
    with open_writer(path) as writer:
        for word, found in (("hidden", 0), ("anew", 0), ("copies", 1), ("boat", 4)):
            rows = writer.all("SELECT rowid FROM message_fts WHERE message_fts MATCH ?", (word,))
            assert len(rows) == found, word
        assert not writer.all("SELECT 1 FROM person_fts WHERE name IN ('Eve Stranger')")
        assert contact_named(writer, "Eve Stranger")


async def test_nobody_is_known_until_it_is_worked_out(path: Path) -> None:
    """A program that dies between the migration and the rest leaves nothing open."""
    connection = driver.connect(f"file:{path}?mode=rw")
    bring_up_to_date(connection, shipped())
    connection.close()
    with pytest.raises(OlderSchema):
        await _told(path)
    open_writer(path).close()
    assert (await _told(path))[1]["m_0000001"] == "Bo asks for the boat"
    assert sqlite3.connect(path).execute("SELECT count(*) FROM to_work_out").fetchone()[0] == 0
