"""An encoder that is loaded when it is first needed, once, off the event loop."""

from pathlib import Path

import anyio
import anyio.to_thread

from embeddings.encoder import Encoder, EncoderUnavailable


class LazyEncoder:
    """An encoder that is there when it is asked for, or None with a plain `reason`.

    model: as for `load_encoder`. cache_dir: where compiled models lie.
    """

    def __init__(self, model: str, cache_dir: Path) -> None:
        self.reason = ""
        self._model = model
        self._cache_dir = cache_dir
        self._encoder: Encoder | None = None
        self._former: Encoder | None = None
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

    async def get_for(self, name: str, sha256: str, runtime: str) -> Encoder | None:
        """The encoder of the model that made the memory's vectors, or None with a `reason`.

        After a change of model the one before it goes on answering until the new one has read
        everything, as long as its compiled form is there.
        """
        encoder = await self.get()
        if encoder is not None and (sha256, runtime) == _made_by(encoder):
            self._former = None
            return encoder
        async with self._lock:
            if self._former is None or (sha256, runtime) != _made_by(self._former):
                from embeddings.load import load_former_encoder

                try:
                    self._former = await anyio.to_thread.run_sync(
                        load_former_encoder, name, sha256, runtime, self._cache_dir
                    )
                except EncoderUnavailable:
                    if encoder is not None:
                        self.reason = "the model has changed; the owner runs: kinkeeper index"
                    return None
            return self._former


def _made_by(encoder: Encoder) -> tuple[str, str]:
    return encoder.identity.sha256, encoder.identity.runtime
