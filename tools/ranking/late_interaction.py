"""Late interaction: each word of the question against each word of a message and those beside it.

For every token of the question the most alike token of the message counts (MaxSim), and what the
turns around hold counts in part: an answer of two words is found by the question before it. The
tokens are compared in their contexts, so "jana is pregnant" answers "who is expecting a baby?".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from embeddings.token_codes import bytes_a_token, for_comparing, similarities
from tools.ranking.weights import BEFORE, OWN_BURST

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embeddings.encoder import TokenStates
    from store.search.nearby_turns import Nearby

# A question that goes on for pages is answered by the words in it that are rare.
_MOST_ASKED: Final = 24
# The row id of no message.
_NO_TURN: Final = 0


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
    nothing = len(column)

    def beside(ids_of: Iterable[list[int]]) -> NDArray[np.float32]:
        """For each message the best of the turns given for it."""
        turns = [ids or [_NO_TURN] for ids in ids_of]
        sizes = np.array([len(ids) for ids in turns])
        places = [column.get(turn, nothing) for ids in turns for turn in ids]
        highest: NDArray[np.float32] = np.maximum.reduceat(best[places], _starts(sizes), axis=0)
        return highest

    own = best[[column[message_id] for message_id in scored]]
    total = own
    for share, ids_of in (
        (OWN_BURST, (nearby[message_id].own for message_id in scored)),
        (BEFORE, (nearby[message_id].before for message_id in scored)),
    ):
        total = np.maximum(total, own + share * (beside(ids_of) - own))
    each = np.asarray(weights, dtype=np.float32)[telling]
    values = total @ (each / max(float(each.sum()), 1e-6))
    return dict(zip(scored, values.tolist(), strict=True))


def _best_of_each(
    asked: NDArray[np.float32], codes: Mapping[int, bytes]
) -> tuple[NDArray[np.float32], dict[int, int]]:
    """For each text and each token asked the most alike token, and the texts' rows.

    The last row stands for no text at all.
    """
    import numpy as np

    texts = [message_id for message_id, code in codes.items() if code]
    size = bytes_a_token(asked.shape[1])
    lengths = np.array([len(codes[message_id]) // size for message_id in texts])
    alike = similarities(asked, b"".join([codes[message_id] for message_id in texts]))
    best = np.empty((len(texts) + 1, len(asked)), dtype=np.float32)
    np.maximum.reduceat(alike, _starts(lengths), axis=0, out=best[:-1])
    best[-1] = -1
    return best, {message_id: at for at, message_id in enumerate(texts)}


def _starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each of these parts begins, one after the other."""
    starts: NDArray[np.int64] = lengths.cumsum() - lengths
    return starts
