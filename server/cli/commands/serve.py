"""`kinkeeper serve`: the MCP server for an assistant."""

import gc

import click

from server.cli.errors import with_plain_errors
from server.settings import load_settings


@click.command("serve")
@with_plain_errors
def command() -> None:
    """Serve an assistant over stdin and stdout (MCP). Clients start this by themselves.

    \b
    Example, in a client's configuration:
      {"command": "kinkeeper", "args": ["serve"]}
    """
    # What is imported stays: looking for garbage in it would be a tenth of the start.
    gc.disable()
    from server.mcp.stdio import serve_stdio

    gc.freeze()
    gc.enable()
    # An answer makes thousands of objects that end with it: looking among them finds no garbage.
    gc.set_threshold(20_000)
    serve_stdio(load_settings())
