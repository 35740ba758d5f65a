"""Finding messages by words: FTS5 over each message, its speaker and the turns around it.

FTS5 scores when messages are few or all of one person; when they are many,
`store/search/word_scores.py` does. `tools/ranking/` joins this with what is found by meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Final, NamedTuple

from store.engine.connections import Reader
from store.search.word_scores import holding, score_many
from store.talk.conversations import OF_PERSON, circles_of

# A word tells little once it is in five of a hundred messages, or in ten thousand.
_COMMON_SHARE: Final = 20
_LEAST_COMMON: Final = 1_000
_MOST_COMMON: Final = 10_000
# How many messages are looked at. In a large memory it is a third of them, because their pages have
# to be read from the file. FTS5 takes two to four microseconds to score one, and a sixth of that to
# find it.
_FOUND: Final = 20_000
_LARGE: Final = 200_000
_FEW: Final = 4_000
# Counting the turns around it, a word is in five entries of the index.
_TURNS: Final = 5
_MOST_TAGS: Final = 100
# As in FTS5.
_LEAST_RARITY: Final = 1e-6
_COUNT: Final = (
    "(SELECT count(*) FROM (SELECT 1 FROM message_fts WHERE message_fts MATCH ? LIMIT {most}))"
)


# How many messages are indexed. A row id counts hidden ones too, which in a large memory makes no
# difference.
_TOTAL: Final = (
    "SELECT CASE WHEN latest > ? THEN latest ELSE (SELECT count(*) FROM message_fts_docsize) END"
    " FROM (SELECT coalesce(max(id), 0) AS latest FROM message_fts_docsize)"
)
_COUNTED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Filter:
    """Exact conditions on messages.

    person: contact row id; since, until: UTC seconds; source: a source's kind.
    """

    person: int | None = None
    since: int | None = None
    until: int | None = None
    source: str | None = None

    def sql(self) -> str:
        """The condition over `message`, with named parameters."""
        parts = ["NOT message.bulk"]
        if self.person is not None:
            parts.append(OF_PERSON)
        if self.since is not None:
            parts.append("message.sent_at >= :since")
        if self.until is not None:
            parts.append("message.sent_at < :until")
        if self.source is not None:
            parts.append("message.source_id IN (SELECT id FROM source WHERE kind = :source)")
        return " AND ".join(parts)

    def parameters(self) -> dict[str, object]:
        """The values for `sql`."""
        return {
            "person": self.person,
            "since": self.since,
            "until": self.until,
            "source": self.source,
        }


async def message_counts(reader: Reader, terms: list[str]) -> tuple[dict[str, int], int]:
    """How many messages hold each of these words, and about how many messages there are.

    Counting stops once a word is common, because a higher count would tell no more.
    """
    total = int(await reader.value(_TOTAL, (_COUNTED,)))
    most = _common(total)
    if not terms:
        return {}, total
    row = await reader.one(
        f"SELECT {', '.join([_COUNT.format(most=most)] * len(terms))}",
        [f'text : "{term}"' for term in terms],
    )
    return dict(zip(terms, row or (), strict=True)), total


def score_of_all(counts: Mapping[str, int], total: int) -> float:
    """About the BM25 score of a message that holds each of these words once.

    counts, total: as `message_counts` returns them. In a memory of a few messages, where every word
    is near most of them, it is next to nothing, like the scores.
    """
    scores = 0.0
    for count in counts.values():
        holding_it = min(total, max(1, count * _TURNS))
        scores += max(_LEAST_RARITY, log((total - holding_it + 0.5) / (holding_it + 0.5)))
    return scores


def _common(total: int) -> int:
    return max(_LEAST_COMMON, min(_MOST_COMMON, total // _COMMON_SHARE))


async def search_words(
    reader: Reader, counts: dict[str, int], total: int, condition: Filter, limit: int
) -> dict[int, float]:
    """Messages that hold any of the terms: row id to BM25 score, higher is better.

    counts, total: as `message_counts` returns them. In a large memory the rare terms count first,
    and no more messages are scored than time allows. `nearby_turns` checks that messages still meet
    the condition.
    """
    if not counts:
        return {}
    scope, share = await _of_person(reader, condition, total)
    narrowed = condition.since is not None or condition.until is not None or condition.source
    # A person's scope selects their messages; without it each message is checked for the condition.
    looked_up = bool(narrowed or (condition.person is not None and not scope))
    budget = _FOUND // (3 if total > _LARGE else 1) // (2 if narrowed or scope else 1)
    terms = _looked_for(counts, share, budget, _common(total))
    if not scope and terms.expected > _FEW and not terms.latest:
        return await score_many(
            reader,
            terms.wide,
            terms.narrow,
            total,
            (condition.sql(), condition.parameters()) if looked_up else None,
            limit,
        )
    match = terms.match()
    # Where every word is common, the messages that came in last are scored.
    latest = f" ORDER BY rowid DESC LIMIT {budget}" if terms.latest else ""
    rows = await reader.all(
        (_MEETING if looked_up else _BEST).format(
            scores=_SCORES + latest, condition=condition.sql(), limit=limit
        ),
        {
            "match": f"({scope}) AND ({match})" if scope else match,
            **condition.parameters(),
        },
    )
    return {row[0]: row[1] for row in rows}


_SCORES: Final = (
    "SELECT rowid AS found, -bm25(message_fts, 1.0, 0.35, 0.5, 0.0) AS score FROM message_fts"
    " WHERE message_fts MATCH :match"
)
_BEST: Final = "SELECT found, score FROM ({scores}) ORDER BY score DESC, found LIMIT {limit}"
_MEETING: Final = (
    "SELECT message.id, score FROM ({scores}) JOIN message ON message.id = found"
    " WHERE {condition} ORDER BY score DESC, message.id LIMIT {limit}"
)


async def _of_person(reader: Reader, condition: Filter, total: int) -> tuple[str, float]:
    """The expression for a person's messages, and about what part of all messages they are.

    Empty without a person, or with one whose conversations are too many to name.
    """
    if condition.person is None:
        return "", 1.0
    conversations, accounts = await circles_of(reader, condition.person)
    tags = [f'"zv{one}"' for one in conversations] + [f'"zs{one}"' for one in accounts]
    if not tags or len(tags) > _MOST_TAGS:
        return "", 1.0
    scope = f"tag : ({' OR '.join(tags)})"
    messages = await reader.value(
        "SELECT count(*) FROM"
        f" (SELECT 1 FROM message_fts WHERE message_fts MATCH ? LIMIT {total // 4})",
        (scope,),
    )
    # With one person people talk about the same things again and again.
    return scope, min(1.0, 2 * messages / max(total, 1))


class _Terms(NamedTuple):
    """Where terms are looked for.

    wide: in the message, its speaker and the turns around; narrow: in the message alone. expected:
    how many messages that finds, at most or about. latest: the one term that is left is in more
    messages than may be looked at, and only those that came in last count.
    """

    wide: list[str]
    narrow: list[str]
    expected: int
    latest: bool = False

    def match(self) -> str:
        """The expression for all of them."""
        parts = [
            holding("text around speaker", self.wide),
            holding("text", self.narrow),
        ]
        return " OR ".join(part for part in parts if part)


def _looked_for(counts: dict[str, int], share: float, budget: int, common: int) -> _Terms:
    """Where each term is looked for, so that no more is found than the budget allows.

    The rarest terms come first: in the message, its speaker and the turns around; or in the message
    alone if that would be too many; or not at all.
    """
    wide: list[str] = []
    narrow: list[str] = []
    left = budget
    for term, count in sorted(counts.items(), key=lambda pair: pair[1]):
        # A word that reached the limit of counting is in more messages; nobody knows how many.
        messages = int((count if count < common else 4 * count) * share)
        if messages * _TURNS <= left:
            wide.append(term)
            left -= messages * _TURNS
        elif messages <= left:
            narrow.append(term)
            left -= messages
    if not wide and not narrow:
        return _Terms([], [min(counts, key=lambda term: counts[term])], budget, latest=True)
    return _Terms(wide, narrow, budget - left)
