"""The import runs: what came in, when, from which file, and what was left out."""

from dataclasses import dataclass, replace
from pathlib import Path

from store.engine.connections import Row, Writer
from store.engine.opening import glance
from store.errors import StoreError


class NoSuchRun(StoreError):
    """There is no import with this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no import {number}. See the list with: kinkeeper imports")


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import. started_at, finished_at: UTC seconds. read = new + updated + unchanged + skipped.

    state: running, finished, interrupted or undone.
    """

    number: int
    state: str
    file_name: str
    format: str
    source: str
    started_at: int
    finished_at: int | None
    read: int
    new: int
    updated: int
    unchanged: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Omission:
    """Records that a run left out. place: of a broken one; empty for those skipped on purpose."""

    is_broken: bool
    reason: str
    place: str
    count: int


_RUNS = (
    "SELECT import_run.id, state, file_name, format, coalesce(source.title, '') AS source,"
    " started_at, finished_at, read_count, new_count, updated_count, unchanged_count,"
    " skipped_count FROM import_run LEFT JOIN source ON source.id = source_id"
)
_SEEN = "(:owner OR coalesce(source.access, 'full') <> 'none')"


def has_imports(path: Path) -> bool:
    """Whether anything was ever imported into a memory. Raises as `opening.glance` does."""
    return bool(glance(path, "SELECT EXISTS (SELECT 1 FROM import_run)"))


def import_runs(writer: Writer, *, for_owner: bool = True) -> list[ImportRun]:
    """Every run, the latest first.

    for_owner: False leaves out those of hidden sources, and the names of files and sources.
    """
    rows = writer.all(f"{_RUNS} WHERE {_SEEN} ORDER BY import_run.id DESC", {"owner": for_owner})
    return [_run(row, for_owner) for row in rows]


def import_run(writer: Writer, number: int, *, for_owner: bool = True) -> ImportRun:
    """One run. for_owner: as for `import_runs`. Raises NoSuchRun."""
    row = writer.one(
        f"{_RUNS} WHERE {_SEEN} AND import_run.id = :run", {"owner": for_owner, "run": number}
    )
    if row is None:
        raise NoSuchRun(number)
    return _run(row, for_owner)


def omissions_of(writer: Writer, number: int) -> list[Omission]:
    """What the run left out: broken records first, then by how many there were."""
    rows = writer.all(
        "SELECT broken, reason, place, count FROM import_omission WHERE import_run_id = ?"
        " ORDER BY broken DESC, count DESC, id",
        (number,),
    )
    return [
        Omission(bool(row["broken"]), row["reason"], row["place"], row["count"]) for row in rows
    ]


def _run(row: Row, for_owner: bool) -> ImportRun:
    run = ImportRun(*tuple(row))
    return run if for_owner else replace(run, file_name="", source="")
