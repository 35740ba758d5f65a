"""`kinkeeper note`: something to remember of a person."""

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_lines import called, json_option, owner_line, person, told
from store.engine.fact_kinds import NOTE
from store.owner.typed_facts import add_note, delete_typed
from store.text.quoting import named, one_line, quote


@click.command("note")
@click.argument("who", metavar="PERSON", required=False)
@click.argument("words", metavar="TEXT…", nargs=-1)
@click.option("--delete", "delete", metavar="REF", help="Delete a note that you typed (n_…).")
@json_option
@with_plain_errors
def command(who: str | None, words: tuple[str, ...], delete: str | None, as_json: bool) -> None:
    """Write down something to remember of PERSON. It is stored as you type it.

    \b
    Examples:
      kinkeeper note alex allergic to walnuts
      kinkeeper note --delete n_4k2v9qx
    """
    if delete:
        with owner_line() as line:
            gone = delete_typed(line.writer, delete, NOTE)
        told(
            f"Deleted, {named(gone.name)}: {quote(gone.text)} [{gone.ref}]",
            as_json,
            {"deleted": gone.ref, "text": gone.text},
        )
        return
    if not who or not words:
        raise click.UsageError('Say about whom and what: kinkeeper note alex "allergic to nuts"')
    contact = person(who)
    text = " ".join(words)
    with owner_line() as line:
        ref = add_note(line.writer, contact.id, text, line.now)
    told(
        f"Noted, {called(contact)}: {one_line(text)} [{ref}]\n"
        f"To delete it: kinkeeper note --delete {ref}",
        as_json,
        {"id": ref, "person": contact.ref, "text": text},
    )
