"""Setting what assistants may see of what bears a name or a ref."""

import re
from typing import Final

import click

from server.cli.session import ask_memory, echo_json
from server.settings import load_settings
from store.memory import open_writer
from store.sharing.access import Tier, kept_back_count, limits, set_access
from store.text.quoting import named as line_name
from tools.clean import clean_for_terminal
from tools.people import find_person

_OTHER_REF: Final = re.compile(r"[sv]_[0-9a-z]{7}")


def tier_of(ref: str) -> str:
    """The tier that holds now of what bears this ref."""
    found = ask_memory(lambda memory: limits(memory.reader))
    return next((limit.access for limit in found if limit.ref == ref), "full")


def named(whom: str) -> tuple[str, str]:
    """The ref and the name that an argument means; of a person also by name."""
    if _OTHER_REF.fullmatch(whom):
        return whom, whom
    contact = ask_memory(lambda memory: find_person(memory, whom))
    return contact.ref, contact.name


def change(ref: str, tier: Tier, as_json: bool) -> None:
    """Set a tier and say what holds now."""
    with open_writer(load_settings().memory_path) as writer:
        name = set_access(writer, ref, tier)
    if as_json:
        echo_json({"ref": ref, "name": name, "access": tier})
        return
    click.echo(clean_for_terminal(f"{line_name(name)} ({ref}): assistants see {MEANING[tier]}."))
    tell_kept_back()


def tell_kept_back() -> None:
    """Say how many accounts wait for the owner to say whether somebody hidden is behind them."""
    if count := ask_memory(lambda memory: kept_back_count(memory.reader)):
        accounts = "1 account" if count == 1 else f"{count:,} accounts"
        click.echo(
            f"{accounts} may be of somebody whom you hide, and are kept from assistants as well"
            " until you say who that is: kinkeeper suggestions"
        )


MEANING: Final = {
    "full": "facts, rhythm and messages",
    "summary": "facts, rhythm and your notes, no messages",
    "none": "nothing, not even that they exist",
}
