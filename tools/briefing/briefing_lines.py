"""Lines of a briefing: our own statements, and other people's words as quotes."""

from dataclasses import dataclass, field

from store.facts.contact_facts import Fact
from store.talk.conversations import StoredMessage
from store.text.quoting import named, quote
from tools.briefing.gather import Evidence
from tools.memory import Memory
from tools.origin import origin
from tools.talk.bursts import Burst
from tools.talk.shown import cut

UNKNOWN_DAY = "undated"


@dataclass(frozen=True, slots=True)
class Line:
    """on: an ISO date, maybe partial. text: our words; quote: theirs, said by `by`.

    by: `you` or a name, as it stands in a line of ours.

    burst: the reference of the burst that the quote is from, so that none is quoted twice.
    later: how much later than its place in its part says the line is taken, for telling less.
    at: UTC seconds, for the order within a day.
    """

    on: str
    ref: str
    text: str = ""
    quote: str = ""
    by: str = ""
    burst: str = field(default="", compare=False)
    later: float = field(default=0.0, compare=False)
    at: int = field(default=0, compare=False)

    def shown(self) -> str:
        """`2026-11-05 m_4k2v9qx Alex: “could we sleep at yours?”`; words of others between “ ”."""
        quoted = quote(self.quote)
        said = (f"{self.by}: {quoted}" if self.by else quoted) if self.quote else ""
        what = "; ".join(part for part in (self.text, said) if part)
        return f"{self.on or UNKNOWN_DAY} {self.ref} {what}"


def quote_line(
    memory: Memory,
    evidence: Evidence,
    burst: Burst,
    text: str = "",
    wanted: str = "",
    later: float = 0.0,
) -> Line:
    """A burst as a quoted line; `text` says in our words why it stands there.

    wanted: a cue that the quoted part should show.
    """
    part = burst
    if not burst.excerpt_of:
        part = burst.excerpt(evidence.longest_quote, wanted, evidence.has_room)
    message = part.first
    where = message.conversation if message.conversation_kind == "group" else ""
    by = speaker(evidence, message)
    if where:
        by = f"{by or evidence.contact.called} in {quote(where)}"
    return Line(
        on=day_of(memory, message.sent_at),
        ref=message.ref,
        by=by,
        text=text,
        quote=part.text,
        burst=part.key,
        later=later,
        at=message.sent_at or 0,
    )


def speaker(evidence: Evidence, message: StoredMessage) -> str:
    """Who wrote a message; in a short briefing words without a name are the contact's."""
    if message.from_owner:
        return "you"
    if message.sender_contact == evidence.contact.id:
        return "" if evidence.is_short else evidence.contact.called
    return named(message.sender)


def day_of(memory: Memory, instant: int | None) -> str:
    """The owner's day of an instant in UTC seconds, in ISO form."""
    return memory.day(instant).isoformat() if instant else UNKNOWN_DAY


def fact_line(memory: Memory, evidence: Evidence, fact: Fact, text: str) -> Line:
    """A stored fact in our words; dated by when it was recorded, where that is known."""
    return Line(
        on=(memory.day(fact.recorded_at) if fact.recorded_at else memory.today()).isoformat(),
        ref=fact.ref or fact.other_ref or evidence.contact.ref,
        text=f"{text} ({origin(fact)})" if fact.source else text,
    )


def note_line(memory: Memory, evidence: Evidence, fact: Fact) -> Line:
    """A note: quoted, for an address book's note may hold anybody's words."""
    return Line(
        on=fact.on or memory.day(fact.recorded_at).isoformat(),
        ref=fact.ref or evidence.contact.ref,
        by=origin(fact),
        quote=cut(" ".join(fact.text.split()), evidence.longest_quote),
    )
