"""What most commands need: the memory opened for reading, a console, JSON."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import click

from embeddings.lazy import LazyEncoder
from server.cli.owner_terminal import is_owners
from server.disclosing import Asker, answered, open_as_assistant
from server.settings import Settings, load_settings
from store.errors import StoreError
from store.memory import open_reader
from store.people.owner_settings import OwnerSettings, read_owner_settings
from store.sharing.access import owner_remarks
from tools.clean import clean_for_terminal
from tools.memory import Memory
from tools.views import View
from tools.withholding import Withholding

SCRIPT: Final = Asker("script", "a script")
T = TypeVar("T")


class NoOwner(StoreError):
    """Nobody has said whose memory this is."""

    def __init__(self) -> None:
        super().__init__("This memory does not know whose it is. Run: kinkeeper init")


def ask_memory(ask: Callable[[Memory], Awaitable[T]]) -> T:
    """Open the memory for reading, ask it one thing to be shown, and close it.

    Without the owner's terminal it is asked, cleaned and written down as for an assistant.
    Raises what `ask` does, BudgetSpent, and as `store.memory.open_reader` does.
    """
    if is_owners():
        return ask_unseen(ask)
    return asyncio.run(_ask_for_script(ask))


async def _ask_for_script(ask: Callable[[Memory], Awaitable[T]]) -> T:
    settings = load_settings()
    opened = await open_as_assistant(settings, Withholding(), lazy_encoder(settings))
    opened = opened.for_an_answer(opened.choices)
    try:
        return await answered(opened, SCRIPT, _command(), lambda: ask(opened.memory))
    finally:
        await opened.close()


def _command() -> str:
    """The command that runs, such as `kinkeeper imports show`."""
    names: list[str] = []
    context: click.Context | None = click.get_current_context()
    while context is not None and context.parent is not None:
        names.insert(0, context.info_name or "")
        context = context.parent
    return " ".join(["kinkeeper", *names])


def ask_unseen(ask: Callable[[Memory], Awaitable[T]]) -> T:
    """Ask the memory for what is worked with and not shown, wherever the command runs."""
    settings = load_settings()

    async def run() -> T:
        reader = await open_reader(settings.memory_path)
        try:
            owner = require_owner(await read_owner_settings(reader))
            memory = Memory(reader, settings.clock, owner.time_zone, lazy_encoder(settings))
            return await ask(memory)
        finally:
            await reader.close()

    return asyncio.run(run())


async def remarks_beside(memory: Memory) -> dict[str, str]:
    """What the owner alone is shown beside a contact, by its ref."""
    return await owner_remarks(memory.reader) if is_owners() else {}


def require_owner(owner: OwnerSettings | None) -> OwnerSettings:
    """The owner's settings. Raises NoOwner."""
    if owner is None:
        raise NoOwner
    return owner


def lazy_encoder(settings: Settings) -> LazyEncoder:
    """The encoder that the settings name, loaded when it is needed."""
    return LazyEncoder(settings.model, settings.cache / "models")


def print_json(view: View) -> None:
    """Print an answer as JSON for a program."""
    echo_json(view.model_dump(mode="json"))


def echo_json(value: object) -> None:
    """Print JSON, readable and yet with nothing that hides on a terminal."""
    click.echo(clean_for_terminal(json.dumps(value, ensure_ascii=False, indent=2)))
