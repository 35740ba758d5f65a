"""Late interaction: each word of the question against each word of a message and those beside it.

For every token of the question the most alike token of the message counts (MaxSim), and what the
turns around hold counts in part: an answer of two words is found by the question before it. The
tokens are compared in their contexts, so "jana is pregnant" answers "who is expecting a baby?".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from embeddings.token_codes import bytes_a_token, for_comparing, similarities
from tools.ranking.weights import AFTER, BEFORE, OWN_BURST

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embeddings.encoder import TokenStates
    from store.nearby_turns import Nearby

# A question that goes on for pages is answered by the words in it that are rare.
_MOST_ASKED: Final = 24


def late_scores(
    asked: TokenStates,
    weights: Sequence[float],
    codes: Mapping[int, bytes],
    nearby: Mapping[int, Nearby],
) -> dict[int, float]:
    """How well each message answers: row id to a score up to 1.

    weights: what each token of the question weighs. codes: of the messages and of the turns
    beside them. Messages without codes are left out.
    """
    import numpy as np

    scored = [message_id for message_id in nearby if codes.get(message_id)]
    if not scored or not len(asked.states):
        return {}
    telling = np.argsort(-np.asarray(weights), kind="stable")[:_MOST_ASKED]
    best, column = _best_of_each(for_comparing(asked)[telling], codes)

    def beside(ids_of: Sequence[list[int]]) -> NDArray[np.float32]:
        width = max(1, *map(len, ids_of))
        nothing = best.shape[1] - 1
        places = [
            [column.get(turn, nothing) for turn in ids] + [nothing] * (width - len(ids))
            for ids in ids_of
        ]
        highest: NDArray[np.float32] = best[:, np.array(places)].max(axis=2)
        return highest

    own = best[:, [column[message_id] for message_id in scored]]
    total = own
    for share, ids_of in (
        (OWN_BURST, [nearby[message_id].own for message_id in scored]),
        (BEFORE, [nearby[message_id].before for message_id in scored]),
        (AFTER, [nearby[message_id].after for message_id in scored]),
    ):
        total = np.maximum(total, own + share * (beside(ids_of) - own))
    each = np.asarray(weights, dtype=np.float32)[telling]
    values = (each / max(float(each.sum()), 1e-6)) @ total
    return dict(zip(scored, values.tolist(), strict=True))


def _best_of_each(
    asked: NDArray[np.float32], codes: Mapping[int, bytes]
) -> tuple[NDArray[np.float32], dict[int, int]]:
    """For each token asked and each text the most alike token, and the texts' columns.

    The last column stands for no text at all.
    """
    import numpy as np

    texts = [message_id for message_id, code in codes.items() if code]
    size = bytes_a_token(asked.shape[1])
    lengths = np.array([len(codes[message_id]) // size for message_id in texts])
    alike = similarities(asked, b"".join(codes[message_id] for message_id in texts))
    best = np.maximum.reduceat(alike, np.concatenate(([0], np.cumsum(lengths)[:-1])), axis=1)
    nothing = np.full((len(asked), 1), -1, dtype=np.float32)
    return np.concatenate((best, nothing), axis=1), {m: at for at, m in enumerate(texts)}
