"""The packed vectors of the active model in one process: loaded at the first search by meaning.

They keep up with the file: what other processes add, change, hide or delete is met at the next
search. Nothing is answered from here alone; what it finds is measured and checked in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import anyio
import anyio.to_thread

from store.database import Reader
from store.vector_blocks import NO_TIME, Block, block_versions, read_block, sign_bits
from store.vectors import BLOCK_BITS, ModelRecord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# So many of n vectors are measured exactly: 400 of ten thousand, 2,000 of a million. Each costs as
# much as scanning five hundred (tests/benchmarks/vector_recall.py has what it gives).
_MEASURED_PER_ROOT: Final = 2
_LEAST_MEASURED: Final = 400


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


class VectorCodes:
    """The packed vectors that one process holds."""

    def __init__(self) -> None:
        self._model_id = 0
        self._data_version = -1
        self._versions: dict[int, int] = {}
        self._blocks: dict[int, Block] = {}
        self._all: Blocks | None = None
        self._lock = anyio.Lock()

    async def nearest(
        self, reader: Reader, model: ModelRecord, vector: bytes, narrowed: Narrowed
    ) -> list[int]:
        """Ids of the messages that are likely nearest, in no order; all where they are few.

        vector: int8, of the model.
        """
        async with self._lock:
            await self._keep_up(reader, model)
            if self._all is None:
                self._all = await anyio.to_thread.run_sync(Blocks, list(self._blocks.values()))
            blocks = self._all
        return await anyio.to_thread.run_sync(blocks.nearest, vector, narrowed)

    async def _keep_up(self, reader: Reader, model: ModelRecord) -> None:
        # Any commit of any other connection gives it another value.
        data_version = int(await reader.value("PRAGMA data_version"))
        if (model.id, data_version) == (self._model_id, self._data_version):
            return
        if model.id != self._model_id:
            self._versions, self._blocks, self._all = {}, {}, None
        versions = await block_versions(reader, model.id)
        for number in self._blocks.keys() - versions.keys():
            del self._blocks[number]
        for number, version in versions.items():
            if self._versions.get(number) != version:
                self._blocks[number] = await read_block(reader, model.id, number, model.dimension)
        if versions != self._versions:
            self._all = None
        self._model_id, self._data_version, self._versions = model.id, data_version, versions


class Blocks:
    """Blocks to search in; nothing in them changes."""

    def __init__(self, blocks: list[Block]) -> None:
        import numpy as np

        self._blocks = [block for block in blocks if len(block.slots)]
        ends = np.cumsum([len(block.slots) for block in self._blocks], dtype=np.int64)
        self._starts = np.concatenate((np.zeros(1, np.int64), ends))
        # What most searches are narrowed by, in one piece: asking block by block takes longer.
        empty = [np.zeros(0, np.int32)]
        self._conversations = np.concatenate(empty + [b.conversations for b in self._blocks])
        self._senders = np.concatenate(empty + [b.senders for b in self._blocks])

    def nearest(self, vector: bytes, narrowed: Narrowed) -> list[int]:
        """See `VectorCodes.nearest`."""
        import numpy as np

        code = sign_bits(np.frombuffer(vector, np.int8)[np.newaxis])[:, 0]
        rows = self._rows(narrowed)
        # Of each block its rows, None for all, with their distances.
        found: list[tuple[Block, NDArray[np.intp] | None, NDArray[np.uint16]]] = []
        for block, own in zip(self._blocks, self._by_block(rows), strict=True):
            if own is None:
                found.append((block, None, _distances(block.codes, code)))
            elif len(own):
                found.append((block, own, _distances(block.codes[:, own], code)))
        if not found:
            return []
        distances = np.concatenate([distance for _, _, distance in found])
        measured = max(_LEAST_MEASURED, int(_MEASURED_PER_ROOT * len(distances) ** 0.5))
        furthest = int(distances.max())
        if len(distances) > measured:
            furthest = int(np.searchsorted(np.cumsum(np.bincount(distances)), measured))
        ids: list[int] = []
        for block, own, distance in found:
            near = np.flatnonzero(distance <= furthest)
            slots = block.slots[near if own is None else own[near]]
            ids += (slots.astype(np.int64) + (block.number << BLOCK_BITS)).tolist()
        return ids

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


def _among(column: NDArray[np.int32], ids: tuple[int, ...]) -> NDArray[np.bool_]:
    """Of each row whether its id is one of these; ids are small, so a table tells."""
    import numpy as np

    table = np.zeros(int(column.max(initial=0)) + 1, bool)
    table[[one for one in ids if one < len(table)]] = True
    chosen: NDArray[np.bool_] = table[column]
    return chosen


def _distances(codes: NDArray[np.uint64], code: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """In how many bits the codes differ from this one."""
    import numpy as np

    distance = np.zeros(codes.shape[1], np.uint16)
    for line, word in zip(codes, code, strict=True):
        distance += np.bitwise_count(line ^ word)
    return distance
