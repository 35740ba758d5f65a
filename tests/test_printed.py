"""Documents say what the code says: what is printed from it stands in them as it is now."""

from importlib.metadata import version

import pytest

from tests.printed import PART, printed_documents
from tests.running import ROOT


def test_what_is_printed_from_the_code_stands_in_the_documents() -> None:
    click = version("click")
    if f"click=={click}\n" not in (ROOT / "constraints.txt").read_text("utf-8"):
        pytest.skip(f"click {click} words the usage of commands otherwise than the tested one")
    differing = [
        path.relative_to(ROOT).as_posix()
        for path, text in printed_documents().items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    assert not differing, f"run make docs ({', '.join(differing)})"


def test_the_readme_has_every_table_of_the_program() -> None:
    parts = [part[2] for part in PART.finditer((ROOT / "README.md").read_text("utf-8"))]
    assert parts == ["tools", "commands", "variables", "exit codes"]
