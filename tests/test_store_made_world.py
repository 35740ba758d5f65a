"""A made-up circle in the exports of eight programs: nobody is mistaken, most are recognised."""

from pathlib import Path

from store.suggestions import suggest
from tests.benchmarks.identity import measure, take_in_world, truth
from tests.made_exports import made_memory
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
        who = truth(writer)
        asked = [
            {who.get(n.id) for n in each.one.nodes} & {who.get(n.id) for n in each.other.nodes}
            for each in suggest(writer)
        ]
        assert any(asked)
