"""Answers as text for a terminal; everything shown is cleaned of what a terminal would obey."""

from tools.clean import clean_for_terminal
from tools.dates import readable
from tools.views import Briefing, FoundContacts, Line, SearchAnswer


def briefing_text(briefing: Briefing) -> str:
    """A briefing, part by part; each line with its date and reference."""
    lines = [f"{briefing.name} ({briefing.id}), as of {briefing.as_of}"]
    for section in briefing.sections:
        lines += ["", section.title]
        lines += [f"  - {_line_text(line)}" for line in section.lines]
    if briefing.left_out:
        lines += ["", "Left out: " + "; ".join(briefing.left_out)]
    return clean_for_terminal("\n".join(lines))


def _line_text(line: Line) -> str:
    said = f"{line.by}: “{line.quote}”" if line.quote else ""
    what = ". ".join(part for part in (line.text, said) if part)
    return f"{readable(line.on)} · {what} [{line.ref}]"


def search_text(answer: SearchAnswer) -> str:
    """Hits with the turns around them."""
    lines = [f"By words only: {answer.reason}"] if answer.reason else []
    if answer.searched:
        lines.append(answer.searched)
    for hit in answer.hits:
        lines += ["", f"{hit.when} · {hit.conversation} · {hit.source} [{hit.ref}]"]
        lines += [f"    {turn}" for turn in hit.before]
        lines.append(f"  > {hit.sender}: {hit.text}")
        lines += [f"    {turn}" for turn in hit.after]
    return clean_for_terminal("\n".join(lines).strip("\n"))


def contacts_text(found: FoundContacts) -> str:
    """People, one a line."""
    lines = [found.note] if found.note else []
    lines += [f"{person.name} ({person.id}): {person.hint}" for person in found.contacts]
    if len(found.contacts) > 1:
        lines.append(f"{found.total:,} people")
    return clean_for_terminal("\n".join(lines))
