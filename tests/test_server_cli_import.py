"""`kinkeeper import` and `imports` as a user runs them: asking, dry runs, lists, taking back."""

import json
from pathlib import Path

import pytest

from tests.running import environment, kinkeeper
from tests.terminal import in_terminal

CHAT = """1/4/23, 19:02 - Ana Reis: hello there
1/4/23, 19:03 - Nono: hi Ana
2/4/23, 08:03 - Ana Reis: coffee?
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    made = environment(tmp_path / "home", tmp_path / "cache")
    done = kinkeeper("init", "--name", "Nora Lind", "--timezone", "Europe/Lisbon", env=made)
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "WhatsApp Chat with Ana.txt"
    path.write_text(CHAT, encoding="utf-8")
    return path


def test_without_a_terminal_the_option_that_answers_is_named(
    env: dict[str, str], chat: Path
) -> None:
    done = kinkeeper("import", "--no-index", chat, env=env)
    assert done.returncode == 2
    assert "--date-order day-first or --date-order month-first" in done.stdout
    done = kinkeeper("import", "--no-index", "--date-order", "day-first", chat, env=env)
    assert done.returncode == 2
    assert "--me Nono" in done.stdout
    assert kinkeeper("imports", "--json", env=env).stdout.strip() == "[]"
    done = kinkeeper("import", "--no-index", "--me", "Nono", chat, env=env)  # the order is known
    assert done.returncode == 0
    assert "read 3 = 3 new" in done.stdout
    done = kinkeeper("import", "--no-index", chat, env=env)
    assert (done.returncode, "3 unchanged" in done.stdout) == (0, True)


def test_in_a_terminal_the_owner_is_asked_once(env: dict[str, str], chat: Path) -> None:
    with in_terminal("import", "--no-index", chat, env=env) as terminal:
        assert "1  day first" in terminal.until("How are dates written there?")
        terminal.type("1")
        assert "2  Nono" in terminal.until("Which of these are you?")
        terminal.type("2")
        told, code = terminal.end()
    assert (code, "read 3 = 3 new" in told) == (0, True)
    assert kinkeeper("import", "--no-index", chat, env=env).returncode == 0


def test_a_dry_run_tells_and_stores_nothing(env: dict[str, str], chat: Path) -> None:
    said = ("--me", "Nono", "--date-order", "day-first")
    done = kinkeeper("import", "--dry-run", *said, chat, env=env)
    assert done.returncode == 0
    assert "3 messages" in done.stdout
    assert "from 2023-04-01 to 2023-04-02" in done.stdout
    assert kinkeeper("imports", "--json", env=env).stdout.strip() == "[]"
    assert kinkeeper("import", chat, env=env).returncode == 2  # nothing was remembered either


def test_imports_are_listed_shown_and_taken_back(env: dict[str, str], chat: Path) -> None:
    said = ("--me", "Nono", "--date-order", "day-first", "--no-index")
    assert kinkeeper("import", *said, chat, env=env).returncode == 0
    [run] = json.loads(kinkeeper("imports", "--json", env=env).stdout)
    assert (run["number"], run["state"], run["new"]) == (1, "finished", 3)
    assert "WhatsApp Chat with Ana.txt" in kinkeeper("imports", "show", "1", env=env).stdout
    done = kinkeeper("imports", "undo", "1", "--yes", env=env)
    assert "3 messages" in done.stdout
    done = kinkeeper("imports", "undo", "1", "--yes", env=env)
    assert (done.returncode, "already" in done.stderr) == (1, True)
    assert "There is no import 9" in kinkeeper("imports", "show", "9", env=env).stderr


def test_programs_are_told_what_came_and_what_was_left_out(
    env: dict[str, str], tmp_path: Path
) -> None:
    line = {"id": 1, "type": "message", "date_unixtime": "1700000000", "from": "Bo Ek"}
    line |= {"from_id": "user2", "text": "hello"}
    pinned = {**line, "id": 2, "type": "service", "action": "pin_message"}
    chat = {"name": "Bo Ek", "type": "personal_chat", "id": 2, "messages": [line, pinned]}
    file = tmp_path / "result.json"
    file.write_text(json.dumps(chat), encoding="utf-8")
    for new_contacts in (1, 0):
        done = json.loads(kinkeeper("import", "--no-index", "--json", file, env=env).stdout)
        assert list(done["imported"][0]["skipped"].values()) == [1]
        assert done["new_contacts"] == new_contacts


def test_nothing_taken_is_never_a_success(env: dict[str, str], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html>", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for path, words in ((page, "web page"), (tmp_path / "empty", "nothing there")):
        done = kinkeeper("import", path, env=env)
        assert done.returncode == 1
        assert words in done.stdout + done.stderr
