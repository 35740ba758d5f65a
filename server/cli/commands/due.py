"""`kinkeeper due`: who needs the owner now."""

import click

from server.cli.errors import with_plain_errors
from server.cli.session import ask_memory, print_json
from store.text.quoting import named
from tools.clean import clean_for_terminal
from tools.due.due_lines import KINDS, Kind
from tools.due.rhythms import NO_CONTACT
from tools.due_followups import DEFAULT_WITHIN, MOST_DAYS, MOST_PEOPLE, due_followups
from tools.views import DueList


@click.command("due")
@click.option(
    "--within",
    type=click.IntRange(0, MOST_DAYS),
    default=DEFAULT_WITHIN,
    show_default=True,
    help="How many days ahead to look.",
)
@click.option("--person", help="One person alone: a name or an id.")
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="May be repeated.")
@click.option(
    "--limit",
    type=click.IntRange(1, MOST_PEOPLE),
    default=10,
    show_default=True,
    help="How many people.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@with_plain_errors
def command(
    within: int, person: str | None, kinds: tuple[Kind, ...], limit: int, as_json: bool
) -> None:
    """Who needs you now: promises, people you have not spoken to, days ahead.

    \b
    Example:
      kinkeeper due --within 14 --kind life_event
    """
    found = ask_memory(lambda memory: due_followups(memory, within, person, kinds or None, limit))
    if as_json:
        print_json(found)
    else:
        click.echo(due_text(found))


def due_text(found: DueList) -> str:
    """Who is due, each with the reasons and what to do next."""
    lines = [] if found.due else ["Nobody needs you now."]
    for person in found.due:
        last = person.last_contact
        last = last if last == NO_CONTACT else f"last contact {last}"
        lines += ["", f"{named(person.name)} ({person.id}) · {last}"]
        lines += [f"  - {line.why} [{line.ref}]" for line in person.lines]
        lines.append(f"  > {person.next}")
    if found.left_out:
        lines += ["", f"Left out: {found.left_out}"]
    return clean_for_terminal("\n".join(lines).strip("\n"))
