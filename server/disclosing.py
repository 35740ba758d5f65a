"""What leaves for an assistant, whichever face it leaves by: cleaned, bounded, and written down.

The server for assistants (`server/mcp/gate.py`) and the command without the owner's terminal
(`server/cli/session.py`) both answer through here. Access tiers, strangers' words and sensitive
texts are withheld where the connection reads them (`store/engine/assistant_views.py`). Here every
string is cleaned, and looked at once more for what never leaves; whose words and names the answer
holds is found from what was read for it; and the answer is written down before it is given. One
that could not be written down, or that is past the owner's budget, is not given.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from embeddings.lazy import LazyEncoder
from server.settings import Settings
from store.engine.connections import Proposer
from store.errors import StoreError
from store.memory import open_proposer, open_reader_for_assistant
from store.people.owner_settings import read_owner_settings
from store.sharing.about_whom import NamesOfAll, people_of
from store.sharing.choices import Choices, read_choices
from store.sharing.disclosures import (
    AskedBy,
    BudgetSpent,
    Shown,
    budget_frees_at,
    record_disclosure,
)
from store.sharing.opened import opened_items
from tools.given import Called, Given
from tools.memory import Memory
from tools.withholding import Withholding, error_for_assistant, safe_copy, texts_of

_T = TypeVar("_T")
MOST_CHARACTERS: Final = 40_000


class AnswerTooLarge(StoreError):
    """More than an assistant can take in one answer."""

    def __init__(self) -> None:
        super().__init__("The answer is too large. Ask for less: a smaller limit, or a person.")


class NobodyIsOwner(StoreError):
    """The memory does not know whose it is."""

    def __init__(self) -> None:
        super().__init__("This memory has no owner yet. The owner runs: kinkeeper init")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who gets an answer. client: what it calls itself, on one line; nobody vouches for it."""

    asked_by: AskedBy
    client: str


class _Names:
    """Every name that may stand in an answer, ready to be found there."""

    def __init__(self, proposer: Proposer) -> None:
        self._all = NamesOfAll(proposer)
        self._read: list[tuple[str, str]] = []
        self._called = Called([])

    async def called(self) -> Called:
        names = await self._all.read()
        if names is not self._read:
            self._read, self._called = names, Called(names)
        return self._called


@dataclass(frozen=True, slots=True)
class OpenMemory:
    """A memory as an assistant may see it, for one answer, with the connection that writes the log.

    choices: the owner's, as they were when this call began. memory: its reader notes what it
    hands out.
    """

    memory: Memory
    proposer: Proposer
    choices: Choices
    names: _Names

    def for_an_answer(self, choices: Choices) -> "OpenMemory":
        """The same memory with a page of its own for what is read for one answer."""
        memory = replace(self.memory, reader=self.memory.reader.noting())
        return replace(self, memory=memory, choices=choices)

    async def close(self) -> None:
        """Close both connections."""
        await self.memory.reader.close()
        await self.proposer.close()


async def open_as_assistant(
    settings: Settings, withholding: Withholding, encoder: LazyEncoder
) -> OpenMemory:
    """Open a memory as an assistant may see it.

    Raises: NobodyIsOwner, and as `store.memory.open_reader` does.
    """
    path = settings.memory_path
    reader = await open_reader_for_assistant(path, withholding.functions())
    try:
        owner = await read_owner_settings(reader)
        if owner is None:
            raise NobodyIsOwner
        proposer = await open_proposer(path)
    except BaseException:
        await reader.close()
        raise
    memory = Memory(reader, settings.clock, owner.time_zone, encoder)
    choices = await read_choices(reader)
    withholding.follow(choices, frozenset(await opened_items(reader, memory.now())))
    return OpenMemory(memory, proposer, choices, _Names(proposer))


async def answered(
    opened: OpenMemory, asker: Asker, tool: str, ask: Callable[[], Awaitable[_T]]
) -> _T:
    """The answer as it may leave, whatever it is made of, once it is written down.

    Raises what `ask` does, with its message as it may leave; AnswerTooLarge and BudgetSpent.
    """
    try:
        answer = safe_copy(await ask())
    except StoreError as error:
        await write_down_refusal(opened, asker, tool, error)
        error.args = (error_for_assistant(error),)
        raise
    texts = list(texts_of(answer))
    characters = sum(map(len, texts))
    if characters > MOST_CHARACTERS:
        raise AnswerTooLarge
    await write_down(opened, asker, tool, texts, characters)
    return answer


async def write_down(
    opened: OpenMemory, asker: Asker, tool: str, texts: Iterable[str], characters: int
) -> None:
    """Write down an answer before it is given. texts: every string of it, as it leaves.

    Raises: BudgetSpent when it holds more messages than are left of the hour.
    """
    shown = await _what_is_shown(opened, asker, tool, texts, characters)
    budget = opened.choices.disclosure_budget
    if not await record_disclosure(opened.proposer, shown, budget):
        assert budget is not None  # noqa: S101 without one nothing is refused
        free_at = await budget_frees_at(opened.proposer, shown, budget)
        raise BudgetSpent(shown, budget, opened.memory.when(free_at) if free_at else "")


async def write_down_refusal(
    opened: OpenMemory, asker: Asker, tool: str, error: StoreError
) -> None:
    """Write down what a refusal tells: the candidates for a name, the nearest names."""
    text = error_for_assistant(error)
    await write_down(opened, asker, tool, [text], len(text))


async def _what_is_shown(
    opened: OpenMemory, asker: Asker, tool: str, texts: Iterable[str], characters: int
) -> Shown:
    given, handed_out = Given(texts), opened.memory.reader.handed_out
    # The id of a message that was not read is neither a word nor a name.
    told = [ref for ref in given.refs() if ref in handed_out or not ref.startswith("m_")]
    unnamed = handed_out.keys() - set(told)
    refs = told + [
        ref for ref in handed_out if ref in unnamed and given.holds_words_of_any(handed_out[ref])
    ]
    return Shown(
        at=opened.memory.now(),
        asked_by=asker.asked_by,
        client=asker.client,
        tool=tool,
        about=await _about(opened, given, refs),
        refs=[ref for ref in refs if not ref.startswith("c_")],
        characters=characters,
    )


async def _about(opened: OpenMemory, given: Given, refs: list[str]) -> list[str]:
    """Everybody whose words or name is given; of people with the same name, who was read."""
    read = await people_of(opened.proposer, refs)
    called = await opened.names.called()
    about = dict.fromkeys([*(ref for ref in refs if ref in read), *read])
    for name in given.names(called):
        bearers = called.bearers[name]
        if not bearers & about.keys():
            about |= dict.fromkeys(sorted(bearers))
    return list(about)
