"""Reading Messenger and Instagram exports."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.importers import NeedsAnswer, ReadingContext
from store.importers.messenger.messenger import FOLDER_IMPORTER
from store.importers.reading.mojibake import repaired
from store.importers.records import Conversation, Message, OwnerAccount, Record, SourceInfo
from store.imports.export_folders import DiskFolder, FolderPart
from tests import golden
from tests.importer_checks import NO_SAMPLES, SAMPLES, check_any_bytes, mutations

CASES = golden.cases("messenger")


def thread(
    title: str, people: list[str], *said: tuple[str, int, str], newest_first: bool = True
) -> bytes:
    messages = [
        {"sender_name": who, "timestamp_ms": when, "content": what} for who, when, what in said
    ]
    if newest_first:
        messages.reverse()
    told = {
        "participants": [{"name": name} for name in people],
        "messages": messages,
        "title": title,
    }
    return json.dumps(told).encode()


def read(root: Path, files: dict[str, bytes], me: tuple[str, ...] = ()) -> list[Record]:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    (export,) = FOLDER_IMPORTER.find(DiskFolder(root))
    part = FolderPart(DiskFolder(root), export.root, tuple(export.files), lambda _: None)
    return list(FOLDER_IMPORTER.extract(part, ReadingContext(name=root.name, me=me)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_in_a_case(case: Path) -> None:
    expected = json.loads(golden.expected_path(case).read_text("utf-8"))
    assert golden.found_in(case) == expected


def test_the_parts_of_a_thread_are_one_chat_in_its_order(tmp_path: Path) -> None:
    folder = "your_activity_across_facebook/messages/inbox/bo_1"
    records = read(
        tmp_path,
        {
            f"{folder}/message_1.json": thread("Bo", ["Bo", "Iris"], ("Bo", 3_000, "c")),
            f"{folder}/message_2.json": thread("Bo", ["Bo", "Iris"], ("Iris", 2_000, "b")),
            f"{folder}/message_10.json": thread("Bo", ["Bo", "Iris"], ("Bo", 1_000, "a")),
        },
    )
    assert [each.text for each in records if isinstance(each, Message)] == ["a", "b", "c"]
    (chat,) = (each for each in records if isinstance(each, Conversation))
    assert (chat.kind, chat.title) == ("direct", "Bo")
    (owner,) = (each for each in records if isinstance(each, OwnerAccount))
    assert owner.account.name == "Iris"


def test_who_takes_part_in_most_threads_is_the_owner(tmp_path: Path) -> None:
    files = {
        "messages/inbox/a_1/message_1.json": thread("Three", ["Bo", "Cy", "Iris"], ("Bo", 1, "x")),
        "messages/inbox/b_2/message_1.json": thread(
            "Four", ["Dan", "Eve", "Iris"], ("Dan", 1, "x")
        ),
    }
    records = read(tmp_path, files)
    owners = {each.account.name for each in records if isinstance(each, OwnerAccount)}
    assert owners == {"Iris"}


def test_an_export_that_does_not_tell_the_owner_asks(tmp_path: Path) -> None:
    files = {
        "messages/inbox/a_1/message_1.json": thread("Three", ["Bo", "Cy", "Iris"], ("Bo", 1, "x"))
    }
    with pytest.raises(NeedsAnswer) as asked:
        read(tmp_path, files)
    assert set(asked.value.options) == {"Bo", "Cy", "Iris"}
    records = read(tmp_path, files, me=("iris",))
    assert [each.account.name for each in records if isinstance(each, OwnerAccount)] == ["Iris"]


def test_instagram_is_told_by_its_folder(tmp_path: Path) -> None:
    files = {
        "your_instagram_activity/messages/inbox/bo_1/message_1.json": thread(
            "Bo", ["Bo", "Iris"], ("Bo", 1, "x")
        )
    }
    (source,) = (each for each in read(tmp_path, files) if isinstance(each, SourceInfo))
    assert source.kind == "instagram"


def test_a_newer_export_keeps_the_keys(tmp_path: Path) -> None:
    said = [("Bo", 1_000, "a"), ("Bo", 1_000, "b"), ("Iris", 2_000, "c"), ("Bo", 3_000, "d")]
    older = {"messages/inbox/bo_1/message_1.json": thread("Bo", ["Bo", "Iris"], *said[:3])}
    newer = {"messages/archived_threads/bo_1/message_1.json": thread("Bo", ["Bo", "Iris"], *said)}
    keys = [
        [each.key for each in read(tmp_path / name, files) if isinstance(each, Message)]
        for name, files in (("older", older), ("newer", newer))
    ]
    assert keys[0] == keys[1][:3]
    assert len(set(keys[1])) == 4


@given(st.text(max_size=30))
def test_broken_letters_are_repaired_and_sound_ones_left(text: str) -> None:
    sound = text.replace("\0", "")
    broken = sound.encode("utf-8", "surrogatepass").decode("latin-1")
    if sound.encode("utf-8", "ignore").decode() == sound:
        assert repaired(broken) == sound


@given(
    st.sampled_from(CASES),
    st.lists(
        st.tuples(
            st.integers(0, 2_500),
            st.integers(0, 12),
            st.sampled_from([b"", b'"', b"{", b"]", b"\\u00e2", b"-1"]),
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_damage_is_survived(case: Path, changes: list[tuple[int, int, bytes]]) -> None:
    try:
        check_any_bytes("messenger", mutations(case.read_bytes(), changes))
    except NeedsAnswer:
        return


@pytest.mark.skipif(not SAMPLES.exists(), reason=NO_SAMPLES)
def test_turns_in_are_messages_out() -> None:
    for root in sorted((SAMPLES / "messenger" / "msgvault").iterdir()):
        found = FOLDER_IMPORTER.find(DiskFolder(root))
        for export in found:
            part = FolderPart(DiskFolder(root), export.root, tuple(export.files), lambda _: None)
            context = ReadingContext(name=root.name, me=("Test User",))
            records = list(FOLDER_IMPORTER.extract(part, context))
            turns = sum(
                len(json.loads((root / file).read_bytes())["messages"]) for file in export.files
            )
            told = [
                each
                for each in records
                if not isinstance(each, SourceInfo | OwnerAccount | Conversation)
            ]
            assert len(told) == turns, root.name
