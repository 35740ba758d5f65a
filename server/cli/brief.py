"""`kinkeeper brief`: the briefing, for the owner's own eyes."""

import click

from server.cli.errors import with_plain_errors
from server.cli.rendering import briefing_text
from server.cli.session import ask_memory, print_json
from tools.brief_me import DEFAULT_TOKENS, brief_me


@click.command("brief")
@click.argument("person")
@click.option("--purpose", help="What the meeting is for, in a few words.")
@click.option("--max-tokens", default=DEFAULT_TOKENS, show_default=True, help="How long it may be.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_plain_errors
def command(person: str, purpose: str | None, max_tokens: int, as_json: bool) -> None:
    """Brief me on PERSON: a name or an id.

    \b
    Example:
      kinkeeper brief "Alex Moreira" --purpose "dinner on Sunday"
    """
    briefing = ask_memory(lambda memory: brief_me(memory, person, purpose, max_tokens))
    if as_json:
        print_json(briefing)
    else:
        click.echo(briefing_text(briefing))
