"""Whom a memory takes for whom: what the tests of identity ask of it."""

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

from store.engine.connections import Writer
from store.identity.suggestions import suggest
from store.importers.records import OwnerAccount, Record, SourceInfo
from tests.made_exports import NORA, links, made_memory, people, take_in

GOOGLE = SourceInfo("google-contacts", "", "Google Contacts")
LINKEDIN = SourceInfo("linkedin", "", "LinkedIn")
WHATSAPP = SourceInfo("whatsapp", "", "WhatsApp")
ME = OwnerAccount(NORA)


def names_of(writer: Writer) -> list[str]:
    """The names of all contacts, in order."""
    return sorted(people(writer).values())


def contact_id(writer: Writer, name: str) -> int:
    """The row id of the one contact of this name."""
    sql = "SELECT id FROM contact WHERE display_name = ? AND merged_into_id IS NULL"
    (row,) = writer.all(sql, (name,))
    return int(row[0])


def asked_of(writer: Writer) -> set[frozenset[str]]:
    """The pairs of names that are suggested to be one person."""
    return {frozenset((each.one.shown, each.other.shown)) for each in suggest(writer)}


def outcomes_of_orders(
    folder: Path, exports: Sequence[list[Record]], every: int
) -> list[tuple[dict[tuple[str, str, str], str | None], dict[str, str]]]:
    """The links and the contacts after imports in several orders; every: of so many orders one."""
    outcomes = []
    for number, order in enumerate(list(permutations(exports))[::every]):
        (folder / str(number)).mkdir()
        with made_memory(folder / str(number)) as writer:
            for export in order:
                take_in(writer, export)
            outcomes.append((links(writer), people(writer)))
    return outcomes
