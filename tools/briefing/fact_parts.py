"""The parts of a briefing that stand on stored facts, each from the evidence to its lines."""

import re
from typing import Final

from store.facts.contact_facts import Fact
from store.people.fields import FIELDS
from store.talk.rhythm import Exchange, usual_gap_days
from store.text.quoting import named, quote, sourced, worded, worked
from tools.briefing.briefing_lines import Line, day_of, fact_line, note_line, quote_line
from tools.briefing.budget import Part
from tools.briefing.gather import CLOSEST, Evidence
from tools.contradictions import conflict_text, contradictions
from tools.days.shown import length, readable, span
from tools.due.waiting import waiting_line
from tools.memory import Memory
from tools.origin import origin
from tools.talk.bursts import Burst
from tools.talk.cues import speaks_of_others

# An older change of work or love has found its way into the address book by now, or never will.
CHANGE_DAYS: Final = 730
MOST_PEOPLE: Final = 8
MOST_FAMILY: Final = 6
MOST_TAGS: Final = 4
_WHY: Final = frozenset(field.label for field in FIELDS if field.shown_as == "line")
_PRONOUNS: Final = re.compile(r"[a-z]{2,6}(?:/[a-z]{2,6}){1,2}")
_FAMILY: Final = frozenset(
    "spouse husband wife partner child son daughter mother father parent sister brother"
    " sibling".split()
)


def who_they_are(memory: Memory, evidence: Evidence) -> Part:
    """Who they are, how you know them, why they matter."""
    lines = [line for line in (_in_short(memory, evidence),) if line]
    lines += [note_line(memory, evidence, note) for note in evidence.facts.notes[:4]]
    lines += [
        fact_line(memory, evidence, role, worked(role.text)) for role in evidence.facts.roles[1:2]
    ]
    lines += [
        fact_line(memory, evidence, fact, f"{fact.kind}: {quote(fact.text)}")
        for fact in evidence.facts.said_by_owner
        if fact.kind in _WHY
    ]
    return Part("Who", 0.0, 0.7, lines)


def _in_short(memory: Memory, evidence: Evidence) -> Line | None:
    """Work, family, birthday and what the contact is called and kept under, in one line.

    What has a reference of its own is followed by it. The line is dated by the fact that was
    recorded last; a day of birth that stands alone dates itself.
    """
    contact, facts = evidence.contact, evidence.facts
    known_as = [fact for fact in facts.names if fact.kind in {"nickname", "former"}]
    known_as = [fact for fact in known_as if fact.text != contact.name][:3]
    close = [fact for fact in facts.said_by_owner if fact.kind == "closeness"]
    work = (facts.roles or facts.titles)[:1]
    born = [event for event in facts.life_events if event.kind == "birthday"][:1]
    family = _family(evidence)
    said = [
        *(fact.text for fact in close),
        f"called {', '.join(named(fact.text) for fact in known_as)}" if known_as else "",
        _pronouns(contact.pronouns),
        *(_with_ref(evidence, worked(role.text), role.ref) for role in work),
        *(_with_ref(evidence, f"born {readable(event.on)}", event.ref) for event in born),
        *_family_by_kind(evidence, family),
        contact.status if contact.status != "active" else "",
    ]
    tags = list(dict.fromkeys(tag.text for tag in facts.tags))[:MOST_TAGS]
    if tags and not evidence.is_short:
        said.append(f"kept under {', '.join(map(quote, tags))}")
    told = [*close, *known_as, *work, *born, *family, *facts.tags]
    if not any(said):
        return None
    sources = "; ".join(dict.fromkeys(origin(fact) for fact in told if fact.source))
    known = [fact.recorded_at for fact in told if fact.recorded_at <= memory.now()]
    day = memory.day(max(known)).isoformat() if known else ""
    return Line(
        on=day or (born[0].on if born else memory.today().isoformat()),
        ref=contact.ref,
        text="; ".join(filter(None, said)) + (f" ({sources})" if sources else ""),
    )


def _family(evidence: Evidence) -> list[Fact]:
    """The closest family, and in a long briefing more of it."""
    most = MOST_FAMILY // 2 if evidence.is_short else MOST_FAMILY
    family = [fact for fact in evidence.facts.relationships if fact.kind in _FAMILY]
    return sorted(family, key=lambda fact: fact.kind not in CLOSEST)[:most]


def _family_by_kind(evidence: Evidence, family: list[Fact]) -> list[str]:
    """`sister Ana c_4k2v9qx, Bea c_…`, for each kind."""
    by_kind: dict[str, list[str]] = {}
    for fact in family:
        by_kind.setdefault(fact.kind, []).append(
            _with_ref(evidence, fact.shown_name, fact.other_ref)
        )
    return [f"{kind} {', '.join(names)}" for kind, names in by_kind.items()]


def _with_ref(evidence: Evidence, text: str, ref: str) -> str:
    """In a short briefing the contact's reference is enough: get_contact has the others."""
    return f"{text} {ref}" if ref and not evidence.is_short else text


def being_in_touch(memory: Memory, evidence: Evidence) -> Part:
    """Last contact in both directions, the rhythm, and who waits for whom."""
    exchanges, today = evidence.exchanges, memory.today()
    lines: list[Line] = []
    name = evidence.contact.called
    if last := evidence.last_real:
        day = memory.day(last.started_at)
        gap = usual_gap_days(exchanges)
        usual = f"; usually every {length(gap)}" if gap else ""
        lines.append(
            Line(
                on=day.isoformat(),
                ref=last.ref,
                text=f"last exchange {span((today - day).days)}"
                f" ({worded(last.kind)}, {sourced(last.channel)}){usual}",
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
        lines.append(_line_of(exchanges[0], waiting))
    if evidence.cadence:
        cadence = f"you meant to be in touch {evidence.cadence}"
        lines.append(Line(on=today.isoformat(), ref=evidence.contact.ref, text=cadence))
    return Part("In touch", 0.5, 2.5, lines)


def people_around(memory: Memory, evidence: Evidence) -> Part:
    """The people of their life beside the family, then who comes up in talk."""
    lines = [
        fact_line(memory, evidence, fact, f"{worded(fact.kind)}: {fact.shown_name}")
        for fact in evidence.facts.relationships
        if fact.kind not in _FAMILY
    ]
    for ref, name, times, last in evidence.people_mentioned[:MOST_PEOPLE]:
        often = f"{times} time{'s' if times != 1 else ''}"
        text = f"{named(name)} ({ref}) comes up {often}, here last"
        lines.append(Line(on=day_of(memory, last.sent_at), ref=last.ref, text=text))
    return Part("People around them", 4.0, 3.5, lines)


def conflicts(memory: Memory, evidence: Evidence) -> Part:
    """Facts that contradict each other, or that talk has overtaken."""
    lines = []
    for conflict in contradictions(evidence.facts.roles, evidence.facts.life_events):
        text = f"Sources disagree on {conflict.about}: {conflict_text(memory, conflict)}"
        lines.append(fact_line(memory, evidence, conflict.facts[0], text))
    overtaken: list[tuple[list[Fact], str, str]] = [
        (evidence.facts.roles, "work change", "work"),
        ([fact for fact in evidence.facts.relationships if fact.kind in CLOSEST], "break-up", ""),
    ]
    for facts, cue, about in overtaken:
        told = _told_lately(memory, evidence, cue) if facts else []
        if told:
            said = worked(facts[0].text) if about else f"{facts[0].kind} {facts[0].shown_name}"
            text = f"{sourced(facts[0].source)} says {said}; maybe overtaken"
            if evidence.is_short:
                text = f"maybe no longer: {said}"
            lines.append(quote_line(memory, evidence, told[-1], text, cue))
    return Part("Does not fit together", 1.2, 2.0, lines)


def _told_lately(memory: Memory, evidence: Evidence, cue: str) -> list[Burst]:
    """What they told, lately and of themselves, that shows a cue."""
    return [
        burst
        for burst in evidence.bursts
        if cue in burst.cues
        and burst.first.sender_contact == evidence.contact.id
        and (memory.today() - memory.day(burst.sent_at)).days <= CHANGE_DAYS
        and not speaks_of_others(burst.text)
    ]


def _pronouns(said: str) -> str:
    return said if _PRONOUNS.fullmatch(said) else quote(said) if said else ""


def _line_of(exchange: Exchange, text: str) -> Line:
    return Line(on=exchange.on, ref=exchange.ref, text=text)
