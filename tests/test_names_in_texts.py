"""What documents, docstrings and comments name is there: files, folders, modules, commands."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from server.cli import COMMANDS
from server.settings import VARIABLES
from tests.running import ROOT

OURS = ("server", "tools", "embeddings", "store", "tests", "docs", "examples")
DOCUMENTS = [
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/*.md", "examples/**/*.md", "tests/data/*/README.md")
    for path in sorted(ROOT.glob(pattern))
]
CODE = [
    path.relative_to(ROOT).as_posix()
    for folder in ("", *OURS)
    for pattern in (("**/*.py", "**/*.sql") if folder else ("*.py",))
    for path in sorted((ROOT / folder).glob(pattern))
]
# A file or folder of ours, wherever it stands in a text; <name> and NAME stand for any.
PATH = re.compile(rf"(?<![\w/.~-])(?:{'|'.join(OURS)})/[\w<>{{}}*./-]*[\w>}}*/]")
# A file by its name alone, in backticks.
FILE = re.compile(r"`([\w/]+\.(?:py|sql|toml|md))`")
MODULE = re.compile(rf"`((?:{'|'.join(OURS)})(?:\.\w+)+)`|python -m (tests(?:\.\w+)+)")
COMMAND = re.compile(r"`(?:kinkeeper|\.venv/bin/kinkeeper) ([a-z]+)\b")
TARGET = re.compile(r"\bmake ([a-z-]+)`|^make ([a-z-]+)\b", re.MULTILINE)
VARIABLE = re.compile(r"\bKINKEEPER_[A-Z_]+\b")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
STANDS_FOR_ANY = re.compile(r"<\w+>|\b[A-Z]{2,}\b|\{\w+\}")


def texts(path: str) -> Iterator[tuple[int, str]]:
    """What people read in a file, with the line that it begins at."""
    whole = (ROOT / path).read_text("utf-8")
    if path.endswith(".md"):
        yield 1, whole
    elif path.endswith(".sql"):
        for number, line in enumerate(whole.splitlines(), 1):
            if "--" in line:
                yield number, line.partition("--")[2]
    else:
        yield from _docstrings(whole)
        yield from _comments(whole)


def _docstrings(code: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            said = ast.get_docstring(node)
            if said:
                yield node.body[0].lineno, said


def _comments(code: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@cache
def is_there(path: str, beside: Path) -> bool:
    """Whether a file or folder exists, from the root or beside the file that names it."""
    pattern = STANDS_FOR_ANY.sub("*", path.rstrip("/"))
    return any(True for folder in (ROOT, beside) for _ in folder.glob(pattern))


@cache
def is_somewhere(name: str) -> bool:
    """Whether a file of this name, or end of a path, is anywhere of ours."""
    pattern = STANDS_FOR_ANY.sub("*", name)
    return any(True for folder in OURS for _ in (ROOT / folder).glob(f"**/{pattern}"))


@cache
def is_module(name: str) -> bool:
    """Whether a dotted name is a module or folder of ours, or something in a module."""
    folder, _, last = name.rpartition(".")
    whole, holder = ROOT / name.replace(".", "/"), ROOT / folder.replace(".", "/")
    if whole.is_dir() or whole.with_suffix(".py").is_file():
        return True
    for file in (holder.with_suffix(".py"), holder / "__init__.py"):
        if file.is_file() and re.search(rf"\b{last}\b", file.read_text("utf-8")):
            return True
    return False


def missing(path: str) -> Iterator[str]:
    """What the texts of a file name and nobody finds."""
    beside = (ROOT / path).parent
    # Most files name nothing that is missing, in their code neither: no need to take them apart.
    if not missing_in((ROOT / path).read_text("utf-8"), beside):
        return
    for line, text in texts(path):
        for name in missing_in(text, beside):
            yield f"{path}:{line}: {name}"


def missing_in(text: str, beside: Path) -> list[str]:
    """What a text names and nobody finds. beside: the folder of its file."""
    return [
        *(name for name in PATH.findall(text) if not is_there(name, beside)),
        *(
            name
            for name in FILE.findall(text)
            if not is_there(name, beside) and not is_somewhere(name)
        ),
        *(
            name
            for either in MODULE.findall(text)
            for name in either
            if name and not is_module(name)
        ),
        *(f"kinkeeper {name}" for name in COMMAND.findall(text) if name not in COMMANDS),
    ]


@pytest.mark.parametrize("folder", [*OURS, "."])
def test_files_modules_and_commands_that_a_text_names_are_there(folder: str) -> None:
    inside = [
        path
        for path in dict.fromkeys([*DOCUMENTS, *CODE])
        if (path.partition("/")[0] if "/" in path else ".") == folder
    ]
    assert inside
    assert [name for path in inside for name in missing(path)] == []


@pytest.mark.parametrize("path", DOCUMENTS)
def test_links_targets_of_make_and_variables_of_a_document_are_there(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    beside = (ROOT / path).parent
    assert [to for to in LINK.findall(text) if not (beside / to).exists()] == []
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = {name for each in TARGET.findall(text) for name in each if name}
    assert [name for name in targets if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []
    assert {*VARIABLE.findall(text)} <= {each.name for each in VARIABLES} | {"KINKEEPER_TEST_WRITE"}
