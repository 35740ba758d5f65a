"""`kinkeeper edit`: what you know of a person, field by field."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_lines import Line, called, json_option, owner_line, person, told
from server.cli.session import ask_memory
from store.owner.typed_fields import TypedField, set_field, typed_fields
from store.owner.typed_line import method_key, usable_line, usable_name
from store.owner.typed_person import (
    OneOfSeveral,
    add_method,
    add_nickname,
    read_role,
    remove_one,
    rename_contact,
    set_name_part,
    set_role,
)
from store.people.contacts import Contact, get_contact
from store.people.fields import FIELDS, ContactField
from store.text.quoting import one_line, quote
from tools.days.shown import readable
from tools.days.typed import read_date
from tools.memory import Memory

F = TypeVar("F", bound=Callable[..., Any])
# Said in place of a value: nothing is known of it any more.
NOTHING: Final = "none"
_DESCRIBED: Final = tuple(field for field in FIELDS if field.option)
_NAMES: Final = tuple(field for field in _DESCRIBED if field.shown_as == "name")
_ON_CARDS: Final = tuple(field for field in _DESCRIBED if field.on_cards and field not in _NAMES)
_FROM_CARDS: Final = frozenset(field.label for field in FIELDS if field.on_cards)
_SAID: Final = tuple(field for field in _DESCRIBED if not field.on_cards)
_SEVERAL: Final[tuple[OneOfSeveral, ...]] = ("nickname", "email", "phone", "role")


def _option(field: ContactField) -> Callable[[F], F]:
    choices = click.Choice((*field.choices, NOTHING)) if field.choices else None
    return click.option(f"--{field.option.replace('_', '-')}", type=choices, help=field.help)


_OPTIONS: Final = (
    *map(_option, _NAMES),
    click.option("--nickname", help="One more name that finds them."),
    *map(_option, (*_ON_CARDS, *_SAID)),
    click.option("--email", help="An e-mail address."),
    click.option("--phone", help="A telephone number."),
    click.option("--role", metavar='"TITLE at ORGANIZATION"', help="Where they work or belong."),
    click.option("--from", "from_on", metavar="DATE", help="Of --role: since when."),
    click.option("--to", "to_on", metavar="DATE", help="Of --role: until when; it is over then."),
)


def options_of_a_person(command: F) -> F:
    """The options by which a person is described."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("edit")
@click.argument("who", metavar="PERSON")
@click.option("--name", help="Call them this, whatever their cards say; none: as their cards do.")
@options_of_a_person
@click.option(
    "--remove", is_flag=True, help="Take away the --nickname, --email, --phone or --role named."
)
@json_option
@with_plain_errors
def command(who: str, name: str | None, remove: bool, as_json: bool, **options: str | None) -> None:
    """Change what is known of PERSON; with nothing to change, show it and when you typed it.

    What you type wins over every address book. "none" empties a field.

    \b
    Examples:
      kinkeeper edit alex --why "my oldest friend" --closeness "inner circle"
      kinkeeper edit alex --role "Nurse at City Hospital" --from 2026-05
      kinkeeper edit alex --email old@example.org --remove
    """
    given: Mapping[str, str] = {
        option: value for option, value in options.items() if value is not None
    }
    if remove and (name is not None or not given or given.keys() - set(_SEVERAL)):
        raise click.UsageError(
            "--remove takes away one of several: --nickname, --email, --phone, --role. Other"
            " fields are emptied with none."
        )
    contact = person(who)
    if remove:
        _take_away(contact, given)
    elif name is not None or given:
        with owner_line() as line:
            given = check(line, options)
            if name is not None:
                rename_contact(line.writer, contact.id, _value(name), line.now)
            change(line, contact.id, given)
    _show(contact, given, "removed" if remove else "stored", as_json)


def _take_away(contact: Contact, given: Mapping[str, str]) -> None:
    with owner_line() as line:
        for what in _SEVERAL:
            if what in given:
                remove_one(line.writer, contact.id, what, given[what], line.now)


def _show(contact: Contact, given: Mapping[str, str], done: str, as_json: bool) -> None:
    """Show what a contact is now. done: what became of those that were given of several."""

    async def ask(memory: Memory) -> tuple[Contact, list[tuple[TypedField, str]]]:
        fields = [
            (field, f"{field.how} {readable(memory.day(field.typed_at or 0))}" * bool(field.how))
            for field in await typed_fields(memory.reader, contact.id)
        ]
        return await get_contact(memory.reader, contact.id), fields

    changed, fields = ask_memory(ask)
    lines = [called(changed)]
    lines += [
        f"  {what}: {_value(given[what])}{_when(given) if what == 'role' else ''} ({done})"
        for what in _SEVERAL
        if what in given
    ]
    lines += [
        f"  {field.name}: {_shown(field)}{f' ({typed})' if typed else ''}"
        for field, typed in fields
    ]
    told(
        "\n".join(lines),
        as_json,
        {
            "id": changed.ref,
            "name": changed.name,
            "fields": {field.name: field.value for field, _ in fields},
        },
    )


def check(line: Line, options: Mapping[str, str | None]) -> dict[str, str]:
    """The options that were given, days read; nothing is stored of a line of which a part is wrong.

    Raises what the stores of each raise.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if {"from_on", "to_on"} & given.keys() and "role" not in given:
        raise click.UsageError("--from and --to belong to --role.")
    for name in (*(field.option for field in (*_NAMES, *_ON_CARDS)), "nickname"):
        if value := _value(given.get(name, "")):
            usable_name(value, name)
    for field in _SAID:
        if value := _value(given.get(field.option, "")):
            usable_line(value, field.option.replace("_", " "))
    for name in ("email", "phone"):
        if name in given:
            method_key(line.writer, name, given[name])
    if "role" in given:
        read_role(given["role"])
    days = {
        name: read_date(given[name], line.today, "back")
        for name in ("from_on", "to_on")
        if name in given
    }
    since, until = days.get("from_on", ""), days.get("to_on", "")
    known = min(len(since), len(until))
    if since[:known] > until[:known]:
        raise click.UsageError(f"{readable(since)} comes after {readable(until)}.")
    return given | days


def change(line: Line, contact_id: int, given: Mapping[str, str]) -> None:
    """Store what the options say of a person, as `check` gave them."""
    for field in (*_NAMES, *_ON_CARDS):
        if field.option in given:
            value = _value(given[field.option])
            set_name_part(line.writer, contact_id, field.column, value, line.now)
    if "nickname" in given:
        add_nickname(line.writer, contact_id, given["nickname"], line.now)
    for field in _SAID:
        if field.option in given:
            value = _value(given[field.option])
            set_field(line.writer, contact_id, field.column, value, line.now)
    if "email" in given:
        add_method(line.writer, contact_id, "email", given["email"], line.now)
    if "phone" in given:
        add_method(line.writer, contact_id, "phone", given["phone"], line.now)
    if "role" in given:
        since, until = given.get("from_on", ""), given.get("to_on", "")
        set_role(line.writer, contact_id, given["role"], line.now, since, until)


def _shown(field: TypedField) -> str:
    """What the owner typed, or one of our words, as it is; what a card says, quoted."""
    is_own = field.typed_at is not None or field.name not in _FROM_CARDS
    return one_line(field.value) if is_own else quote(field.value)


def _when(given: Mapping[str, str]) -> str:
    """Since when and until when somebody has a role, for a line of text."""
    days = (("from", given.get("from_on")), ("until", given.get("to_on")))
    return "".join(f", {word} {readable(day)}" for word, day in days if day)


def _value(text: str) -> str:
    """What is stored for an option: nothing for `none`."""
    stripped = " ".join(text.split())
    return "" if stripped.casefold() == NOTHING else stripped
