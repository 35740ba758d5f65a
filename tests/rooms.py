"""The house as CONTRIBUTING.md shows it: every folder with the first line of its docstring."""

import ast
import tomllib
from collections.abc import Iterator
from typing import Final

from tests.markdown import table
from tests.running import ROOT

TOP: Final = ("server", "tools", "embeddings", "store")


def says(folder: str) -> str:
    """The first line of the docstring of a folder's `__init__.py`, without its full stop."""
    text = (ROOT / folder / "__init__.py").read_text("utf-8")
    return (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0].rstrip(".")


def layers_of_the_store() -> Iterator[tuple[str, ...]]:
    """The rooms of the store from the top down, as the contract of import-linter has them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    [layers] = [
        contract["layers"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract.get("containers") == ["store"]
    ]
    for layer in layers:
        yield tuple(name.strip() for name in layer.split("|"))


def top_folders() -> str:
    """The four folders, and the rooms of all but the store."""
    shown = []
    for folder in TOP:
        found = (ROOT / folder).rglob("__init__.py") if folder != "store" else ()
        shown += sorted({folder, *(path.parent.relative_to(ROOT).as_posix() for path in found)})
    return table(("folder", "holds"), *((f"`{each}/`", says(each)) for each in shown))


def rooms() -> str:
    """The rooms of the store, from the top down; those of one line do not import each other."""
    rows = []
    for layer in layers_of_the_store():
        named = [name for name in layer if (ROOT / "store" / name).is_dir()]
        for name in named:
            beside = ", ".join(f"`{other}/`" for other in named if other != name)
            rows.append((f"`store/{name}/`", says(f"store/{name}"), beside))
    return table(("room", "holds", "stands beside"), *rows)
