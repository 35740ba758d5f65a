"""The demo's conversation: a real MCP client starts `kinkeeper serve` and asks it."""

import os
import sys
import textwrap
from pathlib import Path
from typing import Any, Final

import click
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from server.cli.rendering import briefing_text, search_text
from server.settings import CACHE, HOME, MODEL, NOW, Settings
from tools.views import Briefing, SearchAnswer

_WIDTH: Final = 100


async def ask_the_demo(settings: Settings, now: str) -> None:
    """Ask the demo memory three things over stdio, and print questions and answers."""
    server = StdioServerParameters(
        command=sys.executable,
        args=[str(_launcher()), "serve"],
        env={
            **os.environ,
            HOME.name: str(settings.home),
            CACHE.name: str(settings.cache),
            MODEL.name: settings.model,
            NOW.name: now,
        },
    )
    async with Client(server) as client:
        answer = await _ask(client, "Brief me on Alex", "brief_me", {"person": "Alex"})
        _print(_text(answer))
        answer = await _ask(client, "I mean Alex Moreira", "brief_me", {"person": "Alex Moreira"})
        _print(briefing_text(Briefing.model_validate(answer.structured_content)))
        question = "Who told me about the bilingual school?"
        answer = await _ask(client, question, "search_context", {"query": question, "limit": 2})
        _print(search_text(SearchAnswer.model_validate(answer.structured_content)))
    click.secho("\nWhat next?", bold=True)
    click.echo("  Your own memory:   kinkeeper init, then kinkeeper import PATH")
    click.echo("  Keep this one:     kinkeeper demo --home DIR")
    click.echo("  For an assistant:  the command is `kinkeeper serve` (README: Connect)")


async def _ask(client: Client, said: str, tool: str, arguments: dict[str, Any]) -> CallToolResult:
    click.secho(f"\n> {said}", bold=True)
    shown = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
    click.secho(f"  the assistant calls {tool}({shown})\n", dim=True)
    return await client.call_tool(tool, arguments)


def _text(answer: CallToolResult) -> str:
    return "\n".join(part.text for part in answer.content if isinstance(part, TextContent))


def _print(text: str) -> None:
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        click.echo(
            textwrap.fill(line, _WIDTH, initial_indent="  ", subsequent_indent=indent + "  ")
        )


def _launcher() -> Path:
    """The command's root file: beside the four folders in a checkout, above them in a wheel."""
    folder = Path(__file__).parents[2]
    beside = folder / "kinkeeper.py"
    return beside if beside.exists() else folder.parent / "kinkeeper.py"
