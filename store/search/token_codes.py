"""The token codes of messages, which late interaction compares (embeddings/token_codes.py)."""

import json
from collections.abc import Collection

from store.engine.connections import Reader


async def token_codes(
    reader: Reader, model_id: int, message_ids: Collection[int]
) -> dict[int, bytes]:
    """The codes of these messages by row id; those that the model has not read are left out."""
    rows = await reader.all(
        "SELECT message_id, codes FROM message_tokens WHERE model_id = ?"
        " AND message_id IN (SELECT value FROM json_each(?))",
        (model_id, json.dumps(sorted(message_ids))),
    )
    return {row[0]: row[1] for row in rows}
