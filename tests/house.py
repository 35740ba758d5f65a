"""Prints the rooms of the house as its imports have them: `python -m tests.house [CHECKOUT]`.

A room is a folder, or a file that stands loose in one of the four; an arrow leads from a room to
another one that a module of it imports, wherever in the module. A circle is rooms, or modules, that
reach each other.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

FOLDERS = ("server", "tools", "embeddings", "store")
LONG_FUNCTION = 60
Arrows = Mapping[str, set[str]]


def modules(root: Path) -> dict[str, Path]:
    """The modules below the four folders: dotted name to file."""
    found = {}
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(files: Mapping[str, Path]) -> dict[str, set[str]]:
    """Which modules of ours each module imports, in functions too."""
    return {name: set(_imported(path, files)) - {name} for name, path in files.items()}


def _imported(path: Path, files: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in files)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in files or node.module in files:
                    yield whole if whole in files else node.module


def room_of(name: str, files: Mapping[str, Path]) -> str:
    """The folder that a module stands in; of the four folders, each file is a room of its own."""
    folder = name if files[name].name == "__init__.py" else name.rpartition(".")[0]
    return name if folder in FOLDERS else folder


def between_rooms(arrows: Arrows, files: Mapping[str, Path]) -> dict[str, set[str]]:
    """The arrows of modules as arrows of their rooms; those inside a room are left out."""
    found: dict[str, set[str]] = {room_of(name, files): set() for name in files}
    for name, targets in arrows.items():
        room = room_of(name, files)
        found[room] |= {room_of(target, files) for target in targets} - {room}
    return found


def circles(arrows: Arrows) -> list[list[str]]:
    """The groups that reach each other (Tarjan 1972), each sorted."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for target in sorted(arrows.get(name, ())):
            if target not in index:
                visit(target)
                low[name] = min(low[name], low[target])
            elif target in stack:
                low[name] = min(low[name], index[target])
        if low[name] == index[name]:
            at = stack.index(name)
            group = stack[at:]
            del stack[at:]
            if len(group) > 1:
                found.append(sorted(group))

    for name in arrows:
        if name not in index:
            visit(name)
    return found


def sharing_a_name(files: Mapping[str, Path]) -> dict[str, list[str]]:
    """File names that several modules have, `__init__.py` left out."""
    count = Counter(path.name for path in files.values() if path.name != "__init__.py")
    return {
        name: sorted(module for module, path in files.items() if path.name == name)
        for name, times in sorted(count.items())
        if times > 1
    }


def long_functions(files: Mapping[str, Path]) -> list[tuple[int, str]]:
    """Functions of more than LONG_FUNCTION lines, the longest first."""
    found = [
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{name}.{node.name}")
        for name, path in files.items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return sorted((each for each in found if each[0] > LONG_FUNCTION), reverse=True)


def main(root: Path) -> None:
    """Print what the house looks like."""
    files = modules(root)
    arrows = imports(files)
    rooms = between_rooms(arrows, files)
    sizes = Counter(str(path.parent.relative_to(root)) for path in files.values())
    named = sharing_a_name(files)
    lines = [
        f"modules: {len(files)}; imports between them: {sum(map(len, arrows.values()))}",
        f"folders: {len(sizes)}; arrows between rooms: {sum(map(len, rooms.values()))}",
        f"circles of rooms: {circles(rooms)}",
        f"circles of modules: {circles(arrows)}",
        "largest folders: " + ", ".join(f"{room} {size}" for room, size in sizes.most_common(5)),
        f"names that several modules share: {len(named)} ({sum(map(len, named.values()))} modules)",
        *(f"  {name}: {', '.join(where)}" for name, where in named.items()),
        f"functions over {LONG_FUNCTION} lines: {len(long_functions(files))}",
        *(f"  {size} {name}" for size, name in long_functions(files)),
        "arrows:",
        *(f"  {room} -> {', '.join(sorted(to))}" for room, to in sorted(rooms.items()) if to),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])
