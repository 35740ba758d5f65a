"""Every decision has its day and the files that it lives in."""

import re
from datetime import date

import pytest

from tests.running import ROOT

TEXT = (ROOT / "docs" / "decisions.md").read_text("utf-8")
ENTRY = re.compile(r"^- \*\*(.+?)\*\*(.*?)(?=^- |^#|\Z)", re.MULTILINE | re.DOTALL)
STAMP = re.compile(r" \((\d{4}-\d\d-\d\d), ((?:`[\w./]+`(?:, )?)+)[;)]")
ENTRIES = [(" ".join(title.split()), " ".join(text.split())) for title, text in ENTRY.findall(TEXT)]


def test_all_that_is_listed_is_a_decision() -> None:
    assert len(ENTRIES) == len(re.findall(r"^- ", TEXT, re.MULTILINE))
    assert len(ENTRIES) > 100


@pytest.mark.parametrize(("title", "text"), ENTRIES, ids=[title for title, _ in ENTRIES])
def test_a_decision_has_its_day_and_its_files(title: str, text: str) -> None:
    stamp = STAMP.match(f" {text}")
    assert stamp, "after the title: (2026-11-20, `path/of/the/file.py`)"
    date.fromisoformat(stamp[1])
    paths = re.findall(r"`([^`]+)`", stamp[2])
    assert [path for path in paths if not (ROOT / path).is_file()] == []
