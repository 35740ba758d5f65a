"""Reading Signal's own export, and what signal-export makes of Signal Desktop."""

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.importers import HEAD_BYTES, ReadingContext, UnreadableExport
from store.importers.records import Conversation, Message, Problem, Record, Skipped
from store.importers.signal.backup import FOLDER_IMPORTER, IMPORTER
from store.importers.signal.export import FOLDER_IMPORTER as EXPORT_FOLDER_IMPORTER
from tests import golden
from tests.growth import check_growth
from tests.importer_checks import (
    NO_SAMPLES,
    SAMPLES,
    check_any_bytes,
    check_order,
    mutations,
    peak_while_reading,
    records_in,
    samples,
)

FORMATS = ("signal", "signal-export")
CASES = [case for format_ in FORMATS for case in golden.cases(format_)]
START = 1_700_000_000_000
FRAMES: list[dict[str, Any]] = [
    {"version": "1", "backupTimeMs": "1"},
    {"recipient": {"id": "1", "self": {}}},
    {"recipient": {"id": "2", "contact": {"e164": "46701740605", "profileGivenName": "May"}}},
    {"chat": {"id": "10", "recipientId": "2"}},
]


def item(number: int, body: str = "words", **others: Any) -> dict[str, Any]:
    told = {"chatId": "10", "authorId": "2", "dateSent": str(START + number), "incoming": {}}
    return {"chatItem": {**told, "standardMessage": {"text": {"body": body}}, **others}}


def jsonl(items: list[dict[str, Any]], *, is_ascii: bool = True) -> bytes:
    lines = (json.dumps(each, ensure_ascii=is_ascii) for each in [*FRAMES, *items])
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


class Files:
    """An export folder in memory."""

    name = "folder"
    is_packed = False

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def files(self) -> Sequence[str]:
        return sorted(self._files)

    def size(self, file: str) -> int:
        return len(self._files[file])

    def head(self, file: str) -> bytes:
        return self._files[file][:HEAD_BYTES]

    def open(self, file: str) -> BinaryIO:
        return io.BytesIO(self._files[file])


def messages(records: Sequence[Record]) -> list[Message]:
    return [record for record in records if isinstance(record, Message)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.stem}")
def test_what_is_in_a_case(case: Path) -> None:
    expected = json.loads(golden.expected_path(case).read_text("utf-8"))
    assert golden.found_in(case) == expected


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"a": 1}\n', b"{", b"\xff\xfe{"])
def test_other_files_are_refused_with_advice(data: bytes) -> None:
    with pytest.raises(UnreadableExport, match="Export chat history"):
        records_in("signal", data)
    with pytest.raises(UnreadableExport, match="signal-export"):
        records_in("signal-export", data)


def test_the_folder_takes_what_belongs_to_it() -> None:
    data = jsonl([item(1)])
    files = Files({"x/main.jsonl": data, "x/metadata.json": b"{}", "x/files/a.jpg": b"", "y": b""})
    [found] = FOLDER_IMPORTER.find(files)
    assert (found.root, found.files) == (
        "x/",
        ("x/files/a.jpg", "x/main.jsonl", "x/metadata.json"),
    )
    within = Files({"main.jsonl": data})
    records = check_order(list(FOLDER_IMPORTER.extract(within, ReadingContext(name="x"))))
    assert [each.text for each in messages(records)] == ["words"]
    assert FOLDER_IMPORTER.find(Files({"main.jsonl": b"{}"})) == []


def test_every_folder_of_signal_export_is_a_chat() -> None:
    row = {"date": "2023-11-14T23:13:20.123000", "sender": "Maya", "body": "hi  ", "quote": ""}
    told = (json.dumps(row) + "\n").encode()
    group = told + (json.dumps({**row, "sender": "Karl"}) + "\n").encode()
    files = Files(
        {
            "out/Maya/data.json": told,
            "out/Maya/chat.md": b"[2023-11-14 23:13:20] Maya: hi  \n",
            "out/Maya/media/boat.jpg": b"",
            "out/Rowing/data.json": group,
            "out/Old/chat.md": b"[2019-11-14, 23:13] Old: from an old version\n",
            "out/Empty/readme.md": b"",
        }
    )
    [found] = EXPORT_FOLDER_IMPORTER.find(files)
    assert found.root == "out/"
    assert "out/Maya/media/boat.jpg" in found.files
    assert not [file for file in found.files if file.startswith("out/Empty")]
    within = Files({file.removeprefix("out/"): files.open(file).read() for file in found.files})
    records = check_order(list(EXPORT_FOLDER_IMPORTER.extract(within, ReadingContext(name="out"))))
    chats = [(each.title, each.kind) for each in records if isinstance(each, Conversation)]
    assert chats == [("Maya", "direct"), ("Old", "direct"), ("Rowing", "group")]
    assert [each.text for each in messages(records)] == ["hi", "from an old version", "hi", "hi"]
    assert len({each.key for each in messages(records)}) == 4


def test_a_message_keeps_its_key_when_it_is_edited_or_taken_back() -> None:
    first = item(1)["chatItem"]
    edited = item(5, "other words", revisions=[first])
    taken = item(1)
    del taken["chatItem"]["standardMessage"]
    taken["chatItem"]["remoteDeletedMessage"] = {}
    found = [messages(records_in("signal", jsonl([each])))[0] for each in (item(1), edited, taken)]
    assert len({each.key for each in found}) == 1
    assert len({each.sent_at for each in found}) == 1
    assert [each.edited_at is None for each in found] == [True, False, True]
    assert [each.deleted for each in found] == [False, False, True]


def test_what_was_meant_to_vanish_is_not_kept() -> None:
    items = [
        item(1, "secret", expiresInMs="3600000"),
        item(2, "secret", expiresInMs="3600000", expireStartDate=str(START)),
        item(3, "kept", expiresInMs="0"),
        {"chatItem": {**item(4)["chatItem"], "viewOnceMessage": {"attachment": {}}}},
    ]
    records = records_in("signal", jsonl(items))
    assert [each.text for each in messages(records)] == ["kept"]
    assert "secret" not in json.dumps(golden.plain(records))
    assert sum(isinstance(each, Skipped) for each in records) == 3


def test_the_key_that_opens_a_group_is_not_kept() -> None:
    group = {"recipient": {"id": "9", "group": {"masterKey": "c2VjcmV0", "snapshot": {}}}}
    chat = {"chat": {"id": "11", "recipientId": "9"}}
    records = records_in("signal", jsonl([group, chat, item(1, chatId="11")]))
    assert len(messages(records)) == 1
    assert "c2VjcmV0" not in json.dumps(golden.plain(records))


def test_memory_stays_small_for_a_big_export() -> None:
    count = 8_000
    data = jsonl([item(number, "and so on " * 20) for number in range(count)])
    found, peak = peak_while_reading(IMPORTER, io.BytesIO(data))
    assert found == count
    assert peak < 2_000_000 < len(data)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=8), st.booleans())
def test_turns_in_are_turns_out(written: list[str], is_ascii: bool) -> None:
    items = [item(number, text) for number, text in enumerate(written)]
    records = check_any_bytes("signal", jsonl(items, is_ascii=is_ascii))
    found = [record for record in records if isinstance(record, Message | Skipped)]
    assert len(found) == len(written)
    for record, text in zip(found, written, strict=True):
        told = text.replace("\0", "")
        assert isinstance(record, Message) is bool(told.strip())
        if isinstance(record, Message):
            assert record.text == told


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data: bytes) -> None:
    for format_ in FORMATS:
        check_any_bytes(format_, data)
    check_any_bytes("signal", jsonl([item(1)]) + data)
    check_any_bytes("signal-export", b"[2019-12-24, 12:23] Jane: " + data)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["body", "text", "bodyRanges", "emoji", "start", "id", "title"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
FIELDS = [
    *("chatId", "authorId", "dateSent", "revisions", "expiresInMs", "standardMessage", "poll"),
    *("stickerMessage", "contactMessage", "updateMessage", "individualCall", "quote", "reactions"),
    *("attachments", "id", "contact", "group", "recipientId", "nickname", "snapshot", "members"),
    *("date", "sender", "body", "sticker", "call", "deleted"),
]


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(FIELDS), values), st.sampled_from(FIELDS))
def test_any_values_are_survived(content: dict[str, Any], field: str) -> None:
    frames = [{"chatItem": {**item(1)["chatItem"], **content}}, item(2)]
    frames.append({"chatItem": {**item(3)["chatItem"], "standardMessage": content}})
    frames.append({"chatItem": {**item(3)["chatItem"], "updateMessage": {field: content}}})
    records = check_any_bytes("signal", jsonl(frames))
    assert sum(isinstance(each, Message | Skipped | Problem) for each in records) >= 2
    check_any_bytes("signal", jsonl([{kind: content} for kind in ("recipient", "chat", "account")]))
    row = {"date": "2023-11-14T23:13:20", "sender": "Maya", "body": "hi", "quote": ""}
    check_any_bytes("signal-export", json.dumps({**row, **content}).encode())


changed = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 60),
        st.sampled_from([b"", b'"', b"{", b"}", b"]", b",", b"\n", b"null", b"\xed\xa0"])
        | st.binary(max_size=8),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=200)
@given(st.sampled_from(CASES), changed)
def test_damage_is_survived(case: Path, changes: list[tuple[int, int, bytes]]) -> None:
    check_any_bytes(case.parent.name, mutations(case.read_bytes(), changes))


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (lambda size: "[" * size, 100_000),
        (lambda size: '{"a":' * size, 100_000),
        (lambda size: '"' + "\\q" * size, 100_000),
        (lambda size: '"' + "x" * size, 20_000_000),
        (lambda size: "9" * size, 100_000),
    ],
    ids=["lists", "objects", "escapes", "long", "digits"],
)
def test_hostile_values_end_soon(value: Callable[[int], str], size: int) -> None:
    row = b'{"date": "2023-11-14T23:13:20", "sender": "A", "quote": "", "body": '

    def read(size: int) -> list[Record]:
        data = value(size).encode()
        check_any_bytes("signal-export", row + data + b"}\n")
        return check_any_bytes("signal", jsonl([item(1), item(2)]).replace(b'"words"', data, 1))

    assert len(messages(check_growth(read, size))) == 1


@pytest.mark.parametrize(
    ("part", "size"), [("[", 500_000), ("(- ", 200_000), ("![](", 200_000), ("> \n", 200_000)]
)
def test_hostile_markdown_ends_soon(part: str, size: int) -> None:
    def read(size: int) -> None:
        check_any_bytes("signal-export", f"[2019-12-24, 12:23] Jane: {part * size}".encode())

    check_growth(read, size)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=NO_SAMPLES)
def test_samples_of_other_projects_are_read() -> None:
    for format_, folder, pattern, count in (
        ("signal", "synthetic/signal_export", "main.jsonl", 3),
        ("signal-export", "signal", "*.txt", 2),
    ):
        for path in samples(folder, pattern):
            records = check_any_bytes(format_, path.read_bytes())
            assert len(messages(records)) == count, path.name
            assert not [record for record in records if isinstance(record, Problem)], path.name
