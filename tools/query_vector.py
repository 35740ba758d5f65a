"""The vector of a question and what is near to it, or the plain reason why there is none."""

import re
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final

import anyio.to_thread

from embeddings.encoder import Encoder, TokenStates
from embeddings.quantise import to_int8
from store.index.vectors import ModelRecord
from store.search.search_meaning import Scan
from store.search.vector_codes import Near
from tools.clean import without_paths
from tools.memory import Memory

LONGEST_QUERY: Final = 400
# The longer a text is, the more memory the model takes for it.
_MOST_WORDS: Final = re.compile(r"\s*(?:\S+\s+){0,63}\S*")


@dataclass(frozen=True, slots=True)
class QueryVector:
    """vector: int8, to compare with the vectors of `model`; tokens: its words in their context;
    near: messages that a scan found near to it, None where nothing was scanned; without a
    model, `reason` says what is missing."""

    model: ModelRecord | None
    vector: bytes = b""
    tokens: TokenStates | None = None
    near: Near | None = None
    reason: str = ""


async def query_vector(
    memory: Memory, model: ModelRecord | None, query: str, scan: Awaitable[Scan | None]
) -> QueryVector:
    """Encode a question with the model that made the memory's vectors, and scan these.

    model: None where the memory has none. scan: waited for once the model is loaded, so that the
    first search loads both at a time.
    """
    if model is None:
        return QueryVector(
            None, reason="not indexed by meaning yet; the owner runs: kinkeeper index"
        )
    encoder = await memory.encoder.get_for(model.name, model.sha256, model.runtime)
    if encoder is None:
        return QueryVector(None, reason=without_paths(memory.encoder.reason))
    return await anyio.to_thread.run_sync(_encoded, encoder, model, query, await scan)


def _encoded(encoder: Encoder, model: ModelRecord, query: str, scan: Scan | None) -> QueryVector:
    read = _MOST_WORDS.match(query[:LONGEST_QUERY])
    vectors, tokens = encoder.encode_with_tokens([read[0] if read else ""])
    vector = to_int8(vectors)[0]
    return QueryVector(model, vector, tokens[0], scan.nearest(vector) if scan else None)
