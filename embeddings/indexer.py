"""Keeping the vectors up to date: what waits in the queue is encoded in batches and stored.

Each batch is one transaction with its places in the queue, so that a killed run loses no more
than the batch it was working on, and the next run goes on from there.
"""

from collections.abc import Callable
from typing import Final

from embeddings.encoder import Encoder
from store.database import Writer
from store.vectors import (
    ModelRecord,
    PendingMessage,
    activate_model,
    ensure_model,
    pending_count,
    pending_messages,
    store_vectors,
)

BATCH: Final = 64
# How a message becomes the text that is encoded; a change asks for new vectors.
TEXT_FORM: Final = "speaker: subject text, 1"
_LONGEST_TEXT: Final = 2_000


def index_pending(writer: Writer, encoder: Encoder, progress: Callable[[int, int], None]) -> int:
    """Encode every message that waits; gives how many there were.

    progress: told how many are done and how many there are in all.
    """
    model = model_of(writer, encoder)
    total = pending_count(writer)
    done = 0
    while batch := pending_messages(writer, BATCH):
        vectors = encoder.encode([text_of(message) for message in batch])
        store_vectors(
            writer,
            model.id,
            [
                (message, vector.astype("<f4").tobytes())
                for message, vector in zip(batch, vectors, strict=True)
            ],
        )
        done += len(batch)
        progress(done, max(total, done))
    if model.state != "active":
        activate_model(writer, model.id)
    return done


def model_of(writer: Writer, encoder: Encoder) -> ModelRecord:
    """The record of the encoder's model; a model that is new asks for every message again."""
    identity = encoder.identity
    return ensure_model(
        writer,
        name=identity.name,
        revision=identity.revision,
        sha256=identity.sha256,
        runtime=identity.runtime,
        dimension=identity.dimension,
        max_tokens=identity.max_tokens,
        text_form=TEXT_FORM,
    )


def text_of(message: PendingMessage) -> str:
    """What is encoded for a message: who says it belongs to what it means."""
    said = f"{message.subject} {message.text}".strip()
    return f"{message.speaker}: {said}"[:_LONGEST_TEXT] if message.speaker else said[:_LONGEST_TEXT]
