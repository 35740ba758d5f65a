"""The parts of a briefing that stand on talk: what was said, promised, and is worth asking."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from store.text.quoting import quote, worded
from tools.briefing.briefing_lines import Line, fact_line, quote_line
from tools.briefing.budget import Part
from tools.briefing.gather import Evidence
from tools.briefing.salience import salience, varied
from tools.days.mentioned import mentioned_day
from tools.days.partial import next_day
from tools.days.shown import readable
from tools.memory import Memory
from tools.talk.bursts import Burst
from tools.talk.clauses import DAY
from tools.talk.open_loops import open_loops

AHEAD_DAYS: Final = 60
LAST_TALK_DAYS: Final = 14
FARTHEST_DAYS: Final = 366
OVER_DAYS: Final = 120
LATELY_DAYS: Final = 200
MOST_QUESTIONS: Final = 3
MOST_TO_REMEMBER: Final = 120
MOST_CAREFUL: Final = 6
_DAY: Final = 86_400
_TELLING: Final = 0.4
_LITTLE_LATER: Final = 3.0
_BEFALLS: Final = frozenset({"loss"})
_TENDER: Final = frozenset({"ask not", "loss", "break-up"})


def since_you_last_spoke(memory: Memory, evidence: Evidence) -> Part:
    """What they wrote since the last exchange, and what others said about them."""
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
    # What they wrote themselves, and still waits, comes before what others said about them.
    ranked = sorted(
        varied(_once(bursts), now, len(bursts)),
        key=lambda b: b.first.sender_contact != evidence.contact.id or salience(b, now) < _TELLING,
    )
    parts = [burst.excerpt(evidence.longest_quote, "", evidence.has_room) for burst in ranked]
    lines = [quote_line(memory, evidence, part, later=_later(part, now)) for part in parts]
    today = memory.today()
    for event in evidence.facts.life_events:
        coming = next_day(event.on, memory.day(boundary)) if boundary else None
        if coming is not None and coming < today:
            lines.insert(
                0, Line(on=coming.isoformat(), ref=event.ref, text=f"their {worded(event.text)}")
            )
    return Part(
        "Since you last spoke" if last else "What they wrote",
        1.0,
        1.6,
        lines,
        in_order_of_time=True,
    )


def open_between_you(memory: Memory, evidence: Evidence) -> Part:
    """What is open between you: recorded follow-ups, promises both ways, unanswered questions."""
    name = evidence.contact.called
    lines = [
        fact_line(
            memory,
            evidence,
            fact,
            f"{fact.kind}: {quote(fact.text)}" + (f", due {readable(fact.on)}" if fact.on else ""),
        )
        for fact in evidence.facts.follow_ups
    ]
    for loop in open_loops(evidence.bursts, evidence.contact.id, memory.now()):
        if loop.kind == "promise":
            why = "promised" if evidence.is_short else "promised, not seen kept"
        elif evidence.is_short:
            why = "unanswered"
        else:
            why = "you have not answered" if loop.by_owner else f"{name} has not answered"
        lines.append(quote_line(memory, evidence, loop.burst, why, loop.kind))
    return Part("Open between you", 0.9, 0.9, lines)


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
    lines = [
        quote_line(memory, evidence, burst, later=_later(burst, memory.now()))
        for burst in ranked[:8]
    ]
    return Part("When you last spoke", 2.0, 1.5, lines, in_order_of_time=True)


def what_to_remember(memory: Memory, evidence: Evidence, shown: set[str]) -> Part:
    """What they told of their life before that. shown: bursts that stand in another part."""
    told = [
        burst
        for burst in _once([*evidence.bursts, *evidence.mentions])
        if burst.first.ref not in shown and burst.content_words
    ]
    lines = [
        fact_line(memory, evidence, gift, f"gift {gift.kind}: {quote(gift.text)}")
        for gift in evidence.facts.gifts[:3]
    ]
    lines += [
        fact_line(memory, evidence, fact, f"cares for {quote(fact.text)}")
        for fact in evidence.facts.interests[:3]
    ]
    now = memory.now()
    # What is weighed is what can be shown of a burst, not what it says besides.
    telling = sorted(told, key=lambda burst: -salience(burst, now))[: 2 * evidence.most_lines]
    parts = [burst.excerpt(evidence.longest_quote, "", evidence.has_room) for burst in telling]
    saying = [part for part in parts if part.content_words]
    ranked = varied(saying, now, min(MOST_TO_REMEMBER, evidence.most_lines))
    lines += [quote_line(memory, evidence, burst) for burst in ranked]
    return Part("Remember", 0.9, 0.3, lines, in_order_of_time=True)


def ahead(memory: Memory, evidence: Evidence) -> Part:
    """Birthdays and what they said will happen, in the coming weeks."""
    today = memory.today()
    found: list[tuple[date, Line]] = []
    for event in evidence.facts.life_events:
        coming = next_day(event.on, today)
        if coming is not None and (coming - today).days <= AHEAD_DAYS:
            years = _years(event.on, coming)
            text = f"{worded(event.text)} on {readable(coming)}{years}"
            found.append((coming, Line(on=event.on, ref=event.ref, text=text)))
    for burst in [*evidence.bursts, *evidence.mentions, *evidence.family_bursts]:
        # A line names a day at most a year ahead.
        if memory.now() - burst.sent_at > FARTHEST_DAYS * _DAY:
            continue
        day = mentioned_day(burst.text, memory.day(burst.sent_at))
        if day is not None and 0 <= (day - today).days <= AHEAD_DAYS:
            later = _later(burst, memory.now())
            line = quote_line(memory, evidence, burst, f"about {readable(day)}", DAY, later)
            found.append((day, line))
    found.sort(key=lambda item: item[0])
    return Part("Ahead", 1.4, 1.8, [line for _, line in found])


def worth_asking(memory: Memory, evidence: Evidence) -> Part:
    """Questions that follow from what they told: what was to happen and must be over by now."""
    today, now = memory.today(), memory.now()
    told = [
        burst
        for burst in evidence.bursts
        if burst.first.sender_contact == evidence.contact.id
        and now - burst.sent_at <= (FARTHEST_DAYS + OVER_DAYS) * _DAY
        and burst.subjects
        and not burst.cues & _TENDER
        and "careful" not in burst.cues
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
        text = f"How did it go, about {readable(day)}?"
        over.append((-salience(burst, now), quote_line(memory, evidence, burst, text, DAY)))
    over.sort(key=lambda item: item[0])
    lines = [line for _, line in over]
    asked = {line.burst for line in lines}
    for burst in sorted(told, key=lambda burst: -burst.sent_at):
        if now - burst.sent_at > LATELY_DAYS * _DAY or len(lines) >= MOST_QUESTIONS:
            break
        if burst.first.ref not in asked:
            text = f"How is it going ({burst.subjects[0]})?"
            lines.append(quote_line(memory, evidence, burst, text, burst.subjects[0]))
    return Part("Worth asking", 2.2, 1.5, lines[:MOST_QUESTIONS])


def with_care(memory: Memory, evidence: Evidence) -> Part:
    """What not to bring up: losses, break-ups, what they asked not to speak of."""
    now = memory.now()
    bursts = [
        burst
        for burst in _once([*evidence.bursts, *evidence.mentions])
        if burst.cues & (_TENDER if burst.first.sender_contact == evidence.contact.id else _BEFALLS)
        and not burst.first.from_owner
    ]
    ranked = sorted(bursts, key=lambda burst: -salience(burst, now))[:MOST_CAREFUL]
    lines = [
        quote_line(
            memory, evidence, burst, wanted=next(c for c in sorted(_TENDER) if c in burst.cues)
        )
        for burst in ranked
    ]
    return Part("With care", 1.1, 1.5, lines)


def for_the_purpose(memory: Memory, evidence: Evidence, hits: list[Burst]) -> Part:
    """What was said that bears on the purpose of the meeting."""
    lines = [quote_line(memory, evidence, burst) for burst in hits]
    return Part("For the purpose", 0.9, 0.9, lines)


def _later(burst: Burst, now: int) -> float:
    """How much later a line is taken that is new but tells little."""
    return 0.0 if salience(burst, now) >= _TELLING else _LITTLE_LATER


def _years(event: str, coming: date) -> str:
    if event.startswith("--") or not event[:4].isdigit():
        return ""
    return f" ({coming.year - int(event[:4])})"


def _once(bursts: Iterable[Burst]) -> list[Burst]:
    kept: dict[str, Burst] = {}
    for burst in bursts:
        kept.setdefault(burst.first.ref, burst)
    return list(kept.values())
