"""`kinkeeper followup`: what one promised the other, and what became of it."""

from typing import Final

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_lines import called, json_option, owner_line, person, told
from server.cli.session import ask_memory, echo_json
from store.engine.fact_kinds import FOLLOW_UP
from store.owner.typed_facts import delete_typed
from store.owner.typed_follow_ups import (
    Change,
    ListedFollowUp,
    State,
    add_follow_up,
    change_follow_up,
    changes_of,
    list_follow_ups,
)
from store.text.quoting import named, one_line, quote
from tools.clean import clean_for_terminal
from tools.days.shown import readable
from tools.days.typed import read_date, read_day
from tools.memory import Memory

_STATES: Final[dict[str, State]] = {
    "done": "done",
    "drop": "dropped",
    "snooze": "snoozed",
    "reopen": "open",
}


@click.command("followup")
@click.argument(
    "words", metavar="PERSON TEXT… | done|drop|snooze|reopen REF | list [PERSON]", nargs=-1
)
@click.option("--due", default="", help="When: 2026-12-01, “in May”, “next week”.")
@click.option("--they-owe", is_flag=True, help="They promised it to you, not you to them.")
@click.option("--after", default="", help="What has to happen first: “the operation”.")
@click.option("--from", "message", default="", metavar="REF", help="The message it is from (m_…).")
@click.option("--until", default="", help="Of snooze: until when.")
@click.option("--all", "closed_too", is_flag=True, help="Of list: what is done and dropped too.")
@click.option("--delete", "delete", metavar="REF", help="Delete one that you typed (f_…).")
@json_option
@with_plain_errors
def command(
    words: tuple[str, ...],
    due: str,
    they_owe: bool,
    after: str,
    message: str,
    until: str,
    closed_too: bool,
    delete: str | None,
    as_json: bool,
) -> None:
    """Keep a promise or an open end with PERSON, and say later what became of it.

    \b
    Examples:
      kinkeeper followup alex send the photos --due "next week"
      kinkeeper followup alex "returns the tent" --they-owe --after "the operation"
      kinkeeper followup done f_4k2v9qx
      kinkeeper followup snooze f_4k2v9qx --until "in May"
      kinkeeper followup list
    """
    if delete:
        with owner_line() as line:
            gone = delete_typed(line.writer, delete, FOLLOW_UP)
        told(
            f"Deleted, {named(gone.name)}: {quote(gone.text)} [{gone.ref}]",
            as_json,
            {"deleted": gone.ref, "text": gone.text},
        )
    elif words[:1] == ("list",):
        _list(" ".join(words[1:]), closed_too, as_json)
    elif len(words) == 2 and words[0] in _STATES:
        _change(_STATES[words[0]], words[1], until, as_json)
    elif len(words) < 2:
        raise click.UsageError('Say with whom and what: kinkeeper followup alex "send the photos"')
    else:
        _add(words[0], " ".join(words[1:]), due, they_owe, after, message, as_json)


def _add(
    who: str, text: str, due: str, they_owe: bool, after: str, message: str, as_json: bool
) -> None:
    contact = person(who)
    after = " ".join(after.split())
    with owner_line() as line:
        due_on = read_date(due, line.today, "ahead") if due else ""
        ref = add_follow_up(
            line.writer,
            contact.id,
            text,
            line.now,
            owed_by="contact" if they_owe else "owner",
            due_on=due_on,
            after_event=after,
            message_ref=message,
        )
    owes = f"{called(contact)} owes you" if they_owe else f"You owe {called(contact)}"
    when = f", by {readable(due_on)}" if due_on else ""
    told(
        f"{owes}: {one_line(text)}{when}{f', after {after}' if after else ''} [{ref}]\n"
        f"When it is done: kinkeeper followup done {ref}",
        as_json,
        {
            "id": ref,
            "person": contact.ref,
            "text": text,
            "owed_by": "contact" if they_owe else "owner",
            "due": due_on,
            "after": after,
        },
    )


def _change(state: State, ref: str, until: str, as_json: bool) -> None:
    if (state == "snoozed") != bool(until):
        raise click.UsageError(
            'Say until when: kinkeeper followup snooze REF --until "in May"'
            if not until
            else "--until belongs to snooze."
        )
    with owner_line() as line:
        until_on = read_day(until, line.today, "ahead").isoformat() if until else ""
        changed = change_follow_up(line.writer, ref, state, line.now, until_on)
    put_off = f" until {readable(until_on)}" if until_on else ""
    whose = f"{named(changed.name)}: {quote(changed.text)}"
    told(
        f"{state.capitalize()}{put_off}, {whose} [{changed.ref}]",
        as_json,
        _for_programs(changed, ()),
    )


def _list(who: str, closed_too: bool, as_json: bool) -> None:
    contact_id = person(who).id if who else None

    async def ask(memory: Memory) -> list[tuple[ListedFollowUp, list[Change], str]]:
        found = await list_follow_ups(memory.reader, contact_id, closed_too=closed_too)
        return [
            (
                each,
                changes := await changes_of(memory.reader, each.ref),
                readable(memory.day(changes[-1].at)) if changes else "",
            )
            for each in found
        ]

    found = ask_memory(ask)
    if as_json:
        echo_json([_for_programs(each, changes) for each, changes, _ in found])
        return
    for each, _, changed_on in found:
        name = named(each.name)
        owes = f"{name} owes you" if each.owed_by == "contact" else f"you owe {name}"
        parts = [
            quote(each.text),
            f"due {readable(each.due_on)}" if each.due_on else "",
            f"after {quote(each.after_event)}" if each.after_event else "",
            f"snoozed until {readable(each.until_on)}" if each.until_on else "",
            f"{each.state} on {changed_on}" if changed_on and each.state != "snoozed" else "",
            f"from {each.message_ref}" if each.message_ref else "",
        ]
        line = f"{owes}: {' · '.join(filter(None, parts))} [{each.ref}]"
        click.echo(clean_for_terminal(line))
    if not found:
        click.echo("Nothing is open.")


def _for_programs(each: ListedFollowUp, changes: "list[Change] | tuple[()]") -> dict[str, object]:
    return {
        "id": each.ref,
        "person": each.contact_ref,
        "name": each.name,
        "owed_by": each.owed_by,
        "text": each.text,
        "due": each.due_on,
        "after": each.after_event,
        "state": each.state,
        "until": each.until_on,
        "message": each.message_ref,
        "changes": [
            {"state": change.state, "until": change.until_on, "at": change.at} for change in changes
        ],
    }
