"""`kinkeeper gift`: what you gave, got or think of, so that it is not the same wine every year."""

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_lines import called, json_option, owner_line, person, told
from server.cli.session import ask_memory
from store.engine.fact_kinds import GIFT
from store.facts.contact_facts import Fact, gifts
from store.owner.typed_facts import GiftState, add_gift, delete_typed
from store.text.names import name_key
from store.text.quoting import named, one_line, quote
from tools.days.shown import readable
from tools.days.typed import read_date

MOST_SHOWN = 8
SHORTEST_WORD_THAT_TELLS = 4


@click.command("gift")
@click.argument("who", metavar="PERSON", required=False)
@click.argument("state", metavar="idea|given|received", required=False)
@click.argument("words", metavar="TEXT…", nargs=-1)
@click.option("--on", default="", help="When: today, 12.4., 2025, …")
@click.option("--delete", "delete", metavar="REF", help="Delete one that you typed (g_…).")
@json_option
@with_plain_errors
def command(
    who: str | None,
    state: str | None,
    words: tuple[str, ...],
    on: str,
    delete: str | None,
    as_json: bool,
) -> None:
    """Keep a gift for PERSON, or an idea for one, and see the earlier ones.

    \b
    Examples:
      kinkeeper gift alex given a bottle of Douro --on "24 Dec"
      kinkeeper gift alex idea "a map of the coast path"
      kinkeeper gift alex
    """
    if delete:
        with owner_line() as line:
            gone = delete_typed(line.writer, delete, GIFT)
        told(
            f"Deleted, {named(gone.name)}: {quote(gone.text)} [{gone.ref}]",
            as_json,
            {"deleted": gone.ref, "text": gone.text},
        )
        return
    if not who:
        raise click.UsageError("Say for whom: kinkeeper gift alex idea a book")
    contact = person(who)
    earlier = ask_memory(lambda memory: gifts(memory.reader, contact.id))
    text = " ".join(words)
    if state is None:
        lines = [_line(gift) for gift in earlier] or [
            f"No gifts with {named(contact.name)} are stored."
        ]
        told("\n".join(lines), as_json, {"gifts": [_for_programs(gift) for gift in earlier]})
        return
    with owner_line() as line:
        on_day = read_date(on, line.today, "back") if on else ""
        if not on_day and state != "idea":
            on_day = line.today.isoformat()
        ref = add_gift(line.writer, contact.id, _state(state), text, on_day, line.now)
    alike = [gift for gift in earlier if gift.kind == state and _alike(gift.text, text)]
    shown = [f"{called(contact)}: {state}, {one_line(text)}{_day(on_day)} [{ref}]"]
    shown += [f"The same again? {_line(gift)}" for gift in alike[:MOST_SHOWN]]
    rest = [gift for gift in earlier if gift not in alike]
    shown += [f"To delete it: kinkeeper gift --delete {ref}"]
    shown += ["Before that:"] * bool(rest) + [f"  {_line(gift)}" for gift in rest[:MOST_SHOWN]]
    told(
        "\n".join(shown),
        as_json,
        {
            "id": ref,
            "person": contact.ref,
            "state": state,
            "text": text,
            "on": on_day,
            "alike": [_for_programs(gift) for gift in alike],
            "earlier": [_for_programs(gift) for gift in rest],
        },
    )


def _state(word: str) -> GiftState:
    match word.casefold():
        case "idea" | "given" | "received" as state:
            return state
    raise click.UsageError(f"{quote(word)} is none of: idea, given, received.")


def _alike(one: str, other: str) -> bool:
    """Whether two gifts share a word that tells something."""
    words = [
        {word for word in name_key(text).split() if len(word) >= SHORTEST_WORD_THAT_TELLS}
        for text in (one, other)
    ]
    return bool(words[0] & words[1])


def _line(gift: Fact) -> str:
    return f"{gift.kind}: {quote(gift.text)}{_day(gift.on)} [{gift.ref}]"


def _day(on: str) -> str:
    return f", {readable(on)}" if on else ""


def _for_programs(gift: Fact) -> dict[str, object]:
    return {"id": gift.ref, "state": gift.kind, "text": gift.text, "on": gift.on}
