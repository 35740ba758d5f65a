"""The packed vectors of the active model in one process: loaded at the first search by meaning.

They keep up with the file: the next search sees what other processes add, change, hide or delete.
Nothing is answered from here alone: what it finds is checked in the file, and measured there
unless whole vectors are held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from store.engine.connections import Reader
from store.index.vector_blocks import NO_TIME, Block, block_versions, read_block, sign_bits
from store.index.vectors import BLOCK_BITS, ModelRecord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# How many of n vectors are measured exactly: 625 of 100,000, 4,000 of a million. Each costs as much
# as scanning five hundred (tests/benchmarks/vector_recall.py shows what it gains).
_MEASURED_POWER: Final = 0.8
_MEASURED_SHARE: Final = 1 / 16
_LEAST_MEASURED: Final = 240
# This many times as many are near by their signs alone. Comparing the signs with the numbers of the
# question tells which of them to measure.
_NEAR_BY: Final = 8
_PLANES: Final = 5
# In a memory of up to this many blocks whole vectors are held too, 1.6 MB a block: reading the
# measured ones from the file would take a tenth of a search.
_MOST_WHOLE: Final = 8


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a search is narrowed to. Row ids; None for no condition.

    A message counts when its conversation or its sender is among those given. since, until: UTC
    seconds, until excluded.
    """

    conversations: tuple[int, ...] | None = None
    senders: tuple[int, ...] = ()
    sources: tuple[int, ...] | None = None
    since: int | None = None
    until: int | None = None


class Near(NamedTuple):
    """Messages that are likely nearest, by id. cosines: one for each, if whole vectors are held."""

    ids: list[int]
    cosines: list[float] | None


class VectorCodes:
    """The packed vectors that one process holds."""

    def __init__(self) -> None:
        self._model_id = 0
        self._data_version = -1
        self._versions: dict[int, int] = {}
        self._blocks: dict[int, Block] = {}
        self._all: Blocks | None = None

    async def up_to_date(self, reader: Reader, model: ModelRecord) -> Blocks:
        """All vectors of a model as they are in the file now.

        reader: one that answers at once (`Reader.in_one_go`), so that only one search at a time is
        here.
        """
        # Every commit by another connection changes this value.
        data_version = int(await reader.value("PRAGMA data_version"))
        if self._all is not None and (model.id, data_version) == (
            self._model_id,
            self._data_version,
        ):
            return self._all
        if model.id != self._model_id:
            self._versions, self._blocks, self._all = {}, {}, None
        versions = await block_versions(reader, model.id)
        for number in self._blocks.keys() - versions.keys():
            del self._blocks[number]
        whole = len(versions) <= _MOST_WHOLE
        for number, version in versions.items():
            if self._versions.get(number) != version:
                self._blocks[number] = await read_block(
                    reader, model.id, number, model.dimension, whole=whole
                )
        if self._all is None or versions != self._versions:
            # There may be more blocks now than are held whole.
            if not whole:
                self._blocks = {n: replace(one, vectors=None) for n, one in self._blocks.items()}
            self._all = Blocks(list(self._blocks.values()))
        self._model_id, self._data_version, self._versions = model.id, data_version, versions
        return self._all


class Blocks:
    """Blocks to search in; nothing in them changes."""

    def __init__(self, blocks: list[Block]) -> None:
        import numpy as np

        self._blocks = [block for block in blocks if len(block.slots)]
        ends = np.cumsum([len(block.slots) for block in self._blocks], dtype=np.int64)
        self._starts = np.concatenate((np.zeros(1, np.int64), ends))
        # What most searches are narrowed by, in one piece: asking block by block takes longer.
        empty = [np.zeros(0, np.uint8)]
        self._conversations = np.concatenate(empty + [b.conversations for b in self._blocks])
        self._senders = np.concatenate(empty + [b.senders for b in self._blocks])

    def nearest(self, vector: bytes, narrowed: Narrowed) -> Near:
        """The messages that are likely nearest, in no order; all of them if they are few.

        vector: int8, made by the same model.
        """
        import numpy as np

        code = sign_bits(np.frombuffer(vector, np.int8)[np.newaxis])[:, 0]
        rows = self._rows(narrowed)
        # Each block with its rows (None for all) and their codes.
        found: list[tuple[Block, NDArray[np.intp] | None, NDArray[np.uint64]]] = [
            (block, own, block.codes if own is None else np.take(block.codes, own, axis=1))
            for block, own in zip(self._blocks, self._by_block(rows), strict=True)
            if own is None or len(own)
        ]
        if not found:
            return Near([], None)
        distances = _distances([codes for _, _, codes in found], code)
        measured = int(_MEASURED_SHARE * len(distances) ** _MEASURED_POWER)
        measured = max(_LEAST_MEASURED, measured)
        furthest = len(code) * 64
        if len(distances) > measured:
            nearer = np.cumsum(np.bincount(distances))
            furthest = int(np.searchsorted(nearer, _NEAR_BY * measured))
        near = np.flatnonzero(distances <= furthest)
        ids: list[NDArray[np.int64]] = []
        near_codes: list[NDArray[np.uint64]] = []
        start = first = 0
        for block, own, codes in found:
            start, begin = start + codes.shape[1], start
            first, last = int(np.searchsorted(near, start)), first
            places = near[last:first] - begin
            slots = block.slots[places if own is None else own[places]]
            ids.append(slots.astype(np.int64) + (block.number << BLOCK_BITS))
            near_codes.append(np.take(codes, places, axis=1))
        every = np.concatenate(ids)
        if len(every) > measured:
            alike = _alike(np.concatenate(near_codes, axis=1), np.frombuffer(vector, np.int8))
            most = np.sort(np.argpartition(-alike, measured)[:measured])
            near, every = near[most], every[most]
        return Near(every.tolist(), self._cosines(vector, near if rows is None else rows[near]))

    def _cosines(self, vector: bytes, rows: NDArray[np.intp]) -> list[float] | None:
        """The cosines of these rows, in order; None if their vectors are not held."""
        import numpy as np

        held = [
            block.vectors[own].astype(np.float32)
            for block, own in zip(self._blocks, self._by_block(rows), strict=True)
            if block.vectors is not None and own is not None
        ]
        if len(held) < len(self._blocks):
            return None
        vectors, asked = np.concatenate(held), np.frombuffer(vector, np.int8).astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(asked)
        cosines: list[float] = (vectors @ asked / np.maximum(lengths, 1)).tolist()
        return cosines

    def _by_block(self, rows: NDArray[np.intp] | None) -> list[NDArray[np.intp] | None]:
        import numpy as np

        if rows is None:
            return [None] * len(self._blocks)
        cuts = np.searchsorted(rows, self._starts)
        return [
            rows[first:last] - start
            for first, last, start in zip(cuts[:-1], cuts[1:], self._starts[:-1], strict=True)
        ]

    def _rows(self, narrowed: Narrowed) -> NDArray[np.intp] | None:
        """The rows of all blocks that a search is narrowed to, or None for every one."""
        import numpy as np

        if narrowed == Narrowed():
            return None
        mask = np.ones(len(self._conversations), bool)
        if narrowed.conversations is not None:
            mask &= _among(self._conversations, narrowed.conversations)
            mask |= _among(self._senders, narrowed.senders)
        if narrowed.sources is not None:
            mask &= np.isin(self._column("sources"), narrowed.sources)
        if narrowed.since is not None or narrowed.until is not None:
            times = self._column("times")
            mask &= times != NO_TIME
            if narrowed.since is not None:
                mask &= times >= narrowed.since
            if narrowed.until is not None:
                mask &= times < narrowed.until
        return np.flatnonzero(mask)

    def _column(self, name: str) -> NDArray[np.int64]:
        import numpy as np

        empty = [np.zeros(0, np.int64)]
        return np.concatenate(empty + [getattr(block, name) for block in self._blocks])


def _among(column: NDArray[np.unsignedinteger], ids: tuple[int, ...]) -> NDArray[np.bool_]:
    """For each row, whether its id is one of these; ids are small, so a table can tell."""
    import numpy as np

    table = np.zeros(int(column.max(initial=0)) + 1, bool)
    table[[one for one in ids if one < len(table)]] = True
    chosen: NDArray[np.bool_] = table[column]
    return chosen


def _distances(parts: list[NDArray[np.uint64]], code: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """In how many bits the codes of each part differ from this one."""
    import numpy as np

    widest = max(part.shape[1] for part in parts)
    # Reused: allocating memory for each step takes longer than the step.
    differ, count = np.empty(widest, np.uint64), np.empty(widest, np.uint8)
    distances = np.zeros(sum(part.shape[1] for part in parts), np.uint16)
    start = 0
    for part in parts:
        size = part.shape[1]
        distance = distances[start : start + size]
        for line, word in zip(part, code, strict=True):
            np.bitwise_xor(line, word, out=differ[:size])
            np.bitwise_count(differ[:size], out=count[:size])
            np.add(distance, count[:size], out=distance)
        start += size
    return distances


def _alike(codes: NDArray[np.uint64], vector: NDArray[np.int8]) -> NDArray[np.float32]:
    """How alike the signs and this vector are: the sum of its numbers where the bit is set.

    The numbers are taken in 32 steps, so that whole words of 64 bits can be compared.
    """
    import numpy as np

    lowest, highest = int(vector.min()), int(vector.max())
    step = max(highest - lowest, 1) / (2**_PLANES - 1)
    steps = np.rint((vector.astype(np.float32) - lowest) / step).astype(np.uint8)
    summed = np.zeros(codes.shape[1], np.uint16)
    highest_first = np.arange(_PLANES, dtype=np.uint8)[::-1, np.newaxis]
    for mask in sign_bits((steps >> highest_first & 1).astype(np.int8)).T:
        np.left_shift(summed, 1, out=summed)
        for line, word in zip(codes, mask, strict=True):
            np.add(summed, np.bitwise_count(line & word), out=summed)
    ones = _distances([codes], np.zeros(len(codes), np.uint64))
    alike: NDArray[np.float32] = summed * np.float32(step) + ones * np.float32(lowest)
    return alike
