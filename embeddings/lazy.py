"""An encoder that is loaded when it is first needed, once, off the event loop."""

from pathlib import Path

import anyio
import anyio.to_thread

from embeddings.encoder import Encoder, EncoderUnavailable


class LazyEncoder:
    """Gives the encoder, or None with a plain `reason` when it cannot be had.

    model: as for `load_encoder`. cache_dir: where compiled models lie.
    """

    def __init__(self, model: str, cache_dir: Path) -> None:
        self.reason = ""
        self._model = model
        self._cache_dir = cache_dir
        self._encoder: Encoder | None = None
        self._lock = anyio.Lock()

    async def get(self) -> Encoder | None:
        """The encoder; a failure is tried again at the next call, for it may be mended by then."""
        async with self._lock:
            if self._encoder is None:
                from embeddings.load import load_encoder

                try:
                    self._encoder = await anyio.to_thread.run_sync(
                        load_encoder, self._model, self._cache_dir
                    )
                    self.reason = ""
                except EncoderUnavailable as error:
                    self.reason = str(error)
            return self._encoder
