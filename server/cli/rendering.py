"""Answers as text for a terminal; everything shown is cleaned of what a terminal would obey.

What others chose stands quoted in our lines, and texts of several lines behind a margin: neither
can begin a line that looks like ours.
"""

from store.text.quoting import named, quote
from tools.clean import clean_for_terminal
from tools.days.shown import readable
from tools.views import Briefing, FoundContacts, Hit, PersonHint, Review, SearchAnswer

SINCE = "Since you last spoke"


def briefing_text(briefing: Briefing) -> str:
    """A briefing, part by part; each line with its date and reference."""
    # Names of several are as they stand in a line already.
    name = briefing.name if briefing.people else named(briefing.name)
    lines = [f"{name} ({briefing.id}), as of {briefing.as_of}"]
    lines += _sections_text(briefing.sections, briefing.since)
    for person in briefing.people:
        lines += ["", "", f"{named(person.name)} ({person.id})"]
        lines += _sections_text(person.sections, person.since)
    if briefing.left_out:
        lines += ["", f"Left out: {briefing.left_out}"]
    return clean_for_terminal("\n".join(lines))


def _sections_text(sections: dict[str, list[str]], since: str) -> list[str]:
    """The parts; the day when you last spoke stands beside the title that speaks of it."""
    lines = []
    for title, told in sections.items():
        day = f" ({readable(since)})" if since and title == SINCE else ""
        lines += ["", f"{title}{day}", *(f"  - {_line_text(line)}" for line in told)]
    return lines


def _line_text(line: str) -> str:
    """`5 Nov 2026 · what is told [m_4k2v9qx]`, of a line as it is sent."""
    on, ref, told = line.split(" ", 2)
    return f"{readable(on)} · {told} [{ref}]"


def review_text(review: Review, period: str) -> str:
    """A review of a week or month, part by part; each line with its reference at the end."""
    lines = [f"Your {period}, as of {readable(review.as_of)}"]
    *parts, (ends_with, steps) = review.sections.items()
    for title, told in parts:
        lines += ["", title, *(f"  - {_with_ref_last(line)}" for line in told)]
    if review.left_out:
        lines += ["", f"Left out: {review.left_out}"]
    lines += ["", ends_with, *(f"  - {_with_ref_last(line)}" for line in steps)]
    return clean_for_terminal("\n".join(lines))


def _with_ref_last(line: str) -> str:
    """`Bo Ek: the reason [c_4k2v9qx]`, of a line that begins with its reference, if it has one."""
    ref, _, told = line.partition(" ")
    return f"{told} [{ref}]" if ref[1:2] == "_" else line


def search_text(answer: SearchAnswer) -> str:
    """Hits with the turns around them."""
    lines = []
    if answer.reason:
        lines.append(
            f"By words only: {answer.reason}" if answer.mode == "lexical" else answer.reason
        )
    if answer.searched:
        lines.append(answer.searched)
    for hit in answer.hits:
        lines += ["", f"{hit.when} · {quote(hit.conversation)} · {hit.source} [{hit.ref}]"]
        lines += [f"    {turn}" for turn in hit.before]
        lines.append(_said(hit))
        lines += [f"    {turn}" for turn in hit.after]
        lines += [f"  = {place}" for place in hit.also]
    return clean_for_terminal("\n".join(lines).strip("\n"))


def _said(hit: Hit) -> str:
    """Who said it and the whole text, every line of it behind a margin."""
    sender = "you" if hit.by_owner else named(hit.sender) if hit.sender else ""
    first, *more = clean_for_terminal(hit.text).splitlines() or [""]
    said = f"  > {sender}: {first}" if sender else f"  > {first}"
    return "\n".join([said, *(f"  │ {line}" for line in more)])


def _why_and_hint(person: PersonHint) -> str:
    """What is known of them; before it why they are listed, unless it is their name."""
    is_name = person.why.startswith(("called", "name "))
    return person.hint if is_name or not person.why else f"{person.why}; {person.hint}"


def contacts_text(found: FoundContacts) -> str:
    """People, one a line."""
    lines = [found.note] if found.note else []
    lines += [
        f"{named(person.name)} ({person.id}): {_why_and_hint(person)}" for person in found.contacts
    ]
    if len(found.contacts) > 1:
        lines.append(f"{found.total:,} people")
    return clean_for_terminal("\n".join(lines))
