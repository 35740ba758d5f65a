"""What is read of everybody at once says the same as what is read of one person alone."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.engine.connections import Reader, Writer
from store.memory import open_reader, open_writer
from store.talk.rhythm import (
    Exchange,
    days_of_both,
    exchanges_with,
    latest_both_ways,
    latest_exchanges,
    newest_contact_at,
    real_days,
)
from tests.due_filler import Filler
from tests.made_exports import made_memory

WHO = ("Bo's phone", "Bo's mail", "Ann", "owner", "owner's other account")
DAY = 86_400
START = int(datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp())
# Day, kind, conversation, and how many messages each of WHO wrote that day; None: took no part.
MEETINGS = st.tuples(
    st.integers(0, 90),
    st.sampled_from(["chat", "chat", "mail", "call", "meeting", "logged", "group"]),
    st.integers(0, 1),
    st.tuples(*[st.sampled_from([None, 0, 1, 3])] * len(WHO)),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A memory with its owner alone, to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    made_memory(folder).close()
    return folder / "memory.db"


def fill(writer: Writer, found: list[tuple[int, str, int, tuple[int | None, ...]]]) -> int:
    """Bo with two accounts, Ann, the owner with two; says which contact Bo is."""
    filler = Filler(writer, ZoneInfo("UTC"))
    identities = [filler.account("Bo Ek", "telegram"), filler.account("Bo Ek", "email")]
    identities.append(filler.account("Ann Lund", "telegram"))
    owner = writer.value("SELECT id FROM contact WHERE is_owner")
    filler.contacts["owner"] = owner
    identities += [filler.account("owner", "telegram"), filler.account("owner", "email")]
    source = filler.insert("source", ref="s_0", kind="made", title="Made")
    for number, (day, kind, where, wrote) in enumerate(found):
        values: dict[str, Any] = {}
        if kind in {"chat", "mail", "group"}:
            values["conversation_id"] = conversation(filler, source, kind, where)
        at = datetime.fromtimestamp(START + day * DAY + number, UTC).isoformat()
        id_ = filler.interaction(at, "chat" if kind == "group" else kind, **values)
        for identity_id, messages in zip(identities, wrote, strict=True):
            if messages is not None:
                said = messages if values else 0
                filler.insert(
                    "interaction_participant",
                    interaction_id=id_,
                    identity_id=identity_id,
                    messages=said,
                )
    return filler.person("Bo Ek")


def conversation(filler: Filler, source: int, kind: str, where: int) -> int:
    """One of two of each kind."""
    key = f"{kind} {where}"
    found = filler.writer.value("SELECT id FROM conversation WHERE key = ?", (key,))
    stored = {"chat": "direct"}.get(kind, kind)
    return int(
        found
        or filler.insert(
            "conversation", ref=filler.ref("v"), source_id=source, key=key, kind=stored
        )
    )


def without_answers(exchanges: list[Exchange]) -> list[Exchange]:
    """Those with contact in both directions on one day."""
    return [each for each in exchanges if each._replace(answers=False).both_ways]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(MEETINGS, min_size=3, max_size=12), st.integers(60, 100))
async def test_many_at_once_agree_with_one_alone(
    empty: Path, tmp_path: Path, found: list[Any], until_day: int
) -> None:
    path = tmp_path / "memory.db"
    shutil.copy(empty, path)
    with open_writer(path) as writer, writer.transaction():
        bo = fill(writer, found)
    until = START + until_day * DAY
    reader = await open_reader(path)
    try:
        alone = await exchanges_with(reader, bo, until)
        many = (await latest_exchanges(reader, [bo], until, 100)).get(bo, [])
        both = await latest_both_ways(reader, [bo], until)
        days = (await days_of_both(reader, [bo], until, 100)).get(bo, [])
        newest = await newest_contact_at(reader, [bo], until)
    finally:
        await reader.close()
    assert [(e.ref, e.on, e.both_ways) for e in many] == [(e.ref, e.on, e.both_ways) for e in alone]
    talked = without_answers(alone)
    assert days == sorted({date.fromisoformat(e.on) for e in talked}, reverse=True)
    assert both == (
        {bo: (talked[0].started_at, date.fromisoformat(talked[0].on))} if talked else {}
    )
    assert newest == ({bo: alone[0].started_at} if alone else {})


BO, BO_MAIL, ANN, ME, ME_TOO = range(5)


def day(on: int, kind: str, wrote: dict[int, int], where: int = 0) -> tuple[Any, ...]:
    """One interaction. wrote: how many messages who sent; 0 took part."""
    return on, kind, where, tuple(wrote.get(who) for who in range(len(WHO)))


# What took place; and of Bo, latest first, the days that are known, those of real contact, and
# those of contact within one day.
CASES: dict[str, tuple[list[tuple[Any, ...]], list[int], list[int], list[int]]] = {
    "both wrote": (
        [day(5, "chat", {BO: 1, ME: 1})],
        [5],
        [5],
        [5],
    ),
    "both wrote twice": (
        [day(5, "chat", {BO: 1, ME: 1}), day(9, "chat", {BO: 1, ME: 1})],
        [9, 5],
        [9, 5],
        [9, 5],
    ),
    "both wrote mail": (
        [day(5, "mail", {BO_MAIL: 1, ME: 1})],
        [5],
        [5],
        [5],
    ),
    "the first of two accounts wrote": (
        [day(5, "mail", {BO: 1, BO_MAIL: 0, ME: 1})],
        [5],
        [5],
        [5],
    ),
    "the second of two accounts wrote": (
        [day(5, "mail", {BO: 0, BO_MAIL: 1, ME: 1})],
        [5],
        [5],
        [5],
    ),
    "with the owner's other account": (
        [day(5, "chat", {BO: 1, ME_TOO: 1})],
        [5],
        [5],
        [5],
    ),
    "Bo alone": (
        [day(5, "chat", {BO: 1, ME: 0})],
        [5],
        [],
        [],
    ),
    "the owner alone": (
        [day(5, "chat", {BO: 0, ME: 1})],
        [5],
        [],
        [],
    ),
    "Bo from both accounts": (
        [day(5, "mail", {BO: 1, BO_MAIL: 1, ME: 0})],
        [5],
        [],
        [],
    ),
    "Bo and Ann, and not the owner": (
        [day(5, "mail", {BO: 1, ANN: 1, ME: 0})],
        [5],
        [],
        [],
    ),
    "the owner and Ann, and not Bo": (
        [day(5, "mail", {BO: 0, ANN: 1, ME: 1})],
        [5],
        [],
        [],
    ),
    "the owner and Ann": (
        [day(5, "chat", {ANN: 1, ME: 1})],
        [],
        [],
        [],
    ),
    "in a group": (
        [day(5, "group", {BO: 1, ME: 1})],
        [],
        [],
        [],
    ),
    "a call": (
        [day(5, "call", {BO: 0})],
        [5],
        [5],
        [5],
    ),
    "a meeting": (
        [day(5, "meeting", {BO: 0, ANN: 0})],
        [5],
        [5],
        [5],
    ),
    "logged": (
        [day(5, "logged", {BO: 0})],
        [5],
        [5],
        [5],
    ),
    "one account after the other": (
        [day(5, "chat", {BO: 1, ME: 1}), day(9, "mail", {BO_MAIL: 1, ME: 1})],
        [9, 5],
        [9, 5],
        [9, 5],
    ),
    "one account before the other": (
        [day(9, "chat", {BO: 1, ME: 1}), day(5, "mail", {BO_MAIL: 1, ME: 1})],
        [9, 5],
        [9, 5],
        [9, 5],
    ),
    "an answer of Bo": (
        [day(5, "chat", {ME: 1, BO: 0}), day(7, "chat", {BO: 1})],
        [7, 5],
        [7],
        [],
    ),
    "an answer of the owner": (
        [day(5, "chat", {BO: 1}), day(7, "chat", {ME: 1, BO: 0})],
        [7, 5],
        [7],
        [],
    ),
    "an answer from the other account": (
        [day(5, "mail", {ME: 1, BO: 0}), day(7, "mail", {BO_MAIL: 1})],
        [7, 5],
        [7],
        [],
    ),
    "what is stored later was said earlier": (
        [day(7, "chat", {BO: 1}), day(5, "chat", {ME: 1, BO: 0})],
        [7, 5],
        [7],
        [],
    ),
    "twice the same": (
        [day(5, "chat", {BO: 1}), day(7, "chat", {BO: 1})],
        [7, 5],
        [],
        [],
    ),
    "no answer in another conversation": (
        [day(5, "chat", {BO: 1}), day(7, "chat", {ME: 1, BO: 0}, where=1)],
        [7, 5],
        [],
        [],
    ),
    "an answer in the one of two": (
        [day(3, "chat", {BO: 1}), day(5, "chat", {BO: 1}, where=1), day(7, "chat", {ME: 1, BO: 0})],
        [7, 5, 3],
        [7],
        [],
    ),
    "an answer a second short of 30 days": (
        [day(35, "chat", {BO: 1}), day(5, "chat", {ME: 1, BO: 0})],
        [35, 5],
        [35],
        [],
    ),
    "a second past 30 days": (
        [day(5, "chat", {ME: 1, BO: 0}), day(35, "chat", {BO: 1})],
        [35, 5],
        [],
        [],
    ),
    "no answer to talk of both": (
        [day(5, "chat", {ME: 1, BO: 1}), day(7, "chat", {BO: 1})],
        [7, 5],
        [5],
        [5],
    ),
}


def on(number: int) -> date:
    """The day of that number."""
    return datetime.fromtimestamp(START + number * DAY, UTC).date()


async def filled(empty: Path, folder: Path, found: list[tuple[Any, ...]]) -> tuple[Reader, int]:
    """A memory with these, and which contact Bo is."""
    shutil.copy(empty, folder / "memory.db")
    with open_writer(folder / "memory.db") as writer, writer.transaction():
        bo = fill(writer, found)
    return await open_reader(folder / "memory.db"), bo


@pytest.mark.parametrize("name", CASES)
async def test_what_counts_as_contact(empty: Path, tmp_path: Path, name: str) -> None:
    found, known, real, within_a_day = CASES[name]
    reader, bo = await filled(empty, tmp_path, found)
    until = START + 50 * DAY
    try:
        alone = await exchanges_with(reader, bo, until)
        many = (await latest_exchanges(reader, [bo], until, 10)).get(bo, [])
        both = await latest_both_ways(reader, [bo], until)
        days = (await days_of_both(reader, [bo], until, 10)).get(bo, [])
        newest = await newest_contact_at(reader, [bo], until)
    finally:
        await reader.close()
    for told in (alone, many):
        assert [date.fromisoformat(each.on) for each in told] == list(map(on, known))
        assert real_days(told) == list(map(on, real))
    same_day = list(map(on, within_a_day))
    assert days == same_day
    assert {each: day for each, (_, day) in both.items()} == ({bo: same_day[0]} if same_day else {})
    assert [datetime.fromtimestamp(at, UTC).date() for at in newest.values()] == [
        on(number) for number in known[:1]
    ]


async def test_the_second_at_which_it_began_is_in_and_the_one_before_it_is_not(
    empty: Path, tmp_path: Path
) -> None:
    reader, bo = await filled(empty, tmp_path, [day(5, "chat", {BO: 1, ME: 1})])
    began = START + 5 * DAY
    try:
        for until, counted in ((began - 1, 0), (began, 1)):
            assert len(await exchanges_with(reader, bo, until)) == counted
            assert len((await latest_exchanges(reader, [bo], until, 10)).get(bo, [])) == counted
            assert len(await latest_both_ways(reader, [bo], until)) == counted
            assert len((await days_of_both(reader, [bo], until, 10)).get(bo, [])) == counted
            assert len(await newest_contact_at(reader, [bo], until)) == counted
        assert await latest_both_ways(reader, [bo], began, began) == {bo: (began, on(5))}
        assert await latest_both_ways(reader, [bo], began + 9, began + 1) == {}
    finally:
        await reader.close()


async def test_the_latest_few_are_the_latest_and_a_day_is_one(empty: Path, tmp_path: Path) -> None:
    twice = [day(n, "chat", {BO: 1, ME: 1}, where) for n in range(1, 8) for where in (0, 1)]
    reader, bo = await filled(empty, tmp_path, twice)
    until = START + 50 * DAY
    try:
        few = (await latest_exchanges(reader, [bo], until, 3))[bo]
        days = (await days_of_both(reader, [bo], until, 3))[bo]
    finally:
        await reader.close()
    assert [each.on for each in few] == [on(n).isoformat() for n in (7, 7, 6)]
    assert days == [on(n) for n in (7, 6, 5)]


async def test_what_moves_is_known_at_its_new_time(empty: Path, tmp_path: Path) -> None:
    reader, bo = await filled(empty, tmp_path, [day(5, "meeting", {BO: 0})])
    moved = START + 9 * DAY
    with open_writer(tmp_path / "memory.db") as writer, writer.transaction():
        writer.run("UPDATE interaction SET started_at = ?, on_day = ?", (moved, on(9).isoformat()))
    try:
        assert await latest_both_ways(reader, [bo], moved - 1) == {}
        assert await latest_both_ways(reader, [bo], moved) == {bo: (moved, on(9))}
        assert await newest_contact_at(reader, [bo], moved) == {bo: moved}
    finally:
        await reader.close()
