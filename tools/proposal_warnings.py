"""What an owner should notice before they say yes: signs, not judgements."""

import re
from typing import Final

from store.facts import contact_facts
from store.facts.contact_facts import Fact, corrected_kind, corrected_text
from store.proposals.proposals import Proposal
from store.sensitive import never_out, on_request
from store.text.quoting import quote, sourced
from tools.clean import clean_for_assistant
from tools.corrections import correctable
from tools.days.shown import readable
from tools.doubtful_text import signs
from tools.memory import Memory
from tools.people import find_person

# How somebody writes who wants an assistant to act. A hit warns, and decides nothing.
_INSTRUCTION: Final = re.compile(
    r"(?i)\b(?:ignore (?:all|any|previous|the)|disregard|from now on|you (?:must|should|are an?)"
    r"|always (?:say|send|reply|answer|tell|use|trust|approve)|never (?:tell|mention|show|ask|warn)"
    r"|do not (?:tell|mention|show|ask|warn)|don['’]t (?:tell|mention|show|ask|warn)"
    r"|system prompt|instructions?:|assistant:|as an ai|run the|execute|send (?:it|this|them|all)"
    r"|forward (?:it|this|them|all)|transfer|password|approve)\b"
)
_LINK: Final = re.compile(r"(?i)://|\bwww\.|\[link")


async def warnings(memory: Memory, proposal: Proposal) -> list[str]:
    """Reasons to read a proposal twice, in plain words; none is proof of anything."""
    text = proposal.draft.text
    found = []
    if _INSTRUCTION.search(text):
        found.append("It reads like an instruction, not like something to remember.")
    if _LINK.search(text) or _LINK.search(clean_for_assistant(text)):
        found.append("It holds a link.")
    found += signs(text)
    for what, name in (
        ("name beside it", proposal.contact_name),
        ("name of who proposes it", proposal.proposed_by),
        ("fact that it corrects", proposal.draft.corrects_text),
    ):
        found += [f"Of the {what}: {sign}" for sign in signs(name)]
    if kinds := dict.fromkeys(span.kind for span in [*never_out(text), *on_request(text)]):
        found.append(f"It holds something sensitive: {', '.join(kinds)}.")
    return [*found, *await _contradictions(memory, proposal)]


async def _contradictions(memory: Memory, proposal: Proposal) -> list[str]:
    draft = proposal.draft
    contact = await find_person(memory, draft.contact_ref)
    if draft.kind == "correction":
        confirmed = [
            fact
            for subject, fact in await correctable(memory, contact)
            if (corrected_kind(subject, fact), corrected_text(fact))
            == (draft.corrects_kind, draft.corrects_text)
            and fact.confirmed_how != "imported"
        ]
        return [f"It changes what you said yourself: {_said(memory, fact)}." for fact in confirmed]
    if draft.kind == "life_event" and "birthday" in draft.text.casefold():
        birthdays = [
            event
            for event in await contact_facts.life_events(memory.reader, contact.id)
            if event.kind == "birthday" and event.on != draft.due_on
        ]
        return [
            f"Another birthday is recorded: {readable(event.on)} ({sourced(event.source)})."
            for event in birthdays
        ]
    return []


def _said(memory: Memory, fact: Fact) -> str:
    how = fact.confirmed_how
    return f"{quote(corrected_text(fact)[:200])}, {how} {readable(memory.day(fact.recorded_at))}"
