"""A proposal on the screen: the stored text as it is, in our own frame, nothing hidden."""

import shutil
import sys
import unicodedata
from collections.abc import Iterator
from typing import Final

from store.text.quoting import named
from tools.clean import reveal_hidden
from tools.days.shown import readable
from tools.memory import Memory
from tools.origin import KINKEEPER, proposer
from tools.review_proposals import ReviewItem
from tools.views import ProposalList

LONGEST_EVIDENCE = 600
_LONGEST_NAME: Final = 60
_FEWEST_COLUMNS: Final = 20
_TAB: Final = 8
KEYS = (
    "[a]ccept  [e]dit  [r]eject  [s]kip  [o]pen the evidence"
    "  [x] reject all from this client  [q]uit"
)


def screen(memory: Memory, item: ReviewItem, place: str, owed_by: str) -> str:
    """Everything that an owner sees of one proposal. place: such as `1 of 3`."""
    proposal = item.proposal
    name = named(in_line(proposal.contact_name))
    who = proposer(in_line(proposal.proposed_by))
    vouched = "" if who == KINKEEPER else " (so it calls itself; nobody vouches for it)"
    lines = [
        "",
        f"Proposal {place} · {proposal.ref}",
        f"{item.becomes[0].upper()}{item.becomes[1:]} on {name} ({proposal.draft.contact_ref})",
        f"Proposed by {who}{vouched} on {memory.when(proposal.created_at)},"
        f" open until {readable(memory.day(proposal.expires_at))}",
        "",
        framed(proposal.draft.text),
        "",
        "If you accept:",
        *change(item, proposal.draft.text, owed_by),
    ]
    lines += ["", "It rests on:" if item.evidence else "It names nothing that it rests on."]
    for number, evidence in enumerate(item.evidence, 1):
        where = " ".join(evidence.where.split())
        lines.append(framed(f"{where} [{evidence.ref}]", f"  {number}. "))
        if evidence.text:
            cut = evidence.text[:LONGEST_EVIDENCE]
            lines.append(framed(cut + " […]" if cut != evidence.text else cut, "     │ "))
    if item.warnings:
        careful = (framed(" ".join(each.split()), "  ! ") for each in item.warnings)
        lines += ["", "Careful:", *careful]
    return "\n".join([*lines, ""])


def change(item: ReviewItem, text: str, owed_by: str) -> list[str]:
    """What a yes to these words would change, a line each."""
    draft = item.proposal.draft
    name = named(in_line(item.proposal.contact_name))
    due = f", due {readable(draft.due_on)}" if draft.due_on else ""
    match draft.kind:
        case "correction":
            kind = in_line(draft.corrects_kind)
            new = "" if text.casefold() == "none" else f"{kind}: {text} {draft.due_on}".strip()
            wrong = framed(item.wrong, "  - ")
            return [wrong, framed(new, "  + ")] if new else [wrong, "  + (nothing instead)"]
        case "follow_up":
            whose = "you owe" if owed_by == "owner" else f"{name} owes you"
            return [f"  + follow-up: {whose} this{due}"]
        case "life_event":
            return [f"  + life event of {name}: {readable(draft.due_on)}"]
        case _:
            return [f"  + {item.becomes} on {name}"]


def framed(text: str, margin: str = "  │ ") -> str:
    """Text of others, every line of it behind a margin, so that it cannot pass for ours.

    A line that is wider than the terminal goes on behind a margin too (`┆`, or spaces): the
    terminal would let it go on at the edge, where our own lines begin.
    """
    goes_on = margin.replace("│", "┆") if "│" in margin else " " * len(margin)
    columns = _columns() - len(margin)
    shown = []
    for line in reveal_hidden(text).split("\n"):
        first, *rest = _parts(line, columns) or [""]
        shown += [margin + first, *(goes_on + part for part in rest)]
    return "\n".join(shown)


def in_line(text: str) -> str:
    """A name within a line of ours: one line, cut where it is long."""
    line = " ".join(reveal_hidden(text).split())
    longest = min(_LONGEST_NAME, _columns() // 2)
    return line if len(line) <= longest else f"{line[:longest]}…"


def _columns() -> int:
    """How wide the terminal is; without one nothing is too wide."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize


def _parts(line: str, columns: int) -> list[str]:
    """The line in pieces that fit, cut after a space where there is one; nothing is left out."""
    return list(_pieces(line, max(columns, _FEWEST_COLUMNS)))


def _pieces(line: str, columns: int) -> Iterator[str]:
    piece, taken = "", 0
    for character in line:
        width = _width(character)
        if piece and taken + width > columns:
            whole = piece.rfind(" ") + 1 or len(piece)
            yield piece[:whole]
            piece = piece[whole:]
            taken = sum(map(_width, piece))
        piece += character
        taken += width
    if piece:
        yield piece


def _width(character: str) -> int:
    if character == "\t":
        return _TAB
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def listing(found: ProposalList) -> str:
    """Proposals, a few lines each."""
    lines = [found.note] if found.note else []
    for each in found.proposals:
        due = f", {each.due}" if each.due else ""
        what = f"{each.kind.replace('_', ' ')} on {named(in_line(each.person))}{due}"
        lines.append(f"{each.ref} · {each.state} · {what} · {each.by}, {each.proposed}")
        lines += [framed(each.corrects, "  - ")] if each.corrects else []
        lines.append(framed(each.text))
        lines += [f"  decided {each.decided}"] if each.decided else []
    return "\n".join(lines)
