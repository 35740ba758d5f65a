"""Mails in files of their own: .eml, .emlx and Maildir."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.importers import HEAD_BYTES, ReadingContext
from store.importers.mail.files import FOLDER_IMPORTER, IMPORTER, is_mail
from store.importers.records import Conversation, Message, Problem, Record, Skipped
from store.imports.export_folders import DiskFolder
from tests import golden
from tests.importer_checks import NO_SAMPLES, SAMPLES, check_any_bytes

CASES = golden.cases("eml")


def mail(key: str, answers: str = "", text: str = "hello") -> bytes:
    thread = f"In-Reply-To: <{answers}@example.org>\n" if answers else ""
    return (
        f"From: Bo <bo@example.org>\nTo: iris@example.net\nSubject: {key}\n"
        f"Date: Mon, 02 Nov 2026 08:30:00 +0100\nMessage-ID: <{key}@example.org>\n{thread}"
        f"\n{text}\n"
    ).encode()


def put(folder: Path, files: dict[str, bytes]) -> DiskFolder:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return DiskFolder(folder)


def read(folder: DiskFolder) -> list[Record]:
    return list(FOLDER_IMPORTER.extract(folder, ReadingContext(name=folder.name)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_in_a_case(case: Path) -> None:
    expected = json.loads(golden.expected_path(case).read_text("utf-8"))
    assert golden.found_in(case) == expected


def test_a_maildir_is_one_export_without_its_drafts_and_trash(tmp_path: Path) -> None:
    folder = put(
        tmp_path / "Maildir",
        {
            "cur/1.host:2,S": mail("one"),
            "new/2.host": mail("two", answers="one"),
            "cur/3.host:2,DS": mail("draft"),
            "Trash/cur/4.host:2,S": mail("thrown"),
            "cur/5.host:2,S": b"",
            "dovecot.index.cache": b"\x00\x01",
        },
    )
    (export,) = FOLDER_IMPORTER.find(folder)
    assert export.files == (
        "Trash/cur/4.host:2,S",
        "cur/1.host:2,S",
        "cur/3.host:2,DS",
        "new/2.host",
    )
    records = [record for record in read(folder) if not isinstance(record, Problem)]
    messages = [record for record in records if isinstance(record, Message)]
    assert [message.key for message in messages] == ["one@example.org", "two@example.org"]
    assert len({message.conversation_key for message in messages}) == 1
    assert sum(isinstance(record, Conversation) for record in records) == 1
    skipped = [record.reason for record in records if isinstance(record, Skipped)]
    assert sorted(skipped) == ["a draft", "a mail in the trash"]


def test_a_maildir_keeps_its_folders_under_names_that_look_hidden(tmp_path: Path) -> None:
    folder = put(
        tmp_path / "Maildir",
        {
            "cur/1.host:2,S": mail("one"),
            ".Sent/cur/2.host:2,S": mail("two"),
            ".Sent.2024/new/3.host": mail("three"),
            ".Trash/cur/4.host:2,S": mail("thrown"),
            ".git/config": b"[core]",
            ".git/objects/cur.eml": mail("four"),
        },
    )
    (export,) = FOLDER_IMPORTER.find(folder)
    assert export.files == (
        ".Sent.2024/new/3.host",
        ".Sent/cur/2.host:2,S",
        ".Trash/cur/4.host:2,S",
        "cur/1.host:2,S",
    )
    messages = [record for record in read(folder) if isinstance(record, Message)]
    assert sorted(message.key.partition("@")[0] for message in messages) == ["one", "three", "two"]


def test_one_empty_file_costs_one_mail(tmp_path: Path) -> None:
    folder = put(tmp_path, {"a.eml": b"", "b.eml": mail("one")})
    records = read(folder)
    (problem,) = (record for record in records if isinstance(record, Problem))
    assert (problem.place, problem.reason) == ("a.eml", "the file is empty")
    assert sum(isinstance(record, Message) for record in records) == 1


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("letter.txt", b"Subject: words\n\nDear Bo,\n", False),
        ("notes.md", b"---\nto: do\ndate: today\n---\n", False),
        ("1.host:2,S", mail("one"), True),
        ("one.eml", b"Subject: words\n\n", True),
        ("one.eml", b"BEGIN:VCARD\nVERSION:3.0\n", False),
        ("box", b"From bo@example.org Sat Jan  1 10:00:00 2022\n" + mail("one"), False),
        ("one.eml", b"From bo@example.org Sat Jan  1 10:00:00 2022\n" + mail("one"), True),
    ],
)
def test_what_counts_as_a_mail(name: str, head: bytes, expected: bool) -> None:
    assert is_mail(name, head) is expected


@given(st.binary(max_size=300) | st.binary(max_size=80).map(lambda tail: mail("one") + tail))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    check_any_bytes("eml", data)


@pytest.mark.skipif(not SAMPLES.exists(), reason=NO_SAMPLES)
def test_every_awkward_sample_gives_one_message() -> None:
    files = sorted((SAMPLES / "email").rglob("*.eml"))
    assert files
    for path in files:
        with path.open("rb") as stream:
            assert IMPORTER.recognises(path, stream.read(HEAD_BYTES)), path.name
        with path.open("rb") as stream:
            records = list(IMPORTER.extract(stream, ReadingContext(name=path.name)))
        assert sum(isinstance(record, Message) for record in records) == 1, path.name
