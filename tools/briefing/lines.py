"""Lines of a briefing: our own statements, and other people's words as quotes."""

from store.contact_facts import Fact
from tools.briefing.bursts import Burst
from tools.briefing.gather import Evidence
from tools.memory import Memory
from tools.search_context import cut
from tools.views import Line


def quote_line(memory: Memory, evidence: Evidence, burst: Burst, text: str = "") -> Line:
    """A burst as a quoted line; `text` says in our words why it stands there."""
    message = burst.first
    if message.from_owner:
        by = "you"
    elif message.sender_contact == evidence.contact.id:
        by = evidence.contact.short_name
    else:
        by = message.sender
    where = message.conversation if message.conversation_kind == "group" else ""
    return Line(
        on=memory.day(burst.sent_at).isoformat() if burst.sent_at else "unknown",
        ref=message.ref,
        by=f"{by} in “{where}”" if where else by,
        text=text,
        quote=cut(burst.text, evidence.longest_quote),
    )


def fact_line(memory: Memory, evidence: Evidence, fact: Fact, text: str) -> Line:
    """A stored fact in our words; dated by what it is about, else by when it was recorded."""
    return Line(
        on=memory.day(fact.recorded_at).isoformat(),
        ref=fact.ref or fact.other_ref or evidence.contact.ref,
        text=f"{text} ({fact.source})" if fact.source else text,
    )


def note_line(memory: Memory, evidence: Evidence, fact: Fact) -> Line:
    """A note: quoted, for an address book's note may hold anybody's words."""
    return Line(
        on=fact.on or memory.day(fact.recorded_at).isoformat(),
        ref=fact.ref or evidence.contact.ref,
        by=fact.source,
        quote=cut(" ".join(fact.text.split()), evidence.longest_quote),
    )
