"""What one running server holds: the memory, opened at the first call."""

import anyio

from embeddings.lazy import LazyEncoder
from server.disclosing import OpenMemory, open_as_assistant
from server.mcp.dialogs import Dialogs
from server.settings import Settings
from store.engine.connections import Reader
from store.engine.file_errors import NewerSchema
from store.engine.schema import latest_version
from store.sharing.choices import Choices, read_choices
from store.sharing.opened import opened_items
from tools.withholding import Withholding


class App:
    """Opens the memory when it is first asked for, so that a server starts at once, and answers
    with a plain reason as long as there is none."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.dialogs = Dialogs()
        self._encoder = LazyEncoder(settings.model, settings.cache / "models")
        self._open: OpenMemory | None = None
        self._withholding = Withholding()
        self._lock = anyio.Lock()

    async def open(self) -> OpenMemory:
        """The open memory for one answer, with what the owner chose read afresh.

        Raises: NoMemoryYet and its siblings; NewerSchema when it was upgraded meanwhile.
        """
        async with self._lock:
            if self._open is None:
                self._open = await open_as_assistant(
                    self.settings, self._withholding, self._encoder
                )
            memory = self._open.memory
            choices, opened = await memory.reader.in_one_go(
                lambda at_once: self._chosen(at_once, memory.now())
            )
            self._withholding.follow(choices, frozenset(opened))
            return self._open.for_an_answer(choices)

    async def _chosen(self, reader: Reader, now: int) -> tuple[Choices, dict[str, int]]:
        version = int(await reader.value("PRAGMA user_version"))
        if version != latest_version():
            raise NewerSchema(self.settings.memory_path, version, latest_version())
        return await read_choices(reader), await opened_items(reader, now)

    async def close(self) -> None:
        """Close what is open."""
        if self._open is not None:
            await self._open.close()
            self._open = None
