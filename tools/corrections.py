"""Which recorded fact a correction means, and what it would change."""

from typing import Final

from store.errors import StoreError
from store.facts import contact_facts
from store.facts.contact_facts import Fact, corrected_kind, corrected_text
from store.people.contacts import Contact
from store.proposals.proposals import Proposal
from store.text.quoting import named, quote
from tools.memory import Memory
from tools.withholding import is_withheld

# What can be corrected; everything else is better said in a note.
_SUBJECTS: Final = {
    "names": contact_facts.other_names,
    "roles": contact_facts.roles,
    "methods": contact_facts.contact_methods,
    "life_events": contact_facts.life_events,
    "notes": contact_facts.notes,
}


class WhichFact(StoreError):
    """A correction that does not say which fact is wrong."""

    def __init__(self, asked: str, name: str) -> None:
        super().__init__(
            f"{quote(asked[:80])} is not one recorded fact about {named(name)}. `corrects` takes"
            " the id or the exact text of a name, role, method, life event or note as get_contact"
            " shows it. What is not recorded yet is a note, not a correction."
        )


async def correctable(memory: Memory, contact: Contact) -> list[tuple[str, Fact]]:
    """Every fact of a contact that a correction can mean, with its subject."""
    name = Fact("name", contact.name, "", "", 0, "imported", 0)
    found = [("names", name)]
    for subject, read in _SUBJECTS.items():
        found += [(subject, fact) for fact in await read(memory.reader, contact.id)]
    return found


async def find_corrected(memory: Memory, contact: Contact, corrects: str) -> tuple[str, str]:
    """The kind and text of the one fact that `corrects` names, by its id or its text.

    Raises: WhichFact.
    """
    wanted = corrects.strip().casefold()
    meant = {
        (corrected_kind(subject, fact), corrected_text(fact))
        for subject, fact in await correctable(memory, contact)
        if wanted
        in {
            fact.ref,
            fact.text.casefold(),
            corrected_text(fact).casefold(),
            f"{fact.kind}: {corrected_text(fact)}".casefold(),
        }
    }
    if len(meant) != 1:
        raise WhichFact(corrects, contact.name)
    kind, text = meant.pop()
    if is_withheld(text):
        # Otherwise the owner would be shown, and would correct, a fact that does not say this.
        raise WhichFact(corrects, contact.name)
    return kind, text


def corrects_line(proposal: Proposal) -> str:
    """The fact that a correction corrects, or nothing."""
    draft = proposal.draft
    return f"{draft.corrects_kind}: {draft.corrects_text}" if draft.corrects_kind else ""
