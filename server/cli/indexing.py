"""Indexing by meaning, for `kinkeeper index` and after each import."""

from embeddings.encoder import EncoderUnavailable
from embeddings.indexer import index_pending
from embeddings.load import is_compiled, prepare_encoder
from server.cli.progress import count_bar, error_console, rate_bar
from server.settings import Settings
from store.engine.connections import Writer


def index_by_meaning(settings: Settings, writer: Writer) -> int | None:
    """Make the vectors that are missing, preparing the model first if it has to be.

    Return how many messages were indexed, or None when no model can be loaded or another process
    is at it: the reason is printed, and search goes on by words.
    """
    models = settings.cache / "models"
    try:
        if not is_compiled(settings.model, models):
            error_console().print("Preparing the language model, once (20 to 40 seconds) …")
        with count_bar("Preparing the model") as advance:
            encoder = prepare_encoder(
                settings.model, models, lambda _stage, done, total: advance(done, total)
            )
    except EncoderUnavailable as error:
        error_console().print(f"Search works by words only: {error}", markup=False)
        return None
    with rate_bar("Indexing by meaning") as advance:
        indexed = index_pending(writer, encoder, advance)
    if indexed is None:
        error_console().print(
            "Another kinkeeper is indexing by meaning; it takes these messages too."
        )
    return indexed
