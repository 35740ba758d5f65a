"""A made-up circle in the exports of eight programs: nobody is mistaken, most are recognised."""

from pathlib import Path

from store.identity.suggestions import suggest
from tests.benchmarks.identity import measure, suggested, take_in_world
from tests.made_exports import made_memory
from tests.made_traps import TrickyWorld
from tests.made_world import World, made_people

CIRCLE = 24


def test_eight_exports_mistake_nobody(tmp_path: Path) -> None:
    paths = World(made_people(CIRCLE, seed=5), tmp_path / "world").write()
    with made_memory(tmp_path) as writer:
        take_in_world(writer, paths)
        figures = measure(writer)
        assert figures.mistaken == ()
        assert len(figures.recall) >= 5
        linked = sum(found for found, _ in figures.recall.values())
        assert linked / sum(all_ for _, all_ in figures.recall.values()) > 0.4
        merged, several = figures.merged
        assert merged / several > 0.6
        found = suggest(writer)
        right, asked, apart = suggested(writer, found)
        assert right / len(found) > 0.5
        assert asked / apart > 0.2


def test_families_desks_assistants_and_couples_mislead_nobody(tmp_path: Path) -> None:
    paths = TrickyWorld(made_people(CIRCLE // 2, seed=3), tmp_path / "world").write()
    with made_memory(tmp_path) as writer:
        take_in_world(writer, paths)
        figures = measure(writer)
        assert figures.mistaken == ()
        assert figures.merged[0] > 0
