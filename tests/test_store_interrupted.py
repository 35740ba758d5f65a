"""Imports that are stopped, killed, or not alone: nothing is lost, and nothing comes twice."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.engine.connections import Writer
from store.engine.health import check_memory
from store.importers.records import Account, Record, Skipped
from store.imports.parser_child import BATCH_RECORDS
from store.imports.settling import unsettled_imports
from store.memory import open_writer
from tests.made_exports import (
    CHATS,
    NORA,
    NOTES_ON_RUNS,
    chat_of,
    dump,
    made_memory,
    rebuilt_word_index,
    said,
    take_in,
    word_index,
)

ROOT = Path(__file__).parents[1]
BO = Account("telegram", "user2", "Bo Ek", phones=("+351 922 700 103",), saved_by_owner=True)
CY = Account("telegram", "user3", "Cy Dahl")


def _many(count: int) -> list[Record]:
    minutes = (f"2025-03-{1 + n // 1440:02}T{n // 60 % 24:02}:{n % 60:02}" for n in range(count))
    return [
        CHATS,
        BO,
        chat_of("a", BO),
        *(
            said(str(n), f"word{n} and more", at=minute, by=(NORA, BO)[n % 2])
            for n, minute in enumerate(minutes)
        ),
    ]


RECORDS = _many(3 * BATCH_RECORDS)


def _stopped_after(count: int) -> Iterator[Record]:
    for number, record in enumerate(RECORDS):
        if number == count:
            raise KeyboardInterrupt
        yield record


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], list[tuple[object, ...]]]:
    with made_memory(tmp_path_factory.mktemp("whole")) as writer:
        take_in(writer, RECORDS)
        return _state(writer)


def _state(writer: Writer) -> tuple[set[str], list[tuple[object, ...]]]:
    """All that is stored, but for which run brought it."""
    runs = (*NOTES_ON_RUNS, "provenance")
    writer.run("UPDATE message SET import_run_id = 1")
    return dump(writer, without=runs), word_index(writer)


@pytest.mark.parametrize("count", [0, 1, BATCH_RECORDS + 200, 2 * BATCH_RECORDS])
def test_a_stopped_import_keeps_its_batches_and_the_next_one_completes_it(
    tmp_path: Path, count: int, whole: tuple[set[str], list[tuple[object, ...]]]
) -> None:
    with made_memory(tmp_path) as writer:
        summary = take_in(writer, _stopped_after(count))
        kept = int(writer.value("SELECT count(*) FROM message"))
        assert summary.interrupted
        assert kept == summary.messages == max(0, count // BATCH_RECORDS * BATCH_RECORDS - 3)
        # A run begins with its first batch.
        state = writer.value("SELECT state FROM import_run")
        assert state == ("interrupted" if count >= BATCH_RECORDS else None)
        assert word_index(writer) == rebuilt_word_index(writer)
        take_in(writer, RECORDS)
        assert _state(writer) == whole


def test_what_a_broken_batch_counted_is_taken_back(tmp_path: Path) -> None:
    class Stops(Skipped):
        __slots__ = ()
        __match_args__ = ()

        @property
        def reason(self) -> str:  # asked when the record is stored
            raise KeyboardInterrupt

    with made_memory(tmp_path) as writer:
        for at in (10, BATCH_RECORDS + 10):
            records = [*RECORDS[:at], object.__new__(Stops), *RECORDS[at:]]
            summary = take_in(writer, records)
            stored = int(writer.value("SELECT count(*) FROM message"))
            assert summary.interrupted
            assert summary.messages == stored
            assert summary.read == summary.new == (BATCH_RECORDS - 2 if at > 10 else 0)
        assert writer.value("SELECT count(*) FROM import_run WHERE state = 'interrupted'") == 2


IMPORT_FOR_EVER = """
import sys
from pathlib import Path
from store.memory import open_writer
from tests.made_exports import take_in
from tests.test_store_interrupted import RECORDS
with open_writer(Path(sys.argv[1])) as writer:
    take_in(writer, TALKING(RECORDS))
"""
TALKING = """
def TALKING(records):
    for number, record in enumerate(records):
        if number % 50 == 0:
            print(number, flush=True)
            sys.stdin.readline()  # goes on when it is told to
        yield record
"""


@pytest.mark.parametrize("at", [50, BATCH_RECORDS + 150, 2 * BATCH_RECORDS + 100])
def test_a_killed_import_leaves_a_sound_memory_and_the_next_one_completes_it(
    tmp_path: Path, at: int, whole: tuple[set[str], list[tuple[object, ...]]]
) -> None:
    made_memory(tmp_path).close()
    path = tmp_path / "memory.db"
    with subprocess.Popen(
        [sys.executable, "-c", TALKING + IMPORT_FOR_EVER, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        while child.stdout.readline().strip() != str(at):
            child.stdin.write("\n")
            child.stdin.flush()
        child.kill()
    begun = at >= BATCH_RECORDS  # a run begins with its first batch
    with open_writer(path) as writer:
        assert all(check.fine for check in check_memory(writer))
        kept = int(writer.value("SELECT count(*) FROM message"))
        assert kept == max(0, at // BATCH_RECORDS * BATCH_RECORDS - 3)
        assert word_index(writer) == rebuilt_word_index(writer)
        assert writer.value("SELECT state FROM import_run") == ("running" if begun else None)
        (imports,) = [c for c in check_memory(writer) if c.name == "imports"]
        assert ("export.txt" in imports.finding) == begun
        assert unsettled_imports(writer) == ([1] if begun else [])
        take_in(writer, RECORDS)
        assert unsettled_imports(writer) == []
        states = [row[0] for row in writer.all("SELECT state FROM import_run ORDER BY id")]
        assert states == (["interrupted"] if begun else []) + ["finished"]
        (imports,) = [c for c in check_memory(writer) if c.name == "imports"]
        assert imports.finding == "all went through"
        assert _state(writer) == whole


def test_another_writer_gets_its_turn_while_an_import_runs(tmp_path: Path) -> None:
    made_memory(tmp_path).close()
    records = _many(10 * BATCH_RECORDS)  # ten batches, and so ten pauses to slip into
    path = tmp_path / "memory.db"
    failed: list[BaseException] = []
    under_way, over = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with open_writer(path) as other:
                under_way.set()
                while not over.wait(0.005):
                    with other.transaction():
                        other.run(
                            "INSERT INTO setting VALUES ('n', 1) ON CONFLICT DO UPDATE"
                            " SET value = value + 1"
                        )
        except BaseException as error:  # noqa: BLE001 told to the test's own thread
            failed.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    under_way.wait()
    with open_writer(path) as writer:
        take_in(writer, records)
        over.set()
        thread.join()
        assert failed == []
        assert writer.value("SELECT count(*) FROM message") == len(records) - 3
        assert int(writer.value("SELECT value FROM setting WHERE name = 'n'")) > 3


ONE = st.tuples(
    st.integers(0, 14),  # which message
    st.sampled_from(["a", "b"]),  # of which chat
    st.sampled_from(["lamp", "boat", "tea", ""]),
    st.integers(0, 5),  # minute
    st.sampled_from([BO, CY, None]),
    st.booleans(),  # taken back
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(exports=st.lists(st.lists(ONE, max_size=12), min_size=1, max_size=4))
def test_the_word_index_is_what_indexing_anew_would_make_of_any_imports(
    tmp_path_factory: pytest.TempPathFactory,
    exports: list[list[tuple[int, str, str, int, Account | None, bool]]],
) -> None:
    with made_memory(tmp_path_factory.mktemp("any")) as writer:
        for export in exports:
            records: list[Record] = [CHATS, chat_of("a", BO), chat_of("b", CY, BO)]
            for number, chat, text, minute, by, is_gone in export:
                message = said(str(number), text, f"2025-03-01T10:{minute:02}", by, chat)
                records.append(replace(message, deleted=is_gone))
            take_in(writer, records)
        assert word_index(writer) == rebuilt_word_index(writer)
        days = {row[0] for row in writer.all("SELECT DISTINCT conversation_id FROM interaction")}
        talked = {row[0] for row in writer.all("SELECT DISTINCT conversation_id FROM message")}
        assert days == talked
        before = dump(writer)
        take_in(writer, [r for r in records if not getattr(r, "deleted", False)][:3])
        assert dump(writer) == before
