"""`kinkeeper search`: what was said."""

import click

from server.cli.errors import FAILED, with_plain_errors
from server.cli.rendering import search_text
from server.cli.session import ask_memory, print_json
from tools.search_context import search_context


@click.command("search")
@click.argument("query")
@click.option("--person", help="Only conversations of this person.")
@click.option("--since", help="From this day, month or year on, such as 2026-03.")
@click.option("--until", help="Up to this day, month or year, included.")
@click.option("--source", help="Only this kind of source, such as telegram.")
@click.option("--limit", default=5, show_default=True, help="How many to show.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@with_plain_errors
def command(
    query: str,
    person: str | None,
    since: str | None,
    until: str | None,
    source: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Search your conversations by words and by meaning.

    \b
    Example:
      kinkeeper search "who told me about the school in Lisbon?"
    """
    if not query.strip():
        raise click.UsageError("Say what to search for.")
    answer = ask_memory(
        lambda memory: search_context(memory, query, person, since, until, source, limit)
    )
    if as_json:
        print_json(answer)
    else:
        click.echo(search_text(answer))
    if not answer.hits:
        raise SystemExit(FAILED)
