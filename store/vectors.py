"""The vectors of messages: which model made them, which are missing, and keeping them."""

from dataclasses import dataclass

from store.database import Reader, Row, Writer


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """A model whose vectors are in the memory; vectors of two models are never compared."""

    id: int
    name: str
    revision: str
    sha256: str
    runtime: str
    dimension: int
    text_form: str
    state: str


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """A message without a vector, with what its text is made of and the mark of that state."""

    id: int
    content_sha256: bytes
    text: str
    subject: str
    speaker: str


_MODEL = (
    "SELECT id, name, revision, sha256, runtime, dimension, text_form, state FROM embedding_model"
)


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
    """The record of a model, made `building` when it is new; every message then waits for it."""
    key = (name, revision, sha256, runtime, text_form)
    where = "name = ? AND revision = ? AND sha256 = ? AND runtime = ? AND text_form = ?"
    found = _model(writer.one(f"{_MODEL} WHERE {where}", key))
    if found is not None and found.state != "retired":
        if found.state == "building":
            _queue_what_lacks(writer, found.id)
        return found
    with writer.transaction():
        writer.run(f"DELETE FROM embedding_model WHERE {where}", key)
        writer.run(
            "INSERT INTO embedding_model(name, revision, sha256, runtime, text_form, dimension,"
            " max_tokens, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'building')",
            (*key, dimension, max_tokens),
        )
        writer.run("INSERT OR IGNORE INTO embed_queue(message_id) SELECT id FROM message")
    return ensure_model(
        writer,
        name=name,
        revision=revision,
        sha256=sha256,
        runtime=runtime,
        dimension=dimension,
        max_tokens=max_tokens,
        text_form=text_form,
    )


def _queue_what_lacks(writer: Writer, model_id: int) -> None:
    """Another model may have emptied the queue since this one was last at work."""
    with writer.transaction():
        writer.run(
            "INSERT OR IGNORE INTO embed_queue(message_id) SELECT id FROM message WHERE NOT EXISTS"
            " (SELECT 1 FROM message_vec WHERE model_id = ? AND message_id = message.id)",
            (model_id,),
        )


def pending_messages(writer: Writer, limit: int) -> list[PendingMessage]:
    """Messages that wait for a vector, oldest first."""
    rows = writer.all(
        "SELECT message.id, message.content_sha256, message.text, message.subject,"
        " coalesce(contact.display_name, identity.name, '') AS speaker"
        " FROM embed_queue JOIN message ON message.id = embed_queue.message_id"
        " LEFT JOIN identity ON identity.id = message.sender_id"
        " LEFT JOIN contact ON contact.id = identity.contact_id"
        " ORDER BY embed_queue.message_id LIMIT ?",
        (limit,),
    )
    return [PendingMessage(*tuple(row)) for row in rows]


def pending_count(writer: Writer) -> int:
    """How many messages wait for a vector."""
    return int(writer.value("SELECT count(*) FROM embed_queue"))


def store_vectors(
    writer: Writer, model_id: int, vectors: list[tuple[PendingMessage, bytes]]
) -> None:
    """Keep a batch of messages with their float32 vectors and take it off the queue, in one go.

    A message that was deleted or edited meanwhile is passed over; edited, it goes on waiting.
    """
    with writer.transaction():
        writer.run_many(
            "INSERT OR REPLACE INTO message_vec(model_id, message_id, vector)"
            " SELECT ?, id, ? FROM message WHERE id = ? AND content_sha256 = ?",
            [(model_id, vector, m.id, m.content_sha256) for m, vector in vectors],
        )
        writer.run_many(
            "DELETE FROM embed_queue WHERE message_id ="
            " (SELECT id FROM message WHERE id = ? AND content_sha256 = ?)",
            [(m.id, m.content_sha256) for m, _ in vectors],
        )


def activate_model(writer: Writer, model_id: int) -> None:
    """Let a finished model answer searches; the one before it goes, with its vectors."""
    with writer.transaction():
        writer.run("DELETE FROM embedding_model WHERE id <> ?", (model_id,))
        writer.run("UPDATE embedding_model SET state = 'active' WHERE id = ?", (model_id,))
