"""`kinkeeper cadence`: how often you mean to be in touch."""

import re
from datetime import date
from typing import Final, Literal

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_lines import called, json_option, owner_line, person, told
from store.facts.cadences import Cadence
from store.owner.typed_fields import CADENCES, set_cadence, set_cadence_of_label, set_field
from store.text.quoting import quote
from tools.days.shown import readable
from tools.days.typed import read_day

_EVERY: Final = re.compile(r"(?:every )?(\d{1,4}) (day|week|month|year)s?")
_SAME: Final = {
    "every week": "weekly",
    "every 2 weeks": "every two weeks",
    "every other week": "every two weeks",
    "fortnightly": "every two weeks",
    "every month": "monthly",
    "every 1 month": "monthly",
    "every three months": "quarterly",
    "every 3 months": "quarterly",
    "every six months": "twice a year",
    "every 6 months": "twice a year",
    "annually": "yearly",
    "every year": "yearly",
    "every 12 months": "yearly",
    "every 1 year": "yearly",
    "event based": "event-based",
}
_DAILY: Final = frozenset({"daily", "every day"})
_REVISIT: Final = re.compile(r"revisit(?: later)?(?: (.+))?")
_DAYS: Final = {"day": 1, "week": 7, "month": 30, "year": 365}
_LONGEST_DAYS: Final = 3_650
_KNOWN: Final = f"{', '.join(CADENCES)}, every N days, none"


@click.command("cadence")
@click.argument("words", metavar="PERSON CADENCE… | CADENCE… | snooze PERSON", nargs=-1)
@click.option("--tag", help="Everybody with this tag, instead of one person.")
@click.option("--group", help="Everybody in this group, instead of one person.")
@click.option("--until", default="", help="Of snooze: until when.")
@json_option
@with_plain_errors
def command(
    words: tuple[str, ...], tag: str | None, group: str | None, until: str, as_json: bool
) -> None:
    """Say how often you mean to be in touch with PERSON; none takes it back.

    weekly, every two weeks, monthly, quarterly, twice a year, yearly, "every 10 days",
    event-based, "revisit in May", never, none. A person's own cadence wins over that of a tag.

    \b
    Examples:
      kinkeeper cadence alex monthly
      kinkeeper cadence --tag family every 3 weeks
      kinkeeper cadence alex revisit in May
      kinkeeper cadence snooze alex --until "3 weeks"
    """
    if tag and group:
        raise click.UsageError("Say one of --tag and --group.")
    if until and words[:1] != ("snooze",):
        raise click.UsageError(
            "--until belongs to snooze. For a rhythm that starts on a day: kinkeeper cadence alex"
            " revisit in May"
        )
    if tag or group:
        label: Literal["tag", "group"] = "tag" if tag else "group"
        _of_label(label, tag or group or "", " ".join(words), as_json)
    elif words[:1] == ("snooze",):
        _snooze(" ".join(words[1:]), until, as_json)
    elif len(words) < 2:
        raise click.UsageError(f"Say whose and how often: kinkeeper cadence alex monthly\n{_KNOWN}")
    else:
        _of_person(words[0], " ".join(words[1:]), as_json)


def _of_person(who: str, words: str, as_json: bool) -> None:
    contact = person(who)
    with owner_line() as line:
        cadence, until_on = _read(words, line.today)
        set_cadence(line.writer, contact.id, cadence, line.now, until_on)
    said = cadence.words if cadence else "no cadence"
    put_off = f", from {readable(until_on)}" if until_on else ""
    before = f" (before: {contact.cadence})" if contact.cadence else ""
    told(
        f"{called(contact)}: {said}{put_off}{before}",
        as_json,
        {
            "person": contact.ref,
            "cadence": cadence.words if cadence else "",
            "from": until_on,
            "before": contact.cadence,
        },
    )


def _of_label(label: Literal["tag", "group"], name: str, words: str, as_json: bool) -> None:
    with owner_line() as line:
        cadence, until_on = _read(words, line.today)
        if until_on:
            raise click.UsageError("“revisit” with a date is said of one person.")
        count = set_cadence_of_label(line.writer, label, name, cadence)
    said = cadence.words if cadence else "no cadence"
    told(
        f"{label} {quote(name)}: {said}, {count:,} {'person' if count == 1 else 'people'}",
        as_json,
        {label: name, "cadence": cadence.words if cadence else "", "people": count},
    )


def _snooze(who: str, until: str, as_json: bool) -> None:
    if not who or not until:
        raise click.UsageError(
            'Say who and until when: kinkeeper cadence snooze alex --until "May"'
        )
    contact = person(who)
    with owner_line() as line:
        until_on = read_day(until, line.today, "ahead").isoformat()
        set_field(line.writer, contact.id, "snoozed_until_on", until_on, line.now)
    told(
        f"{called(contact)}: not due before {readable(until_on)}",
        as_json,
        {"person": contact.ref, "snoozed_until": until_on},
    )


def _read(words: str, today: date) -> tuple[Cadence | None, str]:
    """The cadence that words name, and the day of a `revisit`."""
    said = " ".join(words.casefold().split())
    if said in {"none", "no cadence"}:
        return None, ""
    said = _SAME.get(said, said)
    if said in CADENCES:
        return Cadence(said), ""
    if said in _DAILY:
        return Cadence("days", 1), ""
    if found := _REVISIT.fullmatch(said):
        until = read_day(found[1], today, "ahead").isoformat() if found[1] else ""
        return Cadence("revisit later"), until
    if found := _EVERY.fullmatch(said):
        days = int(found[1]) * _DAYS[found[2]]
        if 0 < days <= _LONGEST_DAYS:
            return Cadence("days", days), ""
    raise click.UsageError(f"{quote(words)} is no cadence. Known: {_KNOWN}.")
