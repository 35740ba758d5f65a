"""`kinkeeper hide`: for assistants, somebody does not exist."""

import click

from server.cli.errors import with_plain_errors
from server.cli.tiers import change, named


@click.command("hide")
@click.argument("whom", metavar="PERSON|REF")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_plain_errors
def command(whom: str, as_json: bool) -> None:
    """Hide a person, a conversation (v_…) or a source (s_…) from every assistant.

    You still see all of it. To take it back: kinkeeper access PERSON full

    \b
    Example:
      kinkeeper hide "Alex Moreira"
    """
    ref, _ = named(whom)
    change(ref, "none", as_json)
