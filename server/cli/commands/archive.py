"""`kinkeeper archive`: somebody is part of the past; all of it is kept."""

import click

from server.cli.commands.status import set_status
from server.cli.errors import with_plain_errors
from server.cli.owner_lines import json_option, person


@click.command("archive")
@click.argument("who", metavar="PERSON")
@json_option
@with_plain_errors
def command(who: str, as_json: bool) -> None:
    """Put PERSON away: never due, in no list unless asked for. Nothing is deleted.

    \b
    Example:
      kinkeeper archive "Old Landlord"
    """
    set_status(person(who), "archived", as_json)
