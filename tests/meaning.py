"""A search by meaning as `tools/ranking/candidates.py` makes it, for the tests of `store/`."""

from store.database import Reader
from store.search import Filter
from store.vector_codes import VectorCodes
from store.vector_search import measure_near, prepare_scan
from store.vectors import ModelRecord


async def search_meaning(
    reader: Reader, codes: VectorCodes, model: ModelRecord, vector: bytes, condition: Filter
) -> dict[int, float]:
    """The ten messages nearest to an int8 vector: row id to cosine."""
    scan = await reader.in_one_go(lambda now: prepare_scan(now, codes, model, condition))
    return await measure_near(reader, model, vector, scan.nearest(vector), condition, 10)
