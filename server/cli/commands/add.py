"""`kinkeeper add`: a person typed by hand."""

import click

from server.cli.commands.edit import change, check, options_of_a_person
from server.cli.errors import with_plain_errors
from server.cli.owner_lines import called, json_option, owner_line, person, told
from server.cli.session import ask_memory
from store.owner.typed_person import add_contact
from store.people.contacts import match_names
from store.text.names import name_key
from store.text.quoting import named


@click.command("add")
@click.argument("words", metavar="NAME…", nargs=-1, required=True)
@click.option("--anyway", is_flag=True, help="Even if somebody is called so already.")
@options_of_a_person
@json_option
@with_plain_errors
def command(words: tuple[str, ...], anyway: bool, as_json: bool, **options: str | None) -> None:
    """Add a person by hand. An import that brings them later suggests to merge the two.

    \b
    Example:
      kinkeeper add Maya Moreira --email maya@example.org --how-we-met "at Alex's wedding"
    """
    name = " ".join(words)
    if not anyway and (known := _known_as(name)):
        raise click.UsageError(
            f"{named(known)} is called so already. If it is somebody else: --anyway"
        )
    with owner_line() as line:
        given = check(line, options)
        contact_id, ref = add_contact(line.writer, name, line.now)
        change(line, contact_id, given)
    contact = person(ref)
    told(f"Added: {called(contact)}", as_json, {"id": ref, "name": contact.name})


def _known_as(name: str) -> str:
    """Who bears exactly this name already, or ''."""
    matches = ask_memory(lambda memory: match_names(memory.reader, name))
    return next((each.name for each in matches if name_key(each.name) == name_key(name)), "")
