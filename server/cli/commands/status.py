"""`kinkeeper status`: whether somebody is to be kept in touch with."""

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_lines import called, json_option, owner_line, person, told
from store.owner.typed_fields import STATUSES, Status, set_field
from store.people.contacts import Contact
from store.text.quoting import quote


@click.command("status")
@click.argument("who", metavar="PERSON")
@click.argument("words", metavar="STATUS…", nargs=-1, required=True)
@json_option
@with_plain_errors
def command(who: str, words: tuple[str, ...], as_json: bool) -> None:
    """Say how PERSON is kept: active, "reconnect later", reference or archived.

    Only active people are ever shown as due. Nothing is deleted.

    \b
    Example:
      kinkeeper status alex reconnect later
    """
    said = " ".join(" ".join(words).casefold().split())
    status = next((each for each in STATUSES if each == said), None)
    if status is None:
        raise click.UsageError(f"{quote(said[:80])} is none of: {', '.join(STATUSES)}.")
    set_status(person(who), status, as_json)


def set_status(contact: Contact, status: Status, as_json: bool) -> None:
    """Store a status and show it, with the way back."""
    with owner_line() as line:
        set_field(line.writer, contact.id, "status", status, line.now)
    back = f'\nTo take it back: kinkeeper status {contact.ref} "{contact.status}"'
    told(
        f"{called(contact)}: {status}{back if contact.status != status else ''}",
        as_json,
        {"person": contact.ref, "status": status, "before": contact.status},
    )
