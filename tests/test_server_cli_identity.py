"""The owner's commands about who is who, as they are typed."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.running import environment, kinkeeper

CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:{book}\r\nUID:{uid}\r\nFN:{name}\r\n{more}END:VCARD\r\n"
)
APPLE, OTHER = "-//Apple Inc.//macOS 14.0//EN", "-//Example//Book 1//EN"


@pytest.fixture
def env(new_home: Path, tmp_path: Path) -> Mapping[str, str]:
    """A memory with two address books."""
    home = tmp_path / "home"
    shutil.copytree(new_home, home)
    mail = "EMAIL:anna@example.org\r\n"
    for name, cards in {
        "one.vcf": [(APPLE, "1", "Anna Berg", mail), (APPLE, "2", "Bo Ek", "")],
        "two.vcf": [(OTHER, "1", "Anna Holm", mail), (OTHER, "2", "Zed Low", "")],
    }.items():
        text = "".join(CARD.format(book=b, uid=u, name=n, more=m) for b, u, n, m in cards)
        (tmp_path / name).write_text(text, encoding="utf-8")
    env = environment(home, tmp_path / "cache")
    done = kinkeeper("import", tmp_path / "one.vcf", tmp_path / "two.vcf", env=env)
    assert done.returncode == 0, done.stderr
    return env


def _json(*arguments: str, env: Mapping[str, str]) -> Any:
    return json.loads(kinkeeper(*arguments, "--json", env=env).stdout)


def _names(env: Mapping[str, str]) -> list[str]:
    return sorted(person["name"] for person in _json("contacts", env=env)["contacts"])


def test_a_suggestion_is_accepted_and_taken_back(env: Mapping[str, str]) -> None:
    (asked,) = _json("suggestions", env=env)
    assert {side["name"] for side in asked["pair"]} == {"Anna Berg", "Anna Holm"}
    assert "anna@example.org" in asked["reasons"][0]
    accepted = kinkeeper("suggestions", "--accept", asked["id"], env=env)
    assert accepted.returncode == 0, accepted.stderr
    assert len(_names(env)) == 3
    assert _json("suggestions", env=env) == []
    assert kinkeeper("decisions", "--undo-last", env=env).stdout.startswith("Taken back: ")
    assert _names(env) == ["Anna Berg", "Anna Holm", "Bo Ek", "Zed Low"]
    assert _json("suggestions", env=env) == [asked]


def test_a_refused_suggestion_is_gone(env: Mapping[str, str]) -> None:
    (asked,) = _json("suggestions", env=env)
    kinkeeper("suggestions", "--not-the-same", asked["id"], env=env)
    assert "nothing to decide" in kinkeeper("suggestions", env=env).stdout
    assert [each["kind"] for each in _json("decisions", env=env)] == ["not the same"]
    unknown = kinkeeper("suggestions", "--accept", asked["id"], env=env)
    assert (unknown.returncode, "There is no suggestion" in unknown.stderr) == (1, True)


def test_merged_by_name_and_split_by_number(env: Mapping[str, str]) -> None:
    merged = kinkeeper("merge", "Bo Ek", "Zed Low", env=env)
    assert merged.returncode == 0, merged.stderr
    assert "is now Bo Ek" in merged.stdout
    shown = kinkeeper("split", "Bo Ek", env=env).stdout
    assert "  1  card" in shown
    assert "  2  card" in shown
    assert kinkeeper("split", "Bo Ek", "3", env=env).returncode == 1
    split = kinkeeper("split", "Bo Ek", "2", env=env)
    assert split.returncode == 0, split.stderr
    assert _names(env) == ["Anna Berg", "Anna Holm", "Bo Ek", "Zed Low"]
    kinds = [each["kind"] for each in _json("decisions", env=env)]
    assert kinds == ["split", "merge"]
    again = kinkeeper("merge", "Bo Ek", "Bo Ek", env=env)
    assert (again.returncode, "one contact already" in again.stderr) == (1, True)
