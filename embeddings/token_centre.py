"""The centre of a model's token states: what all tokens of a model have in common.

Taken away, the signs of the numbers tell tokens apart, so that one bit a number is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SENTENCES = (
    "Where did we have dinner with Zoë last summer?",
    "Maria: I start the new job in Lisbon on 3 March, wish me luck!",
    "Can you send me the photos from the wedding before Friday?",
    "My sister's baby was born this morning, both of them are doing fine 🎉",
    "He asked whether we could move the call to 16:30, because the train was late again.",
    "¿Vienes mañana al cumpleaños de Ana? Llevo la tarta.",
)


def centre_of_tokens(model: Any) -> NDArray[np.float32]:
    """The mean over the tokens of everyday sentences; model: a loaded SentenceTransformer."""
    import numpy as np

    states = model.encode(list(SENTENCES), output_value="token_embeddings", show_progress_bar=False)
    tokens = np.concatenate([sentence[1:-1].cpu().numpy() for sentence in states])
    centre: NDArray[np.float32] = tokens.mean(axis=0).astype(np.float32)
    return centre
