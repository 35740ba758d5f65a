"""The briefing over the demo's memory: what a friend would want to know is in it."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from server.cli.session import lazy_encoder
from server.settings import Settings
from store.memory import open_reader, open_reader_for_assistant, open_writer
from store.owner.typed_follow_ups import add_follow_up, change_follow_up
from store.people.contacts import ContactNotFound
from store.people.owner_settings import read_owner_settings
from store.sharing.access import set_access
from tests.running import fixed_settings
from tools.brief_me import brief_me
from tools.briefing.budget import tokens
from tools.briefing.people_meant import GroupNotFound, TooManyPeople
from tools.days.bounds import UnusableDate
from tools.get_contact import get_contact
from tools.memory import Memory
from tools.people import WhichPerson
from tools.views import Briefing
from tools.withholding import Withholding

QUESTIONS: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "demo" / "questions.json").read_text("utf-8")
)
FACTS: Final[dict[str, list[dict[str, Any]]]] = QUESTIONS["briefing_facts"]


@pytest_asyncio.fixture
async def memory(demo_home: Path, tmp_path: Path) -> AsyncIterator[Memory]:
    settings: Settings = fixed_settings(demo_home, tmp_path)
    reader = await open_reader(settings.memory_path)
    owner = await read_owner_settings(reader)
    assert owner is not None
    yield Memory(reader, settings.clock, owner.time_zone, lazy_encoder(settings))
    await reader.close()


def _lines(briefing: Briefing, title: str) -> str:
    """The text of the part whose title begins so."""
    return "\n".join(
        line
        for name, lines in briefing.sections.items()
        if name.startswith(title)
        for line in lines
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
    again = await brief_me(memory, person, max_tokens=budget)
    assert again == briefing
    for lines in briefing.sections.values():
        for line in lines:
            on, ref, told = line.split(" ", 2)
            assert ref in known
            assert re.fullmatch(r"(\d{4}|-)(-\d\d)*(-\d\d)?", on)
            assert told


@pytest.mark.parametrize(("budget", "least"), [(400, 0.53), (1_200, 0.83), (4_000, 0.97)])
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
    since = _lines(briefing, "Since you last spoke")
    assert briefing.since == "2026-10-11"
    assert "sleep at yours" in _lines(briefing, "Open between you")
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
    assert "lunch" in _lines(briefing, "For the purpose").casefold()


async def test_what_is_left_out_is_counted(memory: Memory) -> None:
    short = await brief_me(memory, "Alex Moreira", max_tokens=300)
    assert re.search(r"\d+ more lines", short.left_out)
    longer = await brief_me(memory, "Alex Moreira", max_tokens=1_200)
    assert re.search(r"\d+ Remember", longer.left_out)


async def test_someone_without_a_conversation_is_briefed_from_the_card(memory: Memory) -> None:
    briefing = await brief_me(memory, "Prof. Olga")
    assert "No conversation" in _lines(briefing, "In touch")


async def test_a_relative_is_named_once_and_the_owner_is_you(memory: Memory) -> None:
    family = (await get_contact(memory, "Alex Moreira")).facts["relationships"]
    assert [fact.kind for fact in family if fact.text == "Miguel Moreira"] == ["brother"]
    mother = (await get_contact(memory, "Helena Matos")).facts["relationships"]
    assert "you" in {fact.text for fact in mother}


def _texts(briefing: Briefing) -> str:
    return "\n".join(line for lines in briefing.sections.values() for line in lines)


async def test_several_people_are_briefed_on_together(memory: Memory) -> None:
    names = "Jonas Weber, Priya Raman and Joel Abreu"
    briefing = await brief_me(memory, names)
    assert tokens(briefing.model_dump_json()) <= 1_200
    assert briefing.name == "Jonas Weber, Priya Raman, Joel Abreu"
    assert "Sunday lunch" in _lines(briefing, "All of them")
    assert "partner" in _lines(briefing, "Who knows whom")
    assert [person.name for person in briefing.people] == briefing.name.split(", ")
    assert all(person.sections for person in briefing.people)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Moreira, Alex", "Alex Moreira"),
        ("Moreira, Alex; Okafor, Maya", "Alex Moreira, Maya Okafor"),
        ("Tom & Maya and Tom", "Tom Becker, Maya Okafor"),
        ("Jonas und Priya", "Jonas Weber, Priya Raman"),
    ],
)
async def test_several_names_may_stand_in_one_text(memory: Memory, asked: str, found: str) -> None:
    assert (await brief_me(memory, asked, max_tokens=400)).name == found


async def test_a_group_chat_is_briefed_on_by_its_title(memory: Memory) -> None:
    briefing = await brief_me(memory, "group:sunday LUNCH", max_tokens=800)
    assert {"Maya Okafor", "Sofia Duarte"} <= set(briefing.name.split(", "))
    assert "last time with all of them" in _lines(briefing, "All of them")
    assert tokens(briefing.model_dump_json()) <= 800


async def test_a_group_that_nobody_is_in_is_refused_with_advice(memory: Memory) -> None:
    with pytest.raises(GroupNotFound, match="Name the people"):
        await brief_me(memory, "group:chess club")


async def test_too_many_people_are_refused(memory: Memory) -> None:
    with pytest.raises(TooManyPeople):
        await brief_me(memory, ", ".join(["Maya"] * 20))


async def test_one_of_several_who_is_ambiguous_is_asked_back(memory: Memory) -> None:
    with pytest.raises(WhichPerson):
        await brief_me(memory, "Maya, Alex")


@pytest.mark.parametrize("person", ["Alex Moreira", "Maya Okafor", "Alex Moreira, Maya Okafor"])
@pytest.mark.parametrize("day", ["2024-09-30", "2025", "2026-03"])
async def test_as_of_a_day_nothing_later_is_told(memory: Memory, person: str, day: str) -> None:
    briefing = await brief_me(memory, person, max_tokens=4_000, as_of=day)
    end = briefing.as_of[:10]
    assert end.startswith(day)
    for lines in briefing.sections.values():
        for line in lines:
            on, ref, _ = line.split(" ", 2)
            assert on.startswith("--") or on <= end, line
            if ref.startswith("m_"):
                [row] = await memory.reader.all("SELECT sent_at FROM message WHERE ref = ?", (ref,))
                assert memory.day(row[0]).isoformat() <= end


async def test_as_of_a_day_follow_ups_stand_as_they_stood(demo: Settings) -> None:
    made, done, later = (
        int(datetime(2026, month, 1, 12, tzinfo=UTC).timestamp()) for month in (3, 5, 7)
    )
    with open_writer(demo.memory_path) as writer:
        maya = writer.one("SELECT id FROM contact WHERE display_name = 'Maya Okafor'")
        assert maya is not None
        ref = add_follow_up(writer, maya["id"], "bring back the glaze book", made)
        change_follow_up(writer, ref, "done", done)
        add_follow_up(writer, maya["id"], "ask about the wheel", later)
    reader = await open_reader(demo.memory_path)
    try:
        memory = Memory(reader, demo.clock, ZoneInfo("Europe/Lisbon"), lazy_encoder(demo))
        told = {
            day: (await brief_me(memory, "Maya Okafor", max_tokens=4_000, as_of=day))
            for day in ("2026-02", "2026-03", "2026-05", "2026-07")
        }
    finally:
        await reader.close()
    open_then = {day: _lines(briefing, "Open between you") for day, briefing in told.items()}
    assert [day for day, text in open_then.items() if "glaze book" in text] == ["2026-03"]
    assert [day for day, text in open_then.items() if "about the wheel" in text] == ["2026-07"]


async def test_as_of_a_day_birthdays_and_exchanges_count_from_it(memory: Memory) -> None:
    briefing = await brief_me(memory, "Alex Moreira", max_tokens=4_000, as_of="2024-11-10")
    assert "23 Nov 2024 (38)" in _texts(briefing)
    assert "Santa Clara" not in briefing.model_dump_json()
    assert "facts recorded after that day" in briefing.left_out


async def test_a_day_to_come_is_today(memory: Memory) -> None:
    later = await brief_me(memory, "Maya Okafor", as_of="2030-01-01")
    assert later == await brief_me(memory, "Maya Okafor")


async def test_a_day_that_is_none_is_refused(memory: Memory) -> None:
    with pytest.raises(UnusableDate):
        await brief_me(memory, "Maya Okafor", as_of="last spring")


async def test_a_stem_of_a_name_is_no_mention(memory: Memory) -> None:
    """`Inês` and `in` have one stem; what has only that in common is not about her."""
    briefing = await brief_me(memory, "Inês Carvalho", max_tokens=4_000)
    assert "four minutes" not in briefing.model_dump_json()


async def test_an_assistant_is_told_nothing_of_a_hidden_contact(demo: Settings) -> None:
    with open_writer(demo.memory_path) as writer:
        hidden = writer.one("SELECT id, ref FROM contact WHERE display_name = 'Maya Okafor'")
        assert hidden is not None
        set_access(writer, hidden["ref"], "none")
    withholding = Withholding()
    reader = await open_reader_for_assistant(demo.memory_path, withholding.functions())
    try:
        memory = Memory(reader, demo.clock, ZoneInfo("Europe/Lisbon"), lazy_encoder(demo))
        for person in ("Alex Moreira", "Beatriz Moreira", "group:Sunday lunch"):
            answer = (await brief_me(memory, person, max_tokens=8_000)).model_dump_json()
            assert hidden["ref"] not in answer
            assert "Okafor" not in answer
        with pytest.raises(ContactNotFound):
            await brief_me(memory, "Alex Moreira, Maya Okafor")
    finally:
        await reader.close()
