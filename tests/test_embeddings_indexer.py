"""Keeping the vectors up to date: interrupted, edited, deleted, hidden, and by another model."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from numpy.typing import NDArray

from embeddings.encoder import EncoderIdentity
from embeddings.indexer import BATCH, index_pending
from embeddings.quantise import to_int8
from embeddings.toy import ToyEncoder
from store.engine.connections import Writer
from store.importers.records import Record
from store.index.vectors import (
    BLOCK_IDS,
    active_model,
    pending_count,
    remove_retired_models,
    waiting_for_meaning,
)
from store.memory import open_reader, open_writer
from store.search.search_words import Filter
from store.search.vector_codes import VectorCodes
from tests.made_exports import CHATS, chat_of, made_memory, said, take_in
from tests.meaning import search_meaning

COUNT = BATCH + 10
RECORDS: list[Record] = [
    CHATS,
    chat_of("a"),
    *(said(str(n), f"word{n}", at=f"2025-03-01T{n // 60:02}:{n % 60:02}") for n in range(COUNT)),
]


class Encoder(ToyEncoder):
    """The toy under another name, which may be stopped or disturbed at its work."""

    def __init__(self, name: str = "toy", stop_after: int | None = None) -> None:
        self.identity: EncoderIdentity = replace(ToyEncoder.identity, name=name)
        self.texts: list[str] = []
        self._left = stop_after

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._left == 0:
            raise KeyboardInterrupt
        self._left = None if self._left is None else self._left - 1
        self.texts += texts
        return super().encode(texts)


class Disturbed(Encoder):
    """Does something while the first batch is encoded."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if not self.texts:
            self._meanwhile()
        return super().encode(texts)


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    made = made_memory(tmp_path)
    take_in(made, RECORDS)
    return made


def _index(writer: Writer, encoder: Encoder) -> int | None:
    return index_pending(writer, encoder, lambda _done, _all: None)


def _models(writer: Writer) -> dict[str, tuple[str, int, int]]:
    """Of each model its state, how many vectors there are, and how many messages wait."""
    return {
        row[0]: (row[1], row[2], row[3])
        for row in writer.all(
            "SELECT name, state, (SELECT count(*) FROM message_vec WHERE model_id = id),"
            " (SELECT count(*) FROM embed_queue WHERE model_id = id) FROM embedding_model"
        )
    }


async def _nearest_to(writer: Writer, text: str) -> str:
    """The text of the message that is found by meaning, as another process would."""
    reader = await open_reader(writer.path)
    try:
        model = await active_model(reader)
        assert model is not None
        vector = to_int8(ToyEncoder().encode([text]))[0]
        found = await search_meaning(reader, VectorCodes(), model, vector, Filter())
        best = max(found, key=lambda id_: found[id_])
        return str(await reader.value("SELECT text FROM message WHERE id = ?", (best,)))
    finally:
        await reader.close()


def test_a_stopped_index_goes_on_where_it_was(writer: Writer) -> None:
    with pytest.raises(KeyboardInterrupt):
        _index(writer, Encoder(stop_after=1))
    assert _models(writer) == {"toy": ("active", BATCH, COUNT - BATCH)}
    rest = Encoder()
    assert _index(writer, rest) == len(rest.texts) == COUNT - BATCH
    assert _models(writer) == {"toy": ("active", COUNT, 0)}
    assert _index(writer, Encoder()) == 0


async def test_the_first_index_answers_while_it_is_made_the_latest_first(writer: Writer) -> None:
    writer.run("UPDATE message SET id = id + ? WHERE id > 10", (BLOCK_IDS,))
    with pytest.raises(KeyboardInterrupt):
        _index(writer, Encoder(stop_after=1))
    assert _models(writer) == {"toy": ("active", BATCH, COUNT - BATCH)}
    assert await _nearest_to(writer, f"Nora Lind: word{COUNT - 1}") == f"word{COUNT - 1}"
    reader = await open_reader(writer.path)
    assert await waiting_for_meaning(reader, 1) == COUNT - BATCH
    await reader.close()


async def test_the_old_model_answers_until_the_new_one_has_read_everything(writer: Writer) -> None:
    _index(writer, Encoder("old"))
    with pytest.raises(KeyboardInterrupt):
        _index(writer, Encoder("new", stop_after=1))
    assert _models(writer) == {"old": ("active", COUNT, 0), "new": ("building", BATCH, 10)}
    assert await _nearest_to(writer, "Nora Lind: word7") == "word7"
    take_in(writer, [CHATS, chat_of("a"), said("more", "what came meanwhile")])
    _index(writer, Encoder("new"))
    assert _models(writer) == {"new": ("active", COUNT + 1, 0)}
    assert writer.value("SELECT count(DISTINCT model_id) FROM vector_block") == 1
    assert await _nearest_to(writer, "Nora Lind: word7") == "word7"


def test_going_back_to_the_old_model_half_way_leaves_no_gap_in_the_new_one(writer: Writer) -> None:
    _index(writer, Encoder("old"))
    with pytest.raises(KeyboardInterrupt):
        _index(writer, Encoder("new", stop_after=1))
    take_in(writer, [CHATS, chat_of("a"), said("more", "what came meanwhile")])
    _index(writer, Encoder("old"))
    assert _models(writer) == {"old": ("active", COUNT + 1, 0), "new": ("building", BATCH, 11)}
    _index(writer, Encoder("new"))
    assert _models(writer) == {"new": ("active", COUNT + 1, 0)}


def test_a_removal_that_was_stopped_is_finished_by_the_next_index(writer: Writer) -> None:
    _index(writer, Encoder("old"))
    writer.run("UPDATE embedding_model SET state = 'retired'")
    take_in(writer, [CHATS, chat_of("a"), said("more", "what came meanwhile")])
    _index(writer, Encoder("old"))
    assert _models(writer) == {"old": ("active", COUNT + 1, 0)}
    assert writer.value("SELECT count(*) FROM message_vec") == COUNT + 1
    remove_retired_models(writer)
    assert writer.value("SELECT count(*) FROM message_vec") == COUNT + 1


def test_only_one_process_indexes_and_it_takes_what_comes_meanwhile(writer: Writer) -> None:
    second = Encoder()
    found: list[int | None] = []

    def meanwhile() -> None:
        take_in(writer, [CHATS, chat_of("a"), said("more", "what came meanwhile")])
        with open_writer(writer.path) as other:
            found.append(_index(other, second))

    assert _index(writer, Disturbed(meanwhile)) == COUNT + 1
    assert (found, second.texts) == ([None], [])


def test_who_is_sent_away_can_rely_on_it_that_the_other_looks_once_more(writer: Writer) -> None:
    arrived: list[int] = []

    def on_progress(done: int, total: int) -> None:
        if done == total and not arrived:  # from here the queue is found empty, but for this
            arrived.append(done)
            writer.run(
                "CREATE TEMP TRIGGER just_then AFTER UPDATE ON main.vector_block"
                " WHEN NEW.packed IS NOT NULL BEGIN"
                " UPDATE message SET content_sha256 = x'00' WHERE key = 'a/0'; END"
            )

    encoder = Encoder()
    index_pending(writer, encoder, on_progress)
    assert len(encoder.texts) == COUNT + 1
    assert _models(writer) == {"toy": ("active", COUNT, 0)}


def test_while_another_process_indexes_nothing_is_done_twice(writer: Writer) -> None:
    idle = Encoder()
    with FileLock(f"{writer.path}-indexing"):
        assert _index(writer, idle) is None
    assert idle.texts == []


def test_the_lock_file_stays_and_is_the_owners_alone(writer: Writer) -> None:
    file = writer.path.with_name(f"{writer.path.name}-indexing")
    assert _index(writer, Encoder()) == COUNT
    inode = file.stat().st_ino
    assert _index(writer, Encoder()) == 0
    assert file.stat().st_ino == inode
    assert sys.platform == "win32" or file.stat().st_mode & 0o777 == 0o600


def test_an_edited_message_is_read_again_and_a_deleted_one_leaves_no_vector(writer: Writer) -> None:
    _index(writer, Encoder())
    edited, gone = said("0", "other words"), replace(said("1", ""), deleted=True)
    take_in(writer, [CHATS, chat_of("a"), edited, gone])
    again = Encoder()
    _index(writer, again)
    assert again.texts == ["Nora Lind: other words"]
    assert _models(writer) == {"toy": ("active", COUNT - 1, 0)}


def test_a_message_edited_while_it_is_encoded_gets_the_vector_of_its_new_words(
    writer: Writer,
) -> None:
    edited, gone = said("0", "other words"), replace(said("1", ""), deleted=True)
    _index(writer, Disturbed(lambda: take_in(writer, [CHATS, chat_of("a"), edited, gone])))
    stored = writer.value(
        "SELECT vector FROM message_vec JOIN message ON id = message_id WHERE key = ?",
        ("a/0",),
    )
    assert stored == to_int8(ToyEncoder().encode(["Nora Lind: other words"]))[0]
    assert _models(writer) == {"toy": ("active", COUNT - 1, 0)}


def test_a_message_hidden_while_it_is_encoded_gets_no_vector(writer: Writer) -> None:
    hide = "UPDATE message SET hidden = 1 WHERE key = 'a/40'"
    _index(writer, Disturbed(lambda: writer.run(hide)))
    assert _models(writer) == {"toy": ("active", COUNT - 1, 0)}


def test_what_is_shown_again_waits_again_and_bulk_mail_never_does(writer: Writer) -> None:
    take_in(writer, [CHATS, chat_of("a"), replace(said("news", "offers"), bulk=True)])
    writer.run("UPDATE message SET hidden = 1 WHERE key = 'a/0'")
    writer.run("UPDATE message SET bulk = 1 WHERE key = 'a/1'")
    _index(writer, Encoder())
    assert _models(writer) == {"toy": ("active", COUNT - 2, 0)}
    writer.run("UPDATE message SET hidden = 0")
    assert pending_count(writer, 1) == 1
    shown = Encoder()
    _index(writer, shown)
    assert shown.texts == ["Nora Lind: word0"]


LEAVINGS: dict[str, Callable[[Writer], object]] = {
    "deleted": lambda writer: take_in(
        writer, [CHATS, chat_of("a"), replace(said("7", ""), deleted=True)]
    ),
    "edited": lambda writer: take_in(writer, [CHATS, chat_of("a"), said("7", "quite other")]),
    "hidden": lambda writer: writer.run("UPDATE message SET hidden = 1 WHERE key = 'a/7'"),
    "chat deleted": lambda writer: writer.run("DELETE FROM conversation WHERE key = 'a'"),
}


@pytest.mark.parametrize("how", LEAVINGS)
def test_what_goes_leaves_no_byte_of_its_vector_in_the_file(writer: Writer, how: str) -> None:
    _index(writer, Encoder())
    mine = to_int8(ToyEncoder().encode(["Nora Lind: word7"]))[0]
    code = np.packbits(np.frombuffer(mine, np.int8) > 0, bitorder="little").tobytes()
    theirs = to_int8(ToyEncoder().encode(["Nora Lind: word8"]))[0]
    packed = "SELECT packed FROM vector_block"

    def on_disk() -> bytes:
        writer.run("PRAGMA wal_checkpoint(TRUNCATE)")
        return writer.path.read_bytes()

    assert (mine in on_disk(), code in writer.value(packed), theirs in on_disk()) == (True,) * 3
    LEAVINGS[how](writer)
    assert writer.value(packed) is None
    assert mine not in on_disk()
    assert (theirs in on_disk()) == (how != "chat deleted")
    _index(writer, Encoder())
    assert mine not in on_disk()
    assert code not in on_disk()
