"""The process that parses: whatever happens there, the memory keeps what came, and says so."""

import json
import os
import re
import select
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.engine.connections import Writer
from store.engine.health import check_memory
from store.importers import NeedsAnswer, UnreadableExport
from store.importers.records import (
    Account,
    Card,
    Event,
    Message,
    Method,
    Problem,
    Record,
    SourceInfo,
)
from store.imports.import_run import ImportSummary, RunHeading, import_batches
from store.imports.parser_process import Answers, Limits, read_apart
from store.imports.record_parts import BrokenWire
from store.imports.record_wire import pack, unpack
from store.memory import open_writer
from tests.hostile_importer import obedient
from tests.made_exports import NOW, OWNER, dump, made_memory

ROOT = Path(__file__).parents[1]
TIGHT = Limits(memory=256 * 1024 * 1024, stall=0.5)
# Where something else has to end a parser, however slow the machine is.
PATIENT = replace(TIGHT, stall=60)


def _import(writer: Writer, file: Path, count: int, deed: str, *me: str) -> ImportSummary:
    limits = TIGHT if deed in {"spin", "regex"} else PATIENT
    heading = RunHeading("obedient", "Obedient", file.name, "", 0)
    export = obedient(file, count, deed)
    with read_apart(export, Answers("UTC", me), {}, limits) as batches:
        return import_batches(writer, heading, batches, OWNER, NOW, lambda _done, _all: None)


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("spin", "takes too long"),
        ("regex", "takes too long"),
        ("eat", "more memory"),
        ("garbage", "crashed|something unreadable|something else than records"),
        ("die", "crashed"),
        ("kill", "ended from outside"),
        ("fail", r"KeyError in hostile_importer\.py, line \d+ \(_do\)"),
        ("refuse", "it breaks off"),
    ],
)
def test_what_came_before_a_parser_ends_is_kept_and_the_run_says_why(
    tmp_path: Path, deed: str, words: str
) -> None:
    with made_memory(tmp_path) as writer:
        summary = _import(writer, tmp_path / "talk.txt", 1_200, deed)
        assert not summary.is_whole
        assert "somebody's words" not in summary.failure
        # Whole batches are there in any case; the last one where the parser could still speak.
        kept = int(writer.value("SELECT count(*) FROM message"))
        assert kept == summary.messages
        assert kept in {998, 1_200}
        assert writer.value("SELECT state FROM import_run") == "interrupted"
        assert all(check.fine for check in check_memory(writer))
        assert re.search(words, summary.failure)
        again = _import(writer, tmp_path / "talk.txt", 1_200, "stop")
        assert (again.messages, again.is_whole) == (1_200 - kept, True)


def test_a_parser_that_ends_before_anything_came_leaves_nothing(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        before = dump(writer, without=())
        for deed in ("die", "kill"):
            with pytest.raises(UnreadableExport):
                _import(writer, tmp_path / "talk.txt", 0, deed)
        assert dump(writer, without=()) == before


def test_what_a_library_prints_does_no_harm(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        assert _import(writer, tmp_path / "talk.txt", 3, "print").messages == 3


def test_a_question_comes_before_anything_is_stored(tmp_path: Path) -> None:
    with made_memory(tmp_path) as writer:
        before = dump(writer, without=())
        with pytest.raises(NeedsAnswer, match="Who are you") as asked:
            _import(writer, tmp_path / "talk.txt", 3, "ask")
        assert (asked.value.question, asked.value.options) == ("me", ("Anna", "Bo Ek"))
        assert dump(writer, without=()) == before
        assert _import(writer, tmp_path / "talk.txt", 3, "ask", "Anna").messages == 3


TALK = """
import signal
import sys
import time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it
from store.memory import open_writer
from store.imports.find_exports import find_exports
from store.imports.import_run import import_export
from store.imports.parser_process import Answers
from tests.made_exports import NOW, OWNER
[export] = find_exports([Path(sys.argv[2])], None).exports
children = Path("/proc/self/task") / str(__import__("os").getpid()) / "children"
def tell(done, total):
    print(children.read_text() if children.exists() else "", flush=True)
    if "wait" in sys.argv:
        time.sleep(60)  # until the signal comes
with open_writer(Path(sys.argv[1])) as writer:
    summary = import_export(
        writer, export, Answers("UTC"), {}, OWNER, NOW, tell,
    )
print("interrupted", summary.interrupted, summary.messages, flush=True)
"""


@pytest.fixture(scope="module")
def telegram(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "result.json"
    messages = [
        {
            "id": number,
            "type": "message",
            "date_unixtime": str(1_700_000_000 + 60 * number),
            "from": "Bo Ek",
            "from_id": "user2",
            "text": f"word{number} and more",
        }
        for number in range(3_000)
    ]
    chat = {"name": "Bo Ek", "type": "personal_chat", "id": 2, "messages": messages}
    path.write_text(json.dumps(chat), encoding="utf-8")
    return path


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_stopped_or_killed_the_same_import_goes_on_where_it_was(
    tmp_path: Path, telegram: Path, how: str
) -> None:
    if sys.platform == "win32":
        pytest.skip("this system sends no signals to a group of processes")
    made_memory(tmp_path).close()
    memory = tmp_path / "memory.db"
    with subprocess.Popen(
        [sys.executable, "-c", TALK, str(memory), str(telegram), "wait"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        assert run.stdout is not None
        parser = run.stdout.readline().split()
        watch = os.pidfd_open(int(parser[0])) if parser and hasattr(os, "pidfd_open") else None
        if how == "stopped":
            os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to the parser as well
        else:
            run.kill()
        last = run.stdout.read().splitlines()[-1:]
    if watch is not None:
        assert select.select([watch], [], [], 20)[0], "the parser outlives the import"
        os.close(watch)
    with open_writer(memory) as writer:
        kept = int(writer.value("SELECT count(*) FROM message"))
        assert 0 < kept < 3_000
        if how == "stopped":
            assert last == [f"interrupted True {kept}"]
            assert writer.value("SELECT state FROM import_run") == "interrupted"
        assert all(check.fine for check in check_memory(writer))
    again = subprocess.run(
        [sys.executable, "-c", TALK, str(memory), str(telegram)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout.splitlines()[-1] == f"interrupted False {3_000 - kept}"


ACCOUNTS = st.builds(
    Account, st.sampled_from(["email", "label"]), st.text(), st.text(), emails=st.tuples(st.text())
)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 bounds are naive, values are not
RECORDS: st.SearchStrategy[Record] = st.one_of(
    ACCOUNTS,
    st.builds(SourceInfo, st.text(), st.text(), st.text()),
    st.builds(Problem, st.text(), st.text()),
    st.builds(
        Card, st.text(), st.text(), methods=st.tuples(st.builds(Method, st.just("url"), st.text()))
    ),
    st.builds(
        Message,
        st.text(),
        st.text(),
        st.none() | ACCOUNTS,
        st.none() | MOMENTS,
        st.text(st.characters(exclude_categories=[])),  # halves of surrogate pairs as well
        recipients=st.tuples(ACCOUNTS, ACCOUNTS),
        reactions=st.tuples(st.tuples(st.text(), st.integers(0, 9))),
        bulk=st.booleans(),
    ),
    st.builds(Event, st.text(), st.just("call"), st.text(), MOMENTS, attendees=st.tuples(ACCOUNTS)),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(), inner, max_size=2),
)


def sent(records: list[Record]) -> Any:
    text = json.dumps(pack(records), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return json.loads(text)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records=st.lists(RECORDS, max_size=6))
def test_records_arrive_as_they_were_sent(records: list[Record]) -> None:
    assert unpack(sent(records)) == records


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    records=st.lists(RECORDS, min_size=1, max_size=4),
    way=st.lists(st.integers(0, 30), min_size=1, max_size=6),
    anything=ANYTHING,
)
def test_whatever_else_arrives_is_refused(
    records: list[Record], way: list[int], anything: object
) -> None:
    plain = sent(records)
    place: Any = [plain]
    key: Any = 0
    inside: Any = plain
    for step in way:  # to some place within it
        if not isinstance(inside, list | dict) or not inside:
            break
        place = inside
        key = step % len(place) if isinstance(place, list) else sorted(place)[step % len(place)]
        inside = place[key]
    place[key] = anything
    for told in (anything, plain):
        try:
            arrived = unpack(told)
        except BrokenWire:
            continue
        assert unpack(sent(arrived)) == arrived
