"""The vectors of messages: which model made them, which are missing, and keeping them.

Triggers on `message` (store/migrations) keep the list of what waits for a vector. Hidden and bulk
messages never wait. When a message changes, is hidden or is deleted, its vectors go as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from store.engine.connections import Reader, Row, Writer

# A block holds the vectors of the message ids that agree in all but their last 12 bits.
BLOCK_BITS: Final = 12
BLOCK_IDS: Final = 1 << BLOCK_BITS


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """A model whose vectors are in the memory; vectors of two models are never compared.

    state: `active` answers searches; `building` takes its place when it has read everything;
    the vectors of a `retired` one are being deleted.
    """

    id: int
    name: str
    sha256: str
    runtime: str
    dimension: int
    state: str


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """A message without a vector: what its text is made of, and the mark of that state.

    given_away: what of it the talk around it gives away, as `store.sensitive.given_away` has it.
    """

    id: int
    state: str
    text: str
    subject: str
    speaker: str
    given_away: str


# What a message says to assistants, and so what its vector is of.
_WORDS: Final = "hex(message.content_sha256) || coalesce(message.left_text, '')"
_MODEL = "SELECT id, name, sha256, runtime, dimension, state FROM embedding_model"


def _model(row: Row | None) -> ModelRecord | None:
    return None if row is None else ModelRecord(*tuple(row))


async def active_model(reader: Reader) -> ModelRecord | None:
    """The model that answers searches, or None before the first index."""
    return _model(await reader.one(f"{_MODEL} WHERE state = 'active'"))


def ensure_model(
    writer: Writer,
    *,
    name: str,
    revision: str,
    sha256: str,
    runtime: str,
    dimension: int,
    max_tokens: int,
    text_form: str,
) -> ModelRecord:
    """The record of a model; if it is new, every message waits for it.

    The first model of a memory answers at once, with what it has read so far. A later one starts as
    `building`, and the one before it goes on answering. Retired ones are removed first.
    """
    remove_retired_models(writer)
    key = (name, revision, sha256, runtime, text_form)
    find = (
        f"{_MODEL} WHERE (name, revision, sha256, runtime, text_form) = (?, ?, ?, ?, ?)"
        " AND state <> 'retired'"
    )
    with writer.transaction():
        found = _model(writer.one(find, key))
        if found is None:
            model_id = writer.run(
                "INSERT INTO embedding_model(name, revision, sha256, runtime, text_form, dimension,"
                " max_tokens, state) SELECT ?, ?, ?, ?, ?, ?, ?, CASE WHEN EXISTS"
                " (SELECT 1 FROM embedding_model WHERE state = 'active')"
                " THEN 'building' ELSE 'active' END",
                (*key, dimension, max_tokens),
            )
            writer.run(
                "INSERT INTO embed_queue(model_id, message_id)"
                " SELECT ?, id FROM message WHERE NOT bulk AND NOT hidden",
                (model_id,),
            )
            found = _model(writer.one(find, key))
    if found is None:
        raise AssertionError("the model was stored in this transaction")
    return found


def pending_messages(writer: Writer, model_id: int, limit: int) -> list[PendingMessage]:
    """Messages that wait for a vector of this model, in the order in which to read them.

    The latest block comes first, because people ask about what is new. Within a block ids ascend,
    because a table that grows downwards leaves half of every page empty.
    """
    rows = writer.all(
        f"SELECT message.id, {_WORDS}, coalesce(message.left_text, message.text), message.subject,"
        " coalesce(contact.display_name, identity.name, '') AS speaker, message.given_away"
        " FROM embed_queue JOIN message ON message.id = embed_queue.message_id"
        " LEFT JOIN identity ON identity.id = message.sender_id"
        " LEFT JOIN contact ON contact.id = identity.contact_id"
        " WHERE embed_queue.model_id = :model AND embed_queue.message_id >= :ids *"
        "  ((SELECT max(message_id) FROM embed_queue WHERE model_id = :model) / :ids)"
        " ORDER BY embed_queue.message_id LIMIT :limit",
        {"model": model_id, "ids": BLOCK_IDS, "limit": limit},
    )
    return [PendingMessage(*tuple(row)) for row in rows]


def pending_count(writer: Writer, model_id: int) -> int:
    """How many messages wait for a vector of this model."""
    return int(writer.value("SELECT count(*) FROM embed_queue WHERE model_id = ?", (model_id,)))


def store_vectors(
    writer: Writer,
    model_id: int,
    vectors: list[tuple[PendingMessage, bytes]],
    tokens: Mapping[int, bytes],
) -> None:
    """Store a batch of messages with their int8 vectors and take it off the queue, all at once.

    tokens: the codes of their tokens, by row id; without them a message is found only by its words
    and its vector. A message that was deleted, hidden or edited in the meantime is passed over; an
    edited one goes on waiting, and so does one that gives away something else by now.
    """
    with writer.transaction():
        for message, vector in vectors:
            unchanged = (message.id, message.state, message.given_away)
            taken = writer.changed(
                "DELETE FROM embed_queue WHERE model_id = ? AND message_id ="
                f" (SELECT id FROM message WHERE id = ? AND {_WORDS} = ? AND given_away = ?)",
                (model_id, *unchanged),
            )
            if taken:
                writer.run(
                    "INSERT INTO message_vec(message_id, model_id, vector) VALUES (?, ?, ?)",
                    (message.id, model_id, vector),
                )
                if codes := tokens.get(message.id):
                    writer.run(
                        "INSERT INTO message_tokens(message_id, model_id, codes) VALUES (?, ?, ?)",
                        (message.id, model_id, codes),
                    )


def activate_model(writer: Writer, model_id: int) -> None:
    """Let a finished model answer searches; retire the others, with their vectors."""
    with writer.transaction():
        writer.run("UPDATE embedding_model SET state = 'retired' WHERE id <> ?", (model_id,))
        writer.run("UPDATE embedding_model SET state = 'active' WHERE id = ?", (model_id,))
    remove_retired_models(writer)


def remove_retired_models(writer: Writer) -> None:
    """Delete the vectors of retired models, a block at a time so that nobody waits for long."""
    blocks = writer.all(
        "SELECT model_id, block FROM vector_block JOIN embedding_model ON id = model_id"
        " WHERE state = 'retired'"
    )
    for row in blocks:
        first = row["block"] << BLOCK_BITS
        with writer.transaction():
            writer.run(
                "DELETE FROM message_vec WHERE message_id BETWEEN ? AND ? AND model_id = ?",
                (first, first + BLOCK_IDS - 1, row["model_id"]),
            )
            writer.run(
                "DELETE FROM vector_block WHERE model_id = ? AND block = ?",
                (row["model_id"], row["block"]),
            )
    if writer.value("SELECT 1 FROM embedding_model WHERE state = 'retired'"):
        with writer.transaction():
            writer.run("DELETE FROM embedding_model WHERE state = 'retired'")


_MOST_COUNTED: Final = 10_000


async def waiting_for_meaning(reader: Reader, model_id: int) -> int:
    """How many messages the model has not read yet, counted up to ten thousand."""
    return int(
        await reader.value(
            "SELECT count(*) FROM"
            f" (SELECT 1 FROM embed_queue WHERE model_id = ? LIMIT {_MOST_COUNTED})",
            (model_id,),
        )
    )
