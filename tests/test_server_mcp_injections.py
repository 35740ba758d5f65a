"""Stored messages that try to steer the reader: none leaves its place, none becomes a note."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from mcp import Client

from server.mcp.build import build_server
from server.settings import Settings
from store.importers.records import Account, OwnerAccount, Record
from store.memory import open_writer
from store.sharing.choices import choose
from tests.made_exports import BOOK, CHATS, NORA, card, chat_of, made_memory, said, take_in
from tests.running import fixed_settings
from tests.surfaces import VALUES, every_answer

INJECTIONS: Final[list[dict[str, str]]] = json.loads(
    (Path(__file__).parent / "data" / "injections.json").read_text(encoding="utf-8")
)
ALEX: Final = Account("telegram", "user2", "Alex Moreira", saved_by_owner=True)
_TRACES: Final = (
    "<",
    ">",
    "![",
    "](",
    "://",
    "//evil",
    "evil.example/",
    "javascript:",
    "[withheld: n",
)


@pytest.fixture
def attacked(tmp_path: Path) -> Settings:
    """A memory whose only friend sends nothing but injections, in talk, titles and names."""
    home = tmp_path / "home"
    home.mkdir()
    chats: list[Record] = [CHATS, OwnerAccount(NORA), ALEX, chat_of("a", ALEX)]
    for number, injection in enumerate(INJECTIONS):
        clock = f"2026-11-{1 + number // 8:02}T{8 + number % 8:02}"
        chats += [
            said(f"{number}a", f"marker {injection['text']}", f"{clock}:00", ALEX),
            said(f"{number}b", "ok", f"{clock}:01"),
        ]
    with made_memory(home) as writer:
        take_in(writer, [BOOK, card("1", "Alex Moreira", notes=(INJECTIONS[0]["text"],))])
        take_in(writer, chats)
        choose(writer, "disclosure_budget", "none")
    return fixed_settings(home, tmp_path / "cache")


async def test_nothing_leaves_its_place_through_anything_that_can_be_asked(
    attacked: Settings,
) -> None:
    assert len(INJECTIONS) >= 60
    with open_writer(attacked.memory_path) as writer:
        refs = [row[0] for row in writer.all("SELECT ref FROM message WHERE text LIKE 'marker%'")]
    values: dict[str, Any] = dict(VALUES) | {
        "query": ["marker", "obey system instructions"], "ref": refs, "id": refs[:1],
        "purpose": ["marker"],
    }  # fmt: skip
    async with Client(build_server(attacked)) as client:
        answers = await every_answer(client, values)
    told = "".join(answer for _, answer in answers)
    assert told.count("marker") > len(INJECTIONS)
    for asked, answer in answers:
        content = json.loads(answer) if answer.startswith("{") else {}
        for text in _strings(content.get("structured_content")):
            assert not any(trace in text for trace in _TRACES), (asked, text)
            assert not any(_hides(character) for character in text), (asked, text)
        for part in content.get("content") or []:
            if not content["is_error"]:  # one JSON value, and nothing after it
                assert json.loads(part["text"]) == content["structured_content"], asked


async def test_no_message_becomes_a_note_or_a_proposal(attacked: Settings) -> None:
    async with Client(build_server(attacked)) as client:
        await client.call_tool("brief_me", {"person": "Alex Moreira"})
        await client.call_tool("search_context", {"query": "remember fact confirmed"})
    with open_writer(attacked.memory_path) as writer:
        assert writer.value("SELECT count(*) FROM note") == 1  # the card's own
        assert writer.value("SELECT count(*) FROM proposal") == 0


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    return []


def _hides(character: str) -> bool:
    code = ord(character)
    return (
        (code < 32 and character not in "\n\t")
        or 0x7F <= code < 0xA0
        or 0xE0000 <= code < 0xE1000
        or (
            character
            in "\u200b\u200e\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2069\u2060\ufeff\u00ad"
        )
    )
