"""`kinkeeper promises`: find promises and news in messages, for the owner to decide on."""

from datetime import datetime

import click

from server.cli.errors import with_plain_errors
from server.cli.finding_promises import propose_found
from server.cli.owner_terminal import is_owners
from server.cli.session import ask_memory, ask_unseen, echo_json
from server.settings import load_settings
from store.memory import open_writer
from store.text.quoting import named, quote
from tools.clean import clean_for_terminal
from tools.days.shown import readable
from tools.promises.candidates import Candidate, promise_candidates

_Key = tuple[str, str, tuple[str, ...], str]


@click.command("promises")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Read messages from this day on; default: half a year, two months for what has no date.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would be proposed; store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@with_plain_errors
def command(since: datetime | None, dry_run: bool, as_json: bool) -> None:
    """Find promises, introductions, reminders and news in your messages.

    They become proposals; nothing is remembered without your yes in kinkeeper review.

    \b
    Example:
      kinkeeper promises --dry-run
    """
    day = since.date() if since else None
    # Without the owner's terminal all are stored, and those shown that an assistant may read.
    found = ask_memory(lambda memory: promise_candidates(memory, day))
    refs: dict[_Key, str] = {}
    if not dry_run:
        settings = load_settings()
        everything = found
        if not is_owners():
            everything = ask_unseen(lambda memory: promise_candidates(memory, day))
        with open_writer(settings.memory_path) as writer:
            refs = {_key(each): ref for ref, each in propose_found(settings, writer, everything)}
        found = [each for each in found if _key(each) in refs]
    if as_json:
        echo_json({"promises": [_entry(each, refs.get(_key(each))) for each in found]})
        return
    for each in found:
        click.echo(clean_for_terminal(_text(each, refs.get(_key(each)))))
    if not found:
        click.echo("Nothing new was found.")
    elif dry_run:
        click.echo("Nothing was stored: this was a dry run.", err=True)
    else:
        click.echo("Nothing is remembered yet. Decide with: kinkeeper review")


def _key(candidate: Candidate) -> _Key:
    """What a candidate is, however its words are shown."""
    draft = candidate.draft
    return draft.contact_ref, draft.kind, draft.evidence, candidate.found.rule


def _text(candidate: Candidate, ref: str | None) -> str:
    draft, found = candidate.draft, candidate.found
    due = f", {readable(found.due)}" if found.due and draft.kind != "note" else ""
    head = f"{ref} · " if ref else ""
    return (
        f"{head}{named(candidate.person)}: {quote(draft.text)}{due}\n"
        f"    {quote(found.sentence)} ({readable(candidate.said_on)}, {draft.evidence[0]};"
        f" {found.kind}: {found.rule})"
    )


def _entry(candidate: Candidate, ref: str | None) -> dict[str, object]:
    draft, found = candidate.draft, candidate.found
    return {
        "ref": ref,
        "id": draft.contact_ref,
        "person": candidate.person,
        "proposal": draft.kind,
        "kind": found.kind,
        "owes": found.owes or None,
        "text": draft.text,
        "due": found.due or None,
        "sentence": found.sentence,
        "said_on": candidate.said_on.isoformat(),
        "evidence": list(draft.evidence),
        "rule": found.rule,
        "confidence": found.confidence,
    }
