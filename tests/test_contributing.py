"""CONTRIBUTING.md is true: what it says a format, a command or a tool touches, it touches."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from server.cli import COMMANDS, module_of
from server.cli.commands import __path__ as command_folders
from store.importers import FORMATS, all_folder_importers, all_importers
from tests import golden
from tests.reference_commands import command_of
from tests.reference_tools import all_tools
from tests.running import ROOT

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
EXCEPTION = re.compile(r"^- `([\w-]+)`: `(tests/test_\w+\.py)`$", re.MULTILINE)
REQUIREMENT = re.compile(r"^[\w.-]+")
FORMAT_NAMES = sorted(
    {each.format for each in all_importers()} | {each.format for each in all_folder_importers()}
)
TOOL_NAMES = [tool.name for tool in all_tools()]
FOLDERS = ("server", "tools", "embeddings", "store")


def read(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def sections(path: str) -> dict[str, str]:
    """The sections of a document by their headings."""
    _, *parts = SECTION.split(read(path))
    return dict(zip(parts[::2], parts[1::2], strict=True))


def canonical(name: str) -> str:
    """A package's name as an index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def every_command(command: click.Command, called: str) -> Iterator[tuple[str, click.Command]]:
    """A command and those within it, with how they are called."""
    yield called, command
    if isinstance(command, click.Group):
        for name, within in command.commands.items():
            yield from every_command(within, f"{called} {name}")


@pytest.mark.parametrize(
    "what",
    ["export format", "kind of account", "kind of fact", "tool", "command", "setting",
     "dependency", "migration"],
)  # fmt: skip
def test_each_way_to_add_something_is_told(what: str) -> None:
    assert f"A new {what}" in sections("CONTRIBUTING.md")


def test_a_format_has_pairs_or_is_named_with_its_tests() -> None:
    exceptions = dict(EXCEPTION.findall(sections("CONTRIBUTING.md")["A new export format"]))
    with_pairs = {folder.name for folder in golden.FOLDER.iterdir() if folder.is_dir()}
    assert sorted(with_pairs | set(exceptions)) == FORMAT_NAMES
    assert not with_pairs & set(exceptions)
    for path in exceptions.values():
        assert (ROOT / path).is_file()
    for name in with_pairs:
        assert golden.cases(name)
        assert all(golden.expected_path(case).is_file() for case in golden.cases(name))


def test_every_format_has_its_section_in_the_guide() -> None:
    told = [
        name
        for text in sections("docs/importing.md").values()
        for name in re.findall(r"`--as ([\w-]+)`", text)
    ]
    assert sorted(told) == FORMAT_NAMES


def test_a_format_stands_in_the_folder_of_its_service() -> None:
    for module in FORMATS:
        service, _, name = module.rpartition(".")
        assert (ROOT / "store" / "importers" / service / f"{name}.py").is_file()
        assert service
        assert "." not in service


def test_every_command_is_a_module_and_every_module_a_command() -> None:
    [folder] = command_folders
    modules = {path.stem for path in Path(folder).glob("*.py")} - {"__init__"}
    assert modules == {module_of(name).rpartition(".")[2] for name in COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_those_within_it_show_an_example(name: str) -> None:
    reference = read("docs/reference.md")
    for called, command in every_command(command_of(name), f"kinkeeper {name}"):
        example = (command.help or "").partition("Example")[2]
        assert called.rpartition(" ")[2] in example, called
        assert f"#### `{called}`\n" in reference


@pytest.mark.parametrize("name", TOOL_NAMES)
def test_every_tool_has_its_file_its_call_and_its_place_in_the_list(name: str) -> None:
    assert (ROOT / "tools" / f"{name}.py").is_file()
    assert f'("{name}", {{' in read("tests/test_server_mcp_tools.py")
    assert f"### `{name}`\n" in read("docs/reference.md")


def test_the_list_of_tools_is_the_one_that_is_kept() -> None:
    assert [tool["name"] for tool in json.loads(read("tests/data/tools_list.json"))] == TOOL_NAMES


def test_every_dependency_has_its_exact_version_and_its_reason() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    required = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    exact = {
        canonical(line.partition("==")[0])
        for line in read("constraints.txt").splitlines()
        if "==" in line
    }
    table = sections("docs/decisions.md")["Dependencies"]
    reasons = {
        canonical(name.strip().removesuffix(" (tests)"))
        for row in table.strip().splitlines()[2:]
        for name in row.split("|")[1].split(",")
    }
    named = {canonical(match[0]) for each in required if (match := REQUIREMENT.match(each))}
    assert named - exact == set()
    assert named == reasons


def test_every_migration_has_a_number_of_its_own() -> None:
    files = sorted(path.name for path in (ROOT / "store" / "migrations").glob("*.sql"))
    assert all(re.fullmatch(r"\d{4}_\w+\.sql", name) for name in files)
    assert len({name[:4] for name in files}) == len(files)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_of_modules_says_in_one_line_what_it_holds(folder: str) -> None:
    holding = {path.parent for path in (ROOT / folder).rglob("*.py")}
    for each in sorted(holding):
        init = each / "__init__.py"
        assert init.is_file(), each
        said = ast.get_docstring(ast.parse(init.read_text("utf-8"))) or ""
        line, _, rest = said.partition("\n")
        assert line.endswith("."), each
        assert not rest or rest.startswith("\n"), f"{each}: one line, then an empty one"
