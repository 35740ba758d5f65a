"""`kinkeeper decisions`: what the owner decided about who is who, and taking it back."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_terminal import is_owners
from server.cli.session import echo_json, require_owner
from server.settings import load_settings
from store.identity.rulings import Ruling, load_rulings
from store.memory import open_writer
from store.owner.merge_and_split import undo_ruling
from store.people.owner_settings import load_owner_settings
from store.text.quoting import one_line
from tools.days.shown import readable

_AT_A_TERMINAL: Final = "whom it is about is shown at a terminal of yours"


@click.command("decisions")
@click.option("--undo", "undo", type=int, metavar="ID", help="Take this one back.")
@click.option("--undo-last", is_flag=True, help="Take the last one back.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@with_plain_errors
def command(undo: int | None, undo_last: bool, as_json: bool) -> None:
    """List what you decided about who is who: merged, split, not the same. The last comes first.

    A decision that is taken back leaves everything as if it had never been.

    \b
    Example:
      kinkeeper decisions
      kinkeeper decisions --undo 42
    """
    settings = load_settings()
    with open_writer(settings.memory_path) as writer:
        zone = require_owner(load_owner_settings(writer)).time_zone
        if undo is not None or undo_last:
            what = undo_ruling(writer, undo, settings.now())
            click.echo(one_line(f"Taken back: {what}."))
            return
        decisions = list(reversed(load_rulings(writer, undone_too=True)))
    if not is_owners():
        # Whom they are about, an assistant may not know.
        decisions = [replace(each, evidence=_AT_A_TERMINAL) for each in decisions]
    if as_json:
        echo_json([_for_programs(each) for each in decisions])
        return
    for each in decisions:
        day = readable(datetime.fromtimestamp(each.happened_at, zone).date())
        gone = " (taken back)" if each.undone_at is not None else ""
        click.echo(f"{each.id}  {day} · {each.kind}: {one_line(each.evidence)}{gone}")
    if not decisions:
        click.echo("You have decided nothing yet. To see what is worth it: kinkeeper suggestions")


def _for_programs(each: Ruling) -> dict[str, object]:
    return {
        "id": each.id,
        "kind": each.kind,
        "what": each.evidence,
        "at": datetime.fromtimestamp(each.happened_at, UTC).isoformat(),
        "taken_back": each.undone_at is not None,
    }
