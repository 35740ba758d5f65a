"""Reading Discord: one chat of DiscordChatExporter, and the owner's package."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.importers import NeedsAnswer, ReadingContext
from store.importers.discord.package import FOLDER_IMPORTER
from store.importers.records import Conversation, Message, OwnerAccount, Problem, Record
from store.imports.export_folders import DiskFolder
from tests import golden
from tests.importer_checks import check_any_bytes, mutations, records_in

CASES = golden.cases("discord")


def package(root: Path, files: dict[str, Any]) -> list[Record]:
    for name, value in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        data = value if isinstance(value, str) else json.dumps(value)
        (root / name).write_text(data, "utf-8")
    (export,) = FOLDER_IMPORTER.find(DiskFolder(root))
    assert set(export.files) == set(files)
    return list(FOLDER_IMPORTER.extract(DiskFolder(root), ReadingContext(name="package")))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_in_a_case(case: Path) -> None:
    expected = json.loads(golden.expected_path(case).read_text("utf-8"))
    assert golden.found_in(case) == expected


def test_a_group_of_strangers_asks_who_the_owner_is() -> None:
    authors = [{"id": str(7 * 10**17 + n), "name": f"n{n}"} for n in range(3)]
    chat = {
        "guild": {"id": "1", "name": "Harbour"},
        "channel": {"id": "8", "type": "GuildTextChat", "name": "boats"},
        "messages": [
            {
                "id": str(n),
                "type": "Default",
                "timestamp": "2026-11-02T18:00:00+01:00",
                "content": "x",
                "author": author,
            }
            for n, author in enumerate(authors)
        ],
    }
    with pytest.raises(NeedsAnswer) as asked:
        records_in("discord", json.dumps(chat).encode())
    assert asked.value.options == ("n0", "n1", "n2")


@pytest.mark.parametrize("form", ["json", "csv"])
def test_the_package_holds_the_owners_words(tmp_path: Path, form: str) -> None:
    rows = [
        {
            "ID": 900000000000000001,
            "Timestamp": "2026-11-02 18:00:00",
            "Contents": 'nearly, "dry"',
            "Attachments": "",
        },
        {"ID": 900000000000000002, "Timestamp": "never", "Contents": "x", "Attachments": ""},
        {
            "ID": 900000000000000003,
            "Timestamp": "2026-11-02 18:05:00",
            "Contents": "",
            "Attachments": "https://example.org/a/boat.jpg?x=1",
        },
    ]
    text: Any = rows
    if form == "csv":
        quoted = [
            ['"' + str(each).replace('"', '""') + '"' for each in row.values()] for row in rows
        ]
        text = "\r\n".join(["ID,Timestamp,Contents,Attachments", *map(",".join, quoted)]) + "\r\n"
    records = package(
        tmp_path,
        {
            "account/user.json": {
                "id": "700000000000000002",
                "username": "iris",
                "email": "iris@example.net",
            },
            "messages/index.json": {"800000000000000001": "Direct Message with jonas#0"},
            "messages/c800000000000000001/channel.json": {
                "id": "800000000000000001",
                "type": "DM",
                "recipients": ["700000000000000001", "700000000000000002"],
            },
            f"messages/c800000000000000001/messages.{form}": text,
        },
    )
    (owner,) = (each for each in records if isinstance(each, OwnerAccount))
    assert owner.account.emails == ("iris@example.net",)
    (chat,) = (each for each in records if isinstance(each, Conversation))
    assert (chat.kind, chat.title) == ("direct", "jonas")
    assert [each.name for each in chat.participants] == ["iris", "jonas"]
    messages = [each for each in records if isinstance(each, Message)]
    assert [each.text for each in messages] == ['nearly, "dry"', ""]
    assert messages[1].attachments == ("boat.jpg",)
    (problem,) = (each for each in records if isinstance(each, Problem))
    assert problem.reason == "the message has no id or no usable time"


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2_200),
            st.integers(0, 12),
            st.sampled_from([b"", b'"', b"{", b"]", b"0"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_damage_is_survived(changes: list[tuple[int, int, bytes]]) -> None:
    try:
        check_any_bytes("discord", mutations(CASES[0].read_bytes(), changes))
    except NeedsAnswer:
        return
