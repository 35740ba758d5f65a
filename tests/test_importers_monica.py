"""Reading Monica's account export."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.importers import ReadingContext, UnreadableExport
from store.importers.monica.monica import IMPORTER
from store.importers.records import Card, Event
from tests import golden
from tests.growth import check_growth
from tests.importer_checks import (
    NO_SAMPLES,
    SAMPLES,
    check_any_bytes,
    mutations,
    records_in,
    samples,
)

CASES = golden.cases("monica")
ACCOUNT = (golden.FOLDER / "monica" / "account.json").read_bytes()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_in_a_case(case: Path) -> None:
    expected = json.loads(golden.expected_path(case).read_text("utf-8"))
    assert golden.found_in(case) == expected


def test_a_relation_is_read_in_its_direction() -> None:
    cards = {r.uid: r for r in records_in("monica", ACCOUNT) if isinstance(r, Card)}
    assert ("child", "c-3") in {(each.type, each.uid) for each in cards["c-1"].relations}
    assert ("parent", "c-1") in {(each.type, each.uid) for each in cards["c-3"].relations}


def test_pictures_are_not_read_however_they_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    big = ACCOUNT.replace(b"base64,AAAA", b"base64," + b"A" * 100_000)
    expected = golden.plain(records_in("monica", ACCOUNT))
    for size in (1_000, 4_096, 70_000):
        monkeypatch.setattr("store.importers.monica.monica.CHUNK_BYTES", size)
        monkeypatch.setattr("store.importers.monica.monica.MOST_BYTES", len(ACCOUNT) + 10_000)
        assert golden.plain(records_in("monica", big)) == expected


@pytest.mark.parametrize(
    ("data", "words"),
    [(ACCOUNT[:3_000], "no whole JSON"), (b"[" * 100_000, "no whole JSON"), (b"{}", "no account")],
)
def test_what_is_no_account_says_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableExport, match=rf"made\.json.*{words}"):
        list(IMPORTER.extract(io.BytesIO(data), ReadingContext(name="made.json")))


scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("2021-01-01"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=150)
@given(st.data())
def test_any_value_may_stand_anywhere(data: st.DataObject) -> None:
    account: Any = json.loads(ACCOUNT)
    for _ in range(data.draw(st.integers(1, 4))):
        _put_somewhere(account, data)
    try:
        check_any_bytes("monica", json.dumps(account).encode())
    except UnreadableExport:
        pytest.fail("the rest of an account is read")


def _put_somewhere(tree: Any, data: st.DataObject) -> None:
    """Put a scrap in a place of the tree, the outermost two levels left alone."""
    node = tree["account"]
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        inner = node[key]
        if not isinstance(inner, dict | list) or data.draw(st.integers(0, 5)) == 0:
            node[key] = data.draw(scraps)
            return
        node = inner


cuts = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 40), st.binary(max_size=8)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=100)
@given(cuts)
def test_damage_is_survived(changes: list[tuple[int, int, bytes]]) -> None:
    check_any_bytes("monica", mutations(ACCOUNT, changes))


def test_a_hostile_file_ends_soon() -> None:
    def read(size: int) -> None:
        check_any_bytes("monica", b'{"account":"' + b'"dataUrl":"' * size)

    check_growth(read, 100_000)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=NO_SAMPLES)
def test_the_sample_is_read() -> None:
    (path,) = samples("synthetic", "monica_v4.json")
    records = check_any_bytes("monica", path.read_bytes())
    assert sum(isinstance(each, Card) for each in records) == 2
    assert sum(isinstance(each, Event) for each in records) == 1


def changed(contact: dict[str, Any], **more: list[dict[str, Any]]) -> bytes:
    """The account with one contact that has these properties and values under `data`."""
    export = json.loads(ACCOUNT)
    data = [{"type": kind, "values": values} for kind, values in more.items()]
    made = {"uuid": "z", "properties": {"first_name": "Ida", **contact}, "data": data}
    kinds = {
        "life_event_types": [
            {"uuid": "y1", "properties": {"name": None, "default_life_event_type_key": "moved"}},
            {"uuid": "y2", "properties": {"name": "", "translation_key": "new_child"}},
            {"uuid": "y3", "properties": {"name": "My own", "translation_key": "new_pet"}},
        ]
    }
    export["account"]["data"] = [{"type": "contact", "values": [made]}]
    export["account"]["instance"] = kinds
    return json.dumps(export).encode()


@pytest.mark.parametrize(
    ("event", "label"),
    [
        ({"name": None, "type": "y1"}, "moved"),
        ({"name": "", "life_event_type": "y2"}, "new child"),
        ({"type": "y3"}, "My own"),
        ({"name": "To Lund", "type": "y1"}, "To Lund"),
        ({"type": "unheard of"}, "life event"),
    ],
)
def test_a_life_event_has_the_name_of_its_kind(event: dict[str, Any], label: str) -> None:
    values = [{"uuid": "l", "properties": {"happened_at": "2019-08-01T00:00:00Z", **event}}]
    (card,) = [r for r in records_in("monica", changed({}, life_event=values)) if type(r) is Card]
    assert [(each.label, each.date) for each in card.dates] == [(label, "2019-08-01")]


@pytest.mark.parametrize(
    ("how", "number", "expected"),
    [("week", 1, "Call (every week)"), ("week", 2, "Call (every 2 weeks)"),
     ("month", 3, "Call (every 3 months)"), ("year", 2, "Call (every 2 years)"),
     ("day", 10, "Call (every 10 days)"), ("one_time", 1, "Call"),
     ("week", None, "Call (every week)"), ("week", "x", "Call (every week)"),
     ("week", 10**9, "Call (every week)")],
)  # fmt: skip
def test_how_often_a_reminder_comes(how: str, number: object, expected: str) -> None:
    said = {"title": "Call", "initial_date": "2026-12-05", "frequency_type": how}
    values = [{"uuid": "r", "properties": {**said, "frequency_number": number}}]
    (card,) = [r for r in records_in("monica", changed({}, reminder=values)) if type(r) is Card]
    assert [(each.text, each.due_on) for each in card.follow_ups] == [(expected, "2026-12-05")]


def test_when_they_last_talked_is_kept() -> None:
    data = changed({"last_talked_to": "2025-09-01"})
    (card,) = [r for r in records_in("monica", data) if type(r) is Card]
    assert card.extra == (("last talked to", "2025-09-01"),)
