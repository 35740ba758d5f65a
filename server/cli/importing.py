"""Importing files with a bar each, and telling what became of them."""

from pathlib import Path
from typing import Final

from server.cli.progress import bytes_bar
from server.settings import Settings
from store.database import Writer
from store.exports import Export
from store.importers import Importer, UnreadableExport
from store.imports import ImportSummary, import_file
from store.settings import OwnerSettings
from tools.clean import clean_for_terminal

PROBLEMS_SHOWN: Final = 10


def import_all(
    settings: Settings, writer: Writer, owner: OwnerSettings, exports: list[Export]
) -> tuple[list[ImportSummary], list[str]]:
    """Import what can be imported; gives the summaries, and a line for each file refused."""
    summaries: list[ImportSummary] = []
    refused: list[str] = []
    for export in exports:
        if export.importer is None:
            refused.append(f"{export.path.name}: not imported; it is {export.seems}.")
            continue
        try:
            summaries.append(_import_one(settings, writer, owner, export.path, export.importer))
        except UnreadableExport as error:
            refused.append(f"{export.path.name}: not imported; {error}")
        if summaries and summaries[-1].interrupted:
            break
    return summaries, refused


def _import_one(
    settings: Settings, writer: Writer, owner: OwnerSettings, path: Path, importer: Importer
) -> ImportSummary:
    with bytes_bar(clean_for_terminal(path.name)) as advance:
        return import_file(writer, importer, path, owner, settings.now(), advance)


def report(summary: ImportSummary) -> str:
    """A summary for people: the counts add up, every reason is named."""
    lines = [
        f"{summary.file_name} ({summary.title}): read {summary.read:,} = {summary.new:,} new"
        f" + {summary.updated:,} updated + {summary.unchanged:,} unchanged"
        f" + {summary.skipped_in_all:,} skipped"
    ]
    lines += [f"  skipped {count:,}: {reason}" for reason, count in summary.skipped.most_common()]
    if summary.broken:
        lines.append(f"  broken {summary.broken:,}; the rest of the file was imported:")
        shown = summary.problems[:PROBLEMS_SHOWN]
        lines += [f"    {summary.file_name}, {place}: {reason}" for place, reason in shown]
        if summary.broken > len(shown):
            lines.append(f"    … and {summary.broken - len(shown):,} more")
    if summary.interrupted:
        lines.append("  stopped by you; the same command goes on from here")
    if summary.read == 0:
        lines.append("  there is nothing in it")
    return "\n".join(lines)
