"""`kinkeeper brief`: the briefing, for the owner's own eyes."""

import click

from server.cli.errors import with_plain_errors
from server.cli.rendering import briefing_text
from server.cli.session import ask_memory, print_json, remarks_beside
from tools.brief_me import DEFAULT_TOKENS, brief_me
from tools.clean import clean_for_terminal
from tools.memory import Memory
from tools.views import Briefing


@click.command("brief")
@click.argument("people", nargs=-1, required=True, metavar="PERSON...")
@click.option("--purpose", help="What the meeting is for, in a few words.")
@click.option("--as-of", metavar="DAY", help="What was known at the end of a day gone by.")
@click.option("--max-tokens", default=DEFAULT_TOKENS, show_default=True, help="How long it may be.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_plain_errors
def command(
    people: tuple[str, ...], purpose: str | None, as_of: str | None, max_tokens: int, as_json: bool
) -> None:
    """Brief me on each PERSON: a name or an id, or `group:` and the name of a group or chat.

    \b
    Examples:
      kinkeeper brief "Alex Moreira" --purpose "dinner on Sunday"
      kinkeeper brief "Alex Moreira" "Maya Okafor"
      kinkeeper brief "group:Sunday lunch" --as-of 2026-06-30
    """
    person = "; ".join(people)

    async def brief(memory: Memory) -> tuple[Briefing, str]:
        briefing = await brief_me(memory, person, purpose, max_tokens, as_of)
        remarks = await remarks_beside(memory)
        told = [remarks[ref] for ref in briefing.id.split(", ") if ref in remarks]
        return briefing, " ".join(told)

    briefing, remark = ask_memory(brief)
    if as_json:
        print_json(briefing)
    else:
        click.echo(briefing_text(briefing))
        if remark:
            click.echo(clean_for_terminal(f"\nFor you alone: {remark}"))
