"""`kinkeeper init`: make the memory, and say whose it is."""

import sys
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import tzlocal

from server.cli.errors import with_plain_errors
from server.settings import load_settings
from store.engine.location import make_private_folder
from store.errors import StoreError
from store.memory import open_or_create
from store.people.owner import save_owner
from store.people.owner_settings import OwnerSettings, load_owner_settings
from store.text.keys import email_key, phone_key, phone_region


class UnusableAnswer(StoreError):
    """Something that the owner said of themselves cannot be used."""


@click.command("init")
@click.option("--name", help="Your name.")
@click.option("--email", "emails", multiple=True, help="An address of yours; may be repeated.")
@click.option("--phone", "phones", multiple=True, help="A number of yours, with +country code.")
@click.option("--timezone", "zone", help="Your time zone, such as Europe/Lisbon.")
@with_plain_errors
def command(
    name: str | None, emails: tuple[str, ...], phones: tuple[str, ...], zone: str | None
) -> None:
    """Make your memory and say who you are; run again to add an address.

    Your own addresses tell which messages are yours.

    \b
    Example:
      kinkeeper init --name "Nora Lind" --email nora@lind.example --timezone Europe/Lisbon
    """
    settings = load_settings()
    make_private_folder(settings.home)
    with open_or_create(settings.memory_path) as writer:
        known = load_owner_settings(writer)
        name = name or (known.name if known else _asked_name())
        zone = zone or (known.zone if known else tzlocal.get_localzone_name())
        if not known and not emails and sys.stdin.isatty():
            answer = click.prompt("Your e-mail addresses (spaces between)", default="")
            emails = tuple(answer.split())
        owner = OwnerSettings(
            name=name,
            zone=_checked_zone(zone),
            emails=_merged(known.emails if known else (), map(_checked_email, emails)),
            phones=_merged(known.phones if known else (), map(_checked_phone, phones)),
        )
        save_owner(writer, owner, settings.now())
    click.echo(f"The memory of {owner.name} is at {settings.memory_path}")
    click.echo(f"Times are shown in {owner.zone}. Addresses: {', '.join(owner.emails) or 'none'}.")
    click.echo("Next: kinkeeper import PATH (an address book, a Telegram export, a mailbox)")


def _asked_name() -> str:
    if not sys.stdin.isatty():
        raise UnusableAnswer("Say whose memory this is: kinkeeper init --name 'Your Name'")
    return str(click.prompt("Your name"))


def _checked_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnusableAnswer(
            f"“{zone}” is no time zone. Write one such as Europe/Lisbon or America/New_York."
        ) from None
    return zone


def _checked_email(email: str) -> str:
    key = email_key(email)
    if not key:
        raise UnusableAnswer(f"“{email}” is no e-mail address.")
    return key


def _checked_phone(phone: str) -> str:
    if phone_region(phone) is None:
        raise UnusableAnswer(f"“{phone}” is no number with its country code, such as +351 912 …")
    return phone_key(phone, None)


def _merged(known: Iterable[str], added: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*known, *added]))
