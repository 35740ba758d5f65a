"""Reading a LinkedIn export, the tables of which need each other."""

from collections import Counter
from pathlib import Path

import pytest

from store.importers import ExportFolder, ReadingContext
from store.importers.linkedin.linkedin import FOLDER_IMPORTER
from store.importers.linkedin.messages import OwnerSigns
from store.importers.records import (
    Account,
    Card,
    Conversation,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
)
from store.imports.export_folders import DiskFolder, FolderPart, ZipFolder
from tests.growth import check_growth
from tests.importer_checks import NO_SAMPLES, SAMPLES

CONNECTIONS = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,"
    "SUBJECT,CONTENT,FOLDER\n"
)
NORA = "https://www.linkedin.com/in/nora-lind"
IDA = "https://www.linkedin.com/in/ida-berg"


def read(folder: ExportFolder) -> list[Record]:
    (export,) = FOLDER_IMPORTER.find(folder)
    part = FolderPart(folder, export.root, export.files, lambda _count: None)
    return list(FOLDER_IMPORTER.extract(part, ReadingContext(name=part.name)))


def made(folder: Path, **files: str) -> DiskFolder:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name.replace('_', ' ')}.csv").write_text(text, "utf-8")
    return DiskFolder(folder)


def message(who: str, text: str, conversation: str = "c1", at: str = "2026-08-01 02:00:00") -> str:
    to = NORA if who == IDA else IDA
    return f'{conversation},,Some One,{who},Other One,{to},{at} UTC,,"{text}",INBOX\n'


@pytest.fixture
def whole(tmp_path: Path) -> DiskFolder:
    folder = made(
        tmp_path / "export",
        Connections=CONNECTIONS + f"Ida,Berg,{IDA},,Berg & Co,Owner,12 Mar 2024\n",
        messages=MESSAGES + message(IDA, "Hello") + message(NORA, "Hi"),
        Profile="First Name,Last Name,Maiden Name,Headline\nNora,Lind,,Reader\n",
        Email_Addresses="Email Address,Confirmed,Primary,Updated On\nnora@lind.example,Yes,Yes,x\n"
        "typo@lind.example,No,No,x\n",
        PhoneNumbers="Extension,Number,Type\n+351,922 700 101,Mobile\n",
        Invitations="From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"
        f'Ida Berg,Nora Lind,"3/10/24, 9:00 AM",From the choir!,INCOMING,{IDA},{NORA}\n',
        Education="School Name,Start Date\nSchool,2001\n",
    )
    (tmp_path / "export" / "Recommendations_Received.csv").write_text(
        "First Name,Last Name,Company,Job Title,Text,Creation Date,Status\n"
        'Ida,Berg,x,y,"Sings well",05 Jun 2025,VISIBLE\nNo,Body,x,y,"Unknown",05 Jun 2025,VISIBLE\n'
    )
    return folder


def test_a_connection_carries_what_the_other_tables_say(whole: DiskFolder) -> None:
    (card,) = [record for record in read(whole) if isinstance(record, Card)]
    assert card.uid == "ida-berg"
    assert [(note.kind, note.text, note.on) for note in card.dated_notes] == [
        ("how we met", "Connected on LinkedIn", "2024-03-12"),
        ("how we met", "Their invitation on LinkedIn: “From the choir!”", "2024-03-10"),
        ("note", "Recommended you on LinkedIn: “Sings well”", "2025-06-05"),
    ]


def test_the_owner_is_told_by_addresses_numbers_and_messages(whole: DiskFolder) -> None:
    owners = [each.account for each in read(whole) if isinstance(each, OwnerAccount)]
    assert [(account.kind, account.value) for account in owners] == [
        ("email", "nora@lind.example"),
        ("phone", "+351 922 700 101"),
        ("linkedin", "nora-lind"),
    ]


def test_what_is_claimed_and_not_read_is_counted(whole: DiskFolder) -> None:
    skipped = [each for each in read(whole) if isinstance(each, Skipped)]
    assert [each.place for each in skipped] == ["Education.csv"]


def test_tables_of_other_programs_beside_it_are_left_to_their_own_formats(tmp_path: Path) -> None:
    made(tmp_path / "in", Connections=CONNECTIONS, friends="Name,Email\nAnn,ann@x.example\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "messages.csv").write_text("ID,Timestamp,Contents,Attachments\n")
    (export,) = FOLDER_IMPORTER.find(DiskFolder(tmp_path))
    assert (export.root, export.files) == ("in/", ("in/Connections.csv",))


def test_one_table_that_cannot_be_read_does_not_lose_the_others(whole: DiskFolder) -> None:
    (whole.path / "Profile.csv").write_text("nothing\nof use\n")
    records = read(whole)
    assert [each.place for each in records if isinstance(each, Problem)] == ["Profile.csv"]
    assert any(isinstance(each, Card) for each in records)


def test_a_conversation_is_told_once_with_the_oldest_message_first(tmp_path: Path) -> None:
    folder = made(
        tmp_path,
        messages=MESSAGES
        + message(NORA, "third", at="2026-08-03 02:00:00")
        + message(IDA, "second", at="2026-08-02 02:00:00")
        + message(IDA, "elsewhere", "c2")
        + message(IDA, "first", at="2026-08-01 02:00:00"),
    )
    records = read(folder)
    assert Counter(each.key for each in records if isinstance(each, Conversation)) == {
        "c1": 1,
        "c2": 1,
    }
    texts = [each.text for each in records if isinstance(each, Message)]
    assert texts == ["second", "third", "elsewhere", "first"]


def test_the_same_words_twice_are_two_messages_with_keys_that_stay(tmp_path: Path) -> None:
    def keys(text: str) -> list[str]:
        return [
            each.key for each in read(made(tmp_path, messages=text)) if isinstance(each, Message)
        ]

    twice = keys(MESSAGES + message(IDA, "ok") * 2)
    assert len(set(twice)) == 2
    assert keys(MESSAGES + message(NORA, "new") + message(IDA, "ok") * 2)[:2] == twice


@pytest.mark.parametrize(
    ("seen", "owner"),
    [
        ({"c1": "ab", "c2": "ac", "c3": "ad"}, "a"),
        ({"c1": "ab"}, None),
        ({"c1": "ab", "c2": "ab"}, None),
        ({"c1": "ab", "c2": "cd"}, None),
    ],
)
def test_the_owner_is_who_is_everywhere_or_nobody(seen: dict[str, str], owner: str | None) -> None:
    signs = OwnerSigns(frozenset())
    for conversation, slugs in seen.items():
        for slug in slugs:
            signs.see(Account("linkedin", slug, slug.upper()), conversation)
    found = signs.owner()
    assert (found and found.value) == owner


def test_a_name_or_an_address_decides_where_presence_does_not() -> None:
    for signs in (OwnerSigns(frozenset({"nora lind"})), OwnerSigns(frozenset(), frozenset({"n"}))):
        signs.see(Account("linkedin", "i", "Ida"), "c1")
        signs.see(Account("linkedin", "n", "Nora Lind"), "c1")
        found = signs.owner()
        assert found is not None
        assert found.value == "n"


def test_the_time_for_many_messages_grows_with_their_number(tmp_path: Path) -> None:
    line = message(IDA, "Will you come?\n\nIt is free, as ever, and good.")

    def read_many(count: int) -> None:
        records = read(made(tmp_path, messages=MESSAGES + line * count))
        assert sum(isinstance(each, Message) for each in records) == count

    check_growth(read_many, 5_000)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=NO_SAMPLES)
def test_the_sample_of_another_project_is_read_whole() -> None:
    records = read(ZipFolder(SAMPLES / "linkedin" / "sample_export.zip"))
    counts = Counter(type(record).__name__ for record in records)
    assert (counts["Card"], counts["Message"], counts["Problem"]) == (2_000, 19_959, 0)
    begun = {each.key for each in records if isinstance(each, Conversation)}
    assert {each.conversation_key for each in records if isinstance(each, Message)} <= begun
