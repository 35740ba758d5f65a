"""Answers as text for a terminal; everything shown is cleaned of what a terminal would obey."""

from tools.clean import clean_for_terminal
from tools.days.shown import readable
from tools.views import Briefing, FoundContacts, PersonHint, Review, SearchAnswer


def briefing_text(briefing: Briefing) -> str:
    """A briefing, part by part; each line with its date and reference."""
    lines = [f"{briefing.name} ({briefing.id}), as of {briefing.as_of}"]
    for title, told in briefing.sections.items():
        lines += ["", title]
        lines += [f"  - {_line_text(line)}" for line in told]
    if briefing.left_out:
        lines += ["", f"Left out: {briefing.left_out}"]
    return clean_for_terminal("\n".join(lines))


def _line_text(line: str) -> str:
    """`5 Nov 2026 · what is told [m_4k2v9qx]`, of a line as it is sent."""
    on, ref, told = line.split(" ", 2)
    return f"{readable(on)} · {told} [{ref}]"


def review_text(review: Review, period: str) -> str:
    """A review of a week or month, part by part; each line with its reference at the end."""
    lines = [f"Your {period}, as of {readable(review.as_of)}"]
    for title, told in review.sections.items():
        lines += ["", title, *(f"  - {_with_ref_last(line)}" for line in told)]
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
        lines += ["", f"{hit.when} · {hit.conversation} · {hit.source} [{hit.ref}]"]
        lines += [f"    {turn}" for turn in hit.before]
        lines.append(f"  > {hit.sender}: {hit.text}" if hit.sender else f"  > {hit.text}")
        lines += [f"    {turn}" for turn in hit.after]
        lines += [f"  = {place}" for place in hit.also]
    return clean_for_terminal("\n".join(lines).strip("\n"))


def _why_and_hint(person: PersonHint) -> str:
    """What is known of them; before it why they are listed, unless it is their name."""
    is_name = person.why.startswith(("called", "name "))
    return person.hint if is_name or not person.why else f"{person.why}; {person.hint}"


def contacts_text(found: FoundContacts) -> str:
    """People, one a line."""
    lines = [found.note] if found.note else []
    lines += [f"{person.name} ({person.id}): {_why_and_hint(person)}" for person in found.contacts]
    if len(found.contacts) > 1:
        lines.append(f"{found.total:,} people")
    return clean_for_terminal("\n".join(lines))
