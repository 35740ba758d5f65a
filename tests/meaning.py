"""A search by meaning as `tools/ranking/candidates.py` makes it, for the tests of `store/`."""

from store.engine.connections import Reader
from store.index.vectors import ModelRecord
from store.search.nearby_turns import nearby_turns
from store.search.search_meaning import measure_near, prepare_scan
from store.search.search_words import Filter
from store.search.vector_codes import VectorCodes


async def search_meaning(
    reader: Reader, codes: VectorCodes, model: ModelRecord, vector: bytes, condition: Filter
) -> dict[int, float]:
    """The ten messages nearest to an int8 vector: row id to cosine."""
    scan = await reader.in_one_go(lambda now: prepare_scan(now, codes, model, condition))
    found = await measure_near(reader, model, vector, scan.nearest(vector), 10)
    seen = await nearby_turns(reader, found, condition)
    return {message_id: cosine for message_id, cosine in found.items() if message_id in seen}
