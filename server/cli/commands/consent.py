"""`kinkeeper consent`: what a person agreed to be remembered for."""

import click

from server.cli.errors import with_plain_errors
from server.cli.session import ask_memory, echo_json
from server.settings import load_settings
from store.memory import open_writer
from store.sharing.access import TIERS, Tier, consent_of, owner_remarks, set_access, set_consent
from store.text.quoting import named
from tools.clean import clean_for_terminal
from tools.people import find_person


@click.command("consent")
@click.argument("person")
@click.argument("text", required=False)
@click.option("--access", "tier", type=click.Choice(TIERS), help="What assistants may see then.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_plain_errors
def command(person: str, text: str | None, tier: Tier | None, as_json: bool) -> None:
    """Write down what PERSON agreed to be remembered for, in your words; "" takes it back.

    It is shown to you alone, beside their name. With --access assistants are held to it, as by
    kinkeeper access.

    \b
    Example:
      kinkeeper consent "Alex Moreira" "our trips and birthdays, nothing about work"
    """
    contact = ask_memory(lambda memory: find_person(memory, person))
    if text is not None or tier is not None:
        with open_writer(load_settings().memory_path) as writer:
            if text is not None:
                set_consent(writer, contact.id, " ".join(text.split())[:500])
            if tier is not None:
                set_access(writer, contact.ref, tier)
    if as_json:
        agreed = ask_memory(lambda memory: consent_of(memory.reader, contact.id))
        echo_json({"id": contact.ref, "name": contact.name, "consent": agreed})
        return
    remark = ask_memory(lambda memory: owner_remarks(memory.reader)).get(contact.ref)
    click.echo(
        clean_for_terminal(f"{named(contact.name)} ({contact.ref}): {remark or 'nothing noted'}")
    )
