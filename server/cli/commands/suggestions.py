"""`kinkeeper suggestions`: who may be one person, for the owner to say."""

import sys
from collections import Counter
from dataclasses import replace

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_terminal import is_owners
from server.cli.session import ask_memory, echo_json, require_owner
from server.settings import load_settings
from store.engine.connections import Writer
from store.errors import StoreError
from store.identity.suggestion_sides import Side
from store.identity.suggestions import Suggestion, suggest
from store.memory import open_writer
from store.owner.merge_and_split import ImpossibleRuling, add_account, keep_apart, merge_contacts
from store.people.contacts import ContactNotFound, get_contact
from store.people.owner_settings import load_owner_settings
from store.text.quoting import named, one_line
from tools.clean import clean_for_terminal
from tools.memory import Memory

SHOWN = 20


@click.command("suggestions")
@click.option("--accept", multiple=True, metavar="ID", help="They are one person.")
@click.option("--not-the-same", "refuse", multiple=True, metavar="ID", help="They are two people.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=SHOWN,
    show_default=True,
    help="How many to show.",
)
@click.option("--ask", "one_by_one", is_flag=True, help="Go through them one by one.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@with_plain_errors
def command(
    accept: tuple[str, ...],
    refuse: tuple[str, ...],
    limit: int,
    one_by_one: bool,
    as_json: bool,
) -> None:
    """Show who may be one person, the surest first, with the reasons; you say which are.

    First come those who may be somebody whom you hide: assistants do not see them until you say
    that they are somebody else. What you refuse is never asked again. It can be taken back:
    kinkeeper decisions --undo

    \b
    Example:
      kinkeeper suggestions --ask
      kinkeeper suggestions --accept g_4k2v9qx --not-the-same g_8m1ncz0
    """
    if twice := [id_ for id_, count in Counter((*accept, *refuse)).items() if count > 1]:
        raise click.UsageError(f"{twice[0]} stands there twice. Nothing was decided.")
    settings = load_settings()
    with open_writer(settings.memory_path) as writer:
        require_owner(load_owner_settings(writer))
        found = suggest(writer)
        if accept or refuse:
            by_id = {each.id: each for each in found}
            if unknown := [id_ for id_ in (*accept, *refuse) if id_ not in by_id]:
                raise ImpossibleRuling(
                    f"There is no suggestion {unknown[0]}. Nothing was decided."
                    " To see them: kinkeeper suggestions"
                )
            for id_ in accept:
                _say(_accept(writer, by_id[id_], settings.now()))
            for id_ in refuse:
                _say(_refuse(writer, by_id[id_], settings.now()))
        elif as_json:
            echo_json([_for_programs(each) for each in _shown(found)[:limit]])
        elif one_by_one:
            _go_through(writer, found, settings.now())
        else:
            _list(_shown(found), limit)


def _shown(found: list[Suggestion]) -> list[Suggestion]:
    """All of them to the owner; to others those of contacts that an assistant sees, by their names.

    What speaks for a suggestion may stand in what they do not see.
    """
    if is_owners():
        return found

    async def seen(memory: Memory) -> list[Suggestion]:
        kept = []
        for each in found:
            sides = [await _seen(memory, side) for side in (each.one, each.other)]
            if all(sides):
                one, other = filter(None, sides)
                kept.append(replace(each, one=one, other=other, reasons=()))
        return kept

    return ask_memory(seen)


async def _seen(memory: Memory, side: Side) -> Side | None:
    if side.contact_id is None:
        return None
    try:
        contact = await get_contact(memory.reader, side.contact_id)
    except ContactNotFound:
        return None
    return Side(contact.id, contact.ref, contact.name, "")


def _list(found: list[Suggestion], limit: int) -> None:
    for each in found[:limit]:
        reasons = one_line("; ".join(each.reasons))
        _say("\n    ".join(filter(None, (f"{each.id}  {_pair(each)}", reasons))))
    if len(found) > limit:
        _say(f"… and {len(found) - limit:,} more, less sure")
    if found:
        _say("To decide: kinkeeper suggestions --ask, or --accept ID, or --not-the-same ID")
    else:
        _say("Nobody looks like somebody else. There is nothing to decide.")


def _go_through(writer: Writer, found: list[Suggestion], now: int) -> None:
    if not found:
        _list(found, 1)
        return
    if not sys.stdin.isatty():
        raise ImpossibleRuling(
            "Nobody is there to ask. Decide with --accept ID and --not-the-same ID."
        )
    for number, each in enumerate(found, start=1):
        _say(f"\n{number} of {len(found)}: {_pair(each)}\n    {one_line('; '.join(each.reasons))}")
        answer = click.prompt(
            "One person? y: yes, n: no, s: later, q: enough",
            type=click.Choice(["y", "n", "s", "q"]),
            show_choices=False,
        )
        if answer == "q":
            return
        if answer in {"y", "n"}:
            decide = _accept if answer == "y" else _refuse
            try:
                _say(decide(writer, each, now))
            except StoreError as error:  # an earlier answer has moved one of the two
                _say(str(error))


def _accept(writer: Writer, each: Suggestion, now: int) -> str:
    kept, other = _ordered(each)
    if other.contact_id is None:
        decision = add_account(writer, _id(kept), other.nodes[0].id, now)
    else:
        decision = merge_contacts(writer, _id(kept), other.contact_id, now)
    return f"{named(kept.shown)} and {named(other.shown)} are one person now (decision {decision})."


def _refuse(writer: Writer, each: Suggestion, now: int) -> str:
    kept, other = _ordered(each)
    if other.contact_id is None:
        decision = keep_apart(writer, _id(kept), other.nodes[0].id, now, is_account=True)
    else:
        decision = keep_apart(writer, _id(kept), other.contact_id, now)
    return f"{named(kept.shown)} and {named(other.shown)} stay two people (decision {decision})."


def _ordered(each: Suggestion) -> tuple[Side, Side]:
    """The one that stays first: of a contact and an account of nobody, the contact."""
    return (each.other, each.one) if each.one.contact_id is None else (each.one, each.other)


def _id(side: Side) -> int:
    if side.contact_id is None:
        raise AssertionError("a suggestion holds a contact")
    return side.contact_id


def _pair(each: Suggestion) -> str:
    return " = ".join(
        f"{named(side.shown)} ({', '.join(filter(None, (side.ref, one_line(side.where))))})"
        for side in (each.one, each.other)
    )


def _for_programs(each: Suggestion) -> dict[str, object]:
    return {
        "id": each.id,
        "score": each.score,
        "reasons": list(each.reasons),
        "kept_from_assistants": each.held_back,
        "pair": [
            {
                "id": side.ref,
                "name": side.shown,
                "source": side.where,
                "is_contact": side.contact_id is not None,
            }
            for side in (each.one, each.other)
        ],
    }


def _say(text: str) -> None:
    click.echo(clean_for_terminal(text))
