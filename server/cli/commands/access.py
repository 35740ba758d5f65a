"""`kinkeeper access`: what assistants may see of a person, a conversation or a source."""

import click

from server.cli.errors import with_plain_errors
from server.cli.session import ask_memory, echo_json
from server.cli.tiers import MEANING, change, named, tell_kept_back, tier_of
from store.sharing.access import TIERS, Limit, Tier, limits
from store.text.quoting import named as line_name
from tools.clean import clean_for_terminal


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
        change(ref, tier, as_json)
    elif as_json:
        echo_json({"ref": ref, "name": name, "access": now})
    else:
        click.echo(clean_for_terminal(f"{line_name(name)} ({ref}): {now} ({MEANING[now]})"))


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
        click.echo(
            clean_for_terminal(f"{each.access:<8} {each.kind} {line_name(each.name)} ({each.ref})")
        )
    if not found:
        click.echo("Assistants may see everybody. To hide someone: kinkeeper hide PERSON")
    tell_kept_back()
