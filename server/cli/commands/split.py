"""`kinkeeper split`: some accounts of a contact are somebody else's."""

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_terminal import is_owners
from server.cli.session import ask_memory, echo_json
from server.settings import load_settings
from store.memory import open_writer
from store.owner.merge_and_split import (
    ContactAccount,
    ImpossibleRuling,
    accounts_of,
    split_contact,
)
from store.people.contacts import Contact
from store.text.quoting import named, one_line, quote, sourced
from tools.clean import clean_for_terminal
from tools.people import find_person


@click.command("split")
@click.argument("contact")
@click.argument("numbers", nargs=-1, type=int)
@click.option("--json", "as_json", is_flag=True, help="Print the accounts as JSON.")
@with_plain_errors
def command(contact: str, numbers: tuple[int, ...], as_json: bool) -> None:
    """Show the accounts of CONTACT with numbers, or give those NUMBERS to a contact of their own.

    No later import puts them together again. It can be taken back: kinkeeper decisions --undo

    \b
    Example:
      kinkeeper split "Alex Moreira"
      kinkeeper split "Alex Moreira" 2 3
    """
    settings = load_settings()
    person = ask_memory(lambda memory: find_person(memory, contact))
    with open_writer(settings.memory_path) as writer:
        # What stands on each of them, an assistant may not know.
        accounts = accounts_of(writer, person.id) if is_owners() else []
        if not numbers:
            if as_json:
                echo_json([_for_programs(n, each) for n, each in enumerate(accounts, start=1)])
            else:
                click.echo(clean_for_terminal(_listed(person, accounts)))
            return
        if wrong := [number for number in numbers if not 1 <= number <= len(accounts)]:
            raise ImpossibleRuling(
                f"{named(person.name)} has no account {wrong[0]}; they are numbered 1 to"
                f" {len(accounts)}. To see them: kinkeeper split {person.ref}"
            )
        chosen = [accounts[number - 1] for number in sorted(set(numbers))]
        made = split_contact(writer, person.id, [each.id for each in chosen], settings.now())
    lines = [
        f"{named(person.name)} ({person.ref}) keeps {len(accounts) - len(chosen)} of its accounts."
    ]
    lines.append(f"{named(made.name)} ({made.ref}) has the other {len(chosen)}.")
    if made.access != "full":
        lines.append(
            f"Assistants see of both no more than before ({made.access})."
            f" To change it: kinkeeper access {person.ref} full"
        )
    lines.append(f"To take it back: kinkeeper decisions --undo {made.ruling_id}")
    click.echo(clean_for_terminal("\n".join(lines)))


def _listed(person: Contact, accounts: list[ContactAccount]) -> str:
    if not accounts:
        return (
            f"The accounts of {named(person.name)} ({person.ref}) are shown at a terminal of yours."
        )
    lines = [f"{named(person.name)} ({person.ref}) has {len(accounts)} accounts:"]
    for number, each in enumerate(accounts, start=1):
        kind, _, key = each.account
        shown = each.name or key
        is_all = kind == "card" or shown == key
        what = quote(shown) if is_all else f"{quote(shown)} ({quote(key)})"
        told = f", {each.messages:,} messages" if each.messages else ""
        lines.append(
            f"  {number}  {kind} · {what} · {sourced(each.source)}{told} · {one_line(each.how)}"
        )
    lines.append(f"To split some off: kinkeeper split {person.ref} NUMBER…")
    return "\n".join(lines)


def _for_programs(number: int, each: ContactAccount) -> dict[str, object]:
    kind, _, key = each.account
    return {
        "number": number,
        "kind": kind,
        "key": key,
        "name": each.name,
        "source": each.source,
        "messages": each.messages,
        "why": each.how,
    }
