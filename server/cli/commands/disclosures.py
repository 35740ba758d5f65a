"""`kinkeeper disclosures`: what assistants were shown, when, and about whom."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime, time

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_terminal import is_owners
from server.cli.session import ask_memory, echo_json
from store.sharing.disclosure_log import Disclosure, read_disclosures
from store.text.quoting import named, quote
from tools.clean import clean_for_terminal
from tools.memory import Memory
from tools.people import find_person

_PEOPLE_IN_A_LINE = 4


@click.command("disclosures")
@click.argument("person", required=False)
@click.option("--person", "of", metavar="PERSON", help="The same as PERSON.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="From this day on, such as 2026-11-01.",
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@with_plain_errors
def command(
    person: str | None, of: str | None, since: datetime | None, limit: int, as_json: bool
) -> None:
    """List what assistants were shown, newest first: when, to whom, through what, about whom.

    PERSON: only answers that held their name or their words.

    \b
    Example:
      kinkeeper disclosures "Alex Moreira" --since 2026-11-01
    """
    person = person or of
    if not is_owners():
        # It tells of people whom a script is told nothing of.
        click.echo("What assistants were shown is told at a terminal of yours.", err=True)

    async def read(memory: Memory) -> tuple[list[Disclosure], list[str]]:
        start = 0
        if since is not None:
            start = int(datetime.combine(since.date(), time.min, memory.zone).timestamp())
        contact = await find_person(memory, person) if person else None
        found = await read_disclosures(memory.reader, start, contact.id if contact else None, limit)
        return found, [memory.when(each.shown_at) for each in found]

    found, times = ask_memory(read)
    if as_json:
        echo_json([{**asdict(each), "when": when} for each, when in zip(found, times, strict=True)])
        return
    if not found:
        if is_owners():
            click.echo("Assistants were shown nothing.")
        return
    for each, when in zip(found, times, strict=True):
        click.echo(clean_for_terminal(_line(each, when)))
    click.echo("")
    for client, messages in _by_client(found).items():
        click.echo(clean_for_terminal(f"{quote(client)}: {messages:,} messages in these answers"))


def _line(each: Disclosure, when: str) -> str:
    names = [named(name) if name else ref for ref, name in each.about]
    about = ", ".join(names[:_PEOPLE_IN_A_LINE])
    if len(names) > _PEOPLE_IN_A_LINE:
        about += f" and {len(names) - _PEOPLE_IN_A_LINE} more"
    what = f"{each.messages} messages, {each.characters:,} characters"
    return f"{when}  {quote(each.client)}  {each.tool}  {what}{'  ' + about if about else ''}"


def _by_client(found: list[Disclosure]) -> Counter[str]:
    shown: Counter[str] = Counter()
    for each in found:
        shown[each.client] += each.messages
    return shown
