"""`kinkeeper merge`: two contacts are one person."""

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_lines import called
from server.cli.session import ask_memory
from server.settings import load_settings
from store.identity.retired import conflicting_words
from store.memory import open_writer
from store.owner.merge_and_split import merge_contacts
from store.text.quoting import quote
from tools.clean import clean_for_terminal
from tools.people import find_person


@click.command("merge")
@click.argument("kept")
@click.argument("other")
@with_plain_errors
def command(kept: str, other: str) -> None:
    """Say that two contacts are one person. KEPT keeps its id and what you said of it.

    The id of OTHER goes on leading there. It can be taken back: kinkeeper decisions --undo

    \b
    Example:
      kinkeeper merge "Alex Moreira" c_4k2v9qx
    """
    settings = load_settings()
    first = ask_memory(lambda memory: find_person(memory, kept))
    second = ask_memory(lambda memory: find_person(memory, other))
    with open_writer(settings.memory_path) as writer:
        decision = merge_contacts(writer, first.id, second.id, settings.now())
        conflicts = conflicting_words(writer, first.id)
    lines = [f"{called(second)} is now {called(first)}."]
    lines += [
        f"  {what}: {quote(taken)} holds, not {quote(left)}"
        + (" (the narrower of the two)" if what == "access" else "")
        for what, taken, left in conflicts
    ]
    lines.append(f"To take it back: kinkeeper decisions --undo {decision}")
    click.echo(clean_for_terminal("\n".join(lines)))
