"""What the one-line commands share: who is meant, the owner's day, and what was stored, shown."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import click

from server.cli import owner_terminal
from server.cli.session import ask_memory, echo_json, require_owner
from server.settings import load_settings
from store.engine.connections import Writer
from store.memory import open_writer
from store.people.contacts import Contact
from store.people.owner_settings import load_owner_settings
from store.text.quoting import named
from tools.clean import clean_for_terminal
from tools.people import WhichPerson, find_person


@dataclass(frozen=True, slots=True)
class Line:
    """A memory opened to write down what the owner types. now: UTC seconds; today: the owner's."""

    writer: Writer
    now: int
    today: date
    zone: ZoneInfo


@contextmanager
def owner_line() -> Iterator[Line]:
    """The memory, opened to write one line of the owner's, or of a script that they let write."""
    settings = load_settings()
    with open_writer(settings.memory_path) as writer:
        writer.by_script = bool(owner_terminal.why_not_the_owner())
        zone = require_owner(load_owner_settings(writer)).time_zone
        yield Line(writer, settings.now(), settings.clock().astimezone(zone).date(), zone)


def person(name: str) -> Contact:
    """The contact that is meant; of several, a terminal asks which one.

    Raises: WhichPerson where nobody can be asked, ContactNotFound.
    """
    try:
        return ask_memory(lambda memory: find_person(memory, name))
    except WhichPerson as error:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise
        candidates = error.candidates
    for number, hint in enumerate(candidates, start=1):
        click.echo(clean_for_terminal(f"  {number}  {named(hint.name)} ({hint.id}): {hint.hint}"))
    number = click.prompt("Which one?", type=click.IntRange(1, len(candidates)))
    return ask_memory(lambda memory: find_person(memory, candidates[number - 1].id))


def people(names: str) -> list[Contact]:
    """The contacts that are meant by names with commas between them, each once."""
    found = [person(name) for name in names.split(",") if name.strip()]
    return list({contact.id: contact for contact in found}.values())


def told(text: str, as_json: bool, value: dict[str, object]) -> None:
    """Show what was done: words for people, JSON for programs."""
    if as_json:
        echo_json(value)
    else:
        click.echo(clean_for_terminal(text))


def called(contact: Contact) -> str:
    """A contact in a line of text, by name and id."""
    return f"{named(contact.name)} ({contact.ref})"


json_option = click.option("--json", "as_json", is_flag=True, help="Print what was stored as JSON.")
