"""The parts of a briefing, each a short function from the evidence to its lines, best first."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from store.conversations import StoredMessage
from store.names import name_key
from store.rhythm import Exchange, usual_gap_days
from tools.briefing.budget import Part
from tools.briefing.bursts import Burst
from tools.briefing.cues import speaks_of_others
from tools.briefing.gather import Evidence
from tools.briefing.lines import fact_line, note_line, quote_line
from tools.briefing.mentioned_dates import mentioned_day
from tools.briefing.open_loops import open_loops
from tools.briefing.salience import salience, varied
from tools.dates import length, next_occurrence, readable, span
from tools.get_contact import waiting_line
from tools.memory import Memory
from tools.views import Line

AHEAD_DAYS: Final = 60
LAST_TALK_DAYS: Final = 14
FARTHEST_DAYS: Final = 366
OVER_DAYS: Final = 120
LATELY_DAYS: Final = 200
MOST_QUESTIONS: Final = 6
_DAY: Final = 86_400
_TELLING: Final = 0.4
MOST_TO_REMEMBER: Final = 120
# An older change of work has found its way into the address book, or never will.
CHANGE_DAYS: Final = 730
_FAMILY: Final = frozenset(
    "spouse husband wife partner child son daughter mother father parent sister brother"
    " sibling".split()
)


def who_they_are(memory: Memory, evidence: Evidence) -> Part:
    """Who they are, how you know them, why they matter."""
    contact = evidence.contact
    lines = []
    birthdays = [event for event in evidence.life_events if event.kind == "birthday"]
    known_as = [fact.text for fact in evidence.names if fact.kind in {"nickname", "former"}]
    kept_under = [tag.text for tag in evidence.tags]
    about = ", ".join(
        filter(
            None,
            [
                contact.closeness,
                f"also called {', '.join(known_as[:3])}" if known_as else "",
                contact.pronouns,
                f"born {readable(birthdays[0].on)}" if birthdays else "",
                f"kept under: {', '.join(list(dict.fromkeys(kept_under))[:4])}"
                if kept_under
                else "",
                contact.status if contact.status != "active" else "",
            ],
        )
    )
    if about:
        recorded = [*evidence.names, *evidence.tags, *birthdays]
        day = memory.day(recorded[0].recorded_at) if recorded else memory.today()
        lines.append(Line(on=day.isoformat(), ref=contact.ref, text=about))
    lines += [fact_line(memory, evidence, role, role.text) for role in evidence.roles[:2]]
    for text in filter(None, (contact.how_we_met, contact.why_they_matter)):
        lines.append(Line(on=memory.today().isoformat(), ref=contact.ref, text=text))
    lines += [note_line(memory, evidence, note) for note in evidence.notes[:4]]
    close = [fact for fact in evidence.relationships if fact.kind in _FAMILY]
    if close:
        text = "; ".join(f"{fact.kind}: {fact.text}" for fact in close[:6])
        lines.append(fact_line(memory, evidence, close[0], text))
    return Part("Who they are", 0.0, 1.0, lines)


def being_in_touch(memory: Memory, evidence: Evidence) -> Part:
    """Last contact in both directions, the rhythm, and who waits for whom."""
    exchanges, today = evidence.exchanges, memory.today()
    real = [exchange for exchange in exchanges if exchange.both_ways]
    lines: list[Line] = []
    name = evidence.contact.short_name
    if real:
        last = real[0]
        day = memory.day(last.started_at)
        gap = usual_gap_days(exchanges)
        usual = f"; before that usually every {length(gap)}" if gap else ""
        lines.append(
            Line(
                on=day.isoformat(),
                ref=last.ref,
                text=f"Last exchange {readable(day)}, {span((today - day).days)}"
                f" ({last.kind}, {last.channel}){usual}",
            )
        )
    elif exchanges:
        lines.append(_line_of(exchanges[0], "No exchange in both directions is recorded"))
    else:
        lines.append(
            Line(
                on=today.isoformat(),
                ref=evidence.contact.ref,
                text=f"No conversation with {name} is in the memory",
            )
        )
    if waiting := waiting_line(memory, exchanges, name):
        lines.append(_line_of(exchanges[0], waiting[0].upper() + waiting[1:]))
    if evidence.contact.cadence:
        cadence = f"You meant to be in touch {evidence.contact.cadence}"
        lines.append(Line(on=today.isoformat(), ref=evidence.contact.ref, text=cadence))
    return Part("Being in touch", 0.5, 2.0, lines)


def since_you_last_spoke(memory: Memory, evidence: Evidence) -> Part:
    """What they wrote since the last exchange, and what others said of them."""
    last = evidence.last_real
    boundary = last.ended_at if last else 0
    now = memory.now()
    bursts = [
        burst
        for burst in [*evidence.bursts, *evidence.mentions, *evidence.family_bursts]
        if burst.sent_at > boundary and not burst.first.from_owner
    ]
    if last is None:
        bursts = sorted(bursts, key=lambda burst: burst.sent_at)[-20:]
    # What they wrote themselves, and still waits, comes before what others said of them.
    ranked = sorted(
        varied(_once(bursts), now, len(bursts)),
        key=lambda b: b.first.sender_contact != evidence.contact.id or salience(b, now) < _TELLING,
    )
    lines = [quote_line(memory, evidence, burst) for burst in ranked]
    today = memory.today()
    for event in evidence.life_events:
        coming = next_occurrence(event.on, memory.day(boundary)) if boundary else None
        if coming is not None and coming < today:
            lines.insert(
                0,
                Line(
                    on=coming.isoformat(),
                    ref=event.ref,
                    text=f"Their {event.text} was on {readable(coming)}",
                ),
            )
    title = f"Since you last spoke ({last.on})" if last else "What they wrote"
    return Part(title, 1.0, 2.2, lines, in_order_of_time=True)


def loops(memory: Memory, evidence: Evidence) -> Part:
    """What is open between you: recorded follow-ups, promises both ways, unanswered questions."""
    name = evidence.contact.short_name
    lines = [
        fact_line(
            memory,
            evidence,
            fact,
            f"{fact.kind}: {fact.text}" + (f", due {readable(fact.on)}" if fact.on else ""),
        )
        for fact in evidence.follow_ups
    ]
    for loop in open_loops(evidence.bursts, evidence.contact.id, memory.now()):
        whose = "You" if loop.by_owner else name
        if loop.kind == "promise":
            why = f"{whose} promised; no sign that it was kept"
        else:
            why = f"{whose} {'have' if loop.by_owner else 'has'} not answered"
        lines.append(quote_line(memory, evidence, loop.burst, why))
    return Part("Open between you", 1.2, 1.2, lines)


def when_you_last_spoke(memory: Memory, evidence: Evidence) -> Part:
    """What the last exchanges were about."""
    last = evidence.last_real
    if last is None:
        return Part("When you last spoke", 3.0, 4.0, [])
    begin = last.ended_at - LAST_TALK_DAYS * _DAY
    talk = [b for b in evidence.bursts if begin <= b.sent_at <= last.ended_at]
    ranked = sorted(
        talk, key=lambda b: -salience(b, memory.now()) - 0.3 * (b.sent_at >= last.started_at)
    )
    lines = [quote_line(memory, evidence, burst) for burst in ranked[:8]]
    return Part("When you last spoke", 2.4, 2.6, lines, in_order_of_time=True)


def what_to_remember(memory: Memory, evidence: Evidence, shown: set[str]) -> Part:
    """What they told of their life before that, newest first within a subject."""
    told = [
        burst
        for burst in _once([*evidence.bursts, *evidence.mentions])
        if burst.first.ref not in shown and burst.content_words
    ]
    ranked = varied(told, memory.now(), MOST_TO_REMEMBER)
    lines = [quote_line(memory, evidence, burst) for burst in ranked]
    lines += [
        fact_line(memory, evidence, gift, f"gift {gift.kind}: {gift.text}")
        for gift in evidence.gifts[:3]
    ]
    lines += [
        fact_line(memory, evidence, fact, f"cares for {fact.text}")
        for fact in evidence.interests[:3]
    ]
    return Part("What to remember", 2.2, 1.1, lines, in_order_of_time=True)


def ahead(memory: Memory, evidence: Evidence) -> Part:
    """Birthdays and what they said will happen, in the coming weeks."""
    today = memory.today()
    found: list[tuple[date, Line]] = []
    for event in evidence.life_events:
        coming = next_occurrence(event.on, today)
        if coming is not None and (coming - today).days <= AHEAD_DAYS:
            years = _years(event.on, coming)
            text = f"{event.text.capitalize()} on {readable(coming)}{years}"
            found.append((coming, Line(on=event.on, ref=event.ref, text=text)))
    for burst in [*evidence.bursts, *evidence.mentions, *evidence.family_bursts]:
        if memory.now() - burst.sent_at > FARTHEST_DAYS * _DAY:
            continue  # a line names a day at most a year ahead
        day = mentioned_day(burst.text, memory.day(burst.sent_at))
        if day is not None and 0 <= (day - today).days <= AHEAD_DAYS:
            line = quote_line(memory, evidence, burst, f"Around {readable(day)}")
            found.append((day, line))
    found.sort(key=lambda item: item[0])
    return Part("Ahead", 2.0, 3.0, [line for _, line in found])


def people_around(memory: Memory, evidence: Evidence) -> Part:
    """The people of their life: family by the address book, then who comes up in talk."""
    lines = [
        fact_line(memory, evidence, fact, f"{fact.kind}: {fact.text}")
        for fact in evidence.relationships
        if fact.kind not in _FAMILY
    ]
    for ref, name, times, last in evidence.people_mentioned[:8]:
        lines.append(
            Line(
                on=_day_of(memory, last),
                ref=last.ref,
                text=f"{name} ({ref}) comes up {times} time{'s' if times != 1 else ''}, here last",
            )
        )
    return Part("People around them", 4.0, 3.5, lines)


def worth_asking(memory: Memory, evidence: Evidence) -> Part:
    """Questions that follow from what they told: what was to happen and must be over by now."""
    today, now = memory.today(), memory.now()
    told = [
        burst
        for burst in evidence.bursts
        if burst.first.sender_contact == evidence.contact.id
        and now - burst.sent_at <= (FARTHEST_DAYS + OVER_DAYS) * _DAY
        and burst.subjects
        and "careful" not in burst.cues
        and "loss" not in burst.cues
    ]
    over: list[tuple[float, Line]] = []
    for burst in told:
        said_on = memory.day(burst.sent_at)
        day = mentioned_day(burst.text, said_on)
        last = evidence.last_real
        if day is None or not said_on < day < today or (today - day).days > OVER_DAYS:
            continue
        if last is not None and day < memory.day(last.ended_at):
            continue
        text = f"How did it go? It was to be around {readable(day)}"
        over.append((-salience(burst, now), quote_line(memory, evidence, burst, text)))
    over.sort(key=lambda item: item[0])
    lines = [line for _, line in over]
    for burst in sorted(told, key=lambda burst: -burst.sent_at):
        if now - burst.sent_at > LATELY_DAYS * _DAY or len(lines) >= MOST_QUESTIONS:
            break
        if burst.first.ref not in {line.ref for line in lines}:
            subject = burst.subjects[0]
            lines.append(quote_line(memory, evidence, burst, f"How are things ({subject})?"))
    return Part("Worth asking", 3.2, 3.0, lines[:MOST_QUESTIONS])


def with_care(memory: Memory, evidence: Evidence) -> Part:
    """What not to bring up lightly: losses, quarrels, what was said in confidence."""
    now = memory.now()
    bursts = [
        burst
        for burst in [*evidence.bursts, *evidence.mentions]
        if burst.cues & {"careful", "loss"}
    ]
    ranked = sorted(bursts, key=lambda burst: -salience(burst, now))
    return Part(
        "With care", 2.6, 4.0, [quote_line(memory, evidence, burst) for burst in ranked[:6]]
    )


def conflicts(memory: Memory, evidence: Evidence) -> Part:
    """Facts that contradict each other, or that talk has overtaken."""
    lines = []
    employers = {name_key(role.text.rpartition(" at ")[2]): role for role in evidence.roles}
    if len(employers) > 1:
        text = " / ".join(f"{role.text} ({role.source})" for role in employers.values())
        lines.append(
            fact_line(memory, evidence, evidence.roles[0], f"Sources disagree on work: {text}")
        )
    birthdays = {event.on: event for event in evidence.life_events if event.kind == "birthday"}
    if len(birthdays) > 1:
        first = next(iter(birthdays.values()))
        text = " / ".join(readable(day) for day in birthdays)
        lines.append(fact_line(memory, evidence, first, f"Two birthdays are recorded: {text}"))
    if evidence.roles and (told := _told_of_new_work(memory, evidence)):
        overtaken = f"Address book says {evidence.roles[0].text}; this may have overtaken it"
        lines.append(quote_line(memory, evidence, told[-1], overtaken))
    return Part("Does not fit together", 1.6, 3.0, lines)


def _told_of_new_work(memory: Memory, evidence: Evidence) -> list[Burst]:
    """What they told, lately and of themselves, of a change of work."""
    return [
        burst
        for burst in evidence.bursts
        if "work change" in burst.cues
        and burst.first.sender_contact == evidence.contact.id
        and (memory.today() - memory.day(burst.sent_at)).days <= CHANGE_DAYS
        and not speaks_of_others(burst.text)
    ]


def for_the_purpose(memory: Memory, evidence: Evidence, hits: list[Burst], purpose: str) -> Part:
    """What was said that bears on the purpose of the meeting."""
    lines = [quote_line(memory, evidence, burst) for burst in hits]
    return Part(f"For “{purpose}”", 0.9, 1.8, lines)


def _line_of(exchange: Exchange, text: str) -> Line:
    return Line(on=exchange.on, ref=exchange.ref, text=text)


def _day_of(memory: Memory, message: StoredMessage) -> str:
    return memory.day(message.sent_at).isoformat() if message.sent_at else "unknown"


def _years(event: str, coming: date) -> str:
    if event.startswith("--") or not event[:4].isdigit():
        return ""
    return f" ({coming.year - int(event[:4])})"


def _once(bursts: Iterable[Burst]) -> list[Burst]:
    kept: dict[str, Burst] = {}
    for burst in bursts:
        kept.setdefault(burst.first.ref, burst)
    return list(kept.values())
