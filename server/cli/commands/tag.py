"""`kinkeeper tag`: what somebody is filed under."""

import shlex

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_lines import called, json_option, owner_line, person, told
from store.owner.typed_facts import Label, add_label, remove_label
from store.text.quoting import quote, sourced


@click.command("tag")
@click.argument("who", metavar="PERSON")
@click.argument("words", metavar="TAG…", nargs=-1, required=True)
@click.option("--group", "is_group", is_flag=True, help="A group of people instead of a tag.")
@click.option("--remove", is_flag=True, help="Take it from them.")
@json_option
@with_plain_errors
def command(who: str, words: tuple[str, ...], is_group: bool, remove: bool, as_json: bool) -> None:
    """Give PERSON a tag, or put them into a group of yours. Cadences can be set for either.

    \b
    Examples:
      kinkeeper tag alex climbing
      kinkeeper tag alex "Book club" --group
      kinkeeper tag alex climbing --remove
    """
    contact, name = person(who), " ".join(words)
    label: Label = "group" if is_group else "tag"
    said_by = ""
    with owner_line() as line:
        if remove:
            said_by = remove_label(line.writer, contact.id, label, name)
        else:
            name = add_label(line.writer, contact.id, label, name, line.now)
    text = f"{called(contact)}: {'no longer ' if remove else ''}{label} {quote(name)}"
    if not remove:
        group = " --group" if is_group else ""
        again = f"kinkeeper tag {contact.ref} {shlex.quote(name)}{group} --remove"
        text += f"\nTo take it back: {again}"
    if said_by:
        has_too = f"{sourced(said_by)} has {label} {quote(name)} too"
        text = f"{called(contact)}: {has_too}; change it there as well."
    told(
        text,
        as_json,
        {"person": contact.ref, label: name, "removed": remove, "said_by": said_by},
    )
