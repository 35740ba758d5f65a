"""Every format is listed, has its golden pairs, and takes its own files only."""

import re
from collections import Counter
from pathlib import Path

import pytest

from store.importers import FORMATS, HEAD_BYTES, all_importers
from store.importers.reading.known_files import name_of_unknown
from tests import golden
from tests.running import ROOT

WITH_CASES = sorted(folder.name for folder in golden.FOLDER.iterdir() if folder.is_dir())
CASES = [case for format_ in WITH_CASES for case in golden.cases(format_)]


def name_of(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


def test_every_module_that_holds_a_format_is_listed_and_no_other() -> None:
    folder = ROOT / "store" / "importers"
    holding = {
        ".".join(path.relative_to(folder).with_suffix("").parts)
        for path in folder.rglob("*.py")
        if re.search(r"^(FOLDER_)?IMPORTER\b", path.read_text("utf-8"), re.MULTILINE)
    }
    assert sorted(FORMATS) == sorted(holding)
    assert list(FORMATS) == sorted(FORMATS)


def test_formats_and_titles_are_unique() -> None:
    importers = all_importers()
    assert max(Counter(importer.format for importer in importers).values()) == 1
    assert max(Counter(importer.title for importer in importers).values()) == 1


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_file_is_recognised_by_its_own_format_only(case: Path) -> None:
    head = case.read_bytes()[:HEAD_BYTES]
    takers = [importer.format for importer in all_importers() if importer.recognises(case, head)]
    assert takers == [case.parent.name]


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("empty.vcf", b""),
        ("notes.txt", b"From here on it is a letter.\n\nDear Bo,\n"),
        ("notes.json", b'{"messages": [{"sender_name": "Bo", "timestamp_ms": 1}]}'),
        ("list.json", b'[{"date_unixtime": "1"}]'),
        ("page.html", b"<!doctype html><title>BEGIN:VCARD</title>"),
        ("calendar.ics", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"),
        ("binary.bin", bytes(range(256))),
    ],
)
def test_other_files_are_nobodys(name: str, head: bytes) -> None:
    takers = [each.format for each in all_importers() if each.recognises(Path(name), head)]
    assert not {"vcard", "telegram", "mbox"} & set(takers)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "calendar"),
        (b"BEGIN:VEVENT\nSUMMARY:Lunch\nDTSTART:20261120T120000Z\nEND:VEVENT\n", "calendar"),
        (b"From: a@x.example\nTo: b@x.example\nSubject: hi\n\nhello\n", "e-mail"),
        (b"  \n", "empty"),
    ],
)
def test_a_file_that_nobody_reads_is_named_for_what_it_is(head: bytes, name: str) -> None:
    assert name in name_of_unknown(head)
