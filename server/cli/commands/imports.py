"""`kinkeeper imports`: what came in and when, and taking one import back."""

from dataclasses import asdict
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_terminal import is_owners
from server.cli.session import echo_json, require_owner
from server.settings import load_settings
from store.imports.past_runs import ImportRun, import_run, import_runs, omissions_of
from store.imports.settling import unsettled_imports
from store.imports.undo_run import Undone, undo_import
from store.memory import open_writer
from store.people.owner_settings import load_owner_settings
from store.text.quoting import filed, one_line, sourced
from tools.clean import clean_for_terminal


@click.group("imports", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_context
@with_plain_errors
def command(context: click.Context, as_json: bool) -> None:
    """List the imports: number, when, file, and what became of its records.

    \b
    Example:
      kinkeeper imports
      kinkeeper imports show 3
      kinkeeper imports undo 3
    """
    if context.invoked_subcommand is not None:
        return
    with open_writer(load_settings().memory_path) as writer:
        zone = require_owner(load_owner_settings(writer)).time_zone
        runs = import_runs(writer, for_owner=is_owners())
        unsettled = unsettled_imports(writer)
    if as_json:
        echo_json([asdict(run) for run in runs])
        return
    for run in runs:
        click.echo(clean_for_terminal(_line(run, zone)))
    if not runs:
        click.echo("Nothing was imported yet. Begin with: kinkeeper import PATH")
    if unsettled:
        click.echo(
            f"Import {', '.join(map(str, unsettled))} is under way or was killed: its people are"
            " not linked yet. If it was killed, give the same import command again; it goes on"
            " where it was."
        )


@command.command("show")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_plain_errors
def show(number: int, as_json: bool) -> None:
    """Show one import, with what was left out and why.

    \b
    Example:
      kinkeeper imports show 3
    """
    with open_writer(load_settings().memory_path) as writer:
        zone = require_owner(load_owner_settings(writer)).time_zone
        run = import_run(writer, number, for_owner=is_owners())
        # What was left out is told by its place: names of files, and of people in them.
        omissions = omissions_of(writer, number) if is_owners() else []
    if as_json:
        echo_json({**asdict(run), "left_out": [asdict(omission) for omission in omissions]})
        return
    click.echo(clean_for_terminal(_line(run, zone)))
    for omission in omissions:
        what = f"broken, {omission.place}" if omission.is_broken else f"skipped {omission.count:,}"
        click.echo(f"  {one_line(what)}: {one_line(omission.reason)}")


@command.command("undo")
@click.argument("number", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print what went as JSON.")
@with_plain_errors
def undo(number: int, yes: bool, as_json: bool) -> None:
    """Take one import back: what it alone has brought goes.

    What another import has brought as well stays, and so does what you wrote yourself. Records
    that the import changed stay as they are now. Importing the file again brings everything back.

    \b
    Example:
      kinkeeper imports undo 3
    """
    settings = load_settings()
    with open_writer(settings.memory_path) as writer:
        zone = require_owner(load_owner_settings(writer)).time_zone
        run = import_run(writer, number)
        if not yes:
            click.echo(clean_for_terminal(_line(run, zone)), err=True)
            click.confirm("Take this import back?", abort=True, err=True)
        undone = undo_import(writer, number, zone, settings.now())
    if as_json:
        echo_json(asdict(undone))
    else:
        click.echo(_told(number, undone))


def _line(run: ImportRun, zone: ZoneInfo) -> str:
    when = datetime.fromtimestamp(run.started_at, UTC).astimezone(zone)
    state = "" if run.state == "finished" else f" ({run.state})"
    source = sourced(run.source) if run.source else run.format
    name = f"{filed(run.file_name)} ({source})" if run.file_name else run.format
    return (
        f"{run.number:>4}  {when:%Y-%m-%d %H:%M}  {name}"
        f"{state}: read {run.read:,} = {run.new:,} new + {run.updated:,} updated"
        f" + {run.unchanged:,} unchanged + {run.skipped:,} skipped"
    )


def _told(number: int, undone: Undone) -> str:
    counts = (
        (undone.messages, "messages"),
        (undone.events, "meetings and calls"),
        (undone.cards, "cards"),
        (undone.contacts, "contacts"),
    )
    gone = ", ".join(f"{count:,} {what}" for count, what in counts if count > 0)
    lines = [
        f"Import {number} was taken back: {gone} went."
        if gone
        else f"Import {number} was taken back: other imports have brought all of it as well."
    ]
    if undone.changed:
        lines.append(
            f"{undone.changed:,} records that it had changed stay as they are now: what an edit"
            " replaced is kept nowhere."
        )
    return "\n".join(lines)
