"""The owner's command as an owner uses it: an environment, files, exit codes."""

import json
import shutil
import subprocess
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import COMMANDS, module_of
from server.settings import Settings
from store.importers.telegram.telegram import IMPORTER as TELEGRAM
from store.memory import open_or_create, open_writer
from tests.running import ROOT, environment, kinkeeper, kinkeeper_process

Run = Callable[..., subprocess.CompletedProcess[str]]
CARDS = ROOT / "examples" / "memory" / "contacts.vcf"
BROKEN = ROOT / "examples" / "awkward" / "broken-card.vcf"
SEES_A_MEMORY = (
    ("brief", "Alex Moreira"),
    ("search", "school"),
    ("contacts",),
    ("import", str(CARDS)),
    ("index",),
    ("doctor",),
)
ESCAPE = "\x1b[2J\x1b]0;owned\x07\u202e"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, tmp_path: Path) -> Run:
    env = environment(home, tmp_path / "cache")
    return lambda *arguments, **more: kinkeeper(*arguments, env=env | more)


@pytest.fixture
def mine(run: Run, home: Path, new_home: Path) -> Run:
    """The command over a new memory of Nora's."""
    shutil.copytree(new_home, home)
    return run


@pytest.fixture
def run_process(home: Path, tmp_path: Path) -> Run:
    """The command as a process, for what a process alone can show."""
    env = environment(home, tmp_path / "cache")
    return lambda *arguments, **more: kinkeeper_process(*arguments, env=env | more)


@pytest.fixture
def demo_run(demo: Settings) -> Run:
    env = environment(demo.home, demo.cache)
    return lambda *arguments, **more: kinkeeper(*arguments, env=env | more)


@pytest.fixture
def demo_process(demo: Settings, run_process: Run) -> Run:
    """The command as a process, over the demo memory, which lies in `home`."""
    return run_process


def test_from_nothing_to_a_briefing(run: Run, run_process: Run, home: Path) -> None:
    nora = ("--name", "Nora Lind", "--email", "nora@lind.example", "--timezone", "UTC")
    made = run_process("init", *nora)
    assert str(home / "memory.db") in made.stdout
    assert (home / "memory.db").stat().st_mode & 0o777 == 0o600
    assert home.stat().st_mode & 0o777 == 0o700
    imported = run_process("import", ROOT / "examples" / "memory")
    assert imported.returncode == 0
    assert run("index").stdout == "Everything is indexed already.\n"
    briefing = run_process("brief", "Alex Moreira")
    assert briefing.returncode == 0
    assert "In touch" in briefing.stdout
    found = run("search", "bilingual school", "--limit", "1")
    assert found.returncode == 0
    assert "school" in found.stdout
    assert "Alex Moreira (c_" in run("contacts", "alex").stdout
    assert run("doctor").returncode == 0


def test_importing_twice_changes_nothing(mine: Run) -> None:
    first = json.loads(mine("import", CARDS, "--json").stdout)["imported"][0]
    again = json.loads(mine("import", CARDS, "--json").stdout)["imported"][0]
    assert first["new"] > 0
    assert (again["new"], again["updated"]) == (0, 0)
    assert again["unchanged"] == again["read"] == first["read"]


def test_a_broken_card_is_reported_with_its_place_and_the_rest_is_imported(mine: Run) -> None:
    done = mine("import", BROKEN)
    assert done.returncode == 0
    assert "the rest of the file was imported" in done.stdout
    assert "broken-card.vcf, card 2, line " in done.stdout
    people = mine("contacts").stdout
    assert "Marta Sousa" in people
    assert "Åsa Nyström" in people


WRONG_FORMATS = {
    "a.pdf": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "a.html": (b"<!DOCTYPE html><html><body>chat</body></html>", "web page"),
    "a.json": (b'{"hello": "world"}', "JSON"),
    "a.bin": (b"\x01\x00\x02\x00" * 40, "binary"),
    "a.db": (b"SQLite format 3\x00" + b"\x00" * 84, "SQLite"),
    "a.vcf": (b"", "empty"),
    "b.txt": (b"just some words\n", "no known format"),
}


def test_a_file_of_the_wrong_format_is_named_for_what_it_is(mine: Run, tmp_path: Path) -> None:
    for name, (content, _) in WRONG_FORMATS.items():
        (tmp_path / name).write_bytes(content)
    done = mine("import", *(tmp_path / name for name in WRONG_FORMATS))
    assert done.returncode == 1
    lines = dict(line.split(": not imported; it is ", 1) for line in done.stdout.splitlines())
    assert lines.keys() == WRONG_FORMATS.keys()
    for name, (_, said) in WRONG_FORMATS.items():
        assert said in lines[name]


def test_a_wrong_file_beside_a_right_one_is_named_and_the_right_one_imported(
    mine: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n")
    done = mine("import", tmp_path / "a.pdf", CARDS)
    assert done.returncode == 0
    assert "a.pdf: not imported; it is a PDF document." in done.stdout
    assert "contacts.vcf (Apple Contacts): read " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("import", "/no/such/file"), 1, "no such file"),
        (("import", CARDS, "--as", "nonsense"), 1, "Known: "),
        (("import", CARDS, "--as", TELEGRAM.format), 1, "not imported"),
        (("import",), 2, "PATHS"),
        (("brief",), 2, "PERSON"),
        (("brief", "Alex"), 2, "fits 2 people"),
        (("brief", "Alex Moriera"), 1, "Alex Moreira"),
        (("brief", "Alex Moreira", "--max-tokens", "many"), 2, "max-tokens"),
        (("search", "school", "--since", "yesterday"), 1, "2026-11-20"),
        (("search", "school", "--until", "1999"), 1, "Nothing found"),
        (("search", " "), 2, "what to search for"),
        (("contacts", "xqzxqz"), 1, "Nobody fits"),
        (("nonsense",), 2, "nonsense"),
        (("init", "--timezone", "Mars/Olympus"), 1, "Europe/Lisbon"),
        (("init", "--email", "nonsense"), 1, "no e-mail address"),
        (("init", "--phone", "123"), 1, "country code"),
    ],
)
def test_a_wrong_command_is_answered_with_what_is_wrong(
    demo_run: Run, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = demo_run(*arguments)
    assert said in done.stdout + done.stderr
    assert done.returncode == code


@pytest.mark.parametrize("arguments", SEES_A_MEMORY, ids=lambda each: each[0])
def test_without_a_memory_every_command_says_how_to_make_one(
    run: Run, home: Path, arguments: tuple[str, ...]
) -> None:
    done = run(*arguments)
    assert "kinkeeper init" in done.stderr
    assert (done.returncode, done.stdout) == (9, "")
    assert not home.exists()


@pytest.mark.parametrize("arguments", [("contacts",), ("import", str(CARDS))])
@pytest.mark.parametrize(
    ("content", "code", "said"),
    [("", 10, "is empty"), ("not a database, " * 100, 11, "not a Kinkeeper memory")],
    ids=["empty", "foreign"],
)
def test_an_empty_or_foreign_file_has_its_own_message_and_code(
    run: Run, home: Path, arguments: tuple[str, ...], content: str, code: int, said: str
) -> None:
    home.mkdir(mode=0o700)
    path = home / "memory.db"
    path.touch(0o600)
    path.write_text(content)
    done = run(*arguments)
    assert said in done.stderr
    assert (done.returncode, done.stdout) == (code, "")
    assert path.read_text() == content


def _of_another_program(settings: Settings) -> None:
    with open_writer(settings.memory_path) as writer:
        writer.run("PRAGMA application_id = 7")


def _newer(settings: Settings) -> None:
    with open_writer(settings.memory_path) as writer:
        writer.run("PRAGMA user_version = 999")


def _damaged(settings: Settings) -> None:
    size = settings.memory_path.stat().st_size
    with settings.memory_path.open("r+b") as file:
        for start in range(4096, size, 4096):
            file.seek(start)
            file.write(b"\xff" * 512)


def _open_to_others(settings: Settings) -> None:
    settings.memory_path.chmod(0o644)


@pytest.mark.parametrize(
    ("harm", "code", "said"),
    [
        (_of_another_program, 11, "another program"),
        (_newer, 7, "newer Kinkeeper"),
        (_damaged, 3, "damaged"),
        (_open_to_others, 8, "chmod 600"),
    ],
)
def test_a_newer_damaged_or_open_file_has_its_own_message_and_code(
    demo: Settings, demo_run: Run, harm: Callable[[Settings], None], code: int, said: str
) -> None:
    harm(demo)
    for done in (demo_run("brief", "Alex Moreira"), demo_run("import", CARDS)):
        assert said in done.stderr
        assert (done.returncode, done.stdout) == (code, "")


def test_a_lock_that_is_not_given_up_ends_with_its_own_code(
    demo: Settings, demo_process: Run
) -> None:
    with open_writer(demo.memory_path) as writer, writer.transaction():
        done = demo_process("import", CARDS)
    assert "Another program is writing" in done.stderr
    assert done.returncode == 4


def test_a_memory_in_a_synced_folder_is_refused(run: Run, tmp_path: Path) -> None:
    synced = tmp_path / "Dropbox" / "kinkeeper"
    done = run("init", "--name", "Nora", KINKEEPER_HOME=str(synced))
    assert done.returncode == 8
    assert "Dropbox" in done.stderr
    assert not synced.exists()


def test_a_home_that_cannot_be_made_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run("init", "--name", "Nora", KINKEEPER_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 1
    assert done.stderr.startswith("This computer refused (")
    assert done.stderr.count("\n") == 1


def test_a_fault_of_ours_is_told_by_its_place_alone(demo: Settings, demo_run: Run) -> None:
    with open_writer(demo.memory_path) as writer:
        writer.run("ALTER TABLE life_event RENAME TO pomegranate")
    done = demo_run("brief", "Alex Moreira")
    assert done.returncode == 1
    assert done.stderr.startswith("Kinkeeper failed: OperationalError in ")
    assert "Moreira" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_memory_without_an_owner_says_what_to_run(run: Run, home: Path) -> None:
    home.mkdir(mode=0o700)
    open_or_create(home / "memory.db").close()
    for arguments in (("brief", "Alex"), ("import", str(CARDS))):
        done = run(*arguments)
        assert "kinkeeper init" in done.stderr
        assert done.returncode == 1


@pytest.mark.parametrize("instant", ["yesterday", "2026-11-20T09:00:00", "99999"])
def test_an_unusable_clock_is_a_usage_error(demo_run: Run, instant: str) -> None:
    done = demo_run("contacts", KINKEEPER_NOW=instant)
    assert done.returncode == 2
    assert "2026-11-20T09:00:00+00:00" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("brief", "Alex Moreira"), ("search", "school"), ("contacts",), ("doctor",)],
    ids=lambda each: each[0],
)
def test_json_is_for_programs(demo_run: Run, arguments: tuple[str, ...]) -> None:
    done = demo_run(*arguments, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)
    assert done.stderr == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_shows_an_example(name: str) -> None:
    shown = CliRunner().invoke(import_module(module_of(name)).command, ["--help"])
    assert shown.exit_code == 0
    assert "kinkeeper" in shown.output.partition("Example")[2]


def test_the_help_names_every_command(run_process: Run) -> None:
    done = run_process("--help")
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
    assert run_process("--version").stdout.startswith("kinkeeper, version ")


def test_what_others_wrote_cannot_reach_the_terminal(demo: Settings, demo_run: Run) -> None:
    with open_writer(demo.memory_path) as writer:
        writer.run("UPDATE message SET text = ? || text", (f"school {ESCAPE}",))
        writer.run("UPDATE contact SET display_name = display_name || ?", (ESCAPE,))
        writer.run("UPDATE conversation SET title = ? || title", (ESCAPE,))
    for arguments in (
        ("brief", "Alex Moreira"),
        ("brief", "Alex"),
        ("search", "school"),
        ("brief", f"nobody{ESCAPE}"),
        ("import", f"/no/such{ESCAPE}"),
        ("contacts", "--json"),
    ):
        done = demo_run(*arguments)
        for character in "\x1b\x07\u202e":
            assert character not in done.stdout + done.stderr, arguments


def test_a_file_named_to_fool_the_terminal_cannot(mine: Run, tmp_path: Path) -> None:
    file = tmp_path / f"evil{ESCAPE.replace('/', '')}.vcf"
    shutil.copy(CARDS, file)
    nothing = tmp_path / f"nothing{ESCAPE}.bin"
    nothing.write_bytes(b"\x00")
    done = mine("import", file, nothing)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert "evil" in done.stdout


def test_the_demo_leaves_a_folder_with_a_memory_alone(demo: Settings, demo_run: Run) -> None:
    before = demo.memory_path.read_bytes()
    done = demo_run("demo", "--home", demo.home)
    assert done.returncode == 1
    assert "not touched" in done.stderr
    assert demo.memory_path.read_bytes() == before


def test_the_demo_asks_a_real_server_and_leaves_the_owners_home_alone(
    run_process: Run, home: Path
) -> None:
    done = run_process("demo")
    assert done.returncode == 0
    for heard in ("Brief me on Alex", "fits 2 people", "In touch", "bilingual", "What next?"):
        assert heard in done.stdout
    assert not home.exists()


def test_init_again_adds_an_address_and_keeps_the_rest(mine: Run) -> None:
    done = mine("init", "--email", "nora.lind@example.org")
    assert done.returncode == 0
    assert "nora@lind.example, nora.lind@example.org" in done.stdout
    assert "UTC" in done.stdout


def test_init_asks_nothing_where_nobody_can_answer(run: Run, home: Path) -> None:
    done = run("init", "--timezone", "UTC")
    assert done.returncode == 1
    assert "--name" in done.stderr
