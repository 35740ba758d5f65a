"""`kinkeeper import`: take exports into the memory."""

from dataclasses import asdict
from pathlib import Path

import click

from server.cli.errors import FAILED, INTERRUPTED, with_plain_errors
from server.cli.importing import import_all, report
from server.cli.indexing import index_by_meaning
from server.cli.session import echo_json, require_owner
from server.settings import load_settings
from store.database import Writer
from store.exports import find_exports
from store.imports import ImportSummary
from store.settings import load_owner_settings
from tools.clean import clean_for_terminal


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "asked_format", help="Take the files for this format, such as vcard.")
@click.option("--no-index", is_flag=True, help="Leave indexing by meaning for later.")
@click.option("--json", "as_json", is_flag=True, help="Print the summaries as JSON.")
@with_plain_errors
def command(
    paths: tuple[Path, ...], asked_format: str | None, no_index: bool, as_json: bool
) -> None:
    """Import address books, chats and mail: files or folders, recognised by their content.

    Importing again, or a newer export of the same, adds only what is new.

    \b
    Example:
      kinkeeper import ~/Downloads/contacts.vcf ~/Downloads/result.json
    """
    settings = load_settings()
    with Writer.open(settings.memory_path) as writer:
        owner = require_owner(load_owner_settings(writer))
        exports = find_exports(paths, asked_format)
        summaries, refused = import_all(settings, writer, owner, exports)
        if any(summary.messages for summary in summaries) and not no_index:
            index_by_meaning(settings, writer)
    if as_json:
        echo_json(_for_programs(summaries, refused))
    else:
        for line in [*map(report, summaries), *refused]:
            click.echo(clean_for_terminal(line))
        if not exports:
            click.echo("There are no files there.", err=True)
    if any(summary.interrupted for summary in summaries):
        raise SystemExit(INTERRUPTED)
    if not summaries or not any(s.read > s.skipped_in_all for s in summaries):
        raise SystemExit(FAILED)


def _for_programs(summaries: list[ImportSummary], refused: list[str]) -> dict[str, object]:
    imported = [
        {**asdict(s), "read": s.read, "skipped_in_all": s.skipped_in_all} for s in summaries
    ]
    return {"imported": imported, "refused": refused}
