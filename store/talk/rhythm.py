"""When the owner and a contact were really in touch, from interactions in both directions."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from store.engine.connections import Reader

# The last exchanges that tell the present rhythm; older ones belong to another time of life.
EXCHANGES_THAT_TELL: Final = 12
FEWEST_THAT_TELL: Final = 4
# Later than this a message begins something new.
_ANSWER_SECONDS: Final = 30 * 86_400
# Before everything that is stored, UTC seconds.
_EVER: Final = -(2**62)
_DAY_LENGTH: Final = len("2026-11-20")
_STORED: Final = "ref on kind channel started_at ended_at from_them from_owner".split()


class Exchange(NamedTuple):
    """One interaction with a contact. on: the owner's local day; times in UTC seconds.

    answers: one replied to what the other had written in the same conversation on an earlier day.
    """

    ref: str
    on: str
    kind: str
    channel: str
    started_at: int
    ended_at: int
    from_them: int
    from_owner: int
    answers: bool = False

    @property
    def both_ways(self) -> bool:
        """Whether it was real contact: both wrote, one answered, they met, called or logged it."""
        return (
            self.answers
            or self.kind in {"call", "meeting", "logged"}
            or (self.from_them > 0 and self.from_owner > 0)
        )


class BothWays(NamedTuple):
    """When both wrote on one day, met or called: the UTC second it began, and the owner's day."""

    at: int
    on: date


# What was written in a group has no `contact_at`: it was not said to the contact alone.
_EXCHANGES: Final = """
SELECT interaction.conversation_id, interaction.ref, interaction.on_day AS 'on', interaction.kind,
  coalesce(source.title, 'your log') AS channel, interaction.started_at, interaction.ended_at,
  sum(CASE WHEN identity.contact_id = :contact THEN part.messages ELSE 0 END) AS from_them,
  sum(CASE WHEN contact.is_owner THEN part.messages ELSE 0 END) AS from_owner
FROM interaction
LEFT JOIN conversation ON conversation.id = interaction.conversation_id
LEFT JOIN source ON source.id = coalesce(interaction.source_id, conversation.source_id)
JOIN interaction_participant AS part ON part.interaction_id = interaction.id
JOIN identity ON identity.id = part.identity_id
LEFT JOIN contact ON contact.id = identity.contact_id
WHERE interaction.id IN (SELECT mine.interaction_id FROM interaction_participant AS mine
  JOIN identity ON identity.id = mine.identity_id
  WHERE identity.contact_id = :contact AND mine.contact_at IS NOT NULL)
AND interaction.started_at <= :until
GROUP BY interaction.id ORDER BY interaction.started_at, interaction.id
"""
# `= 1`, so that the index of the one owner is used.
_OWNERS: Final = """
SELECT own.id FROM contact CROSS JOIN identity AS own ON own.contact_id = contact.id
WHERE contact.is_owner = 1
"""
# `both_at` also marks days when only others wrote. These are the ones when the owner wrote too, or
# when the account wrote nothing because they met or called.
_BOTH: Final = f"""
mine.identity_id = identity.id AND mine.both_at BETWEEN :since AND :until
AND (mine.messages = 0 OR EXISTS (SELECT 1 FROM interaction_participant AS other
  WHERE other.interaction_id = mine.interaction_id AND other.messages > 0
  AND other.identity_id IN ({_OWNERS})))
"""
_LATEST_BOTH: Final = f"""
SELECT identity.contact_id,
  (SELECT interaction.on_day || mine.both_at FROM interaction_participant AS mine
    CROSS JOIN interaction ON interaction.id = mine.interaction_id
    WHERE {_BOTH} ORDER BY mine.both_at DESC LIMIT 1) AS latest
FROM json_each(:contacts) AS asked CROSS JOIN identity ON identity.contact_id = asked.value
"""
_NEWEST_CONTACT: Final = """
SELECT identity.contact_id, (SELECT max(mine.contact_at) FROM interaction_participant AS mine
  WHERE mine.identity_id = identity.id AND mine.contact_at <= :until)
FROM json_each(:contacts) AS asked CROSS JOIN identity ON identity.contact_id = asked.value
"""
_DAYS_OF_BOTH: Final = f"""
SELECT identity.contact_id,
  (SELECT json_group_array(on_day) FROM (SELECT DISTINCT interaction.on_day
    FROM interaction_participant AS mine
    CROSS JOIN interaction ON interaction.id = mine.interaction_id
    WHERE {_BOTH} ORDER BY mine.both_at DESC LIMIT {{most}})) AS days
FROM json_each(:contacts) AS asked CROSS JOIN identity ON identity.contact_id = asked.value
"""

_LATEST: Final = f"""
SELECT identity.contact_id,
  (SELECT json_group_array(json_array(conversation_id, ref, on_day, kind, channel, started_at,
      ended_at, from_them, from_owner))
    FROM (SELECT interaction.conversation_id, interaction.ref, interaction.on_day, interaction.kind,
        coalesce(source.title, 'your log') AS channel, interaction.started_at, interaction.ended_at,
        mine.messages AS from_them,
        EXISTS (SELECT 1 FROM interaction_participant AS other
          WHERE other.interaction_id = mine.interaction_id AND other.messages > 0
          AND other.identity_id IN ({_OWNERS})) AS from_owner
      FROM interaction_participant AS mine
      CROSS JOIN interaction ON interaction.id = mine.interaction_id
      LEFT JOIN conversation ON conversation.id = interaction.conversation_id
      LEFT JOIN source ON source.id = coalesce(interaction.source_id, conversation.source_id)
      WHERE mine.identity_id = identity.id AND mine.contact_at IS NOT NULL
        AND mine.contact_at <= :until
      ORDER BY mine.contact_at DESC LIMIT {{most}})) AS latest
FROM json_each(:contacts) AS asked CROSS JOIN identity ON identity.contact_id = asked.value
"""


async def exchanges_with(reader: Reader, contact_id: int, until: int) -> list[Exchange]:
    """Every interaction with the contact, newest first. until: UTC seconds.

    What was written in a group was not said to the contact and does not count; a meeting in which
    both took part does. Future ones are left out.
    """
    rows = await reader.all(_EXCHANGES, {"contact": contact_id, "until": until})
    return _with_answers(
        (row["conversation_id"], Exchange(**{name: row[name] for name in _STORED})) for row in rows
    )


async def latest_exchanges(
    reader: Reader, contact_ids: Iterable[int], until: int, most: int
) -> dict[int, list[Exchange]]:
    """The last interactions with several contacts, newest first, by contact.

    until: UTC seconds. most: how many for each account. `from_owner` only says whether the owner
    wrote (0 or 1), so that it is quick for many contacts.
    """
    asked = {"contacts": json.dumps(list(contact_ids)), "until": until}
    rows: dict[int, dict[str, tuple[int | None, Exchange]]] = {}
    for row in await reader.all(_LATEST.format(most=most), asked):
        known = rows.setdefault(row[0], {})
        for conversation_id, *values in json.loads(row["latest"]):
            exchange = Exchange(*values)
            # Another account of theirs took part.
            if exchange.ref in known:
                other = known[exchange.ref][1]
                exchange = exchange._replace(from_them=exchange.from_them + other.from_them)
            known[exchange.ref] = conversation_id, exchange
    return {
        contact: _with_answers(sorted(found.values(), key=lambda each: each[1].started_at))
        for contact, found in rows.items()
    }


def _with_answers(rows: Iterable[tuple[int | None, Exchange]]) -> list[Exchange]:
    """Exchanges with one contact, newest first. rows: oldest first, with their conversations."""
    found: list[Exchange] = []
    before: dict[int, Exchange] = {}
    for conversation_id, exchange in rows:
        told = exchange
        if conversation_id is not None:
            if _answers(exchange, before.get(conversation_id)):
                told = exchange._replace(answers=True)
            before[conversation_id] = told
        found.append(told)
    found.reverse()
    return found


def _answers(exchange: Exchange, before: Exchange | None) -> bool:
    """Whether one wrote, and the last to write there before was the other, on an earlier day."""
    if before is None or exchange.started_at - before.ended_at > _ANSWER_SECONDS:
        return False
    one_each = (exchange.from_them > 0 and before.from_owner > 0 and before.from_them == 0) or (
        exchange.from_owner > 0 and before.from_them > 0 and before.from_owner == 0
    )
    return one_each and exchange.started_at >= before.ended_at


async def latest_both_ways(
    reader: Reader, contact_ids: Iterable[int], until: int, since: int = _EVER
) -> dict[int, BothWays]:
    """When both last wrote on one day, met or called, by contact.

    This does not see a later answer to a message of another day; `latest_exchanges` does. since,
    until: UTC seconds. It reads only the last interaction of each account, so it is quick for
    everybody, and quicker when only recent contact is asked for.
    """
    asked = {"contacts": json.dumps(list(contact_ids)), "since": since, "until": until}
    rows = await reader.all(_LATEST_BOTH, asked)
    latest: dict[int, BothWays] = {}
    for contact, told in rows:
        if told is not None:
            found = BothWays(int(told[_DAY_LENGTH:]), date.fromisoformat(told[:_DAY_LENGTH]))
            known = latest.get(contact)
            latest[contact] = found if known is None else max(known, found)
    return latest


async def newest_contact_at(
    reader: Reader, contact_ids: Iterable[int], until: int
) -> dict[int, int]:
    """When one last wrote to the other, or they met, by contact: the UTC second it began.

    until: UTC seconds. Read from an index alone, so it is quick for everybody.
    """
    asked = {"contacts": json.dumps(list(contact_ids)), "until": until}
    newest: dict[int, int] = {}
    for contact, at in await reader.all(_NEWEST_CONTACT, asked):
        if at is not None:
            newest[contact] = max(at, newest.get(contact, at))
    return newest


async def days_of_both(
    reader: Reader, contact_ids: Iterable[int], until: int, most: int
) -> dict[int, list[date]]:
    """The latest days on which both wrote, met or called, latest first, each once, by contact.

    until: UTC seconds. most: how many days to read for each account.
    """
    asked = {
        "contacts": json.dumps(list(contact_ids)),
        "since": _EVER,
        "until": until,
    }
    days: dict[int, set[date]] = {}
    for row in await reader.all(_DAYS_OF_BOTH.format(most=most), asked):
        days.setdefault(row[0], set()).update(map(date.fromisoformat, json.loads(row["days"])))
    return {contact: sorted(found, reverse=True) for contact, found in days.items()}


def usual_gap_days(exchanges: list[Exchange]) -> int | None:
    """The median number of days between the latest real exchanges, or None if too few tell.

    exchanges: newest first.
    """
    return usual_gap(real_days(exchanges))


def real_days(exchanges: Iterable[Exchange]) -> list[date]:
    """The days of contact in both directions, latest first, each once."""
    return sorted({date.fromisoformat(e.on) for e in exchanges if e.both_ways}, reverse=True)


def usual_gap(days: Sequence[date]) -> int | None:
    """The median number of days between the latest of these, or None if too few tell.

    days: of real contact, latest first, each once.
    """
    latest = days[: EXCHANGES_THAT_TELL + 1]
    if len(latest) < FEWEST_THAT_TELL:
        return None
    return round(median((a - b).days for a, b in pairwise(latest)))
