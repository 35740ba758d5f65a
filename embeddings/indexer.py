"""Keeping the vectors up to date: what waits in the queue is encoded in batches and stored.

Each batch is one transaction with its places in the queue, so that a killed run loses no more
than the batch it was working on, and the next run goes on from there. One process indexes at a
time; encoding holds no transaction, so that nobody else waits for it.
"""

from collections.abc import Callable
from typing import Final

from filelock import FileLock, Timeout

from embeddings.encoder import Encoder
from embeddings.quantise import to_int8
from embeddings.token_codes import to_codes
from store.engine.connections import Writer
from store.index.vector_blocks import pack_blocks
from store.index.vectors import (
    ModelRecord,
    PendingMessage,
    activate_model,
    ensure_model,
    pending_count,
    pending_messages,
    store_vectors,
)
from store.sensitive.given_away import spans_of_message
from store.sensitive.judged import searchable

BATCH: Final = 64
# How a message becomes the text that is encoded; a change asks for new vectors.
TEXT_FORM: Final = "speaker: subject text, 3"
_LONGEST_TEXT: Final = 2_000


def index_pending(
    writer: Writer, encoder: Encoder, progress: Callable[[int, int], None]
) -> int | None:
    """Encode every message that waits for the encoder's model, and say how many there were.

    progress: told how many are done and how many there are in all.
    None when another process is at it already: it takes these messages too, because it looks
    once more after it has let the others in.
    """
    done = 0
    lock = FileLock(f"{writer.path}-indexing", mode=0o600, preserve_lock_file=True)
    while True:
        try:
            alone = lock.acquire(blocking=False)
        except Timeout:
            return done or None
        with alone:
            model = model_of(writer, encoder)
            done += _drain(writer, encoder, model, done, progress)
            pack_blocks(writer, model.id)
            if model.state != "active":
                activate_model(writer, model.id)
        if not pending_messages(writer, model.id, 1):
            return done


def _drain(
    writer: Writer,
    encoder: Encoder,
    model: ModelRecord,
    before: int,
    progress: Callable[[int, int], None],
) -> int:
    total = before + pending_count(writer, model.id)
    done = 0
    while batch := pending_messages(writer, model.id, BATCH):
        # The longest first, so that no thread is left alone with one at the end.
        batch.sort(key=lambda message: -len(message.text))
        texts = [text_of(message) for message in batch]
        vectors, tokens = encoder.encode_with_tokens(texts)
        codes = {
            message.id: to_codes(states, text)
            for message, states, text in zip(batch, tokens, texts, strict=True)
        }
        store_vectors(writer, model.id, list(zip(batch, to_int8(vectors), strict=True)), codes)
        done += len(batch)
        progress(before + done, max(total, before + done))
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
    """What is encoded for a message: its sender too, for who says it belongs to what it means."""
    # What never leaves is not encoded either: no search by meaning may confirm it.
    said, spans = spans_of_message(message.given_away, message.subject, message.text)
    said = searchable(said, spans).strip()
    return f"{message.speaker}: {said}"[:_LONGEST_TEXT] if message.speaker else said[:_LONGEST_TEXT]
