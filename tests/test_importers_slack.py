"""Reading Slack exports."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.importers import NeedsAnswer, ReadingContext, UnreadableExport
from store.importers.records import (
    Conversation,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
    SourceInfo,
)
from store.importers.slack.slack import FOLDER_IMPORTER
from store.importers.slack.text import plain_text
from store.imports.export_folders import DiskFolder, ZipFolder
from tests.importer_checks import NO_SAMPLES, SAMPLES


def user(id_: str, name: str, **profile: str) -> dict[str, Any]:
    return {
        "id": id_,
        "team_id": "T1",
        "name": name.lower(),
        "profile": {"real_name": name, **profile},
    }


USERS = [
    user("U1", "Iris Lund"),
    user("U2", "Jonas Ek", email="jonas@example.org", phone="+46 70 174 06 05"),
    user("U3", "Rosa Martín"),
    {**user("B1", "Robot"), "is_bot": True},
]
DMS = [{"id": "D1", "members": ["U1", "U2"]}, {"id": "D2", "members": ["U1", "U3"]}]


def put(root: Path, files: dict[str, Any]) -> DiskFolder:
    for name, value in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    return DiskFolder(root)


def read(folder: DiskFolder | ZipFolder, me: tuple[str, ...] = ()) -> list[Record]:
    (export,) = FOLDER_IMPORTER.find(folder)
    assert export.root == ""
    return list(FOLDER_IMPORTER.extract(folder, ReadingContext(name=folder.name, me=me)))


def said(user: str, ts: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "ts": ts, "text": text, **more}


def test_a_workspace(tmp_path: Path) -> None:
    records = read(
        put(
            tmp_path,
            {
                "users.json": USERS,
                "dms.json": DMS,
                "channels.json": [
                    {"id": "C1", "name": "boats", "members": ["U1", "U2", "U3", "B1"]}
                ],
                "boats/2026-11-02.json": [
                    said(
                        "U2",
                        "1793610000.000100",
                        "hi <@U1>, see <https://example.org/x|this> &amp; that",
                    ),
                    said("U1", "1793610001.000100", "yes", thread_ts="1793610000.000100"),
                    said("U3", "1793610002.000100", "joined", subtype="channel_join"),
                    said("B1", "1793610003.000100", "build passed"),
                    {
                        "type": "message",
                        "ts": "1793610004.0",
                        "subtype": "bot_message",
                        "text": "x",
                    },
                    said("U3", "never", "when?"),
                    "nothing",
                ],
                "D1/2026-11-02.json": [
                    said("U2", "1793610010.000100", "", files=[{"name": "boat.jpg"}]),
                    said(
                        "U1", "1793610011.000100", "nice", reactions=[{"name": "wave", "count": 1}]
                    ),
                ],
                "D2/2026-11-02.json": [said("U3", "1793610012.000100", "hello")],
            },
        )
    )
    assert next(each for each in records if isinstance(each, SourceInfo)).account == "T1"
    (owner,) = (each for each in records if isinstance(each, OwnerAccount))
    assert owner.account.name == "Iris Lund"
    chats = {each.key: each for each in records if isinstance(each, Conversation)}
    assert (chats["D1"].kind, chats["D1"].title) == ("direct", "Jonas Ek")
    assert (chats["C1"].kind, chats["C1"].title) == ("group", "boats")
    assert [each.name for each in chats["C1"].participants] == [
        "Iris Lund",
        "Jonas Ek",
        "Rosa Martín",
    ]
    messages = {each.key: each for each in records if isinstance(each, Message)}
    first = messages["C1/1793610000.000100"]
    assert first.text == "hi @Iris Lund, see this (https://example.org/x) & that"
    assert first.sender is not None
    assert first.sender.emails == ("jonas@example.org",)
    assert messages["C1/1793610001.000100"].reply_to == first.key
    assert messages["D1/1793610010.000100"].attachments == ("boat.jpg",)
    assert messages["D1/1793610011.000100"].reactions == ((":wave:", 1),)
    assert sorted(each.reason for each in records if isinstance(each, Skipped)) == [
        "a line that Slack wrote",
        "a message by a program",
        "a message by a program",
    ]
    assert sum(isinstance(each, Problem) for each in records) == 2


def test_an_export_without_chats_of_two_asks_who_the_owner_is(tmp_path: Path) -> None:
    folder = put(
        tmp_path,
        {
            "users.json": USERS,
            "channels.json": [{"id": "C1", "name": "boats", "members": ["U1"]}],
            "boats/2026-11-02.json": [said("U2", "1793610000.000100", "hi")],
        },
    )
    with pytest.raises(NeedsAnswer) as asked:
        read(folder)
    assert asked.value.options == ("Iris Lund", "Jonas Ek", "Rosa Martín")
    records = read(folder, me=("jonas@example.org",))
    assert [each.account.value for each in records if isinstance(each, OwnerAccount)] == ["U2"]


@pytest.mark.parametrize("others", [["U2", "U3"], ["U1", "U1"]])
def test_the_owner_may_be_somebody_whom_the_workspace_does_not_list(
    tmp_path: Path, others: list[str]
) -> None:
    chats = [{"id": f"D{n}", "members": ["U1", other]} for n, other in enumerate(others)]
    records = read(put(tmp_path, {"users.json": USERS[1:], "dms.json": chats}))
    (owner,) = [each for each in records if isinstance(each, OwnerAccount)]
    assert (owner.account.value, owner.account.scope) == ("U1", "T1")


def test_a_broken_day_costs_that_day(tmp_path: Path) -> None:
    folder = put(
        tmp_path,
        {
            "users.json": USERS,
            "dms.json": DMS,
            "D1/2026-11-02.json": b'[{"user": "U2", "ts": "1793610000.0", "text": "one"}, {"ts',
            "D1/2026-11-03.json": [said("U2", "1793690000.000100", "two")],
        },
    )
    records = read(folder)
    assert [each.text for each in records if isinstance(each, Message)] == ["one", "two"]
    assert sum(isinstance(each, Problem) for each in records) == 1


def test_broken_users_are_a_refusal(tmp_path: Path) -> None:
    folder = put(tmp_path, {"users.json": b'[{"id": ', "dms.json": DMS, "D1/2026-11-02.json": []})
    with pytest.raises(UnreadableExport, match=r"users\.json"):
        read(folder)


@given(st.text(max_size=100))
def test_any_text_is_written_plainly(text: str) -> None:
    assert "<@" not in plain_text(f"<@U1>{text.replace('<', '')}", {"U1": "Iris"})


@pytest.mark.skipif(not SAMPLES.exists(), reason=NO_SAMPLES)
def test_the_sample_is_accounted_for() -> None:
    folder = ZipFolder(SAMPLES / "slack" / "testarchive.zip")
    records = read(folder, me=("hamza",))
    days = [file for file in folder.files() if file.count("/") == 1]
    turns = 0
    for file in days:
        with folder.open(file) as stream:
            turns += len(json.load(stream))
    told = [each for each in records if isinstance(each, Message | Skipped | Problem)]
    assert len(told) == turns
    assert not any(isinstance(each, Problem) for each in told)


def test_somebody_whom_the_workspace_does_not_list_belongs_to_it_all_the_same(
    tmp_path: Path,
) -> None:
    day = {"D1/2024-05-01.json": [said("U9", "1714550400.000100", "Hello from next door")]}
    folder = put(tmp_path, {"users.json": USERS, "dms.json": DMS, **day})
    (message,) = [each for each in read(folder, ("U1",)) if isinstance(each, Message)]
    assert message.sender
    assert (message.sender.value, message.sender.scope) == ("U9", "T1")
