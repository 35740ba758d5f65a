"""The briefing over the demo's memory: what a friend would want to know is in it."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio

from server.cli.session import lazy_encoder
from server.settings import Settings
from store.contacts import ContactNotFound
from store.database import Reader
from store.settings import read_owner_settings
from tests.running import fixed_settings
from tools.brief_me import brief_me
from tools.briefing.budget import tokens
from tools.get_contact import get_contact
from tools.memory import Memory
from tools.people import WhichPerson
from tools.views import Briefing

QUESTIONS: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "demo" / "questions.json").read_text("utf-8")
)
FACTS: Final[dict[str, list[dict[str, Any]]]] = QUESTIONS["briefing_facts"]


@pytest_asyncio.fixture
async def memory(demo_home: Path, tmp_path: Path) -> AsyncIterator[Memory]:
    settings: Settings = fixed_settings(demo_home, tmp_path)
    reader = await Reader.open(settings.memory_path)
    owner = await read_owner_settings(reader)
    assert owner is not None
    yield Memory(reader, settings.clock, owner.time_zone, lazy_encoder(settings))
    await reader.close()


def _lines(briefing: Briefing, title: str) -> str:
    """The text of the part whose title begins so."""
    return "\n".join(
        f"{line.on} {line.by} {line.text} {line.quote}"
        for section in briefing.sections
        if section.title.startswith(title)
        for line in section.lines
    )


@pytest.mark.parametrize("person", FACTS)
@pytest.mark.parametrize("budget", [200, 400, 1_200, 4_000])
async def test_a_briefing_keeps_its_budget_and_every_line_its_source(
    memory: Memory, person: str, budget: int
) -> None:
    briefing = await brief_me(memory, person, max_tokens=budget)
    assert tokens(briefing.model_dump_json()) <= budget
    known = {
        row[0]
        for table in ("message", "contact", "note", "interaction", "life_event", "organization")
        for row in await memory.reader.all(f"SELECT ref FROM {table}")
    }
    for section in briefing.sections:
        for line in section.lines:
            assert line.ref in known
            assert re.fullmatch(r"(\d{4}|-)(-\d\d)*(-\d\d)?", line.on)


@pytest.mark.parametrize(("budget", "least"), [(1_200, 0.68), (4_000, 0.92)])
async def test_most_of_what_a_friend_would_want_to_know_is_in_it(
    memory: Memory, budget: int, least: float
) -> None:
    told = wanted = 0
    for person, facts in FACTS.items():
        text = (await brief_me(memory, person, max_tokens=budget)).model_dump_json().casefold()
        told += sum(any(word.casefold() in text for word in fact["any_of"]) for fact in facts)
        wanted += len(facts)
    assert told / wanted >= least


async def test_an_ambiguous_name_names_both_and_what_tells_them_apart(memory: Memory) -> None:
    with pytest.raises(WhichPerson) as caught:
        await brief_me(memory, "Alex")
    names = {candidate.name for candidate in caught.value.candidates}
    assert names == {"Alex Moreira", "Alex Lindqvist"}
    assert all(candidate.hint for candidate in caught.value.candidates)


async def test_a_name_in_brackets_describes_and_does_not_call(memory: Memory) -> None:
    briefing = await brief_me(memory, "Dona Lurdes")
    assert briefing.name == "Dona Lurdes (mãe do Alex)"


async def test_a_misspelt_name_is_answered_with_the_nearest(memory: Memory) -> None:
    with pytest.raises(ContactNotFound, match="Alex Moreira"):
        await brief_me(memory, "Aleks Morera")


async def test_promises_stand_open_both_ways(memory: Memory) -> None:
    briefing = await brief_me(memory, "Alex Moreira")
    loops = _lines(briefing, "Open between you")
    assert "pediatrician" in loops
    assert "tent" in loops


async def test_what_came_since_the_last_exchange_is_told_by_others_too(memory: Memory) -> None:
    briefing = await brief_me(memory, "Alex Moreira", max_tokens=2_500)
    since = _lines(briefing, "Since you last spoke (2026-10-11)")
    assert "sleep at yours" in since
    assert "starts at the hospital in January" in since
    assert "surprise dinner" in briefing.model_dump_json()


async def test_others_words_about_a_namesake_are_not_taken_for_theirs(memory: Memory) -> None:
    for person, foreign in (
        ("Alex Moreira", "subtitling days"),
        ("Alex Lindqvist", "starts at the hospital in January"),
    ):
        briefing = await brief_me(memory, person, max_tokens=8_000)
        assert foreign not in briefing.model_dump_json()


async def test_an_employer_that_talk_has_overtaken_is_pointed_out(memory: Memory) -> None:
    briefing = await brief_me(memory, "Alex Moreira")
    conflict = _lines(briefing, "Does not fit together")
    assert "Clínica Boavista" in conflict
    assert "new job" in conflict


async def test_what_needs_tact_is_set_apart(memory: Memory) -> None:
    assert "died" in _lines(await brief_me(memory, "Sofia Duarte"), "With care")
    assert "Miguel" in _lines(await brief_me(memory, "Alex Moreira"), "With care")


async def test_a_purpose_brings_what_bears_on_it_first(memory: Memory) -> None:
    briefing = await brief_me(memory, "Maya Okafor", purpose="Sunday lunch", max_tokens=700)
    assert "lunch" in _lines(briefing, "For “Sunday lunch”").casefold()


async def test_what_is_left_out_is_counted(memory: Memory) -> None:
    short = await brief_me(memory, "Alex Moreira", max_tokens=300)
    assert any("what to remember" in note for note in short.left_out)


async def test_someone_without_a_conversation_is_briefed_from_the_card(memory: Memory) -> None:
    briefing = await brief_me(memory, "Prof. Olga")
    assert "No conversation" in _lines(briefing, "Being in touch")


async def test_a_relative_is_named_once_and_the_owner_is_you(memory: Memory) -> None:
    family = (await get_contact(memory, "Alex Moreira")).facts["relationships"]
    assert [fact.kind for fact in family if fact.text == "Miguel Moreira"] == ["brother"]
    mother = (await get_contact(memory, "Helena Matos")).facts["relationships"]
    assert "you" in {fact.text for fact in mother}
