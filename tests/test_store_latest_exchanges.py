"""What is read of everybody at once says the same as what is read of one person alone."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.database import Reader, Writer
from store.rhythm import (
    Exchange,
    days_of_both,
    exchanges_with,
    latest_both_ways,
    latest_exchanges,
    newest_contact_at,
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
    with Writer.open(path) as writer, writer.transaction():
        bo = fill(writer, found)
    until = START + until_day * DAY
    reader = await Reader.open(path)
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
