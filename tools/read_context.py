"""`read_context`: the messages around a reference, for quoting exactly."""

from store.search.search_facts import FoundFact, fact_by_ref
from store.talk.conversations import message_by_ref, messages_around
from store.text.quoting import named
from tools.memory import Memory
from tools.origin import dated_origin
from tools.talk.shown import by_owner, conversation_name, cut, speaker
from tools.views import ContextAnswer, Turn

MOST_AROUND = 20
LONGEST_TURN = 4_000
BUDGET_CHARACTERS = 16_000


async def read_context(memory: Memory, ref: str, around: int = 5) -> ContextAnswer:
    """The message `ref` with up to `around` turns on each side, as they were written.

    The message asked for comes first into the budget, then its nearest neighbours. A note, a
    follow-up, a life event or a meeting stands alone.
    Raises: ReferenceNotFound.
    """
    if fact := await fact_by_ref(memory.reader, ref):
        return _fact(memory, fact)
    message = await message_by_ref(memory.reader, ref)
    around = max(0, min(around, MOST_AROUND))
    turns = await messages_around(memory.reader, message, around, around)
    at = next(i for i, turn in enumerate(turns) if turn.id == message.id)
    left = BUDGET_CHARACTERS
    kept: set[int] = set()
    for index in sorted(range(len(turns)), key=lambda i: abs(i - at)):
        left -= min(len(turns[index].shown_text), LONGEST_TURN)
        if left < 0 and kept:
            break
        kept.add(index)
    return ContextAnswer(
        conversation=conversation_name(message),
        id=message.conversation_ref,
        source=message.source,
        asked=message.ref,
        messages=[
            Turn(
                ref=turn.ref,
                when=memory.when(turn.sent_at),
                sender=speaker(turn),
                by_owner=by_owner(turn),
                quote=cut(turn.shown_text, LONGEST_TURN),
                cut=len(turn.shown_text) > LONGEST_TURN,
            )
            for index, turn in enumerate(turns)
            if index in kept
        ],
        truncated=len(kept) < len(turns),
        note="Ask again with a smaller `around`, or with a ref nearer to what you want."
        if len(kept) < len(turns)
        else None,
    )


def _fact(memory: Memory, fact: FoundFact) -> ContextAnswer:
    quote = Turn(
        ref=fact.ref,
        when=fact.on or memory.day(fact.recorded_at).isoformat(),
        sender="",
        quote=cut(fact.text, LONGEST_TURN),
        cut=len(fact.text) > LONGEST_TURN,
    )
    return ContextAnswer(
        conversation=f"about {named(fact.contact_name)}",
        id="",
        source=f"{fact.kind}; {dated_origin(memory, fact)}",
        asked=fact.ref,
        messages=[quote],
    )
