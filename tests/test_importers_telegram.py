"""Reading Telegram's exports."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.importers import UnreadableExport
from store.importers.records import Message, OwnerAccount, Problem, Skipped
from store.importers.telegram.telegram import IMPORTER
from tests import golden
from tests.growth import check_growth
from tests.importer_checks import (
    NO_SAMPLES,
    SAMPLES,
    check_any_bytes,
    mutations,
    peak_while_reading,
    records_in,
    samples,
)

CASES = golden.cases("telegram")
START = 1_700_000_000


def message(number: int, text: Any = "words", sender: int = 701) -> dict[str, Any]:
    return {
        "id": number,
        "type": "message",
        "date": "2023-11-14T22:13:20",
        "date_unixtime": str(START + number),
        "from": f"Person {sender}",
        "from_id": f"user{sender}",
        "text": text,
        "text_entities": [],
    }


def chat(messages: list[dict[str, Any]], **others: Any) -> bytes:
    content = {"name": "Maya", "type": "personal_chat", "id": 701, **others, "messages": messages}
    return json.dumps(content, indent=1).encode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_in_a_case(case: Path) -> None:
    expected = json.loads(golden.expected_path(case).read_text("utf-8"))
    assert golden.found_in(case) == expected


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"a": 1}', b'{"about"', b"\xff\xfe{"])
def test_other_files_are_refused_with_advice(data: bytes) -> None:
    with pytest.raises(UnreadableExport, match=r"JSON as the format"):
        records_in("telegram", data)


def test_a_time_without_zone_is_the_owners() -> None:
    content = {**message(1), "date": "2023-07-01T14:00:00"}
    del content["date_unixtime"]
    found = [each for each in records_in("telegram", chat([content])) if isinstance(each, Message)]
    assert found[0].sent_at is not None
    assert found[0].sent_at.isoformat() == "2023-07-01T12:00:00+00:00"


@pytest.mark.parametrize(("senders", "owners"), [([701, 700], 1), ([701], 0), ([701, 700, 5], 0)])
def test_the_owner_of_a_single_chat_is_the_one_other_sender(
    senders: list[int], owners: int
) -> None:
    data = chat([message(number, sender=sender) for number, sender in enumerate(senders)])
    found = [each for each in records_in("telegram", data) if isinstance(each, OwnerAccount)]
    assert [each.account.value for each in found] == ["user700"] * owners


def test_keys_stay_when_the_chat_grows() -> None:
    def keys(data: bytes) -> list[str]:
        return [each.key for each in records_in("telegram", data) if isinstance(each, Message)]

    plain = [{"date_unixtime": str(START), "from": "Ada", "text": "same"} for _ in range(3)]
    for make in (message, lambda number: plain[number]):
        few, many = (chat([make(number) for number in range(count)]) for count in (2, 3))
        assert keys(many)[:2] == keys(few)
        assert len(set(keys(many))) == 3


def test_memory_stays_small_for_a_big_chat(tmp_path: Path) -> None:
    count = 15_000
    path = tmp_path / "result.json"
    path.write_bytes(chat([message(number) for number in range(count)]))
    with path.open("rb") as stream:
        found, peak = peak_while_reading(IMPORTER, stream)
    assert found == count
    assert peak < 8_000_000


words = st.text(max_size=30)
texts = words | st.lists(words | st.builds(lambda text: {"type": "bold", "text": text}, words))


@settings(max_examples=150, deadline=None)
@given(st.lists(texts, max_size=8), st.booleans())
def test_turns_in_are_turns_out(written: list[Any], is_ascii: bool) -> None:
    content = {
        "name": "Maya",
        "type": "personal_chat",
        "id": 701,
        "messages": [message(number, text) for number, text in enumerate(written)],
    }
    data = json.dumps(content, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    records = records_in("telegram", data)
    found = [record for record in records if isinstance(record, Message | Skipped)]
    assert len(found) == len(written)
    for record, text in zip(found, written, strict=True):
        pieces = [text] if isinstance(text, str) else text
        joined = "".join(each if isinstance(each, str) else each["text"] for each in pieces)
        joined = joined.replace("\0", "")
        assert isinstance(record, Message) is bool(joined.strip())
        if isinstance(record, Message):
            assert record.text == joined


@settings(max_examples=150)
@given(st.binary(max_size=500))
def test_any_bytes_are_survived(data: bytes) -> None:
    check_any_bytes("telegram", data)
    check_any_bytes("telegram", b'{"messages": [' + data)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*message(1), "list", "edited"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from([*message(1), "poll", "photo", "file"]), values))
def test_any_values_are_survived(content: dict[str, Any]) -> None:
    data = json.dumps({"name": "x", "id": 1, "messages": [{**message(1), **content}, message(2)]})
    records = check_any_bytes("telegram", data.encode())
    assert sum(isinstance(each, Message | Skipped | Problem) for each in records) == 2
    members = {"personal_information": content, "contacts": content, "chats": content, **content}
    check_any_bytes("telegram", json.dumps(members).encode())


changed = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 60),
        st.sampled_from([b"", b'"', b"{", b"}", b"]", b",", b"\\x1F", b"\\", b"null", b"\xed\xa0"])
        | st.binary(max_size=8),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=200)
@given(st.sampled_from(CASES), changed)
def test_damage_is_survived(case: Path, changes: list[tuple[int, int, bytes]]) -> None:
    check_any_bytes("telegram", mutations(case.read_bytes(), changes))


@pytest.mark.parametrize("size", range(0, 1_500, 37))
def test_a_cut_file_keeps_what_is_whole(size: int) -> None:
    whole = chat([message(number) for number in range(6)])
    data = whole[:size]
    records = check_any_bytes("telegram", data)
    if records and size < len(whole):
        assert isinstance(records[-1], Problem)
        kept = sum(isinstance(record, Message) for record in records)
        assert kept == data.count(b'"text_entities": []\n  }')


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (lambda size: "[" * size, 100_000),
        (lambda size: '{"a":' * size, 100_000),
        (lambda size: '"' + "\\x1f" * size + '"', 100_000),
        (lambda size: '"' + "\\q" * size + '"', 100_000),
        (lambda size: '"' + "x" * size, 20_000_000),
        (lambda size: "9" * size, 100_000),
        (lambda size: f"1e{size}", 999_999),
    ],
    ids=["lists", "objects", "escapes", "bad escapes", "long", "digits", "exponent"],
)
def test_hostile_values_end_soon(value: Callable[[int], str], size: int) -> None:
    def read(size: int) -> None:
        data = chat([message(1), message(2)]).replace(b'"words"', value(size).encode(), 1)
        check_any_bytes("telegram", data)

    check_growth(read, size)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=NO_SAMPLES)
def test_samples_of_other_projects_are_read() -> None:
    paths = [*samples("telegram", "*_export.json"), *samples("synthetic", "telegram*.json")]
    for path in paths:
        records = check_any_bytes("telegram", path.read_bytes())
        assert sum(isinstance(record, Message) for record in records) >= 2, path.name
        assert not [record for record in records if isinstance(record, Problem)], path.name
