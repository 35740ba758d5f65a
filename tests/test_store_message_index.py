"""What the word index holds, and what it does not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.engine.connections import Writer
from store.engine.health import check_memory
from store.importers.records import Account, Record
from store.sharing.visibility import refresh_visibility
from tests.made_exports import (
    CHATS,
    chat_of,
    made_memory,
    rebuilt_word_index,
    said,
    take_in,
    word_index,
)

MAYA = Account("telegram", "user2", "Maya Okafor", saved_by_owner=True)
OFFER = said("2", "lanterns half price this week", "2025-03-01T10:05", MAYA)
VIOLIN = said("1", "the violin is at the luthier", "2025-03-01T10:00", MAYA)
CHAT: list[Record] = [CHATS, chat_of("a", MAYA), VIOLIN]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with made_memory(tmp_path) as memory:
        yield memory


def _holding(writer: Writer, word: str, column: str = "text") -> list[str]:
    rows = writer.all(
        "SELECT key FROM message WHERE id IN (SELECT rowid FROM message_fts WHERE message_fts MATCH"
        " ?) ORDER BY key",
        (f"{column} : {word}",),
    )
    return [row[0] for row in rows]


def _index_check(writer: Writer) -> bool:
    [check] = [check for check in check_memory(writer) if check.name == "index by words"]
    return check.fine


def test_bulk_mail_is_beside_what_is_found_and_not_found_itself(writer: Writer) -> None:
    take_in(writer, [*CHAT, replace(OFFER, bulk=True)])
    assert _holding(writer, "lanterns") == []
    assert _holding(writer, "lanterns", "around") == ["a/1"]
    assert _index_check(writer)


def test_what_turns_out_to_be_bulk_leaves_the_index_and_comes_back(writer: Writer) -> None:
    take_in(writer, [*CHAT, OFFER])
    as_it_was = word_index(writer)
    assert _holding(writer, "lanterns") == ["a/2"]
    take_in(writer, [*CHAT, replace(OFFER, text="lanterns at half price", bulk=True)])
    assert _holding(writer, "lanterns") == []
    assert word_index(writer) == rebuilt_word_index(writer)
    assert _index_check(writer)
    take_in(writer, [*CHAT, OFFER])
    assert word_index(writer) == as_it_was


def test_a_memory_that_hides_something_is_sound(writer: Writer) -> None:
    take_in(writer, [*CHAT, OFFER])
    with writer.transaction():
        writer.run("UPDATE contact SET access = 'none' WHERE display_name = 'Maya Okafor'")
        refresh_visibility(writer)
    assert word_index(writer) == []
    assert _index_check(writer)
