"""`kinkeeper import`: take exports into the memory."""

from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from server.cli.asking import DATE_ORDERS
from server.cli.errors import with_plain_errors
from server.cli.exit_codes import FAILED, INTERRUPTED, USAGE
from server.cli.finding_promises import after_import
from server.cli.importing import (
    Outcome,
    claimed,
    import_all,
    left_alone,
    plan,
    report,
    report_survey,
)
from server.cli.indexing import index_by_meaning
from server.cli.session import echo_json, require_owner
from server.settings import load_settings
from store.imports.find_exports import Found
from store.imports.import_answers import remember_me
from store.imports.parser_process import Answers, find_apart
from store.memory import open_writer
from store.people.owner_settings import load_owner_settings
from store.text.quoting import one_line
from tools.clean import clean_for_terminal


def _zone(_context: click.Context, _option: click.Parameter, value: str | None) -> str:
    try:
        return ZoneInfo(value).key if value else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.BadParameter(f"“{value}” is no zone; write it like Europe/Lisbon.") from None


def _columns(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    pairs = [tuple(part.strip() for part in value.rsplit("=", 1)) for value in values]
    if any(len(pair) != 2 or not all(pair) for pair in pairs):
        raise click.BadParameter('write it like --map "Mobile=phone".')
    return tuple((pair[0], pair[1]) for pair in pairs)


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "asked_format", help="Take the files for this format, such as vcard.")
@click.option("--me", multiple=True, help="A name that is yours in a chat; remembered.")
@click.option(
    "--date-order",
    type=click.Choice(list(DATE_ORDERS)),
    help="How dates such as 3/4/25 are written there.",
)
@click.option("--timezone", callback=_zone, help="Zone of times without one; default: yours.")
@click.option(
    "--map",
    "columns",
    multiple=True,
    callback=_columns,
    metavar="HEADING=FIELD",
    help="What a column of a table means.",
)
@click.option("--dry-run", is_flag=True, help="Only say what is in there; store nothing.")
@click.option("--no-index", is_flag=True, help="Leave indexing by meaning for later.")
@click.option("--json", "as_json", is_flag=True, help="Print the summaries as JSON.")
@with_plain_errors
def command(
    paths: tuple[Path, ...],
    asked_format: str | None,
    me: tuple[str, ...],
    date_order: str | None,
    timezone: str,
    columns: tuple[tuple[str, str], ...],
    dry_run: bool,
    no_index: bool,
    as_json: bool,
) -> None:
    """Import address books, chats and mail: files, folders or zips, recognised by their content.

    Importing again, or a newer export of the same, adds only what is new.

    \b
    Example:
      kinkeeper import ~/Downloads/contacts.vcf ~/Downloads/takeout.zip
    """
    settings = load_settings()
    said = Answers(
        zone=timezone,
        me=me,
        date_order=DATE_ORDERS[date_order] if date_order else "",
        columns=columns,
    )
    with open_writer(settings.memory_path) as writer:
        owner = require_owner(load_owner_settings(writer))
        if me and not dry_run:
            remember_me(writer, me)
        found = find_apart(paths, asked_format, settings.parsers_environment)
        if not as_json and (told := plan(found)):
            click.echo(told, err=True)
        outcome = import_all(settings, writer, owner, found, said, is_dry=dry_run)
        has_messages = any(summary.messages for summary in outcome.summaries)
        proposed = after_import(settings, writer) if has_messages else 0
        if has_messages and not no_index:
            index_by_meaning(settings, writer)
    if as_json:
        echo_json({**_for_programs(found, outcome), "proposed": proposed})
    else:
        _tell(found, outcome)
        if proposed:
            click.echo(
                f"{proposed} promise{'s' if proposed != 1 else ''} and news found in what is new."
                " Nothing is remembered yet; decide with: kinkeeper review"
            )
    if any(summary.interrupted for summary in outcome.summaries):
        raise SystemExit(INTERRUPTED)
    if outcome.is_unanswered or outcome.claims:
        raise SystemExit(USAGE)
    if not _has_taken_something(outcome):
        raise SystemExit(FAILED)


def _tell(found: Found, outcome: Outcome) -> None:
    lines = [*map(report, outcome.summaries), *map(report_survey, outcome.surveys)]
    for line in [*lines, *map(one_line, outcome.refused), *left_alone(found)]:
        click.echo(clean_for_terminal(line))
    if told := claimed(outcome):
        click.echo(clean_for_terminal(told))
    if outcome.surveys:
        click.echo("Nothing was stored: this was a dry run.", err=True)
    if not (lines or outcome.refused):
        click.echo("There is nothing there that can be imported.", err=True)


def _has_taken_something(outcome: Outcome) -> bool:
    if any(summary.failure for summary in outcome.summaries):
        return False
    return any(s.read > s.skipped_in_all for s in outcome.summaries) or not all(
        survey.is_empty for survey in outcome.surveys
    )


def _for_programs(found: Found, outcome: Outcome) -> dict[str, object]:
    imported = [
        {
            **asdict(s),
            "skipped": dict(s.skipped),
            "read": s.read,
            "skipped_in_all": s.skipped_in_all,
        }
        for s in outcome.summaries
    ]
    surveys = [
        {
            **asdict(s),
            "skipped": dict(s.skipped),
            "first": s.first and s.first.isoformat(),
            "last": s.last and s.last.isoformat(),
        }
        for s in outcome.surveys
    ]
    alone = [
        {"seems": seems, "count": count, "names": names}
        for seems, (count, names) in sorted(found.others.items())
    ]
    return {
        "imported": imported,
        "new_contacts": outcome.contacts,
        "perhaps_you": outcome.claims,
        "dry_run": surveys,
        "refused": outcome.refused,
        "left_alone": alone,
    }
