"""`kinkeeper search`: what was said and noted."""

import click

from server.cli.errors import with_plain_errors
from server.cli.exit_codes import FAILED
from server.cli.highlight import highlighted
from server.cli.rendering import search_text
from server.cli.session import ask_memory, echo_json
from store.text.index_words import content_terms
from tools.memory import Memory
from tools.search_context import search_context
from tools.search_hidden import search_hidden_words
from tools.views import Hit, SearchAnswer


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
    """Search your conversations and notes by words and by meaning.

    \b
    Example:
      kinkeeper search "who told me about the school in Lisbon?"
    """
    if not query.strip():
        raise click.UsageError("Say what to search for.")

    async def search(memory: Memory) -> tuple[SearchAnswer, list[Hit]]:
        answer = await search_context(memory, query, person, since, until, source, limit)
        hidden = await search_hidden_words(memory, query, person, since, until, source, limit)
        return answer, hidden

    answer, hidden = ask_memory(search)
    if as_json:
        echo_json(
            {
                **answer.model_dump(mode="json"),
                "hidden": [h.model_dump(mode="json") for h in hidden],
            }
        )
    else:
        terms = content_terms(query)
        click.echo(highlighted(search_text(answer), terms))
        if hidden:
            click.echo("\nHidden from assistants, by words only:")
            found = SearchAnswer(hits=hidden, mode="lexical")
            click.echo(highlighted(search_text(found), terms))
    if not (answer.hits or hidden):
        raise SystemExit(FAILED)
