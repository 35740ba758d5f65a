"""The classes of attack in `tests/attacks/`, with how many ways each is tried.

Every file there begins with a line that names its class, holds `ATTEMPTS`, of which each is one
test case, and `KNOWN_LIMITS`: what still gets through, in sentences.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from tests.markdown import bullet, table
from tests.running import ROOT


@dataclass(frozen=True, slots=True)
class AttackClass:
    """title: the class in plain words. file: its name in `tests/attacks/`."""

    title: str
    file: str
    attempts: int
    limits: tuple[str, ...]


def attack_classes() -> list[AttackClass]:
    """Every class, by title."""
    files = sorted((ROOT / "tests" / "attacks").glob("test_*.py"))
    found = [_described(import_module(f"tests.attacks.{path.stem}"), path.name) for path in files]
    return sorted(found, key=lambda each: each.title.lower())


def attack_table() -> str:
    """A line for each class, and one for all."""
    classes = attack_classes()
    lines = [(each.title, f"`{each.file}`", str(each.attempts), "0") for each in classes]
    total = ("**all**", "", f"**{sum(each.attempts for each in classes):,}**", "**0**")
    return table(("attack", "in `tests/attacks/`", "attempts", "successes"), *lines, total)


def limit_lines() -> Iterator[str]:
    """What is known to get through, class by class."""
    for each in attack_classes():
        for limit in each.limits:
            yield bullet(f"{each.title}: {limit}")


def _described(module: ModuleType, file: str) -> AttackClass:
    title = (module.__doc__ or "").split("\n", 1)[0].rstrip(".")
    return AttackClass(title, file, len(module.ATTEMPTS), tuple(module.KNOWN_LIMITS))
