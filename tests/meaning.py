"""A search by meaning as `tools/ranking/candidates.py` makes it, for the tests of `store/`."""

from store.database import Reader
from store.nearby_turns import nearby_turns
from store.search import Filter
from store.vector_codes import VectorCodes
from store.vector_search import measure_near, prepare_scan
from store.vectors import ModelRecord


async def search_meaning(
    reader: Reader, codes: VectorCodes, model: ModelRecord, vector: bytes, condition: Filter
) -> dict[int, float]:
    """The ten messages nearest to an int8 vector: row id to cosine."""
    scan = await reader.in_one_go(lambda now: prepare_scan(now, codes, model, condition))
    found = await measure_near(reader, model, vector, scan.nearest(vector), 10)
    seen = await nearby_turns(reader, found, condition)
    return {message_id: cosine for message_id, cosine in found.items() if message_id in seen}
