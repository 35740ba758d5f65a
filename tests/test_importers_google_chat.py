"""Reading Google Chat's part of a Takeout."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.importers import ReadingContext
from store.importers.google_chat.google_chat import FOLDER_IMPORTER
from store.importers.google_chat.times import spoken_time
from store.importers.records import (
    Account,
    Conversation,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
)
from store.imports.export_folders import DiskFolder
from tests.importer_checks import NO_SAMPLES, SAMPLES

ROSA = {"name": "Rosa", "email": "Rosa@example.org", "user_type": "Human"}
IRIS = {"name": "Iris", "email": "iris@example.net", "user_type": "Human"}
BOT = {"name": "Meet", "user_type": "Bot"}


def put(root: Path, files: dict[str, Any]) -> list[Record]:
    for name, value in files.items():
        path = root / "Takeout" / "Google Chat" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    folder = DiskFolder(root)
    (export,) = FOLDER_IMPORTER.find(folder)
    assert len(export.files) == len(files)
    return list(FOLDER_IMPORTER.extract(folder, ReadingContext(name=root.name)))


def said(who: dict[str, str], text: str, number: int, **more: Any) -> dict[str, Any]:
    created = f"Friday, May 29, 2026 at 3:00:{number:02} AM UTC"
    return {
        "creator": who,
        "created_date": created,
        "text": text,
        "message_id": f"a/{number}",
        **more,
    }


def test_a_chat_of_two_and_its_owner(tmp_path: Path) -> None:
    records = put(
        tmp_path,
        {
            "Users/User 1/user_info.json": {"user": IRIS, "membership_info": []},
            "Groups/DM abc/group_info.json": {"members": [IRIS, ROSA]},
            "Groups/DM abc/messages.json": {
                "messages": [
                    said(ROSA, "which boat?", 1),
                    said(
                        IRIS,
                        "the blue one",
                        2,
                        quoted_message_metadata={"message_id": "a/1"},
                        reactions=[
                            {"emoji": {"unicode": "❤"}, "reactor_emails": ["x@example.org"]}
                        ],
                    ),
                    said(BOT, "The call has ended", 3),
                    said(IRIS, "", 4, attached_files=[{"original_name": "boat.jpg"}]),
                    said(ROSA, "", 5),
                    "nothing",
                ]
            },
        },
    )
    (owner,) = (each for each in records if isinstance(each, OwnerAccount))
    assert owner.account == Account("email", "iris@example.net", "Iris")
    (chat,) = (each for each in records if isinstance(each, Conversation))
    assert (chat.kind, chat.title, len(chat.participants)) == ("direct", "Rosa", 2)
    messages = [each for each in records if isinstance(each, Message)]
    assert [each.text for each in messages] == ["which boat?", "the blue one", ""]
    assert messages[1].reply_to == messages[0].key
    assert messages[1].reactions == (("❤", 1),)
    assert messages[2].attachments == ("boat.jpg",)
    assert sorted(each.reason for each in records if isinstance(each, Skipped)) == [
        "a message by a bot",
        "an empty message",
    ]
    assert sum(isinstance(each, Problem) for each in records) == 1


def test_a_file_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    whole = json.dumps({"messages": [said(ROSA, "one", 1), said(ROSA, "two", 2)]}).encode()
    records = put(tmp_path, {"Groups/Space x/messages.json": whole[:-40]})
    assert [each.text for each in records if isinstance(each, Message)] == ["one"]
    (problem,) = (each for each in records if isinstance(each, Problem))
    assert problem.reason.endswith("kept before that: 1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Friday, May 29, 2026 at 3:00:29\u202fAM UTC", (2026, 5, 29, 3, 0, 29)),
        ("Friday, May 29, 2026 at 12:00:29\u202fPM UTC", (2026, 5, 29, 12, 0, 29)),
        ("Monday, 5 June 2023 at 09:00:00 UTC", (2023, 6, 5, 9, 0, 0)),
        ("2026年5月29日星期五 UTC 03:00:29", (2026, 5, 29, 3, 0, 29)),
        ("Freitag, 29. Mai 2026 um 15:00:29 UTC", (2026, 5, 29, 15, 0, 29)),
        ("viernes, 29 de mayo de 2026, 15:00:29 UTC", (2026, 5, 29, 15, 0, 29)),
        ("fredag 29 maj 2026 kl. 15:00:29 UTC", (2026, 5, 29, 15, 0, 29)),
        ("sexta-feira, 29 de maio de 2026 às 15:00:29 UTC", (2026, 5, 29, 15, 0, 29)),
        ("пятница, 29 мая 2026 г. в 15:00:29 UTC", (2026, 5, 29, 15, 0, 29)),
    ],
)
def test_times_in_many_languages(text: str, expected: tuple[int, ...]) -> None:
    assert spoken_time(text) == datetime(*expected, tzinfo=UTC)  # type: ignore[arg-type,misc]


@given(st.text(max_size=80))
def test_any_text_is_a_time_or_none(text: str) -> None:
    found = spoken_time(f"{text} UTC")
    assert found is None or found.tzinfo is UTC


@pytest.mark.skipif(not SAMPLES.exists(), reason=NO_SAMPLES)
def test_the_sample() -> None:
    folder = DiskFolder(SAMPLES / "synthetic" / "google_chat")
    assert FOLDER_IMPORTER.find(folder)
    records = list(FOLDER_IMPORTER.extract(folder, ReadingContext(name="google_chat")))
    messages = [each for each in records if isinstance(each, Message)]
    assert [each.sent_at.hour for each in messages if each.sent_at] == [3, 3]
