"""What most commands need: the memory opened for reading, a console, JSON."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from embeddings.lazy import LazyEncoder
from server.settings import Settings, load_settings
from store.errors import StoreError
from store.memory import open_reader
from store.people.owner_settings import OwnerSettings, read_owner_settings
from tools.clean import clean_for_terminal
from tools.memory import Memory
from tools.views import View

T = TypeVar("T")


class NoOwner(StoreError):
    """Nobody has said whose memory this is."""

    def __init__(self) -> None:
        super().__init__("This memory does not know whose it is. Run: kinkeeper init")


def ask_memory(ask: Callable[[Memory], Awaitable[T]]) -> T:
    """Open the memory for reading, ask it one thing, and close it."""
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
