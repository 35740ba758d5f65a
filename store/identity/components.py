"""Connected components: the sets into which pairs of numbers fall."""

from collections import defaultdict
from collections.abc import Iterable


def components(pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    """The sets of numbers that the pairs connect."""
    parent: dict[int, int] = {}

    def root(number: int) -> int:
        parent.setdefault(number, number)
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for one, other in pairs:
        parent[root(one)] = root(other)
    found: dict[int, set[int]] = defaultdict(set)
    for number in parent:
        found[root(number)].add(number)
    return list(found.values())
