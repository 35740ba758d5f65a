"""A proposal on the screen: what others wrote in our own frame, folded, nothing hidden.

What decides stands last: `background` is shown first, then the rows of `deciding`, which
`server/cli/review_pages.py` keeps together with the keys on one screen, or turns page by page.
"""

import shutil
import sys
import unicodedata
from collections.abc import Iterator
from typing import Final

from store.text.quoting import named
from tools.days.shown import readable
from tools.folding import fold, spelt
from tools.memory import Memory
from tools.origin import KINKEEPER, proposer
from tools.review_proposals import LONGEST_EVIDENCE, ReviewItem
from tools.views import ProposalList

_MOST_EVIDENCE_ROWS: Final = 12
_LONGEST_NAME: Final = 60
_FEWEST_COLUMNS: Final = 20
_TAB: Final = 8
KEYS: Final = (
    "[a]ccept  [e]dit  [r]eject  [s]kip  [o]pen the evidence  [t]ext once more, unfolded"
    "  [x] reject all from this client  [q]uit"
)


def background(memory: Memory, item: ReviewItem, place: str) -> str:
    """What an owner sees before the words themselves. place: such as `1 of 3`."""
    proposal = item.proposal
    who = proposer(in_line(proposal.proposed_by))
    vouched = "" if who == KINKEEPER else " (so it calls itself; nobody vouches for it)"
    lines = [
        "",
        f"Proposal {place} · {proposal.ref}",
        f"Proposed by {who}{vouched} on {memory.when(proposal.created_at)},"
        f" open until {readable(memory.day(proposal.expires_at))}",
    ]
    lines += ["", "It rests on:" if item.evidence else "It names nothing that it rests on."]
    for number, evidence in enumerate(item.evidence, 1):
        where = " ".join(evidence.where.split())
        lines.append(framed_folded(f"{where} [{evidence.ref}]", f"  {number}. "))
        if evidence.text:
            cut = evidence.text[:LONGEST_EVIDENCE]
            quote = framed_folded(cut + " […]" if cut != evidence.text else cut, "     │ ")
            rows = quote.split("\n")
            lines += rows[:_MOST_EVIDENCE_ROWS]
            if more := len(rows) - _MOST_EVIDENCE_ROWS:
                lines += [f"     … {more:,} more lines: key o …"] if more > 0 else []
    return "\n".join([*lines, ""])


def title(item: ReviewItem) -> str:
    """What stands above the words: what they become, on whom."""
    name, draft = named(in_line(item.proposal.contact_name)), item.proposal.draft
    told = f"{item.becomes[0].upper()}{item.becomes[1:]} on {name} ({draft.contact_ref})"
    return framed(told, "")


def deciding(item: ReviewItem, text: str, owed_by: str, *, unfolded: bool = False) -> list[str]:
    """The rows that an owner decides on: the words, what a yes changes, what to be careful of."""
    shown = framed(text) if unfolded else framed_folded(text)
    lines = [shown, "", "If you accept:", *change(item, text, owed_by)]
    if item.warnings:
        careful = (framed_folded(" ".join(each.split()), "  ! ") for each in item.warnings)
        lines += ["", "Careful:", *careful]
    return "\n".join(lines).split("\n")


def change(item: ReviewItem, text: str, owed_by: str) -> list[str]:
    """What a yes to these words would change, a line each."""
    draft = item.proposal.draft
    name = named(in_line(item.proposal.contact_name))
    due = f", due {readable(draft.due_on)}" if draft.due_on else ""
    match draft.kind:
        case "correction":
            kind = in_line(draft.corrects_kind)
            new = "" if text.casefold() == "none" else f"{kind}: {text} {draft.due_on}".strip()
            wrong = framed_folded(item.wrong, "  - ")
            return [wrong, framed_folded(new, "  + ")] if new else [wrong, "  + (nothing instead)"]
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
    for line in spelt(text).split("\n"):
        first, *rest = _parts(line, columns) or [""]
        shown += [margin + first, *(goes_on + part for part in rest)]
    return "\n".join(shown)


def framed_folded(text: str, margin: str = "  │ ") -> str:
    """The same of a text that is folded; what was left out is said before no margin of its own."""
    ours = " " * len(margin)
    return "\n".join(
        f"{ours}{line.text}" if line.is_ours else framed(line.text, margin)
        for line in fold(text).lines
    )


def in_line(text: str) -> str:
    """A name within a line of ours: one line, folded, and cut where it is long."""
    line = " ".join(" ".join(line.text for line in fold(text).lines).split())
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
        who = f"{in_line(each.by)}, {each.proposed}"
        lines.append(f"{each.ref} · {each.state} · {what} · {who}")
        lines += [framed_folded(each.corrects, "  - ")] if each.corrects else []
        lines.append(framed_folded(each.text))
        lines += [f"  decided {each.decided}"] if each.decided else []
    return "\n".join(lines)
