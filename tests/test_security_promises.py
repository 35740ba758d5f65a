"""Every promise of SECURITY.md names the tests that hold it, and they exist."""

import ast
import re

from tests.attack_classes import attack_classes
from tests.running import ROOT

CITED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def promises() -> list[str]:
    """The points under "What is held", each as one line."""
    held = (ROOT / "SECURITY.md").read_text("utf-8").split("\n## What is held\n")[1]
    points = held.split("\n## ")[0].split("\n- ")
    return [" ".join(point.lstrip("- ").split()) for point in points if point.strip()]


def test_every_promise_cites_a_test() -> None:
    assert len(promises()) > 5
    assert [promise for promise in promises() if not CITED.search(promise)] == []


def test_every_test_that_is_cited_exists() -> None:
    missing = []
    for file, function in CITED.findall((ROOT / "SECURITY.md").read_text("utf-8")):
        path = ROOT / file
        if not path.is_file() or (function and function not in _functions(path.read_text("utf-8"))):
            missing.append(f"{file}::{function}")
    assert missing == []


def _functions(text: str) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, _DEFINED)}


_DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef)


def test_every_class_of_attack_has_attempts_and_is_cited() -> None:
    cited = {file for file, _ in CITED.findall((ROOT / "SECURITY.md").read_text("utf-8"))}
    for each in attack_classes():
        assert each.title, each.file
        assert each.attempts >= 3, each.file
        assert f"tests/attacks/{each.file}" in cited, each.file
