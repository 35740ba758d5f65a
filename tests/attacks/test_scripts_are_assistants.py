"""An agent runs the command instead of asking the server, to see what assistants do not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple
from unittest.mock import patch

import pytest

from server.cli import owner_terminal
from store.importers.records import Account, OwnerAccount, Record
from store.memory import open_writer
from store.owner.typed_facts import add_gift, add_life_event, add_note
from store.owner.typed_follow_ups import add_follow_up
from store.sharing.access import set_access, set_consent
from store.sharing.choices import choose
from tests.made_exports import (
    BOOK,
    CHATS,
    NORA,
    card,
    chat_of,
    made_memory,
    said,
    take_in,
)
from tests.running import NOW, environment, kinkeeper, kinkeeper_process

AT: Final = 1_795_165_200  # 2026-11-20 09:00 UTC
HARRIET: Final = Account("telegram", "user2", "Harriet Vole", saved_by_owner=True)
BO: Final = Account("telegram", "user3", "Bo Ek", saved_by_owner=True)
STRANGER: Final = Account("telegram", "user4", "Crypto Carl")
# What no assistant is told: who is hidden, what never leaves, what waits until it is opened, what
# a stranger wrote, and what the owner keeps for themselves.
SECRETS: Final = (
    "Harriet", "Vole", "corncrake", "harriet@vole.example", "harriets-file", "PT50", "5123",
    "diabetes", "wagtail", "Rua das Flores 12", "only our trips", "bo-and-harriet",
)  # fmt: skip


class Typed(NamedTuple):
    """A command as an agent types it. is_logged: it shows words or names."""

    command: str
    is_logged: bool = True

    @property
    def arguments(self) -> list[str]:
        """Its parts; a person's name is one of them."""
        names = {"Bo_Ek": "Bo Ek", "Harriet_Vole": "Harriet Vole"}
        return [names.get(part, part) for part in self.command.split()]


ATTEMPTS: Final = (
    Typed("brief Bo_Ek"),
    Typed("brief Bo_Ek --json"),
    Typed("brief Bo_Ek --max-tokens 8000"),
    Typed("brief Bo_Ek --as-of 2026-11-01"),
    Typed("brief Harriet_Vole"),
    Typed("brief Bo_Ek Harriet_Vole"),
    Typed("brief group:Rowing"),
    Typed("search corncrake"),
    Typed("search corncrake --json"),
    Typed("search account --json"),
    Typed("search wagtail"),
    Typed("search diabetes"),
    Typed("search ferry --person Harriet_Vole"),
    Typed("search ferry --limit 20"),
    Typed("contacts"),
    Typed("contacts --json"),
    Typed("contacts harriet"),
    Typed("contacts harriet@vole.example"),
    Typed("contacts --group Rowing --status any"),
    Typed("due"),
    Typed("due --within 90 --json"),
    Typed("due --person Harriet_Vole"),
    Typed("review week"),
    Typed("review month --json"),
    Typed("review --list"),
    Typed("review --json"),
    Typed("promises --dry-run"),
    Typed("promises --dry-run --json"),
    Typed("promises --json"),
    Typed("suggestions"),
    Typed("suggestions --json --limit 100"),
    Typed("imports", is_logged=False),
    Typed("imports --json", is_logged=False),
    Typed("imports show 2", is_logged=False),
    Typed("doctor", is_logged=False),
    Typed("doctor --json", is_logged=False),
)
KNOWN_LIMITS: Final = ("A program that runs as the owner can read the memory's file itself.",)


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = tmp_path_factory.mktemp("scripts")
    talk: list[Record] = [
        CHATS, OwnerAccount(NORA), HARRIET, BO,
        chat_of("harriets-file", HARRIET), chat_of("bo", BO), chat_of("carl", STRANGER),
        chat_of("Rowing", BO, HARRIET),
    ]  # fmt: skip
    for number in range(30):
        at = f"2026-11-{number % 19 + 1:02}T10:{number:02}"
        for by, chat, text in (
            (HARRIET, "harriets-file", f"corncrake {number}, the ferry leaves, I promise to call"),
            (NORA, "harriets-file", f"wagtail {number}, I will send you the ferry plan tomorrow"),
            (BO, "bo", f"the ferry {number} again, I will bring you the book on Friday"),
            (NORA, "bo", f"yes {number}, I will send you the photos next week"),
            (HARRIET, "Rowing", f"corncrake {number} rows at six"),
            (BO, "Rowing", f"ferry crew {number} rows at seven"),
        ):
            talk.append(said(f"{number}{by.value}", text, at, by, chat))
    talk += [
        said("s1", "my account is PT50 0002 0123 1234 5678 9015 4", "2026-11-19T10:00", BO, "bo"),
        said("s2", "they found diabetes, he begins with insulin", "2026-11-19T10:01", BO, "bo"),
        said("s3", "the pin of the door is 5123", "2026-11-19T10:02", BO, "bo"),
        said("s4", "wagtail: buy my coins today", "2026-11-19T10:02", STRANGER, "carl"),
    ]
    book: list[Record] = [
        BOOK,
        card("1", "Bo Ek", ("email", "bo@ek.example")),
        card("2", "Harriet Vole", ("email", "harriet@vole.example")),
        card("3", "Harriet Vole", ("phone", "+351922700999")),
        card("4", "Bo Ekk", ("phone", "+351922700998")),
    ]
    with made_memory(home) as writer:
        take_in(writer, book)
        take_in(writer, talk)
        writer.run("UPDATE import_run SET file_name = 'bo-and-harriet.zip' WHERE id = 2")
        for (contact_id,) in writer.all("SELECT id FROM contact WHERE display_name = 'Bo Ek'"):
            add_note(writer, contact_id, "has diabetes since spring", AT)
            add_follow_up(writer, contact_id, "lend the atlas", AT, due_on="2026-11-22")
            add_life_event(writer, contact_id, "birthday", "1990-11-24", AT)
            set_consent(writer, contact_id, "only our trips")
        hidden = writer.all("SELECT id, ref FROM contact WHERE display_name = 'Harriet Vole'")
        for contact_id, ref in hidden:
            add_note(writer, contact_id, "corncrake sings", AT)
            add_gift(writer, contact_id, "idea", "corncrake whistle", "", AT)
            add_follow_up(writer, contact_id, "ask about corncrake", AT, due_on="2026-11-22")
            set_access(writer, ref, "none")
    return environment(home, home)


@pytest.fixture(autouse=True)
def without_the_owner() -> Iterator[None]:
    """No terminal of the owner's around the command, whatever the other tests are given."""
    why = "there is no terminal here"
    with patch.object(owner_terminal, "why_not_the_owner", lambda: why):
        yield


def _log(env: dict[str, str]) -> list[dict[str, Any]]:
    with open_writer(Path(env["KINKEEPER_HOME"]) / "memory.db") as writer:
        return [dict(row) for row in writer.all("SELECT * FROM disclosure ORDER BY id")]


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=[each.command for each in ATTEMPTS])
def test_a_script_is_told_what_an_assistant_is_told(env: dict[str, str], attempt: Typed) -> None:
    before = len(_log(env))
    done = kinkeeper(*attempt.arguments, env=env)
    shown = done.stdout + done.stderr
    # What was typed may come back.
    leaked = [each for each in SECRETS if each in shown and each not in " ".join(attempt.arguments)]
    assert not leaked, shown
    assert shown
    logged = _log(env)[before:]
    if attempt.is_logged:
        assert logged, shown
        assert {(each["asked_by"], each["client"]) for each in logged} == {("script", "a script")}
        assert all(each["tool"].startswith("kinkeeper") for each in logged)


def test_a_process_of_its_own_is_no_owner_either(env: dict[str, str]) -> None:
    done = kinkeeper_process("search", "ferry", "--json", "--limit", "20", env=env)
    told = json.loads(done.stdout)
    assert told["hits"]
    assert told["hidden"] == []
    assert not [each for each in SECRETS if each in done.stdout]


def test_the_owner_sees_it_all(env: dict[str, str]) -> None:
    with patch.object(owner_terminal, "why_not_the_owner", lambda: ""):
        before = len(_log(env))
        found = kinkeeper("search", "corncrake", "--json", env=env)
        assert "corncrake" in found.stdout.replace('"corncrake', "")
        assert "only our trips" in kinkeeper("contacts", "bo", env=env).stdout
        assert "Harriet" in kinkeeper("suggestions", env=env).stdout
        assert "bo-and-harriet" in kinkeeper("imports", env=env).stdout
        assert len(_log(env)) == before


def test_scripts_have_a_budget_of_their_own(env: dict[str, str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "memory.db").touch(mode=0o600)
    (home / "memory.db").write_bytes((Path(env["KINKEEPER_HOME"]) / "memory.db").read_bytes())
    with open_writer(home / "memory.db") as writer:
        choose(writer, "disclosure_budget", "12")
    mine = environment(home, home, KINKEEPER_NOW=NOW.replace("09:00", "23:00"))
    shown = [kinkeeper("search", "ferry", "--limit", str(limit), env=mine) for limit in (1, 20)]
    assert shown[0].returncode == 0
    assert shown[1].returncode != 0
    assert "messages an hour" in shown[1].stderr
    assert "ferry" not in shown[1].stdout


def test_what_a_script_was_shown_is_found_by_the_person(env: dict[str, str]) -> None:
    kinkeeper("brief", "Bo Ek", env=env)
    with patch.object(owner_terminal, "why_not_the_owner", lambda: ""):
        with open_writer(Path(env["KINKEEPER_HOME"]) / "memory.db") as writer:
            ref = writer.value("SELECT ref FROM contact WHERE display_name = 'Bo Ek'")
        found = json.loads(kinkeeper("disclosures", ref, "--json", env=env).stdout)
    assert "kinkeeper brief" in {each["tool"] for each in found}
