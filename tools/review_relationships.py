"""`review_relationships`: the weekly or monthly look at everybody, ending with a short list."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from store.facts.fact_origins import origins_of
from store.proposals.proposals import read_proposals
from tools.briefing.budget import tokens
from tools.memory import Memory
from tools.origin import dated_origin
from tools.reviewing.ahead import life_events_ahead
from tools.reviewing.lighter import calmer_rhythms, for_the_archive, without_a_reason
from tools.reviewing.loops import loops_in_talk, promises, unanswered
from tools.reviewing.outdated import outdated
from tools.reviewing.overview import Period, read_overview
from tools.reviewing.quiet import quiet_people
from tools.reviewing.review_lines import ReviewLine, ReviewPart
from tools.views import Review

MOST_TOKENS: Final = 1_500
MOST_ACTIONS: Final = 7
_ACTIONS: Final = "What you could do"
_MOST_ACTIONS_A_PART: Final = 3
# How many parts come before `May be out of date`: in those somebody waits, or the owner means to
# be in touch.
_WITH_A_DAY: Final = 3
_MOST_PENDING: Final = 100
CLOSING: Final = "One step each; any of them may wait, and what no longer matters may be let go."
NOTHING: Final = "Nothing asks for you in this time. Letting things be is fine."


async def review_relationships(
    memory: Memory, period: Period = "week", *, for_owner: bool = False
) -> Review:
    """What matters until next week; for a month also what may become calmer.

    for_owner: the owner looks themselves, and is told how many proposals wait for them.
    """
    overview = await read_overview(memory, period)
    month = overview.month
    kept, stale = promises(memory, overview)
    in_talk = await loops_in_talk(memory, overview)
    waiting = unanswered(overview, _people(in_talk))
    pending = await _pending(memory) if for_owner else []
    open_ends = [*pending, *_in_turn([kept, in_talk, waiting])]
    busy = _people([*open_ends, *stale])
    parts = [
        ReviewPart("Open loops", open_ends, 7),
        ReviewPart("Reminders to act on, move or drop", stale, 4),
        await quiet_people(memory, overview, _people([*in_talk, *waiting])),
        ReviewPart("May be out of date", await outdated(memory, overview), 4 if month else 2),
    ]
    if month:
        parts += [
            await calmer_rhythms(memory, overview),
            await for_the_archive(memory, overview, busy),
            without_a_reason(overview),
        ]
    parts.append(await life_events_ahead(memory, overview))
    return _fitted(memory, await _with_sources(memory, parts))


async def _with_sources(memory: Memory, parts: Sequence[ReviewPart]) -> list[ReviewPart]:
    """The parts with where each stored fact comes from; quoted words name their place alone."""
    refs = [line.ref for part in parts for line in part.lines[: part.most]]
    found = await origins_of(memory.reader, refs)

    def told(line: ReviewLine) -> ReviewLine:
        stated = found.get(line.ref)
        if stated is None:
            return line
        quoted = line.ref.startswith("m_")
        return replace(line, source=stated.source if quoted else dated_origin(memory, stated))

    return [replace(part, lines=[told(line) for line in part.lines]) for part in parts]


def _in_turn(kinds: Iterable[Sequence[ReviewLine]]) -> list[ReviewLine]:
    """The first line of every kind, then the second, so that no kind pushes the others out."""
    ranked = [
        (place, number, line)
        for number, lines in enumerate(kinds)
        for place, line in enumerate(lines)
    ]
    return [line for _, _, line in sorted(ranked, key=lambda each: each[:2])]


async def _pending(memory: Memory) -> list[ReviewLine]:
    found = await read_proposals(memory.reader, memory.now(), "pending", _MOST_PENDING)
    if not found:
        return []
    count = f"{len(found)}" if len(found) < _MOST_PENDING else f"{_MOST_PENDING} or more"
    what = "proposal waits" if len(found) == 1 else "proposals wait"
    return [ReviewLine(None, "", f"{count} {what} for your yes or no: kinkeeper review")]


def _people(lines: Iterable[ReviewLine]) -> set[int]:
    return {line.contact.id for line in lines if line.contact is not None}


def _fitted(memory: Memory, parts: list[ReviewPart]) -> Review:
    """The review, with lines left out at the end of the longest part until it is short enough."""
    shown = {part.title: list(part.lines[: part.most]) for part in parts}
    *others, ahead = shown.values()
    # What is bound to a day comes before what can be put in order on any other.
    actions = short_list([*others[:_WITH_A_DAY], ahead, *others[_WITH_A_DAY:]])
    while True:
        sections: dict[str, list[str]] = {}
        left_out = []
        for part in parts:
            if more := part.more + len(part.lines) - len(shown[part.title]):
                left_out.append(f"{part.title}: {more:,} more")
            if shown[part.title]:
                sections[part.title] = [line.shown() for line in shown[part.title]]
        last = CLOSING if actions else NOTHING
        sections[_ACTIONS] = [*(line.as_action() for line in actions), last]
        review = Review(
            as_of=memory.today().isoformat(), sections=sections, left_out="; ".join(left_out)
        )
        if tokens(review.model_dump_json()) <= MOST_TOKENS:
            return review
        max(shown.values(), key=len).pop()


def short_list(parts: list[list[ReviewLine]]) -> list[ReviewLine]:
    """At most seven next steps, one a person, from every part before a second from one of them."""
    chosen: list[ReviewLine] = []
    for _ in range(_MOST_ACTIONS_A_PART):
        for lines in parts:
            named = _people(chosen)
            fresh = [line for line in lines if line.act and line.contact is not None]
            line = next((each for each in fresh if not _people([each]) & named), None)
            if line is not None and len(chosen) < MOST_ACTIONS:
                chosen.append(line)
    return chosen
