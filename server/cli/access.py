"""`kinkeeper access`: what assistants may see of a person, a conversation or a source."""

import re
from typing import Final

import click

from server.cli.errors import with_plain_errors
from server.cli.only_the_owner import only_the_owner
from server.cli.session import ask_memory, echo_json
from server.settings import load_settings
from store.memory import open_writer
from store.sharing.access import TIERS, Limit, Tier, limits, set_access
from tools.clean import clean_for_terminal
from tools.people import find_person

_OTHER_REF: Final = re.compile(r"[sv]_[0-9a-z]{7}")
_MEANING: Final = {
    "full": "facts, rhythm and messages",
    "summary": "facts, rhythm and your notes, no messages",
    "none": "nothing, not even that they exist",
}


@click.command("access")
@click.argument("whom", metavar="[PERSON|REF]", required=False)
@click.argument("tier", type=click.Choice(TIERS), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_plain_errors
def command(whom: str | None, tier: Tier | None, as_json: bool) -> None:
    """Show or set what assistants may see of a person, a conversation (v_…) or a source (s_…).

    full: facts, rhythm and messages. summary: facts, rhythm and your notes, no messages.
    none: nothing, not even that they exist. Without arguments: everything that is not full.

    \b
    Example:
      kinkeeper access "Alex Moreira" summary
    """
    if whom is None:
        _list(ask_memory(lambda memory: limits(memory.reader)), as_json)
        return
    ref, name = named(whom)
    now = tier_of(ref)
    if tier is not None:
        if TIERS.index(tier) < TIERS.index(now):
            only_the_owner()
        change(ref, tier, as_json)
    elif as_json:
        echo_json({"ref": ref, "name": name, "access": now})
    else:
        click.echo(clean_for_terminal(f"{name} ({ref}): {now} ({_MEANING[now]})"))


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
    click.echo(clean_for_terminal(f"{name} ({ref}): assistants see {_MEANING[tier]}."))


def _list(found: list[Limit], as_json: bool) -> None:
    if as_json:
        echo_json(
            [
                {"ref": each.ref, "kind": each.kind, "name": each.name, "access": each.access}
                for each in found
            ]
        )
        return
    for each in found:
        click.echo(clean_for_terminal(f"{each.access:<8} {each.kind} {each.name} ({each.ref})"))
    if not found:
        click.echo("Assistants may see everybody. To hide someone: kinkeeper hide PERSON")
