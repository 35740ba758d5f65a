"""What a command asks the owner in a terminal, and what it says where nobody can answer."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.running import environment, kinkeeper
from tests.terminal import in_terminal

CARD: Final = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:{0}\r\nUID:{1}\r\nFN:{2}\r\nEMAIL:{3}\r\nEND:VCARD\r\n"
)
BOOKS: Final = {
    "one.vcf": [("-//Apple Inc.//macOS 14.0//EN", "1", "Anna Berg", "anna@example.org")],
    "two.vcf": [("-//Example//Book 1//EN", "1", "Anna Holm", "anna@example.org")],
}
# 3 April or 4 March; two people, and neither is called like the owner.
CHAT: Final = "".join(
    f"[0{day}/04/2025, 09:1{day}:02] {who}: {words}\n"
    for day, who, words in ((3, "Bo Ek", "the lamp is broken"), (5, "Lantern", "mine too"))
)
TABLE: Final = "Wer;Wohin\nBo Ek;bo@example.org\n"


@pytest.fixture
def env(new_home: Path, tmp_path: Path) -> Mapping[str, str]:
    home = tmp_path / "home"
    shutil.copytree(new_home, home)
    return environment(home, tmp_path / "cache")


@pytest.fixture
def two_books(env: Mapping[str, str], tmp_path: Path) -> Mapping[str, str]:
    for name, cards in BOOKS.items():
        (tmp_path / name).write_text("".join(CARD.format(*card) for card in cards), "utf-8")
    done = kinkeeper("import", tmp_path / "one.vcf", tmp_path / "two.vcf", env=env)
    assert done.returncode == 0, done.stderr
    return env


def _json(*arguments: str, env: Mapping[str, str]) -> Any:
    return json.loads(kinkeeper(*arguments, "--json", env=env).stdout)


def _names(env: Mapping[str, str]) -> list[str]:
    return sorted(person["name"] for person in _json("contacts", env=env)["contacts"])


@pytest.mark.parametrize(
    ("key", "said", "people", "asked_again"),
    [
        ("y", "are one person now", 1, False),
        ("n", "stay two people", 2, False),
        ("s", "", 2, True),
        ("q", "", 2, True),
    ],
)
def test_suggestions_are_gone_through_one_by_one(
    two_books: Mapping[str, str], key: str, said: str, people: int, asked_again: bool
) -> None:
    with in_terminal("suggestions", "--ask", env=two_books) as terminal:
        assert "Anna Berg" in terminal.until("One person?")
        terminal.type("perhaps")
        terminal.until("One person?")
        terminal.type(key)
        shown, code = terminal.end()
    assert code == 0
    assert said in shown
    assert len(_names(two_books)) == people
    assert bool(_json("suggestions", env=two_books)) is asked_again


def test_suggestions_are_listed_and_asked_in_no_pipe(two_books: Mapping[str, str]) -> None:
    listed = kinkeeper("suggestions", env=two_books)
    assert "Anna Berg" in listed.stdout
    assert "To decide: kinkeeper suggestions --ask" in listed.stdout
    asked = kinkeeper("suggestions", "--ask", env=two_books)
    assert asked.returncode == 1
    assert "Nobody is there to ask" in asked.stderr
    unknown = kinkeeper("suggestions", "--accept", "g_0000000", env=two_books)
    assert "There is no suggestion g_0000000" in unknown.stderr
    twice = kinkeeper(
        "suggestions", "--accept", "g_0000000", "--not-the-same", "g_0000000", env=two_books
    )
    assert twice.returncode == 2
    assert "stands there twice" in twice.stderr


def test_there_may_be_nothing_to_decide(env: Mapping[str, str]) -> None:
    for arguments in ((), ("--ask",)):
        assert "There is nothing to decide" in kinkeeper("suggestions", *arguments, env=env).stdout


def test_a_chat_asks_who_the_owner_is_and_how_dates_are_written(
    env: Mapping[str, str], tmp_path: Path
) -> None:
    chat = tmp_path / "family.txt"
    chat.write_text(CHAT, "utf-8")
    alone = kinkeeper("import", chat, env=env)
    assert alone.returncode != 0
    assert "Answer with: --date-order day-first" in alone.stderr + alone.stdout
    with in_terminal("import", chat, env=env) as terminal:
        terminal.until("How are dates written there?")
        terminal.type("1")
        shown = terminal.until("Which of these are you?")
        terminal.type(next(line.split()[0] for line in shown.splitlines() if "  Lantern" in line))
        shown, code = terminal.end()
    assert code == 0, shown
    assert "read 2 = 2 new" in shown
    hit = _json("search", "lamp", env=env)["hits"][0]
    assert (hit["sender"], hit["when"][:10]) == ("Bo Ek", "2025-04-03")
    # What was answered once is not asked again.
    again = kinkeeper("import", chat, env=env)
    assert "2 unchanged" in again.stdout + again.stderr


def test_an_owner_who_knows_no_answer_is_told_the_option(
    env: Mapping[str, str], tmp_path: Path
) -> None:
    chat = tmp_path / "family.txt"
    chat.write_text(CHAT, "utf-8")
    with in_terminal("import", chat, env=env) as terminal:
        terminal.until("How are dates written there?")
        terminal.type("0")
        shown, code = terminal.end()
    assert code != 0
    assert "Answer with: --date-order day-first" in shown
    assert _names(env) == []


def test_a_table_of_unknown_headings_asks_for_its_columns(
    env: Mapping[str, str], tmp_path: Path
) -> None:
    table = tmp_path / "leute.csv"
    table.write_text(TABLE, "utf-8")
    with in_terminal("import", table, "--as", "contact-table", env=env) as terminal:
        assert "Wohin" in terminal.until("Column")
        terminal.type("email")
        terminal.until("Write it like this: 2=email")
        for line in ("1=name", "2=email", ""):
            terminal.type(line)
        shown, code = terminal.end()
    assert code == 0, shown
    assert _names(env) == ["Bo Ek"]


def test_imports_are_listed_shown_and_taken_back_after_a_question(
    two_books: Mapping[str, str],
) -> None:
    listed = kinkeeper("imports", env=two_books).stdout
    assert [line.split()[0] for line in listed.splitlines()] == ["2", "1"]
    assert "one.vcf" in kinkeeper("imports", "show", "1", env=two_books).stdout
    with in_terminal("imports", "undo", "2", env=two_books) as terminal:
        terminal.until("Take this import back?")
        terminal.type("n")
        assert terminal.end()[1] == 130
    assert len(_names(two_books)) == 2
    with in_terminal("imports", "undo", "2", env=two_books) as terminal:
        terminal.until("Take this import back?")
        terminal.type("y")
        shown, code = terminal.end()
    assert code == 0
    assert "Import 2 was taken back: 1 cards, 1 contacts went." in shown
    assert _names(two_books) == ["Anna Berg"]
    gone = kinkeeper("imports", "undo", "1", "--yes", "--json", env=two_books)
    assert json.loads(gone.stdout)["cards"] == 1


def test_nothing_imported_says_how_to_begin(env: Mapping[str, str]) -> None:
    assert "Begin with: kinkeeper import PATH" in kinkeeper("imports", env=env).stdout


def test_what_a_broken_record_cost_is_shown_with_its_place(
    env: Mapping[str, str], tmp_path: Path
) -> None:
    book = tmp_path / "broken.vcf"
    book.write_text(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n" + CARD.format(*BOOKS["one.vcf"][0])
    )
    kinkeeper("import", book, env=env)
    shown = kinkeeper("imports", "show", "1", env=env).stdout
    assert "broken, " in shown or "skipped " in shown
