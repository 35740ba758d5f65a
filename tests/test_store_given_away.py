"""What the talk around a message gives away: whatever the order, undone with what asked for it."""

import sqlite3
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from embeddings.indexer import index_pending, text_of
from embeddings.toy import ToyEncoder
from store.engine.connections import Writer
from store.engine.driver import connect
from store.engine.file_errors import OlderSchema
from store.engine.schema import bring_up_to_date, shipped
from store.importers.records import Account, Conversation, Message, OwnerAccount, Record
from store.imports.undo_run import undo_import
from store.index.vectors import pending_messages
from store.index.watch import watched_by
from store.memory import open_reader_for_assistant, open_writer
from store.owner.typed_facts import add_life_event, add_note
from store.owner.typed_follow_ups import add_follow_up
from store.sharing.access import set_access
from tests.made_exports import (
    BOOK,
    CHATS,
    NORA,
    NOW,
    OWNER,
    card,
    chat_of,
    contact_named,
    made_memory,
    rebuilt_word_index,
    said,
    take_in,
    word_index,
)
from tools.withholding import Withholding

ALEX = Account("telegram", "user2", "Alex Moreira", saved_by_owner=True)
ASKED = said("1", "what's the code for the gate?", "2025-03-01T10:00")
SMALL_TALK = said("2", "one moment, the dog is out", "2025-03-01T10:01", ALEX)
ANSWER = said("3", "7741", "2025-03-01T10:02", ALEX)
CHAT: list[Record] = [CHATS, OwnerAccount(NORA), ALEX, chat_of("a", ALEX)]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with made_memory(tmp_path) as opened:
        yield opened


def given_away(writer: Writer) -> dict[str, str]:
    """By text, what is given away of it."""
    rows = writer.all("SELECT text, given_away FROM message")
    return {row["text"]: row["given_away"] for row in rows if row["given_away"]}


def is_findable(writer: Writer, word: str) -> bool:
    return any(row[0] == word for row in word_index(writer))


async def shown(path: Path, sql: str) -> list[str]:
    """What an assistant gets of a column."""
    reader = await open_reader_for_assistant(path, Withholding().functions())
    try:
        return [str(row[0]) for row in await reader.all(sql)]
    finally:
        await reader.close()


@pytest.mark.parametrize("order", list(permutations((ASKED, SMALL_TALK, ANSWER))))
async def test_whatever_the_order_the_answer_is_withheld(
    writer: Writer, order: tuple[Message, ...]
) -> None:
    for message in order:
        take_in(writer, [*CHAT, message])
    assert given_away(writer) == {"7741": '[[0, 4, "code"]]'}
    assert not is_findable(writer, "7741")
    assert word_index(writer) == rebuilt_word_index(writer)
    texts = await shown(writer.path, "SELECT text FROM message ORDER BY ordered_at")
    assert texts == [ASKED.text, SMALL_TALK.text, "[withheld: code]"]
    numbers = await shown(writer.path, "SELECT holds_number FROM message WHERE ref <> ''")
    assert numbers == ["0", "0", "0"]


def test_with_the_question_goes_what_it_gave_away(writer: Writer) -> None:
    take_in(writer, [*CHAT, SMALL_TALK, ANSWER])
    take_in(writer, [*CHAT, ASKED])
    assert given_away(writer)
    number = int(writer.value("SELECT max(id) FROM import_run"))
    undo_import(writer, number, OWNER.time_zone, NOW)
    assert given_away(writer) == {}
    assert is_findable(writer, "7741")
    assert word_index(writer) == rebuilt_word_index(writer)


def test_an_edited_question_and_one_that_was_taken_back(writer: Writer) -> None:
    take_in(writer, [*CHAT, ASKED, SMALL_TALK, ANSWER])
    edited = said("1", "when does the shop open?", "2025-03-01T10:00")
    at = datetime(2025, 3, 1, 11, tzinfo=UTC)
    take_in(writer, [*CHAT, replace(edited, edited_at=at)])
    assert given_away(writer) == {}
    take_in(writer, [*CHAT, replace(ASKED, edited_at=at + timedelta(hours=1))])
    assert given_away(writer)
    deleted = Message(
        key="a/1", conversation_key="a", sender=None, sent_at=None, text="", deleted=True
    )
    take_in(writer, [*CHAT, deleted])
    assert given_away(writer) == {}
    assert word_index(writer) == rebuilt_word_index(writer)


def test_a_question_of_somebody_hidden_gives_away_too(writer: Writer) -> None:
    bo = Account("telegram", "user3", "Bo", saved_by_owner=True)
    group = Conversation("a", "group", "hut", (ALEX, bo))
    asked = said("1", "what's the code for the gate?", "2025-03-01T10:00", bo)
    take_in(writer, [CHATS, OwnerAccount(NORA), ALEX, bo, group, asked, ANSWER])
    set_access(writer, contact_named(writer, "Bo"), "none")
    assert given_away(writer) == {"7741": '[[0, 4, "code"]]'}
    assert not is_findable(writer, "7741")


def test_days_later_it_is_no_answer(writer: Writer) -> None:
    late = said("3", "7741", "2025-03-05T10:02", ALEX)
    take_in(writer, [*CHAT, ASKED, late])
    assert given_away(writer) == {}


def test_no_vector_holds_it(writer: Writer) -> None:
    encoder = ToyEncoder()
    take_in(writer, [*CHAT, SMALL_TALK, ANSWER])
    index_pending(writer, encoder, lambda _done, _all: None)
    assert writer.value("SELECT count(*) FROM message_vec") == 2
    take_in(writer, [*CHAT, ASKED])
    model = int(writer.value("SELECT id FROM embedding_model"))
    waiting = {message.text: text_of(message) for message in pending_messages(writer, model, 9)}
    assert waiting["7741"].strip() == "Alex Moreira:"
    assert len(waiting) == 2, "what is beside it keeps its vector"


async def test_subjects_and_names_of_files(writer: Writer) -> None:
    mail = Message(
        key="a/1", conversation_key="a", sender=ALEX, sent_at=ASKED.sent_at,
        subject="Wifi password", text="Korkenzieher5", attachments=("Korkenzieher5.png", "cat.jpg"),
    )  # fmt: skip
    take_in(writer, [*CHAT, mail])
    texts = await shown(writer.path, "SELECT subject || '|' || text || attachments FROM message")
    assert texts == ['Wifi password|[withheld: password]["[withheld: password]", "cat.jpg"]']
    assert not is_findable(writer, "korkenzieher5")


async def test_label_and_value_are_judged_together(writer: Writer) -> None:
    fields = (("Gate code", "4711"), ("Shoe size", "43"), ("WLAN-Passwort", "Sommerregen"))
    take_in(
        writer,
        [BOOK, card("1", "Alex Moreira", extra=fields), card("2", "Pin Visa", ("phone", "4711"))],
    )
    ref = contact_named(writer, "Alex Moreira")
    alex = int(writer.value("SELECT id FROM contact WHERE ref = ?", (ref,)))
    add_life_event(writer, alex, "code for the safe 4471", "2026-01-10", NOW)
    add_follow_up(writer, alex, "8812", NOW)
    writer.run("UPDATE follow_up SET after_event = 'PIN for the card'")
    add_note(writer, alex, "alarm code\n5567", NOW)
    values = await shown(writer.path, "SELECT value FROM extra_field ORDER BY id")
    assert values == ["[withheld: code]", "43", "[withheld: password]"]
    for sql in (
        "SELECT value || key FROM contact_method",
        "SELECT kind || label FROM life_event",
        "SELECT text FROM follow_up",
        "SELECT text FROM note",
    ):
        for told in await shown(writer.path, sql):
            assert not any(map(str.isdigit, told)), (sql, told)


def an_older_memory(writer: Writer, path: Path) -> None:
    """What is in a memory, in one of the first schema, with everything in its word index."""
    path.touch(mode=0o600)
    old = connect(f"file:{path}?mode=rw")
    old.execute("PRAGMA journal_mode=WAL")
    bring_up_to_date(old, {1: shipped()[1]})
    old.execute("PRAGMA foreign_keys=OFF")
    old.execute("ATTACH ? AS new", (str(writer.path),))
    tables = [
        row[0]
        for row in old.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if "_fts" not in row[0] and not row[0].startswith("sqlite_")
    ]
    for table in tables:
        columns = ", ".join(
            row[1] for row in old.execute(f"PRAGMA main.table_xinfo({table})") if not row[6]
        )
        old.execute(
            f"INSERT OR REPLACE INTO main.{table}({columns}) SELECT {columns} FROM new.{table}"
        )
    old.execute("DELETE FROM setting WHERE name = 'rules'")
    old.execute(
        "INSERT INTO message_fts(rowid, text, around, speaker, tag) SELECT id, text, '', '',"
        " 'zv' || conversation_id || ' zs' || sender_id FROM message"
    )
    old.close()


async def test_a_memory_of_the_version_before_is_indexed_anew(
    writer: Writer, tmp_path: Path
) -> None:
    take_in(writer, [*CHAT, ASKED, SMALL_TALK, ANSWER, said("4", "see you", "2025-03-01T10:09")])
    take_in(writer, [*CHAT, said("5", "my pin is 4411", "2025-03-09T10:09", chat="a")])
    index_pending(writer, ToyEncoder(), lambda _done, _all: None)
    path = tmp_path / "old" / "memory.db"
    path.parent.mkdir(mode=0o700)
    expected = word_index(writer)
    an_older_memory(writer, path)
    with pytest.raises(OlderSchema):
        await open_reader_for_assistant(path, Withholding().functions())
    with open_writer(path) as upgraded:
        assert given_away(upgraded)["7741"] == '[[0, 4, "code"]]'
        assert word_index(upgraded) == expected
        waiting = {
            row[0]
            for row in upgraded.all(
                "SELECT text FROM embed_queue JOIN message ON message.id = message_id"
            )
        }
        assert waiting == {"7741", "my pin is 4411"}
        upgraded.run("UPDATE setting SET value = 'other rules' WHERE name = 'rules'")
    with pytest.raises(OlderSchema):
        await open_reader_for_assistant(path, Withholding().functions())
    seen: list[tuple[int, int]] = []
    watching = watched_by.set(lambda: nullcontext(lambda done, all_: seen.append((done, all_))))
    with open_writer(path) as again:
        assert word_index(again) == expected
    watched_by.reset(watching)
    assert seen == [(5, 5)]
    assert "[withheld: code]" in await shown(path, "SELECT text FROM message")
    assert b"7741" not in _index_bytes(path)


def _index_bytes(path: Path) -> bytes:
    """What the pages of the word index hold."""
    raw = sqlite3.connect(path)
    try:
        return b"".join(bytes(row[0]) for row in raw.execute("SELECT block FROM message_fts_data"))
    finally:
        raw.close()
