"""The words of languages: each list that is needed is there, and a folder is all that one takes."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from store.text.languages import FOLDER, words
from tests.running import ROOT

FILES = sorted(path.relative_to(FOLDER).with_suffix("").parts for path in FOLDER.glob("*/*.toml"))
SUBJECTS = sorted({subject for _, subject in FILES})
# English is the pattern: what its file has, every other language's has, but for these.
MAY_BE_MISSING = {
    "days": {"promises"},
    "months": {"short"},
    "sensitive": {"password.loose_nouns", "address.no_names"},
}
# Whose entries every language names by itself.
OWN_KEYS = {
    "headings": {""},
    "promises": {
        "fragments",
        *(f"wording.{name}" for name in ("verbs", "contact_verbs")),
        *(f"wording.said_by_{writer}" for writer in ("owner", "contact")),
    },
}
HOW_MANY = {("months", "names"): 12, ("days", "weekdays"): 7, ("days", "numbers"): 12}


def lists(table: Mapping[str, Any], subject: str, above: str = "") -> Iterator[str]:
    """The names of the lists in a file, with those of the tables that they stand in."""
    for key, value in table.items():
        name = f"{above}.{key}".removeprefix(".")
        if name in MAY_BE_MISSING.get(subject, ()):
            continue
        yield name
        if isinstance(value, dict) and name not in OWN_KEYS.get(subject, ()):
            yield from lists(value, subject, name)


def lacking(language: str, subject: str, folder: Path = FOLDER) -> list[str]:
    """What a language's file lacks, each as it is said to whoever writes it."""
    if "" in OWN_KEYS.get(subject, ()):
        return []
    known = words(subject, folder)
    has = {*lists(known[language], subject)}
    return [
        f"store/words/{language}/{subject}.toml lacks {name}, which English has"
        for name in lists(known["en"], subject)
        if name not in has
    ]


@pytest.mark.parametrize(("language", "subject"), FILES)
def test_every_list_that_a_subject_needs_is_there(language: str, subject: str) -> None:
    assert lacking(language, subject) == []


@pytest.mark.parametrize(("language", "subject"), FILES)
def test_every_list_holds_words(language: str, subject: str) -> None:
    for (of_subject, name), count in HOW_MANY.items():
        if of_subject == subject:
            assert len(words(subject)[language][name]) == count, name
    text = json.dumps(words(subject)[language], ensure_ascii=False)
    assert '""' not in text or subject == "promises", "an empty word would be found everywhere"


@pytest.mark.parametrize("language", sorted({language for language, _ in FILES}))
def test_what_a_subject_builds_on_is_there(language: str) -> None:
    subjects = {subject for of_language, subject in FILES if of_language == language}
    if "days" in subjects:
        assert "months" in subjects
    if "promises" in subjects:
        assert {"cues", "days"} <= subjects
        assert words("days")[language]["promises"].keys() == words("days")["en"]["promises"].keys()


def test_a_half_language_is_told_what_it_lacks(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "en", tmp_path / "en")
    half = (FOLDER / "en" / "days.toml").read_text("utf-8").replace("\ntomorrow =", "\nmorrow =")
    (tmp_path / "zz").mkdir()
    (tmp_path / "zz" / "days.toml").write_text(half, "utf-8")
    assert lacking("zz", "days", tmp_path) == [
        "store/words/zz/days.toml lacks tomorrow, which English has"
    ]


def test_a_language_has_the_subjects_that_somebody_wrote(tmp_path: Path) -> None:
    for language, subject in (("zz", "review"), ("aa", "review"), ("aa", "owner")):
        (tmp_path / language).mkdir(exist_ok=True)
        (tmp_path / language / f"{subject}.toml").write_text(f'now = ["{language}"]\n', "utf-8")
    assert list(words("review", tmp_path)) == ["aa", "zz"]
    assert list(words("owner", tmp_path)) == ["aa"]
    assert words("days", tmp_path) == {}


def in_another_language(value: Any) -> Any:
    """English with a `zz` before every word, or before every pattern."""
    if isinstance(value, dict):
        return {key: in_another_language(each) for key, each in value.items()}
    if isinstance(value, list):
        return [in_another_language(each) for each in value]
    return f"zz{value}" if "(" in value else "|".join(f"zz{form}" for form in value.split("|"))


def as_toml(table: Mapping[str, Any]) -> str:
    inner = {key: value for key, value in table.items() if isinstance(value, dict)}
    lines = [f"{json.dumps(k)} = {json.dumps(v)}" for k, v in table.items() if k not in inner]
    return "\n".join(lines + [f"[{name}]\n{as_toml(each)}" for name, each in inner.items()])


# In a process of its own: what is compiled from the words is kept as long as a process runs.
READERS = """
import functools, json, sys
from datetime import date
from pathlib import Path
import store.text.languages as reader
reader.words = functools.partial(reader.words, folder=Path(sys.argv[1]))

from store.importers.reading.month_names import month_number
from store.importers.tables.headings import fields_of
from store.sensitive import on_request
from store.sensitive.in_context import Turn, secrets_in_talk
from store.text.index_words import content_terms
from tools.days.asked import asked_days
from tools.days.mentioned import mentioned_day
from tools.days.promised import named_days
from tools.days.typed import read_date
from tools.occasions import occasion
from tools.owed_by import owed_by
from tools.ranking.number_questions import asks_for_number
from tools.reviewing.outdated import _words_of_now
from tools.talk.cues import cues_in

on = date(2026, 11, 20)
print(json.dumps({
    "months": month_number("zzMarch"),
    "headings": fields_of(["zzFirst name"]),
    "sensitive": [span.kind for span in on_request("it is zzleukaemia")],
    "asked": [[span.kind for span in told] for told in secrets_in_talk(
        [Turn("zzwhat is the zzgate zzcode", 0, 1), Turn("4711", 60, 2)])],
    "questions": [content_terms("zzwhat kiln"), asks_for_number("zzhow much")],
    "days typed": read_date("zzin zztwo zzweeks", on, "ahead"),
    "days asked for": asked_days("zzlast zzfriday", on).hold(date(2026, 11, 13)),
    "days mentioned": str(mentioned_day("zzon 3 zzmarch", on)),
    "days promised": str(named_days("zznext zzweek", on, "zz").first),
    "owner": occasion("zzcoffee"),
    "pronouns": owed_by("zzshe calls", "Alex"),
    "review": "zzcurrently" in _words_of_now(),
    "cues": sorted(cues_in("zzthe zzi promise")),
}))
"""


def test_a_folder_of_words_is_all_that_a_new_language_takes(tmp_path: Path) -> None:
    folder = tmp_path / "words"
    shutil.copytree(FOLDER, folder)
    (folder / "zz").mkdir()
    # For promises, words are not enough: each has a kind, and a form in which it is told.
    for subject in [subject for subject in SUBJECTS if subject != "promises"]:
        made = as_toml(in_another_language(words(subject)["en"]))
        (folder / "zz" / f"{subject}.toml").write_text(made, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", READERS, str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "months": 3,
        "headings": ["given name"],
        "sensitive": ["health"],
        "asked": [[], ["code"]],
        "questions": [["kiln"], True],
        "days typed": "2026-12-04",
        "days asked for": True,
        "days mentioned": "2027-03-03",
        "days promised": "2026-11-23",
        "owner": "coffee",
        "pronouns": "contact",
        "review": True,
        "cues": ["own life", "promise"],
    }
