"""Reading the database of Apple Messages."""

import io
import json
import plistlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.engine.driver import connect_foreign
from store.importers import HEAD_BYTES, ReadingContext, UnreadableExport
from store.importers.apple.apple_messages import IMPORTER
from store.importers.apple.text import archived_text, last_edit, summary_of
from store.importers.records import Message, OwnerAccount, Problem, Record, Skipped
from tests.golden import plain
from tests.growth import check_growth
from tests.importer_checks import (
    NO_SAMPLES,
    SAMPLES,
    check_order,
    mutations,
)

FOLDER = Path(__file__).parent / "data" / "imessage"
BEFORE = b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00"
CLASSES = {
    "fixed": b"\x84\x84\x08NSObject\x00\x85\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+",
    "mutable": b"\x84\x84\x84\x0fNSMutableString\x01\x84\x84\x08NSString\x01\x95\x84\x01+",
}
MINIMUM = """
CREATE TABLE handle(id TEXT); CREATE TABLE chat(guid TEXT);
CREATE TABLE chat_message_join(chat_id INTEGER, message_id INTEGER);
"""


def database(path: Path, sql: str) -> Path:
    connection = connect_foreign(f"file:{path}")
    connection.executescript(sql)
    connection.close()
    return path


def read(path: Path) -> list[Record]:
    context = ReadingContext(name=path.name, path=path)
    return list(IMPORTER.extract(io.BytesIO(), context))


def archived(text: str, kind: str = "fixed") -> bytes:
    data = text.encode()
    if len(data) < 0x80:
        length = bytes([len(data)])
    elif len(data) < 0x10000:
        length = b"\x81" + len(data).to_bytes(2, "little")
    else:
        length = b"\x82" + len(data).to_bytes(4, "little")
    return BEFORE + CLASSES[kind] + length + data + b"\x86\x84\x02iI\x01\x05\x92\x84\x84"


@pytest.fixture
def all_kinds(tmp_path: Path) -> Path:
    return database(tmp_path / "chat.db", (FOLDER / "all_kinds.sql").read_text("utf-8"))


def test_what_is_in_a_database_with_every_kind_of_message(all_kinds: Path) -> None:
    expected = json.loads((FOLDER / "all_kinds.expected.json").read_text("utf-8"))
    records = check_order(read(all_kinds))
    assert plain(records) == expected


def test_every_message_of_the_database_is_accounted_for(all_kinds: Path) -> None:
    connection = connect_foreign(f"file:{all_kinds}")
    [count] = connection.execute("SELECT count(*) FROM message").fetchone()
    connection.close()
    found = [each for each in read(all_kinds) if isinstance(each, Message | Skipped | Problem)]
    assert len(found) == count


def test_it_is_recognised_by_its_tables_whatever_its_name(all_kinds: Path, tmp_path: Path) -> None:
    head = all_kinds.read_bytes()[:HEAD_BYTES]
    assert IMPORTER.recognises(Path("copy.sqlite"), head)
    other = database(tmp_path / "other.sqlite", "CREATE TABLE message(guid TEXT)")
    assert not IMPORTER.recognises(other, other.read_bytes()[:HEAD_BYTES])


def test_nothing_is_written_beside_the_file(all_kinds: Path) -> None:
    before = all_kinds.read_bytes()
    read(all_kinds)
    assert all_kinds.read_bytes() == before
    assert [path.name for path in all_kinds.parent.iterdir()] == [all_kinds.name]


def test_a_log_beside_the_file_is_told_of_and_not_touched(all_kinds: Path) -> None:
    connection = connect_foreign(f"file:{all_kinds}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("INSERT INTO message(guid, text, handle_id) VALUES ('new', 'new', 1)")
    log = all_kinds.with_name("chat.db-wal")
    before = log.read_bytes()
    problems = [each for each in read(all_kinds) if isinstance(each, Problem)]
    assert [each.reason.partition(" may")[0] for each in problems] == ["the newest messages"]
    assert log.read_bytes() == before
    connection.close()


def test_inside_a_zip_it_has_to_be_unpacked() -> None:
    with pytest.raises(UnreadableExport, match="Unpack"):
        list(IMPORTER.extract(io.BytesIO(), ReadingContext(name="chat.db")))


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE other(a)",
        "CREATE TABLE message(guid TEXT)",
        # What looks like a table may be a view, which runs whatever its maker wrote.
        f"{MINIMUM} CREATE VIEW message AS SELECT 'g' AS guid, 1 AS date, 'x' AS text;",
        f"{MINIMUM} CREATE VIRTUAL TABLE message USING fts5(guid, date, text);",
        f"{MINIMUM} CREATE TABLE message(date, guid AS (hex(zeroblob(100000000))));",
    ],
)
def test_other_databases_are_refused(tmp_path: Path, sql: str) -> None:
    path = database(tmp_path / "chat.db", sql)
    with pytest.raises(UnreadableExport, match="not the one of Apple Messages"):
        read(path)


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\x00", b"SQLite format 3\x00" * 1000, b"x"])
def test_what_is_no_database_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "chat.db"
    path.write_bytes(data)
    with pytest.raises(UnreadableExport):
        read(path)


def test_an_old_schema_is_read(tmp_path: Path) -> None:
    path = database(
        tmp_path / "sms.db",
        f"{MINIMUM} CREATE TABLE message(guid TEXT, text TEXT, handle_id INTEGER, date INTEGER,"
        " is_from_me INTEGER);"
        "CREATE TABLE chat_handle_join(chat_id INTEGER, handle_id INTEGER);"
        "INSERT INTO handle VALUES ('karl@example.com'); INSERT INTO chat VALUES ('c');"
        "INSERT INTO chat_handle_join VALUES (1, 1);"
        "INSERT INTO message VALUES ('g1', 'hi', 1, 400000000, 0), ('g2', 'ho', 0, 400000001, 1);"
        "INSERT INTO chat_message_join VALUES (1, 1), (1, 2);",
    )
    records = check_order(read(path))
    told = [
        (each.text, each.sender.value if each.sender else "", f"{each.sent_at}")
        for each in records
        if isinstance(each, Message)
    ]
    assert told == [
        ("hi", "karl@example.com", "2013-09-04 15:06:40+00:00"),
        ("ho", "me", "2013-09-04 15:06:41+00:00"),
    ]
    assert [each.account.value for each in records if isinstance(each, OwnerAccount)] == ["me"]


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 65_535, 65_536, 70_000])
def test_archived_strings_of_all_lengths_are_read(length: int, kind: str) -> None:
    text = "ab🙂é"[: length % 5] + "x" * (length - length % 5)
    assert archived_text(archived(text, kind)) == text


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.sampled_from(sorted(CLASSES)))
def test_archived_strings_come_back(text: str, kind: str) -> None:
    sound = text.encode("utf-8", "replace").decode()
    assert archived_text(archived(sound, kind)) == sound


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 150))
def test_any_archive_and_any_summary_is_survived(data: bytes, cut: int) -> None:
    whole = archived("some words")
    for archive in (data, whole[:cut] + data, whole[:cut], BEFORE + CLASSES["fixed"] + data):
        archived_text(archive)
        last_edit(summary_of(b"bplist00" + archive))


def test_the_newest_words_of_an_edited_message() -> None:
    history: list[dict[str, Any]] = [{"d": 1.0, "t": archived("at 6")}, {"t": archived("at 7")}]
    blob = plistlib.dumps({"ec": {"0": history}}, fmt=plistlib.FMT_BINARY)
    assert last_edit(summary_of(blob)) == "at 7"
    assert last_edit(summary_of(plistlib.dumps({"ec": {"0": [1]}}, fmt=plistlib.FMT_BINARY))) == ""
    assert summary_of(plistlib.dumps({"ec": 1})) == {}  # as XML, which Apple does not write there


changed = st.lists(
    st.tuples(st.integers(0, 100_000), st.integers(0, 40), st.binary(max_size=40)),
    min_size=1,
    max_size=5,
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "whole.db"
    return database(path, (FOLDER / "all_kinds.sql").read_text("utf-8"))


@settings(max_examples=60, deadline=None)
@given(changes=changed)
def test_damage_is_survived(whole: Path, changes: list[tuple[int, int, bytes]]) -> None:
    path = whole.with_name("chat.db")
    path.write_bytes(mutations(whole.read_bytes(), changes))
    try:
        check_order(read(path))
    except UnreadableExport:
        return


def test_a_chat_that_names_a_message_very_often_ends_soon(tmp_path: Path) -> None:
    def read_many(count: int) -> None:
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {count})"
        path = database(
            tmp_path / "chat.db",
            f"{MINIMUM} CREATE TABLE message(guid TEXT, date INTEGER, text TEXT);"
            "INSERT INTO chat VALUES ('c');"
            f"{numbers} INSERT INTO chat_message_join SELECT 1, i % 2 FROM n;"
            f"{numbers} INSERT INTO message SELECT i, 1, 'x' FROM n;",
        )
        read(path)
        path.unlink()

    check_growth(read_many, 50_000)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=NO_SAMPLES)
def test_the_sample_of_another_project_is_read() -> None:
    records = check_order(read(SAMPLES / "synthetic" / "chat.db"))
    texts = [each.text[:16] for each in records if isinstance(each, Message)]
    assert texts == ["hello", "modern body only", "me 🙂", "sms", "photo"]
    assert not [each for each in records if isinstance(each, Problem)]


def test_a_schema_that_is_no_text_is_a_refusal(tmp_path: Path) -> None:
    path = database(tmp_path / "chat.db", MINIMUM.replace("id TEXT", "id TEXT, country TEXTS", 1))
    path.write_bytes(path.read_bytes().replace(b"TEXTS", b"TEX\xac\xac"))
    with pytest.raises(UnreadableExport):
        read(path)
