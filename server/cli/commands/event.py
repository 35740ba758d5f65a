"""`kinkeeper event`: a day in somebody's life: a birthday, a move, an operation."""

import difflib
from datetime import date
from typing import Final

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_lines import called, json_option, owner_line, person, told
from server.cli.session import ask_memory
from store.engine.fact_kinds import LIFE_EVENT
from store.facts.contact_facts import life_events
from store.owner.typed_facts import ONLY_ONCE, add_life_event, delete_typed
from store.people.contacts import Contact
from store.text.quoting import named as line_name
from store.text.quoting import quote, worded
from tools.days.shown import readable
from tools.days.typed import read_date

# Kinds that a typing error is caught by; whether they come again every year.
KINDS: Final = {
    "birthday": True,
    "anniversary": True,
    "death": False,
    "name day": True,
    "wedding": False,
    "engagement": False,
    "separation": False,
    "birth": False,
    "loss": False,
    "move": False,
    "new job": False,
    "promotion": False,
    "retirement": False,
    "graduation": False,
    "exam": False,
    "operation": False,
    "illness": False,
    "trip": False,
}
_ALIKE: Final = 0.75


@click.command("event")
@click.argument("who", metavar="PERSON", required=False)
@click.argument("kind", required=False)
@click.argument("day", metavar="DATE", required=False)
@click.option("--label", default="", help="What it is called: “20 years together”.")
@click.option("--yearly/--once", default=None, help="Every year, or this once.")
@click.option("--lead-days", type=click.IntRange(0, 365), help="Days before it to hear of it.")
@click.option("--delete", "delete", metavar="REF", help="Delete one that you typed (e_…).")
@json_option
@with_plain_errors
def command(
    who: str | None,
    kind: str | None,
    day: str | None,
    label: str,
    yearly: bool | None,
    lead_days: int | None,
    delete: str | None,
    as_json: bool,
) -> None:
    """Write down a day in the life of PERSON. KIND: birthday, wedding, move, "new job", exam, …

    The date may lack its year, its day or both: 12 April, 1990-04, 1990.

    \b
    Examples:
      kinkeeper event alex birthday "12 April"
      kinkeeper event alex operation 2026-12-03 --lead-days 2
      kinkeeper event --delete e_4k2v9qx
    """
    if delete:
        with owner_line() as line:
            gone = delete_typed(line.writer, delete, LIFE_EVENT)
        told(
            f"Deleted, {line_name(gone.name)}: {quote(gone.text)} [{gone.ref}]",
            as_json,
            {"deleted": gone.ref, "text": gone.text},
        )
        return
    if not who or not kind or not day:
        raise click.UsageError('Say whose, what and when: kinkeeper event alex birthday "12 April"')
    _add(who, day, _known_kind(kind), label, yearly, lead_days, as_json)


def _add(
    who: str,
    day: str,
    named: str,
    label: str,
    yearly: bool | None,
    lead_days: int | None,
    as_json: bool,
) -> None:
    every_year = KINDS.get(named, False) if yearly is None else yearly
    contact = person(who)
    before = _stored(contact) if named in ONLY_ONCE else {}
    with owner_line() as line:
        on = _date(day, line.today, named, every_year)
        ref = add_life_event(
            line.writer,
            contact.id,
            named,
            on,
            line.now,
            label=label,
            yearly=every_year,
            lead_days=lead_days,
        )
    how_often = "every year" if every_year else "once"
    about = f"{worded(named)} {quote(label)}" if label else worded(named)
    replaced = [before[each] for each in before.keys() - _stored(contact).keys()] if before else []
    in_place = f", in place of {', '.join(readable(day) for day in replaced)}" if replaced else ""
    told(
        f"{called(contact)}: {about}, {readable(on)}, {how_often}{in_place} [{ref}]\n"
        f"To delete it: kinkeeper event --delete {ref}",
        as_json,
        {
            "id": ref,
            "person": contact.ref,
            "kind": named,
            "label": label,
            "on": on,
            "yearly": every_year,
            "lead_days": lead_days,
        },
    )


def _date(day: str, today: date, named: str, every_year: bool) -> str:
    """The date that is meant, in ISO form, maybe partial."""
    on = read_date(day, today, "every year" if every_year else "ahead")
    if named in ONLY_ONCE and on[: len("2026")].isdecimal() and on > today.isoformat():
        raise click.UsageError(
            f"{readable(on)} lies ahead. A {named} has the year that it was in, or none:"
            " “12 April”, “12 April 1990”."
        )
    return on


def _stored(contact: Contact) -> dict[str, str]:
    """The days of somebody's life events, by ref."""
    facts = ask_memory(lambda memory: life_events(memory.reader, contact.id))
    return {fact.ref: fact.on for fact in facts}


def _known_kind(kind: str) -> str:
    """The kind as it is stored; a free one is allowed, a typing error is not."""
    named = " ".join(kind.casefold().split())
    near = difflib.get_close_matches(named, KINDS, n=1, cutoff=_ALIKE)
    if named not in KINDS and near:
        raise click.UsageError(
            f"{quote(kind)} is not “{near[0]}”, or is it? Known: {', '.join(KINDS)}."
        )
    return named
