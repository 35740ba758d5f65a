"""The runtime that the server uses: onnxruntime and a tokenizer, no torch.

Texts go through the model one at a time. int8 quantises a whole batch with one scale, so a text
encoded beside others would get another vector than alone (cosine down to 0.95, mean 0.99). One
at a time every text has one vector, and several texts at once on single-threaded cores are as
fast as batches of eight.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.compiled import MODEL_FILE, TOKENIZER_FILE, damaged_file, read_manifest
from embeddings.encoder import EncoderIdentity, EncoderUnavailable, TokenStates

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# More would take the machine from its owner for little gain.
MAX_WORKERS = 4


class OnnxEncoder:
    """A compiled model, loaded. Safe to call from several threads.

    folder: holds model.onnx and tokenizer.json. identity: what was compiled.
    """

    def __init__(self, folder: Path, identity: EncoderIdentity) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.identity = identity
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(identity.max_tokens)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Without them memory goes back after a long text (40 MB less), at no measured loss.
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        # Errors alone: a warning would land in the owner's terminal.
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )
        self._workers = min(MAX_WORKERS, os.cpu_count() or 1)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), float32, each of length 1."""
        return self.encode_with_tokens(texts)[0]

    def encode_with_tokens(
        self, texts: Sequence[str]
    ) -> tuple[NDArray[np.float32], list[TokenStates]]:
        """The vectors, and the state of every token in its text."""
        import numpy as np

        rows = np.empty((len(texts), self.identity.dimension), dtype=np.float32)
        tokens: list[TokenStates] = []
        # A query needs no threads.
        if len(texts) == 1:
            rows[0], only = self._encode_one(texts[0])
            tokens.append(only)
        elif texts:
            with ThreadPoolExecutor(self._workers) as pool:
                for index, (vector, found) in enumerate(pool.map(self._encode_one, texts)):
                    rows[index] = vector
                    tokens.append(found)
        return rows, tokens

    def _encode_one(self, text: str) -> tuple[NDArray[np.float32], TokenStates]:
        import numpy as np

        # A lone surrogate, as broken exports hold, is not text that the tokenizer can take.
        clean = text.encode("utf-8", "replace").decode("utf-8")
        encoded = self._tokenizer.encode(clean)
        ids = np.array([encoded.ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        vectors, states = self._session.run(None, inputs)
        real = np.array(encoded.special_tokens_mask) == 0
        spans = [span for span, kept in zip(encoded.offsets, real, strict=True) if kept]
        return vectors[0], TokenStates(states[0][real], spans)


def open_compiled(folder: Path) -> OnnxEncoder:
    """Load a compiled model after comparing its files with the hashes in its manifest.

    Raises EncoderUnavailable when it is not there or damaged, or the runtime is not installed.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise EncoderUnavailable("The model is not compiled yet", "run `kinkeeper index`")
    if damaged := damaged_file(folder, manifest):
        raise EncoderUnavailable(
            f"The compiled model is damaged ({damaged})", "run `kinkeeper index` to make it again"
        )
    try:
        return OnnxEncoder(folder, manifest.identity)
    except ImportError as error:
        raise EncoderUnavailable(
            f"The library {error.name} is not installed", "reinstall Kinkeeper"
        ) from error
