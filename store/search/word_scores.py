"""Scoring many messages by their words, as BM25 does, a term at a time.

FTS5's own function looks up the length of every message and goes through the places of every word.
Here the index only says which messages hold a word, in the message itself or beside it. How rare
the words are decides; for the best, the length counts too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from store.engine.connections import Reader

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# As in FTS5.
_K1: Final = 1.2
_B: Final = 0.75
# How much a word counts in the turns around a message, or in its speaker's name.
_AROUND: Final = 0.35
_SPEAKER: Final = 0.5
# The length is looked up for this many, which takes a microsecond each.
_BEST: Final = 1_500

_HOLDING: Final = (
    "(SELECT group_concat(found) FROM (SELECT rowid AS found FROM message_fts"
    " WHERE message_fts MATCH ?))"
)
# FTS5 keeps one number for each column: big-endian, seven bits a byte, the highest bit set if
# another byte follows.
_LENGTHS: Final = """
SELECT group_concat(size.id), group_concat(hex(substr(sz, 1, 4)), '') FROM json_each(?) AS best
JOIN message_fts_docsize AS size ON size.id = best.value
"""
_MEETING: Final = """
SELECT message.id FROM message
WHERE message.id IN (SELECT value FROM json_each(:asked)) AND {condition}
"""


def holding(columns: str, terms: list[str]) -> str:
    """The FTS5 expression for messages that hold any of the terms; empty without terms."""
    if not terms:
        return ""
    return f"{{{columns}}} : (" + " OR ".join(f'"{term}"' for term in terms) + ")"


async def score_many(
    reader: Reader,
    wide: list[str],
    narrow: list[str],
    total: int,
    condition: tuple[str, Mapping[str, object]] | None,
    limit: int,
) -> dict[int, float]:
    """Messages that hold any of the terms: row id to score, the highest first; at most `limit`.

    wide: terms that count in the turns around and in the speaker's name too; narrow: in the
    message alone. total: how many messages there are. condition: SQL over `message`, with its
    parameters, that the messages returned meet; where few do, half of the limit is enough. None:
    all do.
    """
    import numpy as np

    ids, counted, rarity = await _counted(reader, wide, narrow, total)
    order = np.lexsort((-ids, -_bm25(counted, rarity, np.ones(len(ids)))))
    found: dict[int, float] = {}
    for first in range(0, len(order), _BEST):
        best = np.sort(ids[order[first : first + _BEST]])
        known, sizes = await reader.one(_LENGTHS, (json.dumps(best.tolist()),)) or ("", "")
        best = np.fromstring(known or "", np.int64, sep=",")
        length = _lengths(bytes.fromhex(sizes or ""))
        scores = _bm25(counted[:, np.searchsorted(ids, best)], rarity, length / length.mean())
        by_score = np.lexsort((best, -scores))
        if condition is None:
            return _scored(best, scores, by_score[:limit])
        sql, parameters = condition
        # Checking the condition costs more than a score, so only the best are checked.
        for at in range(0, len(best), limit):
            part = by_score[at : at + limit]
            asked = {"asked": json.dumps(best[part].tolist()), **parameters}
            rows = await reader.all(_MEETING.format(condition=sql), asked)
            meeting = {row[0] for row in rows}
            scored = _scored(best, scores, part)
            found |= {one: score for one, score in scored.items() if one in meeting}
            if len(found) >= limit // 2:
                return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:limit])
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _scored(
    ids: NDArray[np.int64], scores: NDArray[np.float64], which: NDArray[np.intp]
) -> dict[int, float]:
    return dict(zip(ids[which].tolist(), scores[which].tolist(), strict=True))


async def _counted(
    reader: Reader, wide: list[str], narrow: list[str], total: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """The messages that hold any term, what each term counts in each, and what each term weighs.

    Messages are row ids; what terms count has a row for each term; a rarer term weighs more.
    """
    import numpy as np

    looked_for = [
        (term, columns, share)
        for terms, columns, share in (
            (wide, "around", _AROUND),
            (wide, "speaker", _SPEAKER),
            (wide, "text", 1.0),
            (narrow, "text", 1.0),
        )
        for term in terms
    ]
    row = await reader.one(
        f"SELECT {', '.join([_HOLDING] * len(looked_for))}",
        [holding(columns, [term]) for term, columns, _ in looked_for],
    )
    lists = [np.fromstring(found or "", np.int64, sep=",") for found in row or ()]
    # Each list is in order, which a stable sort makes use of.
    ids = np.sort(np.concatenate(lists), kind="stable")
    ids = ids[np.diff(ids, prepend=-1) > 0]
    terms = [*wide, *narrow]
    counted = np.zeros((len(terms), len(ids)))
    for (term, _, share), found in zip(looked_for, lists, strict=True):
        counted[terms.index(term), np.searchsorted(ids, found)] += share
    messages = np.count_nonzero(counted, axis=1)
    rarity = np.log((np.maximum(total - messages, 0) + 0.5) / (messages + 0.5))
    return ids, counted, np.maximum(rarity, 1e-6)


def _bm25(
    counted: NDArray[np.float64], rarity: NDArray[np.float64], length: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The score of each message. length: of each message, relative to the mean."""
    damped = counted + _K1 * (1 - _B + _B * length)
    scores: NDArray[np.float64] = rarity @ (counted * (_K1 + 1) / damped)
    return scores


def _lengths(sizes: bytes) -> NDArray[np.float64]:
    """How many words each message has, including the turns around it; four bytes a message."""
    import numpy as np

    rows = np.frombuffer(sizes, np.uint8).reshape(-1, 4).astype(np.int64)
    short = rows[:, 0] < 128
    own = np.where(short, rows[:, 0], ((rows[:, 0] & 127) << 7) | (rows[:, 1] & 127))
    first = np.where(short, rows[:, 1], rows[:, 2])
    second = np.where(short, rows[:, 2], rows[:, 3])
    around = np.where(first < 128, first, ((first & 127) << 7) | (second & 127))
    return (own + around).astype(np.float64)
