"""The owner's one-line commands, as an owner types them: what is stored, shown, and taken back."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from server.cli import module_of
from server.cli.agents import VARIABLES as AGENT_VARIABLES
from store.engine.view_functions import FUNCTIONS
from store.memory import open_reader_for_assistant, open_writer
from tests.made_exports import BOOK, card, take_in
from tests.running import COMMAND, ROOT, environment, kinkeeper
from tests.terminal import in_terminal
from tests.test_architecture import attributes, sources

Line = Callable[..., Result]
# The rooms of the store that write what an owner types or imports.
WRITERS = ("store.owner", "store.imports")


@pytest.fixture
def env(tmp_path: Path, new_home: Path) -> dict[str, str]:
    """A memory of Nora's with two people called Alex in it, for people and not for agents."""
    home = tmp_path / "home"
    shutil.copytree(new_home, home)
    found = environment(home, tmp_path / "cache")
    return {name: value for name, value in found.items() if name not in AGENT_VARIABLES}


@pytest.fixture
def line(env: dict[str, str]) -> Line:
    """A command in this process, which must end with the code that is expected."""
    unset: dict[str, str | None] = dict.fromkeys(AGENT_VARIABLES)

    def run(*arguments: str, code: int = 0, **more: str) -> Result:
        command = import_module(module_of(arguments[0])).command
        done = CliRunner().invoke(command, list(arguments[1:]), env={**unset, **env, **more})
        assert done.exit_code == code, done.output
        return done

    for name in ("Alex Moreira", "Alex Lindqvist", "Maya Okafor"):
        run("add", name)
    return run


def data(done: Result) -> Any:
    return json.loads(done.stdout)


def memory(env: dict[str, str]) -> Path:
    return Path(env["KINKEEPER_HOME"]) / "memory.db"


def test_a_coffee_is_logged_found_counted_and_taken_back(env: dict[str, str], line: Line) -> None:
    done = kinkeeper("log", "maya", "coffee,", "the", "zebrafish", "moved", env=env)
    assert done.returncode == 0, done.stderr
    assert "20 Nov 2026 · Maya Okafor · coffee, the zebrafish moved [i_" in done.stdout
    assert "zebrafish moved" in line("search", "zebrafish").stdout
    assert "last in touch 20 Nov 2026 (today)" in line("contacts", "maya").stdout
    assert "Alex Lindqvist (c_" in line("log", "alex", "lunch", code=2).output
    logged = data(line("log", "maya,alex moreira", "called about it", "--on", "friday", "--json"))
    assert (logged["on"], logged["kind"]) == ("2026-11-13", "call")
    assert logged["people"] == ["Alex Moreira", "Maya Okafor"]
    assert "called about it" in line("log", "--undo").stdout
    assert "zebrafish" in line("log", "--undo").stdout
    line("log", "--undo", code=1)
    assert b"zebrafish" not in memory(env).read_bytes()
    line("log", "maya", "a coffee", "--on", "tomorrow", code=2)
    line("log", "maya", code=2)


def test_in_a_terminal_it_asks_who_is_meant(env: dict[str, str], line: Line) -> None:
    with in_terminal("log", "alex", "lunch at the harbour", env=env) as terminal:
        assert "1  Alex Lindqvist" in terminal.until("Which one?")
        terminal.type("2")
        shown, code = terminal.end()
    assert code == 0
    assert "Alex Moreira · lunch at the harbour" in shown


def test_an_agent_types_nothing(env: dict[str, str], line: Line) -> None:
    with in_terminal("note", "maya", "owes you", env=env, inside="CLAUDECODE") as terminal:
        said, code = terminal.end()
    assert (code, "propose a note" in " ".join(said.split())) == (12, True)
    with open_writer(memory(env)) as writer:
        assert writer.value("SELECT count(*) FROM note") == 0


def test_what_is_deleted_is_in_no_index_and_not_in_the_file(
    env: dict[str, str], line: Line
) -> None:
    words = ("quokkaish", "wombatlike", "numbatty", "potorooing")
    note = data(line("note", "maya", words[0], "--json"))["id"]
    promise = data(line("followup", "maya", f"send {words[1]}", "--json"))["id"]
    event = data(line("event", "maya", "trip", "May 2027", "--label", words[2], "--json"))["id"]
    gift = data(line("gift", "maya", "idea", words[3], "--json"))["id"]
    line("followup", "done", promise)
    with open_writer(memory(env)) as writer:
        kept = writer.value("SELECT count(*) FROM provenance")
    for command, ref in (("note", note), ("followup", promise), ("event", event), ("gift", gift)):
        assert "Maya Okafor" in line(command, "--delete", ref).stdout
        assert "no" in line(command, "--delete", ref, code=1).output
    content = b"".join(path.read_bytes() for path in memory(env).parent.glob("memory.db*"))
    assert not [word for word in words if word.encode() in content]
    with open_writer(memory(env)) as writer:
        assert writer.value("SELECT count(*) FROM provenance") == kept - 4
        for table in ("note", "follow_up", "follow_up_change", "life_event", "gift"):
            assert writer.value(f"SELECT count(*) FROM {table}") == 0


def test_a_follow_up_keeps_its_history(env: dict[str, str], line: Line) -> None:
    said = ("returns the tent", "--they-owe", "--after", "the operation", "--due", "in May")
    made = data(line("followup", "maya", *said, "--json"))
    assert (made["owed_by"], made["due"], made["after"]) == ("contact", "2027-05", "the operation")
    ref = made["id"]
    assert "“returns the tent” · due May 2027" in line("followup", "list", "maya").stdout
    line("followup", "snooze", ref, code=2)
    line("followup", "snooze", ref, "--until", "3 weeks")
    assert "snoozed until 11 Dec 2026" in line("followup", "list").stdout
    line("followup", "done", ref)
    assert line("followup", "list").stdout == "Nothing is open.\n"
    (closed,) = data(line("followup", "list", "--all", "--json"))
    assert [change["state"] for change in closed["changes"]] == ["snoozed", "done"]
    assert closed["changes"][0]["until"] == "2026-12-11"
    line("followup", "done", "f_0000000", code=1)
    line("followup", "maya", "see", "--from", "m_0000000", code=1)


def test_days_in_a_life(line: Line) -> None:
    first = data(line("event", "maya", "birthday", "12 April", "--json"))
    assert (first["on"], first["yearly"]) == ("--04-12", True)
    line("event", "maya", "birthday", "12.4.1990")
    line("event", "--delete", first["id"], code=1)  # the later one has taken its place
    once = data(line("event", "maya", "operation", "3 Dec", "--lead-days", "2", "--json"))
    assert (once["on"], once["yearly"], once["lead_days"]) == ("2026-12-03", False, 2)
    assert "birthday" in line("event", "maya", "brithday", "12 April", code=2).output
    assert "can be read as" in line("event", "maya", "birthday", "12/4", code=2).output


CADENCES = {
    "monthly": "monthly",
    "every 10 days": "every 10 days",
    "every two weeks": "every two weeks",
    "every 3 months": "quarterly",
    "event-based": "event-based",
    "revisit in May": "revisit later",
    "never": "never",
    "none": "",
}


def test_cadences(env: dict[str, str], line: Line) -> None:
    for said, stored in CADENCES.items():
        assert data(line("cadence", "maya", *said.split(), "--json"))["cadence"] == stored
    assert data(line("cadence", "maya", "revisit in May", "--json"))["from"] == "2027-05-01"
    line("cadence", "maya", "often", code=2)
    line("cadence", "maya", "every 0 days", code=2)
    assert "11 Dec 2026" in line("cadence", "snooze", "maya", "--until", "3 weeks").stdout
    line("cadence", "--tag", "climbing", "weekly", code=1)
    line("tag", "maya", "climbing")
    line("tag", "alex moreira", "Climbing")
    assert "2 people" in line("cadence", "--tag", "climbing", "weekly").stdout
    line("tag", "maya", "Book club", "--group")
    assert "1 person" in line("cadence", "--group", "book club", "monthly").stdout
    line("tag", "maya", "climbing", "--remove")
    line("tag", "maya", "climbing", "--remove", code=1)
    with open_writer(memory(env)) as writer:
        assert writer.all("SELECT name, cadence FROM tag")[0][:] == ("climbing", "weekly")


def test_the_same_wine_again_is_seen(line: Line) -> None:
    line("gift", "maya", "given", "a bottle of Douro", "--on", "24.12.2024")
    line("gift", "maya", "received", "a red scarf")
    again = data(line("gift", "maya", "given", "Douro reserva", "--json"))
    assert [gift["text"] for gift in again["alike"]] == ["a bottle of Douro"]
    assert [gift["text"] for gift in again["earlier"]] == ["a red scarf"]
    assert again["on"] == "2026-11-20"
    assert line("gift", "maya").stdout.count("[g_") == 3
    line("gift", "maya", "lent", "a book", code=2)


def test_status_and_relations(line: Line) -> None:
    assert "archived" in line("archive", "maya").stdout
    assert "Nobody fits" in line("contacts", "--tag", "x", code=1).stdout
    assert "status c_" in line("status", "maya", "reconnect later").stdout
    line("status", "maya", "active")
    shown = line("relate", "maya", "sister of", "alex moreira").stdout
    assert "sister, Maya Okafor" in shown
    assert "Maya Okafor" in line("contacts", "Alex Moreira's sister").stdout
    line("relate", "maya", "mentor", "alex moreira", code=1)
    line("relate", "maya", "alex moreira", "--remove")
    line("relate", "maya", "alex moreira", "--remove", code=1)


def import_cards(env: dict[str, str]) -> None:
    """An address book that was changed since the last time."""
    with open_writer(memory(env)) as writer:
        known = writer.value("SELECT count(*) FROM identity")
        take_in(writer, [BOOK, card("1", "Beatriz Moreira", nicknames=(f"Bea {known}",))])


def test_what_the_owner_types_survives_imports(env: dict[str, str], line: Line) -> None:
    import_cards(env)
    line("edit", "Beatriz Moreira", "--name", "Bia of the harbour", "--given", "Bia")
    typed = ("--why", "my oldest friend", "--pronouns", "she/her", "--role", "Potter at Clay Works")
    line("edit", "bia of the harbour", *typed, "--from", "2025-03", "--phone", "+351 922 700 199")
    import_cards(env)
    shown = line("edit", "bia of the harbour").stdout
    assert "why they matter: my oldest friend (typed 20 Nov 2026)" in shown
    assert "given name: Bia" in shown
    assert "pronouns: she/her" in shown
    assert "Potter at Clay Works" in line("contacts", "--organization", "clay").stdout
    assert "Maya Okafor" in line("contacts", "maya okafor").stdout  # on no card, and still there
    line("add", "Bia of the harbour", code=2)
    line("edit", "bia of the harbour", "--email", "no address", code=1)
    line("edit", "bia of the harbour", "--to", "2026", code=2)
    line("edit", "bia of the harbour", "--name", "none")
    assert "Beatriz Moreira" in line("contacts", "beatriz").stdout


def test_lines_about_somebody_hidden_are_hidden(env: dict[str, str], line: Line) -> None:
    line("hide", "maya")
    line("note", "maya", "allergic to walnuts")
    line("log", "maya,alex moreira", "dinner")
    line("log", "maya", "coffee alone")
    line("relate", "maya", "sister of", "alex moreira")
    line("tag", "maya", "secretive")
    line("edit", "maya", "--role", "Potter at Clay Works")
    tables = ("note", "relationship", "tag", "organization", "role", "typed_field")
    seen = asyncio.run(_seen_by_an_assistant(memory(env), (*tables, "interaction", "contact")))
    assert not [table for table in tables if seen[table]]
    assert [row["summary"] for row in seen["interaction"]] == ["dinner"]
    assert "Maya Okafor" not in {row["display_name"] for row in seen["contact"]}


async def _seen_by_an_assistant(path: Path, tables: tuple[str, ...]) -> dict[str, list[Any]]:
    reader = await open_reader_for_assistant(
        path, dict.fromkeys(FUNCTIONS, lambda first, *_: first)
    )
    try:
        return {table: await reader.all(f"SELECT * FROM {table}") for table in tables}
    finally:
        await reader.close()


def test_no_assistants_tool_reaches_what_the_owner_types() -> None:
    found = [
        (path, name)
        for path, tree in sources("server/mcp", "tools")
        for name, what, _ in attributes(tree)
        if f"{name}.".startswith(tuple(f"{writer}." for writer in WRITERS))
        or f"{name}.{what}" in WRITERS
    ]
    assert found == []
    assert all((ROOT / writer.replace(".", "/")).is_dir() for writer in WRITERS)


def test_a_line_of_which_a_part_is_wrong_stores_nothing(line: Line) -> None:
    line("add", "Nuno Faria", "--why", "an old friend", "--email", "nuno", code=1)
    line("add", "Nuno Faria", "--from", "2020", code=2)
    line("contacts", "Nuno Faria", code=1)
    line("edit", "maya", "--why", "pottery", "--phone", "12", code=1)
    line("edit", "maya", "--why", "pottery", "--role", "Potter at Kiln", "--from", "31.2.", code=2)
    line("edit", "maya", "--role", "Potter at Kiln", "--from", "2022", "--to", "2020", code=2)
    assert data(line("edit", "maya", "--json"))["fields"] == {"status": "active"}


def test_what_was_typed_of_several_is_taken_away_again(env: dict[str, str], line: Line) -> None:
    said = {
        "--nickname": "Quokka",
        "--email": "quokka@example.org",
        "--phone": "+351 912 345 678",
        "--role": "Potter at Quokkaworks",
    }
    for option, value in said.items():
        assert f"{value} (stored)" in line("edit", "maya", option, value).stdout
    for person in ("quokka", "QUOKKA@example.org", "00351912345678"):
        assert "Maya Okafor" in line("note", person, "found").stdout
        assert "Maya Okafor" in line("contacts", person).stdout
    for option, value in said.items():
        assert f"{value} (removed)" in line("edit", "maya", option, value, "--remove").stdout
        line("edit", "maya", option, value, "--remove", code=1)
    for person in ("quokka", "quokka@example.org", "+351 912 345 678"):
        line("note", person, "found", code=1)
    line("contacts", "--organization", "Quokkaworks", code=1)
    content = b"".join(path.read_bytes() for path in memory(env).parent.glob("memory.db*"))
    assert b"uokka" not in content
    line("edit", "maya", "--why", "x", "--remove", code=2)
    line("edit", "maya", "--remove", code=2)


def test_an_address_that_two_share_means_neither(line: Line) -> None:
    for person in ("maya", "alex moreira"):
        line("edit", person, "--email", "both@example.org")
    asked = line("note", "both@example.org", "hello", code=2).output
    assert "Maya Okafor" in asked
    assert "Alex Moreira" in asked


def test_names_and_labels_are_of_a_length_that_can_be_shown(line: Line) -> None:
    long = "y" * 201
    for arguments in (
        ("tag", "maya", long),
        ("edit", "maya", "--nickname", long),
        ("edit", "maya", "--why", "y" * 4_001),
        ("event", "maya", "move", "2026-12-01", "--label", long),
        ("followup", "maya", "bring it", "--after", long),
        ("log", "maya", "coffee", "--kind", long),
        ("tag", "maya", "\u200b"),
    ):
        assert "Nothing was stored" in line(*arguments, code=1).output


def test_what_comes_every_year_gets_no_year_that_nobody_named(line: Line) -> None:
    assert data(line("event", "maya", "birthday", "tomorrow", "--json"))["on"] == "--11-21"
    line("event", "maya", "birthday", "May", code=2)
    line("event", "maya", "birthday", "2031-05-12", code=2)
    done = line("event", "maya", "birthday", "12 May 1990").stdout
    assert "12 May 1990, every year, in place of 21 Nov" in done


def test_the_archived_are_found_by_name_and_relation(line: Line) -> None:
    line("relate", "maya", "is the sister of", "me")
    line("archive", "maya")
    assert "archived, called" in line("contacts", "maya").stdout
    assert "Maya Okafor" in line("contacts", "my sister").stdout
    assert "Maya Okafor" not in line("contacts").stdout
    assert "Maya Okafor" in line("contacts", "--status", "archived").stdout
    assert "Maya Okafor" in line("contacts", "--status", "any").stdout
    line("status", "maya", "reconnect", "later")
    assert "Maya Okafor" in line("contacts").stdout


def test_who_is_somewhere_can_be_asked_in_words(line: Line) -> None:
    line("edit", "maya", "--role", "Potter at Kiln", "--from", "2020", "--to", "2022-05")
    assert (
        "formerly (until 2022-05) Potter at Kiln" in line("contacts", "who works at kiln?").stdout
    )
    for nowhere in ("…", "%", "Kilimanjaro"):
        line("contacts", "--organization", nowhere, code=1)


def test_a_second_relation_does_not_hide_the_first(line: Line) -> None:
    line("relate", "maya", "sister of", "alex moreira")
    shown = line("relate", "maya", "friend of", "alex moreira").stdout
    assert "sibling, Alex Moreira" in shown
    assert "Nobody is stored as aunt of" in line("contacts", "aunt of maya", code=1).stdout
    assert "Maya Okafor" in line("contacts", "Alex Moreira's sis").stdout


def test_words_that_look_like_options_are_explained(env: dict[str, str], line: Line) -> None:
    done = kinkeeper("note", "maya", "-5", "kilos", env=env)
    assert done.returncode == 2
    assert "come after --: kinkeeper note … -- -5" in done.stderr
    assert "-5 kilos" in kinkeeper("note", "maya", "--", "-5", "kilos", env=env).stdout


def test_options_of_a_snooze_are_of_a_snooze(line: Line) -> None:
    line("cadence", "maya", "monthly", "--until", "May", code=2)
    line("cadence", "--tag", "x", "--group", "y", "monthly", code=2)
    assert data(line("cadence", "maya", "daily", "--json"))["cadence"] == "every 1 days"


def test_plain_commands_start_without_what_they_do_not_need(env: dict[str, str]) -> None:
    def brought(*arguments: str) -> set[str]:
        command = (COMMAND[0], "-X", "importtime", *COMMAND[1:], *arguments)
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}

    assert not {"store", "tools", "server.cli.commands.log"} & brought("--help")
    libraries = {"numpy", "phonenumbers", "email_validator", "mcp", "onnxruntime", "rich"}
    assert not libraries & brought("log", "--help")
