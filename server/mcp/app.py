"""What one running server holds: the memory, opened at the first call, and its log."""

from dataclasses import dataclass, replace

import anyio

from embeddings.lazy import LazyEncoder
from server.mcp.dialogs import Dialogs
from server.settings import Settings
from store.engine.connections import Proposer, Reader
from store.engine.file_errors import NewerSchema
from store.engine.schema import latest_version
from store.errors import StoreError
from store.memory import open_proposer, open_reader_for_assistant
from store.people.owner_settings import read_owner_settings
from store.sharing.choices import Choices, read_choices
from store.sharing.opened import opened_items
from tools.memory import Memory
from tools.withholding import Withholding


class NobodyIsOwner(StoreError):
    """The memory does not know whose it is."""

    def __init__(self) -> None:
        super().__init__("This memory has no owner yet. The owner runs: kinkeeper init")


@dataclass(frozen=True, slots=True)
class OpenMemory:
    """An open memory with the connection that writes the disclosure log.

    choices: the owner's, as they were when this call began.
    """

    memory: Memory
    proposer: Proposer
    choices: Choices


class App:
    """Opens the memory when it is first asked for, so that a server starts at once, and answers
    with a plain reason as long as there is none."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.dialogs = Dialogs()
        self._encoder = LazyEncoder(settings.model, settings.cache / "models")
        self._open: OpenMemory | None = None
        self._withholding = Withholding()
        self.disclosing = anyio.Lock()
        self._lock = anyio.Lock()

    async def open(self) -> OpenMemory:
        """The open memory, with what the owner chose read afresh.

        Raises: NoMemoryYet and its siblings; NewerSchema when it was upgraded meanwhile.
        """
        async with self._lock:
            if self._open is None:
                self._open = await self._open_now()
            memory = self._open.memory
            choices, opened = await memory.reader.in_one_go(
                lambda at_once: self._chosen(at_once, memory.now())
            )
            self._withholding.follow(choices, frozenset(opened))
            return replace(self._open, choices=choices)

    async def _chosen(self, reader: Reader, now: int) -> tuple[Choices, dict[str, int]]:
        version = int(await reader.value("PRAGMA user_version"))
        if version != latest_version():
            raise NewerSchema(self.settings.memory_path, version, latest_version())
        return await read_choices(reader), await opened_items(reader, now)

    async def _open_now(self) -> OpenMemory:
        path = self.settings.memory_path
        reader = await open_reader_for_assistant(path, self._withholding.functions())
        try:
            owner = await read_owner_settings(reader)
            if owner is None:
                raise NobodyIsOwner
            proposer = await open_proposer(path)
        except BaseException:
            await reader.close()
            raise
        memory = Memory(reader, self.settings.clock, owner.time_zone, self._encoder)
        return OpenMemory(memory, proposer, await read_choices(reader))

    async def close(self) -> None:
        """Close what is open."""
        if self._open is not None:
            await self._open.memory.reader.close()
            await self._open.proposer.close()
            self._open = None
