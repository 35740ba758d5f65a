"""The vector of a question, or the plain reason why there is none."""

from dataclasses import dataclass

import anyio.to_thread

from store.vectors import active_model
from tools.memory import Memory

LONGEST_QUERY = 1_000


@dataclass(frozen=True, slots=True)
class QueryVector:
    """vector: little-endian float32, normalised, to compare with the vectors of `model_id`;
    without a model, `reason` says what is missing."""

    model_id: int | None
    vector: bytes = b""
    reason: str = ""


async def query_vector(memory: Memory, query: str) -> QueryVector:
    """Encode a question with the model that made the memory's vectors."""
    model = await active_model(memory.reader)
    if model is None:
        return QueryVector(
            None, reason="not indexed by meaning yet; the owner runs: kinkeeper index"
        )
    encoder = await memory.encoder.get()
    if encoder is None:
        return QueryVector(None, reason=memory.encoder.reason)
    identity = encoder.identity
    if (identity.sha256, identity.runtime) != (model.sha256, model.runtime):
        return QueryVector(None, reason="the model has changed; the owner runs: kinkeeper index")
    vectors = await anyio.to_thread.run_sync(encoder.encode, [query[:LONGEST_QUERY]])
    return QueryVector(model.id, vectors[0].astype("<f4").tobytes())
