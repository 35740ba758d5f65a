"""Keeping the vectors up to date: interrupted, edited, deleted, and made by another model."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.encoder import EncoderIdentity
from embeddings.indexer import BATCH, index_pending
from embeddings.toy import ToyEncoder
from store.database import Reader, Writer
from store.records import Record
from store.search import Filter, search_meaning
from store.vectors import active_model, pending_count
from tests.made_exports import CHATS, chat_of, made_memory, said, take_in

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


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    made = made_memory(tmp_path)
    take_in(made, RECORDS)
    return made


def _index(writer: Writer, encoder: Encoder) -> int:
    return index_pending(writer, encoder, lambda _done, _all: None)


def _models(writer: Writer) -> dict[str, tuple[str, int]]:
    return {
        row[0]: (row[1], row[2])
        for row in writer.all(
            "SELECT name, state, (SELECT count(*) FROM message_vec WHERE model_id = id)"
            " FROM embedding_model"
        )
    }


def test_a_stopped_index_goes_on_where_it_was(writer: Writer) -> None:
    with pytest.raises(KeyboardInterrupt):
        _index(writer, Encoder(stop_after=1))
    assert _models(writer) == {"toy": ("building", BATCH)}
    rest = Encoder()
    assert _index(writer, rest) == len(rest.texts) == COUNT - BATCH
    assert _models(writer) == {"toy": ("active", COUNT)}
    assert _index(writer, Encoder()) == 0


async def test_the_old_model_answers_until_the_new_one_has_read_everything(writer: Writer) -> None:
    _index(writer, Encoder("old"))
    with pytest.raises(KeyboardInterrupt):
        _index(writer, Encoder("new", stop_after=1))
    assert _models(writer) == {"old": ("active", COUNT), "new": ("building", BATCH)}
    reader = await Reader.open(writer.path)
    model = await active_model(reader)
    assert model is not None
    assert model.name == "old"
    vector = ToyEncoder().encode(["Nora Lind: word7"])[0].tobytes()
    found = await search_meaning(reader, model.id, vector, Filter(), 3)
    await reader.close()
    assert max(found, key=lambda id_: found[id_]) == 8
    _index(writer, Encoder("new"))
    assert _models(writer) == {"new": ("active", COUNT)}


def test_going_back_to_the_old_model_half_way_leaves_no_gap_in_the_new_one(writer: Writer) -> None:
    _index(writer, Encoder("old"))
    with pytest.raises(KeyboardInterrupt):
        _index(writer, Encoder("new", stop_after=1))
    _index(writer, Encoder("old"))
    assert pending_count(writer) == 0
    _index(writer, Encoder("new"))
    assert _models(writer) == {"new": ("active", COUNT)}


def test_an_edited_message_is_read_again_and_a_deleted_one_leaves_no_vector(writer: Writer) -> None:
    _index(writer, Encoder())
    edited, gone = said("0", "other words"), replace(said("1", ""), deleted=True)
    take_in(writer, [CHATS, chat_of("a"), edited, gone])
    again = Encoder()
    _index(writer, again)
    assert again.texts == ["Nora Lind: other words"]
    assert _models(writer) == {"toy": ("active", COUNT - 1)}


def test_a_message_edited_while_it_is_encoded_gets_the_vector_of_its_new_words(
    writer: Writer,
) -> None:
    class Disturbed(Encoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if not self.texts:
                take_in(
                    writer,
                    [
                        CHATS,
                        chat_of("a"),
                        said("0", "other words"),
                        replace(said("1", ""), deleted=True),
                    ],
                )
            return super().encode(texts)

    _index(writer, Disturbed())
    stored = writer.value("SELECT vector FROM message_vec WHERE message_id = 1")
    assert stored == ToyEncoder().encode(["Nora Lind: other words"])[0].tobytes()
    assert _models(writer) == {"toy": ("active", COUNT - 1)}
    assert pending_count(writer) == 0
