"""A proposal on the screen: the stored text as it is, in our own frame, nothing hidden."""

from tools.clean import reveal_hidden
from tools.dates import readable
from tools.memory import Memory
from tools.review_proposals import ReviewItem
from tools.views import ProposalList

LONGEST_EVIDENCE = 600
KEYS = (
    "[a]ccept  [e]dit  [r]eject  [s]kip  [o]pen the evidence"
    "  [x] reject all from this client  [q]uit"
)


def screen(memory: Memory, item: ReviewItem, place: str, owed_by: str) -> str:
    """Everything that an owner sees of one proposal. place: such as `1 of 3`."""
    proposal = item.proposal
    name = reveal_hidden(proposal.contact_name)
    who = reveal_hidden(proposal.proposed_by)
    vouched = "" if who == "Kinkeeper" else " (so it calls itself; nobody vouches for it)"
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
        lines.append(f"  {number}. {reveal_hidden(evidence.where)} [{evidence.ref}]")
        if evidence.text:
            cut = evidence.text[:LONGEST_EVIDENCE]
            lines.append(framed(cut + " […]" if cut != evidence.text else cut, "     │ "))
    if item.warnings:
        lines += ["", "Careful:", *(f"  ! {reveal_hidden(each)}" for each in item.warnings)]
    return "\n".join([*lines, ""])


def change(item: ReviewItem, text: str, owed_by: str) -> list[str]:
    """What a yes to these words would change, a line each."""
    draft = item.proposal.draft
    name = reveal_hidden(item.proposal.contact_name)
    due = f", due {readable(draft.due_on)}" if draft.due_on else ""
    match draft.kind:
        case "correction":
            kind = reveal_hidden(draft.corrects_kind)
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
    """Text of others, every line of it behind a margin, so that it cannot pass for ours."""
    return "\n".join(margin + line for line in reveal_hidden(text).split("\n"))


def listing(found: ProposalList) -> str:
    """Proposals, a few lines each."""
    lines = [found.note] if found.note else []
    for each in found.proposals:
        due = f", {each['due']}" if "due" in each else ""
        what = f"{each['kind'].replace('_', ' ')} on {reveal_hidden(each['person'])}{due}"
        who = f"{reveal_hidden(each['by'])}, {each['proposed']}"
        lines.append(f"{each['ref']} · {each['state']} · {what} · {who}")
        lines += [framed(each["corrects"], "  - ")] if "corrects" in each else []
        lines.append(framed(each["text"]))
        lines += [f"  decided {each['decided']}"] if "decided" in each else []
    return "\n".join(lines)
