"""The engine for any model that the owner names: sentence-transformers, at full precision.

Slower to start (about 7 s) and larger in memory (about 500 MB) than a compiled model, so it is
used only where compiling is not possible. Nothing is ever fetched.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from embeddings.encoder import EncoderIdentity, EncoderUnavailable, TokenStates
from embeddings.model_files import ModelFolder, forbid_downloads
from embeddings.token_centre import centre_of_tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RUNTIME = "sentence-transformers"
# With texts sorted by length, as the library does; 128 is slower and takes 700 MB.
BATCH_SIZE = 8


class SentenceTransformerEncoder:
    """A model loaded by sentence-transformers. Safe to call from several threads.

    Raises EncoderUnavailable when the library is missing or cannot load the folder.
    """

    def __init__(self, source: ModelFolder) -> None:
        # A model's configuration may point at further files.
        forbid_downloads()
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar
        except ImportError as error:
            raise EncoderUnavailable(
                f"The library {error.name} is not installed",
                "install sentence-transformers, or use the default model",
            ) from error
        disable_progress_bar()
        try:
            self._model = SentenceTransformer(str(source.path), local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
            raise EncoderUnavailable(
                f"sentence-transformers cannot load {source.path} ({error})",
                "check the model's folder, or use the default model",
            ) from error
        # The model's tokenizer is not safe between threads.
        self._one_at_a_time = threading.Lock()
        self.identity = EncoderIdentity(
            name=source.name,
            revision=source.revision,
            sha256=source.sha256,
            runtime=RUNTIME,
            dimension=int(self._run(["dimension"]).shape[1]),
            max_tokens=int(self._model.max_seq_length or 0),
        )
        self._centre = centre_of_tokens(self._model)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), float32, each of length 1."""
        import numpy as np

        if not texts:
            return np.empty((0, self.identity.dimension), dtype=np.float32)
        return self._run(texts)

    def encode_with_tokens(
        self, texts: Sequence[str]
    ) -> tuple[NDArray[np.float32], list[TokenStates]]:
        """The vectors, and the state of every token in its text."""
        tokens = [self._tokens_of(text) for text in texts]
        return self.encode(texts), tokens

    def _tokens_of(self, text: str) -> TokenStates:
        import numpy as np

        clean = text.encode("utf-8", "replace").decode("utf-8")
        with self._one_at_a_time:
            states = self._model.encode(
                clean, output_value="token_embeddings", show_progress_bar=False
            )
            pieces = self._model.tokenizer(
                clean,
                truncation=True,
                max_length=len(states),
                return_offsets_mapping=True,
                return_special_tokens_mask=True,
            )
        real = np.array(pieces["special_tokens_mask"]) == 0
        kept = states.cpu().numpy()[real].astype(np.float32) - self._centre
        kept /= np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), np.finfo(np.float32).tiny)
        spans = [tuple(span) for span in np.array(pieces["offset_mapping"])[real].tolist()]
        return TokenStates(kept, spans)

    def _run(self, texts: Sequence[str]) -> NDArray[np.float32]:
        # A lone surrogate, as broken exports hold, is not text that the tokenizer can take.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        with self._one_at_a_time:
            rows: NDArray[np.float32] = self._model.encode(
                clean, batch_size=BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False
            )
        return rows
