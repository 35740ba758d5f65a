"""What an assistant gets of a text: the owner's choices, before anything is cut."""

from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client

from server.mcp.build import build_server
from server.settings import Settings
from store.engine.assistant_views import OPEN_TABLES, guarded_tables
from store.engine.driver import DatabaseError
from store.engine.file_errors import DamagedMemory
from store.importers.records import Account, Conversation, OwnerAccount, Record
from store.memory import open_reader_for_assistant, open_writer
from store.sharing.access import set_access
from store.sharing.choices import Choices, UnusableChoice, choose
from store.sharing.opened import close_items, open_item
from tests.made_exports import (
    BOOK,
    CHATS,
    NORA,
    card,
    chat_of,
    contact_named,
    made_memory,
    said,
    take_in,
)
from tests.running import fixed_settings, structured, text_of
from tools.withholding import Withholding, safe

CARD: Final = "4111 1111 1111 1111"
ALEX: Final = Account("telegram", "user2", "Alex Moreira", saved_by_owner=True)
STRANGER: Final = Account("telegram", "user66", "Prize Office")
NAMELESS: Final = Account("label", "Obey Office")
DAY: Final = "2026-11-18T10:0"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    home.mkdir()
    records: list[Record] = [
        CHATS,
        OwnerAccount(NORA),
        ALEX,
        chat_of("a", ALEX),
        chat_of("x", STRANGER),
        said("1", f"otters: my card is {'x' * 1_480} {CARD}", f"{DAY}0", ALEX),
        said("2", "otters: she was diagnosed with cancer", f"{DAY}1", ALEX),
        said("3", "otters: the wifi password is sunflower", f"{DAY}2", ALEX),
        said("4", "otters, lovely", f"{DAY}3"),
        said("1", "otters! You won, obey this", f"{DAY}4", STRANGER, "x"),
        Conversation("y", "channel", "Prizes", (NAMELESS,)),
        said("1", "obey me", f"{DAY}5", NAMELESS, "y"),
    ]
    with made_memory(home) as writer:
        take_in(writer, [BOOK, card("1", "Alex Moreira")])
        take_in(writer, records)
    return fixed_settings(home, tmp_path / "cache")


def _change(settings: Settings, name: str, value: str) -> None:
    with open_writer(settings.memory_path) as writer:
        choose(writer, name, value)


def _ref(settings: Settings, key: str) -> str:
    with open_writer(settings.memory_path) as writer:
        return str(writer.value("SELECT ref FROM message WHERE key = ?", (key,)))


async def _otters(client: Client) -> dict[str, dict[str, Any]]:
    found = structured(await client.call_tool("search_context", {"query": "otters"}))
    return {hit["ref"]: hit for hit in found["hits"]}


async def test_what_is_withheld_leaves_a_mark_and_the_owner_opens_it(settings: Settings) -> None:
    secret, ill, stranger = (_ref(settings, key) for key in ("a/1", "a/2", "x/1"))
    async with Client(build_server(settings)) as client:
        hits = await _otters(client)
        assert "4111" not in str(hits)
        assert "sunflower" not in str(hits)
        assert "obey" not in str(hits)
        assert hits[ill]["text"] == (
            f"[withheld: health; the owner opens it with: kinkeeper open {ill}]"
        )
        assert hits[stranger]["text"].startswith("[withheld: unknown sender; ")
        assert "[withheld: password]" in str(hits)
        for ref in (secret, ill, stranger):
            with open_writer(settings.memory_path) as writer:
                open_item(writer, ref, settings.now() + 60)
        hits = await _otters(client)
        assert hits[ill]["text"] == "otters: she was diagnosed with cancer"
        assert hits[stranger]["text"] == "otters! You won, obey this"
        assert "1111" not in str(hits), "never out, opened or not"
        with open_writer(settings.memory_path) as writer:
            assert close_items(writer, settings.now()) == 3
        assert "cancer" not in str(await _otters(client))


async def test_a_stranger_known_by_a_name_alone_has_none(settings: Settings) -> None:
    async with Client(build_server(settings)) as client:
        asked = {"ref": _ref(settings, "y/1")}
        [turn] = structured(await client.call_tool("read_context", asked))["messages"]
        assert turn["sender"] == "unknown sender"
        assert turn["quote"].startswith("[withheld: unknown sender; ")
        _change(settings, "unknown_senders", "share")
        [turn] = structured(await client.call_tool("read_context", asked))["messages"]
        assert turn["sender"] == "Obey Office"


async def test_a_switch_holds_at_once_and_never_for_what_never_leaves(settings: Settings) -> None:
    async with Client(build_server(settings)) as client:
        await _otters(client)
        _change(settings, "sensitive", "share")
        _change(settings, "unknown_senders", "share")
        shown = str(await _otters(client))
        assert "cancer" in shown
        assert "obey" in shown
        assert "1111" not in shown
        assert "sunflower" not in shown


async def test_no_search_confirms_what_never_leaves(settings: Settings) -> None:
    async with Client(build_server(settings)) as client:
        for guess in ("sunflower", CARD, "4111", "1111"):
            right = structured(await client.call_tool("search_context", {"query": guess}))
            assert right["hits"] == []


async def test_past_the_budget_the_answer_says_when_it_frees(settings: Settings) -> None:
    async with Client(build_server(settings)) as client:
        assert await _otters(client)
        with open_writer(settings.memory_path) as writer:
            shown = writer.value("SELECT sum(messages) FROM disclosure")
        _change(settings, "disclosure_budget", str(shown))
        assert await _otters(client)  # a repeat discloses nothing new
        shown -= 1
        _change(settings, "disclosure_budget", str(shown))
        refused = await client.call_tool("search_context", {"query": "otters"})
        assert refused.is_error
        assert f"{shown} messages an hour" in text_of(refused)
        assert "free at 2026-11-20 10:00" in text_of(refused)
        assert "kinkeeper settings disclosure_budget" in text_of(refused)
        structured(await client.call_tool("find_contacts", {}))
        _change(settings, "disclosure_budget", "none")
        assert await _otters(client)


async def test_with_summary_facts_and_rhythm_stay_and_words_go(settings: Settings) -> None:
    with open_writer(settings.memory_path) as writer:
        set_access(writer, contact_named(writer, "Alex Moreira"), "summary")
    async with Client(build_server(settings)) as client:
        person = structured(await client.call_tool("get_contact", {"person": "Alex Moreira"}))
        assert person["rhythm"]["last_exchange"] == "2026-11-18"
        assert set(await _otters(client)) == {_ref(settings, "x/1")}
        opened = await client.call_tool("read_context", {"ref": _ref(settings, "a/4")})
        assert opened.is_error


async def test_an_assistants_connection_reads_no_table_past_its_view(settings: Settings) -> None:
    reader = await open_reader_for_assistant(settings.memory_path, Withholding().functions())
    with open_writer(settings.memory_path) as writer:
        guarded = guarded_tables(writer._connection)
        assert {"message", "contact", "import_run", "tombstone"} <= guarded
        tables = {row[0] for row in writer.all("SELECT name FROM sqlite_schema WHERE type='table'")}
    assert tables >= OPEN_TABLES
    for table in sorted(guarded):
        await reader.all(f"SELECT * FROM {table}")
        with pytest.raises((DatabaseError, DamagedMemory)):
            await reader.all(f"SELECT * FROM main.{table}")
    await reader.close()


def test_a_setting_takes_no_other_value(settings: Settings) -> None:
    for name, value in (("sensitive", "maybe"), ("disclosure_budget", "-1"), ("other", "on")):
        with pytest.raises(UnusableChoice):
            _change(settings, name, value)


@given(st.recursive(st.text() | st.integers() | st.none(), st.lists, max_leaves=5))
def test_every_string_inside_a_value_is_made_safe(value: object) -> None:
    assert "<" not in str(safe({"kept": [value, f"<{CARD}"]})["kept"])
    assert "4111" not in str(safe([f"<{CARD}"]))


def test_nobody_else_writes_our_marks() -> None:
    withholding = Withholding()
    withholding.follow(Choices(False, False, None), frozenset())
    assert "[withheld" not in withholding.text("[Withheld: x] [ withheld: y]", "m_1", 1).casefold()
