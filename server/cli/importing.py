"""Importing exports with a bar each, and telling what became of them."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from server.cli.asking import NotAnswered, answered, which_are_yours
from server.cli.progress import bytes_bar
from server.settings import Settings
from store.engine.connections import Writer
from store.importers import NeedsAnswer, UnreadableExport
from store.imports.dry_runs import Survey, survey
from store.imports.find_exports import Export, Found
from store.imports.import_answers import remember_date_order, remember_me, remembered_answers
from store.imports.import_run import ImportSummary, import_export
from store.imports.owner_claims import open_claims
from store.imports.parser_process import Answers, read_apart
from store.imports.settling import count_people, last_import, settle_imports
from store.people.owner_settings import OwnerSettings
from store.text.quoting import filed, named, one_line

T = TypeVar("T")

PROBLEMS_SHOWN: Final = 10


@dataclass(slots=True)
class Outcome:
    """What became of everything. refused: a line for each export that was not taken.

    contacts: how many more there are. claims: accounts that exports call the owner's, and of which
    nothing that the owner said bears it out.
    """

    summaries: list[ImportSummary] = field(default_factory=list)
    surveys: list[Survey] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    contacts: int = 0
    is_unanswered: bool = False
    claims: list[str] = field(default_factory=list)


def import_all(
    settings: Settings,
    writer: Writer,
    owner: OwnerSettings,
    found: Found,
    said: Answers,
    *,
    is_dry: bool = False,
) -> Outcome:
    """Import what can be imported. is_dry: only look at what it would bring."""
    outcome = Outcome(refused=list(found.refused))

    def import_one(export: Export, answers: Answers) -> ImportSummary:
        with bytes_bar(one_line(export.name)) as advance:
            environment = settings.parsers_environment
            return import_export(
                writer, export, answers, environment, owner, settings.now(), advance
            )

    def look_at(export: Export, answers: Answers) -> Survey:
        with read_apart(export, answers, settings.parsers_environment) as batches:
            return survey(export.name, export.title, batches)

    people_before = count_people(writer)
    last_run = last_import(writer)
    for export in found.exports:
        if said.date_order and not is_dry:
            remember_date_order(writer, export.format, said.date_order)
        answers = _over(said, remembered_answers(writer, owner, export.format))
        try:
            if is_dry:
                outcome.surveys.append(_until_answered(writer, export, answers, look_at))
            else:
                outcome.summaries.append(_until_answered(writer, export, answers, import_one))
        except UnreadableExport as error:
            outcome.refused.append(f"{filed(export.name)}: not imported; {one_line(str(error))}")
            outcome.is_unanswered |= isinstance(error, NotAnswered)
        if outcome.summaries and outcome.summaries[-1].interrupted:
            break
    if not is_dry:
        settle_imports(writer, settings.now())
        claims = open_claims(writer, last_run)
        if claims and (theirs := which_are_yours(claims)):
            remember_me(writer, theirs)
            settle_imports(writer, settings.now(), anew=True)
            claims = open_claims(writer, last_run)
        outcome.claims = claims
        outcome.contacts = count_people(writer) - people_before
    return outcome


def _over(said: Answers, known: Answers) -> Answers:
    """What is remembered, with what was said in this command before it."""
    return Answers(
        zone=said.zone or known.zone,
        me=tuple(dict.fromkeys((*said.me, *known.me))),
        date_order=said.date_order or known.date_order,
        columns=said.columns,
    )


def _until_answered(
    writer: Writer, export: Export, answers: Answers, read: Callable[[Export, Answers], T]
) -> T:
    """Read the export, once more with each answer that it needs."""
    while True:
        try:
            return read(export, answers)
        except NeedsAnswer as need:
            answers = _with_answer(writer, export, answers, need)


def _with_answer(writer: Writer, export: Export, answers: Answers, need: NeedsAnswer) -> Answers:
    more = answered(writer, export.format, answers, need)
    if more == answers:
        raise NotAnswered(need)
    return more


def report(summary: ImportSummary) -> str:
    """A summary for people: the counts add up, every reason is named."""
    lines = [
        f"{filed(summary.file_name)} ({summary.title}): read {summary.read:,} = {summary.new:,} new"
        f" + {summary.updated:,} updated + {summary.unchanged:,} unchanged"
        f" + {summary.skipped_in_all:,} skipped"
    ]
    lines += [
        f"  skipped {count:,}: {one_line(reason)}"
        for reason, count in summary.skipped.most_common()
    ]
    if summary.broken:
        lines.append(f"  broken {summary.broken:,}; the rest of the file was imported:")
        shown = summary.problems[:PROBLEMS_SHOWN]
        lines += [
            f"    {filed(summary.file_name)}, {one_line(place)}: {one_line(reason)}"
            for place, reason in shown
        ]
        if summary.broken > len(shown):
            lines.append(f"    … and {summary.broken - len(shown):,} more")
    if summary.interrupted:
        lines.append("  stopped by you; the same command goes on from here")
    if summary.failure:
        lines.append(
            f"  not read to its end: {one_line(summary.failure)} What was read before is kept."
        )
    if summary.read == 0:
        lines.append("  there is nothing in it")
    return "\n".join(lines)


def report_survey(found: Survey) -> str:
    """What an export would bring, for people."""
    counts = (
        (found.cards, "cards"),
        (found.messages, "messages"),
        (found.conversations, "conversations"),
        (found.events, "meetings and calls"),
        (found.people, "accounts of people"),
        (found.problems, "broken records"),
        (found.skipped.total(), "records to skip"),
    )
    told = ", ".join(f"{count:,} {what}" for count, what in counts if count) or "nothing"
    line = f"{filed(found.name)} ({found.title}): {told}"
    if found.first and found.last:
        line += f"; from {found.first:%Y-%m-%d} to {found.last:%Y-%m-%d}"
    return line


def left_alone(found: Found) -> list[str]:
    """A line for each kind of file that nobody reads."""
    lines = []
    for seems, (count, names) in sorted(found.others.items()):
        shown = (
            ", ".join(map(filed, names)) + (", …" if count > len(names) else "") if names else ""
        )
        files = "1 file" if count == 1 else f"{count:,} files"
        lines.append(f"left alone, {files}: {seems}" + (f" ({shown})" if shown else ""))
    return lines


def claimed(outcome: Outcome) -> str:
    """What is to be said of accounts that may be the owner's; empty when there are none."""
    if not outcome.claims:
        return ""
    answers = " ".join(f"--me {shlex.quote(one_line(each))}" for each in outcome.claims)
    return (
        "Whose exports are these? They call these accounts their own: "
        f"{', '.join(map(named, outcome.claims))}. All is stored, and what they wrote counts as "
        f"nobody's. If they are yours, import again with: {answers}"
    )


def plan(found: Found) -> str:
    """What was found and will be read, for people; empty when the owner named it exactly."""
    if len(found.exports) < 2:
        return ""
    kinds: dict[str, int] = {}
    for export in found.exports:
        kinds[export.title] = kinds.get(export.title, 0) + 1
    told = ", ".join(f"{count} × {title}" for title, count in sorted(kinds.items()))
    return f"Found {told}."
