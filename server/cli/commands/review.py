"""`kinkeeper review`: the owner's yes or no to what was proposed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_terminal import OwnerTerminal, owner_terminal
from server.cli.rendering import review_text
from server.cli.review_pages import keys_in_rows, show_whole
from server.cli.review_screen import (
    KEYS,
    background,
    deciding,
    framed_folded,
    listing,
    title,
)
from server.cli.session import ask_memory, print_json
from server.settings import Settings, load_settings
from store.engine.connections import Writer
from store.errors import StoreError
from store.memory import open_writer
from store.proposals.decisions import OwedBy, accept, reject, take_back
from store.proposals.proposals import Proposal
from store.proposals.sittings import DecidedSince, sit_down
from store.text.quoting import named, quote
from tools.days.shown import readable
from tools.list_proposals import MOST_PROPOSALS, list_proposals
from tools.memory import Memory
from tools.owed_by import owed_by
from tools.read_context import read_context
from tools.review_proposals import ReviewItem, proposals_to_review
from tools.review_relationships import review_relationships
from tools.reviewing.overview import Period
from tools.views import ContextAnswer, ProposalList, Turn

P = ParamSpec("P")
PERIODS = ("week", "month")
STATES = ("pending", "accepted", "rejected", "expired", "taken back")


@click.command("review")
@click.argument("period", type=click.Choice(PERIODS), required=False)
@click.option("--list", "only_list", is_flag=True, help="Show what was proposed; decide nothing.")
@click.option("--state", type=click.Choice(STATES), help="With --list: only those.")
@click.option("--json", "as_json", is_flag=True, help="With --list, week or month: as JSON.")
@click.option("--undo", metavar="REF", help="Take back what you accepted (p_…, n_…, f_…, e_…).")
@with_plain_errors
def command(
    period: Period | None, only_list: bool, state: str | None, as_json: bool, undo: str | None
) -> None:
    """Decide on what your assistants propose to remember. Nothing is remembered without your yes.

    With week or month: look at your relationships instead, and at a few natural next steps.

    \b
    Examples:
      kinkeeper review
      kinkeeper review week
    """
    if period:
        if only_list or state or undo:
            raise click.UsageError(f"“{period}” goes with --json alone.")
        _show_relationships(period, as_json)
    elif undo:
        _take_back(load_settings(), undo)
    elif only_list or as_json:
        found = ask_memory(lambda memory: _everything(memory, state))
        if as_json:
            print_json(found)
        else:
            click.echo(listing(found))
    else:
        with owner_terminal() as terminal:
            _Review(load_settings(), terminal).run()


def _show_relationships(period: Period, as_json: bool) -> None:
    found = ask_memory(lambda memory: review_relationships(memory, period, for_owner=True))
    if as_json:
        print_json(found)
    else:
        click.echo(review_text(found, period))


async def _everything(memory: Memory, state: str | None) -> ProposalList:
    cursor = None
    proposals = []
    while True:
        page = await list_proposals(memory, state, MOST_PROPOSALS, cursor)
        proposals += page.proposals
        cursor = page.next_cursor
        if cursor is None:
            return page.model_copy(update={"proposals": proposals, "truncated": False})


def _take_back(settings: Settings, ref: str) -> None:
    with owner_terminal() as terminal, open_writer(settings.memory_path) as writer:
        if terminal.ask(f"Take back what {ref} became? [y/N] ").casefold() != "y":
            click.echo("Nothing was changed.")
            return
        proposal = take_back(writer, ref, settings.now())
        click.echo(f"Taken back: {proposal.ref}. What it had corrected stands again as it was.")


@dataclass(slots=True)
class _Review:
    """One sitting: every pending proposal once, decided, skipped, or left for later."""

    settings: Settings
    terminal: OwnerTerminal
    decided: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def run(self) -> None:
        async def gather(memory: Memory) -> tuple[Memory, list[ReviewItem]]:
            return memory, await proposals_to_review(memory)

        memory, items = ask_memory(gather)
        with open_writer(self.settings.memory_path) as writer:
            if told := _decided(memory, sit_down(writer, self.settings.now())):
                click.echo(told)
        if not items:
            click.echo("Nothing is waiting for you.")
            return
        with open_writer(self.settings.memory_path) as writer:
            for number, item in enumerate(items, 1):
                if item.proposal.proposed_by in self.refused:
                    self._say(self._reject, writer, item.proposal)
                    continue
                if not self._one(writer, memory, item, f"{number} of {len(items)}"):
                    break
        counted = [f"{count} {what}" for what, count in self.decided.items()]
        left = len(items) - sum(self.decided.values())
        counted += [f"{left} left for later"] if left else []
        click.echo("\n" + ", ".join(counted) + ".")

    def _one(self, writer: Writer, memory: Memory, item: ReviewItem, place: str) -> bool:
        """Ask about one proposal until it is decided or skipped; False ends the sitting."""
        text = item.proposal.draft.text
        whose = owed_by(text, item.proposal.contact_name)
        click.echo(background(memory, item, place))
        turn_round = "[w] turn round who owes it  " if _is_follow_up(item) else ""
        keys = keys_in_rows(turn_round + KEYS)
        question = "\n".join([*keys, "> "])
        was_shown = False
        while True:
            # The words stand beside the keys each time, whatever was shown in between.
            rows = deciding(item, text, whose)
            left = show_whole(self.terminal, title(item), rows, keys, again=was_shown)
            was_shown = was_shown or not left
            match left or self.terminal.ask(question).casefold():
                case "a":
                    if self._say(self._accept, writer, item, "", whose):
                        return True
                case "e":
                    if self._edit(writer, item, whose):
                        return True
                case "r":
                    self._say(self._reject, writer, item.proposal)
                    return True
                case "x":
                    self.refused.add(item.proposal.proposed_by)
                    self._say(self._reject, writer, item.proposal)
                    return True
                case "s":
                    return True
                case "o":
                    _open_evidence(item)
                case "w" if _is_follow_up(item):
                    whose = "contact" if whose == "owner" else "owner"
                case "t":
                    rows = deciding(item, text, whose, unfolded=True)
                    show_whole(self.terminal, title(item), rows, keys)
                case "q" | "":
                    return False
                case _:
                    click.echo("One of the letters, please; Enter alone ends here.")

    def _say(self, act: Callable[P, str], *args: P.args, **kwargs: P.kwargs) -> bool:
        """Do it, and say what came of it; a refusal is said and changes nothing."""
        try:
            click.echo(act(*args, **kwargs))
        except StoreError as error:
            click.echo(str(error))
            return False
        return True

    def _accept(self, writer: Writer, item: ReviewItem, edited: str, whose: OwedBy) -> str:
        proposal = item.proposal
        # The hash of what is on the screen, not of what the file holds by now.
        shown = proposal.draft.sha256()
        now = self.settings.now()
        ref = accept(
            writer, proposal.ref, shown, "terminal", now, edited_text=edited, owed_by=whose
        )
        self._count("accepted")
        what = f"Remembered as {ref}." if ref else "Remembered."
        return f"{what} To take it back: kinkeeper review --undo {proposal.ref}"

    def _reject(self, writer: Writer, proposal: Proposal) -> str:
        shown = proposal.draft.sha256()
        reject(writer, proposal.ref, shown, "terminal", self.settings.now())
        self._count("rejected")
        return f"Rejected: {proposal.ref}. The same words will not be asked again."

    def _count(self, what: str) -> None:
        self.decided[what] = self.decided.get(what, 0) + 1

    def _edit(self, writer: Writer, item: ReviewItem, whose: OwedBy) -> bool:
        """Other words in the owner's editor, shown again before they count."""
        text = (click.edit(item.proposal.draft.text) or "").strip()
        if not text or text == item.proposal.draft.text:
            click.echo("Not edited.")
            return False
        rows = deciding(item, text, whose)
        question = "Remember these words? [y/N] "
        if show_whole(self.terminal, title(item), rows, [question]):
            return False
        if self.terminal.ask(question).casefold() != "y":
            return False
        return self._say(self._accept, writer, item, text, whose)


def _sender(turn: Turn) -> str:
    return "you" if turn.by_owner else named(turn.sender)


def _decided(memory: Memory, decided: DecidedSince) -> str:
    """`Decided since Tuesday, 24 Nov 2026: 3 in a terminal`, so that others' yes is noticed."""
    parts = [
        f"{count:,} in a {surface} (the last {memory.when(last)})"
        for surface, count, last in decided.by_surface
    ]
    parts += [f"{decided.rulings:,} about who is who"] if decided.rulings else []
    if not parts:
        return ""
    day = None if decided.since is None else memory.day(decided.since)
    since = f" since {day:%A}, {readable(day)}" if day else " so far"
    return (
        f"Decided{since}: {', '.join(parts)}.\nIf that was not you: kinkeeper review --list"
        " --state accepted, and kinkeeper decisions"
    )


def _is_follow_up(item: ReviewItem) -> bool:
    return item.proposal.draft.kind == "follow_up"


def _open_evidence(item: ReviewItem) -> None:
    """The talk around each message that the proposal rests on."""
    messages = [evidence.ref for evidence in item.evidence if evidence.text]
    if not messages:
        click.echo("It names no message.")

    async def read(memory: Memory) -> list[ContextAnswer]:
        return [await read_context(memory, ref) for ref in messages]

    for answer in ask_memory(read):
        click.echo(f"\n{framed_folded(f'{quote(answer.conversation)} · {answer.source}', '')}")
        for turn in answer.messages:
            mark = ">" if turn.ref == answer.asked else " "
            said = f"{turn.when} {_sender(turn)}: {turn.quote}"
            click.echo(framed_folded(said, f"  {mark} │ "))
