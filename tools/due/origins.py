"""Where each reason comes from for which somebody is due."""

from collections.abc import Sequence

from store.facts.fact_origins import origins_of
from tools.memory import Memory
from tools.origin import INFERRED, dated_origin
from tools.views import DueLineView, DuePerson


async def with_origins(memory: Memory, people: Sequence[DuePerson]) -> list[DuePerson]:
    """The people with the source of every line; what rests on no stored fact is inferred."""
    refs = [line.ref for person in people for line in person.lines]
    found = await origins_of(memory.reader, refs)

    def told(line: DueLineView) -> DueLineView:
        stated = found.get(line.ref)
        source = dated_origin(memory, stated) if stated else INFERRED
        return line.model_copy(update={"source": source})

    return [
        person.model_copy(update={"lines": [told(line) for line in person.lines]})
        for person in people
    ]
