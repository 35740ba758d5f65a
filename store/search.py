"""Finding messages: by words (FTS5 with the turns around) and by meaning (sqlite-vec).

Takes a finished vector and never encodes. How the two lists are joined is `tools/`' business.
"""

import re
from dataclasses import dataclass
from typing import Final

from store.conversations import OF_PERSON
from store.database import Reader

MOST_TERMS: Final = 16
LONGEST_TERM: Final = 64

# Words of the questions people ask that say nothing about what they look for.
STOP_WORDS: Final = frozenset(
    """a about after all am an and any anything are as at be because been before being but by can
    could did do does doing for from had has have having he her here him his how i if in into is it
    its just me my of on or our ours she so some someone tell than that the their them then there
    these they this those to told too us was we were what when where which who whom whose why will
    with would you your say said says ever something
    der die das und ist ich du wer was wo wann wie ein eine im mit von zu hat
    o os as um uma de da do das dos e em no na que quem como quando onde me com por para foi
    och att det som en ett jag du vem vad när var hur på med av till""".split()
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Exact conditions on messages. person: contact row id; since, until: UTC seconds;
    source: a source's kind."""

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


def content_terms(query: str) -> list[str]:
    """The words of a query that are looked for, each once, in order.

    Every term is quoted in the match expression and their number and length are capped, so that
    no query is a syntax error or a burden.
    """
    words = [word[:LONGEST_TERM] for word in re.findall(r"\w+", query.casefold())]
    telling = [word for word in words if word not in STOP_WORDS and len(word) > 1]
    return list(dict.fromkeys(telling or words))[:MOST_TERMS]


async def search_words(
    reader: Reader, terms: list[str], condition: Filter, limit: int
) -> dict[int, float]:
    """Messages that hold any of the terms: row id to BM25 score, higher is better."""
    if not terms:
        return {}
    rows = await reader.all(
        "SELECT message_fts.rowid AS id, -bm25(message_fts, 1.0, 0.35, 0.5, 0.0) AS score"
        " FROM message_fts JOIN message ON message.id = message_fts.rowid"
        f" WHERE message_fts MATCH :match AND {condition.sql()}"
        " ORDER BY score DESC, message.id LIMIT :limit",
        {
            "match": "{text around speaker} : (" + " OR ".join(f'"{term}"' for term in terms) + ")",
            "limit": limit,
            **condition.parameters(),
        },
    )
    return {row["id"]: float(row["score"]) for row in rows}


async def search_meaning(
    reader: Reader, model_id: int, vector: bytes, condition: Filter, limit: int
) -> dict[int, float]:
    """Messages nearest in meaning: row id to cosine. vector: float32, normalised."""
    rows = await reader.all(
        "SELECT message.id, 1 - vec_distance_cosine(message_vec.vector, :vector) AS score"
        " FROM message_vec JOIN message ON message.id = message_vec.message_id"
        f" WHERE message_vec.model_id = :model AND {condition.sql()}"
        " ORDER BY score DESC, message.id LIMIT :limit",
        {"vector": vector, "model": model_id, "limit": limit, **condition.parameters()},
    )
    return {row["id"]: float(row["score"]) for row in rows}


async def cosines_of(
    reader: Reader, model_id: int, vector: bytes, ids: list[int]
) -> dict[int, float]:
    """The cosine of these messages, those without a vector left out."""
    marks = ",".join("?" * len(ids))
    rows = await reader.all(
        "SELECT message_id, 1 - vec_distance_cosine(vector, ?) AS score FROM message_vec"
        f" WHERE model_id = ? AND message_id IN ({marks})",
        (vector, model_id, *ids),
    )
    return {row["message_id"]: float(row["score"]) for row in rows}
