"""Finding messages by meaning: likely ones among the packed vectors, measured by sqlite-vec.

It takes a finished vector and never encodes. Vectors are int8 everywhere (`store/migrations`).
"""

import json
from dataclasses import dataclass

from store.engine.connections import Reader
from store.index.vectors import ModelRecord
from store.search.search_words import Filter
from store.search.vector_codes import Blocks, Narrowed, Near, VectorCodes
from store.talk.conversations import circles_of


@dataclass(frozen=True, slots=True)
class Scan:
    """What a search by meaning looks through; made before its question is encoded."""

    blocks: Blocks
    narrowed: Narrowed

    def nearest(self, vector: bytes) -> Near:
        """See `Blocks.nearest`."""
        return self.blocks.nearest(vector, self.narrowed)


async def prepare_scan(
    reader: Reader, codes: VectorCodes, model: ModelRecord, condition: Filter
) -> Scan:
    """What a search under this condition looks through.

    reader: one that answers at once (`Reader.in_one_go`).
    """
    return Scan(await codes.up_to_date(reader, model), await _narrowed(reader, condition))


async def measure_near(
    reader: Reader, model: ModelRecord, vector: bytes, near: Near, limit: int
) -> dict[int, float]:
    """Messages nearest in meaning: row id to cosine, the highest first; at most `limit`.

    near: what a scan found. They met its condition when it was prepared; `nearby_turns` checks
    whether they still do. Exact where few messages meet it; beyond that as close as
    `Blocks.nearest` is.
    """
    if near.cosines is not None:
        pairs = zip(near.ids, near.cosines, strict=True)
        return dict(sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:limit])
    rows = await reader.all(
        "SELECT message_id, 1 - vec_distance_cosine(vec_int8(vector), vec_int8(:vector)) AS score"
        " FROM message_vec WHERE model_id = :model"
        " AND message_id IN (SELECT value FROM json_each(:near))"
        f" ORDER BY score DESC, message_id LIMIT {limit}",
        {"vector": vector, "model": model.id, "near": json.dumps(sorted(near.ids))},
    )
    return {row[0]: row[1] for row in rows}


async def _narrowed(reader: Reader, condition: Filter) -> Narrowed:
    conversations: tuple[int, ...] | None = None
    senders: tuple[int, ...] = ()
    sources: tuple[int, ...] | None = None
    if condition.person is not None:
        conversations, senders = await circles_of(reader, condition.person)
    if condition.source is not None:
        rows = await reader.all("SELECT id FROM source WHERE kind = ?", (condition.source,))
        sources = tuple(row["id"] for row in rows)
    return Narrowed(conversations, senders, sources, condition.since, condition.until)
