"""Folders and zips: what is found in them, what is left alone, and what was made to hurt."""

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from store.imports import export_folders
from store.imports.find_exports import Found, UnknownFormat, find_exports
from store.imports.import_run import import_export
from store.imports.parser_process import Answers, find_apart
from tests.made_exports import NOW, OWNER, made_memory

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{0}\r\nFN:{0}\r\nTEL:+351 922 700 103\r\nEND:VCARD\r\n"
CHAT_HEAD = b'{"name": "Bo", "type": "personal_chat", "id": 2, "messages": [\n'
Change = Callable[[zipfile.ZipInfo], None]


def _zip(path: Path, **files: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def _told(found: Found) -> list[str]:
    return [export.name for export in found.exports]


def test_a_folder_is_looked_through_and_what_nobody_reads_is_counted(tmp_path: Path) -> None:
    folder = tmp_path / "Takeout"
    (folder / "photos").mkdir(parents=True)
    (folder / "contacts.vcf").write_text(CARD.format("Ana Reis"))
    (folder / ".hidden.vcf").write_text(CARD.format("Bo Ek"))
    (folder / "link.vcf").symlink_to(folder / "contacts.vcf")
    for number in range(5):
        (folder / "photos" / f"{number}.jpg").write_bytes(b"\xff\xd8\xff")
        (folder / f"page{number}.html").write_text("<html>")
    _zip(folder / "more.zip", a_vcf=CARD.format("Cy Dahl"))
    found = find_exports([folder], None)
    assert _told(found) == ["contacts.vcf", "more.zip/a.vcf"]
    assert found.refused == []
    counts = {seems: count for seems, (count, _) in found.others.items()}
    assert sorted(counts.values()) == [1, 5, 5]
    assert counts["a picture, a film or a sound"] == 5
    assert counts["a link to somewhere else"] == 1
    (pages,) = [names for seems, (_, names) in found.others.items() if "web page" in seems]
    assert pages == ("page0.html", "page1.html", "page2.html")
    assert find_apart([folder], None, {}) == found


def test_a_file_inside_a_zip_is_read_where_it_lies(tmp_path: Path) -> None:
    path = _zip(tmp_path / "book.zip", inner__book_vcf=CARD.format("Ana Reis"))
    [export] = find_exports([path], None).exports
    with made_memory(tmp_path) as writer:
        summaries = [
            import_export(writer, export, Answers("UTC"), {}, OWNER, NOW, lambda _done, _all: None)
            for _ in range(2)
        ]
    assert [(s.new, s.unchanged) for s in summaries] == [(1, 0), (0, 1)]
    assert not any(tmp_path.rglob("book.vcf"))


def _link(entry: zipfile.ZipInfo) -> None:
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("../evil.vcf", None),
        ("a/../../evil.vcf", None),
        ("/etc/evil.vcf", None),
        ("C:/evil.vcf", None),
        ("..\\evil.vcf", None),
        ("link.vcf", _link),
    ],
)
def test_names_that_lead_out_and_links_are_not_followed(
    tmp_path: Path, name: str, change: Change | None
) -> None:
    path = tmp_path / "evil.zip"
    entry = zipfile.ZipInfo("good.vcf")
    entry.filename = name
    if change:
        change(entry)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, CARD.format("Mallory"))
        archive.writestr("good.vcf", CARD.format("Ana Reis"))
    found = find_exports([path], None)
    assert _told(found) == ["evil.zip/good.vcf"]
    assert sum(count for count, _ in found.others.values()) == 1


def test_a_zip_inside_a_zip_is_named_and_left_alone(tmp_path: Path) -> None:
    inner = _zip(tmp_path / "inner.zip", a_vcf=CARD.format("Ana Reis"))
    found = find_exports([_zip(tmp_path / "outer.zip", inner_zip=inner.read_bytes())], None)
    assert found.exports == []
    assert list(found.others) == ["a zip inside a zip; unpack the outer one"]


def test_a_locked_a_cut_and_an_office_zip_are_refused_in_a_sentence(tmp_path: Path) -> None:
    locked = _zip(tmp_path / "locked.zip", a_vcf=CARD.format("Ana Reis"))
    data = bytearray(locked.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    locked.write_bytes(data)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(_zip(tmp_path / "whole.zip", a_vcf=CARD.format("Ana Reis")).read_bytes()[:60])
    office = tmp_path / "letter.docx"
    with zipfile.ZipFile(office, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    found = find_exports([locked, cut, office], None)
    assert found.exports == []
    for line, words in zip(found.refused, ("password", "damaged", "office"), strict=True):
        assert words in line


def test_a_damaged_entry_ends_its_own_export_only(tmp_path: Path) -> None:
    path = tmp_path / "book.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.vcf", CARD.format("Ana Reis") * 9_000)
        archive.writestr("b.vcf", CARD.format("Bo Ek"))
    data = bytearray(path.read_bytes())
    data[600_000] ^= 0xFF  # the checksum of the first entry fails, at its end
    path.write_bytes(data)
    first, second = find_exports([path], None).exports
    with made_memory(tmp_path) as writer:
        broken = import_export(
            writer, first, Answers("UTC"), {}, OWNER, NOW, lambda _done, _all: None
        )
        whole = import_export(
            writer, second, Answers("UTC"), {}, OWNER, NOW, lambda _done, _all: None
        )
    assert "a.vcf in book.zip cannot be unpacked" in broken.failure
    assert (whole.new, whole.failure) == (1, "")


def test_a_bomb_stops_where_it_begins_to_hurt(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("result.json", "w") as entry,
    ):
        entry.write(CHAT_HEAD + b'{"id": 1, "type": "message", "date_unixtime": "1700000000"}')
        for _ in range(40):
            entry.write(b" " * 1024 * 1024)
    assert path.stat().st_size < 100_000
    [export] = find_exports([path], None).exports
    with made_memory(tmp_path) as writer:
        summary = import_export(writer, export, Answers("UTC"), {}, OWNER, NOW, lambda _d, _a: None)
    assert "made to fill up a computer" in summary.failure
    assert summary.messages == 0


def test_json_that_is_nested_too_deeply_is_a_broken_record(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    good = {"id": 1, "type": "message", "date_unixtime": "1700000000", "from": "Bo", "text": "hi"}
    path.write_bytes(CHAT_HEAD + json.dumps(good).encode() + b"," + b"[" * 200_000)
    [export] = find_exports([path], None).exports
    with made_memory(tmp_path) as writer:
        summary = import_export(writer, export, Answers("UTC"), {}, OWNER, NOW, lambda _d, _a: None)
    assert (summary.messages, summary.broken, summary.failure) == (1, 1, "")


def test_more_files_than_an_export_has_are_not_walked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_folders, "MOST_FILES", 3)
    for number in range(4):
        (tmp_path / f"{number}.vcf").write_text(CARD.format(number))
    path = _zip(tmp_path / "z.zip", a_vcf="", b_vcf="", c_vcf="", d_vcf="")
    for named in (tmp_path, path):
        found = find_exports([named], None)
        assert found.exports == []
        assert "more than 3 files" in found.refused[0]


def test_a_format_that_does_not_exist_is_told_with_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="telegram"):
        find_exports([tmp_path], "fax")
