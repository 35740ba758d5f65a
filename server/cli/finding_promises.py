"""Searching the memory for promises and news, and putting them into the queue of proposals."""

from server.cli.session import ask_unseen
from server.settings import Settings
from store.engine.connections import Writer
from store.proposals.found_promises import read_to, remember_read
from store.proposals.proposing import propose_ourselves
from store.sharing.choices import chosen_values
from tools.memory import Memory
from tools.promises.candidates import Candidate, promise_candidates


def propose_found(
    settings: Settings, writer: Writer, found: list[Candidate]
) -> list[tuple[str, Candidate]]:
    """Store them as pending, and give those that are new with their refs."""
    stored = [
        (propose_ourselves(writer, candidate.draft, settings.now()), candidate)
        for candidate in found
    ]
    return [(ref, candidate) for ref, candidate in stored if ref is not None]


def after_import(settings: Settings, writer: Writer) -> int:
    """Search what an import has brought, unless that is switched off; return how many."""

    async def search(memory: Memory) -> list[Candidate]:
        if (await chosen_values(memory.reader))["find_promises"] != "on":
            return []
        return await promise_candidates(memory, after_id=await read_to(memory.reader))

    proposed = propose_found(settings, writer, ask_unseen(search))
    remember_read(writer)
    return len(proposed)
