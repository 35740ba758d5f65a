"""The house rules that a tool can check: arrows, SQL, environment, clock, names."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.running import ROOT

FOLDERS = ("server", "tools", "embeddings", "store")
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
SQL = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "DROP ", "ALTER ", "WITH ", "BEGIN ")
# The present and the environment are read in server/settings.py, and told to everybody else.
OUTSIDE_THE_SERVER = {
    ("os", "environ"),
    ("os", "getenv"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("Path", "home"),
}
# Written, not read: it keeps the model libraries off the network.
WRITES_THE_ENVIRONMENT = "embeddings/model_files.py"
LONGEST_FILE = 400


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), parsed(path)


def attributes(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """Every `name.attribute` of a module, and every `from name import attribute`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            yield name, node.attr, node.lineno
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.module or "", alias.name, node.lineno


def test_arrows_go_one_way() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_sql_is_written_in_the_store_alone() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in sources("server", "tools", "embeddings")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.lstrip().startswith(SQL)
    ]
    assert found == []


def test_environment_and_clock_are_read_in_the_server_alone() -> None:
    found = [
        f"{path}:{line}: {name}.{attribute}"
        for path, tree in sources("tools", "embeddings", "store")
        for name, attribute, line in attributes(tree)
        if (name, attribute) in OUTSIDE_THE_SERVER
        and (path, attribute) != (WRITES_THE_ENVIRONMENT, "environ")
    ]
    assert found == []


def test_the_command_line_needs_the_protocol_for_serve_and_demo_alone() -> None:
    found = {
        path
        for path, tree in sources("server/cli")
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
        if name.partition(".")[0] == "mcp" or name.startswith("server.mcp")
    }
    assert found == {"server/cli/demo_questions.py"}


def test_pythons_own_sqlite_is_never_used() -> None:
    found = [
        path
        for path, tree in sources(*FOLDERS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
        if name.partition(".")[0] == "sqlite3"
    ]
    assert found == []


def test_nothing_is_printed_past_the_command_line() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in sources(*FOLDERS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"print", "input"}
    ]
    assert found == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_says_what_it_is_for_and_is_short(folder: str) -> None:
    for path in sorted((ROOT / folder).rglob("*.py")):
        assert ast.get_docstring(parsed(path)), path
        assert path.read_text("utf-8").count("\n") <= LONGEST_FILE, path


def pinned(file: str) -> dict[str, Version]:
    lines = (ROOT / file).read_text("utf-8").splitlines()
    pins = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): Version(version) for name, version in pins}


def test_what_the_project_asks_for_is_tested_at_its_lowest_and_at_a_newer_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lowest, usual = pinned("constraints-lowest.txt"), pinned("constraints.txt")
    for line in (*project["dependencies"], *project["optional-dependencies"]["test"]):
        wanted = Requirement(line)
        [least] = [each.version for each in wanted.specifier if each.operator in {">=", "=="}]
        name = canonicalize_name(wanted.name)
        assert lowest[name] == Version(least), line
        assert str(usual[name]) in wanted.specifier, line


def test_no_folder_of_tests_hides_a_folder_of_the_program() -> None:
    assert not [name for name in FOLDERS if (Path(__file__).parent / name).exists()]


def test_no_two_modules_of_the_store_share_a_name() -> None:
    """In the importers, whose files are alike, the folder says whose it is."""
    folder = ROOT / "store"
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        where = path.relative_to(folder)
        if path.name != "__init__.py" and where.parts[0] != "importers":
            found.setdefault(path.name, []).append(str(where))
    assert [where for where in found.values() if len(where) > 1] == []
