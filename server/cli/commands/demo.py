"""`kinkeeper demo`: a made-up memory, asked by a real client over stdio."""

import asyncio
import tempfile
import textwrap
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from server.cli.errors import with_plain_errors
from server.cli.importing import import_all, report
from server.cli.indexing import index_by_meaning
from server.settings import Settings, load_settings
from store.engine.location import MEMORY_FILE_NAME, make_private_folder
from store.errors import StoreError
from store.imports.parser_process import Answers, find_apart
from store.memory import open_or_create
from store.people.owner import save_owner
from store.people.owner_settings import OwnerSettings

EXPORTS: Final = Path(__file__).parents[3] / "examples" / "memory"
DEMO_NOW: Final = "2026-11-20T09:00:00+00:00"
DEMO_OWNER: Final = OwnerSettings(
    name="Nora Lind",
    zone="Europe/Lisbon",
    emails=("nora@lind.example", "nora.lind@example.org"),
)


class HomeIsTaken(StoreError):
    """The folder for the demo holds another memory."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            f"{home} holds a memory already; it was not touched. Choose an empty folder."
        )


@click.command("demo")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="Make the memory in this folder and leave it there.",
)
@with_plain_errors
def command(home: Path | None) -> None:
    """Make a made-up person's memory from real-format exports, and ask it about Alex.

    Your own memory is not touched.

    \b
    Example:
      kinkeeper demo --home nora
    """
    if home is not None:
        _make(home.resolve())
        click.echo(f"\nThe demo memory is at {home.resolve()}. Ask it, with its own clock:")
        click.echo(f"  export KINKEEPER_HOME={home.resolve()} KINKEEPER_NOW={DEMO_NOW}")
        click.echo('  kinkeeper brief "Alex Moreira"      or      kinkeeper serve')
        return
    from server.cli.demo_questions import ask_the_demo  # brings the MCP client, a second's work

    with tempfile.TemporaryDirectory(prefix="kinkeeper-demo-") as folder:
        settings = _make(Path(folder) / "home")
        asyncio.run(ask_the_demo(settings, DEMO_NOW))


def _make(home: Path) -> Settings:
    settings = replace(load_settings(), home=home, clock=lambda: datetime.fromisoformat(DEMO_NOW))
    if (home / MEMORY_FILE_NAME).exists():
        raise HomeIsTaken(home)
    make_private_folder(home)
    click.echo("Importing the exports of Nora, who is made up:")
    with open_or_create(settings.memory_path) as writer:
        save_owner(writer, DEMO_OWNER, settings.now())
        found = find_apart([EXPORTS], None, settings.parsers_environment)
        outcome = import_all(settings, writer, DEMO_OWNER, found, Answers())
        for line in [*map(report, outcome.summaries), *outcome.refused]:
            click.echo(textwrap.indent(line, "  "))
        index_by_meaning(settings, writer)
    return settings
