"""`kinkeeper log`: that you were in touch, in one line."""

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_lines import json_option, owner_line, people, told
from store.owner.typed_interactions import Logged, log_interaction, take_back_log
from store.text.quoting import named, one_line
from tools.days.shown import readable
from tools.days.typed import read_day
from tools.occasions import occasion


@click.command("log")
@click.argument("who", metavar="PERSON[,PERSON…]", required=False)
@click.argument("words", metavar="TEXT…", nargs=-1)
@click.option("--on", default="today", show_default=True, help="The day: yesterday, last friday, …")
@click.option("--kind", default="", help="coffee, call, visit, …; else the first word tells.")
@click.option("--undo", is_flag=True, help="Take back what you logged last, or the i_… named.")
@json_option
@with_plain_errors
def command(
    who: str | None, words: tuple[str, ...], on: str, kind: str, undo: bool, as_json: bool
) -> None:
    """Log that you were in touch with PERSON: a coffee, a call, a visit. It counts as contact.

    \b
    Examples:
      kinkeeper log alex coffee, she starts at the hospital in May
      kinkeeper log alex,maya dinner at ours --on "last friday"
      kinkeeper log --undo
    """
    if undo:
        with owner_line() as line:
            logged = take_back_log(line.writer, who or "")
        told(f"Removed: {_line(logged)}", as_json, _for_programs(logged))
        return
    if not who or not words:
        raise click.UsageError('Say with whom and what: kinkeeper log alex "coffee at the market"')
    text = " ".join(words)
    contacts = people(who)
    if not contacts:
        raise click.UsageError("Say with whom: kinkeeper log alex coffee")
    with owner_line() as line:
        day = read_day(on, line.today, "back")
        logged = log_interaction(
            line.writer,
            [contact.id for contact in contacts],
            text,
            " ".join(kind.split()) or occasion(text),
            day,
            line.zone,
            line.now,
        )
    told(f"{_line(logged)}\nTo take it back: kinkeeper log --undo", as_json, _for_programs(logged))


def _line(logged: Logged) -> str:
    is_said = logged.text.casefold().startswith(logged.kind.casefold())
    kind = "" if is_said else f"{one_line(logged.kind)} · "
    names = ", ".join(map(named, logged.names))
    return f"{readable(logged.on)} · {names} · {kind}{one_line(logged.text)} [{logged.ref}]"


def _for_programs(logged: Logged) -> dict[str, object]:
    return {
        "id": logged.ref,
        "on": logged.on,
        "kind": logged.kind,
        "text": logged.text,
        "people": list(logged.names),
    }
