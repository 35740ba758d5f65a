"""`kinkeeper index`: make everything findable by meaning."""

import click

from server.cli.errors import with_plain_errors
from server.cli.exit_codes import FAILED
from server.cli.indexing import index_by_meaning
from server.settings import load_settings
from store.memory import open_writer


@click.command("index")
@with_plain_errors
def command() -> None:
    """Make every message findable by meaning; words are findable at once, without this.

    Stopped or killed, it goes on where it was when it is run again.

    \b
    Example:
      kinkeeper index
    """
    settings = load_settings()
    with open_writer(settings.memory_path) as writer:
        indexed = index_by_meaning(settings, writer)
    if indexed is None:
        raise SystemExit(FAILED)
    click.echo(
        f"Indexed {indexed:,} messages by meaning." if indexed else "Everything is indexed already."
    )
