"""The vector of a question, or the plain reason why there is none."""

import re
from dataclasses import dataclass
from typing import Final

import anyio.to_thread

from embeddings.encoder import TokenStates
from embeddings.quantise import to_int8
from store.vectors import ModelRecord
from tools.memory import Memory

LONGEST_QUERY: Final = 400
# The longer a text is, the more memory the model takes for it.
_MOST_WORDS: Final = re.compile(r"\s*(?:\S+\s+){0,63}\S*")


@dataclass(frozen=True, slots=True)
class QueryVector:
    """vector: int8, to compare with the vectors of `model`; tokens: its words in their context;
    without a model, `reason` says what is missing."""

    model: ModelRecord | None
    vector: bytes = b""
    tokens: TokenStates | None = None
    reason: str = ""


async def query_vector(memory: Memory, model: ModelRecord | None, query: str) -> QueryVector:
    """Encode a question with the model that made the memory's vectors, None where it has none."""
    if model is None:
        return QueryVector(
            None, reason="not indexed by meaning yet; the owner runs: kinkeeper index"
        )
    encoder = await memory.encoder.get_for(model.name, model.sha256, model.runtime)
    if encoder is None:
        return QueryVector(None, reason=memory.encoder.reason)
    read = _MOST_WORDS.match(query[:LONGEST_QUERY])
    vectors, tokens = await anyio.to_thread.run_sync(
        encoder.encode_with_tokens, [read[0] if read else ""]
    )
    return QueryVector(model, to_int8(vectors)[0], tokens[0])
